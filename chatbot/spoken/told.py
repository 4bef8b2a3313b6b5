"""What is said around an answer: which document says so, and how much is told before asking whether to go on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from chatbot.spoken.runs import aloud
from chatbot.types import Document, Language

MOST = 3
"""Sentences told at once; two where these are long already."""
_LONG: dict[Language, int] = {"en": 320, "ja": 140}
"""Characters that take about twenty seconds to say."""
_SHORT_WORDS, _SHORT_SIGNS = 11, 16
"""A title is named up to this many English words or Japanese characters."""
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?")
_MONTHS = "January February March April May June July August September October November December".split()
_NOBODY = ("not stated", "unknown", "anonymous")
_BRACKETS = re.compile(r"\s?[(（][^)）]*[)）]")


@dataclass(frozen=True, slots=True)
class Brief:
    """An answer cut for the ear."""

    told: tuple[str, ...]
    rest: tuple[str, ...]
    """What is told if the listener wants to hear more."""
    offer: str
    """The question whether to go on; empty if nothing is left."""


def brief(sentences: Sequence[str], language: Language, most: int = MOST) -> Brief:
    """Keep the first sentences of an answer, and ask about the others.

    Args:
        sentences: As written or as spoken, in order.
        language: That of the answer.
        most: Sentences to tell, 1 or more; one fewer where these are long.
    """
    kept = min(most, len(sentences))
    if kept > 2 and sum(map(len, sentences[: kept - 1])) > _LONG[language]:
        kept -= 1
    rest = tuple(sentences[kept:])
    return Brief(tuple(sentences[:kept]), rest, _words(language)["go_on"] if rest else "")


def source(document: Document, language: Language) -> str:
    """Return the source of what follows, as it is spoken: «According to Hugging Face's March twenty twenty-five response,».

    It names who and when, and what the document calls itself; a title only where it is short and of the same language.
    Empty where nothing of that is known.
    """
    words = _words(language)
    date = _month(document.date, language)
    kind = words["kinds"].get(document.kind, "")
    what = _form(document.title, language) if document.language == language else ""
    publisher = _BRACKETS.sub("", document.publisher)
    publisher = "" if publisher.lower() in _NOBODY else publisher
    if not (date or kind or publisher or what):
        return ""
    whose = words["whose"].format(publisher=publisher) if publisher else words["nobody"]
    shape = words["dated" if date else "undated"]
    said = shape.format(publisher=whose, date=date, what=what or kind or words["document"]).strip()
    if not what and document.language == language and _is_short(document.title, language):
        said = words["called"].format(source=said, title=document.title)
    return f"{aloud(words['according'].format(source=said), language)}{words['pause']}"


@lru_cache(maxsize=2)
def _words(language: Language) -> dict[str, Any]:
    read = resources.files("chatbot.spoken").joinpath(f"words.{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(read)


def _month(date: str, language: Language) -> str:
    """Month and year, as exact as a listener needs it."""
    found = _DATE.match(date)
    if not found:
        return ""
    year, month = found[1], int(found[2] or 0)
    if language == "ja":
        return f"{year}年{month}月" if month else f"{year}年"
    return f"{_MONTHS[month - 1]} {year}" if month else year


def _form(title: str, language: Language) -> str:
    """What a title calls its document, with its subject where that is short."""
    plain = _BRACKETS.sub("", title)
    forms = _words(language)["forms"]
    if language == "ja":
        # A Japanese title ends with it, or has it before a colon.
        found = re.search(rf"((?:{forms})(?:\s?#\d+)?)(?=$|[:：])", plain)
        return found[1] if found else ""
    found = re.search(rf"\b(?:{forms})\b[^:]*", plain, re.IGNORECASE)
    if not found:
        return ""
    phrase: str = found.group().strip()
    phrase = phrase[0].lower() + phrase[1:]
    return phrase if len(phrase.split()) <= _SHORT_WORDS else re.split(r" (?:to|on|of|for|in) ", phrase)[0]


def _is_short(title: str, language: Language) -> bool:
    return bool(title) and (len(title.split()) <= _SHORT_WORDS // 2 if language == "en" else len(title) <= _SHORT_SIGNS)
