"""Blocks and masks: where the prose of a marked-up text stands, and which of its characters are markup.

A mask has the length of what it masks, so that offsets hold in both: markup characters become NUL, everything else stays.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Literal

from chatbot.ingest import code, hidden

BlockKind = Literal["prose", "heading", "item", "row", "code"]

# Longer code is a listing, not something said.
MAX_CODE = 600


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that no sentence crosses."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """Of a heading: 1 to 6."""


ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_SPACING = frozenset(
    ["br", "p", "div", "li", "td", "th", "tr", "hr", "table", "ul", "ol", "section", "article", "figure", "figcaption"]
)
_TITLE = r"(?:\s++(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|\([^()]*\)))?"
_URL = rf"\(\s*+(?:<[^<>\n]*>|(?:[^()\s]|\((?:[^()\s]|\([^()\s]*\))*+\))*+){_TITLE}\s*+\)"
_BRACKETED = r"\[(?:[^\[\]]|\[[^\[\]]*\])*+\]"
_CJK = r"[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff9f]"
# The first character of a link's target, for the time between masking it and masking the brackets before it.
_TARGET = "\1"
# Stands for what must not be taken for markup while the rest is masked.
_COVERED = "\ufffc"
_INLINE = re.compile(
    rf"(?P<escape>\\[!-/:-@\[-`{{-~{_COVERED}])"
    r"|(?P<address><(?:[a-z][a-z0-9+.-]+:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>)"
    rf"|(?P<image>!{_BRACKETED}(?:{_URL}|\[[^\[\]]*\])?)"
    rf"|(?P<target>(?<=\])(?:{_URL}|\[[^\[\]]*\]))"
    r"|(?P<note>\[\^[^\[\]\s]+\]:?|\[![a-z]+\]|\[\[[^\[\]\n]*\]\])"
    # Two stars between figures are a power, not emphasis.
    r"|(?P<strong>\*\*\*|(?<!\d)\*\*|\*\*(?!\d)|~~|(?<!\w)___?|___?(?!\w))"
    r"|(?P<star>(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*]))"
    r"|(?P<underscore>(?<!\w)_(?=[^\s_])|(?<=[^\s_])_(?!\w))"
    rf"|(?P<japanese>(?<={_CJK})\*(?=[^\s*])|(?<=[^\s*])\*(?={_CJK}))",
    re.DOTALL | re.IGNORECASE,
)
# Of two backslashes, the first escapes the second and not what comes after.
_ESCAPED = re.compile(r"((?<!\\)(?:\\\\)*\\)<")
_LINK_TEXT = re.compile(rf"\[((?:[^\[\]]|\[[^\[\]]*\])*+)\](?={_TARGET})")
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_WRAPPED = re.compile(rf"(?<={_CJK})[^\S\n]*\n\s*(?={_CJK})")


def mask_html(text: str) -> str:
    """Mask tags, comments, silent elements and character references of an HTML fragment."""
    masked = hidden.cover(text, hidden.silent(text), "\0")
    masked = _DECLARATION.sub(_nul, hidden.TAG.sub(_tag, masked))
    return ENTITY.sub(_entity, masked)


def mask_markdown(text: str) -> str:
    """Mask the inline markup of a Markdown block, HTML in it included; code spans keep what they hold."""
    unquoted = _QUOTE.sub(_nul, text)
    spans = list(code.inline(unquoted))
    masked = mask_html(shield(unquoted, spans))
    masked = _LINK_TEXT.sub(lambda link: f"\0{link.group(1)}\0", _INLINE.sub(_inline, masked)).replace(_TARGET, "\0")
    parts, at = [], 0
    for start, end in spans:
        # Code in the text of an image went with the image.
        if masked[start] == _COVERED:
            parts += [masked[at:start], hidden.TAG.sub(_tag, unquoted[start:end].replace("`", "\0"))]
            at = end
    return "".join([*parts, masked[at:]])


def shield(text: str, spans: list[hidden.Span]) -> str:
    """Keep code spans and escaped angle brackets of Markdown from being taken for HTML."""
    return _ESCAPED.sub(rf"\g<1>{_COVERED}", hidden.cover(text, spans, _COVERED))


def plain(masked: str) -> str:
    """Masked text as people read it: no markup, white space folded, Japanese lines joined without a space."""
    return " ".join(_WRAPPED.sub("", masked.replace("\0", "")).split())


def trim(block: Block, covered: str) -> Block | None:
    """Cut what is covered or blank from both ends of a block; None if nothing is left."""
    start, end = block.start, block.end
    while start < end and (covered[start] == "\0" or covered[start].isspace()):
        start += 1
    while end > start and (covered[end - 1] == "\0" or covered[end - 1].isspace()):
        end -= 1
    return Block(block.kind, start, end, block.level) if start < end else None


def _nul(match: re.Match[str]) -> str:
    return "\0" * len(match.group())


def _tag(match: re.Match[str]) -> str:
    space = match.group("name").lower() in _SPACING
    return (" " if space else "\0") + "\0" * (len(match.group()) - 1)


def _entity(match: re.Match[str]) -> str:
    # What it stands for is never longer than the reference.
    return html.unescape(match.group()).ljust(len(match.group()), "\0")


def _inline(match: re.Match[str]) -> str:
    shown = match.group()
    if match.lastgroup == "escape":
        return "\0" + shown[1].replace(_COVERED, "<")
    if match.lastgroup == "address":
        return f"\0{shown[1:-1]}\0"
    return (_TARGET if match.lastgroup == "target" else "\0") + "\0" * (len(shown) - 1)
