"""Blocks and masks: where the prose of a marked-up text stands, and which of its characters are markup.

A mask has the length of what it masks, so that offsets hold in both: markup characters become NUL, everything else stays.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["prose", "heading", "item", "row", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that no sentence crosses."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """Of a heading: 1 to 6."""


# Tags whose content is not prose.
SILENT = frozenset("script style template noscript nav header footer aside form button select svg math iframe object head".split())
_SILENT_ELEMENT = re.compile(
    rf"<(?P<tag>{'|'.join(sorted(SILENT))})\b[^>]*>.*?</(?P=tag)\s*>|<!--.*?-->"
    r"|<(?P<hidden>[a-z]+)\b[^>]*(?:\shidden\b|display\s*:\s*none|visibility\s*:\s*hidden)[^>]*>.*?</(?P=hidden)\s*>",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"</?(?P<name>[a-zA-Z][\w:.-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|<[!?][^<>]*>")
_SPACING = frozenset("br p div li td th tr hr table ul ol section article figure figcaption".split())
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_URL = r"\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
_MARKDOWN = re.compile(
    rf"(?P<image>!\[[^\[\]]*\](?:{_URL}|\[[^\[\]]*\])?)"
    rf"|(?P<target>(?<=\])(?:{_URL}|\[[^\[\]]*\]))"
    r"|(?P<note>\[\^[^\[\]\s]+\]:?)"
    r"|(?P<comment>\{/\*.*?\*/\})"
    r"|(?P<strong>\*\*\*|\*\*|~~|(?<!\w)___?|___?(?!\w))"
    r"|(?P<code>`+)"
    r"|(?P<open>(?<![\w*])[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?![\w*]))"
    r"|(?P<escape>\\(?=[!-/:-@\[-`{-~]))",
    re.DOTALL,
)
_LINK_TEXT = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?=\0)")
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)


def mask_html(text: str) -> str:
    """Mask tags, comments, silent elements and character references of an HTML fragment."""
    masked = _SILENT_ELEMENT.sub(_nul, text)
    masked = _TAG.sub(_tag, masked)
    return _ENTITY.sub(_entity, masked)


def mask_markdown(text: str) -> str:
    """Mask the inline markup of a Markdown block, HTML in it included."""
    masked = mask_html(_QUOTE.sub(_nul, text))
    masked = _MARKDOWN.sub(_nul, masked)
    return _LINK_TEXT.sub(lambda link: f"\0{link.group(1)}\0", masked)


def plain(masked: str) -> str:
    """Masked text as people read it: no markup, white space folded."""
    return " ".join(masked.replace("\0", "").split())


def _nul(match: re.Match[str]) -> str:
    return "\0" * len(match.group())


def _tag(match: re.Match[str]) -> str:
    space = (match.group("name") or "").lower() in _SPACING
    return (" " if space else "\0") + "\0" * (len(match.group()) - 1)


def _entity(match: re.Match[str]) -> str:
    char = html.unescape(match.group())
    # A reference to NUL, or one that stands for several characters, cannot keep its place.
    return (char if len(char) == 1 else " ").ljust(len(match.group()), "\0")
