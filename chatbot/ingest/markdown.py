"""Markdown and MDX to blocks, by the block structure that markdown-it-py finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from chatbot.ingest.markup import SILENT, Block

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\ufeff?---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MARKER = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)+")
_HEADING = re.compile(r"[\s>]*#{1,6}[ \t]+")
_HEADING_END = re.compile(r"(?:[ \t]+#+|[ \t]*\[\[[^\]]*\]\])?[ \t]*$")
_ROW_RULE = re.compile(r"[\s|:\-]+$")
_MDX = re.compile(r"(?:import|export)\s.*")
_SILENT_BLOCK = re.compile(rf"\s*<(?:{'|'.join(sorted(SILENT))}|!--|\?|!)", re.IGNORECASE)
# Longer code is a listing, not something said.
_MAX_CODE = 600


def front_matter(text: str) -> tuple[str, int]:
    """Return the YAML between the first fences and the offset at which the body starts; ("", 0) without one."""
    match = _FRONT.match(text)
    return (match["yaml"], match.end()) if match else ("", 0)


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown document in order, front matter and what is not prose left out."""
    from markdown_it import MarkdownIt

    _, body = front_matter(text)
    lines = [body, *(body + at for at in accumulate(len(line) + 1 for line in text[body:].split("\n")))]
    in_item = False
    for token in MarkdownIt("commonmark").enable("table").parse(text[body:]):
        if token.type == "list_item_open":
            in_item = True
        elif token.type in ("list_item_close", "bullet_list_close", "ordered_list_close"):
            in_item = token.level > 1
        elif token.map:
            first, last = lines[token.map[0]], lines[min(token.map[1], len(lines) - 1)]
            yield from _block(token, text, first, last, in_item)


def _block(token: Token, text: str, first: int, last: int, in_item: bool) -> Iterator[Block]:
    last = min(last, len(text))
    raw = text[first:last]
    if token.type == "heading_open":
        start = first + (match.end() if (match := _HEADING.match(raw)) else 0)
        end = first + len(re.sub(r"\n[ \t>]*[=-]+\s*$", "", raw).rstrip())
        yield Block("heading", start, start + len(_HEADING_END.sub("", text[start:end])), int(token.tag[1]))
    elif token.type == "paragraph_open" and not _MDX.match(raw):
        marker = _MARKER.match(raw) if in_item else None
        yield Block("item" if in_item else "prose", first + (marker.end() if marker else 0), last)
    elif token.type == "tr_open" and not _ROW_RULE.match(raw):
        yield Block("row", first, last)
    elif token.type in ("fence", "code_block") and len(raw) <= _MAX_CODE:
        yield Block("code", *_inside_fence(text, first, last))
    elif token.type == "html_block" and not _SILENT_BLOCK.match(raw):
        yield Block("prose", first, last)


def _inside_fence(text: str, first: int, last: int) -> tuple[int, int]:
    raw = text[first:last]
    if not raw.lstrip().startswith(("```", "~~~")):
        return first, last
    start = raw.find("\n") + 1
    end = max(raw.rstrip().rfind("\n"), start)
    return first + start, first + end
