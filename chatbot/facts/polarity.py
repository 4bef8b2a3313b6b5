"""What a text denies: the words its negations bear on, in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from chatbot import language
from chatbot.types import Language


@dataclass(frozen=True, slots=True)
class Polarity:
    """The negations of a text."""

    language: Language
    denied: frozenset[str]
    """What a negation bears on: search terms in English, stems of verbs and nouns in Japanese."""
    scope: frozenset[str]
    """Also what stands near by: «no direct measure» may be said as «does not measure»."""
    bridged: frozenset[tuple[str, str]]
    """The words before and after an English «not»."""
    free: str
    """The text without those."""
    negations: int
    """How many there are; two that cancel each other count none."""
    leaning: bool
    """Whether some word leans towards a denial without being one: «only», «few», «rather than», 「だけ」, 「困難」."""

    def states(self, word: str) -> bool:
        """Whether the text has a word free of any negation."""
        if self.language == "en":
            return word in language.terms_of(self.free)
        # One kanji alone is a stem only where its ending follows; elsewhere it is part of another word.
        return bool(re.search(f"{word}[\u3041-\u3096]", self.free)) if len(word) == 1 else word in self.free


_EN_FREE = re.compile(
    r"\b(?:not (?:only|just|merely|simply|least|without|to mention)|no (?:doubt|wonder|less than|fewer than|later than)"
    r"|whether or not|if not more|nothing (?:less|other|but)|never fails? to|cannot but|can't help but|why not|no\. ?\d+"
    r"|not un(?:like|likely|common|usual|reasonable|important|aware|related|known|clear|fair|limited|realistic)"
    r"|not in(?:significant|frequent|consistent|considerable|compatible|effective|different|appropriate|evitable))\b",
    re.IGNORECASE,
)
_EN_NOT = re.compile(
    r"\b(?:not|never|no longer|no(?!-)|cannot|neither|nor|none|nobody|nothing|nowhere|without|hardly|barely|scarcely"
    r"|fail(?:s|ed|ing)? to|refus(?:e|es|ed|ing) to|declin(?:e|es|ed|ing) to|unable to|lacks?|lacking|lacked|far from)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
_EN_LEANS = re.compile(
    r"\b(?:only|rather|instead|few(?:er)?|less|little|rare(?:ly)?|seldom|against|oppos\w+|avoid\w*|ban(?:s|ned|ning)?"
    r"|prohibit\w*|forbid\w*|prevent\w*|exclud\w+|except\w*|exempt\w*|refus\w+|reject\w*|den(?:y|ies|ied|ial)|lack\w*"
    r"|absen\w+|miss(?:es|ed|ing)|stop\w*|end(?:s|ed)?|ceas\w+|closed?|proprietary|impossible|unlikely|differ\w*|unlike"
    r"|restrict\w*|limit\w*|withh\w+|remain\w*|yet|beyond|but|un\w{4,}|dis\w{4,}|non-?\w+|free from|too|hard|difficult\w*"
    r"|in(?:adequate|sufficient|correct|capable|ability|accurate|complete|visible)\w*|warn\w*|caution\w*|doubt\w*)\b",
    re.IGNORECASE,
)
_VERBS = frozenset("apply comply imply multiply rely reply supply fly".split())
_SAME = 0.85
# How far past the denied word, in letters, a negation may still reach.
_NEAR = 24
_CLAUSE = re.compile(r"[.,;:!?()]")
_SKIPPED = frozenset(
    "be been being is are was were am do does did have has had will would can could may might must shall should"
    " yet also just even"
    " really fully always necessarily yet very ever the a an any all to of so such simply merely it there that"
    " this by as".split()
)
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d[\d.,]*|[.;:!?]")

_LAST = re.compile(r"[A-Za-z]+(?=\s*$)")

_JA_FREE = re.compile(
    r"(?:なけれ|なくて|ね)ば(?:なら|いけ|なり)(?:ない|ません|ぬ|ん)?|(?:ない|ぬ)と(?:いけ|なら)(?:ない|ません)|なくては(?:なら|いけ)(?:ない|ません)"
    r"|ざるを得(?:ない|ません)|かもしれ(?:ない|ません)|(?:だけ|のみ|ばかり)(?:で(?:は)?|じゃ)?な(?:く|い)|のみならず|にとどまらず|に留まらず|だけにとどまら(?:ない|ず)"
    r"|に(?:すぎ|過ぎ)(?:ない|ません)|(?:間|ま)違い(?:ない|ありません)|に(?:違い|相違|ほか|他)(?:ない|なら(?:ない|ず)|なりません|ありません)|しか(?!し)"
    r"|(?:欠か|欠く)(?:せ|すこと(?:の|が)でき)(?:ない|ません|ず)|やむを得(?:ない|ず|ません)|少な(?:い|く|から|かっ)\w?|(?:ない|なか)か?(?:で(?:しょう|あろう)か|だろうか)"
    r"|ない(?:わけ|こと|もの)(?:では|じゃ|は|も)(?:ない|ありません|なかった)|な(?:い|く)もない|ではないか|ずに(?:は)?(?:い|お)(?:られ|か)(?:ない|ません)|(?:に"
    r"|も)かかわらず|関わらず|必ず|まず(?!い)|はず|いずれ|先ず|ずつ|ならず者|わずか|みず|わず|おのず|絶えず|思わず|たゆまず|たえず|くずれ|ずっと|ずれ|まずは|ず[るれ]"
)
_JA_NOT = re.compile(
    r"ません|ない(?!し(?:は|$))|なかった|なかっ|なく(?!な)|なければ|ざる|(?<=[かがさざただなばまらわせけげてねべめれえいきしちにびみりぎじっ])ず(?=に|、|。|$|[\u4e00-\u9fff]"
    r"|も|と)|ぬ(?=。|$)"
    r"|禁止|不要|不可(?!欠)|不可能|無し|なし(?=で|に|の|。|$)|ゼロ|拒否|非公開|未(?=公開|発表|対応|実装|整備|確認)"
)
_JA_LEANS = re.compile(
    r"だけ|のみ|しか|ほか|以外|限(?:り|ら|定|界)|困難|難し|少な|不[\u4e00-\u9fff]|無[\u4e00-\u9fff]|非[\u4e00-\u9fff]|未[\u4e00-\u9fff]"
    r"|反[対し]|避け|除[くい外]|免[除れ]|欠[けく如]|失[うわ敗い]|止[めま]|違[いうえっ]|異な|よりも|代わり|むしろ|まだ|クローズド|一方|閉[じざ鎖]|足り|妨げ|防[ぐい止]|廃|否|にくい"
    r"|づらい|かねる|かね|慎重|警告|懸念"
)
_JA_CHUNK = re.compile(r"[\u3400-\u9fff々]+|[ァ-ヺー]{2,}|[A-Za-z][A-Za-z0-9.-]*|\d[\d.,]*%?")


@lru_cache(maxsize=1 << 13)
def polarity(text: str) -> Polarity:
    """Return what a plain text denies."""
    return _japanese(text) if language.detect(text) == "ja" else _english(text)


def _english(text: str) -> Polarity:
    rest = _EN_FREE.sub(_blank, text)
    denied: set[str] = set()
    scope: set[str] = set()
    free = text
    bridged: set[tuple[str, str]] = set()
    found = list(_EN_NOT.finditer(rest))
    for match in found:
        if word := _next_word(rest, match.end()):
            denied.update(language.terms(word.group())[:1])
            scope.update(language.terms(_CLAUSE.split(rest[match.end() : word.end() + _NEAR], maxsplit=1)[0]))
            free = _without(free, *word.span())
        last, following = _LAST.search(rest, max(0, match.start() - 20), match.start()), _WORD.search(rest, match.end())
        if last and following and match.group().lower() in ("not", "never", "n't", "n’t"):
            bridged.add((last.group().lower(), following.group().lower()))
    return Polarity(
        "en", frozenset(denied), frozenset(denied | scope), frozenset(bridged), free, len(found), bool(_EN_LEANS.search(text))
    )


def _next_word(text: str, at: int) -> re.Match[str] | None:
    for match in _WORD.finditer(text, at):
        word = match.group().lower()
        if word in ".;:!?":
            return None
        if word not in _SKIPPED and (not word.endswith("ly") or word in _VERBS):
            return match
    return None


def _japanese(text: str) -> Polarity:
    rest = _JA_FREE.sub(_blank, text)
    denied: set[str] = set()
    scope: set[str] = set()
    free = text
    found = list(_JA_NOT.finditer(rest))
    for match in found:
        if match.group()[0] in "非未":
            denied.add(match.group()[1:])
            free = _without(free, *match.span())
        elif before := [chunk for chunk in _JA_CHUNK.finditer(rest, max(0, match.start() - 14), match.start())]:
            denied.add(_core(before[-1].group()))
            scope |= {_core(chunk.group()) for chunk in before[-2:]}
            free = _without(free, *before[-1].span())
    return Polarity(
        "ja", frozenset(denied), frozenset(denied | scope), frozenset(), free, len(found), bool(_JA_LEANS.search(text))
    )


def _core(chunk: str) -> str:
    """Return the part of a compound that is denied: 「利用制限なし」 denies 制限."""
    return chunk[-2:] if re.fullmatch(r"[\u3400-\u9fff々]{3,}", chunk) else chunk


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _without(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def disagree(claim: str, quote: str) -> bool:
    """Whether a claim denies what its quote says or says what it denies; only where that can be told.

    Within one language a word that one text denies must not stand free in the other. Across the two, and where the words
    differ, a claim that denies needs a quote in which something does.
    """
    mine, theirs = polarity(claim), polarity(quote)
    if mine.negations % 2 and not theirs.negations and not theirs.leaning:
        return True
    if mine.language != theirs.language:
        return False
    if _bridges(claim, theirs) or _bridges(quote, mine):
        return True
    if (mine.negations - theirs.negations) % 2 and _alike(claim, quote):
        return True
    return any(theirs.states(word) for word in mine.denied - theirs.scope) or any(
        mine.states(word) and not theirs.states(word) for word in theirs.denied - mine.scope
    )


def _alike(one: str, other: str) -> bool:
    """Whether two texts have nearly the same words, so that a negation more or less turns the sense round."""
    first, second = language.terms_of(one), language.terms_of(other)
    return len(first & second) >= _SAME * max(len(first), len(second), 1)


def _bridges(text: str, other: Polarity) -> bool:
    """Whether two words follow each other that the other text parts by «not»."""
    words = [match.group().lower() for match in _WORD.finditer(text)] if other.bridged else []
    return any(pair in other.bridged for pair in zip(words, words[1:], strict=False))
