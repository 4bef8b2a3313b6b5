"""How katakana and Latin letters sound, roughly: enough to tell that グーグル may be Google and cannot be Meta."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

_ROWS = {
    "k": "カキクケコ", "g": "ガギグゲゴ", "s": "サシスセソ", "z": "ザジズゼゾ", "t": "タチツテト", "d": "ダヂヅデド",
    "n": "ナニヌネノン", "h": "ハヒフヘホ", "b": "バビブベボヴ", "p": "パピプペポ", "m": "マミムメモ", "y": "",
    "r": "ラリルレロ", "w": "ワヲ",
}  # fmt: skip
_SOUND = {sign: sound for sound, row in _ROWS.items() for sign in row} | {"フ": "h", "ジ": "z", "チ": "s", "シ": "s", "ツ": "s"}
_LATIN = (
    ("sch", "s"), ("tch", "s"), ("sh", "s"), ("ch", "s"), ("th", "s"), ("ph", "h"), ("gh", "g"), ("ck", "k"), ("qu", "k"),
    ("tion", "sn"), ("dge", "z"), ("ce", "s"), ("ci", "s"), ("cy", "s"), ("ge", "z"), ("gi", "z"), ("tu", "s"), ("wh", "h"),
    ("kn", "n"), ("wr", "r"), ("zh", "z"), ("x", "ks"), ("c", "k"), ("q", "k"), ("l", "r"), ("v", "b"), ("f", "h"), ("j", "z"),
)  # fmt: skip
_VOWEL = re.compile(r"[aeiouy]")
_REPEAT = re.compile(r"(.)\1+")
# Two sounds of three must agree: ホフマン (hhmn) with Hoffmann, ネイグル (ngr) with Nagle.
_NEAR = 0.6


@lru_cache(maxsize=1 << 14)
def skeleton(word: str) -> str:
    """Return the consonants of a word as katakana hears them."""
    if any("\u30a1" <= sign <= "\u30fa" for sign in word):
        return _REPEAT.sub(r"\1", "".join(_SOUND.get(sign, "") for sign in word))
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", word.lower()) if "a" <= sign <= "z")
    for written, heard in _LATIN:
        letters = letters.replace(written, heard)
    return _REPEAT.sub(r"\1", _VOWEL.sub("", letters).replace("w", ""))


def alike(one: str, other: str) -> bool:
    """Whether a katakana and a Latin spelling may be of one name."""
    first, second = skeleton(one), skeleton(other)
    if not first or not second:
        # Vowels alone tell nothing.
        return first == second
    # A short name is in the sounds of many longer words.
    return abs(len(first) - len(second)) <= 1 and SequenceMatcher(None, first, second, autojunk=False).ratio() >= _NEAR
