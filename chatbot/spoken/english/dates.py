"""Dates, years and times in English words."""

from __future__ import annotations

import re

from chatbot.spoken.english.numbers import cardinal, decade, ordinal, pair, year
from chatbot.spoken.rules import rule

_MONTHS = "January February March April May June July August September October November December".split()
_SHORT = {name[:3]: name for name in _MONTHS} | {"Sept": "September"} | {name: name for name in _MONTHS}
_MONTH = rf"\b(?P<month>{'|'.join(_MONTHS)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d%]|[.,]\d)"
_YEAR = r"(?P<year>(?:1[5-9]|20|21)\d\d)\b"
_Y = r"(?:1[5-9]|20)\d\d"
# What a number of four digits counts is no year.
_COUNTED = (
    r"(?!\s(?:\w+\s)?(?:models?|datasets?|people|users?|times|words|tokens|parameters|pages|languages|downloads|stars|GPUs|hours"
    r"|minutes|seconds|days|dollars|euros|yen|resources|researchers|contributors|samples|images|organi[sz]ations|companies|members"
    r"|participants|countries|characters|examples|prompts|questions|lines|items|entries|steps|miles|kilomet\w+|met\w+rs?"
    r"|million|billion|trillion|percent)\b)"
)
# The stop of «p.m.» is said only where the sentence ends with it.
_HALF = r"(?P<half>[aApP]\.?[mM]\b)(?:\.(?!\s*$|\s+[A-Z]))?"
_NOT_YEAR = r"(?![\d%]|,\d{3}|\.\d|-?[A-Za-z/]|\s?(?:%|[KMGTP]i?B\b|ms\b|kg\b|km\b|x\b|×|°))"


def _date(match: re.Match[str]) -> str:
    parts = match.groupdict()
    written = parts["month"].rstrip(".")
    month = _MONTHS[int(written) - 1] if written.isdigit() else _SHORT[written]
    day = ordinal(int(parts["day"])) if parts.get("day") else ""
    until = f" to {ordinal(int(parts['until']))}" if parts.get("until") else ""
    said = f"{month} {day}{until}".strip()
    if not parts.get("year"):
        return said
    return f"{said}{',' if day else ''} {year(int(parts['year']))}"


def _date_day_first(match: re.Match[str]) -> str:
    said = f"the {ordinal(int(match['day']))} of {_SHORT[match['month'].rstrip('.')]}"
    return f"{said} {year(int(match['year']))}" if match["year"] else said


def _time(match: re.Match[str]) -> str:
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if hour > 24 or minute > 59:
        return match.group()
    said = cardinal(hour)
    if minute:
        said += f" {pair(minute)}"
    elif not half:
        said += " hundred" if hour > 12 else " o'clock"
    return said + (f" {half[0].upper()}-M" if half else "")


def _years(match: re.Match[str]) -> str:
    first, last = int(match[1]), match[2]
    return f"{year(first)} to {year(int(last)) if len(last) == 4 else pair(int(last))}"


def _fiscal(match: re.Match[str]) -> str:
    written = match[1]
    return f"fiscal year {year(int(written) if len(written) == 4 else 2000 + int(written))}"


_NAMED = ("", "first", "second", "third", "fourth")
RULES = (
    rule(r"(?<![\d/.-])(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?![\d/-])(?:T[\d:.]+Z?)?", _date),
    rule(r"(?<![\d/-])(?P<year>(?:19|20)\d\d)[-/](?P<month>0[1-9]|1[0-2])(?![\d/-])", _date),
    rule(r"(?<![\d/])(?P<month>0?[1-9]|1[0-2])/(?P<day>[12]\d|3[01]|0?[1-9])/(?P<year>(?:19|20)\d\d)(?![\d/])", _date),
    rule(rf"{_MONTH}\s+{_DAY}(?:\s?[-–—]\s?(?P<until>[12]\d|3[01]|[1-9])(?!\d))?(?:,?\s+{_YEAR})?", _date),
    rule(
        rf"(?<![\d.,$€£-])(?:the )?(?P<day>[12]\d|3[01]|[1-9])(?:(?:st|nd|rd|th)(?: of)?)?\s+{_MONTH}(?:,?\s+{_YEAR})?",
        _date_day_first,
    ),
    rule(rf"{_MONTH}(?:\s+of)?,?\s+{_YEAR}", _date),
    rule(
        rf"(?<![\d:.])(?P<hour>\d{{1,2}}):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:])(?:\s?{_HALF})?(?!\.\d)",
        _time,
    ),
    rule(rf"(?<![\d:.,])(?P<hour>1[0-2]|[1-9])(?P<minute>)\s?{_HALF}", _time),
    rule(r"\bFY\s?'?(\d{4}|\d\d)\b", _fiscal),
    rule(rf"\bQ([1-4]) (?:of )?(?={_Y}\b)", lambda match: f"the {_NAMED[int(match[1])]} quarter of "),
    rule(rf"(?<![\d.,$€£-])({_Y})\s?(?:[-–—~]|to)\s?({_Y}|\d\d)(?![\d%,-]|\.\d|\s?[KMGT]B)", _years),
    rule(r"(?<![\d,.])((?:1[5-9]|20)\d0)'?s\b", lambda match: decade(int(match[1]))),
    rule(r"(?<!\w)'([1-9]0)s\b", lambda match: decade(1900 + int(match[1])).partition(" ")[2]),
    rule(rf"(?<![\d.,$€£¥#])(?<![A-Z0-9]-)({_Y}){_NOT_YEAR}{_COUNTED}", lambda match: year(int(match[1]))),
)
