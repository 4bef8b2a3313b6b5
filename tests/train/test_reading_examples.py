"""Examples for the reader: answers stand where they are said to, and are nowhere where they are said not to be."""

import random

import pytest

pytest.importorskip("bm25s")

from chatbot.train import claims, crossing, reading
from chatbot.train.data import Pair, Section
from chatbot.train.questions import Question

SEEDS = range(6)


def questions():
    """Thirty questions in each language, five to an article."""
    made = []
    builders = ["大工", "石工", "僧侶", "商人", "農夫"]
    for number in range(30):
        article = f"Harbour_{number // 5}"
        english = (
            f"The story of tower {number} is long. It was begun by people from the north in autumn. "
            f"Keeper {number} lit the lamp in {1900 + number} on a quiet night. Many ships passed it. It still stands there."
        )
        answer = str(1900 + number)
        asked = f"When did Keeper {number} light the lamp?"
        made.append(Question("made", "en", article, asked, english, english.index(answer), answer))
        japanese = (
            f"塔{number}の話は長い話である。北の国の{builders[number % 5]}が秋に建て始めたという。"
            f"灯台守は{1900 + number}年の静かな夜に灯をともした。多くの船が沖を通った。今も港に建っている。"
        )
        asked = f"灯台守が塔{number}に灯をともしたのは何年か。"
        made.append(Question("made", "ja", f"港{number // 5}", asked, japanese, japanese.index(answer), answer))
    return made


@pytest.mark.parametrize("seed", SEEDS)
def test_the_answer_stands_where_it_is_said_to_in_a_sentence_that_answers(seed):
    asked = questions()
    found = list(reading.answered(asked, random.Random(seed)))
    assert [each.first for each in found] == [each.question for each in asked]
    for each, question in zip(found, asked, strict=True):
        start, end = each.answer
        assert each.second[start:end] == question.answer
        first, last = each.relevant
        assert 0 <= first <= start < end <= last <= len(each.second)
        assert "›" not in each.second[first:last]
        assert ("lamp" in each.second[first:last]) or ("灯" in each.second[first:last])
        assert (each.answers, each.supports) == (1, reading.ASKED_NOT)


def test_now_and_then_a_title_is_put_before_the_text():
    found = list(reading.answered(questions() * 5, random.Random(0)))
    titled = sum(" › " in each.second for each in found) / len(found)
    assert 0.1 < titled < 0.6
    assert not any("_" in each.second for each in found)


@pytest.mark.parametrize(("start", "answer"), [(-1, "the"), (0, " "), (3, "nothing of it")])
def test_a_question_whose_answer_is_not_marked_right_is_left_out(start, answer):
    question = Question("made", "en", "a", "Who?", "the text says this.", start, answer)
    assert list(reading.answered([question], random.Random(0))) == []


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_text_that_does_not_answer_holds_no_answer_to_the_question_as_it_was(language, seed):
    asked = [each for each in questions() if each.language == language]
    found = list(reading.unanswered(asked, random.Random(seed)))
    answers = {each.question: each.answer for each in asked}
    assert len(found) > len(asked) // 2
    for each in found:
        assert (each.answers, each.answer, each.relevant) == (0, None, None)
        assert each.second
        # A question that was altered has no answer, even beside the text that answered it before.
        assert each.first not in answers or answers[each.first] not in each.second
    assert {each.first in answers for each in found} == {True, False}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_piece_is_whole_sentences_around_the_place(seed):
    draw = random.Random(seed)
    text = "".join(f"Sentence {number} is about crabs and lamps. " for number in range(60)).strip()
    at = draw.randrange(len(text))
    start, end = reading.piece(text, at, "en", draw)
    assert start <= at <= end
    assert text[start:end].startswith("Sentence")
    assert text[start:end].rstrip().endswith("lamps.")
    assert end - start <= 2 * reading.SIZES["en"][1]


@pytest.mark.parametrize("text", ["", "x", "。", "no end"])
def test_a_piece_of_next_to_nothing_is_all_of_it(text):
    assert reading.piece(text, 0, "ja", random.Random(0)) == (0, len(text))


# --- across the languages --------------------------------------------------------------------------------------------


def parallel():
    paragraphs = []
    for number in range(40):
        year, people = 1600 + number, 200 + number
        paragraphs.append(
            [
                Pair("kyoto_wiki", f"p{number}", "sentence", "The temple is quiet.", "その寺は静かである。"),
                Pair(
                    "kyoto_wiki",
                    f"p{number}",
                    "sentence",
                    f"It was moved to the eastern hill in {year}, and {people} people helped to carry the great bell.",
                    f"寺は{year}年に東の丘へ移され、{people}人が梵鐘を運ぶのを手伝った。",
                ),
                Pair("kyoto_wiki", f"p{number}", "sentence", "The gate is red.", "門は赤い。"),
            ]
        )
    return paragraphs


