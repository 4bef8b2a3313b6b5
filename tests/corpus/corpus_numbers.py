"""Numbers of a text as values that can be compared across English and Japanese.

A figure is what is written with digits ("1.5 million", 「150万」, "176B") or as a date ("March 14, 2025",
「2025年3月14日」). A figure of one text must occur in the other as a figure or spelled out ("three", 「三つ」).
The same rules read both languages, because Japanese texts carry English names and titles.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from corpus_spelled import spelled

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SCALES = {
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "k": 10**3, "K": 10**3, "m": 10**6, "mn": 10**6, "M": 10**6, "bn": 10**9, "B": 10**9, "T": 10**12,
    "十": 10, "百": 10**2, "千": 10**3, "万": 10**4, "億": 10**8, "兆": 10**12,
}  # fmt: skip

_PLAIN = r"(?:(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_WORD_SCALE = r"(?:[\s-]?(?:hundred|thousand|million|billion|trillion)(?![a-z])|(?:k|K|mn?|M|bn|B|T)(?![A-Za-z]))"
_NUMBER = re.compile(rf"(?:{_PLAIN}[十百千]?[万億兆])+(?:{_PLAIN}千?)?|{_PLAIN}[百千]?{_WORD_SCALE}?割?")
_SEGMENT = re.compile(rf"({_PLAIN})([十百千]?)([万億兆]?)")
_JOINS = re.compile(r"\s*(?:-|–|—|~|〜|to|and|or|から|ないし)\s*(?:over|about|nearly)?\s*(?:[$€£¥]|EUR|USD)?\s*", re.I)
_FRACTION = re.compile(r"(\d+)分の(\d+)|(?<![\d/⁄.])(\d)[/⁄](\d{1,2})(?![\d/⁄])")
_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")

_MONTH = "|".join(MONTHS)
_ORDINAL = "(?:st|nd|rd|th)?"
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"),
    re.compile(r"(?:(?P<y>\d{4})\s?年の?\s?)?(?<!\d)(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日(?!間)"),
    re.compile(r"(?P<y>\d{4})\s?年の?\s?(?P<m>\d{1,2})\s?月(?P<d>)"),
    re.compile(r"(?P<y>)(?<!\d)(?P<m>\d{1,2})\s?月(?P<d>)"),
    re.compile(rf"\b(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}}){_ORDINAL}(?![\d.]\d|\d)(?:,?\s+(?P<y>\d{{4}})(?!\d))?"),
    re.compile(
        rf"(?<![\d.,-])(?P<d>\d{{1,2}})(?:{_ORDINAL}|(?:st|nd|rd|th)\s+of)\s+(?P<m>{_MONTH})\b"
        r"(?:,?\s+(?P<y>\d{4})(?!\d))?"
    ),
    re.compile(rf"\b(?P<m>{_MONTH})(?:\s+of)?,?\s+(?P<y>\d{{4}})(?!\d)(?P<d>)"),
    re.compile(rf"(?P<y>)\b(?P<m>{'|'.join(m for m in MONTHS if m != 'May')})\b(?P<d>)"),
    re.compile(
        r"(?P<y>)\b(?:[Ii]n|[Oo]f|[Ss]ince|[Bb]y|[Ff]rom|to|[Uu]ntil|and|through|[Bb]efore|[Aa]fter|[Dd]uring"
        r"|[Bb]etween|[Ee]arly|[Ll]ate|[Mm]id|[Tt]he|last|this)[ -](?P<m>May)\b(?P<d>)"
    ),
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date, as far as it is written: year and day may be missing."""

    year: int | None
    month: int
    day: int | None


