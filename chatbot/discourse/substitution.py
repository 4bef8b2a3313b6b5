"""What takes the place of what: a name that of a pronoun, a figure that of another, a question word that of an auxiliary."""

from __future__ import annotations

import re

from chatbot.discourse.leaning import any_of, bare, has_pronoun, pointing
from chatbot.discourse.mentions import Mention, mentions
from chatbot.types import Language

# --- corrections -----------------------------------------------------------------------------------------------------

_CORRECTS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        any_of(
            r"^(?:no|nope|sorry|actually|wait|not that)?[,.!:–—-]*\s*"
            r"(?:i (?:meant|mean|(?:was|am) asking about)|make that)[,:–—-]*\s*",
            r"^(?:no|nope|actually|wait|sorry)[,:–—-]+\s*(?=(?:the|in|not)\b)",
            r"^(?=not (?:the )?[^,]{1,40}, )",
        ),
        re.IGNORECASE,
    ),
    "ja": re.compile(
        r"^(?:(?:いや|いえ|違う|違います|ちがう|そうじゃなく(?:て)?|そうではなく(?:て)?)[、。,.ー~]*\s*"
        r"|(?=.{1,20}(?:じゃ|では)なく))"
    ),
}
_NOT_BUT: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"^not (?:the )?(.{1,40}?)(?:, but|,| but) ", re.IGNORECASE),
    "ja": re.compile(r"^(.{1,20}?)(?:じゃ|では)なく(?:て)?[、,]?"),
}
_LEFT_OVER: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"^the |\s*(?:ones?|instead)(?=[?.!]*$)", re.IGNORECASE),
    "ja": re.compile(r"の?(?:ほう|方|もの|やつ)?(?:のこと)?(?:です|だ)?(?=[。.?!]*$)"),
}


def correction(question: str, lang: Language) -> tuple[str, str] | None:
    """Return what a correction takes out («not the draft») and puts in («the 2023 one» → «2023»), or None."""
    opening = _CORRECTS[lang].match(question)
    rest = question[opening.end() :] if opening else ""
    old = _NOT_BUT[lang].match(rest)
    new = bare(_LEFT_OVER[lang].sub("", rest[old.end() :] if old else rest))
    return (old[1] if old else "", new) if new else None


# --- fragments -------------------------------------------------------------------------------------------------------

_FRAGMENT: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"^(?:(?:and|but|or|so|then|what about|how about)\s+)+(.{1,50}?)[?.!]*$", re.IGNORECASE),
    "ja": re.compile(
        r"^(?:じゃあ?|では|でも|それなら)?[、,]?([^のをがには]{1,16}?)(?:について|の(?:場合|ほう|方))?(で(?=は))?(?:は|なら|だと)"
        r"(?:どう(?:ですか|なの|でしょうか)?)?[?。]*$"
    ),
}
_CLAUSE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|who|what|when|where|why|how|which)\b",
        re.IGNORECASE,
    ),
    "ja": re.compile(r"何|誰|だれ|いつ|どこ|なぜ|どうして|いくら|ます|ました|たの|るの|ですか|違い"),
}
# Phrases of one kind, of which one may stand for another.
_KINDS: tuple[re.Pattern[str], ...] = (
    re.compile(
        r"\b(?:under|over|above|below|more than|less than|at least|at most)\s+[\d.,]+\s?[A-Za-z%]*"
        r"(?:\s(?:million|billion|trillion))?",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:19|20)\d\d(?!\d)年?"),
    re.compile(r"[$€£]?\d[\d.,]*\s?(?:[A-Za-z%]+|ドル|円|人|個|社|件|億|万)?"),
    re.compile(r"\b(?:in|for|from|by|at|to|on|with|about)\s+(?:the\s+)?[A-Z][\w.&\-]*(?:\s+[A-Z][\w.&\-]*)*"),
)
_COMPARES = frozenset("under over above below more less at".split())


def fragment(question: str, lang: Language) -> str | None:
    """Return what a question without a clause of its own asks about («And in Europe?» → «in Europe»), or None."""
    whole = _FRAGMENT[lang].match(question)
    if not whole or _CLAUSE[lang].search(whole[1]) or has_pronoun(whole[1], lang):
        return None
    # 「予算は?」 names no other thing to ask the same of, but another side of the same thing.
    other = lang == "en" or _names(whole[1], lang) or re.search(r"\d", whole[1])
    # 「ヨーロッパでは?」 asks of a place, 「BLOOMは?」 of another thing.
    return "".join(group or "" for group in whole.groups()).strip() if other else None


def swapped(question: str, old: str, new: str, lang: Language) -> str | None:
    """Put a piece in the place of what is like it in a question: a figure, a year, a place, its only name; None if nothing is.

    Args:
        question: As it stands alone.
        old: What it takes the place of, where that was said; else empty.
        new: The piece.
        lang: Of the question.
    """
    if old:
        at = question.lower().find(old.lower())
        return question[:at] + new + question[at + len(old) :] if at >= 0 else None
    plain = re.sub(r"^the ", "", new, flags=re.IGNORECASE)
    for kind in _KINDS:
        piece, places = kind.match(plain), list(kind.finditer(question))
        if piece and len(places) == 1 and _like(places[0].group(), piece.group()):
            return question[: places[0].start()] + piece.group() + question[places[0].end() :]
    return _name_swapped(question, new, plain, lang)


