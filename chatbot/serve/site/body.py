"""A document to HTML with its structure, every sentence an element that an address can name.

The blocks and masks are those that the sentences were cut from, so what a sentence shows is what is cited.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot import language
from chatbot.ingest import code, hidden, markdown
from chatbot.ingest.load import blocks, mask
from chatbot.ingest.markup import MAX_CODE, Block, mask_html, shield
from chatbot.serve.site.inline import Resolve, Style, joined, shown, styles
from chatbot.serve.site.shape import Item, Row, listed, tabled
from chatbot.serve.ui.escape import safe
from chatbot.types import Document, Sentence

_BULLET = re.compile(r"(?:[-*+•‣▪・–—●○■□◆◇]|(?P<number>\d{1,9})[.)）])[ \t\u3000]*(?:\[[ xX]\][ \t]+)?")
_RULE = re.compile(r"^[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$", re.MULTILINE)
_LIST_TAG = re.compile(r"<(/?)([uo])l\b", re.IGNORECASE)
_PIPE = re.compile(r"(?<!\\)\|")
_CELL = re.compile(r"<t([dh])\b", re.IGNORECASE)
_INDENTED = re.compile(r"^(?: {4}|\t)[^\n]*", re.MULTILINE)
_QUOTE = re.compile(r"[ \t]*>")
_FENCE = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[^\n]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents."""

    level: int
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """A document as a page shows it."""

    title: str
    """HTML of the first heading if that is the document's title, else empty."""
    html: str
    contents: tuple[Heading, ...]


def place(start: int, end: int) -> str:
    """Name the element of a sentence."""
    return f"s{start}-{end}"


def body(document: Document, sentences: Sequence[Sentence], resolve: Resolve, link: str) -> Body:
    """Render a document.

    Args:
        document: Which one.
        sentences: All of it, in order, as they are cited.
        resolve: Says where its links may lead.
        link: What the link beside a heading is called.
    """
    drawn = _Drawn(document, sentences, resolve, link)
    parts = list(drawn.parts())
    return Body(drawn.title, "".join(parts), tuple(drawn.contents))


