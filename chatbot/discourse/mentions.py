"""What a text speaks of: names and noun phrases by their outward form, without a tagger."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from chatbot import language
from chatbot.types import Language

_LONGEST = 60
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Mention:
    """Something spoken of."""

    text: str
    start: int
    """Where it stands in the normalised text."""
    name: bool
    """Whether it is written like a name: capitals, digits or, in Japanese, katakana."""
    weight: float
    """How likely it is what the text is about, about 0.3 to 1.5."""


@lru_cache(maxsize=4096)
def mentions(text: str, language_: Language, asked: bool = True) -> tuple[Mention, ...]:
    """Return what a normalised text speaks of, in order, overlaps left out.

    Args:
        text: A question or an answer.
        language_: Of the text.
        asked: Whether it is a question; the first word of an answer is capitalised whatever it is.
    """
    return tuple(_japanese(text) if language_ == "ja" else _english(text, asked))


# --- English ---------------------------------------------------------------------------------------------------------


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Words that are no part of a noun phrase; inside a name some of them join («Mothers of Invention»).
_OUTSIDE = _words(
    "a an the to in on at by for from with as and or nor but if so than then that this these those it its it's is isn't are"
    " aren't was wasn't were weren't be been being am do don't does doesn't did didn't done has have had having will would can"
    " could can't may might must shall should not no yes of what what's which who who's whom whose when where where's why how"
    " how's there there's here i i'm i've i'd me my you your you're he he's she she's his her him hers they they're their them"
    " theirs we we're our us let's about into over under between during also any some such more most much many very just only"
    " still even ever never now again back up down out off before after while because since until though although without"
    " within through against per via like okay ok oh well please thanks thank hi hello else both each every all too really"
    " actually other others another one ones same something anything thing things someone anyone kind sort way lot around"
)
# Verbs and adjectives common in questions; they start no noun phrase, and alone are none.
_VERBS = _words(
    "say says said tell tells told give gives gave given name list know knew known think thought mean means meant make makes"
    " made making get gets got getting go goes going went gone come came take takes took taken use uses used using work works"
    " worked working happen happens happened do start starts started begin began become became end ended keep kept let find"
    " found want wants wanted need needs needed call called ask asked look see saw seen show shows shown try tried feel felt"
    " leave left play played win won write wrote written read learn help helps helped describe explain compare contrast discuss"
    " differ cause causes caused affect affects choose chose chosen buy bought pay cost costs live lives lived die died born"
    " move moved join joined release released publish published found support supports supported require requires required"
    " include includes included involve involved consider believe believes believed remind recommend recommends recommended"
    " mention mentioned receive received raise raised build built create created launch launched change changed sign signed"
    " grow grew eat eats believe relate related compared based interesting important different similar good bad best better"
    " popular able possible true long big large old new first last next many sure likely famous well-known successful available"
    " propose proposed proposes suggest suggested suggests develop developed influence influenced treat treated treatable"
)
_JOINS = r"(?:(?:of|and|the|for|de|la|von|van|der|&)\s+){1,2}"
# A full stop ends a name, except after an initial or a title («J. Smith», «St. Louis»).
_CAPITAL = r"(?:(?:[A-Z]|Dr|Mr|Mrs|Ms|St|Prof)\.|[A-Z0-9][\w'&+\-/]*(?:\.\w+)*)"
_NAME = re.compile(rf"\b{_CAPITAL}(?:\s+(?:{_JOINS})?{_CAPITAL})*")
_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f][\w'\-+&./]*")
# Where and when something is, is seldom what is spoken of.
_ASIDE = re.compile(
    r"\b(?:in|at|outside(?: of)?|inside|near|during|since|until|from|to)\s+(?:(?:the|its|their|his|her|this|a|an)\s+)?$",
    re.IGNORECASE,
)
# What is said of something goes on being spoken of, more than who says it.
_THEME = re.compile(r"\b(?:about|regarding|of|concerning)\s+(?:the\s+)?$", re.IGNORECASE)
_AGENT = re.compile(r"\b(?:did|does|do|has|have|by)\s+(?:the\s+)?$", re.IGNORECASE)
_END = re.compile(r"[.,;:!?)']+$")
_PARTICIPLE = re.compile(r"[a-z]{3,}ed")
_POSSESSIVE = re.compile(r"'s?$")
_PHRASE_OPENERS = _words("a an the of for about on in with to your my by from between versus vs")
_OPENERS = _words(
    "interesting sounds sure right great good cool wow nice alright remind compare describe explain discuss list name"
    " tell give show speaking besides according regarding looking say said let yes no"
)


def _english(text: str, asked: bool) -> list[Mention]:
    text = text.replace("’", "'")
    found = [name for match in _NAME.finditer(text) if (name := _name(text, match, asked))]
    taken = [(each.start, each.start + len(each.text)) for each in found]
    return sorted([*found, *_phrases(text, taken)], key=lambda each: each.start)


def _name(text: str, match: re.Match[str], asked: bool) -> Mention | None:
    words = match.group().split()
    start = match.start()
    # «What», «Did», «The» at the start of a name are no part of it.
    while words and (bare := _END.sub("", words[0]).lower()) in _OUTSIDE | (_OPENERS if _opens(text, start) else frozenset()):
        del bare
        rest = text[start + len(words[0]) :]
        start += len(words[0]) + len(rest) - len(rest.lstrip())
        words = words[1:]
    while words and words[-1].lower() in _OUTSIDE:
        words = words[:-1]
    if not words:
        return None
    shown = _POSSESSIVE.sub("", _END.sub("", text[start : start + len(" ".join(words))]))
    if len(shown) < 2 and not shown.isdigit():
        return None
    shown = " ".join(shown.split()[:_MOST_WORDS])
    alone = len(words) == 1 and _opens(text, start) and words[0][1:].islower()
    if alone and (not asked or words[0].lower() in _VERBS):
        return None
    figure = not re.search(r"[A-Za-z]", shown)
    return Mention(shown[:_LONGEST], start, not figure, 0.4 if figure else 0.8 if alone else _weight_of_name(text[:start]))


def _weight_of_name(before: str) -> float:
    if _ASIDE.search(before):
        return 0.8
    return 1.7 if _THEME.search(before) else 1.2 if _AGENT.search(before) else 1.5


def _opens(text: str, at: int) -> bool:
    return not text[:at].rstrip(" \"'“‘(") or text[:at].rstrip(" \"'“‘(")[-1] in ".!?:"


def _phrases(text: str, taken: list[tuple[int, int]]) -> list[Mention]:
    found: list[Mention] = []
    run: list[re.Match[str]] = []
    before = ""
    for match in _WORD.finditer(text):
        bare = _END.sub("", match.group()).lower()
        inside = any(start <= match.start() < end for start, end in taken)
        gap = bool(run) and (text[run[-1].end() : match.start()].strip() != "" or run[-1].group()[-1] in ".'")
        outside = bare in _OUTSIDE or inside or (not run and bare in _VERBS)
        if run and (outside or gap or len(run) == _MOST_WORDS):
            found.append(_phrase(text, run, before))
            run = []
        if not outside:
            before = before if run else _word_before(text, match.start())
            run.append(match)
    if run:
        found.append(_phrase(text, run, before))
    return [each for each in found if each.text.lower() not in _VERBS and len(each.text) > 2]


def _word_before(text: str, at: int) -> str:
    words = text[:at].split()
    return words[-1].lower() if words else ""


def _phrase(text: str, run: list[re.Match[str]], before: str) -> Mention:
    # «the tower finished»: what was done to it is no part of it.
    while len(run) > 1 and (bare := _END.sub("", run[-1].group()).lower()) and (bare in _VERBS or _PARTICIPLE.fullmatch(bare)):
        run = run[:-1]
    shown = _POSSESSIVE.sub("", _END.sub("", text[run[0].start() : run[-1].end()]))
    weight = 0.5 + 0.2 * (len(run) > 1) + 0.2 * (before in _PHRASE_OPENERS)
    return Mention(shown[:_LONGEST], run[0].start(), False, weight)


# --- Japanese --------------------------------------------------------------------------------------------------------

_PIECE = (
    r"(?:[A-Za-z0-9\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f.&+\-/’']*(?: [A-Za-z0-9][A-Za-z0-9\u00c0-\u024f.&+\-/’']*)*"
    r"|[\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff々〇]+)"
)
_JOINED = re.compile(rf"(?:『[^』]+』|「[^」]+」|{_PIECE}(?:[・=＝\-~]?{_PIECE})*)")
_JA_OUTSIDE = _words(
    "何 誰 何年 何月 何日 何人 何歳 何度 何回 何個 何社 何故 何処 方 人 事 物 時 中 為 様 的 上 下 前 後 内 外 間 今 者 名 年"
    " 月 日 話 記事 資料 具体 具体的 教 説明 理由 違 違い 場合 以外 全部 最初 言及 述 書 挙 言 思 見 出 行 作 使 詳 他 次 同 彼"
    " 彼女 彼等 同社 一番 主 例 点 問題 質問 内容 回答 私 僕 貴方 皆 本当 実際 現在 当時 必要 別名 名前 時期 目的 提出 発表"
    " 公開 知 持 受 入 続 始 終"
)
_MARKED = re.compile(r"(?:とは|というのは|って|は)")
_JA_THEME = re.compile(r"(?:について|に関し|に関する)")
_OBJECT = re.compile(r"(?:が|を|の|に|で|も|と)")
# 「XのYは何ですか」 is about X.
_OWNER = 0.5


def _japanese(text: str) -> list[Mention]:
    found: list[Mention] = []
    for match in _JOINED.finditer(text):
        shown = match.group().strip("『』「」")
        # What is quoted with a verb is said, not named.
        if match.group()[0] in "『「" and "を" in shown:
            continue
        if len(shown) < 2 or shown in _JA_OUTSIDE or shown.startswith("何") or language.content(shown) == []:
            continue
        figure = bool(re.fullmatch(r"[\d.,]+[年月日人件回つ%]?", shown))
        name = bool(re.search(r"[A-Za-z]|[\u30a1-\u30fa]{3,}", shown)) or match.group()[0] in "『「"
        weight = 0.4 if figure else (1.0 if name else 0.6) + _marked(text, match.end(), not found)
        found.append(Mention(shown[:_LONGEST], match.start(), name, weight))
    return found


def _marked(text: str, end: int, first: bool) -> float:
    """Weigh what follows a Japanese noun phrase."""
    if _JA_THEME.match(text, end):
        return 0.7
    if _MARKED.match(text, end):
        return 0.4
    if first and text[end : end + 1] == "の":
        return _OWNER
    return 0.2 if _OBJECT.match(text, end) else 0.0
