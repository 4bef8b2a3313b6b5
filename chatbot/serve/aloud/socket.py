"""The WebSocket of spoken conversations: how many there are at once, how much one may send, when it is closed."""

from __future__ import annotations

import asyncio
import json
import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import aclosing, closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatbot.errors import ChatbotError, PeerError
from chatbot.serve.aloud.messages import Frame, Hello, Wish, frame_of, hello_of, wish_of
from chatbot.serve.aloud.room import Room
from chatbot.serve.aloud.session import Out
from chatbot.serve.api.line import Line
from chatbot.serve.api.problem import Busy
from chatbot.serve.guard.rate import ALLOWANCE, Allowance, unlimited
from chatbot.serve.ui.words import words
from chatbot.voice.audio import FRAME, RATE

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from chatbot.pipeline import Chatbot

_log = logging.getLogger(__name__)
Message = Frame | Wish | None
# Bytes of text: a wish may carry what was asked and answered before.
_TEXT = 400_000
# Seconds for a last word.
_FAREWELL = 2.0
# Codes of RFC 6455.
_FINE, _REFUSED, _TRY_LATER = 1000, 1008, 1013


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of all conversations, and of one."""

    at_once: int = 8
    of_one_client: int = 4
    hello: float = 10.0
    """Seconds until the first message."""
    silent: float = 20.0
    """Seconds without a frame: then nobody is there."""
    stalled: float = 10.0
    """Seconds in which the page takes nothing of what it is sent."""
    burst: float = 10.0
    """Seconds of sound that may come at once, as after a pause of the network; after that sound comes as fast as time goes."""
    wish: float = 0.1
    """Seconds of sound that a message of another kind counts as."""


class Aloud:
    """The endpoint.

    Args:
        room: Opens conversations.
        bot: Gives the chatbot with the writer that a page chose.
        bounds: Of everything.
    """

    def __init__(self, room: Room, bot: Callable[[str], Chatbot], bounds: Bounds | None = None) -> None:
        self._room, self._bot, self._bounds = room, bot, bounds or Bounds()
        self._line = Line(self._bounds.at_once, 0)
        self._clients: Counter[str] = Counter()

    async def talk(self, socket: WebSocket) -> None:
        """Converse until one of the two has enough."""
        allowance: Allowance = socket.scope.get(ALLOWANCE) or unlimited()
        await socket.accept()
        try:
            hello = hello_of(await asyncio.wait_for(_text(socket), self._bounds.hello))
            if self._clients[allowance.client] >= self._bounds.of_one_client:
                raise Busy
            self._clients[allowance.client] += 1
            try:
                await self._converse(socket, hello, allowance)
            finally:
                self._clients[allowance.client] -= 1
                # Adding nothing leaves out those who have nothing open.
                self._clients += Counter()
        except Busy:
            await _end(socket, _TRY_LATER, "busy", words(hello.language).busy)
        except (PeerError, TimeoutError) as error:
            await _end(socket, _REFUSED, "refused", str(error))
        except _Gone:
            pass

    async def _converse(self, socket: WebSocket, hello: Hello, allowance: Allowance) -> None:
        inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        told = asyncio.create_task(self._listen(socket, inbox))
        try:
            async with aclosing(self._line.run(lambda stop: self._steps(hello, allowance, inbox, stop))) as rows:
                async for row in rows:
                    if row is not None:
                        await asyncio.wait_for(_send(socket, row), self._bounds.stalled)
            if told.done():
                told.result()
            await _end(socket, _FINE)
        finally:
            inbox.put(None)
            told.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await told

    def _steps(
        self, hello: Hello, allowance: Allowance, inbox: queue.SimpleQueue[Message], stop: threading.Event
    ) -> Generator[Out, None, None]:
        """Yield what is sent, in a thread of its own."""
        if not self._room.warm:
            yield {"kind": "loading"}
        try:
            session = self._room.open(hello, self._bot(hello.writer), allowance, stop)
        except ChatbotError as error:
            _log.error("Nothing can be heard or spoken on the page: %s", error)
            yield {"kind": "over", "why": "broken", "text": str(error)}
            return
        with closing(session):
            yield from session.begin()
            while not stop.is_set() and (message := _next(inbox)) is not None:
                yield from session.hear(message) if isinstance(message, Frame) else session.do(message)
                if session.over:
                    yield {"kind": "over", "why": "idle"}
                    return

    async def _listen(self, socket: WebSocket, inbox: queue.SimpleQueue[Message]) -> None:
        """Take what comes until nothing does, and put it where the conversation finds it."""
        begun, cost = time.monotonic(), 0.0
        try:
            while True:
                message = await asyncio.wait_for(_received(socket), self._bounds.silent)
                frame = isinstance(message, bytes)
                cost = max(cost, time.monotonic() - begun - self._bounds.burst)
                cost += FRAME / RATE if frame else self._bounds.wish
                if cost > time.monotonic() - begun + self._bounds.burst:
                    raise PeerError("More sound came than time has passed. Send it as it is heard.")
                inbox.put(frame_of(message) if isinstance(message, bytes) else wish_of(message))
        finally:
            inbox.put(None)


class _Gone(Exception):
    """The other end is."""


def _next(inbox: queue.SimpleQueue[Message]) -> Message:
    return inbox.get()


async def _received(socket: WebSocket) -> bytes | str:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise _Gone
    data, text = message.get("bytes"), message.get("text")
    if data is not None:
        return bytes(data)
    if text is None or len(text) > _TEXT:
        raise PeerError(f"A message of more than {_TEXT:,} characters. Send less.")
    return str(text)


async def _text(socket: WebSocket) -> str:
    found = await _received(socket)
    if isinstance(found, bytes):
        raise PeerError("The first message is text. Load the page anew.")
    return found


async def _send(socket: WebSocket, row: Out) -> None:
    from starlette.websockets import WebSocketDisconnect

    try:
        if isinstance(row, bytes):
            await socket.send_bytes(row)
        else:
            # In ASCII, as half a character cannot be carried by UTF-8.
            await socket.send_text(json.dumps(row, ensure_ascii=True, separators=(",", ":")))
    except (WebSocketDisconnect, RuntimeError) as cause:
        raise _Gone from cause


async def _end(socket: WebSocket, code: int, why: str = "", text: str = "") -> None:
    with suppress(_Gone, RuntimeError, TimeoutError):
        async with asyncio.timeout(_FAREWELL):
            await _farewell(socket, code, why, text)


async def _farewell(socket: WebSocket, code: int, why: str, text: str) -> None:
    if why:
        await _send(socket, {"kind": "over", "why": why, "text": text})
    await socket.close(code)
