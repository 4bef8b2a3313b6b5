"""Question sets: JSON lines with gold facts, and files in SQuAD's format, plain or compressed (`.xz`)."""

from __future__ import annotations

import json
import lzma
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from chatbot.errors import BatchError, ConfigError
from chatbot.types import Turn

T = TypeVar("T")

# Of every sample, so that two runs with one limit ask the same questions.
SEED = 4
_LINE_REMEDY = "Each line is a JSON object with id, lang, type, question, answerable, facts and documents."
_SQUAD_REMEDY = "The file must be in SQuAD's format: data › paragraphs › context and qas › question and answers › text."
_NAMES = {str: "a string", bool: "true or false", list: "a list"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose answer must state certain facts, or must be refused."""

    id: str
    language: str
    type: str
    text: str
    past: tuple[Turn, ...]
    answerable: bool
    cross_lingual: bool
    """Whether every document that answers is in the other language."""
    facts: tuple[tuple[str, ...], ...]
    """For each fact, the regular expressions of which one must match."""
    documents: frozenset[str]
    """Files with the evidence, below the corpus."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one paragraph."""

    text: str
    context: str
    answers: tuple[str, ...]
    """Accepted wordings; empty if the paragraph does not answer."""


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read gold questions, one JSON object a line; blank lines are skipped.

    Raises:
        BatchError: With the file's name, the line's number and the remedy.
    """
    found: dict[str, Question] = {}
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        question = _question(_parsed(line, where, _LINE_REMEDY), where)
        if question.id in found:
            raise BatchError(f"{where}: the id {question.id!r} was used before. Give each question its own id.")
        found[question.id] = question
    if not found:
        raise BatchError(f"{path}: no question in it. {_LINE_REMEDY}")
    return tuple(found.values())


def read_squad(path: Path) -> tuple[Asked, ...]:
    """Read the questions of a file in SQuAD's format (version 1 or 2, JSQuAD, JaQuAD) in their order.

    Raises:
        BatchError: With the file's name, the line or the place in the structure, and the remedy.
    """
    found = tuple(_squad_questions(_parsed(_text(path), str(path), _SQUAD_REMEDY), str(path)))
    if not found:
        raise BatchError(f"{path}: no question in it. {_SQUAD_REMEDY}")
    return found


def sample(items: Sequence[T], limit: int | None) -> list[T]:
    """Draw at most `limit` of the items, in their order; the same ones each time.

    Raises:
        ConfigError: If the limit is below 1.
    """
    if limit is not None and limit < 1:
        raise ConfigError(f"The limit is {limit}. Give a number of questions from 1 on, or none for all of them.")
    if limit is None or limit >= len(items):
        return list(items)
    return [items[at] for at in sorted(random.Random(SEED).sample(range(len(items)), limit))]


def _question(row: Any, where: str) -> Question:
    answerable: bool = _field(row, "answerable", bool, where, _LINE_REMEDY)
    facts = tuple(_patterns(alternatives, where) for alternatives in _optional_list(row, "facts", where))
    if answerable and not facts:
        raise BatchError(f"{where}: an answerable question has no facts. {_LINE_REMEDY}")
    return Question(
        id=_field(row, "id", str, where, _LINE_REMEDY),
        language=_field(row, "lang", str, where, _LINE_REMEDY),
        type=_field(row, "type", str, where, _LINE_REMEDY),
        text=_field(row, "question", str, where, _LINE_REMEDY),
        past=tuple(_turn(turn, where) for turn in _optional_list(row, "history", where)),
        answerable=answerable,
        cross_lingual=row.get("cross_lingual") is True,
        facts=facts,
        documents=frozenset(str(name) for name in _optional_list(row, "documents", where)),
    )


def _turn(row: Any, where: str) -> Turn:
    remedy = "A history is a list of objects with question and answer."
    return Turn(_field(row, "question", str, where, remedy), _field(row, "answer", str, where, remedy))


def _patterns(alternatives: Any, where: str) -> tuple[str, ...]:
    if not isinstance(alternatives, list) or not all(isinstance(pattern, str) for pattern in alternatives):
        raise BatchError(f"{where}: a fact is not a list of strings. Give each fact as a list of regular expressions.")
    for pattern in alternatives:
        try:
            re.compile(pattern, re.IGNORECASE)
        except re.error as cause:
            message = f"{where}: {pattern!r} is not a regular expression ({cause}). Correct it as Python's re module wants it."
            raise BatchError(message) from cause
    return tuple(alternatives)


def _squad_questions(root: Any, name: str) -> Iterator[Asked]:
    for a, article in enumerate(_field(root, "data", list, name, _SQUAD_REMEDY)):
        where = f"{name}, data[{a}]"
        for p, paragraph in enumerate(_field(article, "paragraphs", list, where, _SQUAD_REMEDY)):
            where = f"{name}, data[{a}].paragraphs[{p}]"
            context = _field(paragraph, "context", str, where, _SQUAD_REMEDY)
            for q, asked in enumerate(_field(paragraph, "qas", list, where, _SQUAD_REMEDY)):
                yield _asked(asked, context, f"{where}.qas[{q}]")


def _asked(row: Any, context: str, where: str) -> Asked:
    text = _field(row, "question", str, where, _SQUAD_REMEDY)
    impossible = row.get("is_impossible") is True
    answers = [] if impossible else _field(row, "answers", list, where, _SQUAD_REMEDY)
    accepted = tuple(_field(answer, "text", str, where, _SQUAD_REMEDY) for answer in answers)
    return Asked(text.strip(), context, accepted)


def _field(row: Any, key: str, kind: type[T], where: str, remedy: str) -> T:
    if not isinstance(row, dict):
        raise BatchError(f"{where}: not a JSON object. {remedy}")
    value = row.get(key)
    if not isinstance(value, kind):
        problem = f"{key} is not {_NAMES[kind]}" if key in row else f"{key} is missing"
        raise BatchError(f"{where}: {problem}. {remedy}")
    return value


def _optional_list(row: dict[str, Any], key: str, where: str) -> list[Any]:
    return _field(row, key, list, where, _LINE_REMEDY) if row.get(key) is not None else []


def _parsed(text: str, where: str, remedy: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as cause:
        # A line of JSON lines names its number already.
        place = f"column {cause.colno}" if ", line " in where else f"line {cause.lineno}, column {cause.colno}"
        raise BatchError(f"{where}, {place}: not JSON ({cause.msg}). {remedy}") from cause
    except RecursionError as cause:
        raise BatchError(f"{where}: nested too deeply to be a question set. {remedy}") from cause


def _text(path: Path) -> str:
    data = _bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        number = data.count(b"\n", 0, cause.start) + 1
        raise BatchError(f"{path}, line {number}: not UTF-8. Convert the file to UTF-8.") from cause


def _bytes(path: Path) -> bytes:
    try:
        return lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    except OSError as cause:
        raise BatchError(f"{path}: cannot be read ({cause.strerror}). Check that the file exists and may be read.") from cause
    except lzma.LZMAError as cause:
        raise BatchError(f"{path}: not a whole .xz file. Fetch or compress it again.") from cause
