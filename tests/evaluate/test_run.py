"""Question sets become reports; answers are scored by the rule that the question set states."""

import importlib.util
import json
import random
from pathlib import Path

import pytest

from chatbot.errors import BatchError, ConfigError, CorpusEmpty
from chatbot.evaluate.run import evaluate_answers, evaluate_reading, evaluate_retrieval
from chatbot.types import Reading, Turn

SCORE = Path(__file__).resolve().parents[3] / "shared" / "eval" / "score.py"
FILES = {"tower.md": "The tower is red.\r\nIt is 333 m tall.\n", "tower.ja.md": "塔は赤い。高さは３３３ｍ。\n"}
# As the program sees them: one character for each end of line.
TEXTS = {name: text.replace("\r\n", "\n") for name, text in FILES.items()}


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_bytes(text.encode())
    return folder


def gold(number, **changes):
    row = {"id": f"q{number}", "lang": "en", "type": "fact", "question": f"Question {number}?", "answerable": True}
    return row | {"cross_lingual": False, "facts": [["red", "赤"]], "documents": ["tower.md"]} | changes


def written(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def squad(path, paragraphs):
    data = [
        {
            "title": "t",
            "paragraphs": [
                {
                    "context": context,
                    "qas": [{"id": "i", "question": q, "answers": [{"text": a} for a in answers]} for q, answers in asked],
                }
                for context, asked in paragraphs
            ],
        }
    ]
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    return path


# --- answers ---------------------------------------------------------------------------------------------------------


def made_up(seed, count=60):
    """Gold questions and answers of every sort, drawn at random."""
    draw = random.Random(seed)
    questions, answers = [], []
    for number in range(count):
        answerable = draw.random() < 0.8
        questions.append(
            gold(
                number,
                lang=draw.choice(["en", "ja"]),
                type=draw.choice(["fact", "why", "list"]) if answerable else "unanswerable",
                answerable=answerable,
                cross_lingual=answerable and draw.random() < 0.4,
                facts=draw.sample([["red", "赤い?"], ["333 ?m"], ["1500", "one and a half"]], draw.randint(1, 3)),
                documents=draw.sample(sorted(TEXTS), draw.randint(1, 2)),
            )
        )
        answers.append(
            {
                "id": f"q{number}",
                "answer": " ".join(
                    draw.sample(["RED", "赤", "３３３　ｍ", "1,500", "One  and\na half", "blue"], draw.randint(0, 4))
                ),
                "refused": draw.random() < 0.3,
                "citations": [made_up_citation(draw) for _ in range(draw.randint(0, 3))],
            }
        )
    return questions, answers


def made_up_citation(draw):
    name = draw.choice([*sorted(TEXTS), "missing.md"])
    text = TEXTS.get(name, "")
    start = draw.randint(0, 12)
    end = start + draw.randint(0, 8)
    return {"document": name, "start": start, "end": end, "quote": text[start:end] if draw.random() < 0.7 else "else"}


def under_the_names_of_the_rule(figures):
    """Put our table in the form in which the reference prints its figures: flat, rounded."""
    flat = {name: value for name, value in figures["all"].items() if name not in ("n", "p50_ms", "p95_ms")}
    for row, values in figures.items():
        if row != "all" and "full" in values:
            flat["full_" + row.replace("lang:", "").replace(":", "_").replace("cross_lingual", "cross")] = values["full"]
    return {name: round(value, 4) for name, value in flat.items()}


@pytest.mark.skipif(not SCORE.is_file(), reason="the reference rule is not beside this repository")
@pytest.mark.parametrize("seed", range(8))
def test_figures_are_those_of_the_reference_rule(tmp_path, corpus, seed):
    spec = importlib.util.spec_from_file_location("reference_score", SCORE)
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    questions, answers = made_up(seed)
    by_question = {row["question"]: answers[number] for number, row in enumerate(questions)}
    report = evaluate_answers(written(tmp_path / "q.jsonl", questions), lambda text, past: by_question[text], corpus)
    expected, _ = reference.score(questions, answers, corpus)
    expected = {name: value for name, value in expected.items() if name not in ("n", "missing")}
    assert under_the_names_of_the_rule(report.figures) == expected


def test_past_turns_are_given_with_the_question(tmp_path, corpus):
    seen = []

    def ask(text, past):
        seen.append((text, past))
        return {"answer": "red", "refused": False, "citations": []}

    row = gold(1, history=[{"question": "Before?", "answer": "That."}])
    evaluate_answers(written(tmp_path / "q.jsonl", [row]), ask, corpus)
    assert seen == [("Question 1?", (Turn("Before?", "That."),))]


def test_each_question_has_a_row(tmp_path, corpus):
    cited = {"document": "tower.md", "quote": "The tower", "start": 0, "end": 9}
    replies = {
        "Question 1?": {"answer": "It is red.", "refused": False, "citations": [cited, cited]},
        "Question 2?": {"answer": "No.", "refused": True, "citations": []},
    }
    rows = [gold(1), gold(2, answerable=False, type="unanswerable", lang="ja")]
    path = written(tmp_path / "set.jsonl", rows)
    report = evaluate_answers(path, lambda text, past: replies[text], corpus)
    first, second = report.rows
    assert (first["id"], first["full"], first["documents"], first["answer"]) == ("q1", True, ["tower.md"], "It is red.")
    assert (second["id"], second["full"], second["refused"], second["documents"]) == ("q2", None, True, [])
    assert list(report.figures) == ["all", "lang:en", "lang:ja", "type:fact", "type:unanswerable"]
    assert report.figures["all"]["quote_verbatim"] == 1
    assert report.name == "answers-set"


def test_quotes_from_a_file_that_is_no_text_are_held_to_what_was_taken_out_of_it(tmp_path, corpus):
    import docx

    document = docx.Document()
    document.add_paragraph("The tower is red and tall, as towers are.")
    document.save(str(corpus / "tower.docx"))
    cited = {"document": "tower.docx", "quote": "The tower is red and tall, as towers are.", "start": 0, "end": 41}
    reply = {"answer": "red", "refused": False, "citations": [cited]}
    report = evaluate_answers(written(tmp_path / "q.jsonl", [gold(1)]), lambda text, past: reply, corpus)
    assert report.figures["all"]["quote_verbatim"] == 1


def test_a_missing_corpus_is_told_before_anything_is_asked(tmp_path):
    with pytest.raises(CorpusEmpty, match="no such folder"):
        evaluate_answers(written(tmp_path / "q.jsonl", [gold(1)]), lambda text, past: pytest.fail("asked"), tmp_path / "none")


# --- search ----------------------------------------------------------------------------------------------------------

PARAGRAPHS = [
    ("塔 [SEP] the tower is red", [("what is red", ["tower"])]),
    ("the sea is blue", [("what is blue", ["sea"]), ("what is loud", [])]),
    ("the wood is green", [("what is tall", ["wood"])]),
]


def by_shared_words(paragraphs):
    def search(question):
        words = set(question.split())
        return sorted(range(len(paragraphs)), key=lambda number: -len(words & set(paragraphs[number].split())))

    return search


def test_searchers_are_compared_on_the_paragraphs_of_the_file(tmp_path):
    seen = []

    def backwards(paragraphs):
        seen.extend(paragraphs)
        return lambda question: range(len(paragraphs))[::-1]

    path = squad(tmp_path / "set.json", PARAGRAPHS)
    figures = evaluate_retrieval(path, {"words": by_shared_words, "backwards": backwards}).figures
    assert seen == ["the tower is red", "the sea is blue", "the wood is green"]
    assert (figures["words"]["n"], figures["words"]["paragraphs"]) == (3, 3)
    assert figures["words"]["mrr@10"] == pytest.approx((1 + 1 + 1 / 3) / 3)
    assert figures["backwards"]["mrr@10"] == pytest.approx((1 / 3 + 1 / 2 + 1) / 3)
    assert figures["words"]["recall@10"] == figures["backwards"]["recall@10"] == 1
    assert {"p50_ms", "p95_ms", "build_s"} <= set(figures["words"])


def test_a_limit_draws_questions_but_keeps_all_paragraphs(tmp_path):
    path = squad(tmp_path / "set.json", PARAGRAPHS)
    figures = evaluate_retrieval(path, {"words": by_shared_words}, limit=1).figures["words"]
    assert (figures["n"], figures["paragraphs"]) == (1, 3)
    with pytest.raises(ConfigError):
        evaluate_retrieval(path, {"words": by_shared_words}, limit=0)


def test_a_set_without_an_answer_cannot_be_searched(tmp_path):
    path = squad(tmp_path / "set.json", [("text", [("q", [])])])
    with pytest.raises(BatchError, match=r"set\.json: no question in it has an answer"):
        evaluate_retrieval(path, {"words": by_shared_words})


# --- reading ---------------------------------------------------------------------------------------------------------


def first_word(no_answer):
    def read(question, context):
        word = context.split()[0]
        return Reading(word, 0, len(word), 1.0, no_answer(question))

    return read


def test_english_is_read_by_words_and_japanese_by_characters(tmp_path):
    path = squad(
        tmp_path / "set.json", [("Towers are red", [("who?", ["the towers"])]), ("東京都 です", [("どこ?", ["東京"])])]
    )
    figures = evaluate_reading(path, first_word(lambda question: 0.0)).figures
    assert set(figures) == {"all", "answerable"}
    assert figures["answerable"] == pytest.approx({"n": 2, "exact": 0.5, "f1": (1 + 0.8) / 2})
    assert figures["all"]["verbatim"] == 1


def test_unanswerable_questions_add_figures_at_thresholds(tmp_path):
    path = squad(tmp_path / "set.json", [("red tower", [("colour?", ["red"]), ("height?", []), ("shade?", ["red"])])])
    doubts = {"colour?": 0.1, "height?": 0.9, "shade?": 0.6}
    figures = evaluate_reading(path, first_word(doubts.get)).figures
    assert figures["answerable"] == {"n": 2, "exact": 1, "f1": 1}
    assert figures["best threshold"] == pytest.approx(
        {"n": 3, "threshold": 0.6, "exact": 1, "f1": 1, "withheld_right": 1, "withheld_wrong": 0}
    )
    assert figures["threshold 0.5"] == pytest.approx(
        {"n": 3, "threshold": 0.5, "exact": 2 / 3, "f1": 2 / 3, "withheld_right": 1, "withheld_wrong": 0.5}
    )


def test_an_answer_away_from_its_offsets_is_not_verbatim(tmp_path):
    path = squad(tmp_path / "set.json", [("red tower", [("colour?", ["red"])])])
    assert evaluate_reading(path, lambda question, context: Reading("red", 1, 4, 1.0, 0.0)).figures["all"]["verbatim"] == 0


def test_no_bar_is_drawn_where_stderr_is_no_terminal(tmp_path, capfd):
    evaluate_reading(squad(tmp_path / "set.json", [("red", [("q", ["red"])])]), first_word(lambda question: 0.0))
    assert capfd.readouterr() == ("", "")
