"""What a page holds but does not say: comments, scripts, navigation, hidden elements. Linear in the length of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

Span = tuple[int, int]

TAG = re.compile(
    r"</?(?P<name>[a-zA-Z][\w.-]*(?::[\w.-]+)*)(?=[\s/>])"
    r"(?:[^<>\"'{}]|\"[^\"]*\"|'[^']*'|\{(?:[^{}]|\{[^{}]*\})*+\}|[{}])*+>"
)
"""A whole tag, braces of JSX included; `<https://…>` and `a < b` are none."""
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
# Elements whose content is not prose.
_SILENT = frozenset(
    ["script", "style", "template", "noscript", "nav", "header", "footer", "aside", "form", "button", "select", "textarea"]
    + ["svg", "math", "iframe", "object", "canvas", "video", "audio", "head", "title"]
)
# What may stand in a head; anything else shows that its end tag was left out.
_IN_HEAD = frozenset(["base", "link", "meta", "noscript", "script", "style", "template", "title"])
# A start tag of one of the second closes an open element of the first, as browsers do.
_CLOSED_BY = {
    "p": frozenset(
        ["address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure", "footer", "form", "header"]
        + ["h1", "h2", "h3", "h4", "h5", "h6", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"]
    ),
    "li": frozenset(["li"]),
    "dt": frozenset(["dt", "dd"]),
    "dd": frozenset(["dt", "dd"]),
    "tr": frozenset(["tr"]),
    "td": frozenset(["td", "th", "tr"]),
    "th": frozenset(["td", "th", "tr"]),
}
_CLOSERS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        ("<!--", "-->"),
        ("{/*", r"\*/\}"),
        ("script", r"</script\s*>"),
        ("style", r"</style\s*>"),
        ("textarea", r"</textarea\s*>"),
    )
}
_START = re.compile(r"<!--|\{/\*|</?(?=[a-zA-Z])")
_ATTRIBUTE = re.compile(r"([^\s\"'<>/={}]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")


def quiet(text: str, unclosed: bool = False) -> list[Span]:
    """Find the comments, scripts and styles: what stands in them is no markup either.

    Args:
        text: Of a page, or a piece of it.
        unclosed: Whether one without an end reaches to the end of the text; otherwise it is taken for text.
    """
    return [(start, end) for name, start, end in _pieces(text, unclosed) if not name]


def silent(text: str, unclosed: bool = False) -> list[Span]:
    """Find all that is not said, in order: `quiet` pieces and whole elements, without what lies inside another."""
    found: list[Span] = []
    elements = _Elements(found)
    for name, start, end in _pieces(text, unclosed):
        if name:
            elements.meet(name, text[start:end], start, end)
        else:
            found.append((start, end))
    if unclosed:
        elements.close(0, len(text))
    return list(_outermost(found))


def cover(text: str, spans: list[Span], filler: str) -> str:
    """Put `filler` in the place of each character of the spans, which are in order; line ends stay."""
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], *(filler * len(line) + "\n" for line in text[start:end].split("\n"))]
        parts[-1] = parts[-1][:-1]
        at = end
    return "".join([*parts, text[at:]])


def _pieces(text: str, unclosed: bool) -> Iterator[tuple[str, int, int]]:
    """Yield tags by name (end tags with a slash) and, without a name, what has no markup inside."""
    at = 0
    # Once an end is known to be missing, looking for it again from every later start would take quadratic time.
    missing: set[str] = set()
    while start := _START.search(text, at):
        tag = TAG.match(text, start.start())
        name = tag["name"].lower() if tag else ""
        at = tag.end() if tag else start.end()
        key = name if name and text[start.start() + 1] != "/" else start.group()
        if key in _CLOSERS:
            end = None if key in missing else _CLOSERS[key].search(text, at)
            if end or (unclosed and key != "{/*"):
                at = end.end() if end else len(text)
                yield "", start.start(), at
                continue
            missing.add(key)
        if name:
            yield ("/" if text[start.start() + 1] == "/" else "") + name, start.start(), at


class _Elements:
    """The elements open at a place, as far as tags tell."""

    def __init__(self, found: list[Span]) -> None:
        self._found = found
        self._open: list[tuple[str, int, bool]] = []
        self._count: Counter[str] = Counter()

    def meet(self, name: str, tag: str, start: int, end: int) -> None:
        if name.startswith("/"):
            if self._count[name[1:]]:
                at = len(self._open) - 1
                while self._open[at][0] != name[1:]:
                    at -= 1
                self.close(at + 1, start)
                self.close(at, end)
        elif name not in VOID:
            while self._open and _ends(self._open[-1][0], name):
                self.close(len(self._open) - 1, start)
            if not tag.endswith("/>"):
                self._open.append((name, start, name in _SILENT or _hidden(tag)))
                self._count[name] += 1

    def close(self, depth: int, end: int) -> None:
        """Close all elements from this depth on."""
        while len(self._open) > depth:
            name, start, silent = self._open.pop()
            self._count[name] -= 1
            if silent:
                self._found.append((start, end))


def _ends(opened: str, name: str) -> bool:
    return name not in _IN_HEAD if opened == "head" else name in _CLOSED_BY.get(opened, ())


def _hidden(tag: str) -> bool:
    lowered = tag.lower()
    if not any(word in lowered for word in ("hidden", "none", "navigation")):
        return False
    values = {name: (value or "").strip("\"'") for name, value in _ATTRIBUTE.findall(lowered)}
    style = values.get("style", "").replace(" ", "")
    return "hidden" in values or "display:none" in style or "visibility:hidden" in style or values.get("role") == "navigation"


def _outermost(spans: list[Span]) -> Iterator[Span]:
    last = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= last:
            yield start, end
            last = end
