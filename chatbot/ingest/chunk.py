"""A Document to Passages that keep its structure and its exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from chatbot import language
from chatbot.ingest.load import blocks, mask
from chatbot.ingest.markup import ENTITY, Block, plain
from chatbot.ingest.prose import BULLET
from chatbot.types import Document, Passage, Sentence, SentenceKind

# In characters, a Japanese one counting as two: about 220 tokens of a small encoder's 256.
MAX_SIZE = 900
# A list may outgrow a passage by this factor: an answer wants it whole, and its sentences have vectors of their own.
_LIST_SLACK = 2.2
_PIPE = re.compile(r"(?<!\\)\|")
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
    # Code in Markdown stands as it is; in a page it is marked up as everything else.
    masked = raw if block.kind == "code" and document.format == "markdown" else mask(document, raw)
    spans = [(0, len(masked))] if block.kind in ("heading", "row", "code") else language.sentences(masked)
    for at, span in enumerate(spans):
        sentence = _sentence(raw, masked, span, block)
        if sentence is None:
            continue
        # What an item goes on to say is prose; a bullet that Markdown overlooked starts another item.
        follows = block.kind == "item" and at > 0 and not BULLET.match(masked, *span)
        kind: SentenceKind = "row" if block.kind == "code" else "prose" if follows else block.kind
        lead = kind == "prose" and sentence.text.endswith((":", "："))
        yield replace(
            sentence, start=block.start + sentence.start, end=block.start + sentence.end, kind="lead" if lead else kind
        )


def _sentence(raw: str, masked: str, span: tuple[int, int], block: Block) -> Sentence | None:
    """Trim a sentence to what is said; None if that is nothing."""
    start, end = span
    if block.kind not in ("row", "code") and (bullet := BULLET.match(masked, start, end)):
        start = bullet.end()
    while start < end and (masked[start].isspace() or masked[start] == "\0"):
        start += 1
    while end > start and (masked[end - 1].isspace() or masked[end - 1] == "\0"):
        end -= 1
    pipes = [pipe.start() for pipe in _PIPE.finditer(raw, start, end)] if block.kind == "row" else []
    cells = [masked[first:last] for first, last in zip([start, *(pipe + 1 for pipe in pipes)], [*pipes, end], strict=True)]
    text = " | ".join(filter(None, map(plain, cells)))
    if not _WORD.search(text):
        return None
    # A character reference at the end is masked but for its first character.
    reference = ENTITY.match(raw, end - 1)
    return Sentence(start, reference.end() if reference else end, text)


def _pack(
    document: Document, headings: list[tuple[int, str]], waiting: list[Sentence], groups: list[list[Sentence]], size: int
) -> Iterator[Passage]:
    path = tuple(dict.fromkeys(heading for _, heading in headings if heading))
    packed: list[Sentence] = []
    held = 0
    for piece, apart in [*(([sentence], False) for sentence in waiting), *_pieces(groups, size)]:
        full = held + _size(piece) > size or apart
        # Headings stay with what they head, unless they alone fill a passage.
        ended = any(sentence.kind != "heading" for sentence in packed) or piece[0].kind == "heading"
        if packed and full and ended:
            yield Passage(document, path, tuple(packed))
            packed, held = [], 0
        packed += piece
        held += _size(piece)
    if packed:
        yield Passage(document, path, tuple(packed))


def _pieces(groups: list[list[Sentence]], size: int) -> Iterator[tuple[list[Sentence], bool]]:
    """Yield what must stay together, and whether it begins a list so long that it gets passages of its own."""
    for group in groups:
        if _size(group) <= size * (_LIST_SLACK if len(group) > 1 else 1):
            yield group, False
        else:
            yield from (([sentence], at == 0) for at, sentence in enumerate(group))


def _size(sentences: list[Sentence]) -> int:
    return sum(len(sentence.text) * (2 if language.detect(sentence.text) == "ja" else 1) for sentence in sentences)