Value = Fraction | Day


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or date of a text.

    Attributes:
        text: As written.
        readings: What it may mean; more than one only for the first number of "65 to 95 billion".
    """

    text: str
    readings: frozenset[Value]


def normalise(text: str) -> str:
    """Fold widths (NFKC), keeping superscripts apart from the digits before them (10²⁵ is not 1025)."""
    return unicodedata.normalize("NFKC", _SUPERSCRIPT.sub(lambda match: "^" + match[0], text))


def figures(text: str) -> tuple[Figure, ...]:
    """All numbers and dates written in `text`, dates first."""
    found: list[Figure] = []
    rest = normalise(text)
    for pattern in _DATES:
        found += [Figure(match[0], frozenset({_day(match)})) for match in pattern.finditer(rest)]
        rest = pattern.sub(lambda match: "¦" * len(match[0]), rest)
    for match in _FRACTION.finditer(rest):
        found += _fraction(match)
    rest = _FRACTION.sub(lambda match: "¦" * len(match[0]), rest)
    return tuple(found + list(_numbers(rest)))


def missing(text: str, other: str) -> list[str]:
    """Figures of `text`, as written, that `other` has neither as a figure nor spelled out."""
    have: set[Value] = {reading for figure in figures(other) for reading in figure.readings}
    have |= set(spelled(normalise(other)))
    if re.search(r"\bMay\b", other):  # at the start of a sentence it may be the month or the verb
        have.add(Day(None, 5, None))
    return [figure.text for figure in figures(text) if not any(_met(reading, have) for reading in figure.readings)]


def sections(body: str) -> list[str]:
    """The text before the first `## ` heading, then one text for each heading, heading included."""
    return re.split(r"^(?=## )", body, flags=re.M)


def disagreements(first: str, second: str) -> list[str]:
    """Figures that one text has and the other lacks, section by section where both have as many sections."""
    pairs = list(zip(sections(first), sections(second), strict=False))
    if len(sections(first)) != len(sections(second)):
        pairs = [(first, second)]
    found = []
    for number, (one, two) in enumerate(pairs):
        found += [f"section {number}: {figure!r} only in the first" for figure in missing(one, two)]
        found += [f"section {number}: {figure!r} only in the second" for figure in missing(two, one)]
    return found


def _day(match: re.Match[str]) -> Day:
    parts = match.groupdict()
    month = MONTHS.index(parts["m"]) + 1 if parts["m"] in MONTHS else int(parts["m"])
    return Day(int(parts["y"]) if parts["y"] else None, month, int(parts["d"]) if parts["d"] else None)


def _fraction(match: re.Match[str]) -> list[Figure]:
    bottom, top = (match[1], match[2]) if match[1] else (match[4], match[3])
    if int(bottom) > int(top):
        return [Figure(match[0], frozenset({Fraction(int(top), int(bottom))}))]
    return [Figure(part, frozenset({Fraction(int(part))})) for part in (bottom, top)]


def _numbers(text: str) -> Iterator[Figure]:
    matches = list(_NUMBER.finditer(text))
    for n, match in enumerate(matches):
        value, scale = _value(match[0])
        readings = {value}
        if scale == 1 and n + 1 < len(matches) and _JOINS.fullmatch(text[match.end() : matches[n + 1].start()]):
            readings.add(value * _value(matches[n + 1][0])[1])
        yield Figure(match[0], frozenset(readings))


def _value(written: str) -> tuple[Fraction, int]:
    """Value of one written number and its last scale (1 where it has none)."""
    total, scale = Fraction(0), 1
    if written.endswith("割"):
        return Fraction(written.rstrip("割").replace(",", "")) * 10, 1
    for segment in _SEGMENT.finditer(written):
        scale = SCALES.get(segment[2], 1) * SCALES.get(segment[3], 1)
        total += Fraction(segment[1].replace(",", "")) * scale
    word = re.search(r"[A-Za-z]+$", written)
    scale = scale * SCALES[word[0]] if word else scale
    return (total * SCALES[word[0]] if word else total), scale


def _met(value: Value, have: Iterable[Value]) -> bool:
    days = [other for other in have if isinstance(other, Day)]
    if isinstance(value, Fraction):
        return value in have or any(value in (day.year, day.day) for day in days)
    year_known = value.year is None or any(day.year == value.year for day in days) or Fraction(value.year) in have
    return year_known and any(_same_day(value, day) for day in days)


def _same_day(one: Day, other: Day) -> bool:
    """Whether two dates agree in all that both say; a day is not dropped, a year may stand elsewhere."""
    years_agree = one.year is None or other.year in (None, one.year)
    return years_agree and one.month == other.month and one.day in (None, other.day)
