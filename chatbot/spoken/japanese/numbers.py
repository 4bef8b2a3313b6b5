"""Numbers in hiragana, with the changes of sound inside them: 八百 is はっぴゃく, 八兆 is はっちょう."""

from __future__ import annotations

import re
from fractions import Fraction

_ONES = ("", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
_HUNDREDS = (
    "", "ひゃく", "にひゃく", "さんびゃく", "よんひゃく", "ごひゃく", "ろっぴゃく", "ななひゃく", "はっぴゃく", "きゅうひゃく",
)  # fmt: skip
_THOUSANDS = ("", "せん", "にせん", "さんぜん", "よんせん", "ごせん", "ろくせん", "ななせん", "はっせん", "きゅうせん")
_SCALES = ((10**16, "けい"), (10**12, "ちょう"), (10**8, "おく"), (10**4, "まん"))
_SIGNS = {"万": 10**4, "億": 10**8, "兆": 10**12, "京": 10**16}
_SCALE_OF = {"万": "まん", "億": "おく", "兆": "ちょう", "京": "けい"}
# Which endings of a number are clipped before which sounds: 「いっちょう」, 「ろっけん」, 「じゅっぽん」.
_CLIPPED: dict[str, tuple[tuple[str, str], ...]] = {
    "k": (("いち", "いっ"), ("ろく", "ろっ"), ("じゅう", "じゅっ"), ("ゃく", "ゃっ")),
    "s": (("いち", "いっ"), ("はち", "はっ"), ("じゅう", "じゅっ")),
    "h": (("いち", "いっ"), ("ろく", "ろっ"), ("はち", "はっ"), ("じゅう", "じゅっ"), ("ゃく", "ゃっ")),
    "g": (("いち", "いっ"), ("ろく", "ろっ"), ("はち", "はっ"), ("じゅう", "じゅっ"), ("ゃく", "ゃっ")),
    "j": (("じゅう", "じゅっ"),),
    "": (),
}
_DIGITS = ("ゼロ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
LONGEST = 10**20
FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
SCALED = rf"(?:(?:{FIGURE})\s?千?[万億兆京])+(?:(?:{FIGURE})千?)?|(?:{FIGURE})千?"


def clipped(reading: str, change: str) -> str:
    """Return a number's reading as it is before a sound that clips it.

    Args:
        reading: In hiragana.
        change: A row of the table above: before か, さ and た, は, 頭 が of 階, パ of じゅっパーセント, or none.
    """
    for ending, short in _CLIPPED[change]:
        if reading.endswith(ending):
            return reading[: -len(ending)] + short
    return reading


def whole(number: int) -> str:
    """Return a whole number: 2025 is にせんにじゅうご."""
    if number >= LONGEST:
        return digits(str(number))
    said = ""
    for scale, name in _SCALES:
        many, number = divmod(number, scale)
        if many:
            said += _with_scale(_small(many), name)
    return said + _small(number) or "ゼロ"


def _small(number: int) -> str:
    thousand, rest = divmod(number, 1000)
    hundred, rest = divmod(rest, 100)
    ten, one = divmod(rest, 10)
    tens = "じゅう" if ten == 1 else f"{_ONES[ten]}じゅう" if ten else ""
    return _THOUSANDS[thousand] + _HUNDREDS[hundred] + tens + _ONES[one]


def _with_scale(many: str, name: str) -> str:
    if many == "せん":
        return f"いっせん{name}"
    return clipped(many, {"ちょう": "s", "けい": "k"}.get(name, "")) + name


def digits(figures: str) -> str:
    """Return figures one by one."""
    return "".join(_DIGITS[int(figure)] for figure in figures if figure.isdigit())


def decimal(before: str, after: str) -> str:
    """Return a decimal: 2.2 is にいてんに, 0.5 is れいてんご, 1.05 is いってんゼロご."""
    said = whole(int(before)) if int(before) else "れい"
    said = clipped(said, "s")
    if said.endswith(("に", "ご")) and not said.endswith("まんご"):
        # One short sound is drawn out before the point.
        said += "い" if said.endswith("に") else "お"
    return f"{said}てん{digits(after)}"


_PIECE = re.compile(rf"({FIGURE})\s?(千?)([万億兆京]?)")


def said(written: str) -> str:
    """Return a number as written: separators, decimals and 万, 億, 兆 between figures included."""
    reading = ""
    total = 0
    for figure, thousand, scale in _PIECE.findall(written):
        before, _, after = figure.replace(",", "").partition(".")
        if after:
            reading += whole(total) if total else ""
            total = 0
            tail = decimal(before, after) + ("せん" if thousand else "")
            reading += clipped(tail, "s" if scale in "兆京" and scale else "") + _SCALE_OF.get(scale, "")
        elif len(before) > 1 and before.startswith("0"):
            reading += digits(before)
        else:
            total += int(before) * (1000 if thousand else 1) * _SIGNS.get(scale, 1)
    return reading + (whole(total) if total or not reading else "")


def katakana(hiragana: str) -> str:
    """Return the same sounds in katakana."""
    return "".join(chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign for sign in hiragana)


def spelled(amount: Fraction) -> str:
    """Return an amount in figures with 兆, 億 and 万: 4,500,000,000 is 45億; decimals only below 万."""
    for sign, scale in reversed(_SIGNS.items()):
        if amount >= scale and (amount / scale).denominator == 1 and amount / scale < 10**4:
            return f"{amount / scale}{sign}"
    number, rest = int(amount), amount - int(amount)
    text = ""
    for sign, scale in reversed(_SIGNS.items()):
        many, number = divmod(number, scale)
        text += f"{many}{sign}" if many else ""
    tail = f"{float(number + rest):.10g}" if number or rest or not text else ""
    return text + tail
