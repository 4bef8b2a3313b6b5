"""The dates of a text as far as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from chatbot.facts import spelled
from chatbot.facts.plain import slot, taken


@dataclass(frozen=True, slots=True)
class Date:
    """A date as written; what is not written is None."""

    year: int | None
    month: int | None = None
    day: int | None = None
    text: str = ""
    slot: tuple[str, str] = ("", "")
    """What stands before and after."""


_MONTHS = (
    "january february march april may june july august september october november december".split()
)  # fmt: skip
_SHORT = {**{name[:3]: n for n, name in enumerate(_MONTHS, 1)}, "sept": 9}
_NUMBER_OF = {name: n for n, name in enumerate(_MONTHS, 1)} | _SHORT
_FULL = "|".join(name.capitalize() for name in _MONTHS)
_MONTH = rf"(?P<month>{_FULL}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_SURE = rf"(?P<month>{'|'.join(name.capitalize() for name in _MONTHS if name not in ('may', 'march'))})"
_YEAR = r"(?P<year>(?:1[5-9]|20|21)\d\d)(?!\d|,\d{3})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_K = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_ERA = r"(?:(?P<era>令和|平成|昭和)\s?(?P<era_year>\d{1,2}|元|[一二三四五六七八九十]{1,3})年)"
_JA_YEAR = rf"(?:{_ERA}|(?P<year>\d{{4}}|[一二〇][〇一二三四五六七八九]{{3}})\s?年(?!間))"
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}

_SHAPES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?<![\d/-])(?P<year>\d{4})([-/.])(?P<month>0?[1-9]|1[0-2])\2(?P<day>0?[1-9]|[12]\d|3[01])(?![\d/]|[-.]\d)",
        r"(?<![\d/-])(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])(?![\d-])",
        r"(?<![\d/])(?P<month>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12]\d|3[01])/(?P<year>(?:19|20)\d\d)(?![\d/])",
        rf"{_JA_YEAR}の?\s?(?P<month>{_K})\s?月(?:の?\s?(?P<day>{_K})\s?日(?!間))?",
        rf"(?<![\d〇一二三四五六七八九十])(?P<month>{_K})\s?月の?\s?(?P<day>{_K})\s?日(?!間)",
        rf"(?<![\d.〇一二三四五六七八九十か])(?P<month>{_K})\s?月(?![曜間額])",
        _JA_YEAR,
        rf"\b{_MONTH}\s+{_DAY}(?![\d.]\d|\d)(?:,?\s+{_YEAR})?",
        rf"(?<![\d.,-])(?P<day>\d{{1,2}})(?:(?:st|nd|rd|th)(?:\s+of)?)?\s+{_MONTH}(?:,?\s+{_YEAR})?",
        rf"\b{_MONTH}(?:\s+of)?,?\s+{_YEAR}",
        rf"\b{_SURE}\b",
        r"\b(?:[Ii]n|[Oo]f|[Ss]ince|[Bb]y|[Ff]rom|until|through|[Bb]efore|[Aa]fter|[Dd]uring|[Ee]arly|[Ll]ate|mid)[ -]"
        r"(?P<month>May|March)\b",
    )
)


def dates(text: str) -> tuple[tuple[Date, ...], str]:
    """Return the dates of a plain text and the text with them blanked."""
    found: list[Date] = []
    rest = text
    for shape in _SHAPES:
        made, rest = taken(shape, rest, lambda match: _date(match, text))
        found += made
    return tuple(found), rest


def _date(match: re.Match[str], text: str) -> Date | None:
    parts = match.groupdict()
    year = int(spelled.japanese(parts["year"])) if parts.get("year") else None
    if parts.get("era"):
        ordinal = 1 if parts["era_year"] == "元" else int(spelled.japanese(parts["era_year"]))
        year = _ERAS[parts["era"]] + ordinal
    month, day = _month(parts.get("month")), parts.get("day")
    number = int(spelled.japanese(day)) if day else None
    if (month or 1) > 12 or (number or 1) > 31 or (day and not number):
        return None
    return Date(year, month, number, match.group(), slot(text, *match.span()))


def _month(written: str | None) -> int | None:
    if not written:
        return None
    return _NUMBER_OF.get(written.lower().rstrip(".")) or int(spelled.japanese(written))


def carried(date: Date, quoted: Iterable[Date], years: frozenset[int]) -> bool:
    """Whether a quote says a date: one of its own lacks neither month nor day and gives no other year, which may stand apart.

    Args:
        date: Of the claim.
        quoted: Of the quote and of its document.
        years: Bare numbers of the quote that may be years.
    """
    others = tuple(quoted)
    known = years | {other.year for other in others}
    if date.year is not None and date.year not in known:
        return False
    if date.month is None:
        return True
    return any(
        other.month == date.month
        and date.day in (None, other.day)
        and (None in (date.year, other.year) or date.year == other.year)
        for other in others
    )
