"""What is said in the program's own voice, and the commands said to it, by language, from `phrases.<language>.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from chatbot.language import normalise
from chatbot.types import Language

Command = Literal["repeat", "stop", "slower", "faster", "go_on", "yes", "no", "first", "second"]
_PUNCTUATION = re.compile(r"[^\w'’]+")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every phrase of one language; a file that lacks one, or has one more, does not load."""

    sorry: str
    again: str
    which: str
    refused: str
    nearest: str
    failed: str
    nothing_said: str
    nothing_more: str
    slower: str
    faster: str
    moment: str
    english_only: str
    """Shown, not said."""
    commands: Mapping[Command, tuple[str, ...]]
    around: tuple[str, ...]


@cache
def phrases(language: Language) -> Phrases:
    """Return the phrases of one language."""
    found = tomllib.loads((files("chatbot.voice") / f"phrases.{language}.toml").read_text("utf-8"))
    commands = {name: tuple(ways) for name, ways in found.pop("commands").items()}
    around = tuple(sorted(found.pop("around")["words"], key=len, reverse=True))
    return Phrases(**found, commands=commands, around=around)


def command(text: str, language: Language) -> Command | None:
    """Return the command that a transcript is, in either language; None if it says anything else besides.

    Args:
        text: What was heard.
        language: In which it is looked for first; a recogniser that hears one language may be told the wrong one.
    """
    other: Language = "ja" if language == "en" else "en"
    for each in (language, other):
        said = _forms(text, each)
        for name, ways in _ways(each).items():
            if said & ways:
                return name
    return None


@cache
def _ways(language: Language) -> dict[Command, frozenset[str]]:
    listed: Mapping[Command, tuple[str, ...]] = phrases(language).commands
    return {name: frozenset(_flat(way, language) for way in ways) for name, ways in listed.items()}


def _forms(text: str, language: Language) -> set[str]:
    """Return a text as it is, and without the words that only go along, from either end."""
    said = _flat(text, language)
    found = {said}
    gap = "" if language == "ja" else " "
    around = [_flat(word, language) for word in phrases(language).around]
    while said:
        shorter = next((cut for word in around if (cut := _without(said, word, gap)) not in (None, "")), None)
        if shorter is None:
            break
        said = shorter
        found.add(said)
    return found


def _without(said: str, word: str, gap: str) -> str | None:
    if said.endswith(gap + word):
        return said.removesuffix(gap + word)
    return said.removeprefix(word + gap) if said.startswith(word + gap) else None


def _flat(text: str, language: Language) -> str:
    words = _PUNCTUATION.sub(" ", normalise(text).lower()).split()
    return ("" if language == "ja" else " ").join(words)
