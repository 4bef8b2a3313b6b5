"""The numbers of a text as values with units, whatever their shape and language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from chatbot.facts import spelled, units
from chatbot.facts.plain import BLANK, slot, taken
from chatbot.facts.units import Reading


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, and what it may mean."""

    text: str
    readings: frozenset[Reading]
    start: int = 0
    end: int = 0
    vague: bool = False
    """«one», «first», «second»: words that often count nothing; only another number of the same thing speaks against them."""
    slot: tuple[str, str] = ("", "")
    """What stands before and after."""


_PLAIN = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_SCALE_WORDS = {
    **spelled.SCALES, "mn": 10**6, "bn": 10**9, "tn": 10**12, "k": 10**3, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12,
    "m": 10**6,
}  # fmt: skip
_WORD_SCALE = r"(?:[ -]?(?:hundred|thousand|million|billion|trillion|dozen)(?![a-z]))+|(?:k|K|mn?|M|bn|B|tn|T)(?![A-Za-z])"
_FIGURE = re.compile(
    rf"(?P<japanese>(?:{_PLAIN}[十百千]*[万億兆京])+(?:{_PLAIN}[百千]?)?|{_PLAIN}[百千]+)"
    rf"|(?P<plain>{_PLAIN})(?P<scale>{_WORD_SCALE})?",
)
_VERSION = re.compile(r"(?<![0-9A-Za-z.])[vV]\.?(\d+(?:\.\d+)*)(?!\.?\d)|(?<![0-9A-Za-z.])(\d+(?:\.\d+){2,})(?![0-9A-Za-z])")
_POWER = re.compile(
    rf"(?:(?<![0-9A-Za-z.])(?P<factor>{_PLAIN})\s?[×x*]\s?)?(?<![\d.])(?P<base>{_PLAIN})"
    r"(?:\s?(?:\^|\*\*)\s?\(?(?P<raised>-?\d+)\)?|\s?の\s?(?P<jo>\d+)\s?乗"
    r"| to the (?:power of )?(?P<power>\d+)(?:st|nd|rd|th)?(?: power)?|[eE]\+?(?P<e>\d+)(?![0-9A-Za-z]))"
)
# A larger one is no figure of a document, and would take for ever to compute.
_MAX_POWER = 60
_FRACTION = re.compile(
    r"(?P<bottom>\d+|[一二三四五六七八九十]+)分の(?P<top>\d+|[一二三四五六七八九十]+)|(?<![\d/.])(?P<t>\d{1,3})/(?P<b>\d{1,3})(?![\d/])"
)
_OF = re.compile(r"(?<![0-9A-Za-z.,])(\d{1,2})(?:,000)? (?:in|out of|of every) (?:every )?(10|100)(?![\d,.])")
_WARI = re.compile(rf"({_PLAIN}|[一二三四五六七八九]+)割(?:(\d|[一二三四五六七八九])分)?(?!引|り|合)")
_PART_WORDS = re.compile(
    rf"\b(?:(an?|one|two|three|four|five|seven|nine)[ -])?({'|'.join(spelled.PARTS)})(s?)\b"
    r"(?!-life| an? (?:million|billion|trillion|thousand|hundred|dozen))",
    re.IGNORECASE | re.ASCII,
)
_HALF = re.compile("半分|半数|半減|半額|過半(?=数)")
_DOUBLE = re.compile(r"(?<![\d〇一二三四五六七八九十百千万億兆数何])倍(?=増|に|の|へ|となっ|を超)")
_TIMES_WORD = re.compile(rf"\b({'|'.join(spelled.TIMES)})\b", re.IGNORECASE | re.ASCII)
_ORDINAL = re.compile(rf"\b({'|'.join(spelled.ORDINALS)})(?!s)\b", re.IGNORECASE | re.ASCII)
_SOME = re.compile(r"(?:several|few|many|some) $", re.IGNORECASE | re.ASCII)
_CAPITAL = re.compile(r"[A-Z][a-z]+ $")
_VAGUE_SCALE = re.compile(r"(?:数|何|幾)[十百千万億兆]+")
_COUNTERS = (
    "つ人名社件点回度年個倍割本台冊枚週時章条項号番位月日歳才国州語種章節段者柱大部"
    "原則提言世紀分の組編期次校字行列層桁票票匹頭軒棟隻着膳杯足通話便食"
)
_COUNTER = re.compile(
    rf"[{_COUNTERS}]|か所|カ所|ヶ所|か国|カ国|ヶ国|か月|カ月|ヶ月|カ年|か年|団体|機関|項目|種類|段階|分野|要素"
)
_NO_COUNT = re.compile(
    r"一(?:部|つ一つ|人ひとり|人一人|度|次|時|様|方|番|層|日中|般)|三者(?!択)|第三者|二次|二度と|一大|十分|八百[屋長]|四半|千葉|万一|百科"
)
_KANJI = re.compile(rf"(?<![数何幾\d〇一二三四五六七八九十百千万億兆唯統単同均])[{spelled.SIGNS}]+")
_JOIN = re.compile(
    r"\s*(?:-|–|—|~|〜|～|to|and|or|から|ないし|、|or even)\s*(?:over|about|nearly|約|およそ)?\s*(?:US\$|[$€£¥]|EUR|USD)?\s*",
    re.IGNORECASE | re.ASCII,
)
_GLUED = re.compile(r"[A-Za-z][A-Za-z_]*-?$")


