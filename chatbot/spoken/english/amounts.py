"""Money, shares, units, powers, sections and all other figures in English words."""

from __future__ import annotations

import re

from chatbot.spoken.english.numbers import cardinal, digits, fraction, number, ordinal, pair, plural
from chatbot.spoken.rules import rule

_N = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_TO = r"\s?(?:–|—|-|~|〜|to)\s?"
_WORD_SCALE = r"(?:hundred |thousand )?(?:[Tt]housand|[MmBb]illion|[Tt]rillion)"
_LETTERS = {"K": "thousand", "k": "thousand", "M": "million", "m": "million", "mn": "million", "B": "billion", "b": "billion"}
_LETTERS |= {"bn": "billion", "T": "trillion", "t": "trillion", "tn": "trillion"}
_SCALE = rf"(?:[\s-]?(?P<{{}}>{_WORD_SCALE})|\s?(?P<{{}}>mn|bn|tn|[KkMmBbTt])(?![\w/]))?"
_MONEY = {
    "$": ("dollar", "dollars", "cent"), "US$": ("U-S dollar", "U-S dollars", "cent"), "€": ("euro", "euros", "cent"),
    "£": ("pound", "pounds", "penny"), "¥": ("yen", "yen", ""), "₩": ("won", "won", ""), "₹": ("rupee", "rupees", ""),
    "C$": ("Canadian dollar", "Canadian dollars", "cent"), "A$": ("Australian dollar", "Australian dollars", "cent"),
}  # fmt: skip
_CODES = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "KRW": "₩", "INR": "₹"}
_SIGN = r"US\$|C\$|A\$|[$€£¥₩₹]"
_CODE = "|".join(_CODES)
# «a $100 million fund» is of dollars and yet says «dollar».
_NOUN = re.compile(
    r"[ -](?!(?:a|an|and|at|by|for|from|in|into|is|of|on|or|over|per|than|that|the|this|to|was|were|will|with|which|as|if|it"
    r"|but|each|more|less|but|has|had|have|can|may|via|while|when|during|since|until|about)\b)[a-z]{3,}"
)
_NOUN_AFTER = re.compile(r" [A-Z]|" + _NOUN.pattern)
_ARTICLE = re.compile(r"\b(?:[Aa]n?|another|every|each)\s$")
# Here a hyphen joins chapter and item.
_ITEMS = re.compile(r"\b(?:[Rr]ecommendation|[Ff]inding|[Cc]ircular|ISO|[Pp]aper|[Qq]uestion)s?\s(?:[\d-]+,?\s(?:and\s)?)*$")


def _before(match: re.Match[str]) -> str:
    """The few words before; looking back to the start each time would take a long text long."""
    return match.string[max(0, match.start() - 60) : match.start()]


def _money(match: re.Match[str]) -> str:
    parts = match.groupdict()
    names = _MONEY[parts.get("sign") or _CODES[parts["code"]]]
    first, scale, last = parts["one"], _scale(match, "1"), parts.get("two")
    minus, per = "minus " if parts.get("minus") else "", " per " if parts.get("per") else ""
    cents = re.fullmatch(r"([\d,]+)\.(\d\d)", first)
    if cents and not scale and last is None and names[2]:
        return minus + _with_cents(int(cents[1].replace(",", "")), int(cents[2]), names) + per
    attributive = _ARTICLE.search(_before(match)) and _NOUN.match(match.string, match.end())
    single = attributive or (first == "1" and not scale and last is None)
    return f"{minus}{_span(first, scale, last, _scale(match, '2'))} {names[0] if single else names[1]}{per}"


def _span(first: str, scale: str, last: str | None, last_scale: str) -> str:
    """One amount or two: in «5 to 10 million» the five are millions too, and it is said once."""
    if last is None:
        return " ".join(filter(None, (number(first), scale)))
    return " ".join(filter(None, (number(first), scale if scale != last_scale else "", "to", number(last), last_scale)))


