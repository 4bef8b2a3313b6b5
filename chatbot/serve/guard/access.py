"""Login for people and keys for programs, where the environment asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers, QueryParams

from chatbot.serve.guard.pages import login_page, refuse, show
from chatbot.serve.guard.rate import Window
from chatbot.serve.guard.request import address, cookie, cookies, language_of, wants_page, words

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from chatbot.config import GuardConfig
    from chatbot.serve.guard.users import Doorkeeper
    from chatbot.types import Language

COOKIE = "openstance-session"
_DOORS = ("/login", "/logout")
_FREE = ("/healthz", "/readyz", "/assets-openstance/", "/favicon.ico", "/robots.txt")
# What programs use; a page that is open to all does not call these.
PROGRAMS = ("/v1", "/mcp", "/metrics", *(f"/gradio_api/{name}" for name in ("call/", "api/", "info", "openapi.json")))
# Guesses at passwords that one client has, in so many seconds.
_GUESSES, _SPAN = 10, 300
_LONGEST_FORM = 4096


class Access:
    """Lets in who has logged in or has a key."""

    def __init__(self, app: ASGIApp, door: Doorkeeper, config: GuardConfig, proxies: int) -> None:
        """Ask for a login if there are users, and for a key where programs call if there are keys."""
        self._app, self._door, self._hours, self._proxies = app, door, config.session, proxies
        self._guesses = Window(_GUESSES, _SPAN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if its sender may come in."""
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith(_FREE):
            await self._app(scope, receive, send)
        elif scope["path"] in _DOORS:
            await self._come_or_go(scope, receive, send)
        elif self._may(scope):
            await self._app(scope, receive, send)
        elif self._door.users and wants_page(scope):
            await _moved(send, f"/login?next={quote(_wanted(scope), safe='')}")
        else:
            await refuse(scope, receive, send, 401, "log_in" if self._door.users and not _program(scope) else "need_key")

    def _may(self, scope: Scope) -> bool:
        kind, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._door.keys and self._door.knows_key(key.strip()):
            return True
        if self._door.users:
            return bool(self._door.holder(cookies(scope).get(COOKIE, "")))
        return not (self._door.keys and _program(scope))

    async def _come_or_go(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._door.users or scope["type"] != "http":
            await refuse(scope, receive, send, 404, "closed")
        elif scope["path"] == "/logout":
            await _moved(send, "/login", self._cookie(scope, "", 0))
        elif scope["method"] == "POST":
            await self._log_in(scope, receive, send)
        else:
            asked = QueryParams(scope["query_string"])
            language = _language(asked.get("lang", ""), scope)
            await show(scope, send, login_page(language, inside(asked.get("next", "/"))))

    async def _log_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        form = await _form(receive)
        language, wanted = _language(form.get("lang", ""), scope), inside(form.get("next", "/"))
        wait = self._guesses.wait(address(scope, self._proxies))
        if wait:
            trouble = words(language)["wait"].format(seconds=wait)
            await show(scope, send, login_page(language, wanted, trouble), 429, [(b"retry-after", str(wait).encode())])
            return
        name = form.get("name", "")
        if await asyncio.to_thread(self._door.knows_user, name, form.get("password", "")):
            await _moved(send, wanted, self._cookie(scope, self._door.ticket(name, self._hours), int(3600 * self._hours)))
        else:
            await show(scope, send, login_page(language, wanted, words(language)["wrong"]), 401)

    def _cookie(self, scope: Scope, value: str, seconds: int) -> bytes:
        return cookie(scope, COOKIE, value, seconds, hidden=True).encode()


def inside(path: str) -> str:
    """Return a path of this site as it is, and the page's for whatever leads elsewhere."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if plain else "/"


def _program(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.startswith(PROGRAMS)


def _wanted(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return quote(scope["path"]) + (f"?{query}" if query else "")


def _language(code: str, scope: Scope) -> Language:
    return "ja" if code == "ja" else "en" if code == "en" else language_of(scope)


async def _form(receive: Receive) -> Mapping[str, str]:
    body = b""
    while len(body) <= _LONGEST_FORM:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    fields = parse_qs(body[:_LONGEST_FORM].decode("utf-8", "replace"), max_num_fields=8)
    return {name: values[0] for name, values in fields.items()}


async def _moved(send: Send, where: str, cookie: bytes = b"") -> None:
    headers = [(b"location", where.encode()), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    headers += [(b"set-cookie", cookie)] if cookie else []
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
