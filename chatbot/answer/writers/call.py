"""One request to a chat endpoint, read in a thread of its own, so that it can be left at any moment."""

from __future__ import annotations

import json
import queue
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chatbot.answer.writers.sse import Garbage, Piece, ServerError, message_of, pieces

if TYPE_CHECKING:
    import httpx

_CONNECT = 5.0
_AHEAD = 64
_END = 0.15
_LONGEST_WAIT = 10.0
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_FOR_GOOD = -1
_TOLD = 200
_LONGEST_ERROR = 1 << 16
LOCAL = ("localhost", "127.0.0.1", "::1")
"""Hosts that are this machine."""


class Failed(Exception):
    """A request that brought no answer, or not all of it."""

    def __init__(self, cause: str, remedy: str, status: int = 0, wait: float = 0.0) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy
        self.wait = min(wait, _LONGEST_WAIT)
        self.passing = status == 0 or status in _PASSING
        """Whether it may go well if it is tried again."""
        self.refused_fields = status in (400, 422)
        self.wrongly_asked = 400 <= status < 500 and not self.passing

    def without(self, secret: str) -> Failed:
        """Return the same failure, which no longer tells a secret."""
        if secret:
            self.cause = self.cause.replace(secret, "…")
            self.args = (self.cause,)
        return self


class Call:
    """A request under way."""

    def __init__(self, url: str, body: Mapping[str, Any], headers: Mapping[str, str], timeout: float, attempt: int = 0) -> None:
        self.attempt = attempt
        self._url = url
        self._body = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        self._headers = {**headers, "Content-Type": "application/json", "Accept": "text/event-stream, application/json"}
        self._timeout = timeout
        self._pieces: queue.Queue[Piece | Failed | None] = queue.Queue(maxsize=_AHEAD)
        self._left = threading.Event()
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="endpoint", daemon=True)
        self._thread.start()

    def next(self, seconds: float) -> Piece | None:
        """Return the next piece, or None at the end.

        Raises:
            queue.Empty: If none came in that time.
            Failed: If there will be none.
        """
        piece = self._pieces.get(timeout=seconds)
        if isinstance(piece, Failed):
            raise piece
        return piece

    def close(self) -> None:
        """Leave the request; the server sees the connection end."""
        self._left.set()
        if self._socket is not None:
            with suppress(OSError):
                # Wakes the thread that waits for bytes; closing alone would not.
                self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(_END)

    def _run(self) -> None:
        last: Failed | None = None
        try:
            for piece in self._answer():
                if not self._put(piece):
                    return
        except Failed as failed:
            # Servers like to repeat a key that they refuse.
            last = failed.without(self._headers.get("Authorization", "").removeprefix("Bearer "))
        except Exception as error:
            last = Failed(f"reading it failed ({type(error).__name__})", "Look at the server.")
        self._put(last)

    def _put(self, piece: Piece | Failed | None) -> bool:
        while not self._left.is_set():
            try:
                self._pieces.put(piece, timeout=0.05)
                return True
            except queue.Full:
                continue
        return False

    def _answer(self) -> Iterator[Piece]:
        import httpx

        limits = httpx.Timeout(self._timeout + 1, connect=min(_CONNECT, self._timeout))
        # A proxy of the surroundings does not know this machine's own servers.
        local = urlsplit(self._url).hostname in LOCAL
        try:
            with (
                httpx.Client(timeout=limits, trust_env=not local) as client,
                client.stream("POST", self._url, content=self._body, headers=self._headers) as response,
            ):
                self._hold(response)
                if response.status_code != 200:
                    raise _refused(response)
                yield from pieces(response.iter_bytes())
        except httpx.TimeoutException:
            raise Failed("it does not answer", "Look whether the server runs, and at its address.") from None
        except httpx.TransportError as error:
            raise Failed(_reason(error), "Look whether the server runs, at its address and at the network.") from None
        except httpx.InvalidURL as error:
            raise Failed(f"its address cannot be used ({error})", "Name it as openai:URL#MODEL.", _FOR_GOOD) from None
        except ServerError as error:
            raise Failed(f"the server reports an error: {str(error)[:_TOLD]}", "Look at the server.") from None
        except Garbage as error:
            raise Failed(f"the server sent {error}", "Look whether this is the address of a chat model.", _FOR_GOOD) from None

    def _hold(self, response: httpx.Response) -> None:
        stream = response.extensions.get("network_stream")
        self._socket = stream.get_extra_info("socket") if stream is not None else None
        if self._left.is_set():
            raise Failed("left", "")


def _refused(response: httpx.Response) -> Failed:
    """Return the failure that an answer with another status than 200 tells of."""
    status = response.status_code
    body = b""
    try:
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > _LONGEST_ERROR:
                break
        told = message_of(json.loads(body))[:_TOLD]
    except Exception:
        # Whatever a server sends with its error, the status says enough.
        told = ""
    remedies = {
        401: "Set the key in OPENSTANCE_API_KEY.",
        403: "Set a key in OPENSTANCE_API_KEY that may use this model.",
        404: "Look at the address and at the model's name.",
        429: "Wait a minute, or use another server.",
    }
    known = remedies.get(status, "Look at the server." if status >= 500 else "Look at the model's name and the address.")
    with suppress(ValueError):
        return Failed(_told(status, told), known, status, float(response.headers.get("retry-after", 0)))
    return Failed(_told(status, told), known, status)


def _told(status: int, words: str) -> str:
    return f"the server answered {status}" + (f": {words}" if words else "")


def _reason(error: Exception) -> str:
    words = str(error).split("\n")[0][:_TOLD]
    return f"it cannot be reached or broke off ({words or type(error).__name__})"
