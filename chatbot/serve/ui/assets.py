"""The page's own script and style, each one file made of several, named by what is in it so that browsers may keep it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# What the others build on comes first.
_FIRST = ("style.css", "page.js")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as browsers get it."""

    content: bytes
    media: str
    address: str


@cache
def script() -> Asset:
    """Return the page's script."""
    return _asset(".js", "text/javascript")


@cache
def style() -> Asset:
    """Return the page's style."""
    return _asset(".css", "text/css")


def head() -> str:
    """Return what the page's head has of both."""
    return f'<link rel="stylesheet" href="{style().address}"><script src="{script().address}"></script>'


def _asset(ending: str, media: str) -> Asset:
    found = [each for each in files("chatbot.serve.ui").iterdir() if each.name.endswith(ending)]
    found.sort(key=lambda each: (each.name not in _FIRST, each.name))
    texts = [each.read_text("utf-8") for each in found]
    if ending == ".css":
        # The first holds for the whole page. The others hold inside it, or Gradio's rules, which come later, would win.
        texts[1:] = [f"#app {{\n{text}}}\n" for text in texts[1:]]
    content = "\n".join(texts).encode("utf-8")
    return Asset(content, media, f"/talk/page{ending}?v={hashlib.sha256(content).hexdigest()[:16]}")
