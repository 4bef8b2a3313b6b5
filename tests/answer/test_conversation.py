"""Small talk, follow-ups and odd questions become what can be searched, or a word on what to do."""

import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.answer.conversation import MAX_QUESTION, check, small_talk, standalone
from chatbot.answer.phrases import phrases, refusal
from chatbot.errors import QuestionError
from chatbot.types import Turn

PAST = {"en": [Turn("What is NAIRR?", "A programme.[1]")], "ja": [Turn("NAIRRとは何ですか?", "計画です。[1]")]}

SMALL_TALK = {
    "greeting": "Hello|hi there!|Good morning.|hey 👋|ＨＥＬＬＯ|こんにちは|おはようございます！|はじめまして",
    "thanks": "Thanks!|thank you very much|ok, thanks|Thank you for the answer|ありがとう😊|どうもありがとうございました。",
    "bye": "bye|Goodbye!|See you later|さようなら|またね〜",
    "how_are_you": "How are you?|how are you doing today|お元気ですか？|元気?",
    "who": "Who are you?|what's your name|Are you a robot?|What is OpenStance?|あなたは誰ですか?|自己紹介してください",
    "help": "help|What can I ask?|What can you do?|何が聞けますか?|使い方を教えてください|どんな質問ができますか",
}
QUESTIONS = [
    "Hello, what is NAIRR?",
    "Thanks to whom was it built?",
    "Who are you quoting on the AI Act?",
    "How are models licensed?",
    "help desk hours",
    "こんにちは、NAIRRとは何ですか?",
    "ありがとうと言ったのは誰ですか?",
    "元気なモデルとは?",
    "😊",
    "?",
]


# --- small talk ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind, line in SMALL_TALK.items() for said in line.split("|")])
def test_what_is_said_to_be_polite_is_recognised(kind, said):
    assert small_talk(said) == kind


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_not_small_talk(question):
    assert small_talk(question) is None


def test_every_phrase_is_there_in_both_languages():
    assert set(phrases("en")) == set(phrases("ja")) >= set(SMALL_TALK) | {"refusal", "refusal_topics", "document_date"}


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_phrases_are_files(lang):
    text = (files("chatbot.answer") / "prompts" / f"phrases.{lang}.toml").read_text("utf-8")
    assert phrases(lang) == tomllib.loads(text)


def test_a_refusal_names_the_nearest_topics():
    assert (
        refusal("en", ("Towers", "Ships")) == f"{phrases('en')['refusal']} The nearest subjects they cover: “Towers”; “Ships”."
    )
    assert refusal("ja", ("塔", "船")).endswith("「塔」、「船」。")
    for lang in ("en", "ja"):
        assert refusal(lang, ()) == phrases(lang)["refusal"]


# --- follow-ups ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "question", "whole"),
    [
        ("en", "When was it launched?", "When was NAIRR launched?"),
        ("en", "What are its goals?", "What are NAIRR's goals?"),
        ("en", "Thanks! Who runs it?", "Who runs NAIRR?"),
        ("en", "And in Europe?", "What is NAIRR? And in Europe?"),
        ("en", "Why?", "What is NAIRR? Why?"),
        ("en", "How many people took part?", "About NAIRR: How many people took part?"),
        ("en", "And BLOOM?", "What is BLOOM?"),
        ("ja", "それはいつ始まりましたか?", "NAIRRはいつ始まりましたか?"),
        ("ja", "その予算は?", "NAIRRの予算は?"),
        ("ja", "なるほど、それはなぜ必要ですか?", "NAIRRはなぜ必要ですか?"),
        ("ja", "ヨーロッパでは?", "NAIRRとは何ですか? ヨーロッパでは?"),
        ("ja", "BLOOMは?", "BLOOMとは何ですか?"),
        ("ja", "なぜですか?", "NAIRRとは何ですか? なぜですか?"),
    ],
)
def test_a_follow_up_is_made_whole(lang, question, whole):
    query = standalone(question, PAST[lang])
    assert (query.text, query.language) == (whole, lang)
    assert query.focus == query.asked
    assert question.endswith(query.asked)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_more_is_asked_of_the_last_question(lang):
    query = standalone({"en": "Tell me more", "ja": "もっと詳しく"}[lang], PAST[lang])
    assert query.text == query.asked == PAST[lang][0].question


def test_the_subject_of_three_turns_ago_is_remembered():
    past = [
        Turn("What is BLOOM?", "A language model."),
        Turn("Who trained it?", "More than 1,000 researchers."),
        Turn("How many languages does it know?", "46."),
    ]
    assert standalone("When was it released?", past).text == "When was BLOOM released?"
    assert standalone("What is Gradio?", past).text == "What is Gradio?"


def test_a_new_subject_takes_the_place_of_the_old():
    past = [Turn("What is BLOOM?", "A model."), Turn("What is Gradio?", "A library."), Turn("Who wrote it?", "Its team.")]
    assert standalone("When was it released?", past).text == "When was Gradio released?"


