"""The page's own texts by language, from `words.<language>.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chatbot.types import Language

LANGUAGES: tuple[tuple[str, Language], ...] = (("日本語", "ja"), ("English", "en"))
"""Each in its own name, as those who look for it read it."""


@dataclass(frozen=True, slots=True)
class Words:
    """Every text of the page in one language; a file that lacks one, or has one more, does not load."""

    name: str
    heading: str
    lead: str
    independent: str
    language: str
    theme: str
    question: str
    placeholder: str
    ask: str
    stop: str
    new: str
    examples_heading: str
    examples: tuple[str, ...]
    sample_heading: str
    you_asked: str
    waiting: str
    stopped: str
    writing: str
    struck: str
    supported: str
    years: str
    year: str
    ready: str
    topics_heading: str
    topic_question: str
    cannot_ask: str
    failed: str
    sources: str
    source: str
    undated: str
    original: str
    new_tab: str
    untitled: str
    languages: Mapping[str, str]
    kinds: Mapping[str, str]


@cache
def words(language: Language) -> Words:
    """Return the page's texts in one language."""
    found = tomllib.loads((files("chatbot.serve.ui") / f"words.{language}.toml").read_text("utf-8"))
    return Words(**{**found, "examples": tuple(found["examples"])})


def preferred(accepted: str) -> Language:
    """Return the first of the page's languages in an Accept-Language header, English if it names none."""
    ranked = sorted(accepted.split(","), key=_rank)
    for entry in ranked:
        primary = entry.split(";")[0].strip().lower().split("-")[0]
        if primary == "ja":
            return "ja"
        if primary == "en":
            return "en"
    return "en"


def _rank(entry: str) -> float:
    """Order the wanted first; a weight that is no number counts as none."""
    _, _, weight = entry.partition("q=")
    try:
        return -float(weight) if weight else -1.0
    except ValueError:
        return 0.0
