"""One block of a document to HTML: emphasis, code and links stay, every other character is text.

No markup of a document passes as it is. What stands between tags here was escaped, and the tags are our own.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from chatbot.ingest import code, hidden
from chatbot.serve.ui.escape import safe
from chatbot.types import Format

Resolve = Callable[[str], str]
"""Where a document's link may lead: an address for our page, or nothing."""

_TAGS = {
    **{"a": "a", "b": "strong", "strong": "strong", "i": "em", "em": "em", "code": "code", "kbd": "code", "samp": "code"},
    **{"del": "del", "s": "del", "sub": "sub", "sup": "sup"},
}
_HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_LINK = re.compile(
    r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*+)\]"
    r"\(\s*+(?P<target><[^<>\n]*>|(?:[^()\s]|\((?:[^()\s]|\([^()\s]*\))*+\))*+)[^()]*\)"
)
_EMPHASIS = re.compile(r"\*{1,3}|_{1,3}|~~")
_MEANT = {1: ("em",), 2: ("strong",), 3: ("strong", "em")}
_ADDRESS = re.compile(
    r"https?://[^\s<>\"'`\0\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]+[^\s<>\"'`\0\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef.,;:!?)\]]"
)
_CJK = r"[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff9f]"
# Japanese lines are joined without a space, as where sentences are cut.
_WRAPPED = re.compile(rf"(?<={_CJK})[^\S\n]*\n\s*(?={_CJK})")
# Marks of markup go; controls that are white space to Python could not be sent.
_PLAIN = {0: None, **dict.fromkeys((0x0B, 0x0C, *range(0x1C, 0x20), 0x85), " ")}
# More than this in one block is no text that somebody styled, and would take quadratic time.
_MANY = 400


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of a block looks."""

    start: int
    end: int
    tag: str
    href: str = ""


def styles(kind: Format, raw: str, masked: str, resolve: Resolve) -> list[Style]:
    """Find the emphasis, code and links of a block by the markup that its mask took away.

    Args:
        kind: Of the document.
        raw: The block as it stands in the file.
        masked: The same with its markup masked.
        resolve: Says where links may lead.
    """
    found: list[Style] = []
    rest = raw
    if kind == "markdown":
        spans = [span for span in code.inline(raw) if masked[span[0]] == "\0"]
        found += [Style(start, end, "code") for start, end in spans]
        rest = hidden.cover(raw, spans, " ")
        links = [link for link in _LINK.finditer(rest) if masked[link.start()] == "\0"]
        found += [Style(link.start(), link.end("text"), "a", resolve(link["target"].strip("<>"))) for link in links]
        rest = hidden.cover(rest, [(link.end("text"), link.end()) for link in links], " ")
        found += _emphasis(hidden.TAG.sub(lambda tag: " " * len(tag.group()), rest), masked)
    if kind != "text":
        found += _elements(rest, masked, resolve)
    taken = [(each.start, each.end) for each in found if each.tag == "a"]
    for address in _ADDRESS.finditer(masked):
        if not any(start < address.end() and address.start() < end for start, end in taken[:_MANY]):
            found.append(Style(*address.span(), "a", resolve(address.group())))
    kept = [each for each in found if each.tag != "a" or each.href]
    return kept if len(kept) <= _MANY else []


def shown(masked: str, start: int, end: int, looks: list[Style]) -> str:
    """Return a stretch of a masked block as HTML."""
    edges = sorted({start, end, *(edge for each in looks for edge in (each.start, each.end) if start < edge < end)})
    runs = [(masked[first:last].translate(_PLAIN), first, last) for first, last in pairwise(edges)]
    active = [
        (text, [each for each in looks if each.start <= first and last <= each.end]) for text, first, last in runs if text
    ]
    parts = []
    for href, group in groupby(active, key=lambda run: next((each.href for each in run[1] if each.tag == "a"), "")):
        inner = "".join(_tagged(safe(text), {each.tag for each in over} - {"a"}) for text, over in group)
        parts.append(_linked(inner, href) if href and inner.strip() else inner)
    return "".join(parts)


def joined(masked: str) -> str:
    """Take the line breaks inside Japanese text out of a masked block, keeping its length."""
    if "\n" not in masked:
        return masked
    # Markup beside the line break must not hide it.
    places = [at for at, char in enumerate(masked) if char != "\0"]
    told = "".join(masked[at] for at in places)
    gone = {places[at] for found in _WRAPPED.finditer(told) for at in range(*found.span())}
    return "".join("\0" if at in gone else char for at, char in enumerate(masked)) if gone else masked


def _tagged(text: str, tags: set[str]) -> str:
    for tag in sorted(tags) if text.strip() else ():
        text = f"<{tag}>{text}</{tag}>"
    return text


def _linked(inner: str, href: str) -> str:
    outside = "" if href.startswith("/") else ' rel="noopener noreferrer"'
    return f'<a href="{safe(href)}"{outside}>{inner}</a>'


def _emphasis(rest: str, masked: str) -> Iterator[Style]:
    """Pair the marks of emphasis that the mask took for such."""
    waiting: dict[str, int] = {}
    for mark in _EMPHASIS.finditer(rest):
        written, start = mark.group(), mark.start()
        if masked[start : mark.end()].strip("\0"):
            continue
        if written in waiting:
            tags = ("del",) if written == "~~" else _MEANT[len(written)]
            opened = waiting.pop(written)
            yield from (Style(opened, mark.end(), tag) for tag in tags)
        else:
            waiting[written] = start


def _elements(rest: str, masked: str, resolve: Resolve) -> Iterator[Style]:
    """Yield the inline elements of HTML that the mask took away."""
    waiting: dict[str, list[tuple[int, str]]] = {}
    for match in hidden.TAG.finditer(rest):
        tag = _TAGS.get(match["name"].lower())
        if not tag or masked[match.start()] != "\0":
            continue
        if match.group().startswith("</"):
            if waiting.get(tag):
                start, href = waiting[tag].pop()
                yield Style(start, match.end(), tag, href)
        elif not match.group().endswith("/>"):
            found = _HREF.search(match.group()) if tag == "a" else None
            target = html.unescape(next(filter(None, found.groups()), "")) if found else ""
            waiting.setdefault(tag, []).append((match.start(), resolve(target) if target else ""))
