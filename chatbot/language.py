"""Every rule that depends on the language: detect, normalise, sentences, search terms, what a question asks for."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from typing import Any, Literal

from chatbot.types import Language, Term

Want = Literal["list", "reason", "number", "date", "person", "money", "place", "compare", "polar"]

_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9f]")
_KANJI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff々]")
_LETTER = re.compile(r"[^\W\d_]")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def detect(text: str) -> Language:
    """Tell Japanese from everything else: by kana, or by kanji that make up a third of the letters."""
    if _KANA.search(text):
        return "ja"
    kanji = len(_KANJI.findall(text))
    return "ja" if kanji and 3 * kanji >= len(_LETTER.findall(text)) else "en"


def normalise(text: str) -> str:
    """Drop what cannot be seen, fold width and compatibility forms (NFKC) and white space; done twice, it changes nothing."""
    if not text.isprintable():
        text = "".join(char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    return " ".join(unicodedata.normalize("NFKC", text).split())


# --- sentences -------------------------------------------------------------------------------------------------------

_OPEN, _CLOSE = "「『（【〔｢(", "」』）】〕｣)"
_STEPS = {**dict.fromkeys(_OPEN, 1), **dict.fromkeys(_CLOSE, -1)}
_JA_END = "。！？｡．"
# A bracket still open after this many characters was never meant to close.
_MAX_BRACKET = 300
_LONG_LINE = 200
_GOES_ON = re.compile(r"\n[\s\0]*[a-z]|(?<=[,、\-–—(])")
_ABBREVIATIONS = _words(
    "dr mr mrs ms prof sr jr st vs etc eg ie cf al approx dept univ inc ltd co corp gov gen rep sen hon lt col mt ave est ed"
    " eds viz ca v p esp incl resp jan feb mar apr jun jul aug sep sept oct nov dec"
)
_BEFORE_NUMBER = _words("no nos fig figs sec ch vol pp art arts para eq eqs ref refs ver")
_LAST_WORD = re.compile(r"[A-Za-z.]+$")
_NUMBERED = re.compile(r"(?:^|\n)[ \t\0]*\(?\d{1,3}$")
_MARK = re.compile(rf"[{_OPEN}{_CLOSE}{_JA_END}.!?\n]")
# What may stand between the end of a sentence and the space after it: quotes and brackets, markup, a note's number.
_TAIL = re.compile(rf"((?:[{_CLOSE}\"'”’\0{_JA_END}!?.]|\[\d{{1,3}}\])*+)[\s\0]*")
# After «U.S.» a new sentence is taken to start only at a word that seldom follows inside one.
_STARTER = re.compile(r"(The|This|These|In|We|It|However|As|For|But|And|If|Our|They|There|That|To)\b")
_MAY_END = _words("etc inc ltd co corp jr sr")
# 「なぜか？という問い」 goes on after the mark.
_QUOTED = re.compile(r"[」』）\0]*(?:という|といった|って|と(?:思|聞|問|言|考|述|語|呼|書|話|答|の|して|する))")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of one block of text, in order, trimmed of white space.

    NUL characters stand for markup and belong to the sentence around them. A line break ends a sentence where most lines
    of the block end like sentences (prose set line by line), and is white space elsewhere.
    """
    start = 0
    for end in (*_ends(text), len(text)):
        piece = text[start:end].replace("\0", " ")
        first, last = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        if first < last:
            yield first, last
        start = end


def _ends(text: str) -> Iterator[int]:
    end, depth, opened, after, rest = 0, 0, 0, 0, 0
    by_line = _set_by_line(text)
    for mark in _MARK.finditer(text):
        at, char = mark.start(), mark.group()
        depth = 0 if at - opened > _MAX_BRACKET else depth
        if step := _STEPS.get(char):
            depth, opened = max(0, depth + step), at if step > 0 else opened
        elif char == "\n" and by_line and not _GOES_ON.match(text, at):
            end, depth = max(end, at), 0
            yield end
        elif depth == 0 and at >= end and char != "\n":
            # A run of marks is looked past once, not again from each of them.
            if at >= after and (tail := _TAIL.match(text, at + 1)):
                after, rest = tail.end(1), tail.end()
            if _ends_here(text, at, after, rest):
                end = after
                yield end


def _set_by_line(text: str) -> bool:
    lines = [line.rstrip() for line in text.replace("\0", "").split("\n") if line.strip()]
    # English lines that are not long are wrapped, and end where they happen to.
    if len(lines) < 2 or not (_KANA.search(text) or _KANJI.search(text) or max(map(len, lines)) > _LONG_LINE):
        return False
    return 2 * sum(line[-1] in _JA_END + '.?!:：…」』)）”"' for line in lines) >= len(lines)


