"""English sentences in words alone: names, abbreviations, initials, signs."""

from __future__ import annotations

import re

from chatbot.spoken import names
from chatbot.spoken.english import amounts, dates
from chatbot.spoken.english.numbers import cardinal
from chatbot.spoken.marks import PAUSE
from chatbot.spoken.rules import apply, rule

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
_PARTS = (
    r"(?:Title|Chapter|Annex|Part|Article|Section|Schedule|Appendix|Volume|Book|Phase|Tier|Level|War|Recital|Paragraph|Table)s?"
)
_ABBREVIATIONS = (
    rule(r"(?<=[a-z])\(s\)", "s"),
    rule(r"(?<![A-Za-z0-9)])((?:\(\d{1,2}[a-z]?\))*)\(([a-z])\)", lambda match: f"{match[1]}({match[2].upper()})"),
    rule(r"\be\.\s?g\.,?", "for example,"),
    rule(r"\bi\.\s?e\.,?", "that is,"),
    rule(r"\betc\.(?=\s+[A-Z]|\s*$)", "and so on."),
    rule(r"\betc\b\.?", "and so on"),
    rule(r"\bvs?\.(?=\s)|\bvs\b", "versus"),
    rule(r"\bet al\b\.?", "and others"),
    rule(r"\bcf\.", "compare"),
    rule(r"\b[Aa]pprox\.", "approximately"),
    rule(r"\b([Ii])ncl\.", r"\1ncluding"),
    rule(r"\bDr\.?(?= [A-Z])", "Doctor"),
    rule(r"\bProf\.?(?= [A-Z])", "Professor"),
    rule(r"\bMr\.?(?= [A-Z])", "Mister"),
    rule(r"\bMrs\.?(?= [A-Z])", "Missus"),
    rule(r"\bMs\.?(?= [A-Z])", "Miz"),
    rule(r"\bSt\.(?= [A-Z])", "Saint"),
    rule(r"\bSen\.(?= [A-Z])", "Senator"),
    rule(r"\bRep\.(?= [A-Z])", "Representative"),
    rule(r"\bGov\.(?= [A-Z])", "Governor"),
    rule(r"\bInc\.(?=,?\s+[a-z]|,)", "Incorporated"),
    rule(r"\bInc\.", "Incorporated."),
    rule(r"\bCorp\.", "Corporation"),
    rule(r"\bLtd\.", "Limited"),
    rule(r"\bNos?\.\s?(?=\d)|\bNo (?=\d)", "number "),
    rule(r"#\s?(?=\d)", "number "),
    rule(r"§§?\s?", "section "),
    rule(r"\bSecs?\.\s?(?=\d)", "section "),
    rule(r"\bArts?\.\s?(?=\d)", "article "),
    rule(r"\bFigs?\.\s?(?=\d)", "figure "),
    rule(r"\bCh(?:ap)?s?\.\s?(?=\d)", "chapter "),
    rule(r"\bVol\.\s?(?=\d)", "volume "),
    rule(r"\bEqs?\.\s?(?=\d)", "equation "),
    rule(r"\bpp\.\s?(?=\d)", "pages "),
    rule(r"\bp\.\s?(?=\d)", "page "),
    rule(r"\b(?i:cc[- ]by)((?:-(?i:nc|sa|nd))*)\b-?", lambda match: _licence(match[1])),
    rule(r"\bw/o\b", "without"),
    rule(r"\bw/\s?(?=\w)", "with "),
    rule(r"\b24/7\b", "twenty-four seven"),
    rule(rf"\b({_PARTS}) (?!I\s[a-z])([IVXL]+)\b(?!')", lambda match: f"{match[1]} {_roman(match[2])}"),
    # «U.S.» is two letters; at the end of a sentence its last stop is also the sentence's.
    rule(
        r"\b((?:[A-Z]\.){2,})(?=(\s+[A-Z][a-z]|\s*$)?)",
        lambda match: letters(match[1].replace(".", "")) + ("." if match[2] is not None and not match[2].strip() else ""),
    ),
)
_FILES = {"txt": "text", "md": "M-D", "py": "pie", "cpp": "C-P-P", "csv": "C-S-V", "json": "jason", "pdf": "P-D-F", "ai": "A-I"}
_SIGNS = (
    rule(r"\band/or\b", "and or"),
    rule(r"\b(\w+)\.(txt|md|py|cpp|csv|json|pdf|ai)\b", lambda match: f"{match[1]} dot {_FILES[match[2]]}"),
    rule(r"(?<=[A-Za-z])\.(?=[A-Za-z]{2,}\b)", " dot "),
    rule(r"(?<=\w)&(?=\w)", " and "),
    rule(r"\s&\s", " and "),
    rule(r"(?<=\w)\+\+", " plus plus"),
    rule(r"(?<=\w)\+(?!\w)|\s\+\s|(?<=\w)\+(?=\w)", " plus "),
    rule(r"\s?(?:=>|⇒|→|➔|->)\s?", " to "),
    rule(r"\s?(?:<=|≤)\s?", " at most "),
    rule(r"\s?(?:>=|≥)\s?", " at least "),
    rule(r"\s?(?:==?|≡)\s?", " equals "),
    rule(r"\s?≠\s?", " is not "),
    rule(r"\s?≈\s?", " about "),
    rule(r"\s?[×]\s?|(?<=\w) x (?=\w)", " times "),
    rule(r"\s?÷\s?", " divided by "),
    rule(r"\s<\s", " less than "),
    rule(r"\s>\s", " more than "),
    rule(r"\s?[%٪]", " percent"),
    rule(r"(?<=\w)@(?=\w)| @ ", " at "),
    rule(r"\$(?=\w)", ""),
    rule(r"€", " euros"),
)
# Capitals that are emphasis and not initials.
_SHOUTED = frozenset(
    "A I THE AND OR NOT ALL ANY FOR NO YES IF IS ARE BE DO ON IN AT TO OF BY WE IT OUR YOU MUST MAY CAN NEW OPEN FREE ONLY"
    " NOTE".split()
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z]{2})(?=[A-Z])")
_INITIALS = re.compile(r"(?<![A-Za-z])([A-Z]{2,})('s|s'|s)?(?![A-Za-z])")
_DIGIT = re.compile(r"\d")
_VOWEL = re.compile(r"[AEIOUY]")


