"""Questions in JSON lines, answers in JSON lines, in the same order; a bad line costs nobody else an answer."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from chatbot.errors import BatchError, InputError
from chatbot.pipeline import Chatbot
from chatbot.protocols import Reader
from chatbot.serve import wire
from chatbot.types import Done, Turn

T = TypeVar("T")
Json = dict[str, Any]
Open = Callable[[], Chatbot]


def rows(path: Path) -> list[Json | BatchError]:
    """Read a file of JSON lines (`-` is stdin); what cannot be read stands in its place as an error.

    Raises:
        BatchError: If the file itself cannot be read.
    """
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as cause:
        raise BatchError(f"Cannot read {path} ({cause.strerror}). Name a file of JSON lines, or - for stdin.") from cause
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [_row(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def answers(lines: Sequence[Json | BatchError], open_bot: Open) -> Iterator[Json]:
    """Yield an answer for each line."""
    yield from _each(
        lines, open_bot, lambda bot, row: answer_one(bot, _text(row, "question"), _past(row), wire.identifier(row))
    )


def searches(lines: Sequence[Json | BatchError], open_bot: Open, k: int) -> Iterator[Json]:
    """Yield the `k` best passages for each line."""
    yield from _each(lines, open_bot, lambda bot, row: search_one(bot, _text(row, "query"), k, wire.identifier(row)))


def readings(lines: Sequence[Json | BatchError], open_reader: Callable[[], Reader]) -> Iterator[Json]:
    """Yield a span of the given context for each line; no documents are needed for it."""

    def read(reader: Reader, row: Json) -> Json:
        return wire.reading(reader.read(_text(row, "question"), _text(row, "context")), wire.identifier(row))

    yield from _each(lines, open_reader, read)


def answer_one(bot: Chatbot, question: str, past: Sequence[Turn] = (), id: str | float | None = None) -> Json:
    """Answer one question whole."""
    done = [event for event in bot.ask(question, past) if isinstance(event, Done)]
    return wire.answer(done[-1], question, id)


def search_one(bot: Chatbot, query: str, k: int, id: str | float | None = None) -> Json:
    """Search once and time it."""
    start = time.perf_counter()
    found = bot.search(query, k)
    return wire.hits(found, 1000 * (time.perf_counter() - start), id)


def _each(lines: Sequence[Json | BatchError], open_one: Callable[[], T], do: Callable[[T, Json], Json]) -> Iterator[Json]:
    one = open_one()
    for row in lines:
        if isinstance(row, BatchError):
            yield wire.problem(str(row))
            continue
        try:
            yield do(one, row)
        except InputError as error:
            yield wire.problem(str(error), wire.identifier(row))


def _row(line: bytes, place: str) -> Json | BatchError:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return BatchError(f"{place}: not UTF-8. Save the file as UTF-8.")
    except (ValueError, RecursionError) as cause:
        return BatchError(f"{place}: not JSON ({cause}). Write one object a line.")
    return row if isinstance(row, dict) else BatchError(f"{place}: not a JSON object. Write one object a line.")


def _text(row: Json, key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise BatchError(f'The line with id {wire.identifier(row)!r} has no text under "{key}". Give it one.')
    return value


def _past(row: Json) -> list[Turn]:
    history = row.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, dict) for turn in history):
        raise BatchError(f'The "history" of id {wire.identifier(row)!r} is not a list of {{"question", "answer"}}. Mend it.')
    return [Turn(str(turn.get("question") or ""), str(turn.get("answer") or "")) for turn in history]
