"""What is written and not said: citation marks, addresses, Markdown, emoji. What remains is plain sentences."""

from __future__ import annotations

import re
import unicodedata
from functools import partial

from chatbot.spoken.rules import apply, rule
from chatbot.types import Language

PAUSE = "\u2e31"
"""Stands for a short pause of either language until the text is told apart by language."""

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_URL = (
    r"(?:https?://|www\.)[!#-'*-;=?-Z^-z|~]+"
    r"|(?<![A-Za-z0-9])(?:(?:doi|DOI):?\s?)?10\.\d{4,}/[!#-'*-;=?-Z^-z|~]+"
    # A bare host is an address where a path follows; «Z.ai» alone is a name.
    r"|(?<![A-Za-z0-9@.])(?:[A-Za-z0-9-]+\.)+(?:com|org|net|co|io|ai|gov|eu|fr|jp|edu)/[A-Za-z0-9_./#?=&%~+-]*"
)
_MAIL = r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_NUMBERS = r"\d{1,3}(?:\s?[,、，–-]\s?\d{1,3})*"
_BLOCK = "\u2e32"

_CITATION = rule(rf"\s*(?:[\[［]\^?(?:{_NUMBERS}|note \d+)[\]］](?!\()|【\d{{1,3}}(?:[†:,、][^】]*)?】)", "")
_REFERENCE = rule(r"\[([^\]\[\d][^\]\[]*)\]\[[^\]]*\]", r"\1")
_LINKS = (
    rule(r"!\[([^\]]*)\]\([^)]*\)", r"\1"),
    # A link that is a citation mark has nothing to say.
    rule(r"\s*\[\[?\d{1,3}\]?\]\([^)]*\)", ""),
    rule(r"\[([^\]]+)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)", r"\1"),
)
_BLOCKS = (
    rule(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[^\n]*$|\Z)", "", re.MULTILINE | re.DOTALL),
    rule(r"^[ \t]*\[\^?[^\]]+\]:.*$", "", re.MULTILINE),
    rule(r"<!--.*?-->", "", re.DOTALL),
    rule(r"</?[A-Za-z][^<>\n]*>", " "),
    rule(r"^[ \t]*\|?[ \t:]*-{3,}[-|: \t]*$", "", re.MULTILINE),
    rule(r"^[ \t]*(?:[*_=][ \t]*){3,}$", "", re.MULTILINE),
    rule(r"^[ \t]*(?:>(?!\d)[ \t]?)+", "", re.MULTILINE),
    rule(r"^[ \t]*#{1,6}[ \t]+", _BLOCK, re.MULTILINE),
    rule(r"^[ \t]*(?:[-*+•‣・]|\d{1,2}[.)](?!\d))[ \t]+(?:\[[ xX]\][ \t]+)?", _BLOCK, re.MULTILINE),
)
_INLINE = (
    rule(r"(\*\*\*|\*\*|~~|__)(?=\S)(.+?)(?<=\S)\1", r"\2"),
    rule(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![\w*])", r"\1"),
    rule(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)", r"\1"),
    rule(r"`+([^`\n]+)`+", r"\1"),
    rule(r"\\([*_`#\[\]])", r"\1"),
)
_ROW = re.compile(r"^[ \t]*\|(.*?)\|?[ \t]*$", re.MULTILINE)

_Way = tuple[re.Pattern[str], re.Pattern[str], str]
# Where the sentence needs a noun (after «at», before a particle) the address is named, elsewhere it is left out.
_BEFORE = r"\b(?:[Aa]t|[Oo]n|[Ff]rom|[Vv]ia|[Tt]o|[Ii]n|[Ss]ee|[Vv]isit|is|and|or|with|by|of) "
_AFTER = r"(?=\s?(?:[でにのをはがへとも]|から|より|まで|を通じて))"


def _way(address: str, language: Language, named: str) -> _Way:
    address = rf"<?(?:{address})>?"
    needed = rf"(?P<before>{_BEFORE}){address}"
    if language == "ja":
        needed = rf"(?P<before>)(?:(?<=[はがをもの])\s?{address}|\s?{address}{_AFTER})\s?"
    return re.compile(needed), re.compile(rf"\s?{address}"), named


_WAYS: dict[Language, tuple[_Way, ...]] = {
    "en": (_way(_MAIL, "en", "the e-mail address given"), _way(_URL, "en", "the linked page")),
    "ja": (_way(_MAIL, "ja", "メールアドレス"), _way(_URL, "ja", "リンク先")),
}


def plain(text: str, language: Language) -> str:
    """Take out what is not said; each heading, item of a list and row of a table becomes a line with an end of its own."""
    text = apply(text, _BLOCKS)
    text = apply(apply(text, (_REFERENCE, _CITATION, *_LINKS)), _INLINE)
    text = _ROW.sub(lambda match: PAUSE.join(filter(None, map(str.strip, match.group(1).split("|")))), text)
    text = _without_addresses(text, language)
    text = re.sub(r"\s?[(（]\s*[)）]", "", text)
    text = re.sub(r"[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda match: "^" + match.group().translate(_SUPERSCRIPT), text)
    # A line that goes on in the next one was wrapped; the block marks keep items apart.
    text = re.sub(r"(?<=[a-z,;])[ \t]*\n(?=[a-z])", " ", text).replace(_BLOCK, "")
    return "\n".join(filter(None, (_folded(line) for line in text.split("\n"))))


def _without_addresses(text: str, language: Language) -> str:
    for needed, address, named in _WAYS[language]:
        text = needed.sub(partial(_with_name, named), text)
        text = address.sub(lambda match: _stop(match.group()), text)
    return text


def _with_name(named: str, match: re.Match[str]) -> str:
    return match["before"] + named + _stop(match.group().rstrip())


def _stop(address: str) -> str:
    """The end of a sentence that stands glued to an address."""
    return address[-1] if address[-1] in ".,;:!?" else ""


def _folded(line: str) -> str:
    """Fold width and compatibility forms, drop emoji and what cannot be seen."""
    line = re.sub(r"[™®©℠]", "", line)
    line = re.sub(r"(\d)(?=[¼½¾⅓⅔⅛⅜⅝⅞])", r"\1 ", line)
    line = unicodedata.normalize("NFKC", line).replace("\u2044", "/")
    if line.isascii() and line.isprintable():
        return " ".join(line.split())
    kept = "".join(char if _heard(char) else " " if char.isspace() else "" for char in line)
    return " ".join(kept.split())


def _heard(char: str) -> bool:
    if char.isascii():
        return char.isprintable()
    return unicodedata.category(char) not in ("So", "Sk", "No", "Cc", "Cf", "Co", "Cn", "Cs", "Mn", "Me") or char == "°"
