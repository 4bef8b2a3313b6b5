"""Puts what programs call into the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from chatbot.serve.api.chat import chat_app
from chatbot.serve.api.line import Line
from chatbot.serve.api.mcp import Endpoint

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chatbot.serve.app import Service


def add(app: FastAPI, service: Service, line: Line) -> None:
    """Serve `/v1` and `/mcp`.

    Args:
        app: The application.
        service: Who is asked.
        line: Where those who call stand, in one with others that ask the same models.
    """
    app.mount("/v1", chat_app(service, line))
    tools = Endpoint(service, line)
    app.router.routes += [Route(path, tools) for path in ("/mcp", "/mcp/")]
