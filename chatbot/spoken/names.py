"""How names are said: a dictionary beside the code, the longest name first."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, str]]:
    read = resources.files("chatbot.spoken").joinpath("names.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, str]] = tomllib.loads(read)
    return tables


@lru_cache(maxsize=1)
def english() -> re.Pattern[str]:
    """Return a pattern of the names that an English voice would say wrong."""
    known = sorted(_tables()["en"], key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, known))})(?![A-Za-z0-9]|[-.]\d)")


def say_english(name: str) -> str:
    """Return a name as spelled for an English voice."""
    return _tables()["en"][name]


@lru_cache(maxsize=1)
def japanese() -> dict[str, str]:
    """Return the readings in katakana by the name in lower case, words parted by one space."""
    return {name.lower(): reading for name, reading in _tables()["ja"].items()}


@lru_cache(maxsize=1)
def longest() -> int:
    """Return the number of words of the longest name that has a Japanese reading."""
    return max(len(re.split(r"[ -]", name)) for name in japanese())


@lru_cache(maxsize=1)
def people() -> frozenset[str]:
    """Return the katakana names written with dots that are no pause."""
    known = (reading for reading in japanese().values() if "・" in reading)
    return frozenset((*known, *_tables()["people"]["dotted"].split()))
