"""How many questions one client may ask in a minute, and what is said when there are too many people at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from starlette.datastructures import Headers

from chatbot.serve.guard.pages import refuse
from chatbot.serve.guard.request import address

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What costs a search or an answer.
_ASKING = ("/gradio_api/queue/join", "/gradio_api/call/", "/gradio_api/api/", "/v1/chat", "/mcp", "/talk/ask")
_SEARCHING = "/corpus/search"
# One connection in which many things are asked.
_SPOKEN = "/talk/voice"
ALLOWANCE = "openstance.allowance"
"""Under which name such a connection finds in its scope how often it may ask."""
_JOIN = "/gradio_api/queue/join"
# Seconds after which a full queue is likely to have room.
_SOON = 3


class Window:
    """So many in so many seconds, for each client by itself; the window moves."""

    def __init__(self, most: int, seconds: int) -> None:
        """Allow `most`; 0 is any number."""
        from limits import RateLimitItemPerSecond
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._limit = RateLimitItemPerSecond(most, seconds) if most else None
        self._kept = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, client: str) -> int:
        """Count one more of a client; return 0, or the seconds to wait if it is one too many."""
        if self._limit is None or self._kept.hit(self._limit, client):
            return 0
        return max(1, round(self._kept.get_window_stats(self._limit, client).reset_time - time.time()))


class Tally(Protocol):
    """Who is told of requests that ask something."""

    def asking(self, change: int) -> None:
        """One more (1) or one less (-1) is being answered or waits for it."""

    def limited(self) -> None:
        """One was not let through."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often the client of one connection may ask."""

    client: str
    wait: Callable[[], int]
    """Counts a question; returns 0, or the seconds to wait if it is one too many."""
    tally: Tally | None = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Count one more as being answered while the context lasts."""
        if self.tally:
            self.tally.asking(1)
        try:
            yield
        finally:
            if self.tally:
                self.tally.asking(-1)


def unlimited() -> Allowance:
    """Return the allowance of a client that nobody guards against."""
    return Allowance("", lambda: 0)


class RateLimit:
    """Lets each client ask so often."""

    def __init__(self, app: ASGIApp, most: int, proxies: int, tally: Tally) -> None:
        """Allow `most` questions a minute."""
        self._app, self._proxies, self._tally = app, proxies, tally
        self._window = Window(most, 60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if its client may ask."""
        if scope["type"] == "websocket" and scope["path"] == _SPOKEN:
            scope = {**scope, ALLOWANCE: self._allowance(address(scope, self._proxies))}
        if not _asks(scope):
            await self._app(scope, receive, send)
            return
        wait = self._window.wait(address(scope, self._proxies))
        if wait:
            self._tally.limited()
            await refuse(scope, receive, send, 429, "too_fast", retry=wait, seconds=wait)
            return
        self._tally.asking(1)
        try:
            on_page = scope["path"].startswith(_JOIN) and "sec-fetch-mode" in Headers(scope=scope)
            await (self._politely if on_page else self._app)(scope, receive, send)
        finally:
            self._tally.asking(-1)

    def _allowance(self, client: str) -> Allowance:
        def wait() -> int:
            seconds = self._window.wait(client)
            if seconds:
                self._tally.limited()
            return seconds

        return Allowance(client, wait, self._tally)

    async def _politely(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say on the page in its language that the queue is full; Gradio's page has one English line of its own for 503."""
        full = False

        async def noting(message: Message) -> None:
            nonlocal full
            full = full or (message["type"] == "http.response.start" and message["status"] == 503)
            if not full:
                await send(message)

        await self._app(scope, receive, noting)
        if full:
            await refuse(scope, receive, send, 429, "busy", retry=_SOON)


def _asks(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    path: str = scope["path"]
    return path.startswith(_ASKING) if scope["method"] == "POST" else path.startswith(_SEARCHING)