class _Drawn:
    """The blocks of one document on their way to HTML."""

    def __init__(self, document: Document, sentences: Sequence[Sentence], resolve: Resolve, link: str) -> None:
        self.document, self.sentences, self.resolve, self.link = document, sentences, resolve, link
        self.starts = [sentence.start for sentence in sentences]
        self.title = ""
        self.contents: list[Heading] = []
        self._lists: list[str] = []

    def parts(self) -> Iterator[str]:
        """Yield the HTML of the blocks; items and rows that follow each other become one list or table."""
        items: list[Item] = []
        rows: list[Row] = []
        text = self.document.text
        at = markdown.front_matter(text)[1] if self.document.format == "markdown" else 0
        for block in blocks(self.document):
            if block.start < at:
                continue
            gap = text[at : block.start]
            left = self._left(gap)
            self._count(gap)
            at = block.end
            if items and (block.kind != "item" or left):
                yield listed(items)
                items = []
            if rows and (block.kind != "row" or left):
                yield tabled(rows)
                rows = []
            yield left
            if block.kind == "item":
                items.append(self._item(block, bool(items)))
            elif block.kind == "row":
                rows.append(self._row(block))
            else:
                yield self._single(block)
        yield listed(items) + tabled(rows) + self._left(text[at:])

    def _single(self, block: Block) -> str:
        if block.kind == "heading":
            return self._heading(block)
        inner = self._inner(block)
        if not inner.strip():
            return ""
        if block.kind == "code":
            return f'<pre tabindex="0"{self._lang(block)}><code>{inner}</code></pre>'
        line = block.start - len(self._before(block))
        quoted = self.document.format == "markdown" and _QUOTE.match(self.document.text, line)
        paragraph = f"<p{self._lang(block)}>{inner}</p>"
        return f"<blockquote>{paragraph}</blockquote>" if quoted else paragraph

    def _heading(self, block: Block) -> str:
        inner, found = self._inner(block), self._within(block)
        if not inner.strip():
            return ""
        if found and not self.contents and not self.title and found[0].text == self.document.title:
            self.title = inner
            return ""
        level = min(6, max(2, block.level))
        anchor = ""
        if found:
            there = place(found[0].start, found[0].end)
            self.contents.append(Heading(level, there, found[0].text))
            anchor = f' <a class="anchor" href="#{there}" aria-label="{safe(self.link)}: {safe(found[0].text)}">#</a>'
        return f"<h{level}{self._lang(block)}>{inner}{anchor}</h{level}>"

    def _item(self, block: Block, goes_on: bool) -> Item:
        before = self._before(block)
        raw = self.document.text[block.start : block.end]
        outer, inner = _BULLET.search(before), _BULLET.match(raw)
        depth = len(self._lists) if self._lists else len(before) - len(before.lstrip(" \t>"))
        number = (outer or inner) and (outer or inner)["number"]  # type: ignore[index]
        bare = not (outer or inner) and self.document.format != "html"
        if not outer and inner and not raw[inner.end() :].strip():
            inner = None
        start = inner.end() if inner and not outer else 0
        ordered = bool(number) or self._lists[-1:] == ["o"]
        html = self._inner(block, start)
        return Item(depth, ordered, int(number) if number else None, html, self._lang(block), bare and goes_on, bare)

    def _row(self, block: Block) -> Row:
        raw, masked, looks = self._read(block)
        found = self._within(block)
        html = self.document.format == "html" or bool(_CELL.search(raw))
        marks = [(cell.start(), cell.group(1).lower() == "h") for cell in _CELL.finditer(raw)]
        edges = [at for at, _ in marks] if html else [pipe.start() for pipe in _PIPE.finditer(raw)]
        spans = list(zip([0, *(edge + (0 if html else 1) for edge in edges)], [*edges, len(raw)], strict=True))
        if html or raw.startswith("|"):
            spans = spans[1:] or spans
        if not html and raw.endswith("|") and len(spans) > 1:
            spans = spans[:-1]
        cells = tuple(shown(masked, start, end, looks).strip() for start, end in spans)
        heads = tuple(head for _, head in marks) if html else ()
        ruled = not html and bool(_RULE.match(self.document.text[block.end :].lstrip("\n")[:2000].partition("\n")[0]))
        ids = place(found[0].start, found[0].end) if found else ""
        return Row(cells, heads or (ruled,) * len(cells), ids, ruled)

    def _read(self, block: Block) -> tuple[str, str, list[Style]]:
        raw = self.document.text[block.start : block.end]
        if block.kind == "code" and self.document.format == "markdown":
            return raw, raw, []
        masked = mask(self.document, raw)
        looks = styles(self.document.format, raw, masked, self.resolve)
        return raw, masked if block.kind == "code" else joined(masked), looks

    def _inner(self, block: Block, start: int = 0) -> str:
        """Return a block's sentences as elements, with what stands between them."""
        _, masked, looks = self._read(block)
        parts, at = [], start
        for sentence in self._within(block):
            first, last = sentence.start - block.start, sentence.end - block.start
            parts.append(shown(masked, at, first, looks) if at < first else "")
            inner = shown(masked, first, last, looks)
            parts.append(f'<span class="s" id="{place(sentence.start, sentence.end)}">{inner}</span>')
            at = last
        return "".join([*parts, shown(masked, at, len(masked), looks) if at < len(masked) else ""])

    def _within(self, block: Block) -> list[Sentence]:
        found = []
        for at in range(bisect_left(self.starts, block.start), len(self.starts)):
            if self.sentences[at].start >= block.end:
                break
            found.append(self.sentences[at])
        return found

    def _before(self, block: Block) -> str:
        """Return what stands on the line before a block."""
        text = self.document.text
        return text[text.rfind("\n", 0, block.start) + 1 : block.start]

    def _count(self, gap: str) -> None:
        """Keep count of the lists of a page that are open."""
        if self.document.format == "html":
            for tag in _LIST_TAG.finditer(gap):
                if not tag.group(1):
                    self._lists.append(tag.group(2).lower())
                elif self._lists:
                    self._lists.pop()

    def _left(self, gap: str) -> str:
        """Show code too long to be cited; whatever else stands between blocks is markup or was never said."""
        if len(gap) <= MAX_CODE or self.document.format == "text":
            return ""
        marked = self.document.format == "markdown"
        visible = shield(gap, code.spans(gap)) if marked else gap
        shown_gap = hidden.cover(gap, hidden.silent(visible), "\0").replace("\0", "")
        if not marked:
            said = mask_html(shown_gap).replace("\0", "") if "<pre" in shown_gap.lower() else ""
        elif fences := list(_FENCE.finditer(shown_gap)):
            end = fences[-1].start() if len(fences) > 1 else len(shown_gap)
            said = shown_gap[fences[0].end() + 1 : end]
        else:
            said = "\n".join(_INDENTED.findall(shown_gap))
        said = said.strip("\n")
        return f'<pre tabindex="0"><code>{safe(said)}</code></pre>' if len(said) > MAX_CODE // 2 else ""

    def _lang(self, block: Block) -> str:
        """Mark what is in Japanese amid English."""
        raw = self.document.text[block.start : block.end]
        return ' lang="ja"' if self.document.language == "en" and language.detect(raw) == "ja" else ""
