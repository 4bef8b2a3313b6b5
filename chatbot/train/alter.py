"""Small false changes to true sentences: another number, a negation, another name."""

import random
import re
from collections.abc import Sequence

_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])\d[\d,]*(?:\.\d+)?")
_NAME = {
    "en": re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}"),
    "ja": re.compile(r"[ァ-ヴー]{3,}|[\u4e00-\u9fff]{2,4}(?=[はがのをに、])"),
}
_NEGATIONS = {
    "en": (
        (re.compile(r"\b(is|are|was|were|can|could|will|would|should|must|has been|have been)\b(?! not)"), r"\1 not"),
        (re.compile(r"\b(is|are|was|were|can|could|will|would|should|must|did|does|do) not\b"), r"\1"),
    ),
    "ja": (
        (re.compile(r"している(?=。|$)"), "していない"),
        (re.compile(r"された(?=。|$)"), "されなかった"),
        (re.compile(r"である(?=。|$)"), "ではない"),
        (re.compile(r"であった(?=。|$)"), "ではなかった"),
        (re.compile(r"ました(?=。|$)"), "ませんでした"),
        (re.compile(r"した(?=。|$)"), "しなかった"),
        (re.compile(r"できます(?=。|$)"), "できません"),
        (re.compile(r"ます(?=。|$)"), "ません"),
        (re.compile(r"です(?=。|$)"), "ではありません"),
    ),
}


def altered(sentence: str, language: str, names: Sequence[str], draw: random.Random) -> str | None:
    """Return a false version of `sentence`, or None if no rule fits.

    Args:
        sentence: A true sentence.
        language: "ja" or "en".
        names: Names that may take the place of one in the sentence.
        draw: Decides between the rules.
    """
    rules = [_other_number, _negated, _other_name]
    draw.shuffle(rules)
    for rule in rules:
        changed = rule(sentence, language, names, draw)
        if changed is not None and changed != sentence:
            return changed
    return None


def names_in(text: str, language: str) -> list[str]:
    """Return what looks like names in `text`."""
    return _NAME[language].findall(text)


def _other_number(sentence: str, language: str, names: Sequence[str], draw: random.Random) -> str | None:
    found = list(_NUMBER.finditer(sentence))
    if not found:
        return None
    match = draw.choice(found)
    digits = match.group()
    places = [place for place, char in enumerate(digits) if char.isdigit()]
    place = draw.choice(places)
    other = draw.choice([digit for digit in "123456789" if digit != digits[place]])
    changed = digits[:place] + other + digits[place + 1 :]
    return sentence[: match.start()] + changed + sentence[match.end() :]


def _negated(sentence: str, language: str, names: Sequence[str], draw: random.Random) -> str | None:
    for pattern, replacement in _NEGATIONS[language]:
        changed, times = pattern.subn(replacement, sentence, count=1)
        if times:
            return changed
    return None


def _other_name(sentence: str, language: str, names: Sequence[str], draw: random.Random) -> str | None:
    found = list(_NAME[language].finditer(sentence))
    others = [name for name in names if name not in sentence]
    if not found or not others:
        return None
    match = draw.choice(found)
    return sentence[: match.start()] + draw.choice(others) + sentence[match.end() :]


KINDS = {"number": _other_number, "negation": _negated, "name": _other_name}
"""The rules by the kind of fact that they make false."""
