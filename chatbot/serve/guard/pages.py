"""The few small pages that are shown before or instead of the real one, and what is said to who is not let in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import quote

from chatbot.serve.api.problem import error_json
from chatbot.serve.guard.request import language_of, wants_page, words

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from chatbot.types import Language


def plain_page(language: Language, title: str, content: str, again: int = 0) -> str:
    """Return a small page.

    Args:
        language: Of its text.
        title: Plain text.
        content: HTML.
        again: Seconds after which it loads itself anew; 0 for never.
    """
    refresh = f'<meta http-equiv="refresh" content="{again}">' if again else ""
    return _filled("plain", language=language, title=escape(title), content=content, again=refresh)


def login_page(language: Language, wanted: str, trouble: str = "") -> str:
    """Return the page to log in on; `wanted` is where it leads."""
    said = words(language)
    content = _filled(
        "login",
        **{name: escape(said[name]) for name in ("title", "name", "password", "enter", "other")},
        trouble=f'<p class="wrong" role="alert">{escape(trouble)}</p>' if trouble else "",
        next=escape(wanted),
        next_quoted=quote(wanted, safe=""),
        language=language,
        other_code="en" if language == "ja" else "ja",
    )
    return plain_page(language, said["title"], content)


async def show(scope: Scope, send: Send, page: str, status: int = 200, more: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """Answer with a page that nobody keeps."""
    body = page.encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    headers += [(b"cache-control", b"no-store"), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, why: str, retry: int = 0, **told: object) -> None:
    """Answer that a request is not granted, in the visitor's language, as Gradio's page and OpenAI's clients read it.

    Args:
        scope: The request.
        receive: Of the request.
        send: Of the request.
        status: Of HTTP; a WebSocket is closed.
        why: Name of the text.
        retry: Seconds after which it may be tried again; 0 says nothing of it.
        told: What the text leaves open.
    """
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": words("en")[why].format(**told)[:100]})
        return
    language = language_of(scope)
    said = words(language)[why].format(**told)
    again = [(b"retry-after", str(retry).encode())] if retry else []
    if wants_page(scope):
        await show(scope, send, plain_page(language, "OpenStance", f"<p>{escape(said)}</p>"), status, again)
        return
    row = error_json(status, said, why) if scope["path"].startswith("/v1/") else {"detail": said, "error": said}
    body = json.dumps(row, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += again
    headers += [(b"www-authenticate", b"Bearer")] if status == 401 else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _filled(template: str, /, **values: str) -> str:
    return Template((files("chatbot.serve.guard") / f"{template}.html").read_text("utf-8")).substitute(values)
