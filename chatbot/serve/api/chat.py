"""`/v1/chat/completions` and `/v1/models`: the chatbot as OpenAI's clients call a model."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import aclosing, closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from chatbot.answer import conversation
from chatbot.errors import ChatbotError, InputError
from chatbot.serve.api.call import Call, parse
from chatbot.serve.api.completion import ALIVE, LAST, Completion, encoded, failed
from chatbot.serve.api.line import Line
from chatbot.serve.api.models import Model, asked, listed, models, named
from chatbot.serve.api.problem import Problem, respond
from chatbot.serve.api.tell import Ending, told

if TYPE_CHECKING:
    from chatbot.serve.app import Service

_log = logging.getLogger(__name__)

MAX_BODY = 1 << 20
"""Bytes of a call, history included."""
_STREAMED = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_FAILED = "The answer failed; the log of the server says why. Ask again."

Steps = AsyncGenerator[str | Ending | None, None]


@dataclass(frozen=True, slots=True)
class Chat:
    """What answers the calls."""

    service: Service
    line: Line
    created: int

    async def models(self, request: Request) -> Response:
        """List what can be asked."""
        del request
        found = [listed(model, self.created) for model in models(self.service.bot)]
        return _json({"object": "list", "data": found})

    async def model(self, request: Request) -> Response:
        """Tell of one that can be asked."""
        try:
            return _json(listed(named(self.service.bot, request.path_params["id"]), self.created))
        except Problem as problem:
            return respond(problem)

    async def complete(self, request: Request) -> Response:
        """Answer a question, in one piece or in chunks."""
        try:
            call = parse(await _body(request))
            conversation.check(call.question)
            model = named(self.service.bot, call.model)
            call = replace(call, style=replace(call.style, spoken=call.style.spoken or model.spoken))
            completion = Completion(model.id, call.prompt_tokens, call.style.json)
            steps = self._steps(call, model)
            if call.stream:
                # The first step is waited for: what goes wrong before it still has a status of its own.
                return StreamingResponse(
                    _streamed(await anext(steps), steps, completion, call), 200, _STREAMED, "text/event-stream"
                )
            return await _whole(steps, completion, request)
        except ClientDisconnect:
            # Nobody is there to read it.
            return Response(status_code=499)
        except Exception as error:
            return respond(_problem(error))

    def _steps(self, call: Call, model: Model) -> Steps:
        def begin(stop: threading.Event) -> Generator[str | Ending, None, None]:
            bot = asked(self.service.bot, model, stop)
            with closing(bot.ask(call.question, call.past)) as events:
                yield (yield from told(events, model.written, call.style))

        return self.line.run(begin)


def chat_app(service: Service, line: Line) -> Starlette:
    """Return the application below `/v1`; whatever goes wrong in it is told as OpenAI's clients read it."""
    chat = Chat(service, line, int(time.time()))
    routes = [
        Route("/chat/completions", chat.complete, methods=["POST"]),
        Route("/models", chat.models, methods=["GET"]),
        Route("/models/{id:path}", chat.model, methods=["GET"]),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _unrouted})
    app.router.redirect_slashes = False
    return app


async def _unrouted(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = f"{request.method} {request.url.path[:80]} is not served. Call POST /v1/chat/completions or GET /v1/models."
    return respond(Problem(error.status_code, told, "unknown_url"), error.headers)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise Problem(413, f"The call has more than {MAX_BODY:,} bytes. Leave out older messages.", "too_large")
    return bytes(body)


async def _whole(steps: Steps, completion: Completion, request: Request) -> Response:
    text: list[str] = []
    async with aclosing(steps):
        async for step in steps:
            if isinstance(step, Ending):
                return _json(completion.whole("".join(text), step))
            if step is not None:
                text.append(step)
            elif await request.is_disconnected():
                raise ClientDisconnect
    raise ChatbotError("The answer has no end. Ask again.")


async def _streamed(first: str | Ending | None, steps: Steps, completion: Completion, call: Call) -> AsyncIterator[bytes]:
    """Render the steps; closed with the connection, and then the answer with it."""
    text: list[str] = []
    async with aclosing(steps):
        yield completion.chunk({"role": "assistant", "content": ""}, call.include_usage)
        try:
            async for step in _after(first, steps):
                if isinstance(step, Ending):
                    for chunk in completion.chunks("".join(text), step, call.include_usage):
                        yield chunk
                elif step is None:
                    yield ALIVE
                else:
                    text.append(step)
                    if not completion.json:
                        yield completion.chunk({"content": step}, call.include_usage)
        except Exception as error:
            # The status is sent; the error stands where the rest of the answer would.
            problem = _problem(error)
            yield failed(problem.status, str(problem))
            yield LAST


async def _after(first: str | Ending | None, steps: Steps) -> AsyncIterator[str | Ending | None]:
    yield first
    async for step in steps:
        yield step


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, InputError):
        return Problem(400, str(error), "invalid_value", "messages")
    # Questions are the asker's own; the log says what broke, not what was asked.
    _log.error("An answer failed", exc_info=error)
    return Problem(500, f"{error}" if isinstance(error, ChatbotError) else _FAILED, "failed")


def _json(row: dict[str, object]) -> Response:
    return Response(encoded(row), media_type="application/json")
