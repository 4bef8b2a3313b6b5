"""Numbers in words and in kanji as values."""

from __future__ import annotations

import re
from fractions import Fraction

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SMALL = {word: n for n, word in enumerate(_UNITS)} | {word: 20 + 10 * n for n, word in enumerate(_TENS)}
SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
ORDINALS = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth".split(), 1
    )
} | {"twentieth": 20, "hundredth": 100}
PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
TIMES = {
    "twice": 2, "double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "twofold": 2, "thrice": 3, "triple": 3, "tripled": 3,
    "triples": 3, "tripling": 3, "threefold": 3, "quadruple": 4, "quadrupled": 4, "fourfold": 4, "fivefold": 5, "tenfold": 10,
    "hundredfold": 100,
}  # fmt: skip

_WORD = "|".join([*SMALL, *SCALES])
_LARGE = "hundred|thousand|million|billion|trillion|dozen"
CARDINAL = re.compile(
    rf"\b(?:half an? (?:{_LARGE})|(?:an? (?=(?:{_LARGE})\b))?(?:{_WORD})(?:(?:[ -](?:and )?)(?:{_WORD}))*)\b"
    r"(?! of (?:thousands|millions|billions))",
    re.IGNORECASE | re.ASCII,
)
"""A run of number words; plurals such as «millions» say no number."""

KANJI = {"〇": 0, **{sign: n for n, sign in enumerate("一二三四五六七八九", 1)}}
KANJI_TENS = {"十": 10, "百": 100, "千": 1000}
KANJI_SCALES = {"万": 10**4, "億": 10**8, "兆": 10**12, "京": 10**16}
SIGNS = "〇一二三四五六七八九十百千万億兆"
_PIECE = re.compile(r"\d[\d,]*(?:\.\d+)?|.")


def cardinals(run: str) -> list[Fraction]:
    """Return the values of a run of number words: one, or more where two numbers stand side by side."""
    words = [word for word in re.split(r"[\s-]+", run.lower()) if word not in ("a", "an", "and")]
    if words[0] == "half":
        return [Fraction(SCALES[words[1]], 2)]
    found: list[Fraction] = []
    total, current, before = Fraction(0), Fraction(0), ""
    for word in words:
        if word in SMALL:
            if before and not (before in _TENS and SMALL[word] < 10) and before not in SCALES:
                found.append(total + current)
                total, current = Fraction(0), Fraction(0)
            current += SMALL[word]
        elif word in ("hundred", "dozen"):
            current = (current or Fraction(1)) * SCALES[word]
        else:
            total, current = total + (current or Fraction(1)) * SCALES[word], Fraction(0)
        before = word
    return [*found, total + current]


def japanese(written: str) -> Fraction:
    """Return the value of digits and kanji mixed as Japanese does: 「1億5千万」, 「二〇二五」, 「3.5万」."""
    total, group, current, open_ = Fraction(0), Fraction(0), Fraction(0), False
    for piece in _PIECE.findall(written):
        if piece in KANJI:
            current, open_ = current * 10 + KANJI[piece], True
        elif piece in KANJI_TENS:
            group, current, open_ = group + (current if open_ else 1) * KANJI_TENS[piece], Fraction(0), False
        elif piece in KANJI_SCALES:
            total += (group + current or 1) * KANJI_SCALES[piece]
            group, current, open_ = Fraction(0), Fraction(0), False
        else:
            current, open_ = Fraction(piece.replace(",", "")), True
    return total + group + current
