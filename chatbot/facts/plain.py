"""A text made comparable: widths folded, powers kept apart from the digits before them, positions of taken parts blanked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from chatbot import language

_LAST = re.compile(r"[A-Za-z][A-Za-z-]*$")
_FIRST = re.compile(r"[A-Za-z][A-Za-z-]*")
T = TypeVar("T")

BLANK = "¦"
_POWER = re.compile(r"(?<=[0-9０-９])\s?([⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_NOTE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_VULGAR = re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])")


def plain(text: str) -> str:
    """Return the text in NFKC with 10²⁵ as 10^25; a raised number after anything but a digit is a note and is dropped."""
    text = _POWER.sub(lambda match: "^" + match.group(1), text)
    if not text.isascii():
        text = _VULGAR.sub(" ", _NOTE.sub(lambda m: m.group() if text[m.start() - 1 : m.start()] == "^" else "", text))
    return language.normalise(text).replace("\u2044", "/").replace("\u2212", "-")


def taken(pattern: re.Pattern[str], text: str, make: Callable[[re.Match[str]], T | None]) -> tuple[list[T], str]:
    """Return what `make` makes of the matches, and the text with those blanked; a match it makes None of stays."""
    found: list[T] = []

    def blank(match: re.Match[str]) -> str:
        made = make(match)
        if made is None:
            return match.group()
        found.append(made)
        return BLANK * len(match.group())

    rest = pattern.sub(blank, text)
    return found, rest


def slot(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands just before and just after a span: a Latin word, or two signs."""
    before, after = text[max(0, start - 24) : start].rstrip(), text[end : end + 24].lstrip()
    head, tail = _LAST.search(before), _FIRST.match(after)
    return (head.group().lower() if head else before[-2:]), (tail.group().lower() if tail else after[:2])
