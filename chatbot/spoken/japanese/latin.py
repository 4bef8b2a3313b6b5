"""Latin words inside Japanese: their reading in katakana, if each of them has one."""

from __future__ import annotations

import re
from functools import lru_cache

from chatbot.facts.sound import alike
from chatbot.spoken import names
from chatbot.spoken.japanese.amounts import LETTERS
from chatbot.spoken.japanese.counters import counters
from chatbot.spoken.japanese.numbers import katakana, said

_L = r"A-Za-z\u00c0-\u024f"
_WORD = rf"[{_L}][{_L}0-9]*(?:(?:['’.&_/@·-]|\+\+-)[{_L}0-9]+)*\+*"
# A figure belongs to the words before it unless something Japanese counts with it.
_FIGURE = rf"(?>[#$]?\d+(?:[.,]\d+)*(?:-?[{_L}0-9]+)*)(?![\d一-龠々ァ-ヺ〜%％つ^]|か[国月所条]|ヶ|\s?[一-龠%])"
_BETWEEN = r"(?:\s?[:;,!?]\s|\s&\s|\s[+–-]\s|\s)"
SPAN = re.compile(
    rf"(?<![{_L}0-9°])\s?(?P<words>{_WORD}(?:{_BETWEEN}(?:{_WORD}|{_FIGURE}))*(?:[!?](?=[」』]))?)\s?",
)
_PIECES = re.compile(rf"[{_L}]+(?:['’][{_L}]+)?|\d+(?:[.,]\d+)*|&|\+|[:;,!?]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FIGURES = ("ゼロ", "ワン", "ツー", "スリー", "フォー", "ファイブ", "シックス", "セブン", "エイト", "ナイン")
_SIGNS = {"&": "アンド", "+": "プラス", ":": "、", ";": "、", ",": "、", "!": "、", "?": "、"}
_SCALES = ("thousand", "million", "billion", "trillion")
_GLOSS = re.compile(rf"(?<![ァ-ヺー・＝=])(?P<kana>[ァ-ヺー][ァ-ヺー・＝=]+)\s?\((?P<latin>[{_L}][{_L} .'’-]*)\)")
_GLOSSED = re.compile(
    rf"(?<![{_L}.'’-])(?P<latin>[A-Z][{_L}.'’-]*(?: [A-Z][{_L}.'’-]*)*)\s?\((?P<kana>[ァ-ヺー][ァ-ヺー・＝=]+)\)"
)


def counts(text: str, at: int, words: str) -> bool:
    """Whether Latin letters belong to a number: its unit, as in «100 GB», or the sign of a version, «v1.1»."""
    if re.fullmatch(r"[vV]\d+(?:\.\d+)*", words):
        return True
    return (words in counters() or words in _SCALES) and bool(re.search(r"[\d何]\s?$", text[max(0, at - 3) : at]))


def once(text: str) -> str:
    """Say a name once where it is written twice: 「アイリーン・ソレイマン(Irene Solaiman)」."""
    for pattern in (_GLOSS, _GLOSSED):
        text = pattern.sub(lambda match: match["kana"] if _same(match["kana"], match["latin"]) else match.group(), text)
    return text


def _same(kana: str, latin: str) -> bool:
    if latin.isupper():
        return False
    return bare(reading(latin) or "") == bare(kana) or alike(re.sub("[・＝=]", "", kana), latin)


def bare(kana: str) -> str:
    """Return katakana without the dots between names."""
    return re.sub("[・＝=]", "", kana)


@lru_cache(maxsize=1 << 12)
def reading(span: str) -> str | None:
    """Return how a run of Latin words is read in Japanese; None if it holds a word that is not known."""
    words = span.split(" ")
    found = ""
    while words:
        for many in range(min(len(words), names.longest()), 0, -1):
            known = _known(" ".join(words[:many]))
            if known is not None:
                break
        else:
            known = _parts(words[0])
            many = 1
        if known is None:
            return None
        found += known
        words = words[many:]
    return found


def _known(phrase: str) -> str | None:
    """A name of the dictionary, with the mark that may follow it."""
    bare_phrase = phrase.rstrip(":;,!?")
    known = names.japanese().get(bare_phrase.lower().replace("’", "'"))
    if known is None:
        return None
    return known + ("、" if bare_phrase != phrase else "")


def _parts(word: str) -> str | None:
    if re.fullmatch(r"\d+(?:-\d+)+", word):
        return katakana("の".join(map(said, word.split("-"))))
    found = ""
    for piece in _PIECES.findall(word):
        heard = _piece(piece, first=not found)
        if heard is None:
            return None
        found += heard
    return found


def _piece(piece: str, *, first: bool) -> str | None:
    if piece in _SIGNS:
        return _SIGNS[piece]
    if piece[0].isdigit():
        return _FIGURES[int(piece)] if len(piece) == 1 and (not first or piece != "0") else katakana(said(piece))
    if (known := names.japanese().get(piece.lower())) is not None:
        return known
    if (len(piece) <= 6 and piece.isupper()) or len(piece) == 1:
        return "".join(LETTERS.get(letter.upper(), "") for letter in piece) or None
    if re.fullmatch(r"[A-Z]{2,6}s", piece):
        return "".join(LETTERS[letter] for letter in piece[:-1])
    halves = _CAMEL.split(piece)
    if len(halves) == 1:
        return None
    heard = [_piece(half, first=first) for half in halves]
    return None if None in heard else "".join(filter(None, heard))
