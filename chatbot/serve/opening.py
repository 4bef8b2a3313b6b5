"""What answers while the program starts: that it lives, that it is not ready, and a page that opens by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AsyncExitStack
from threading import Thread
from typing import TYPE_CHECKING

from chatbot.serve.guard.pages import plain_page, refuse, show
from chatbot.serve.guard.request import language_of, wants_page, words

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

# Seconds after which somebody who came too early looks again.
_AGAIN = 1


class Opening:
    """An ASGI application that builds the real one beside its work and then is that one."""

    def __init__(self, build: Callable[[], FastAPI], opened: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Build in a thread; tell when it answers, or why it never will."""
        self._build, self._opened, self._failed = build, opened, failed
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the real application once it is there."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == "/healthz":
            await _said(scope, send, 200, b"ok\n")
        elif scope["type"] == "http" and scope["path"] == "/readyz":
            await _said(scope, send, 503, b"starting\n")
        elif wants_page(scope):
            language = language_of(scope)
            page = plain_page(language, "OpenStance", f'<p role="status">{words(language)["starting"]}</p>', again=_AGAIN)
            await show(scope, send, page, 503, [(b"retry-after", b"1")])
        else:
            await refuse(scope, receive, send, 503, "starting", retry=_AGAIN)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        async with AsyncExitStack() as stack:
            building = asyncio.create_task(self._open(stack))
            await receive()
            building.cancel()
            await asyncio.gather(building, return_exceptions=True)
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self, stack: AsyncExitStack) -> None:
        built: Future[FastAPI] = Future()
        # Not one of a pool: who interrupts the start should not have to wait for its end.
        Thread(target=_finish, args=(built, self._build), daemon=True).start()
        try:
            app = await asyncio.wrap_future(built)
            await stack.enter_async_context(app.router.lifespan_context(app))
        except Exception as cause:
            self._failed(cause)
            return
        self._app = app
        self._opened()


def _finish(future: Future[FastAPI], build: Callable[[], FastAPI]) -> None:
    try:
        app = build()
    except BaseException as cause:
        if not future.cancelled():
            future.set_exception(cause)
        return
    if not future.cancelled():
        future.set_result(app)


async def _said(scope: Scope, send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"cache-control", b"no-store")]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
