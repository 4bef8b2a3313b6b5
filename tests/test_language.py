"""Every rule that depends on the language, in both languages."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.language import content, detect, names, normalise, sentences, shows, terms, wants


def split(text):
    return [text[start:end] for start, end in sentences(text)]


# --- detect and normalise --------------------------------------------------------------------------------------------

DETECTED = {
    "What is open source?": "en",
    "オープンソースとは?": "ja",
    "ｵｰﾌﾟﾝｿｰｽ": "ja",
    "GPTとは": "ja",
    "東京": "ja",
    "AI政策": "ja",
    "openness政策": "en",
    "Qu'est-ce que c'est?": "en",
    "개방형 모델": "en",
    "": "en",
    "12345 \U0001f917": "en",
    "The word 言葉 amid many English words": "en",
}


@pytest.mark.parametrize("text", DETECTED)
def test_detect(text):
    assert detect(text) == DETECTED[text]


NORMALISED = {
    "ｵｰﾌﾟﾝｿｰｽ": "オープンソース",
    "ＡＩ　２０２４": "AI 2024",
    "か\u3099": "が",
    "ｶﾞ": "ガ",
    "ze\u200bro\ufeff wi\u00addth": "zero width",
    "half \ud800 pair": "half pair",
    "  tab\tand\nline\u2028end ": "tab and line end",
    "a\x00b\x07c": "abc",
    "right\u202eto left": "rightto left",
    "①②": "12",
    "ﬁne": "fine",
    "e\u200b\u0301": "é",
    "\U0001f917": "\U0001f917",
    "שלום": "שלום",
    "": "",
}


@pytest.mark.parametrize("text", NORMALISED)
def test_normalise(text):
    assert normalise(text) == NORMALISED[text]


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=40))
def test_normalised_text_stays_as_it_is_and_can_be_printed(text):
    once = normalise(text)
    assert normalise(once) == once
    assert once.encode("utf-8").decode("utf-8") == once
    assert once.isprintable()


# --- sentences -------------------------------------------------------------------------------------------------------

ENGLISH = [
    ["Dr. Doe met Mr. Roe and Ms. Poe.", "They spoke."],
    ["The U.S. government spoke.", "So did the E.U. commission."],
    ["It was made in the U.S.", "The rest was not."],
    ["Use open models, e.g. Llama or BLOOM.", "Others, i.e. The Pile, are data."],
    ["Smith et al. (2023) say so.", "See Fig. 3 and No. 5, Sec. 2, pp. 4-5."],
    ["He said no.", "Then he left."],
    ["It is art.", "It is not Art. 5 of the Act."],
    ["Version v1.1 is 2.2% better.", "It costs $4.15 billion."],
    ["See https://hf.co/a.b?c=d for it.", "Then https://x.y/z.", "End."],
    ["Go to hf.co/docs.", "Read it!"],
    ["Wait... what?", "It is so...", "Then it ended."],
    ['He said "It is open."', "She agreed."],
    ["“Is it?”", "‘It is.’", "(It is so.) Yes."],
    ["J. K. Rowling and George W. Bush met.", "World War I.", "Then peace."],
    ["Google, Inc. and Apple Corp. sell phones, tablets, etc. in shops.", "It is so."],
    ["They sell phones, etc.", "The rest is free."],
    ["Really?!", "Yes!!", "No."],
    ["At 5 p.m. Eastern time, on Jan. 5, it began.", "It ended."],
    ["A note.[1]", "Another.[2][3]", "End."],
    ["It uses open-source software (e.g. Linux. And more.) every day.", "Yes."],
    ["1. First of all, this.", "Then that."],
    ["The Ph.D. student left.", "We stayed."],
    ["approx. 5 of them vs. Others came.", "End."],
]
JAPANESE = [
    ["これは文です。", "次の文です。"],
    ["本当ですか？", "はい！", "そうです。"],
    ["「これは文です。次も文です。」と述べた。", "終わり。"],
    ["彼は『本「の中」。』を読んだ（注。参照）。", "終わり。"],
    ["「はい。」", "「いいえ。」"],
    ["なぜ公開するのか？という問いに答える。", "次。"],
    ["すごい！と思った。", "次。"],
    ["なぜか？", "ところで、次。"],
    ["半角の文です｡", "次の｢文｡｣です｡"],
    ["全角のピリオド．", "次は３．５倍．"],
    ["GPT-4.5は2.2%良い。", "v1.1も良い。"],
    ["HFは米国の会社です。", "It is in the U.S. and France.", "そうです。"],
    ["すごい!!", "本当?", "はい。"],
    ["終わり……。", "次。"],
    ["注です。[1]", "次。"],
    ["絵文字です🤗。", "次。"],
]


@pytest.mark.parametrize("expected", ENGLISH, ids=lambda expected: expected[0])
def test_english_sentences(expected):
    assert split(" ".join(expected)) == expected
    # However wide it is wrapped.
    assert [" ".join(each.split()) for each in split(" ".join(expected).replace(" ", "\n"))] == expected


@pytest.mark.parametrize("expected", JAPANESE, ids=lambda expected: expected[0])
def test_japanese_sentences_set_line_by_line(expected):
    assert split("\n".join(expected)) == expected


@pytest.mark.parametrize("expected", JAPANESE, ids=lambda expected: expected[0])
def test_japanese_sentences_need_no_space_between(expected):
    # An English one does, and closed brackets end nothing by themselves.
    joined = "".join(f"{each} " if each.endswith((".", "」")) else each for each in expected)
    assert split(joined) == (expected if "」" not in expected[0][-1] else ["「はい。」 「いいえ。」"])


def test_text_set_line_by_line_ends_at_the_line():
    assert split("見出し\n一つ目の文です。\n二つ目の文です。\n三つ目") == [
        "見出し",
        "一つ目の文です。",
        "二つ目の文です。",
        "三つ目",
    ]


def test_japanese_wrapped_amid_sentences_does_not_end_at_the_line():
    assert split("これは途中で\n折り返された長い\n文です。次の\n文です。") == [
        "これは途中で\n折り返された長い\n文です。",
        "次の\n文です。",
    ]


def test_long_english_lines_are_paragraphs():
    text = "About us\n" + "We are many people and we work on it. " * 8 + "\nAn end."
    assert split(text)[0] == "About us"
    assert split(text)[-1] == "An end."


def test_long_english_lines_broken_amid_a_sentence_are_not_cut():
    text = "We are many people and we work on it. " * 8 + "\nHere it ends,\nor does it\nnot?"
    assert split(text)[-1] == "Here it ends,\nor does it\nnot?"


def test_markup_after_the_stop_belongs_to_the_sentence():
    assert [each.replace("\0", "") for each in split("\0\0Bold.\0\0 Next\0.\0 \0End")] == ["Bold.", "Next.", "End"]


def test_a_bracket_never_closed_does_not_swallow_the_rest():
    assert len(split("Here (it opens. " + "And it goes on and on. " * 40)) > 20


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("aB1.!?。！？「」（）() \n\0\"'、あ漢[]・…"), max_size=60))
def test_sentences_are_trimmed_in_order_and_leave_nothing_out(text):
    end = 0
    for start, stop in sentences(text):
        assert not text[end:start].strip(" \n\0")
        assert text[start:stop]
        assert not text[start].isspace()
        assert not text[stop - 1].isspace()
        assert start >= end
        end = stop
    assert not text[end:].strip(" \n\0")


@pytest.mark.parametrize("piece", [".", "!", ".\0", ". ", "(", "。", "」", "\n", "a.b ", "U.S. ", "[1]", '."'])
def test_sentences_take_time_in_proportion(piece):
    began = time.perf_counter()
    list(sentences("a" + piece * (100_000 // len(piece)) + "x"))
    assert time.perf_counter() - began < 3


# --- search terms ----------------------------------------------------------------------------------------------------

TERMS = {
    "What are the Open Models?": ["open", "model"],
    "Hugging Face's licences": ["hug", "face", "face", "licenc"],
    "open-source": ["open-sourc", "open", "sourc"],
    "GPT-4.5 and BLOOM": ["gpt-4.5", "gpt", "bloom"],
    "オープン": ["オー", "ープ", "プン"],
    "ｵｰﾌﾟﾝ": ["オー", "ープ", "プン"],
    "公開について": ["公開", "開に"],
    "ＡＩ政策": ["ai", "政策"],
    "法": ["法"],
    "שלום": ["שלום"],
    "": [],
    "the of and": [],
}


@pytest.mark.parametrize("text", TERMS)
def test_terms(text):
    assert terms(text) == TERMS[text]


CONTENT = {
    "What is the EU AI Act?": ["eu", "ai", "act"],
    "オープンソースの経済効果は何ですか": ["オープンソース", "経済効果"],
    "BLOOMのパラメータ数は?": ["bloom", "パラメータ", "数"],
    "Why?": [],
    "なぜですか": [],
}


@pytest.mark.parametrize("text", CONTENT)
def test_content(text):
    assert content(text) == CONTENT[text]


NAMES = {
    "What did Mistral release in 2024?": ["Mistral", "2024"],
    "Mistral released what?": [],
    "Who is Clem Delangue of Hugging Face?": ["Clem", "Delangue", "Hugging", "Face"],
    "It is so. Mistral said it.": [],
    '"Model Cards" is what?': ["Model", "Cards"],
    "how much is $500?": ["500"],
    "what is open source?": [],
    "ミストラルとは?": ["ミストラル"],
    "GPT-4は2023年に出た?": ["GPT-4", "2023"],
    "": [],
}


@pytest.mark.parametrize("question", NAMES)
def test_names(question):
    assert names(question) == NAMES[question]


# --- what a question asks for ----------------------------------------------------------------------------------------

WANTS = {
    "date": ["When was it published?", "In what year did it start?", "いつ公開されましたか", "何年のことですか"],
    "money": ["How much did it raise?", "What is the price?", "いくらかかりますか", "金額は?"],
    "number": ["How many models are there?", "What percentage is it?", "モデルは何個ありますか", "割合は?", "いくつですか"],
    "person": ["Who wrote it?", "Whose idea was it?", "誰が書きましたか", "著者は?"],
    "place": ["Where is it?", "どこにありますか"],
    "reason": ["Why is it open?", "What was the reason?", "なぜ公開するのか", "理由は?", "どうしてですか"],
    "compare": ["How do they differ?", "A versus B?", "違いは何ですか", "比較して"],
    "list": ["List the pillars.", "What are the three pillars?", "3つの柱を挙げて", "柱をすべて"],
}
SHOWS = {
    "date": [("It came on May 5.", "It came late."), ("2024年に出た。", "昨日出た。")],
    "money": [("It cost $4 billion.", "It cost a lot."), ("4億ドルかかった。", "高かった。")],
    "number": [("There are three.", "There are some."), ("３０社ある。".replace("３０", "30"), "多くある。")],
    "person": [("Clem Delangue spoke.", "They spoke."), ("クレム・デラングが話した。", "話した。")],
    "place": [("It is in Paris.", "It is here."), ("東京都にある。", "ここにある。")],
    "reason": [("It is so because of that.", "It is so."), ("安全のためである。", "安全である。")],
}


@pytest.mark.parametrize(("want", "question"), [(want, question) for want, asked in WANTS.items() for question in asked])
def test_what_a_question_asks_for(want, question):
    assert want in wants(question)


@pytest.mark.parametrize("question", ["Tell me about BLOOM.", "BLOOMについて教えて", "", "\ud800"])
def test_a_question_may_not_show_what_it_asks_for(question):
    assert wants(question) == frozenset()


@pytest.mark.parametrize(("want", "pair"), [(want, pair) for want, pairs in SHOWS.items() for pair in pairs])
def test_whether_a_sentence_has_the_form_of_an_answer(want, pair):
    assert [shows(want, sentence) for sentence in pair] == [True, False]


@pytest.mark.parametrize("want", ["list", "compare", "polar"])
def test_some_answers_have_no_outward_form(want):
    assert shows(want, "Anything.")
