"""The routes of the pages of documents: `/corpus`, `/read/<path>` and the files they need."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING

from chatbot.serve.guard.request import cookie
from chatbot.serve.site.find import Wanted
from chatbot.serve.site.library import gather
from chatbot.serve.site.pages import Pages
from chatbot.serve.ui.words import preferred
from chatbot.types import Language

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

    from chatbot.serve.app import Service

ASSETS = "/assets-openstance/site"
_COOKIE = "openstance-language"
_YEAR = 31_536_000
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_HEADERS = {
    # Nothing in these pages comes from elsewhere or runs inside them, whatever a document holds.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
    " form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Language, Cookie",
}
_METHODS = ["GET", "HEAD"]


def add(app: FastAPI, service: Service) -> None:
    """Put the pages of the documents on an application."""
    from fastapi import Response

    kept = _files()
    addresses = {name: f"{ASSETS}/{name}?v={hashlib.sha256(data).hexdigest()[:12]}" for name, data in kept.items()}
    pages = Pages(service.bot, gather(service.bot.passages), addresses)

    def corpus(request: Request) -> Response:
        language = _language(request)
        return _answer(request, pages.corpus(_wanted(request.query_params), language), language)

    def read(request: Request) -> Response:
        language, path = _language(request), request.path_params["path"]
        html = pages.read(path, language)
        if html is None:
            return _answer(request, pages.missing(request.url.path, language), language, 404)
        return _answer(request, html, language)

    def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in kept:
            return Response("Not found", 404, media_type="text/plain")
        kind = _TYPES[name.rpartition(".")[2]]
        forever = f"public, max-age={_YEAR}, immutable"
        return Response(kept[name], headers={"Cache-Control": forever, "X-Content-Type-Options": "nosniff"}, media_type=kind)

    # Plain functions, so that they run in threads: a search takes the processor for a while.
    for path, answer in (
        ("/corpus", corpus),
        ("/corpus/search", corpus),
        ("/read/{path:path}", read),
        (f"{ASSETS}/{{name}}", asset),
    ):
        app.add_route(path, answer, methods=_METHODS, include_in_schema=False)


def _files() -> dict[str, bytes]:
    """Read the style sheets and scripts; the colours are those of the chat page."""
    here = files("chatbot.serve.site") / "assets"
    kept = {name: (here / name).read_bytes() for name in ("site.css", "theme.js", "site.js")}
    return {**kept, "palette.css": _palette((files("chatbot.serve.ui") / "style.css").read_text("utf-8")).encode()}


def _palette(style: str) -> str:
    """Return the variables of the chat page's style sheet, the dark ones also for those whose browser wants them so."""
    light, dark = (
        re.search(rf"^{re.escape(name)} \{{(.*?)^\}}", style, re.MULTILINE | re.DOTALL) for name in (":root", ".dark")
    )
    assert light, "style.css begins with the colours of a light page"
    assert dark, "style.css has the colours of a dark page"
    night = f"@media (prefers-color-scheme: dark) {{ :root:not(.light) {{ color-scheme: dark;{dark[1]}}} }}"
    return f":root {{ color-scheme: light;{light[1]}}}\n{night}\n:root.dark {{ color-scheme: dark;{dark[1]}}}\n"


def _language(request: Request) -> Language:
    for asked in (request.query_params.get("lang"), request.cookies.get(_COOKIE)):
        if asked == "ja":
            return "ja"
        if asked == "en":
            return "en"
    return preferred(request.headers.get("accept-language", ""))


def _wanted(given: Mapping[str, str]) -> Wanted:
    page = given.get("page", "")
    return Wanted(
        query=given.get("q", "").strip(),
        kind=given.get("kind", ""),
        year=given.get("year", ""),
        language=given.get("language", ""),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1,
    )


def _answer(request: Request, html: str, language: Language, status: int = 200) -> Response:
    from fastapi import Response

    made = Response(html.encode("utf-8", "replace"), status, headers=_HEADERS, media_type="text/html; charset=utf-8")
    if request.query_params.get("lang") == language:
        made.headers.append("set-cookie", cookie(request.scope, _COOKIE, language, _YEAR, hidden=False))
    return made
