"""Markdown and MDX to blocks, by the block structure that markdown-it-py finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from chatbot.ingest import code, hidden, page, prose
from chatbot.ingest.markup import MAX_CODE, Block, shield, trim

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_KEY = r"[\"']?\w[\w .-]*+[\"']?(?:=|:(?!\S))"
_FRONT = re.compile(
    rf"\ufeff?(?P<fence>---|\+\+\+)[ \t]*\n(?P<source>(?:[ \t]*\n)*(?:(?:#[^\n]*\n)*{_KEY}[\s\S]*?\n)??)"
    r"(?:(?P=fence)|\.\.\.)[ \t]*(?:\n|\Z)"
)
_MARKER = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)+")
_HEADING = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*#{1,6}[ \t]+")
_ROW_RULE = re.compile(r"[\s|:\-]+$")
_MDX = re.compile(
    r"import\s[^\n]*?[\"'][^\n]*[\"'];?[ \t]*$|export\s+(?:const|let|default|function|class|async|[{*])", re.MULTILINE
)
# What is still there after hidden elements were covered has no end: the rest of the document stands in it.
_UNCLOSED = re.compile(r"\s*<(?:script|style|!|\?)", re.IGNORECASE)
_BLANK = re.compile(r"^[ \t\0]+$", re.MULTILINE)
_SHOWN = re.compile(r"[^\0]+")
_FENCE_END = re.compile(r"[\s>]*(?:`{3,}|~{3,})\s*$")
# Deeper nesting than this is left out by the parser; every level costs it a few frames of the stack.
_MAX_NESTING = 90


def front_matter(text: str) -> tuple[str, int]:
    """Return the YAML or TOML between the first fences and the offset at which the body starts.

    Without front matter, the former is empty. A rule (`---`) with prose below it is none.
    """
    match = _FRONT.match(text)
    return (match["source"], match.end()) if match else ("", int(text.startswith("\ufeff")))


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown document in order, front matter and what is not prose left out."""
    _, body = front_matter(text)
    covered = text[:body] + _cover(text[body:])
    lines = [body, *(body + at for at in accumulate(len(line) + 1 for line in text[body:].split("\n")))]
    items = 0
    # Lines that are hidden count as blank ones for the structure of the rest.
    for token in _parser().parse(_BLANK.sub(lambda line: " " * len(line.group()), covered[body:])):
        if token.type in ("list_item_open", "list_item_close"):
            items += token.nesting
        elif token.map:
            first, last = lines[token.map[0]], min(lines[min(token.map[1], len(lines) - 1)], len(text))
            for block in _blocks(token, covered, first, last, items > 0):
                trimmed = trim(block, covered)
                if trimmed:
                    yield trimmed


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Inline markup is masked in place; parsing it would only take time.
    return MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table").disable(["inline", "text_join"])


def _cover(body: str) -> str:
    return hidden.cover(body, hidden.silent(shield(body, code.spans(body))), "\0")


def _blocks(token: Token, text: str, first: int, last: int, in_item: bool) -> Iterator[Block]:
    raw = text[first:last]
    if token.type == "heading_open":
        yield _heading(token, raw, first)
    elif token.type == "paragraph_open" and not _MDX.match(raw):
        if in_item:
            marker = _MARKER.match(raw)
            yield Block("item", first + (marker.end() if marker else 0), last)
        else:
            # Japanese lists with 「・」 or 「①」 are paragraphs to Markdown.
            yield from prose.items(text, first, last)
    elif token.type == "tr_open" and not _ROW_RULE.match(raw):
        yield Block("row", first, last)
    elif token.type in ("fence", "code_block") and len(raw) <= MAX_CODE:
        yield from _code(token, raw, first)
    elif token.type == "html_block" and not _UNCLOSED.match(raw):
        for block in page.blocks(raw):
            yield Block(block.kind, first + block.start, first + block.end, block.level)


def _heading(token: Token, raw: str, first: int) -> Block:
    if token.markup in ("=", "-"):
        start, said = 0, raw.rstrip().rpartition("\n")[0].rstrip()
    else:
        match = _HEADING.match(raw)
        start, said = match.end() if match else 0, raw.rstrip()
        unclosed = said.rstrip("#")
        said = unclosed.rstrip() if unclosed[-1:].isspace() else said
    if said.endswith("]]"):
        said = said[: max(said.rfind("[["), start)]
    return Block("heading", first + start, first + max(len(said), start), int(token.tag[1]))


def _code(token: Token, raw: str, first: int) -> Iterator[Block]:
    if token.type == "fence":
        start = raw.find("\n") + 1 or len(raw)
        lines = raw.rstrip().rpartition("\n")
        end = len(lines[0]) if _FENCE_END.match(lines[2]) else len(raw)
        yield Block("code", first + start, first + max(start, end))
    else:
        # Indented code goes on after something hidden.
        yield from (Block("code", first + part.start(), first + part.end()) for part in _SHOWN.finditer(raw))
