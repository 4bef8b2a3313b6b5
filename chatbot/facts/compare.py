"""Whether a quote carries the exact facts of a claim. No judge may overrule what is found here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from chatbot import language
from chatbot.facts.dates import Date, carried, dates
from chatbot.facts.names import LINK, Name, has, names, offices, swapped
from chatbot.facts.numbers import Number, numbers
from chatbot.facts.places import places, shown
from chatbot.facts.plain import plain
from chatbot.facts.polarity import Polarity, disagree, polarity
from chatbot.facts.units import agree
from chatbot.types import Language

Kind = Literal["number", "date", "name", "link", "negation"]


@dataclass(frozen=True, slots=True)
class Facts:
    """The exact facts of a text."""

    text: str
    """Made plain; what the others were read from."""
    language: Language
    numbers: tuple[Number, ...]
    """Those that the text must answer for."""
    all_numbers: tuple[Number, ...]
    """Also those inside names, and words that may stand for a number of another text."""
    dates: tuple[Date, ...]
    names: tuple[Name, ...]
    places: frozenset[str]
    links: tuple[str, ...]
    polarity: Polarity

    @property
    def years(self) -> frozenset[int]:
        """Every year, bare ones included."""
        return _years(self.numbers) | {date.year for date in self.dates if date.year is not None}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A fact of a claim that its quote does not carry."""

    kind: Kind
    text: str
    """As the claim has it."""


@lru_cache(maxsize=1 << 13)
def facts(text: str) -> Facts:
    """Return the exact facts of a sentence; remembered, as the same sentences are looked at for every answer."""
    whole = plain(text)
    links = tuple(match.group().rstrip(".,;:!?") for match in LINK.finditer(whole))
    found, rest = dates(LINK.sub(lambda match: " " * len(match.group()), whole))
    own, every = numbers(rest)
    return Facts(
        text=whole,
        language=language.detect(whole),
        numbers=own,
        all_numbers=every,
        dates=found,
        names=names(whole),
        places=places(whole),
        links=links,
        polarity=polarity(whole),
    )


def contradicts(claim: str, quote: str, context: str = "") -> tuple[Mismatch, ...]:
    """Return the facts of a claim that its quote does not carry, empty if it carries all of them.

    Every number with its unit and scale and every date must be in the quote; every Latin name in the quote or its context;
    negations must agree. Between Japanese and English, names that can only be compared by meaning are left to the judge.

    Args:
        claim: A sentence, without citation marks.
        quote: What is cited for it.
        context: What the reader of the quote knows besides: its document's title, date and publisher, the headings above it.
    """
    mine, theirs, beside = facts(claim), facts(quote), facts(context)
    found = [*_numbers(mine, theirs, beside), *_dates(mine, theirs, beside), *_names(mine, theirs, beside)]
    known = f"{theirs.text} {beside.text}"
    found += [Mismatch("link", link) for link in mine.links if link not in known]
    if disagree(mine.text, theirs.text):
        found.append(Mismatch("negation", claim))
    return tuple(dict.fromkeys(found))


def clashes(claim: str, quote: str) -> tuple[Mismatch, ...]:
    """Return what a claim says otherwise than a quote does in the same words: more than a fact that the quote lacks.

    Another sentence that has the fact does not make up for it.
    """
    mine, theirs = facts(claim), facts(quote)
    found = [Mismatch("number", each.text) for each in mine.numbers if _other_number(each, mine, theirs)]
    found += [Mismatch("date", each.text) for each in mine.dates if _other_date(each, mine, theirs)]
    if mine.language == theirs.language:
        found += [Mismatch("name", each.text) for each in mine.names if _replaced(each, mine, theirs)]
        found += [Mismatch("name", word) for word in swapped(mine.text, theirs.text)] if mine.language == "ja" else []
    if disagree(mine.text, theirs.text):
        found.append(Mismatch("negation", claim))
    return tuple(found)


def _numbers(mine: Facts, theirs: Facts, beside: Facts) -> Iterator[Mismatch]:
    parts = {part for date in theirs.dates for part in (date.year, date.day) if part}
    if _excused(mine, theirs):
        parts |= beside.years
    for number in mine.numbers:
        there = any(_agree(number, other) for other in theirs.all_numbers) or any(
            unit == "" and value in parts for value, unit in number.readings
        )
        # A value that the quote has elsewhere is still false in the place of another.
        other = _other_number(number, mine, theirs) or _once_too_often(number, mine, theirs)
        if other or not (there or number.vague or _is_one(number, mine, theirs)):
            yield Mismatch("number", number.text)


def _agree(number: Number, other: Number) -> bool:
    return any(agree(reading, quoted) for reading in number.readings for quoted in other.readings)


