"""What others wrote, made fit to stand in HTML: text as text, addresses only where they lead to the web."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

# What a link may be: no spaces, quotes or controls that could end it, no credentials before the host.
_WEB = re.compile(r"https?://[^\s/?#@\\<>\"'`\x00-\x20\x7f]+(?:[/?#][^\s<>\"'`\x00-\x20\x7f]*)?", re.IGNORECASE)
# Neither controls (but for line ends and tabs) nor lone surrogates can be sent in a page.
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def safe(text: str) -> str:
    """Return text as HTML that shows it, also fit for an attribute."""
    return html.escape(_UNSENDABLE.sub("\ufffd", text), quote=True)


def web(url: str) -> str:
    """Return the address if it leads to the web, else nothing."""
    return url if _WEB.fullmatch(url) else ""


def reading(path: str, start: int, end: int) -> str:
    """Return the address of a sentence in the page's own view of a document.

    Args:
        path: Of the document, below its corpus.
        start: Offset of the sentence's first character.
        end: Offset after its last one.
    """
    return f"/read/{quote(path, errors='replace')}#s{start}-{end}"


def at_text(url: str, text: str) -> str:
    """Return an address that opens a page at a text, by a text fragment.

    Source: WICG, Text Fragments (https://wicg.github.io/scroll-to-text-fragment/).
    """
    words = " ".join(_UNSENDABLE.sub(" ", text).split())
    if not words:
        return url
    page, _, anchor = url.partition("#")
    # A hyphen has a meaning of its own in a fragment, and no percent-encoder touches it.
    wanted = quote(words, safe="").replace("-", "%2D")
    return f"{page}#{anchor.partition(':~:')[0]}:~:text={wanted}"