def _name_swapped(question: str, new: str, plain: str, lang: Language) -> str | None:
    there, here = _names(question, lang), _names(f"of {plain}" if lang == "en" else f"{plain}は", lang)
    if len(there) != 1 or len(here) != 1 or here[0].text != plain:
        return None
    start = there[0].start
    return question[:start] + plain + question[start + len(there[0].text) :]


def _names(text: str, lang: Language) -> list[Mention]:
    return [each for each in mentions(text, lang) if each.name]


def _like(old: str, new: str) -> bool:
    """Whether two phrases with a preposition have the same one; others are alike by their kind."""
    first, second = old.split()[0].lower(), new.split()[0].lower()
    plain = first.isalpha() and second.isalpha() and first.isascii()
    return old != new and (not plain or first == second or {first, second} <= _COMPARES)


# --- question words alone --------------------------------------------------------------------------------------------

_ONLY: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:and |but |so )?(when|why|where|how)(?: exactly| so| come)?(?: (?:is|was|did) (?:that|this|it)(?: happen)?)?",
        re.IGNORECASE,
    ),
    "ja": re.compile(
        r"(?:それは|これは|では、?)?(いつ|なぜ|どうして|どこで)(?:の?こと)?"
        r"(?:です|なの(?:です)?|なん(?:です)?|だった(?:の)?|でした)?か?"
    ),
}
_POLAR = re.compile(r"^(did|does|do|is|are|was|were|has|have|had|can|could|will|would|should)\b", re.IGNORECASE)
# Only endings whose plain form needs no knowledge of the verb: 「出しました」 → 「出した」, but 「買いました」 → 「買った」.
_JA_POLAR = re.compile(r"(?<=[しべれせてめけえねげで])(?:ました|たんです|たの)(?:か|よね)?[?。]*$")


def only_asks(question: str, lang: Language) -> bool:
    """Whether a question is a question word and nothing else: «When was that?», 「それはいつ?」."""
    return bool(_ONLY[lang].fullmatch(bare(question)))


def asked_of(last: str, question: str, lang: Language) -> str | None:
    """Ask a question word of a yes-or-no question: «Did they sign?» + «When?» → «When did they sign?»; None if it is none."""
    word = _ONLY[lang].fullmatch(bare(question))
    if not word:
        return None
    if lang == "en":
        return f"{word[1].capitalize()} {last[0].lower()}{last[1:]}" if _POLAR.match(last) else None
    if not _JA_POLAR.search(last):
        return None
    clause = _JA_POLAR.sub("た", last)
    return f"{re.sub(r'(?<!で)(?<!に)(?:は|って)', 'が', clause, count=1)}のは{word[1]}ですか?"


# --- pronouns --------------------------------------------------------------------------------------------------------

_SEVERAL = re.compile(r"\b(?:they|them|their|he|him|his|she|her)\b|彼", re.IGNORECASE)
_GENERIC = "model|company|paper|law|act|bill|report|programme|program|project|tool|dataset|organi[sz]ation|group|initiative"
_POSSESSIVE = re.compile(r"\b(?:its|their|his|her)\b(?=\s+[a-z])", re.IGNORECASE)
_OBJECT = re.compile(
    rf"\b(?:(?:this|that|these|those) (?:{_GENERIC})s?\b|(?:it|they|them|he|him|she)\b(?!['’]))", re.IGNORECASE
)
_JA_GENERIC = "会社|企業|団体|組織|法律|文書|提案|報告書|論文|モデル|計画|制度|事業|プログラム|製品"
_JA_OBJECT = re.compile(
    rf"(?:(?:その|この)(?:{_JA_GENERIC})|それ|これ|あれ|彼ら|彼女|彼|同社)(?=[はがをにのでもとへ]|について|から|って)"
)
_JA_OWNER = re.compile(
    r"その(?!時|とき|事|こと|後|中|他|ほか|頃|ころ|際|間|ため|理由|年|日|点|前|結果|場|人|もの|うち|上|まま)"
    r"(?=[「『\u30a1-\u30fa\u3400-\u9fffA-Za-z0-9])"
)


def of_several(question: str) -> bool:
    """Whether a question points at people, or at several things: a wrong name in their place would mislead."""
    return bool(_SEVERAL.search(question))


def replaced(question: str, subject: str, lang: Language) -> str | None:
    """Put a subject in the place of the first pronoun; None if there is none that it can stand for."""
    # Of several sentences, the pronoun of one may mean something in another.
    if pointing(question, lang) != question or re.search(r"[.?!]\s+\w", question):
        return None
    # «When did they publish it?» has two.
    if lang == "en" and of_several(question) and re.search(r"\bits?\b", question):
        return None
    if lang == "ja":
        found = _JA_OBJECT.search(question)
        owner = None if found else _JA_OWNER.search(question)
        owned = f"{subject}の"
    else:
        owner = _POSSESSIVE.search(question)
        found = None if owner else _OBJECT.search(question)
        owned = f"{subject}'" if subject.endswith("s") else f"{subject}'s"
    place = owner or found
    return question[: place.start()] + (owned if owner else subject) + question[place.end() :] if place else None


def introduced(topics: list[str], question: str, lang: Language) -> str:
    """Say what a question is about before it."""
    if not topics:
        return question
    return f"{'、'.join(topics)}について、{question}" if lang == "ja" else f"About {', '.join(topics)}: {question}"
