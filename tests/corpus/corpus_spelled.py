"""Numbers spelled out in words, English and Japanese: what a figure of the other language may be matched with."""

import re
from collections.abc import Iterator
from fractions import Fraction

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: n for n, word in enumerate(_UNITS)} | {word: 20 + 10 * n for n, word in enumerate(_TENS)}
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12,
}  # fmt: skip
_OTHER = {
    "both": 2, "twice": 2, "pair": 2, "double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "dual": 2, "twofold": 2,
    "once": 1, "single": 1, "sole": 1, "another": 1, "daily": 1, "monthly": 1, "yearly": 1,
    "annual": 1, "annually": 1, "triple": 3, "tripled": 3, "threefold": 3, "tenfold": 10, "firstly": 1,
}  # fmt: skip
_PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_A_UNIT = re.compile(r"\b(?:a|an|per|each|every) (?:day|week|month|year|hour|minute|second|person|user|time)\b")
_HALF_OF = re.compile(r"\bhalf an? (hundred|thousand|million|billion|trillion|dozen)\b")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_HEADED = re.compile(r"\b(?:Title|Chapter|Section|Part|Annex|Recommendation) ([IVX]+)\b")

_KANJI = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_KANJI_TENS = {"十": 10, "百": 100, "千": 1000}
_KANJI_SCALES = {"万": 10**4, "億": 10**8, "兆": 10**12}
_KANJI_RUN = re.compile(r"(?<![数何幾\d])[〇一二三四五六七八九十百千万億兆]+")
_COUNTER = re.compile("[つ人年社件本点段回番月日個種章倍割国者名台枚度次条項号か所カヶ箇か週]")
_KANJI_FRACTION = re.compile("([一二三四五六七八九十]+)分の([一二三四五六七八九十]+)")
_WORDS = {
    "両方": 2, "双方": 2, "両者": 2, "両国": 2, "倍増": 2, "ふたつ": 2, "ふたり": 2, "二重": 2,
    "ひとつ": 1, "ひとり": 1, "唯一": 1, "単一": 1, "最初": 1, "初めて": 1, "初の": 1, "初代": 1,
    "毎日": 1, "毎月": 1, "毎年": 1, "みっつ": 3,
}  # fmt: skip


def spelled(text: str) -> frozenset[Fraction]:
    """Values of the numbers that `text` spells out; generous, since it only excuses figures of the other text."""
    return frozenset(_english(text.lower())) | frozenset(_japanese(text)) | frozenset(_roman(text))


def _english(text: str) -> Iterator[Fraction]:
    words = re.findall(r"[a-z]+|[^\sa-z-]", text)  # a mark ends a number
    for word in words:
        if word in _ORDINALS or word in _OTHER:
            yield Fraction(_ORDINALS.get(word) or _OTHER[word])
        if word.removesuffix("s") in _PARTS:
            yield Fraction(1, _PARTS[word.removesuffix("s")])
    for count, part in zip(words, words[1:], strict=False):
        if count in _SMALL and part.removesuffix("s") in _PARTS:
            yield Fraction(_SMALL[count], _PARTS[part.removesuffix("s")])
    for scale in _HALF_OF.findall(text):
        yield Fraction(_SCALES[scale], 2)
    if _A_UNIT.search(text):
        yield Fraction(1)
    yield from _cardinals(words)


def _cardinals(words: list[str]) -> Iterator[Fraction]:
    """Values of runs such as "twenty five", "two hundred million", "half a million"; a bare "million" is one."""
    total, current, open_ = Fraction(0), Fraction(0), False
    for before, word in zip(["", "", *words], ["", *words, ""], strict=False):
        if word in _SMALL:
            if open_ and not (before in _TENS or before in _SCALES):  # "eight seven" is two numbers
                yield total + current
                total, current = Fraction(0), Fraction(0)
            current, open_ = current + _SMALL[word], True
        elif word in _SCALES:
            current, open_ = (current or Fraction(1)) * _SCALES[word], True
            if word not in ("hundred", "dozen"):
                total, current = total + current, Fraction(0)
        elif open_:
            yield total + current
            total, current, open_ = Fraction(0), Fraction(0), False


def _japanese(text: str) -> Iterator[Fraction]:
    for word, value in _WORDS.items():
        if word in text:
            yield Fraction(value)
    if "半分" in text or "半数" in text:
        yield Fraction(1, 2)
    for bottom, top in _KANJI_FRACTION.findall(text):
        yield _kanji(top) / _kanji(bottom)
    for match in _KANJI_RUN.finditer(text):
        counted = _COUNTER.match(text, match.end()) or text[match.start() - 1 : match.start()] == "第"
        if counted or len(match[0]) > 1:
            yield _kanji(match[0])


def _kanji(written: str) -> Fraction:
    total, group, digit = 0, 0, 0
    for sign in written:
        if sign in _KANJI:
            digit = digit * 10 + _KANJI[sign]
        elif sign in _KANJI_TENS:
            group, digit = group + (digit or 1) * _KANJI_TENS[sign], 0
        else:
            total, group, digit = total + (group + digit or 1) * _KANJI_SCALES[sign], 0, 0
    return Fraction(total + group + digit)


def _roman(text: str) -> Iterator[Fraction]:
    for numeral in _HEADED.findall(text):
        if numeral in _ROMAN:
            yield Fraction(_ROMAN[numeral])
