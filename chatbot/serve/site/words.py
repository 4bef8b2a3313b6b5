"""The texts of the pages of documents by language, from `words.<language>.toml`, beside those they share with the chat page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chatbot.types import Language


@dataclass(frozen=True, slots=True)
class Said:
    """Every text of the pages in one language."""

    texts: Mapping[str, str]
    series: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Return a text by its name; an unknown name is an error of the program."""
        return self.texts[name]

    def count(self, name: str, n: int, **more: str) -> str:
        """Return a text that tells a number, in the singular where it is one."""
        return self.texts[f"{name}_one" if n == 1 else name].format(n=f"{n:,}", **more)


@cache
def said(language: Language) -> Said:
    """Return the pages' texts in one language."""
    found = tomllib.loads((files("chatbot.serve.site") / f"words.{language}.toml").read_text("utf-8"))
    series = found.pop("series")
    return Said(found, series)
