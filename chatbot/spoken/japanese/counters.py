"""A number with what it counts: 3本 is さんぼん, 20歳 is はたち, 4人 is よにん, 8日 is ようか."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources

from chatbot.spoken.japanese.numbers import clipped

_NATIVE = ("", "ひとつ", "ふたつ", "みっつ", "よっつ", "いつつ", "むっつ", "ななつ", "やっつ", "ここのつ", "とお")
_DAYS = {
    2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか", 8: "ようか", 9: "ここのか", 10: "とおか",
    14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか",
}  # fmt: skip
_MONTHS = ("", "いち", "に", "さん", "し", "ご", "ろく", "しち", "はち", "く", "じゅう", "じゅういち", "じゅうに")
# Whole numbers that one counter says in a way of its own.
_OWN = {
    ("1", "人"): "ひとり", ("2", "人"): "ふたり", ("1", "人超"): "ひとりちょう", ("2", "人超"): "ふたりちょう",
    ("1", "人目"): "ひとりめ", ("2", "人目"): "ふたりめ",
    ("2", "人組"): "ふたりぐみ", ("20", "歳"): "はたち", ("20", "才"): "はたち",
    ("1", "組"): "ひとくみ", ("2", "組"): "ふたくみ", ("0", "時"): "れいじ", ("1", "部"): "いちぶ",
}  # fmt: skip
_LAST = re.compile(r"(?:よん|なな|きゅう)$")
_HOUR = {"よん": "よ", "なな": "しち", "きゅう": "く"}
_PERSON = {"よん": "よ", "なな": "しち"}
_DAY = {"よん": "よん", "なな": "しち", "きゅう": "く"}
# 何 before what stands for how many, and its changes of sound before a scale: 「なんびゃく」, 「なんじゅっけん」.
_MANY = {"十": "じゅう", "百": "びゃく", "千": "ぜん"}
_GREAT = {"万": "まん", "億": "おく", "兆": "ちょう"}
_HOURS = {"時": "じ", "時間": "じかん", "時間目": "じかんめ", "時間半": "じかんはん", "時半": "じはん", "時台": "じだい"}


@lru_cache(maxsize=1)
def counters() -> dict[str, tuple[str, str]]:
    """Return reading and change of sound by counter."""
    read = resources.files("chatbot.spoken.japanese").joinpath("counters.toml").read_text(encoding="utf-8")
    return {written: (reading, change) for change, row in tomllib.loads(read).items() for written, reading in row.items()}


@lru_cache(maxsize=1)
def pattern() -> str:
    """Return a pattern of all counters, the longest first; Latin ones end with the word."""
    known = sorted((*counters(), *_HOURS, "つ", "つ目", "日", "日間", "日目", "日分", "日付"), key=len, reverse=True)
    latin = "|".join(re.escape(each) for each in known if each.isascii() and each != "%" and not each.startswith("%"))
    other = "|".join(re.escape(each) for each in known if not each.isascii() or each.startswith("%"))
    return rf"(?:(?:{other})|(?:{latin})(?![A-Za-z0-9]))"


def counted(reading: str, figures: str, counter: str) -> str:
    """Return number and counter.

    Args:
        reading: Of the number, in hiragana.
        figures: The number as written.
        counter: One that `pattern` knows.
    """
    plain = figures.replace(",", "")
    if own := _OWN.get((plain, counter)):
        return own
    if counter.startswith("つ"):
        native = _NATIVE[int(plain)] if plain.isdigit() and 0 < int(plain) < 10 else f"{reading}こ"
        return native + ("め" if counter == "つ目" else "")
    if counter.startswith("日"):
        return days(reading, plain) + {"間": "かん", "目": "め", "分": "ぶん", "付": "づけ"}.get(counter[1:], "")
    if counter in _HOURS:
        return _swapped(reading, _HOUR) + _HOURS[counter]
    said, change = counters()[counter]
    return _joined(reading, said, change, counter)


def how_many(scale: str, counter: str) -> str:
    """Return 何 with what it asks for: 何人 is なんにん, 何百社 is なんびゃくしゃ.

    Args:
        scale: 十, 百 or 千, then 万, 億 or 兆; one, both or none of them.
        counter: One that `pattern` knows, or none.
    """
    reading = "なん" + _MANY.get(scale[:1], "")
    if great := _GREAT.get(scale[-1:]):
        reading = clipped(reading, "s" if great == "ちょう" else "") + great
    return counted(reading, "何", counter) if counter else reading


def days(reading: str, figures: str) -> str:
    """Return so many days; the first of a month is not meant."""
    number = int(figures) if figures.isdigit() else 0
    return _DAYS.get(number) or f"{_swapped(reading, _DAY)}にち"


def month(number: int) -> str:
    """Return the name of a month, 1 to 12."""
    return f"{_MONTHS[number]}がつ"


def _swapped(reading: str, endings: dict[str, str]) -> str:
    return _LAST.sub(lambda match: endings.get(match.group(), match.group()), reading)


def _joined(reading: str, said: str, change: str, counter: str) -> str:
    if change == "y":
        return _swapped(reading, {"よん": "よ"}) + said
    if counter.startswith("人"):
        return _swapped(reading, _PERSON) + said
    if change in ("h", "f"):
        return _aspirated(reading, said, change)
    if change == "g":
        voiced = {"か": "が", "け": "げ"}[said[0]] if reading.endswith(("さん", "なん")) else said[0]
        return clipped(reading, "k") + voiced + said[1:]
    return clipped(reading, "" if change == "plain" else change) + said


_VOICED = dict(zip("はひふへほ", "ばびぶべぼ", strict=True))
_HARD = dict(zip("はひふへほ", "ぱぴぷぺぽ", strict=True))


def _aspirated(reading: str, said: str, change: str) -> str:
    """は行 is hard after a clipped sound and after ん: いっぽん, さんぼん, さんぷん."""
    short = clipped(reading, "h")
    if short != reading:
        return short + _HARD[said[0]] + said[1:]
    if change == "f" and reading.endswith("ん"):
        return reading + _HARD[said[0]] + said[1:]
    if reading.endswith(("さん", "なん", "せん", "ぜん", "まん")):
        return reading + _VOICED[said[0]] + said[1:]
    return reading + said