def said(text: str) -> str:
    """Return a plain English text as it is heard: words, and pauses as commas and stops."""
    text = _named(_levelled(text))
    text = apply(text, _ABBREVIATIONS)
    if _DIGIT.search(text):
        text = apply(text, (*dates.RULES, *amounts.RULES))
    text = _named(_CAMEL.sub(" ", apply(text, _SIGNS)))
    return _tidy(_INITIALS.sub(lambda match: _initials(match[1], match[2] or ""), text))


def _named(text: str) -> str:
    return names.english().sub(lambda match: names.say_english(match.group()), text)


def _levelled(text: str) -> str:
    """One form of each quote, dash and apostrophe."""
    text = re.sub(r"(?<=\w)[’‘ʼ](?=\w)|(?<=s)[’](?=\s)|(?<!\w)[’‘](?=\d0s)", "'", text)
    return re.sub(r"[\u2010\u2011\u2012]", "-", text)


def letters(word: str) -> str:
    """Return initials for letter by letter: «O-S-T-P».

    An A inside is taken for the article by voices unless it starts a group of its own: «G-P A-I».
    """
    return re.sub(r"-A-", " A-", "-".join(word))


def _initials(word: str, ending: str) -> str:
    if word == "AI" or word in _SHOUTED:
        return (word if word in ("AI", "A", "I") else word.lower()) + ending
    if len(word) > 5 and len(_VOWEL.findall(word)) > 1:
        return word.capitalize() + ending
    return letters(word) + ("'s" if ending else "")


def _licence(parts: str) -> str:
    """A licence's name: «cc-by-nc-4.0» is «C-C by N-C four point zero»."""
    return " ".join(["C-C by", *("-".join(part.upper()) for part in parts.split("-") if part)]) + " "


def _roman(written: str) -> str:
    values = [_ROMAN[sign] for sign in written]
    total = sum(-value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True))
    return cardinal(total)


def _tidy(text: str) -> str:
    """Leave only words and the marks that a voice makes a pause of."""
    text = re.sub(r"\.{2,}", ".", text)
    text = re.sub(r"\s+[-–—]+\s+|\s?[–—]+\s?|--+|\s*[;:()\[\]{}|" + PAUSE + r"]+\s*", ", ", text)
    text = re.sub(r"(?<!\w)'|'(?!\w)(?<!s')|[\"“”„«»‹›‘’`*^~<>\\]", "", text)
    text = re.sub(r"[_/#=@$•·・]", " ", text)
    text = re.sub(r"(?<!\w)-+|-+(?!\w)", "", text)
    # A last A before a word is taken for the article, whatever precedes it.
    text = re.sub(r"(?<=\w)-A(?=\s\w)", "-eigh", text)
    text = re.sub(r"[^\w\s,.!?'-]", " ", text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+(?=[,.!?])", "", text)
    text = re.sub(r",(?:\s*,)+", ",", text)
    text = re.sub(r"([.!?])(?:\s*[.,])+", r"\1", text)
    text = re.sub(r",\s*(?=[.!?])", "", text)
    return text.strip(" ,").removeprefix(". ")