def numbers(text: str) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
    """Return the numbers of a plain text from which the dates were taken: those it must answer for, and all.

    The second also has whatever may excuse a number of another text: those inside names, and words such as «both».
    """
    own: list[Number] = []
    rest = _VAGUE_SCALE.sub(lambda match: BLANK * len(match.group()), text)
    for pattern, make in _SHAPES:
        made, rest = taken(pattern, rest, make)
        own += made
    figures, inside = _figures(rest)
    for each in figures:
        rest = rest[: each.start] + BLANK * (each.end - each.start) + rest[each.end :]
    counted, others = _kanji(rest)
    own += [*figures, *_words(rest), *counted]
    own = [replace(each, slot=slot(text, each.start, each.end)) for each in own]
    own.sort(key=lambda each: each.start)
    return tuple(own), (*own, *inside, *others, *_excuses(text))


def _made(match: re.Match[str], *readings: Reading, vague: bool = False) -> Number:
    return Number(match.group(), frozenset(readings), match.start(), match.end(), vague)


def _version(match: re.Match[str]) -> Number:
    written = match.group(1) or match.group(2)
    readings: list[Reading] = [(Fraction(0), f"version {written}")]
    if written.count(".") < 2:
        readings.append((Fraction(written), ""))
    return _made(match, *readings)


def _power(match: re.Match[str]) -> Number | None:
    found = match.groupdict()
    base, exponent = _fraction(found["base"]), int(found["raised"] or found["jo"] or found["power"] or found["e"])
    if abs(exponent) > _MAX_POWER or not base:
        return None
    value = base * Fraction(10) ** exponent if found["e"] else base**exponent
    return _made(match, (_fraction(found["factor"] or "1") * value, ""))


def _part(match: re.Match[str]) -> Number | None:
    names = match.groupdict()
    top, bottom = (names["top"], names["bottom"]) if names["bottom"] else (names["t"], names["b"])
    over, under = spelled.japanese(top), spelled.japanese(bottom)
    if not under or over >= under:
        return None
    return _made(match, (over / under, units.SHARE))


def _wari(match: re.Match[str]) -> Number:
    value = spelled.japanese(match.group(1)) / 10 + (spelled.japanese(match.group(2)) / 100 if match.group(2) else 0)
    return _made(match, (value, units.SHARE))


def _of(match: re.Match[str]) -> Number | None:
    top, bottom = int(match.group(1)), int(match.group(2))
    return _made(match, (Fraction(top, bottom), units.SHARE), (Fraction(top), "")) if top < bottom else None


def _part_word(match: re.Match[str]) -> Number | None:
    count, part, plural = match.group(1), match.group(2).lower(), match.group(3)
    top = spelled.SMALL.get((count or "one").lower(), 1)
    value = Fraction(top, spelled.PARTS[part])
    if part in ("half", "halves"):
        return _made(match, (value, units.SHARE))
    # «The third pillar» and «a third of it»: without a count it is a place in a row unless it says so.
    if not count or (not plural and top > 1):
        return None
    readings: list[Reading] = [(value, units.SHARE)]
    if part in spelled.ORDINALS:
        readings.append((Fraction(spelled.ORDINALS[part]), ""))
    return _made(match, *readings, vague=part == "quarter" and not plural)


_SHAPES = (
    (_VERSION, _version),
    (_POWER, _power),
    (_FRACTION, _part),
    (_WARI, _wari),
    (_OF, _of),
    (_PART_WORDS, _part_word),
    (_HALF, lambda match: _made(match, (Fraction(1, 2), units.SHARE))),
    (_DOUBLE, lambda match: _made(match, (Fraction(2), ""))),
    (_TIMES_WORD, lambda match: _made(match, (Fraction(spelled.TIMES[match.group().lower()]), ""))),
)


def _fraction(written: str) -> Fraction:
    return Fraction(written.replace(",", ""))


@dataclass(frozen=True, slots=True)
class _Figure:
    value: Fraction
    scales: tuple[int, ...]
    """Empty if none is written; more than one where the letter may be none."""
    unit: str
    match: re.Match[str]
    end: int
    exact: bool = False


def _figures(text: str) -> tuple[list[Number], list[Number]]:
    """Return the figures of a text, and apart from them those that belong to names."""
    free: list[_Figure] = []
    inside: list[_Figure] = []
    for match in _FIGURE.finditer(text):
        (inside if _in_name(text, match.start()) else free).append(_figure(text, match))
    return _with_readings(text, free), _with_readings(text, inside)


def _with_readings(text: str, found: list[_Figure]) -> list[Number]:
    made = []
    for n, each in enumerate(found):
        readings = set(_readings(each.value, each.scales, each.unit))
        if not each.scales or not each.unit:
            readings.update(_shared(text, found, n))
        made.append(Number(text[each.match.start() : each.end], frozenset(readings), each.match.start(), each.end))
    return made


