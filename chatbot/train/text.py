"""Reading the files of the public data: plain or packed, markup removed, measured pages left out."""

import html
import lzma
import re
from collections.abc import Iterator
from pathlib import Path

HELD_OUT_PAGES = ("chapter1/8", "chapter4/1", "chapter4/4", "models-gated", "datasets-gated", "repositories-licenses")
"""Pages of the document sets that are part of the measured corpus, or repeat its sentences."""

_MARKUP = (
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),  # Markdown links and images
    (re.compile(r":[a-z:+-]+:`~?([^`<]*?)\s*(?:<[^`]*>)?`"), r"\1"),  # reStructuredText roles
    (re.compile(r"`([^`<]+?)\s*<[^`]*>`_+"), r"\1"),  # reStructuredText links
    (re.compile(r"</?[a-zA-Z][^>]*>"), " "),
    (re.compile(r"\{\{?[<%].*?[%>]\}?\}"), " "),  # Hugo shortcodes
    (re.compile(r"\{#[^}]*\}"), " "),
    (re.compile(r"\[\[[^\]]*\]\]"), " "),
    (re.compile(r"[`*]+"), ""),
    (re.compile(r"\|+"), " "),
    (re.compile(r"\s+"), " "),
)


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a plain or `.xz` UTF-8 text file, without line ends."""
    packed = path if path.exists() else path.with_name(path.name + ".xz")
    if packed.suffix == ".xz":
        with lzma.open(packed, "rt", encoding="utf-8") as handle:
            yield from (line.rstrip("\n") for line in handle)
    else:
        with packed.open(encoding="utf-8") as handle:
            yield from (line.rstrip("\n") for line in handle)


def document_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file of documents, without the pages that are measured."""
    page = ""
    for line in lines(path):
        if line.startswith("<<<DOC "):
            page = line
        elif not any(name in page for name in HELD_OUT_PAGES):
            yield line


def clean(text: str) -> str:
    """Return `text` without Markdown, reStructuredText and HTML markup, on one line."""
    text = html.unescape(text)
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return text.strip()
