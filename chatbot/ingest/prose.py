"""Plain text to blocks: paragraphs, and lists where lines begin with a bullet or a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.ingest.markup import Block

BULLET = re.compile(r"(?:[-*+•‣▪・–—●○■□◆◇]|\d{1,2}[.)）])[ \t\u3000\0]+(?=\S)|[•・●■◆](?=\w)")
"""What stands before an item of a list and is no part of what it says."""
_NUMBER = re.compile(r"[①-⑳]|[(（]\d{1,2}[)）]")
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_LINE = re.compile(r"[^\n]+")


def blocks(text: str) -> Iterator[Block]:
    """Yield the paragraphs and list items of a text in order."""
    for paragraph in _PARAGRAPH.finditer(text, int(text.startswith("\ufeff"))):
        yield from items(text, *paragraph.span())


def items(text: str, start: int, end: int) -> Iterator[Block]:
    """Yield the items of a paragraph and the prose before them, or the paragraph if it is no list."""
    lines = list(_LINE.finditer(text, start, end))
    starts = [line.start() for line in lines if _begins_item(line.group().lstrip())]
    # Where few lines begin with a dash, it stands before a speaker's name; a single number is a date amid the text.
    if not starts or (len(starts) == 1 and (starts[0] != start or text[start] in "–—")) or _speakers(text, starts, len(lines)):
        yield Block("prose", start, end)
        return
    if starts[0] > start:
        yield Block("prose", start, starts[0])
    for first, last in zip(starts, [*starts[1:], end], strict=True):
        yield Block("item", first, last)


def _begins_item(line: str) -> bool:
    return bool(BULLET.match(line) or _NUMBER.match(line))


def _speakers(text: str, starts: list[int], lines: int) -> bool:
    return 2 * len(starts) < lines and all(text[start] in "–—" for start in starts)
