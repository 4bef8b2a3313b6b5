"""Names in a text, and whether another text has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from chatbot import language
from chatbot.facts.places import masked
from chatbot.facts.plain import slot
from chatbot.facts.sound import alike

_TOKEN = re.compile(r"[A-Za-z0-9À-ɏ]+(?:(?:[.\-'’&+_/]|\+\+|#)[A-Za-z0-9À-ɏ]+)*")
_CALENDAR = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday thursday"
    " friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
# A figure with its scale or unit is none: 8T, 12PB, 3rd.
_FIGURE = re.compile(
    r"v\d[\d.]*|\d[\d.,-]*(?:[kmbtxghsdw]|[mbt]n|st|nd|rd|th|[kmgtp]i?b|[kmgt]wh?|[kcm]m|kg|ms|px|-?fold|s)?|\d[\d.,]*e\d+|\d[\d.,]*(?:[kmbt]|[mbt]n)?-[A-Za-z-]+",
    re.IGNORECASE,
)
# It tells nothing where everything is about it.
_EVERYWHERE = frozenset(("AI", "AIs", "A.I", "AI's"))
_MONEY = frozenset("usd eur jpy gbp cny rmb krw kb mb gb tb pb kw mw gw kwh mwh gwh twh".split())
_OPENS = re.compile(r"(?:^|[.!?:;。！？：」』\n•*#-])[\s\"'“‘«(\[「『*_-]*$")
_OPENING = frozenset(
    "although though despite given while whereas instead rather according additionally moreover furthermore nevertheless"
    " through throughout toward towards since because until unless among across against within without before after once"
    " together overall finally similarly likewise meanwhile here see note both each every several many few most".split()
)
_ACRONYM = re.compile(r"(?:[A-Z][a-z]?){2,6}s?")
_SMALL = frozenset("of and the for in on to a an".split())
_KATAKANA = re.compile(r"[ァ-ヺ][ァ-ヺー・=＝]*[ァ-ヺー]")
_OFFICE = re.compile(
    r"[\u3400-\u9fff々]{2,}(?:省|庁|大学|委員会|研究所|財団|協会|銀行|裁判所|州)|[\u3400-\u9fff々]{2,4}(?=氏(?!名))"
)
LINK = re.compile(
    r"(?:https?://|www\.)[!#-'*-;=?-Z\\^-z|~]+|(?<![0-9A-Za-z.])10\.\d{4,}/[!-~]+|[A-Za-z0-9.+_-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Name:
    """What a text calls somebody or something."""

    text: str
    sure: bool = True
    """Not merely a capital where any word has one."""
    slot: tuple[str, str] = ("", "")
    """What stands before and after."""

    @property
    def distinctive(self) -> bool:
        """Whether its spelling is nobody else's: inner capitals, or letters with digits."""
        return bool(re.search(r"[a-z][A-Z]|[A-Z]{3}|[A-Za-z]-?\d|\d[A-Za-z]", self.text))


@lru_cache(maxsize=1 << 13)
def names(text: str) -> tuple[Name, ...]:
    """Return the Latin names of a plain text, in order; in an English one not what is only the first word of a sentence."""
    found = []
    tokens = list(_TOKEN.finditer(masked(LINK.sub(lambda match: " " * len(match.group()), text))))
    for at, match in enumerate(tokens):
        word = _bare(match.group())
        if (
            word in _EVERYWHERE
            or not _named(word)
            or _FIGURE.fullmatch(word)
            or word.lower() in _MONEY
            or word.lower() in _CALENDAR
            or word == "I"
            or not language.terms(word)
        ):
            continue
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        opens = bool(_OPENS.search(text, max(0, match.start() - 6), match.start())) or match.start() == 0
        sure = not opens or not word[1:].islower() or bool(following and _goes_on(text, match, following))
        if word.lower() in _OPENING and opens:
            continue
        found.append(Name(word, sure, slot(text, *match.span())))
    return tuple(found)


