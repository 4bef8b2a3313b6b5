"""A Document to Passages that keep its structure and its exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot import language
from chatbot.ingest.load import blocks, mask
from chatbot.ingest.markup import Block, plain
from chatbot.types import Document, Passage, Sentence, SentenceKind

# In characters, a Japanese one counting as two: about 220 tokens of a small encoder's 256.
MAX_SIZE = 900
# A list may outgrow a passage by this factor: an answer wants it whole, and its sentences have vectors of their own.
_LIST_SLACK = 2.2
_BULLET = re.compile(r"(?:[-*+•‣▪・–—]|\d{1,2}[.)])[ \t\0]+(?=\S)")
_PIPES = re.compile(r"(?:^|\s)\|(?:\s|$)")
_WORD = re.compile(r"[^\W_]")


def chunk(document: Document, size: int = MAX_SIZE) -> Iterator[Passage]:
    """Yield the passages of a document in order.

    A passage never crosses a heading, a sentence is never cut, and a list or table stays whole (with the sentence that
    leads it in) where it fits in `size`; where it does not, it is cut between its items. The headings above a passage
    are part of it as sentences of their own, so that they can be found and cited.
    """
    headings: list[tuple[int, str]] = [(0, document.title)]
    waiting: list[Sentence] = []
    groups: list[list[Sentence]] = []
    listing = False
    for block in blocks(document):
        found = list(_sentences(document, block))
        if not found:
            continue
        if block.kind == "heading":
            if groups:
                yield from _pack(document, headings, waiting, groups, size)
                waiting, groups = [], []
            headings = [above for above in headings if above[0] < block.level] + [(block.level, found[0].text)]
            waiting += found
        elif block.kind in ("item", "row") and groups and (listing or groups[-1][-1].kind == "lead"):
            groups[-1] += found
        elif block.kind in ("item", "row"):
            groups.append(found)
        else:
            groups += [[sentence] for sentence in found]
        listing = block.kind in ("item", "row")
    if groups or waiting:
        yield from _pack(document, headings, waiting, groups, size)


def _sentences(document: Document, block: Block) -> Iterator[Sentence]:
    raw = document.text[block.start : block.end]
    if block.kind == "code":
        yield from _sentence(raw, (0, len(raw)), block.start, "row")
        return
    masked = mask(document, raw)
    spans = [(0, len(masked))] if block.kind in ("heading", "row") else list(language.sentences(masked))
    for at, span in enumerate(spans):
        # What an item goes on to say is prose; a bullet that Markdown overlooked starts another item.
        item = block.kind == "item" and (at == 0 or _BULLET.match(masked, *span))
        kind: SentenceKind = "item" if item else "prose" if block.kind in ("item", "code") else block.kind
        yield from _sentence(masked, span, block.start, kind)


def _sentence(masked: str, span: tuple[int, int], offset: int, kind: SentenceKind) -> Iterator[Sentence]:
    start, end = span
    if kind != "row" and (bullet := _BULLET.match(masked, start, end)):
        start = bullet.end()
    while start < end and (masked[start].isspace() or masked[start] == "\0"):
        start += 1
    while end > start and (masked[end - 1].isspace() or masked[end - 1] == "\0"):
        end -= 1
    text = plain(masked[start:end])
    if kind == "row":
        text = _PIPES.sub(" | ", text).strip(" |")
    if _WORD.search(text):
        lead = kind == "prose" and text.endswith((":", "："))
        yield Sentence(offset + start, offset + end, text, "lead" if lead else kind)


def _pack(
    document: Document, headings: list[tuple[int, str]], waiting: list[Sentence], groups: list[list[Sentence]], size: int
) -> Iterator[Passage]:
    path = tuple(dict.fromkeys(heading for _, heading in headings if heading))
    packed = list(waiting)
    for group in groups:
        whole = _size(group) <= size * (_LIST_SLACK if len(group) > 1 else 1)
        for at, piece in enumerate([group] if whole else [[sentence] for sentence in group]):
            full = _size(packed) + _size(piece) > size or (at == 0 and not whole)
            if full and any(sentence.kind != "heading" for sentence in packed):
                yield Passage(document, path, tuple(packed))
                packed = []
            packed += piece
    if packed:
        yield Passage(document, path, tuple(packed))


def _size(sentences: list[Sentence]) -> int:
    return sum(len(sentence.text) * (2 if language.detect(sentence.text) == "ja" else 1) for sentence in sentences)
