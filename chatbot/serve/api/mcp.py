"""The Model Context Protocol: tools and documents for agents, over HTTP at `/mcp` and over standard input and output."""

from __future__ import annotations

import ipaddress
import json
import logging
import os
import threading
from collections.abc import Generator, Iterator
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from chatbot import __version__
from chatbot.errors import InputError
from chatbot.serve.api.line import Line
from chatbot.serve.api.problem import Problem
from chatbot.serve.api.tools import TOOLS, Json, Tool, find
from chatbot.types import Document

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from mcp_types import CallToolResult, ListResourcesResult, ListToolsResult, ReadResourceResult, Resource
    from starlette.types import Receive, Scope, Send

    from chatbot.serve.app import Service

_log = logging.getLogger(__name__)
_MAX_BODY = 1 << 20
_RESOURCES = "openstance://documents/"
_PAGE = 200
_TYPES = {"markdown": "text/markdown", "html": "text/html", "text": "text/plain"}
_ABOUT = "These documents are what Hugging Face has said on open source and AI policy. "
_INSTRUCTIONS = (
    "Answers from documents, in Japanese and English, each sentence with its exact quote. Ask first; search and read the "
    "documents where an answer is refused or more is wanted. Give the sources of what you say."
)


class Endpoint:
    """Answers at `/mcp`; the protocol's library is loaded when first called, as loading it takes more than a second."""

    def __init__(self, service: Service, line: Line) -> None:
        self._service = service
        self._line = line
        self._server: Server[Any] | None = None
        self._loading = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; each stands for itself, so that any number of processes can answer."""
        import anyio

        refusal = _refusal(scope["method"], Headers(scope=scope), self._service.config.serve.host)
        if refusal:
            await refusal(scope, receive, send)
            return
        server = await anyio.to_thread.run_sync(self._loaded)
        # The library's manager of sessions runs once; there are no sessions here, so each request brings one of its own.
        app = server.streamable_http_app(
            streamable_http_path=scope["path"],
            stateless_http=True,
            json_response=True,
            max_request_body_size=_MAX_BODY,
            transport_security=_unguarded(),
        )
        async with app.router.lifespan_context(app):
            await app(scope, receive, send)

    def _loaded(self) -> Server[Any]:
        with self._loading:
            self._server = self._server or make_server(self._service, self._line)
            return self._server


def make_server(service: Service, line: Line) -> Server[Any]:
    """Return what answers the messages of the protocol, whatever carries them."""
    from mcp.server.lowlevel import Server

    return Server(
        "openstance",
        version=__version__,
        title="OpenStance",
        instructions=_INSTRUCTIONS if service.config.corpus else _ABOUT + _INSTRUCTIONS,
        on_list_tools=_list_tools,
        on_call_tool=partial(_call_tool, service, line),
        on_list_resources=partial(_list_resources, service),
        on_read_resource=partial(_read_resource, service),
    )


def serve_stdio(service: Service) -> None:
    """Answer on standard input and output until the input ends."""
    import anyio
    from mcp.server.stdio import stdio_server

    server = make_server(service, Line())

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(run)


async def _list_tools(context: Any, params: Any) -> ListToolsResult:
    import mcp_types as types

    del context, params
    hints = types.ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    tools = [
        types.Tool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema=tool.given.model_json_schema(),
            output_schema=tool.gives.model_json_schema(),
            annotations=hints,
        )
        for tool in TOOLS
    ]
    return types.ListToolsResult(tools=tools)


async def _call_tool(service: Service, line: Line, context: Any, params: Any) -> CallToolResult:
    import mcp_types as types

    del context
    try:
        row = await _called(service, line, _tool(params.name), params.arguments or {})
    except (InputError, Problem) as error:
        return types.CallToolResult(content=[types.TextContent(type="text", text=str(error))], is_error=True)
    except Exception as error:
        # Questions are the asker's own; the log says what broke, not what was asked.
        _log.error("A tool failed", exc_info=error)
        told = "The answer failed; the log of the server says why. Ask again."
        return types.CallToolResult(content=[types.TextContent(type="text", text=told)], is_error=True)
    text = types.TextContent(type="text", text=json.dumps(row, ensure_ascii=False))
    return types.CallToolResult(content=[text], structured_content=row)


async def _called(service: Service, line: Line, tool: Tool, arguments: Json) -> Json:
    def begin(stop: threading.Event) -> Generator[Json, None, None]:
        yield tool.call(service.bot, arguments, stop)

    async with aclosing(line.run(begin)) as steps:
        async for step in steps:
            if step is not None:
                return step
    raise Problem(500, "The tool gave nothing. Call it again.")


def _tool(name: str) -> Tool:
    for tool in TOOLS:
        if tool.name == name:
            return tool
    raise InputError(f"There is no tool {name[:80]!r}. Call one of: {', '.join(tool.name for tool in TOOLS)}.")


async def _list_resources(service: Service, context: Any, params: Any) -> ListResourcesResult:
    import mcp_types as types
    from mcp.shared.exceptions import MCPError

    del context
    cursor = (params and params.cursor) or "0"
    if not cursor.isdecimal() or len(cursor) > 9:
        raise MCPError(types.INVALID_PARAMS, "That is no cursor of this list. Begin again without one.")
    start, documents = int(cursor), service.bot.documents
    end = start + _PAGE
    page = [_resource(document) for document in documents[start:end]]
    return types.ListResourcesResult(resources=page, next_cursor=str(end) if end < len(documents) else None)


def _resource(document: Document) -> Resource:
    import mcp_types as types

    about = " · ".join(part for part in (document.date, document.publisher, document.kind) if part)
    return types.Resource(
        uri=_uri(document),
        name=document.path,
        title=document.title or document.path,
        description=about or None,
        mime_type=_TYPES[document.format],
        size=len(document.text.encode("utf-8", "replace")),
    )


async def _read_resource(service: Service, context: Any, params: Any) -> ReadResourceResult:
    import mcp_types as types
    from mcp.shared.exceptions import MCPError

    del context
    try:
        document = find(service.bot, unquote(params.uri.removeprefix(_RESOURCES)))
    except InputError as error:
        raise MCPError(types.INVALID_PARAMS, str(error), {"uri": params.uri}) from error
    text = types.TextResourceContents(uri=_uri(document), mime_type=_TYPES[document.format], text=document.text)
    return types.ReadResourceResult(contents=[text])


def _uri(document: Document) -> str:
    return _RESOURCES + quote(document.path, errors="surrogateescape")


def _refusal(method: str, headers: Headers, served: str) -> PlainTextResponse | None:
    """Return why a request is not let through, None if it is.

    Programs name no origin. A browser does with every POST, and a page of elsewhere that has its own name resolved to this
    machine (DNS rebinding) names that: only names that nobody else can have are let through.
    """
    if method != "POST":
        return PlainTextResponse("Call this with POST.", 405, {"Allow": "POST"})
    origin = headers.get("origin")
    if origin is None:
        return None
    try:
        from_host, to_host = urlsplit(origin).hostname, urlsplit("//" + headers.get("host", "")).hostname
    except ValueError:
        from_host = to_host = None
    if from_host and from_host == to_host and any(_ours(from_host, served)):
        return None
    return PlainTextResponse("Pages of other origins may not call this.", 403)


def _ours(host: str, served: str) -> Iterator[bool]:
    yield host in ("localhost", served.lower(), os.environ.get("SPACE_HOST", "").lower())
    yield host.endswith((".localhost", ".hf.space"))
    try:
        ipaddress.ip_address(host)
        yield True
    except ValueError:
        yield False


def _unguarded() -> Any:
    """Return the library's guard switched off: it knows only lists of hosts, and ours is above."""
    from mcp.server.transport_security import TransportSecuritySettings

    return TransportSecuritySettings(enable_dns_rebinding_protection=False)
