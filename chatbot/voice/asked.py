"""Headings turned into the questions that they answer, for the ear of a recogniser: mostly right is enough."""

from __future__ import annotations

import re

_WORDS = "what|which|who|whom|whose|why|how|when|where"
_ASKING = re.compile(rf"(?:on |for |to |in )?(?:{_WORDS})\b(?: (?:many|much|far|fast|large|widely)\b)?", re.I)
_LAST = re.compile(r"^(.*) (is|are|was|were)$")
_HELP = re.compile(r"\b(is|are|was|were|can|could|may|must|should|will|would|has|have|had)\b")
_DID = re.compile(r"[a-z]{2,}ed")
# Before which endings a verb lost an e, and how verbs end in the present that are seldom nouns.
_SILENT_E = ("at", "as", "ur", "uc", "uis", "ir", "os", "u", "v", "g", "is", "ar", "nc")
_PRESENT_ENDS = ("nds", "cts", "ses", "lls", "ves", "zes", "gues", "kes", "lps", "ains", "ows")
_PARTS = re.compile(rf"(?:, | and )(?=(?:{_WORDS})\b)", re.I)
_BARE = {"does": "do", "goes": "go", "says": "say", "sees": "see"}
_PAST = {
    "said": "say",
    "told": "tell",
    "made": "make",
    "did": "do",
    "saw": "see",
    "grew": "grow",
    "came": "come",
    "gave": "give",
}
_PRESENT = frozenset(
    "do go say see want matter need work mean suit fit vary use depend apply pose think come help serve".split()
)


def questions(heading: str) -> list[str]:
    """Return the direct questions of a heading like «Why X created Y and who uses Y»; none if it is no indirect question."""
    return [asked for part in _PARTS.split(heading) if (asked := _direct(part.strip()))]


def _direct(part: str) -> str:
    if part.lower().startswith("whether "):
        return _moved("", part[8:])
    start = _ASKING.match(part)
    if not start:
        return ""
    asking, rest = start.group(), part[start.end() :].strip()
    if asking.lower().endswith(("who", "which", "whose")) and _HELP.match(rest):
        return part
    return _moved(asking, rest)


def _moved(asking: str, rest: str) -> str:
    """Return a question with its verb before its subject."""
    if last := _LAST.match(rest):
        return f"{asking} {last.group(2)} {last.group(1)}".strip()
    if help_ := _HELP.search(rest):
        before, after = rest[: help_.start()].strip(), rest[help_.end() :].strip()
        return f"{asking} {help_.group()} {before} {after}".strip()
    for at, word in enumerate(words := rest.split()):
        if at and (turned := _bare(word)):
            return " ".join([asking, turned[0], *words[:at], turned[1], *words[at + 1 :]]).strip()
    return ""


def _bare(word: str) -> tuple[str, str] | None:
    """Return the helping verb that a verb asks for, and the verb without its ending; None for what is none."""
    if word in _BARE or word in _PAST:
        return ("does", _BARE[word]) if word in _BARE else ("did", _PAST[word])
    if word in _PRESENT:
        return "do", word
    if _DID.fullmatch(word):
        return "did", word[:-1] if word[:-2].endswith(_SILENT_E) else word[:-2]
    if word.endswith("s") and word[:-1] in _PRESENT:
        return "does", word[:-1]
    if word.endswith(_PRESENT_ENDS):
        return "does", word[:-1]
    return None