def _other_number(number: Number, mine: Facts, theirs: Facts) -> bool:
    """Whether the quote has other numbers, and not this one, between the same words.

    One that the claim says as often as the quote was only moved, unless both changed places.
    """
    beside = [other for other in theirs.numbers if other.slot == number.slot and other.slot[1]]
    if not beside or any(_agree(number, other) for other in beside):
        return False
    if not all(_times(other, mine.numbers) >= _times(other, theirs.numbers) for other in beside):
        return True
    own = {other.slot for other in theirs.numbers if _agree(number, other) and other.slot[1]}
    return any(each.slot in own and not _agree(number, each) for each in mine.numbers)


def _times(number: Number, among: tuple[Number, ...]) -> int:
    return sum(_agree(number, each) for each in among)


def _once_too_often(number: Number, mine: Facts, theirs: Facts) -> bool:
    """Whether a claim repeats a number that the quote has fewer times, and lacks another of it: «4, 6 and 6» of 4, 5, 6."""
    if _times(number, mine.numbers) < 2 or not 1 <= _times(number, theirs.all_numbers) < _times(number, mine.numbers):
        return False
    return any(not each.vague and not _times(each, mine.numbers) for each in theirs.numbers)


def _is_one(number: Number, mine: Facts, theirs: Facts) -> bool:
    """Whether a number is a one that the other language may leave unsaid: «a day», 「1日」.

    Not where the quote has a number that the claim lacks: the one may stand in its place.
    """
    if mine.language == theirs.language or not any(value == 1 and unit != "share" for value, unit in number.readings):
        return False
    return all(other.vague or any(_agree(each, other) for each in mine.numbers) for other in theirs.numbers)


def _dates(mine: Facts, theirs: Facts, beside: Facts) -> Iterator[Mismatch]:
    quoted = (*theirs.dates, *beside.dates) if _excused(mine, theirs) else theirs.dates
    years = theirs.years | (beside.years if quoted is not theirs.dates else frozenset())
    for date in mine.dates:
        if _other_date(date, mine, theirs) or not carried(date, quoted, years):
            yield Mismatch("date", date.text)


def _other_date(date: Date, mine: Facts, theirs: Facts) -> bool:
    """Whether the quote has another date between the same words, or this one less often; see `_other_number`."""
    own, quoted = Counter(map(_day, mine.dates)), Counter(map(_day, theirs.dates))
    if 1 <= quoted[_day(date)] < own[_day(date)] and set(quoted) - set(own):
        return True
    beside = [other for other in theirs.dates if other.slot == date.slot and other.slot[1]]
    if not beside or any(carried(date, [other], theirs.years) for other in beside):
        return False
    moved = all(own[_day(other)] >= quoted[_day(other)] for other in beside)
    return not moved or carried(date, theirs.dates, theirs.years)


def _day(date: Date) -> tuple[int | None, int | None, int | None]:
    return date.year, date.month, date.day


def _excused(mine: Facts, theirs: Facts) -> bool:
    """Whether dates of the document may stand for those of the quote: only where they take the place of none."""
    months = {date.month for date in mine.dates}
    return theirs.years <= mine.years and all(date.month in months for date in theirs.dates if date.month)


def _names(mine: Facts, theirs: Facts, beside: Facts) -> Iterator[Mismatch]:
    known = f"{theirs.text} {beside.text}"
    same = mine.language == theirs.language
    for name in mine.names:
        if (not has(known, name.text) and _must_be_there(name, mine, theirs)) or (same and _replaced(name, mine, theirs)):
            yield Mismatch("name", name.text)
    # Across the languages a country may hide in another name: NTIA, 「国立」.
    if same or theirs.places - mine.places:
        for code in sorted(mine.places - shown(known)):
            yield Mismatch("name", code)
    if same and mine.language == "ja":
        for word in (*swapped(mine.text, theirs.text), *(each for each in offices(mine.text) if each not in known)):
            yield Mismatch("name", word)


def _must_be_there(name: Name, mine: Facts, theirs: Facts) -> bool:
    """Whether the quote would have a name if it meant it: always in one language, and where Latin letters stand in Japanese."""
    if mine.language == theirs.language or mine.language == "ja":
        return name.sure
    # An English name may be in kanji, but not where the Japanese has Latin letters of that kind for something else.
    return name.distinctive and any(other.distinctive and not has(mine.text, other.text) for other in theirs.names)


def _replaced(name: Name, mine: Facts, theirs: Facts) -> bool:
    """Whether a name stands between the same words as another one of the quote, which the claim does not have."""
    beside = [other for other in theirs.names if other.slot == name.slot and other.slot[1]]
    return bool(beside) and all(not has(mine.text, other.text) for other in beside)


def _years(found: tuple[Number, ...]) -> frozenset[int]:
    values: set[Fraction] = {value for number in found for value, unit in number.readings if unit == ""}
    return frozenset(int(value) for value in values if value.denominator == 1 and 1500 <= value <= 2199)
