"""Question sets are read as they are, and refused with the place and the remedy."""

import json
import lzma

import pytest

from chatbot.errors import BatchError, ConfigError
from chatbot.evaluate.questions import Asked, read_questions, read_squad, sample
from chatbot.types import Turn

GOLD = {
    "id": "one",
    "lang": "ja",
    "type": "followup",
    "question": "高さは?",
    "history": [{"question": "塔は?", "answer": "赤い。"}],
    "answerable": True,
    "cross_lingual": True,
    "facts": [["333 ?m"]],
    "documents": ["tower.md"],
}
SQUAD = {
    "data": [
        {
            "paragraphs": [
                {
                    "context": "The tower is red.",
                    "qas": [
                        {"question": " What colour? ", "answers": [{"text": "red", "answer_start": 13}]},
                        {"question": "How tall?", "answers": [], "is_impossible": True},
                    ],
                }
            ]
        }
    ]
}


def lines(path, *rows):
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_line_becomes_a_question(tmp_path):
    (question,) = read_questions(lines(tmp_path / "q.jsonl", "", GOLD))
    assert (question.id, question.language, question.text) == ("one", "ja", "高さは?")
    assert question.past == (Turn("塔は?", "赤い。"),)
    assert question.cross_lingual
    assert question.facts == (("333 ?m",),)
    assert question.documents == {"tower.md"}


def test_an_unanswerable_question_needs_no_facts_and_no_documents(tmp_path):
    bare = {"id": "two", "lang": "en", "type": "unanswerable", "question": "?", "answerable": False}
    (question,) = read_questions(lines(tmp_path / "q.jsonl", bare))
    assert (question.past, question.facts, question.documents) == ((), (), frozenset())


@pytest.mark.parametrize(
    ("second", "cause"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ({**GOLD, "id": 7}, "id is not a string"),
        ({key: value for key, value in GOLD.items() if key != "question"}, "question is missing"),
        ({**GOLD, "answerable": "yes"}, "answerable is not true or false"),
        ({**GOLD, "facts": []}, "no facts"),
        ({**GOLD, "facts": ["333"]}, "not a list of strings"),
        ({**GOLD, "facts": [["("]]}, "not a regular expression"),
        ({**GOLD, "history": ["before"]}, "not a JSON object"),
        ({**GOLD, "documents": "tower.md"}, "documents is not a list"),
        (GOLD, "was used before"),
    ],
)
def test_a_malformed_line_is_named_with_its_number_and_remedy(tmp_path, second, cause):
    with pytest.raises(BatchError, match=rf"q\.jsonl, line 3.*{cause}.*\. \S.*\.$"):
        read_questions(lines(tmp_path / "q.jsonl", GOLD, "", second))


@pytest.mark.parametrize("read", [read_questions, read_squad])
def test_a_file_that_cannot_be_read_is_named(tmp_path, read):
    with pytest.raises(BatchError, match=r"none\.json: cannot be read .*Check that"):
        read(tmp_path / "none.json")
    with pytest.raises(BatchError, match="cannot be read"):
        read(tmp_path)
    (tmp_path / "sjis.json").write_bytes(b'{\n"question": "' + "高さ".encode("shift_jis"))
    with pytest.raises(BatchError, match=r"sjis\.json, line 2: not UTF-8\. Convert"):
        read(tmp_path / "sjis.json")
    (tmp_path / "short.xz").write_bytes(lzma.compress(b"{}")[:-4])
    with pytest.raises(BatchError, match="not a whole .xz file"):
        read(tmp_path / "short.xz")


def test_a_file_without_questions_is_refused(tmp_path):
    with pytest.raises(BatchError, match="no question in it"):
        read_questions(lines(tmp_path / "q.jsonl", "", " "))
    with pytest.raises(BatchError, match="no question in it"):
        read_squad(lines(tmp_path / "q.json", {"data": []}))


@pytest.mark.parametrize("name", ["squad.json", "squad.json.xz"])
def test_a_squad_file_is_read_plain_or_compressed(tmp_path, name):
    data = ("\ufeff" + json.dumps(SQUAD)).encode()
    (tmp_path / name).write_bytes(lzma.compress(data) if name.endswith(".xz") else data)
    assert read_squad(tmp_path / name) == (
        Asked("What colour?", "The tower is red.", ("red",)),
        Asked("How tall?", "The tower is red.", ()),
    )


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("[]", r"squad\.json: not a JSON object"),
        ("{}", r"squad\.json: data is missing"),
        ('{"data": [\n{]}', r"squad\.json, line 2, column 2: not JSON"),
        ('{"data": [{}]}', r"data\[0\]: paragraphs is missing"),
        ('{"data": [{"paragraphs": [{"context": 1}]}]}', r"data\[0\]\.paragraphs\[0\]: context is not a string"),
        (
            '{"data": [{"paragraphs": [{"context": "c", "qas": [{"question": "q"}]}]}]}',
            r"data\[0\]\.paragraphs\[0\]\.qas\[0\]: answers is missing",
        ),
    ],
)
def test_a_malformed_squad_file_is_named_with_the_place_and_remedy(tmp_path, text, cause):
    with pytest.raises(BatchError, match=rf"{cause}.*SQuAD's format"):
        read_squad(lines(tmp_path / "squad.json", text))


def test_a_sample_is_the_same_each_time_and_in_order():
    items = list(range(100))
    drawn = sample(items, 10)
    assert drawn == sample(items, 10) == sorted(drawn)
    assert len(set(drawn)) == 10
    assert sample(items, None) == sample(items, 1000) == items


def test_a_limit_below_one_is_refused():
    with pytest.raises(ConfigError, match="from 1 on"):
        sample([1], 0)
