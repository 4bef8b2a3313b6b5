"""Events of the Wyoming protocol over a connection, bounded in size and time before anything is read.

An event is a line of JSON, then as many bytes of more JSON as the line says, then as many bytes of sound. The library that
defines the events reads whatever length is announced; here nothing is taken in that is not known to be small.
"""

from __future__ import annotations

import json
import os
import select
import socket
import time
from typing import Any, Protocol

from wyoming.event import Event
from wyoming.version import __version__ as protocol_version

from chatbot.errors import PeerError

# Home Assistant sends names of rooms and devices with an utterance; nobody has a line of them as long as this.
MAX_HEADER, MAX_DATA = 1 << 16, 1 << 18
# Half a minute of 16 kHz speech in one event; satellites send a fortieth of a second.
MAX_PAYLOAD = 1 << 20
_PIECE = 1 << 16
# Seconds in which one that is in the middle of sending gets to hear why it is closed.
_LINGER = 1.0


class Stream(Protocol):
    """Bytes in and out; a time limit in seconds that passes raises TimeoutError."""

    def receive(self, most: int, seconds: float) -> bytes:
        """Return at most so many bytes as soon as there are any; none at the end."""

    def send(self, data: bytes, seconds: float) -> None:
        """Give away all of it."""

    def ended(self) -> bool:
        """Whether the other end has closed, as far as that can be told without waiting."""

    def linger(self, seconds: float) -> None:
        """Send no more, and let what still comes pass by until the other end closes or the time is over."""

    def close(self) -> None:
        """End it; whoever waits for it is woken."""


class SocketStream:
    """A connected socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def receive(self, most: int, seconds: float) -> bytes:
        """See `Stream`."""
        self._socket.settimeout(seconds)
        return self._socket.recv(most)

    def send(self, data: bytes, seconds: float) -> None:
        """See `Stream`."""
        self._socket.settimeout(seconds)
        self._socket.sendall(data)

    def ended(self) -> bool:
        """See `Stream`."""
        try:
            readable, _, _ = select.select([self._socket], [], [], 0)
            return bool(readable) and not self._socket.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True

    def linger(self, seconds: float) -> None:
        """See `Stream`."""
        until = time.monotonic() + seconds
        try:
            self._socket.shutdown(socket.SHUT_WR)
            while (left := until - time.monotonic()) > 0 and self.receive(_PIECE, left):
                pass
        except OSError:
            # Reset, closed by us, or out of time: it is closed next in any case.
            pass

    def close(self) -> None:
        """See `Stream`."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            # It was gone already, which is what is wanted.
            pass
        finally:
            self._socket.close()


class PipeStream:
    """Two pipes, those of the program that started us; there is no hurry on them.

    Args:
        source: File descriptor that is read.
        target: File descriptor that is written.
    """

    def __init__(self, source: int, target: int) -> None:
        self._source, self._target = source, target

    def receive(self, most: int, seconds: float) -> bytes:
        """See `Stream`."""
        return os.read(self._source, most)

    def send(self, data: bytes, seconds: float) -> None:
        """See `Stream`."""
        while data:
            data = data[os.write(self._target, data) :]

    def ended(self) -> bool:
        """See `Stream`; that nobody reads shows when something is written."""
        return False

    def linger(self, seconds: float) -> None:
        """See `Stream`; nothing that was written to a pipe is lost by closing it."""

    def close(self) -> None:
        """See `Stream`; the descriptors are the process's own and end with it."""


