"""Rules of speech: a pattern and what is said for it, tried one after another on a whole text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
"""Where the second says None of its own, the text stays: a function may return `match.group()`."""


def rule(pattern: str, said: str | Callable[[re.Match[str]], str], flags: int = 0) -> Rule:
    """Make a rule; figures are ASCII, as text is normalised before."""
    return re.compile(pattern, flags), said


def apply(text: str, rules: Iterable[Rule]) -> str:
    """Say a text by each rule in turn."""
    for pattern, said in rules:
        text = pattern.sub(said, text)
    return text
