"""Connections at a socket, each on a thread of its own; none of them can hold up the others."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wyoming.error import Error

from chatbot.config.wyoming import Address
from chatbot.errors import ChatbotError
from chatbot.serve.wyoming.framing import Peer, SocketStream

_log = logging.getLogger(__name__)
_BACKLOG = 128
# Seconds of waiting after which a connection may be closed for a new one.
_QUIET = 1.0
# Seconds that a refused one has to take the reason.
_REFUSING = 1.0
# Seconds that connections are given to end when the server does.
_GRACE = 5.0


class Connections:
    """Those that are open, at most so many.

    Args:
        talk: Carries on the conversation with one of them until its end.
        most: At once.
        idle: Seconds in which one event must have come or been taken.
    """

    def __init__(self, talk: Callable[[Peer], None], most: int, idle: float) -> None:
        self._talk, self._most, self._idle = talk, most, idle
        self._open: dict[Peer, threading.Thread] = {}
        self._lock = threading.Lock()

    def add(self, connection: socket.socket, name: str) -> None:
        """Attend to a connection on a thread of its own, closing the one that was quiet for longest if there are too many."""
        peer = Peer(SocketStream(connection), name, self._idle)
        thread = threading.Thread(target=self._attend, args=(peer,), name=f"wyoming {name}", daemon=True)
        try:
            with self._lock:
                room = len(self._open) < self._most or self._give_up_one()
                if room:
                    # Started before it is counted: where there is no thread to be had, there is nobody to take it out again.
                    thread.start()
                    self._open[peer] = thread
        except RuntimeError:
            room = False
        if not room:
            _log.warning("Refused %s: %d connections are at work.", name, len(self))
            _refuse(connection)

    def close(self) -> None:
        """Hang up on everybody and wait for their threads."""
        with self._lock:
            left = dict(self._open)
        for peer in left:
            peer.close()
        until = time.monotonic() + _GRACE
        for thread in left.values():
            thread.join(max(0.0, until - time.monotonic()))

    def __len__(self) -> int:
        """How many are open."""
        with self._lock:
            return len(self._open)

    def _give_up_one(self) -> bool:
        now = time.monotonic()
        waiting = [(peer.waiting_since, peer) for peer in self._open]
        quiet = [(since, peer) for since, peer in waiting if since is not None and now - since >= _QUIET]
        if not quiet:
            return False
        _, longest = min(quiet, key=lambda each: each[0])
        _log.warning("Closed %s, the one that was quiet for longest: there are %d connections.", longest.name, self._most)
        del self._open[longest]
        longest.close()
        return True

    def _attend(self, peer: Peer) -> None:
        try:
            self._talk(peer)
        except OSError as cause:
            _log.info("%s is gone: %s", peer.name, cause)
        except Exception:
            # One connection's trouble is nobody else's.
            _log.exception("Closed %s", peer.name)
        finally:
            peer.close()
            with self._lock:
                self._open.pop(peer, None)


@contextmanager
def listening(address: Address, connections: Connections) -> Iterator[Address]:
    """Take connections at an address while the context lasts; give the address with its port as it is.

    Raises:
        ChatbotError: If nobody can listen there.
    """
    bound = _bound(address)
    try:
        here = Address("tcp", address.host, bound.getsockname()[1]) if address.kind == "tcp" else address
        thread = threading.Thread(target=_accept, args=(bound, connections), name="wyoming", daemon=True)
        thread.start()
        try:
            yield here
        finally:
            with contextlib.suppress(OSError):
                bound.shutdown(socket.SHUT_RDWR)
            bound.close()
            thread.join(_GRACE)
            connections.close()
    finally:
        bound.close()
        if address.kind == "unix":
            Path(address.path).unlink(missing_ok=True)


def _accept(bound: socket.socket, connections: Connections) -> None:
    while True:
        try:
            connection, where = bound.accept()
        except OSError as cause:
            if cause.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ECONNABORTED):
                # No room for another one now; those that are open will end.
                time.sleep(0.05)
                continue
            return
        if connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connections.add(connection, f"{where[0]}:{where[1]}" if isinstance(where, tuple) else "a local program")


def _refuse(connection: socket.socket) -> None:
    peer = Peer(SocketStream(connection), "refused", _REFUSING)
    with contextlib.suppress(OSError):
        peer.send(Error("Too many connections. Try again in a moment.", "busy").event())
    peer.close()


def _bound(address: Address) -> socket.socket:
    try:
        return _tcp(address) if address.kind == "tcp" else _unix(address)
    except OSError as cause:
        raise ChatbotError(_why_not(address, cause)) from cause


def _tcp(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    both = address.host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((address.host, address.port), family=family, backlog=_BACKLOG, dualstack_ipv6=both)


def _unix(address: Address) -> socket.socket:
    path = Path(address.path)
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode) and not _answers(path):
        # Left behind by a server that was killed.
        path.unlink()
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(address.path)
        # This user only: the protocol does not ask who is there.
        os.chmod(address.path, 0o600)
        bound.listen(_BACKLOG)
    except OSError:
        bound.close()
        raise
    return bound


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(str(path)) == 0


def _why_not(address: Address, cause: OSError) -> str:
    if cause.errno == errno.EADDRINUSE:
        return f"{address} is taken by another program. Stop that one, or name another: --wyoming URI"
    if cause.errno == errno.EACCES:
        return f"{address} may not be used by this user. Choose a port above 1023, or a folder of your own: --wyoming URI"
    reason = cause.strerror or str(cause)
    return f"Smart speakers cannot be served on {address} ({reason}). Name an address of this machine: --wyoming tcp://127.0.0.1:10700"