class Peer:
    """The other end of a connection.

    Args:
        stream: What connects to it.
        name: How the log calls it.
        idle: Seconds in which one whole event must have come, or have been taken.
    """

    def __init__(self, stream: Stream, name: str, idle: float) -> None:
        self.name = name
        self.waiting_since: float | None = None
        """When we began to wait for its next event, or for the rest of it; None while one is answered."""
        self._stream = stream
        self._idle = idle
        self._buffer = bytearray()

    def receive(self) -> Event | None:
        """Return the next event, or None if the connection was closed between two of them.

        Raises:
            PeerError: If what comes is no event, is too large, or does not come in time.
        """
        began = self.waiting_since = time.monotonic()
        try:
            return self._event(began + self._idle)
        except TimeoutError:
            raise PeerError(f"No whole event in {self._idle:g} seconds. Connect again when there is one.") from None
        except OSError:
            # Reset, or closed by us: there is nobody left to hear of it.
            return None
        finally:
            self.waiting_since = None

    def send(self, *events: Event) -> None:
        """Send events, all at once.

        Raises:
            OSError: If the other end is gone, or does not take them in time.
        """
        self._stream.send(b"".join(framed(event) for event in events), self._idle)

    def gone(self) -> bool:
        """Whether nobody is there any more to hear an answer."""
        return self._stream.ended()

    def end(self, last: Event) -> None:
        """Send a last event and see that it arrives: a connection closed on what still comes is reset, and what was sent lost.

        Raises:
            OSError: If the other end is gone.
        """
        self.send(last)
        self._stream.linger(min(self._idle, _LINGER))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def _event(self, deadline: float) -> Event | None:
        line = self._line(deadline)
        if line is None:
            return None
        header = _object(line)
        kind, data = header.get("type"), header.get("data") or {}
        if not isinstance(kind, str) or not isinstance(data, dict):
            raise PeerError("An event without a type, or whose data are no object. Send events of the Wyoming protocol.")
        more, sound = _length(header, "data_length", MAX_DATA), _length(header, "payload_length", MAX_PAYLOAD)
        if more:
            data = {**data, **_object(self._bytes(more, deadline))}
        return Event(kind, data, self._bytes(sound, deadline) if sound else None)

    def _line(self, deadline: float) -> bytes | None:
        looked = 0
        while (end := self._buffer.find(b"\n", looked)) < 0:
            looked = len(self._buffer)
            if looked > MAX_HEADER:
                raise PeerError(f"A line of more than {MAX_HEADER} bytes. Send events of the Wyoming protocol.")
            if not self._more(deadline):
                if not self._buffer.strip():
                    return None
                raise PeerError("The connection ended within an event. Send it whole.")
        if end > MAX_HEADER:
            raise PeerError(f"A line of more than {MAX_HEADER} bytes. Send events of the Wyoming protocol.")
        return self._taken(end + 1)

    def _bytes(self, count: int, deadline: float) -> bytes:
        while len(self._buffer) < count:
            if not self._more(deadline):
                raise PeerError("The connection ended within an event. Send it whole.")
        return self._taken(count)

    def _more(self, deadline: float) -> bool:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        piece = self._stream.receive(_PIECE, left)
        self._buffer += piece
        return bool(piece)

    def _taken(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken


def framed(event: Event) -> bytes:
    """Return an event as it is sent."""
    header: dict[str, Any] = {"type": event.type, "version": protocol_version}
    data = json.dumps(event.data, ensure_ascii=False).encode("utf-8", "replace") if event.data else b""
    if data:
        header["data_length"] = len(data)
    if event.payload:
        header["payload_length"] = len(event.payload)
    return json.dumps(header).encode("ascii") + b"\n" + data + (event.payload or b"")


def _object(text: bytes) -> dict[str, Any]:
    try:
        # Brackets within brackets, thousands deep, are more than the parser can hold.
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise PeerError("Something that is not JSON. Send events of the Wyoming protocol.") from None
    if not isinstance(value, dict):
        raise PeerError("JSON that is no object. Send events of the Wyoming protocol.")
    return value


def _length(header: dict[str, Any], name: str, most: int) -> int:
    value = header.get(name) or 0
    if not isinstance(value, int) or not 0 <= value <= most:
        raise PeerError(f"{name} is {str(value)[:40]}. It must be a number from 0 to {most}.")
    return int(value)