def test_a_correction_changes_the_last_question():
    past = [Turn("What was said about the 2022 draft of the Tower Act?", "Little.")]
    assert standalone("No, I meant the 2023 one", past).text == "What was said about the 2023 draft of the Tower Act?"
    past = [Turn("2022年の草案について何が言われましたか?", "少しだけです。")]
    assert standalone("いや、2023年のほう", past).text == "2023年の草案について何が言われましたか?"


def test_a_question_in_another_language_keeps_the_subject():
    assert standalone("それはいつ始まりましたか?", PAST["en"]).text == "NAIRRはいつ始まりましたか?"
    assert standalone("When was it launched?", PAST["ja"]).text == "When was NAIRR launched?"


class Alike:
    """An encoder to which all texts are alike, or none."""

    def __init__(self, cosine):
        self.cosine = cosine

    def encode(self, texts, kind):
        import numpy as np

        return np.full((len(texts), 1), self.cosine**0.5, dtype=np.float32)


def test_the_encoder_tells_whether_the_subject_is_the_same():
    question = "Why are computing grants important for students?"
    assert standalone(question, PAST["en"], Alike(0.9)).text == f"About NAIRR: {question}"
    assert standalone(question, PAST["en"], Alike(0.1)).text == question


def test_a_long_conversation_is_fast():
    past = [Turn(f"What is model {n}?", "It is a model of the Harbour Tower by Ada Stone. " * 8) for n in range(200)]
    times = []
    for n in range(20):
        start = time.process_time()
        standalone(f"When was it released, in {1900 + n}?", past)
        times.append(time.process_time() - start)
    assert sorted(times)[10] < 0.02


@pytest.mark.parametrize(
    "question",
    [
        "How many models does the Hub host?",
        "Who wrote the BLOOM paper?",
        "Where is Hugging Face based?",
        "When was BLOOM released?",
        "What does the EU AI Act say about open source?",
        "Why are model cards important for research?",
        "Which licences does the Hub recommend?",
        "いつBLOOMは公開されましたか?",
        "誰がGradioを作りましたか?",
        "なぜオープンソースは重要なのですか?",
        "EUのAI法はいつ発効しましたか?",
        "モデルカードとは何ですか?",
    ],
)
def test_a_question_with_its_own_subject_stands_alone(question):
    for past in PAST.values():
        assert standalone(question, past) == standalone(question)
        assert standalone(question).asked == question


@pytest.mark.parametrize("question", ["New question: when is it?", "話は変わりますが、それはいつ?"])
def test_a_fresh_start_leans_on_nothing(question):
    assert standalone(question, PAST["en"]).focus == ""


def test_only_the_last_of_many_questions_is_leaned_on():
    past = [Turn(f"What is model {n}?", "x") for n in range(5)]
    assert standalone("Why?", past).text == "What is model 4? Why?"


@pytest.mark.parametrize("before", ["", "   ", "\0\x01", "\ud800"])
def test_an_empty_last_question_is_not_leaned_on(before):
    assert standalone("Why?", [Turn(before, "")]).text == "Why?"


def test_a_very_long_last_question_is_cut():
    assert len(standalone("Why?", [Turn("x" * 10 * MAX_QUESTION, "")]).text) <= MAX_QUESTION + len(" Why?")


def test_the_language_is_that_of_what_was_asked_last():
    assert standalone("Why?", PAST["ja"]).language == "en"
    assert standalone("なぜ?", PAST["en"]).language == "ja"


# --- odd questions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", "   ", "\n\t\u3000", "\0\x01\x7f", "\u200b\u200e", "\ud800"])
def test_a_question_of_nothing_is_told_so(question):
    with pytest.raises(QuestionError, match="The question is empty. Type what you want to know"):
        standalone(question)


@pytest.mark.parametrize("question", ["x" * (MAX_QUESTION + 1), "塔" * 1_000_000, "x" * 1_000_000])
def test_a_question_that_is_too_long_is_told_so(question):
    with pytest.raises(QuestionError, match=r"has [\d,]+ characters\. Ask in at most 2,000\."):
        standalone(question)


def test_the_longest_question_is_one():
    assert len(standalone("x" * MAX_QUESTION).text) == MAX_QUESTION
    assert standalone(" " * MAX_QUESTION + "x").text == "x"


@pytest.mark.parametrize(
    ("question", "text", "lang"),
    [
        ("half \ud83d of a pair", "half of a pair", "en"),
        ("\x1b[31mred\x07?", "[31mred?", "en"),
        ("what\tis\nit", "what is it", "en"),
        ("ＮＡＩＲＲ　とは？", "NAIRR とは?", "ja"),
        ("😊🎉", "😊🎉", "en"),
        ("ما هو المصدر المفتوح؟", "ما هو المصدر المفتوح؟", "en"),
        ("\u202eevil\u202c right", "evil right", "en"),
        ("What is ゲート付きモデル?", "What is ゲート付きモデル?", "ja"),
    ],
)
def test_odd_characters_are_folded_or_dropped(question, text, lang):
    query = standalone(question)
    assert (query.text, query.language) == (text, lang)


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=30))
def test_any_text_is_asked_or_refused(question, before):
    try:
        query = standalone(question, [Turn(before, "")])
    except QuestionError:
        return
    assert query.text.strip() == query.text != ""
    assert check(query.asked) == query.asked
    small_talk(query.asked)