def offices(text: str) -> tuple[str, ...]:
    """Return the kanji names of a Japanese text that show by their ending what they are, and surnames before 氏."""
    return tuple(dict.fromkeys(match.group() for match in _OFFICE.finditer(text)))


def katakana(text: str) -> tuple[str, ...]:
    """Return the katakana words of a text, parts of a name apart."""
    return tuple(
        dict.fromkeys(part for match in _KATAKANA.finditer(text) for part in re.split("[・=＝]", match.group()) if part)
    )


@lru_cache(maxsize=1 << 13)
def spellings(text: str) -> frozenset[str]:
    """Return every run of up to three Latin words of a text, squeezed: «hugging face» as huggingface."""
    words = [_squeezed(_bare(match.group())) for match in _TOKEN.finditer(text)]
    parts = [_squeezed(part) for match in _TOKEN.finditer(text) for part in re.split(r"[-'’/_.]", match.group())]
    return frozenset([*words, *parts, *("".join(words[at : at + n]) for at in range(len(words)) for n in (2, 3))]) | {
        word[:-1] for word in words if word.endswith("s")
    }


@lru_cache(maxsize=1 << 13)
def initials(text: str) -> str:
    """Return the first letters of a text's Latin words, words in capitals whole: «National AI Research Resource» as nairr.

    Once without small words and, after a space, once with them, as in MoE.
    """
    parts = [part for match in _TOKEN.finditer(text) for part in re.split("[-/]", match.group()) if part]
    short = [part.lower() if part.isupper() and 1 < len(part) <= 4 else part[0].lower() for part in parts]
    telling = [letters for letters, part in zip(short, parts, strict=True) if part.lower() not in _SMALL]
    return f"{''.join(telling)} {''.join(short)}"


def has(text: str, name: str) -> bool:
    """Whether a text has a Latin name: as it stands, squeezed, in plural, by its initials, or in katakana that sounds alike."""
    squeezed = _squeezed(name)
    written = spellings(text)
    if squeezed in written or squeezed.removesuffix("s") in written:
        return True
    parts = [part for part in re.split(r"[-/&]", name) if part]
    if len(parts) > 1 and not any(map(str.isdigit, name)) and all(_squeezed(part) in written for part in parts):
        return True
    if any(char.isdigit() for char in name):
        return False
    if set(language.terms(name)[:1]) & language.terms_of(text):
        return True
    if _ACRONYM.fullmatch(name) and squeezed.removesuffix("s") in initials(text):
        return True
    return not name.isupper() and any(alike(word, name) for word in katakana(text))


def _bare(word: str) -> str:
    return re.sub(r"['’]s$|['’]$", "", word)


def _squeezed(word: str) -> str:
    return re.sub(r"[^a-z0-9à-ɏ+#]", "", word.lower())


def _named(word: str) -> bool:
    """Whether a word has a capital, or letters with digits."""
    return any(char.isupper() for char in word) or (any(map(str.isdigit, word)) and any(map(str.isalpha, word)))


def _goes_on(text: str, match: re.Match[str], following: re.Match[str]) -> bool:
    """Whether another capital follows at once, as in «Lux Capital led»."""
    return text[match.end() : following.start()] == " " and following.group()[0].isupper()


def swapped(claim: str, quote: str) -> Iterator[str]:
    """Yield katakana words of a claim that stand where the quote, otherwise alike there, has another."""
    theirs = set(katakana(quote))
    others = [word for word in theirs if word not in claim]
    for match in _KATAKANA.finditer(claim):
        word = match.group()
        if word in quote or not others:
            continue
        after, before = claim[match.end() : match.end() + 3], claim[max(0, match.start() - 3) : match.start()]
        if any(_stands(quote, other, before, after) for other in others):
            yield word


def _stands(quote: str, other: str, before: str, after: str) -> bool:
    at = quote.find(other)
    while at >= 0:
        end = at + len(other)
        if (after and quote.startswith(after, end)) or (len(before) == 3 and quote[:at].endswith(before)):
            return True
        at = quote.find(other, end)
    return False