def _shared(text: str, found: list[_Figure], n: int) -> Iterator[Reading]:
    """Yield what a number means with the scale or the unit of its neighbour: «65 to 95 billion», 「29、30、40%」."""
    each = found[n]
    for at in range(n + 1, len(found)):
        if not _JOIN.fullmatch(text, found[at - 1].end, found[at].match.start()):
            break
        other = found[at]
        yield from _readings(each.value, each.scales or other.scales, each.unit or other.unit)
        if other.unit:
            break
    if n and not each.unit and found[n - 1].unit in units.MONEY and _JOIN.fullmatch(text, found[n - 1].end, each.match.start()):
        yield from _readings(each.value, each.scales, found[n - 1].unit)


def _readings(value: Fraction, scales: tuple[int, ...], unit: str) -> Iterator[Reading]:
    for scale in scales or (1,):
        per = units.PER.get(unit)
        yield (value * scale / per, units.SHARE) if per else (value * scale, unit)
        if unit in units.SMALLER:
            times, smaller = units.SMALLER[unit]
            yield value * scale * times, smaller


def _figure(text: str, match: re.Match[str]) -> _Figure:
    start = match.start()
    unit, end = units.after(text, match.end())
    unit = units.before(text, start) or unit
    if match.group("japanese"):
        return _Figure(spelled.japanese(match.group("japanese")), (1,), unit, match, end)
    value, scale = _fraction(match.group("plain")), match.group("scale")
    if not scale:
        return _Figure(value, (), unit, match, end)
    factor = 1
    for word in re.findall(r"[A-Za-z]+", scale):
        factor *= _SCALE_WORDS[word]
    # «5m» may be metres.
    return _Figure(value, (factor, 1) if scale == "m" and not unit else (factor,), unit, match, end)


def _in_name(text: str, at: int) -> bool:
    """Whether digits belong to a name such as GPT-4, R1 or 24-038's own letters."""
    return bool(_GLUED.search(text, max(0, at - 30), at)) and not re.search(r"(?:USD|EUR|JPY|GBP|CNY|RMB|US)-?$", text[:at])


def _words(text: str) -> Iterator[Number]:
    for match in spelled.CARDINAL.finditer(text):
        unit, end = units.after(text, match.end())
        for value in spelled.cardinals(match.group()):
            vague = value in (0, 1) or _loose(text, match)
            readings = _readings(value, (), unit)
            yield Number(text[match.start() : end], frozenset(readings), match.start(), end, vague)
    for match in _ORDINAL.finditer(text):
        place = spelled.ORDINALS[match.group().lower()]
        yield _made(match, (Fraction(place), ""), vague=place <= 2)


def _loose(text: str, match: re.Match[str]) -> bool:
    """Whether number words count nothing exactly: «several hundred», «the Big Five»."""
    before = text[max(0, match.start() - 16) : match.start()]
    return bool(_SOME.search(before) or (match.group()[0].isupper() and _CAPITAL.search(before)))


def _kanji(text: str) -> tuple[list[Number], list[Number]]:
    """Return the numbers in kanji that count something, and the others, which may be parts of words."""
    own: list[Number] = []
    others: list[Number] = []
    for match in _KANJI.finditer(text):
        start, end = match.span()
        counted = bool(_COUNTER.match(text, end)) or text[start - 1 : start] == "第" or len(match.group()) > 2
        counted = counted and not _NO_COUNT.match(text, start) and text[start - 1 : end + 1] != "第三者"
        unit, after = units.after(text, end)
        value = spelled.japanese(match.group())
        number = Number(text[start:after], frozenset(_readings(value, (), unit)), start, after, value in (0, 1))
        # 「一般」 and 「統一」 say no one.
        if counted or value > 1:
            (own if counted else others).append(number)
    return own, others


_EXCUSES: tuple[tuple[str, int], ...] = (
    (r"\b(?:both|pair|dual|couple|second(?:ly)?|twins?)\b|両|双方|ふた(?:つ|り)|二重|共同", 2),
    (
        r"\b(?:first(?:ly)?|one|once|sole|single|only|per|each|every|another|(?:annual|dai|month|week|year|hour)(?:ly)?)\b"
        r"|最初|初|ひと(?:つ|り)|唯一|単一|毎[日週月年時]|当たり|あたり|間に",
        1,
    ),
    (r"\bthird(?:ly)?\b|みっつ|(?<![十百千万億兆])三(?![十百千万億兆])", 3),
    (r"\bhalf\b|半", 0),
)
"""Words that may stand for a number of another text; 0 is a half."""
_EXCUSED = tuple((re.compile(pattern, re.IGNORECASE | re.ASCII), value) for pattern, value in _EXCUSES)


def _excuses(text: str) -> Iterator[Number]:
    for pattern, value in _EXCUSED:
        if match := pattern.search(text):
            yield _made(match, (Fraction(value), "") if value else (Fraction(1, 2), units.SHARE), vague=True)
