"""What those who run the program ask it: whether it lives, whether it can answer, and how it has been doing."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

from chatbot.serve.observe import REQUEST

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from chatbot.config import ServeConfig
    from chatbot.serve.observe.metrics import Metrics


def add_health(app: FastAPI, metrics: Metrics, config: ServeConfig) -> None:
    """Add `/healthz`, `/readyz` and, where it is wanted, `/metrics`; an application that exists can answer."""
    from starlette.responses import PlainTextResponse, Response

    async def fine(request: Request) -> Response:
        return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})

    def told(request: Request) -> Response:
        text, kind = metrics.text()
        return Response(text, headers={"content-type": kind, "cache-control": "no-store"})

    for path in ("/healthz", "/readyz"):
        app.add_route(path, fine, methods=["GET", "HEAD"])
    if _wanted(config):
        app.add_route("/metrics", told, methods=["GET"])


def add_numbers(app: FastAPI) -> None:
    """Number every request, also those that are not let in."""
    app.add_middleware(NumberedRequests)


def _wanted(config: ServeConfig) -> bool:
    public = bool(os.environ.get("SPACE_ID")) and not os.environ.get("OPENSTANCE_API_KEYS")
    return config.metrics == "on" or (config.metrics == "auto" and not public)


class NumberedRequests:
    """Gives each request a number, by which its answer and its lines in the log can be found."""

    def __init__(self, app: ASGIApp) -> None:
        """Number the requests of an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on under a number of its own."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        # Never the client's own: what it says could be anything, and the same for all.
        number = uuid.uuid4().hex[:12]
        before = REQUEST.set(number)

        async def numbering(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), (b"x-request-id", number.encode())]}
            await send(message)

        try:
            await self._app(scope, receive, numbering)
        finally:
            REQUEST.reset(before)
