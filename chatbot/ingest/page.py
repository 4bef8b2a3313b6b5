"""HTML pages to blocks and metadata, by the standard library's parser, which keeps every position."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import accumulate

from chatbot.ingest.markup import SILENT, Block, BlockKind

_BLOCK_TAGS: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dd", "dt"), "item"),
    "tr": "row",
    "pre": "code",
    **dict.fromkeys(
        "p div section article main blockquote ul ol dl table thead tbody figure figcaption details summary body html hr".split(),
        "prose",
    ),
}
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_META = {"article:published_time": "date", "date": "date", "dc.date": "date", "og:site_name": "publisher", "og:title": "title"}


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[Block] = []
        self.meta: dict[str, str] = {}
        self._text = text
        self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self._kinds: list[tuple[str, BlockKind]] = []
        self._silent: list[str] = []
        self._from = 0
        self._title: str | None = None
        self.feed(text)
        self._flush(len(text))
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _flush(self, end: int) -> None:
        if not self._silent and end > self._from:
            tag, kind = self._kinds[-1] if self._kinds else ("", "prose")
            self.found.append(Block(kind, self._from, end, int(tag[1]) if kind == "heading" else 0))

    def _after(self) -> int:
        return self._at() + len(self.get_starttag_text() or "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._note(tag, values)
        style = values.get("style", "").replace(" ", "")
        hidden = "hidden" in values or "display:none" in style or "visibility:hidden" in style
        if tag in _VOID:
            if tag == "hr":
                self._flush(self._at())
                self._from = self._after()
        elif self._silent or tag in SILENT or hidden:
            if not self._silent:
                self._flush(self._at())
            self._silent.append(tag)
        elif tag in _BLOCK_TAGS:
            self._flush(self._at())
            self._from = self._after()
            self._kinds.append((tag, self._kind(tag)))

    def _kind(self, tag: str) -> BlockKind:
        # A paragraph inside a list item or a table row is a part of it.
        outer = next((kind for _, kind in reversed(self._kinds) if kind in ("item", "row")), None)
        own = _BLOCK_TAGS[tag]
        return outer if own == "prose" and outer and tag not in ("ul", "ol", "table") else own

    def handle_endtag(self, tag: str) -> None:
        end = self._at()
        after = self._text.find(">", end) + 1 or len(self._text)
        self._title = None if tag == "title" else self._title
        if self._silent:
            if tag in self._silent:
                del self._silent[len(self._silent) - 1 - self._silent[::-1].index(tag) :]
                self._from = after
        elif any(tag == name for name, _ in self._kinds):
            self._flush(end)
            self._from = after
            while self._kinds.pop()[0] != tag:
                pass

    def _note(self, tag: str, values: dict[str, str]) -> None:
        if tag == "html" and values.get("lang"):
            self.meta["language"] = values["lang"]
        elif tag == "title":
            self._title = ""
        elif tag == "link" and values.get("rel") == "canonical":
            self.meta["url"] = values.get("href", "")
        elif tag == "meta":
            key = _META.get((values.get("property") or values.get("name", "")).lower())
            if key:
                self.meta[key] = values.get("content", "")

    def handle_data(self, data: str) -> None:
        if self._title is not None and not self.meta.get("title"):
            self._title += data
            self.meta["title"] = " ".join(self._title.split())


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of an HTML page in order; scripts, navigation and hidden elements are left out."""
    yield from _Page(text).found


def metadata(text: str) -> dict[str, str]:
    """Read title, language, date, publisher and address where the page's head states them."""
    return _Page(text).meta