def _ends_here(text: str, at: int, after: int, rest: int) -> bool:
    """Whether the mark at `at` ends a sentence: not one in a decimal, URL, initial, abbreviation or quoted question."""
    mark, following = text[at], text[after : after + 1]
    if mark == "．" and following.isalnum() and detect(following) != "ja":
        return False
    if mark in _JA_END:
        return mark not in "！？" or not _QUOTED.match(text, after)
    if rest == len(text):
        return True
    if rest == after:
        return mark != "." and detect(following) == "ja" and not _QUOTED.match(text, after)
    if text[rest].islower():
        return False
    return mark != "." or not _abbreviates(text, at, rest)


def _abbreviates(text: str, at: int, rest: int) -> bool:
    """Whether the full stop at `at` belongs to an abbreviation, an initial or the number of an item."""
    before = text[max(0, at - 20) : at]
    word = _LAST_WORD.search(before.replace("\0", ""))
    bare = word.group() if word else ""
    lowered = bare.lower()
    if lowered in _BEFORE_NUMBER:
        return text[rest].isdigit()
    initial = len(bare.rpartition(".")[2]) == 1 and (bare.isupper() or "." in bare) and bare != "I"
    may_end = lowered in _MAY_END or ("." in bare and lowered not in ("e.g", "i.e"))
    known = initial or lowered in _ABBREVIATIONS
    return bool(_NUMBERED.search(before)) or (known and not (may_end and _STARTER.match(text, rest)))


# --- search terms ----------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"(?P<latin>[a-z0-9\u00c0-\u024f]+(?:[.\-'’+^_&][a-z0-9\u00c0-\u024f]+)*)"
    r"|(?P<japanese>[\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff々]+)"
    r"|(?P<other>[^\W\d_]+)"
)
_PART = re.compile(r"[a-z\u00c0-\u024f]+|\d+")
_CONTENT = re.compile(
    r"[a-z0-9\u00c0-\u024f]+(?:[.\-+^_&][a-z0-9\u00c0-\u024f]+)*|[\u30a1-\u30fa\u30fc]{2,}|[\u3400-\u4dbf\u4e00-\u9fff々]+"
)
_HIRAGANA = re.compile(r"[\u3041-\u3096ー]+$")
_STOP = _words(
    "a an the of to in on at by for from with as and or nor but if so than then that this these those it its is are was were "
    "be been being am do does did done have has had having will would can could may might must shall should not no "
    "what which who whom whose when where why how there here i me my you your he she they them their we us our s t "
    "about into over under between during also any some such other more most say says said tell please give name list "
    "according much many"
)
_JA_STOP = _words(
    "何 誰 方 事 物 時 中 為 様 的 上 下 前 後 内 外 間 今"
    " 記事 資料 具体 教え 説明 理由 違い 場合 以外 全部 最初 言及 述べ 書い 挙げ"
)


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


def terms(text: str) -> list[str]:
    """Search terms: English stems without function words, overlapping pairs of Japanese characters."""
    found: list[str] = []
    for match in _TOKEN.finditer(normalise(text).lower()):
        if match.lastgroup == "japanese":
            found += _pairs(match.group())
        elif match.lastgroup == "latin":
            found += _latin_terms(match.group())
        else:
            found.append(match.group())
    return found


@lru_cache(maxsize=1 << 12)
def terms_of(text: str) -> frozenset[str]:
    """Return the set of a text's search terms, of which texts share most; remembered, as the same are looked at again."""
    return frozenset(map(sys.intern, terms(text)))


def covered(words: Sequence[Term], terms: Set[str]) -> float:
    """Return the share of the weight of a question's words that a text with these search terms has, 0 to 1."""
    total = sum(word.weight for word in words)
    return sum(word.weight for word in words if word.within(terms)) / total if total else 0.0


def _pairs(run: str) -> list[str]:
    pairs = [run[at : at + 2] for at in range(len(run) - 1)] or [run]
    return [pair for pair in pairs if not _HIRAGANA.match(pair)]


def _latin_terms(word: str) -> list[str]:
    if word in _STOP:
        return []
    whole = _stem(word.removesuffix("'s").removesuffix("’s"))
    parts = [_stem(part) for part in _PART.findall(word)]
    return [whole] if parts == [whole] else [whole, *(part for part in parts if part not in _STOP and len(part) > 1)]


def content(text: str) -> list[str]:
    """The words a question is about, in order: Latin words, katakana words and kanji compounds, function words left out."""
    return [word for word in _CONTENT.findall(normalise(text).lower()) if word not in _STOP and word not in _JA_STOP]


_NAME = re.compile(r"[A-Z0-9][A-Za-z0-9\u00c0-\u024f_.\-&+]*|[\u30a1-\u30fa\u30fc]{3,}")


