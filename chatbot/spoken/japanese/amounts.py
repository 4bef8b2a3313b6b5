"""Money, shares, powers, articles of law and everything counted, in hiragana."""

from __future__ import annotations

import re
from fractions import Fraction

from chatbot.spoken.japanese.counters import counted, how_many, pattern
from chatbot.spoken.japanese.numbers import FIGURE, SCALED, said, spelled, whole
from chatbot.spoken.rules import rule

LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "エー ビー シー ディー イー エフ ジー エイチ アイ ジェー ケー エル エム エヌ オー ピー キュー アール エス ティー ユー"
        " ブイ ダブリュー エックス ワイ ゼット".split(),
        strict=True,
    )
)
_TO = r"\s?[〜～~–—-]\s?"
_SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALE |= {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_WORD = r"(?:\s?(?P<scale{}>thousand|[mb]illion|trillion|[mbt]n|[KMBTkmbt])(?![A-Za-z]))?"
_MONEY = {
    "$": "ドル", "US$": "米ドル", "€": "ユーロ", "£": "ポンド", "¥": "円", "₩": "ウォン", "₹": "ルピー", "USD": "ドル",
    "EUR": "ユーロ", "GBP": "ポンド", "JPY": "円",
}  # fmt: skip
_CODE = r"USD|EUR|GBP|JPY"
_SIGN = rf"US\$|[$€£¥₩₹]|(?:{_CODE})(?![A-Za-z])"


def _money(match: re.Match[str]) -> str:
    """«$4.5B» as 45億ドル: what follows reads it."""
    parts = match.groupdict()
    one, two, first, last = parts["scale1"], parts["scale2"], parts["one"], parts["two"]
    written = _amount(first, one or two)
    if last:
        written += f"〜{_amount(last, two)}"
    return f"{'マイナス' if parts.get('minus') else ''}{written}{_MONEY[match['sign']]}"


def _amount(figure: str, scale: str | None) -> str:
    return spelled(Fraction(figure.replace(",", "")) * _SCALE[scale.lower()]) if scale else figure


# In an English title the amount stays English.
_OUTSIDE = r"(?<![A-Za-z] )(?<![A-Za-z0-9.])"
MONEY = (
    rule(
        rf"{_OUTSIDE}(?P<sign>{_SIGN})\s?(?P<one>(?:{FIGURE})[万億兆][\d,万億]*)(?:ドル|ユーロ|円|ポンド)?",
        lambda match: match["one"] + _MONEY[match["sign"]],
    ),
    rule(
        rf"{_OUTSIDE}(?P<minus>[-−])?(?P<sign>{_SIGN})\s?(?P<one>{FIGURE}){_WORD.format('1')}"
        rf"(?:{_TO}(?:{_SIGN})?\s?(?P<two>{FIGURE}){_WORD.format('2')})?",
        _money,
    ),
    rule(
        rf"{_OUTSIDE}(?P<one>{FIGURE}){_WORD.format('1')}(?:{_TO}(?P<two>{FIGURE}){_WORD.format('2')})?\s?(?P<sign>{_CODE})(?![A-Za-z])",
        _money,
    ),
    rule(rf"{_OUTSIDE}({FIGURE})\s?(thousand|[mb]illion|trillion)(?![A-Za-z])\s?", lambda match: _amount(match[1], match[2])),
)


def _count(match: re.Match[str]) -> str:
    """A number or a range of them, with what is counted."""
    one, two, counter = match["one"], match["two"], match["counter"]
    head = ("マイナス" if match["minus"] else "") + ("だい" if match["place"] else "")
    first = counted(said(one), one, match["mid"]) if match["mid"] else said(one)
    if two is None:
        return head + (counted(said(one), one, counter) if counter else first)
    # A hyphen between bare figures joins chapter and item: 「勧告2-3」.
    between = "の" if match["dash"] == "-" and not (counter or match["mid"]) else "から"
    return f"{head}{first}{between}{counted(said(two), two, counter) if counter else said(two)}"


def _power(match: re.Match[str]) -> str:
    times, base, raised = match["times"], match["base"], match["raised"]
    head = f"{said(times)}かける" if times else ""
    minus = "マイナス" if raised[0] in "-−" else ""
    return f"{head}{said(base)}の{minus}{whole(int(raised.lstrip('-−+')))}じょう"


def _fraction(match: re.Match[str]) -> str:
    return f"{said(match[2])}ぶんの{said(match[1])}"


def _parts(match: re.Match[str]) -> str:
    """「5分の1」: here 分 is a part and not a minute."""
    return f"{said(match[1])}ぶんの{said(match[2])}"


def _version(match: re.Match[str]) -> str:
    word, pieces = "バージョン" if match[1] else "", match[2].split(".")
    return word + (said(match[2]) if len(pieces) == 2 else "てん".join(map(said, pieces)))


_PART = re.compile(r"\(([0-9]+)?([a-z])?(?:[-–〜]([0-9]+))?\)")


def _article(match: re.Match[str]) -> str:
    """«(2)(5e)» of an article: pauses, then figure and letter."""
    pieces = []
    for figure, letter, until in _PART.findall(match[1]):
        piece = (whole(int(figure)) if figure else "") + LETTERS.get(letter.upper(), "")
        pieces.append(piece + (f"から{whole(int(until))}" if until else ""))
    return f"({'、'.join(pieces)})"


def _lettered(match: re.Match[str]) -> str:
    """「28b条」, 「12a〜12c項」: the letter keeps number and counter apart."""
    reading = whole(int(match["one"])) + LETTERS[match["letter"].upper()]
    if match["two"]:
        reading += f"から{whole(int(match['two']))}{LETTERS[match['other'].upper()]}"
    what = match["what"] or ""
    return ("だい" if match["place"] else "") + reading + {"条": "じょう", "項": "こう"}.get(what, what)


def _how_many(match: re.Match[str]) -> str:
    """「何人」, 「何百万件」, 「何月」: how many, or which."""
    if match["month"]:
        return "なんがつ"
    return ("だい" if match["place"] else "") + how_many(match["scale"], match["counter"] or "")


# A counter that a longer word begins with is none: 「何機関」, 「何文書」.
_ALONE = r"(?:(?![一-龠])|(?=[以未超前後目中当半増減余]))"
# 「何者」 and 「何語」 ask who and which; 「如何」 and 「幾何」 are words of their own.
_WHICH = r"[故者処方某卒色語物様気等]|事(?!業)|不自由|一つ"
_GREAT = r"[十百千]?[万億兆]|[十百千]"
HOW_MANY = (
    rule(
        rf"(?P<place>第)?(?<![幾如])何(?P<scale>(?:{_GREAT})?)"
        rf"(?:(?P<month>月)(?![間額])|(?P<counter>(?![つ語等]){pattern()}){_ALONE})",
        _how_many,
    ),
    rule(rf"(?P<place>第)?(?<![幾如])何(?P<scale>{_GREAT})(?P<month>)(?P<counter>)", _how_many),
    rule(rf"(?<![幾如])何(?!{_WHICH})(?=[一-龠ァ-ヺ])", lambda match: "なん"),
)
# What must be read before Latin words are: these letters are not words.
SECTIONS = (
    rule(r"(?<![A-Za-z0-9.])([23])D(?![A-Za-z0-9])", lambda match: {"2": "ツー", "3": "スリー"}[match[1]] + "ディー"),
    rule(r"((?:\((?:\d{1,2}[a-z]?|[a-z])(?:[-–〜]\d{1,2})?\))+)", _article),
    rule(
        r"(?P<place>第)?(?<![A-Za-z0-9._/-])(?P<one>\d+)(?P<letter>[a-fh-ln-wyzAC-JLN-SU-Z])(?![A-Za-z0-9])"
        rf"(?:{_TO}(?P<two>\d+)(?P<other>[a-z])(?![A-Za-z0-9]))?(?P<what>[条項章節])?",
        _lettered,
    ),
    rule(r"#\s?(\d+)(?![\d.])", r"第\1号"),
    rule(r"§\s?(\d+)", r"第\1節"),
    rule(r"\(([月火水木金土日])\)", r"(\1曜日)"),
)
RULES = (
    rule(
        rf"(?:(?P<times>{FIGURE})\s?[×x*·]\s?)?(?P<base>\d+)\s?(?:\^|\*\*)\s?\{{?(?P<raised>[-−+]?\d+)\}}?\s?",
        _power,
    ),
    rule(r"(?<![\d:])(\d{1,3}):(\d{1,3})(?![\d:])", r"\1対\2"),
    rule(r"(\d+)\s?分の\s?(\d+)", _parts),
    rule(r"(?<![\d./,])(\d{1,3})/(\d{1,3})(?![\d/.])", _fraction),
    rule(r"(?:(?<![A-Za-z])([vV]|バージョン)\.?\s?)(\d+(?:\.\d+)*)", _version),
    rule(r"(?<![\d.])()(\d+(?:\.\d+){2,})", _version),
    rule(rf"(?:>=|≥|≧)\s?({SCALED}(?:{pattern()})?)", r"\1以上"),
    rule(rf"(?:<=|≤|≦)\s?({SCALED}(?:{pattern()})?)", r"\1以下"),
    rule(rf">\s?({SCALED}(?:{pattern()})?)", r"\1超"),
    rule(rf"<\s?({SCALED}(?:{pattern()})?)", r"\1未満"),
    rule(r"(?<![\d〜一-龠ァ-ヶーA-Za-z%])\s?[~〜～≈]\s?(?=\d)", "約"),
    rule(r"±\s?(?=\d)", "プラスマイナス"),
    rule(rf"({FIGURE})\+", r"\1以上"),
    rule(
        rf"(?P<minus>(?<![A-Za-z0-9)])[-−])?(?P<place>第)?(?P<one>{SCALED})(?:\s?(?P<mid>{pattern()}))??"
        rf"(?:\s?(?P<dash>[〜～~–—-])\s?(?P<two>{SCALED}))?(?:\s?(?P<counter>{pattern()}))?",
        _count,
    ),
)
