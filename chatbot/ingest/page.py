"""HTML pages to blocks and metadata, by the standard library's parser, which keeps every position."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import accumulate

from chatbot.ingest import hidden
from chatbot.ingest.markup import MAX_CODE, Block, BlockKind, trim

_BLOCK_TAGS: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dd", "dt"), "item"),
    "tr": "row",
    "pre": "code",
    **dict.fromkeys(("p", "div", "section", "article", "main", "blockquote", "address", "center", "fieldset", "hr"), "prose"),
    **dict.fromkeys(("ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "caption", "figure", "figcaption"), "prose"),
    **dict.fromkeys(("details", "summary", "body", "html"), "prose"),
}
_TABLE_TAGS = frozenset(["table", "thead", "tbody", "tfoot", "tr"])
# Silent elements that stand between blocks rather than inside one.
_APART = frozenset(["nav", "header", "footer", "aside", "form", "head", "template"])
_META = {"article:published_time": "date", "date": "date", "dc.date": "date", "og:site_name": "publisher", "og:title": "title"}
_STRAY = re.compile(rf"{hidden.TAG.pattern}|<")
_BODY = re.compile(r"<body\b|</head\s*>", re.IGNORECASE)
# A row longer than this, in characters, lays out a page and is no row of figures.
_MAX_ROW = 1500


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of an HTML page in order; scripts, navigation and hidden elements are left out."""
    covered = _cover(text)
    for block in _Blocks(_settle(covered)).found:
        trimmed = trim(block, covered)
        if trimmed and not (block.kind == "code" and trimmed.end - trimmed.start > MAX_CODE):
            yield trimmed


def metadata(text: str) -> dict[str, str]:
    """Read title, language, date, publisher and address where the page's head states them."""
    body = _BODY.search(text)
    head = text[: body.start()] if body else text
    return _Head(_settle(hidden.cover(head, hidden.quiet(head, unclosed=True), "\0"))).meta


def _cover(text: str) -> str:
    parts, at = [], 0
    for start, end in hidden.silent(text, unclosed=True):
        tag = hidden.TAG.match(text, start)
        apart = tag and (tag["name"].lower() in _APART or tag["name"].lower() in _BLOCK_TAGS)
        # A rule in its place keeps the blocks before and after it apart.
        parts += [text[at:start], ("<hr>" if apart else "").ljust(end - start, "\0")]
        at = end
    return "".join([*parts, text[at:]])


def _settle(text: str) -> str:
    # On marks that open no whole tag the library's parser can take quadratic time.
    return _STRAY.sub(lambda tag: tag.group() if len(tag.group()) > 1 else " ", text)


class _Parser(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = text
        self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.feed(text)
        self.close()

    def place(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def past(self) -> int:
        return self.text.find(">", self.place()) + 1 or len(self.text)


class _Blocks(_Parser):
    def __init__(self, text: str) -> None:
        self.found: list[Block] = []
        self._open: list[tuple[str, BlockKind, BlockKind]] = [("", "prose", "prose")]
        self._count: Counter[str] = Counter()
        self._from = 0
        super().__init__(text)
        self._flush(len(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _BLOCK_TAGS or self._inside_row(tag):
            return
        self._flush(self.place())
        self._from = self.place() + len(self.get_starttag_text() or "")
        if tag != "hr":
            own, within = self._kind(tag), self._open[-1][2]
            # A paragraph inside a list item is a part of it.
            kind = within if own == "prose" and tag not in ("ul", "ol", "dl", "table") else own
            self._open.append((tag, kind, "item" if own == "item" else "prose" if tag == "table" else within))
            self._count[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if not self._count[tag] or self._inside_row(tag):
            return
        self._flush(self.place())
        self._from = self.past()
        while True:
            name = self._open.pop()[0]
            self._count[name] -= 1
            if name == tag:
                return

    def _inside_row(self, tag: str) -> bool:
        return self._open[-1][1] == "row" and tag not in _TABLE_TAGS

    def _kind(self, tag: str) -> BlockKind:
        if tag == "tr" and self.text.find("</tr", self.place(), self.place() + _MAX_ROW) < 0:
            return "prose"
        return _BLOCK_TAGS[tag]

    def _flush(self, end: int) -> None:
        tag, kind, _ = self._open[-1]
        if end > self._from:
            self.found.append(Block(kind, self._from, end, int(tag[1]) if kind == "heading" else 0))


class _Head(_Parser):
    def __init__(self, text: str) -> None:
        self.meta: dict[str, str] = {}
        self._title: int | None = None
        super().__init__(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html" and values.get("lang"):
            self.meta["language"] = values["lang"]
        elif tag == "title" and "title" not in self.meta:
            self._title = self.past()
        elif tag == "link" and values.get("rel", "").lower() == "canonical":
            self.meta["url"] = values.get("href", "")
        elif tag == "meta":
            key = _META.get((values.get("property") or values.get("name", "")).lower())
            if key:
                self.meta[key] = values.get("content", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            title = " ".join(html.unescape(self.text[self._title : self.place()]).split())
            self.meta.setdefault("title", title)
            self._title = None
