"""The bytes of a streamed chat completion to pieces of text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

# No server sends more for one token, or for one answer that it does not stream.
_LONGEST_LINE = 1 << 20


class Garbage(Exception):
    """What came is no chat completion; the message says what it was."""


class ServerError(Exception):
    """The server says in its stream that it failed; the message is its own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of an answer."""

    text: str
    alive: bool = False
    """Whether the model was at work, be it on what is not shown, such as its reasoning."""


def pieces(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Yield the pieces of an answer from the chunks of a response, however they are cut.

    Server-sent events are read, and the one JSON object of a server that does not stream.

    Raises:
        Garbage: If it is neither, or stops before its end.
        ServerError: If it tells of an error.
    """
    finished = False
    whole = b""
    for line in _lines(chunks):
        if line.startswith(b"data:"):
            data = line[5:].strip()
            if data == b"[DONE]":
                return
            piece, last = _read(data)
            finished = finished or last
            yield piece
        elif line and not line.startswith((b":", b"event:", b"id:", b"retry:")):
            whole += line
            if len(whole) > _LONGEST_LINE or not whole.lstrip().startswith(b"{"):
                raise Garbage(f"something else than a chat completion, which begins {_shown(whole)}")
        else:
            yield Piece("")
    if whole:
        piece, finished = _read(whole)
        yield piece
    if not finished:
        raise Garbage("an answer that breaks off")


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines. Only line feeds end them: JSON may hold the other marks that text is split at."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.rstrip(b"\r") for line in lines)
        if len(rest) > _LONGEST_LINE:
            raise Garbage(f"a line without an end, which begins {_shown(rest)}")
    if rest.strip():
        yield rest.rstrip(b"\r")


def _read(data: bytes) -> tuple[Piece, bool]:
    """Return the piece in one event, and whether the answer ends with it."""
    try:
        event = json.loads(data)
    except ValueError:
        raise Garbage(f"an event that is no JSON, which begins {_shown(data)}") from None
    if not isinstance(event, dict):
        raise Garbage(f"an event that is no object: {_shown(data)}")
    if event.get("error"):
        raise ServerError(message_of(event))
    choices = event.get("choices")
    if not isinstance(choices, list):
        raise Garbage(f"an event without choices: {_shown(data)}")
    # An event about the costs has none.
    choice = choices[0] if choices and isinstance(choices[0], dict) else {}
    told = choice.get("delta") or choice.get("message") or {}
    text = told.get("content") if isinstance(told, dict) else None
    return Piece(text if isinstance(text, str) else "", alive=bool(told)), choice.get("finish_reason") is not None


def message_of(event: Any) -> str:
    """Return what a server says of its error, in whatever shape."""
    told = event.get("error", event) if isinstance(event, dict) else event
    if isinstance(told, dict):
        told = told.get("message") or told.get("detail") or told
    return " ".join(str(told).split())


def _shown(data: bytes) -> str:
    return repr(data[:60].decode("utf-8", "replace"))
