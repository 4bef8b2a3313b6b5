"""What a smart speaker says in its own voice, and how it is told to go on, from `words.<language>.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from chatbot.language import normalise
from chatbot.types import Language

_NOISE = re.compile(r"['’\s、。，,.!?！？]+")


@dataclass(frozen=True, slots=True)
class Words:
    """Every text in one language; a file that lacks one, or has one more, does not load."""

    unheard: str
    too_long: str
    failed: str
    go_on: str
    enough: str
    sourced: str
    sourced_undated: str
    yes: tuple[str, ...]
    no: tuple[str, ...]


@cache
def words(language: Language) -> Words:
    """Return the texts in one language."""
    read = tomllib.loads((files("chatbot.serve.wyoming") / f"words.{language}.toml").read_text("utf-8"))
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in read.items()}
    return Words(**given)


def consent(text: str, language: Language) -> Literal["yes", "no", ""]:
    """Whether somebody who was asked if we shall go on said so; neither if it is something else."""
    plain = _plain(text)
    said = words(language)
    if plain in {_plain(each) for each in said.yes}:
        return "yes"
    return "no" if plain in {_plain(each) for each in said.no} else ""


def _plain(text: str) -> str:
    return _NOISE.sub("", normalise(text).lower())
