"""Dates and times in hiragana: 2025年3月19日 is にせんにじゅうごねんさんがつじゅうくにち."""

from __future__ import annotations

import re

from chatbot.spoken.japanese.counters import counted, days, month
from chatbot.spoken.japanese.numbers import whole
from chatbot.spoken.rules import rule

_Y = r"(?P<year>(?:1[0-9]|2[01])\d\d)"
_M = r"(?P<month>1[0-2]|0?[1-9])"
_D = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_TO = r"\s?[〜～~–—-]\s?"


def year(number: int) -> str:
    """Return a year with ねん: 2024 is にせんにじゅうよねん."""
    return counted(whole(number), str(number), "年")


def day(number: int) -> str:
    """Return a day of a month: the first is ついたち."""
    return "ついたち" if number == 1 else days(whole(number), str(number))


def _date(match: re.Match[str]) -> str:
    parts = match.groupdict()
    said = year(int(parts["year"])) if parts.get("year") else ""
    said += month(int(parts["month"])) if parts.get("month") else ""
    said += day(int(parts["day"])) if parts.get("day") else ""
    if until := parts.get("until"):
        said += f"から{day(int(until))}"
    return said + ("づけ" if parts.get("as_of") else "")


def _months(match: re.Match[str]) -> str:
    return f"{month(int(match[1]))}から{month(int(match[2]))}"


def _days(match: re.Match[str]) -> str:
    return f"{day(int(match[1]))}から{day(int(match[2]))}"


def _years(match: re.Match[str]) -> str:
    first, last = int(match[1]), match[2]
    return f"{year(first)}から{year(int(last)) if len(last) == 4 else year(first // 100 * 100 + int(last))}"


def _fiscal(match: re.Match[str]) -> str:
    written = match[1]
    return f"{year(int(written) if len(written) == 4 else 2000 + int(written))}ど"


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    if hour > 24:
        return match.group()
    said = counted(whole(hour), str(hour), "時")
    return said + (counted(whole(minute), str(minute), "分") if minute else "")


_HALF = {"a": "午前", "p": "午後"}
# Before Latin words are read: these letters are no word.
FISCAL = rule(r"(?<![A-Za-z])FY\s?'?(\d{4}|\d\d)(?!\d)(?:年度|年)?", _fiscal)
RULES = (
    rule(rf"(?<![\d/.-]){_Y}[-/.]{_M}[-/.]{_D}(?![\d/-])(?:T[\d:.]+Z?)?", _date),
    rule(r"(?<![\d/-])(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])(?![\d/-])", _date),
    rule(rf"{_Y}\s?年の?\s?{_M}\s?月の?\s?{_D}\s?日(?:{_TO}(?P<until>[123]?\d)\s?日)?(?P<as_of>付)?(?!間)", _date),
    rule(rf"(?<![\d.,]){_M}\s?月の?\s?{_D}\s?日(?:{_TO}(?P<until>[123]?\d)\s?日)?(?P<as_of>付)?(?!間)", _date),
    rule(rf"{_Y}\s?年の?\s?{_M}\s?月(?![曜間額])", _date),
    rule(rf"(?<![\d.,])(1[0-2]|[1-9])月?{_TO}(1[0-2]|[1-9])\s?月(?![曜間額])", _months),
    rule(rf"(?<![\d.,])(?<!か){_M}\s?月(?![曜間額])", _date),
    rule(rf"(?<![\d.,])([123]?\d)日?{_TO}([123]?\d)\s?日(?!間)", _days),
    rule(rf"(?<![\d.,])((?:1[0-9]|2[01])\d\d)年?{_TO}((?:1[0-9]|2[01])\d\d|\d\d)(?:\s?年(?![間度]))", _years),
    rule(r"(?<![\d:.])([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?(?![\d:])", _time),
)