def _scale(match: re.Match[str], which: str) -> str:
    parts = match.groupdict()
    letter = parts.get(f"letter{which}")
    return (parts.get(f"word{which}") or "").lower() or (_LETTERS[letter] if letter else "")


def _with_cents(whole: int, rest: int, names: tuple[str, str, str]) -> str:
    one, many, small = names
    few = small if rest == 1 else "pence" if small == "penny" else f"{small}s"
    said = f"{cardinal(whole)} {one if whole == 1 else many}"
    if not rest:
        return said
    return f"{said} and {cardinal(rest)} {few}" if whole else f"{cardinal(rest)} {few}"


_UNITS = {
    "%": "percent", "‰": "per mille", "KB": "kilobyte", "kB": "kilobyte", "MB": "megabyte", "GB": "gigabyte",
    "TB": "terabyte", "PB": "petabyte", "EB": "exabyte", "KiB": "kibibyte", "MiB": "mebibyte", "GiB": "gibibyte",
    "TiB": "tebibyte", "kbps": "kilobit per second", "Mbps": "megabit per second", "Gbps": "gigabit per second",
    "MB/s": "megabyte per second", "GB/s": "gigabyte per second", "TB/s": "terabyte per second", "tok/s": "token per second",
    "tokens/s": "token per second", "it/s": "iteration per second", "fps": "frame per second", "FPS": "frame per second",
    "ms": "millisecond", "µs": "microsecond", "μs": "microsecond", "ns": "nanosecond", "sec": "second", "secs": "second",
    "min": "minute", "mins": "minute", "hr": "hour", "hrs": "hour", "kg": "kilogram", "mg": "milligram", "km": "kilometer",
    "cm": "centimeter", "mm": "millimeter", "km/h": "kilometer per hour", "mph": "mile per hour", "kHz": "kilohertz",
    "Hz": "hertz", "MHz": "megahertz", "GHz": "gigahertz", "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt", "W": "watt",
    "Wh": "watt hour", "kWh": "kilowatt hour", "MWh": "megawatt hour", "GWh": "gigawatt hour", "TWh": "terawatt hour",
    "dB": "decibel", "°C": "degree Celsius", "°F": "degree Fahrenheit", "°": "degree", "px": "pixel",
    "pp": "percentage point", "tCO2e": "ton of C-O-two equivalent", "TFLOPS": "teraflop", "PFLOPS": "petaflop",
    "FLOPs": "flop", "FLOP": "flop", "FLOPS": "flop", " m": "meter", " g": "gram",
}  # fmt: skip
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_SAME = ("percent", "per mille", "hertz", "kilohertz", "megahertz", "gigahertz")


def _unit(one: str, single: bool) -> str:
    """The unit's name, in the plural where it has one: «degrees Celsius», «megabytes per second»."""
    if single or one in _SAME:
        return one
    head, space, rest = one.partition(" ")
    if rest.startswith(("per ", "of ", "Celsius", "Fahrenheit")):
        return f"{head}s{space}{rest}"
    return f"{one}s"


def _measured(match: re.Match[str]) -> str:
    first, last, written = match["one"], match["two"], match["unit"]
    joined = match["hyphen"] == "-" if match["hyphen"] else False
    scale = _scale(match, "1")
    said = ("minus " if match["minus"] else "") + number(first) + (f" to {number(last)}" if last else "")
    attributive = _ARTICLE.search(_before(match)) and _NOUN_AFTER.match(match.string, match.end())
    single = joined or bool(attributive) or (first in ("1", "1.0") and last is None and not scale)
    name = _unit(_UNITS[written], single)
    return f"{said}{f' {scale}' if scale else ''}{'-' if joined else ' '}{name}"


def _power(match: re.Match[str]) -> str:
    base, raised = match["base"], int(match["raised"])
    said = f"{number(match['times'])} times " if match["times"] else ""
    if raised in (2, 3) and base != "10":
        return f"{said}{number(base)} {'squared' if raised == 2 else 'cubed'}"
    return f"{said}{number(base)} to the {'minus ' if raised < 0 else ''}{ordinal(abs(raised))}"


