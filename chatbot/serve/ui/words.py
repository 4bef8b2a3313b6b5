"""The page's own texts by language, from `words.<language>.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from chatbot.types import Language

T = TypeVar("T")

LANGUAGES: tuple[tuple[str, Language], ...] = (("日本語", "ja"), ("English", "en"))
"""Each in its own name, as those who look for it read it."""


@dataclass(frozen=True, slots=True)
class Words:
    """Every text of the page in one language; a file that lacks one, or has one more, does not load."""

    code: Language
    """The language itself."""
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
    skip: str
    menu: str
    to_ask: str
    to_corpus: str
    busy: str
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
    read_here: str
    unchecked: str
    actions: str
    copy: str
    copied: str
    not_copied: str
    share: str
    shared: str
    again: str
    edit: str
    editing: str
    edit_end: str
    helpful: str
    unhelpful: str
    rate: str
    rated: str
    not_rated: str
    word: str
    word_send: str
    word_sent: str
    more_heading: str
    topic_told: str
    talks: str
    talks_heading: str
    talks_none: str
    talks_current: str
    talk_open: str
    talk_delete: str
    talks_delete: str
    talks_deleted: str
    undo: str
    clear: str
    cleared: str
    save_markdown: str
    save_json: str
    load: str
    loaded: str
    not_loaded: str
    close: str
    told_by: str
    lost: str
    offline: str
    back: str
    kept_question: str
    sign_in: str
    loading: str
    languages: Mapping[str, str]
    kinds: Mapping[str, str]


@cache
def words(language: Language) -> Words:
    """Return the page's texts in one language."""
    return load(Words, "words", language)


def load(kind: type[T], name: str, language: Language) -> T:
    """Read texts of one language from `<name>.<language>.toml` into a value with a field for each."""
    found = tomllib.loads((files("chatbot.serve.ui") / f"{name}.{language}.toml").read_text("utf-8"))
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in found.items()})


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
