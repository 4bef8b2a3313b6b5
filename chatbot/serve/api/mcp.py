"""The Model Context Protocol: tools and documents for agents, over HTTP at `/mcp` and over standard input and output."""

from __future__ import annotations

import ipaddress
import json
import logging
import os
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import aclosing, redirect_stdout
from functools import partial
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from pydantic import AnyUrl
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
    from mcp.types import CallToolResult, Resource, ServerResult
    from starlette.types import Message, Receive, Scope, Send

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
        self._server: Server[Any, Any] | None = None
        self._loading = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; each stands for itself, so that any number of processes can answer."""
        import anyio
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        refusal = _refusal(scope["method"], Headers(scope=scope), self._service.config.serve.host)
        if refusal:
            await refusal(scope, receive, send)
            return
        body = await _body(receive)
        if not _is_json(body):
            await PlainTextResponse("The body is no JSON in UTF-8. Send one message of the protocol.", 400)(
                scope, receive, send
            )
            return
        server = await anyio.to_thread.run_sync(self._loaded)
        # The library's manager of sessions runs once; there are no sessions here, so each request brings one of its own.
        # Its guard against pages of elsewhere stays off: it knows only lists of hosts, and ours is below.
        manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True, max_request_body_size=_MAX_BODY)
        async with manager.run():
            await manager.handle_request(scope, _again(body, receive), send)

    def _loaded(self) -> Server[Any, Any]:
        with self._loading:
            self._server = self._server or make_server(self._service, self._line)
            return self._server


def make_server(service: Service, line: Line) -> Server[Any, Any]:
    """Return what answers the messages of the protocol, whatever carries them."""
    from mcp import types
    from mcp.server.lowlevel import Server

    about = _INSTRUCTIONS if service.config.corpus else _ABOUT + _INSTRUCTIONS
    server: Server[Any, Any] = Server("openstance", __version__, about)
    # Not by the library's decorators: those read the types of arguments where they are made, which would load the library here.
    server.request_handlers |= {
        types.ListToolsRequest: _list_tools,
        types.CallToolRequest: partial(_call_tool, service, line),
        types.ListResourcesRequest: partial(_list_resources, service),
        types.ReadResourceRequest: partial(_read_resource, service),
    }
    return server


def serve_stdio(service: Service) -> None:
    """Answer on standard input and output until the input ends."""
    import anyio
    from mcp.server.stdio import stdio_server

    server, out = make_server(service, Line()), TextIOWrapper(sys.stdout.buffer, encoding="utf-8")

    async def run() -> None:
        async with stdio_server(stdout=anyio.wrap_file(out)) as (read, write):
            await server.run(read, write, server.create_initialization_options())

    # What a library prints must not get between the messages.
    with redirect_stdout(sys.stderr):
        anyio.run(run)


async def _list_tools(request: Any) -> ServerResult:
    from mcp import types

    del request
    hints = types.ToolAnnotations(readOnlyHint=True, destructiveHint=False, idempotentHint=True, openWorldHint=False)
    tools = [
        types.Tool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            inputSchema=tool.given.model_json_schema(),
            outputSchema=tool.gives.model_json_schema(),
            annotations=hints,
        )
        for tool in TOOLS
    ]
    return types.ServerResult(types.ListToolsResult(tools=tools))


async def _call_tool(service: Service, line: Line, request: Any) -> ServerResult:
    from mcp import types

    try:
        row = await _called(service, line, _tool(request.params.name), request.params.arguments or {})
    except (InputError, Problem) as error:
        return types.ServerResult(_told(str(error), failed=True))
    except Exception as error:
        # Questions are the asker's own; the log says what broke, not what was asked.
        _log.error("A tool failed", exc_info=error)
        return types.ServerResult(_told("The answer failed; the log of the server says why. Ask again.", failed=True))
    return types.ServerResult(_told(json.dumps(row, ensure_ascii=False), row))


def _told(text: str, row: Json | None = None, failed: bool = False) -> CallToolResult:
    from mcp import types

    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structuredContent=row, isError=failed)


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


async def _list_resources(service: Service, request: Any) -> ServerResult:
    from mcp import types

    cursor = (request.params and request.params.cursor) or "0"
    if not cursor.isdecimal() or len(cursor) > 9:
        raise _wrong("That is no cursor of this list. Begin again without one.")
    start, documents = int(cursor), service.bot.documents
    end = start + _PAGE
    page = [_resource(document) for document in documents[start:end]]
    return types.ServerResult(types.ListResourcesResult(resources=page, nextCursor=str(end) if end < len(documents) else None))


def _resource(document: Document) -> Resource:
    from mcp import types

    about = " · ".join(part for part in (document.date, document.publisher, document.kind) if part)
    return types.Resource(
        uri=_uri(document),
        name=document.path,
        title=document.title or document.path,
        description=about or None,
        mimeType=_TYPES[document.format],
        size=len(document.text.encode("utf-8", "replace")),
    )


async def _read_resource(service: Service, request: Any) -> ServerResult:
    from mcp import types

    uri = str(request.params.uri)
    try:
        document = find(service.bot, unquote(uri.removeprefix(_RESOURCES)))
    except InputError as error:
        raise _wrong(str(error), {"uri": uri}) from error
    text = types.TextResourceContents(uri=_uri(document), mimeType=_TYPES[document.format], text=document.text)
    return types.ServerResult(types.ReadResourceResult(contents=[text]))


def _wrong(message: str, data: Json | None = None) -> Exception:
    from mcp import types
    from mcp.shared.exceptions import McpError

    return McpError(types.ErrorData(code=types.INVALID_PARAMS, message=message, data=data))


def _uri(document: Document) -> AnyUrl:
    return AnyUrl(_RESOURCES + quote(document.path, errors="surrogateescape"))


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


async def _body(receive: Receive) -> bytes:
    """Return what was sent, or, of what is too large, so much that it can be refused for that."""
    body, more = b"", True
    while more and len(body) <= _MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _is_json(body: bytes) -> bool:
    """Whether the library could read this; of what it could not it would say that the server failed."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return len(body) > _MAX_BODY
    return True


def _again(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received


def _ours(host: str, served: str) -> Iterator[bool]:
    yield host in ("localhost", served.lower(), os.environ.get("SPACE_HOST", "").lower())
    yield host.endswith((".localhost", ".hf.space"))
    try:
        ipaddress.ip_address(host)
        yield True
    except ValueError:
        yield False
