"""Pages of chosen other sites may call what is below `/v1`; without a choice, none may."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

BELOW = "/v1/"
# Without these a page could not tell its visitor when to ask again, or which line of the log to look for.
_READABLE = ("retry-after", "x-request-id")


class SharedOrigins:
    """Tells browsers that pages of these origins may read the answers; a login is never sent along, a key may be."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        """Share with `origins`, each as a browser names it: scheme, host and port."""
        from starlette.middleware.cors import CORSMiddleware

        self._app = app
        # Clients of OpenAI's interface send headers of their own.
        self._shared = CORSMiddleware(app, origins, ("GET", "POST"), allow_headers=("*",), expose_headers=_READABLE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; answer a browser that asks first whether it may."""
        below = scope["type"] == "http" and scope["path"].startswith(BELOW)
        await (self._shared if below else self._app)(scope, receive, send)
