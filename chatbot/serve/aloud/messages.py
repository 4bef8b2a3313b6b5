"""What the page sends while one speaks to it: frames of its microphone, each with what was played by then, and wishes."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from chatbot.errors import PeerError
from chatbot.serve.ui import fields
from chatbot.types import Language, Turn
from chatbot.voice.audio import FRAME

WishName = Literal["press", "release", "call", "hush", "mute", "unmute", "open", "close", "talk"]
_HEAD = struct.Struct("<II")
FRAME_BYTES = _HEAD.size + 2 * FRAME
"""Of a frame as it is sent."""
_NUMBER = 1_000_000
_WRITER_NAME = 300


@dataclass(frozen=True, slots=True)
class Frame:
    """512 samples of 16 kHz."""

    samples: bytes = field(repr=False)
    generation: int
    """Of the sound that is being played: it goes up by one whenever what was not played is dropped."""
    played: int
    """Samples of that generation that were played by now."""


@dataclass(frozen=True, slots=True)
class Hello:
    """How a conversation begins."""

    language: Language = "en"
    """Of the page."""
    open: bool = False
    """Whether it always listens; else while a button is held, and after a tap."""
    past: tuple[Turn, ...] = ()
    writer: str = ""
    number: int = 1
    """Of the first question, by which the page knows its answer."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody did on the page."""

    name: WishName
    past: tuple[Turn, ...] = ()
    """With `talk`: what was asked and answered by now, also in writing."""


def frame_of(data: bytes) -> Frame:
    """Read a frame.

    Raises:
        PeerError: If it is none.
    """
    if len(data) != FRAME_BYTES:
        raise PeerError(f"A frame has {FRAME_BYTES} bytes, not {len(data):,}. Load the page anew.")
    generation, played = _HEAD.unpack_from(data)
    return Frame(data[_HEAD.size :], generation, played)


def hello_of(text: str) -> Hello:
    """Read the first message.

    Raises:
        PeerError: If it is no object of JSON.
    """
    given = _object(text)
    language: Language = "ja" if given.get("language") == "ja" else "en"
    writer, number = fields.text(given.get("writer"), _WRITER_NAME), fields.whole(given.get("number"), 1, _NUMBER)
    return Hello(language, given.get("open") is True, fields.turns(given.get("past")), writer, number)


def wish_of(text: str) -> Wish:
    """Read any later message of text.

    Raises:
        PeerError: If it is no wish that is known.
    """
    given = _object(text)
    name = given.get("do")
    if name not in get_args(WishName):
        raise PeerError("That is nothing that can be done. Load the page anew.")
    return Wish(cast(WishName, name), fields.turns(given.get("past")))


def _object(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise PeerError("A message that is no object of JSON. Load the page anew.")
    return given