def names(question: str) -> list[str]:
    """Return what looks like a name or a figure: capitals and digits (in English not at the start), katakana words."""
    plain = normalise(question)
    found = [match for match in _NAME.finditer(plain) if match.group().lower() not in _STOP]
    if detect(plain) == "en":
        found = [match for match in found if plain[match.start() - 1] in " -(\"'“‘/$" and not _opens(plain, match.start())]
    return [match.group() for match in found]


def _opens(text: str, at: int) -> bool:
    """Whether a word is the first of the text or of a sentence, where a capital tells nothing; a title in quotes is not."""
    return at == 0 or (at > 1 and text[at - 2 : at].strip(" \"'(“‘") == ".")


# --- what a question asks for ----------------------------------------------------------------------------------------

_ASKED: tuple[tuple[Want, str], ...] = (
    ("date", r"\bwhen\b|\b(what|which) (date|day|year|month)\b|\bsince when\b|いつ|何年|何月|何日|時期"),
    (
        "money",
        r"\bhow much\b.*\b(cost|raise|invest|fund|pay|price|worth|money|charge)|\bprice\b|\bcost\b"
        r"|いくら|何ドル|何円|金額|値段|価格",
    ),
    (
        "number",
        r"\bhow (many|much|large|big|often|long|high)\b|\bwhat (share|percentage|percent|number|size|proportion)\b"
        r"|何(人|個|社|件|つ|パーセント|%|割|倍|本|台|歳|回|種類|カ国|か国|ヶ国|ギガ|mb|gb|トン|語|段階|億|万)"
        r"|いくつ|どれ(くらい|ほど|だけ)|どのくらい|数は|割合|何.{0,3}flop",
    ),
    ("person", r"\bwho\b|\bwhose\b|\bwhom\b|誰|だれ|どなた|人物|著者|創業者"),
    ("place", r"\bwhere\b|どこ|場所|所在地"),
    (
        "reason",
        r"\bwhy\b|\bwhat (is|are|was|were) the (reason|rationale|motivation)|\breasons?\b"
        r"|なぜ|なんで|何で[^す]|どうして|理由|何のため|なんのため|目的",
    ),
    ("compare", r"\b(differ|difference|compared?|versus|vs|contrast)\b|違い|違う|比べ|比較|どっち|どちら"),
    (
        "list",
        r"\b(list|which (are|were) the|what (are|were) (the|all)|name (the|all|some|three|four|five)"
        r"|(three|four|five|six|seven|two|\d+) (\w+ )?(\w+s))\b|\bwhat (?!(?:i|doe|wa|ha)s\b)\w+s\b"
        r"|挙げて|列挙|一覧|全部|すべて|全て|何と何|それぞれ|項目|[一二三四五六七八九十\d]つの|どんな.*が(あり|ある)|種類",
    ),
)
_WANTS: dict[Want, re.Pattern[str]] = {want: re.compile(pattern, re.IGNORECASE) for want, pattern in _ASKED}


def wants(question: str) -> frozenset[Want]:
    """Name what kind of answer a question asks for; empty if it does not show."""
    plain = normalise(question)
    return frozenset(want for want, pattern in _WANTS.items() if pattern.search(plain))


_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHOWS: dict[Want, re.Pattern[str]] = {
    "date": re.compile(rf"\b(19|20)\d\d\b|\b({_MONTH})\b|\d ?(年|月|日)"),
    "number": re.compile(
        r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|billions?)\b"
        r"|\b(half|double|twice)\b|[一二三四五六七八九十百千万億兆]つ?"
    ),
    "money": re.compile(
        r"[$€£¥]\s?\d|\d\s?(ドル|円|ユーロ|USD|EUR)|\b(dollars?|euros?)\b|億ドル|兆ドル|無料|\bfree\b", re.IGNORECASE
    ),
    "person": re.compile(
        r"\b[A-Z][a-zéèï]+ (?:[A-Z]\. )?[A-Z][a-zéèñï]+|[\u30a1-\u30fc]{2,}[・=＝][\u30a1-\u30fc]{2,}|氏|さん|\bCEO\b"
    ),
    "place": re.compile(r"\b(in|at|from|based|to|of) (the )?[A-Z]|[都道府県市国州]|[\u30a1-\u30fc]{2,}"),
    "reason": re.compile(
        r"\b(because|since|due to|as a result|therefore|so that|in order to|reasons?|why|thus|hence)\b"
        r"|\b(allows?|enables?|helps?|risks?|leads?)\b"
        r"|ため|から(です|だ|、)|ので|ゆえ|理由|よって|つながる|目的|おかげ",
        re.IGNORECASE,
    ),
}


def shows(want: Want, sentence: str) -> bool:
    """Whether a sentence has the outward form of an answer to such a question; True where form tells nothing."""
    return (pattern := _SHOWS.get(want)) is None or bool(pattern.search(sentence))
