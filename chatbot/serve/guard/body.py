"""No request may be larger than is meant, whether it says its size or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from chatbot.serve.guard.pages import refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _TooLarge(Exception):
    """A request went on beyond what it may have."""


class BodyLimit:
    """Counts what comes in."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        """Take requests of at most `limit` bytes."""
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, as long as it is not too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if not said.isdigit() or int(said) > self._limit:
            await refuse(scope, receive, send, 413, "too_large", limit=self._limit)
            return
        await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        came, begun, over = 0, False, False

        async def counting() -> Message:
            nonlocal came, over
            message = await receive()
            came += len(message.get("body", b""))
            if came > self._limit:
                over = True
                raise _TooLarge
            return message

        async def noting(message: Message) -> None:
            nonlocal begun
            # What the program says of a request that was cut off is not the reason.
            if over and not begun:
                return
            begun = True
            await send(message)

        try:
            await self._app(scope, counting, noting)
        except Exception:
            if not over:
                raise
        if over and not begun:
            await refuse(scope, receive, send, 413, "too_large", limit=self._limit)
