"""What only a smart speaker's server says, by language, from `words.<language>.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chatbot.types import Language


@dataclass(frozen=True, slots=True)
class Words:
    """Every text in one language; a file that lacks one, or has one more, does not load."""

    too_long: str
    enough: str


@cache
def words(language: Language) -> Words:
    """Return the texts in one language."""
    return Words(**tomllib.loads((files("chatbot.serve.wyoming") / f"words.{language}.toml").read_text("utf-8")))