@pytest.mark.parametrize("seed", SEEDS)
def test_the_answer_of_a_cloze_stands_in_the_other_languages_text(seed):
    found = list(crossing.clozes(parallel(), {"梵鐘": "great bell"}, random.Random(seed)))
    right = [each for each in found if each.answers == 1]
    assert len(right) >= 5
    for each in right:
        start, end = each.answer
        first, last = each.relevant
        answer = each.second[start:end]
        assert first <= start < end <= last <= len(each.second)
        assert language_of(each.first) != language_of(each.second)
        assert answer.strip("年人").isdigit() or answer in ("great bell", "梵鐘")
        assert answer.strip("年人") not in each.first


def language_of(text):
    return "ja" if any("\u3040" < char < "\u9fff" for char in text) else "en"


@pytest.mark.parametrize("seed", SEEDS)
def test_another_paragraph_beside_a_cloze_does_not_answer_it(seed):
    found = list(crossing.clozes(parallel(), {}, random.Random(seed)))
    wrong = [(before, each) for before, each in zip(found, found[1:], strict=False) if each.answers == 0]
    assert wrong
    for before, each in wrong:
        assert each.first == before.first
        assert each.answer is None
        start, end = before.answer
        assert before.second[start:end] not in each.second


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        (
            "In 1603 it was rebuilt; since 1603 it has stood in the town.",
            "1603年に再建され、それ以来その町に長い間建っている。",
        ),
        ("In the 13th year 3 men built the old bridge.", "元号の十三年目に、3人の男が古い橋をその場所に作った。"),
    ],
)
def test_a_figure_that_stands_twice_in_either_text_is_not_asked_for(english, japanese):
    pairs = [[Pair("kyoto_wiki", "p", "sentence", english, japanese)]]
    assert [each for seed in range(20) for each in crossing.clozes(pairs, {}, random.Random(seed))] == []


def test_a_sentence_with_nothing_to_ask_for_gives_no_cloze():
    pairs = [[Pair("kyoto_wiki", "p", "sentence", "It is quiet here.", "ここは静かである。")]]
    assert list(crossing.clozes(pairs, {}, random.Random(0))) == []


def test_a_japanese_question_is_put_beside_the_english_of_its_paragraph():
    first = "その寺は町を見下ろす静かな丘の上に長いあいだ建っていた。"
    second = "寺はのちに川の向こうにある東の丘へ移されたと伝えられている。"
    third = "門は今も昔と変わらない赤い色をしていて遠くからも見える。"
    passage = first + second + third
    pairs = [
        Pair(
            "kyoto_wiki",
            "p",
            "sentence",
            "The temple is on a hill.",
            first,
        ),
        Pair("kyoto_wiki", "p", "sentence", "It was moved east.", second),
        Pair("kyoto_wiki", "p", "p", "This is no sentence.", third),
    ]
    asked = Question("made", "ja", "寺", "寺はどこへ移されたか。", passage, passage.index("東の丘"), "東の丘")
    english = Question("made", "en", "a", "Where?", passage, 0, "その")
    unknown = Question("made", "ja", "a", "どこ?", passage, -1, "")
    (found,) = crossing.translated([asked, english, unknown], pairs)
    start, end = found.relevant
    assert (found.first, found.second[start:end]) == (asked.question, "It was moved east.")
    assert found.second == "The temple is on a hill. It was moved east."
    assert (found.answer, found.answers) == (None, 1)


def test_a_heading_is_answered_by_its_own_section_and_by_no_other_of_the_page():
    def section(name, japanese):
        body = (f"{name} is told here in some more words.", f"{japanese}についてここで詳しく説明しています。" * 2)
        return Section("docs", "page", (name, japanese), body)

    about = [section("Setup", "設定"), section("Usage", "使い方"), section("Removal", "削除")]
    japanese = {each.heading[0]: each.heading[1] for each in about}
    found = list(crossing.headed(about, random.Random(0)))
    right = [each for each in found if each.answers == 1]
    assert {(language_of(each.first), language_of(each.second)) for each in right} == {
        ("en", "en"),
        ("en", "ja"),
        ("ja", "en"),
        ("ja", "ja"),
    }
    for each in found:
        couple = next(item for item in japanese.items() if each.first in item)
        assert any(name in each.second for name in couple) == (each.answers == 1)
        assert each.relevant == ((0, len(each.second)) if each.answers else None)


# --- claims ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_claim_made_true_is_told_by_its_quote_and_one_made_false_is_another(seed):
    pairs = [pair for paragraph in parallel() for pair in paragraph if len(pair.japanese) > 15]
    found = list(claims.made(pairs, random.Random(seed)))
    true = {each.first for each in found if each.supports == 1}
    sides = [side for pair in pairs for side in (pair.english, pair.japanese)]
    assert len(true) > 10
    for each in found:
        assert each.supports in (0, 1)
        assert (each.answers, each.answer, each.relevant) == (reading.ASKED_NOT, None, None)
        if each.supports == 1:
            assert any(each.first in side for side in sides)
        if each.supports == 1 and language_of(each.first) == language_of(each.second):
            assert each.first in each.second
        if each.supports == 0:
            assert each.first not in each.second
