"""What Gradio offers beside the page and nobody needs here: closed, so that no setting elsewhere can open it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from chatbot.serve.guard.origins import BELOW
from chatbot.serve.guard.pages import refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_API = "/gradio_api/"
# Files from outside and to it, pages fetched from elsewhere, what is kept of past visits, tools for development.
_CLOSED = (
    *(_API + each for each in ("upload", "proxy=", "dev/", "vibe", "undo-vibe", "runs", "run-history", "deep_link", "token")),
    *(_API + each for each in ("profiling", "process_recording", "custom_component", "component_server", "login")),
    *("/monitoring", "/pwa_icon", "/token", "/user", "/login_check"),
)
# These would say who the visitor is, or where the page stands; only a proxy in front may.
_FORWARDED = (b"x-forwarded-", b"x-gradio-", b"forwarded", b"x-real-ip")


class ClosedPaths:
    """Lets through only what is meant to be there."""

    def __init__(self, app: ASGIApp, proxies: int, origins: tuple[str, ...] = ()) -> None:
        """Believe what is told by headers of proxies only where there are some; let pages of `origins` call `/v1`."""
        self._app, self._proxies, self._origins = app, proxies, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if it is for something that is served, and comes from the page itself or from a program."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif _plain(scope["path"]).startswith(_CLOSED):
            await refuse(scope, receive, send, 404, "closed")
        elif _changes(scope) and _foreign(Headers(scope=scope), self._proxies) and not self._shared(scope):
            await refuse(scope, receive, send, 403, "stranger")
        else:
            await self._app(scope if self._proxies else _unforwarded(scope), receive, send)

    def _shared(self, scope: Scope) -> bool:
        return scope["path"].startswith(BELOW) and Headers(scope=scope).get("origin") in self._origins


def _plain(path: str) -> str:
    while "//" in path:
        path = path.replace("//", "/")
    return path.lower()


def _changes(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD", "OPTIONS")


def _foreign(headers: Headers, proxies: int) -> bool:
    """Whether a page of another site sends this; programs do not say where they stand."""
    origin = headers.get("origin")
    hosts = [headers.get("host", ""), headers.get("x-forwarded-host", "") if proxies else ""]
    return origin is not None and origin.partition("://")[2].lower() not in [host.lower() for host in hosts if host]


def _unforwarded(scope: Scope) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if not name.startswith(_FORWARDED)]
    return {**scope, "headers": kept}
