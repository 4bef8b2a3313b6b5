"""Japanese sentences for the ear; English that stays English is handed on as it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from chatbot.spoken.japanese import amounts, dates, latin
from chatbot.spoken.japanese.numbers import katakana
from chatbot.spoken.marks import PAUSE
from chatbot.spoken.names import people
from chatbot.spoken.rules import Rule, apply, rule
from chatbot.types import Language

_JA = r"ぁ-ゖァ-ヺー々〇一-龠"
# Private characters stand for English until the rest is read.
_FIRST = 0xE000
_HELD = re.compile(r"[\ue000-\uf8fd]")
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"[\d何]")
_SPACES = (
    rule(rf"(?<=[{_JA}、。])\s(?=[\d#$€£¥])|(?<=\d)\s(?=[{_JA}])", ""),
    rule(rf"(?<=[{_JA}])\s(?=[{_JA}「『])|(?<=[」』])\s(?=[{_JA}])", "、"),
)
_SIGNS = (
    # A letter still here stands by a figure and is no unit.
    rule(r"[A-Za-z]", lambda match: amounts.LETTERS[match.group().upper()]),
    rule(r"[%％]", "パーセント"),
    rule(r"\s?&\s?", "アンド"),
    rule(r"\s?\+\s?", "プラス"),
    rule(r"\s?==?\s?", "イコール"),
    rule(r"\s?[×]\s?", "かける"),
    rule(r"\s?÷\s?", "わる"),
    rule(r"\s?[≥≧]\s?", "、以上、"),
    rule(r"\s?[≤≦]\s?", "、以下、"),
    rule(r"(?<=つき)〜", ""),
    rule(rf"(?<=[{_JA}])[〜～](?=[{_JA}])", "から"),
)
# Figures are held between these until it shows what stands before them.
_OPEN, _SHUT = "\uf8fe", "\uf8ff"
_MARKED = re.compile(f"{_OPEN}([^{_SHUT}]*){_SHUT}")
_PAUSED = re.compile(r"(?:^|[、。「『(\s])\Z")
# 「はっちょう」 is read right where it starts a phrase, 「はちけん」 nowhere.
_DOUBTFUL = re.compile(r"(?<!^)は|^は(?![った])")
_PARTICLES = ("は", "へ")
_TOUCHED = re.compile(r"[ぁ-ゖ々一-龠][「『]?$")
_CHAIN = re.compile(r"(?<![ァ-ヺー])([ァ-ヺー]+(?:[・＝=][ァ-ヺー]+)+)(?=([一-龠])?)")
_PARTICLE = r"(?=[をはがにのとでもへやかだっなよりまし])"
_TIDY = (
    rule(rf"[)\]}}〕】〉》]{_PARTICLE}", ""),
    rule(rf"[」』]\s*[「『]|[()\[\]{{}}〔〕【】〈〉《》:;|/・…{PAUSE}→⇒←]+|\s[-–—−]+\s|[–—―]+|\.{{2,}}", "、"),
    rule(r"[「」『』“”\"'’‘`*^~〜～<>_#@$€£¥\\=＝]", ""),
    rule(r"(?<![\d])[-−]+", ""),
    rule(r",\s*", "、"),
    rule(r"\.\s*", "。"),
    rule(r"!\s*", "！"),
    rule(r"\?\s*", "？"),
    rule(r"\s+", ""),
    rule(rf"[^{_JA}ｦ-ﾟ、。！？\u3400-\u4dbf\ue000-\uf8ff㐀-䶿\uf900-\ufaffゝゞヽヾ]", ""),
    rule(r"、+", "、"),
    rule(r"、(?=[。！？])|(?<=[。！？])[、。]+", ""),
    rule(r"^[、。]+|、+$", ""),
)


@lru_cache(maxsize=1)
def _readings() -> tuple[Rule, ...]:
    read = resources.files("chatbot.spoken.japanese").joinpath("readings.toml").read_text(encoding="utf-8")
    return tuple(rule(pattern, kana) for pattern, kana in tomllib.loads(read)["kanji"].items())


def _marking(figures: Rule) -> Rule:
    """A rule whose outcome is marked as figures once no digit is left in it."""
    pattern, say = figures
    if isinstance(say, str):
        return figures

    def marked(match: re.Match[str]) -> str:
        said = say(match)
        return said if said == match.group() or _DIGIT.search(said) else f"{_OPEN}{said}{_SHUT}"

    return pattern, marked


_BEFORE = tuple(map(_marking, (dates.FISCAL, *amounts.MONEY, *amounts.SECTIONS)))
_FIGURES = tuple(map(_marking, (*amounts.HOW_MANY, *dates.RULES, *amounts.RULES)))


def readable(text: str) -> bool:
    """Whether a text has a Japanese reading without Japanese letters: a figure, a name, initials."""
    plain = apply(text, (*amounts.MONEY, *amounts.SECTIONS))
    found = ((match.start("words"), match["words"]) for match in latin.SPAN.finditer(plain))
    return all(latin.counts(plain, at, words) or latin.reading(words) is not None for at, words in found)


def said(text: str) -> Iterator[tuple[str, Language]]:
    """Yield a plain Japanese text in pieces: Japanese as it is heard, and English as it was written."""
    held: list[str] = []

    def spell(match: re.Match[str]) -> str:
        words = match["words"]
        if latin.counts(text, match.start("words"), words):
            return match.group()
        known = latin.reading(words)
        if known is not None:
            return known
        held.append(words)
        return chr(_FIRST + len(held) - 1)

    text = apply(text, _readings())
    figured = bool(_FIGURE.search(text))
    text = apply(latin.once(text), _BEFORE if figured else ())
    text = apply(latin.SPAN.sub(spell, text), _SPACES)
    if figured:
        text = _MARKED.sub(_apart, apply(text, _FIGURES).replace(_SHUT + _OPEN, ""))
    text = apply(text, _SIGNS)
    text = apply(_CHAIN.sub(_chain, text), _TIDY)
    start = 0
    for match in _HELD.finditer(text):
        yield text[start : match.start()], "ja"
        yield held[ord(match.group()) - _FIRST], "en"
        start = match.end()
    yield text[start:], "ja"


def _apart(match: re.Match[str]) -> str:
    """Keep figures apart from the words before them by their script, so that no voice takes は of はち for a particle.

    Hiragana at the start, after a pause and after katakana; katakana where hiragana or kanji touch it, and for はち.
    """
    before = match.string[max(0, match.start() - 2) : match.start()]
    followed = "ぁ" <= match[1][-1] <= "ゖ" and match.string[match.end() : match.end() + 1] in _PARTICLES
    touched = _TOUCHED.search(before) or followed
    doubtful = _DOUBTFUL.search(match[1]) or (match[1].startswith("は") and not _PAUSED.search(before))
    return katakana(match[1]) if touched or doubtful else match[1]


def _chain(match: re.Match[str]) -> str:
    """The dots in a person's name, or before the kanji of one term, are no pause; those of a list are."""
    return latin.bare(match[1]) if match[2] or match[1] in people() else re.sub("[・＝=]", "、", match.group())
