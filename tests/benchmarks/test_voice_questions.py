"""The questions that are asked aloud are none that the recogniser's language model was made of."""

from pathlib import Path

import pytest

from chatbot.assemble.voice import words_of
from chatbot.config import Config
from chatbot.voice import words

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
FILES = {"voice_questions.txt": 100, "voice_development.txt": 60}


def asked(name):
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [tuple(part.strip() for part in line.split("|")) for line in lines if line.strip() and not line.startswith("#")]


@pytest.fixture(scope="module")
def text():
    return words_of(Config())


@pytest.fixture(scope="module")
def seen(text):
    names = words.written(text)
    lines = [*words.questions(text, names), *(line for line, _ in words.headed(text, names))]
    lines += [words.tokens(sentence, names) for sentence in text.sentences]
    return {" ".join(line).casefold() for line in lines}


@pytest.mark.parametrize("name", FILES)
def test_no_question_follows_from_what_the_language_model_is_made_of(name, text, seen):
    names = words.written(text)
    told = [" ".join(words.tokens(question, names)).casefold() for question, _ in asked(name)]
    assert [question for question in told if question in seen] == []


def test_what_is_reported_was_not_chosen_by():
    first, second = ({question.casefold() for question, _ in asked(name)} for name in FILES)
    assert not first & second


@pytest.mark.parametrize(("name", "count"), FILES.items())
def test_every_question_is_asked_once_and_its_documents_are_there(name, count):
    there = {file.name.split(".")[0] for file in Config().corpus_folder.glob("*.md")}
    told = asked(name)
    assert len({question.casefold() for question, _ in told}) == len(told) == count
    assert [question for question, documents in told if not documents.split() or not set(documents.split()) <= there] == []