def _scientific(match: re.Match[str]) -> str:
    raised = int(match[2])
    said = "" if match[1] == "1" else f"{number(match[1])} times "
    return f"{said}ten to the {'minus ' if raised < 0 else ''}{ordinal(abs(raised))}"


def _version(match: re.Match[str]) -> str:
    parts = match["number"].split(".")
    said = " point ".join(cardinal(int(part)) if part == "0" or not part.startswith("0") else digits(part) for part in parts)
    word = "version " if match["v"] else ""
    word = f" {word}" if match.group().startswith("-") else word
    return f"{word}{said} {match['letter'].upper() if match['letter'] else ''}".rstrip()


_PART = re.compile(r"\((\d+|[a-z]|[ivx]+)?([a-z])?(?:[-–](\d+))?\)")


def _section(match: re.Match[str]) -> str:
    said = cardinal(int(match[1])) + (f"-{match[2].upper()}" if match[2] else "")
    for figure, letter, until in _PART.findall(match[3]):
        piece = cardinal(int(figure)) if figure.isdigit() else _LOWER.get(figure, figure.upper())
        said += f", {piece}" + (f"-{letter.upper()}" if letter else "") + (f" to {cardinal(int(until))}" if until else "")
    return said


_LOWER = {"ii": "two", "iii": "three", "iv": "four", "vi": "six", "vii": "seven", "viii": "eight", "ix": "nine"}


def _range(match: re.Match[str]) -> str:
    first, last = match[1], match[2]
    down = "-" in match.group() and float(first.replace(",", "")) >= float(last.replace(",", ""))
    down = down or bool(re.match(r"0\d", last) or ("-" in match.group() and _ITEMS.search(_before(match))))
    return f"{number(first)} {'dash' if down else 'to'} {number(last)}"


def _sizes(match: re.Match[str]) -> str:
    """«7B-70B» is a range; in «3.1-405B» the first is the version of a name."""
    if "-" in match.group() and not match[2] and "." in match[1]:
        return f"{number(match[1])} {number(match[3])} {_LETTERS[match[4]]}"
    return _span(match[1], _LETTERS.get(match[2], ""), match[3], _LETTERS[match[4]])


def _bill(match: re.Match[str]) -> str:
    first, last = divmod(int(match[2]), 100)
    said = f"{cardinal(first)} {pair(last)}" if last else f"{cardinal(first)} hundred"
    return f"{match[1]} {said if first > 9 else cardinal(int(match[2]))}"


def _plain(match: re.Match[str]) -> str:
    """Any number left: with its letter, if it has one, as in «28b», «3D», «4o»."""
    said = number(match[1])
    if match[2]:
        return f"{said}-{match[2].upper()}"
    return f"{said} " if match.string[match.end() : match.end() + 1].isalpha() else said


