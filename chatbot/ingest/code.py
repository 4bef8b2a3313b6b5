"""Where Markdown shows code: marks in there are no markup. Linear in the length of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.ingest import hidden
from chatbot.ingest.hidden import Span

_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?P<mark>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)$", re.MULTILINE)
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_TICKS = re.compile(r"(?<!\\)`+")
# In characters: a comment that begins a block is not indented further.
_INDENT = 80


def spans(text: str) -> list[Span]:
    """Find the fenced code and the code spans of a Markdown document, in order."""
    found: list[Span] = []
    at = 0
    for start, end, shown in [*_solid(text), (len(text), len(text), False)]:
        for paragraph in _PARAGRAPH.finditer(text, at, start):
            found += [(paragraph.start() + first, paragraph.start() + last) for first, last in inline(paragraph.group())]
        if shown:
            found.append((start, end))
        at = end
    return found


def inline(text: str) -> Iterator[Span]:
    """Yield the code spans of one paragraph, backticks included."""
    runs = [match.span() for match in _TICKS.finditer(text)]
    # The next run of the same length, found from the back, so that runs without a partner cost nothing.
    partner: list[int | None] = [None] * len(runs)
    seen: dict[int, int] = {}
    for at in range(len(runs) - 1, -1, -1):
        length = runs[at][1] - runs[at][0]
        partner[at] = seen.get(length)
        seen[length] = at
    at = 0
    while at < len(runs):
        end = partner[at]
        if end is not None:
            yield runs[at][0], runs[end][1]
            at = end
        at += 1


def _solid(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield fenced code (True) and comments or scripts that begin a block (False); whichever begins first holds the other."""
    fences = [(fence.start(), fence.end(), fence) for fence in _FENCE.finditer(text)]
    quiet = [(start, end, None) for start, end in hidden.quiet(text) if _begins_block(text, start)]
    opened: re.Match[str] | None = None
    last = 0
    for start, end, fence in sorted([*fences, *quiet], key=lambda piece: piece[0]):
        if start < last:
            continue
        if opened is None and fence:
            opened = fence
        elif opened is None:
            yield start, end, False
            last = end
        elif fence and fence["mark"].startswith(opened["mark"]) and not fence["info"].strip():
            yield opened.start(), end, True
            opened, last = None, end
    if opened:
        yield opened.start(), len(text), True


def _begins_block(text: str, start: int) -> bool:
    before = text[max(0, start - _INDENT) : start]
    return not before.rpartition("\n")[2].strip(" \t>")