_SCALE_ONE = _SCALE.format("word1", "letter1")
_AND_TWO = rf"(?:{_TO}(?:{_SIGN})?\s?(?P<two>{_N}){_SCALE.format('word2', 'letter2')})?"
RULES = (
    rule(
        rf"(?P<minus>(?<!\w)[-−])?(?P<sign>{_SIGN})\s?(?P<one>{_N}){_SCALE_ONE}"
        rf"{_AND_TWO}(?!\d)(?P<per>\s?/\s?(?=[A-Za-z\d]))?",
        _money,
    ),
    rule(rf"\b(?P<code>{_CODE})\s?(?P<one>{_N}){_SCALE_ONE}{_AND_TWO}", _money),
    rule(rf"(?<![\w.])(?P<one>{_N}){_SCALE_ONE}{_AND_TWO}\s?(?P<code>{_CODE})\b", _money),
    rule(
        rf"(?:(?<![\w.])(?P<times>{_N})\s?[×x*·]\s?)?(?<![\w.])(?P<base>\d+)\s?(?:\^|\*\*)\s?\{{?(?P<raised>[-−+]?\d+)\}}?",
        _power,
    ),
    rule(r"(?<![\w.])(\d+(?:\.\d+)?)[eE]([-+]?\d{1,3})\b", _scientific),
    rule(r"(?<=[A-Za-z])\^2\b", " squared"),
    rule(r"(?<=[A-Za-z])\^3\b", " cubed"),
    rule(
        rf"(?P<minus>(?<![\w)])[-−])?(?<![\w.])(?P<one>{_N})(?:\s?%?{_TO}(?P<two>{_N}))?{_SCALE_ONE}"
        rf"(?P<hyphen>-|\s(?! ?[mg]\b))?(?P<unit>{_UNIT})(?![\w/])",
        _measured,
    ),
    rule(rf"(?<![\w.])({_N})\s?[x×]\s?({_N})(?!\w)", lambda match: f"{number(match[1])} by {number(match[2])}"),
    rule(r"(?<![\w:.])(\d{1,3}):(\d{1,3})(?![\w:])", lambda match: f"{number(match[1])} to {number(match[2])}"),
    rule(rf"(?<![\w.])({_N})\s?[x×](?![\w])(?!\s?\d)", lambda match: f"{number(match[1])} times"),
    rule(r"(?:(?<=\w)-)?\b(?P<v>v(?:er\.|ersion)?\s?)(?P<number>\d+(?:\.\d+)*)(?P<letter>[a-z])?\b", _version),
    rule(r"(?<![\w.])(?P<v>)(?P<number>\d+(?:\.\d+){2,})(?P<letter>)(?!\w)", _version),
    rule(r"\b(\d+)([a-z])?((?:\((?:\d+[a-z]?|[a-z]|[ivx]+)(?:[-–]\d+)?\))+)", _section),
    rule(r"\b(SB|AB|HB|HR|H\.R\.|S\.)\s?(\d{3,4})\b", _bill),
    rule(r"(?<![\w.,/])(\d{1,3})/(\d{1,3})(?![\w/]|\.\d)", lambda match: fraction(int(match[1]), int(match[2]))),
    rule(
        rf"(?<![\w.])({_N})([KMBT])?\s?[-–—~]\s?({_N})([KMBT])(?!\w)",
        _sizes,
    ),
    rule(rf"(?<![\w.])({_N})([KMBT])(?!\w)", lambda match: f"{number(match[1])} {_LETTERS[match[2]]}"),
    rule(rf"(?<![\w.-])({_N}){_TO.replace('|to', '')}({_N})(?![\w-])", _range),
    rule(r"\b(\d+)(?:st|nd|rd|th)\b", lambda match: ordinal(int(match[1]))),
    rule(rf"[~≈]\s?(?={_N})", "about "),
    rule(rf"(?:>=|≥|≧)\s?(?={_N})", "at least "),
    rule(rf"(?:<=|≤|≦)\s?(?={_N})", "at most "),
    rule(rf">\s?(?={_N})", "more than "),
    rule(rf"<\s?(?={_N})", "less than "),
    rule(rf"±\s?(?={_N})", "plus or minus "),
    rule(rf"(?<![\w)])[-−](?={_N})", "minus "),
    rule(rf"(?<![\w.-])({_N})\+(?![\w+])", lambda match: f"more than {number(match[1])}"),
    # Letters and figures of one name are said apart; a lone A is no article.
    rule(r"\bA-?(?=\d)", "A-"),
    rule(r"(?<=[A-Za-z])(-?\d+(?:\.\d+)?)-(?=\d)", r"\1 "),
    rule(r"(?<=[A-Za-z])-?(?=\d)(?<!\bA-)", " "),
    rule(r"(?<![\d,.])([1-9]\d*)s\b", lambda match: plural(cardinal(int(match[1])))),
    rule(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?", lambda match: number(match.group())),
    rule(r"(?<=\d)\s?-\s?(?=\d)", " dash "),
    rule(r"(\d+(?:\.\d+)?)(?:([A-Za-z])(?![A-Za-z]))?", _plain),
)
