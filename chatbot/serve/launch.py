"""From a configuration to an application that answers, until Ctrl-C."""

from __future__ import annotations

import errno
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from chatbot.assemble import Progress, opening
from chatbot.config import Config
from chatbot.errors import ChatbotError, CorpusEmpty, ExtraMissing
from chatbot.pipeline import Chatbot
from chatbot.serve.app import Service, build_app
from chatbot.serve.feedback import keeper
from chatbot.serve.heap import tame_heap
from chatbot.serve.opening import Opening
from chatbot.serve.stubs import leave_stubs
from chatbot.serve.zero import lent

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

_log = logging.getLogger(__name__)
# In percent, from one line about the indexing to the next.
_STEP = 10
# Seconds that a page's open connections are given to end.
_GRACE = 1
_BACKLOG = 512
# Seconds that an idle connection is kept: longer than people think between two questions and than proxies keep theirs, as
# whoever asks on one that is just being closed fails.
_KEPT = 75
# Bytes.
_LONGEST_MESSAGE = 1 << 20


def serve(config: Config, say: Callable[[str], None]) -> None:
    """Serve the chat page and what stands beside it until Ctrl-C.

    The port answers at once; the documents and the models are read beside that, and the page opens when they are there.

    Args:
        config: Which documents, which encoder, and where the page is served.
        say: Told how far the indexing is, and the address once the page answers there.

    Raises:
        ChatbotError: If the documents cannot be used or the page cannot be served there.
    """
    from chatbot.serve.guard.headers import LOOPBACK, KnownHosts
    from chatbot.serve.observe import logs

    host, port = config.serve.host, config.serve.port
    # Before the documents are read: who has to choose another port should not have waited for that.
    with _bound(host, port) as listening:
        logs.set_up(config.serve.log)
        tame_heap()
        tell = say if config.serve.log == "plain" else _log.info
        address = _address(host, port)
        ready = f"OpenStance answers on {address} (Ctrl-C ends it)"
        # Who can only be reached from this machine is called by its names.
        own = LOOPBACK if f"[{host}]" in LOOPBACK or host in LOOPBACK else frozenset[str]()
        with suppress(KeyboardInterrupt), _speakers(config, tell) as speakers:
            server = _Served(lambda: _built(config, tell, speakers), lambda: tell(ready))
            server.run(lambda app: KnownHosts(app, own), listening)
        tell("The page is closed.")


def _built(config: Config, say: Callable[[str], None], speakers: Callable[[Chatbot], None]) -> FastAPI:
    """Open the documents, then build the page: to import its library beside that is slower, as imports take turns."""
    leave_stubs()
    bot = lent(_open(config, say))
    speakers(bot)
    return build_app(Service(bot, config, keeper(config)))


def serve_speakers(config: Config, say: Callable[[str], None]) -> None:
    """Serve smart speakers and nothing else: until Ctrl-C, or for as long as the program lasts that gave us pipes.

    Args:
        config: Which documents, which encoder, and where smart speakers are served.
        say: Told how far the indexing is, and where they are answered.

    Raises:
        ChatbotError: If the documents cannot be used or nobody can be served there.
    """
    _need_wyoming()
    from chatbot.serve import wyoming

    # As a container ends a program; what was announced is then taken back, as with Ctrl-C.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        wyoming.alone(config, lambda: _open(config, say), say)
    except KeyboardInterrupt:
        say("Smart speakers are no longer answered.")
    finally:
        signal.signal(signal.SIGTERM, before)


def _need_wyoming() -> None:
    if find_spec("wyoming") is None:
        raise ExtraMissing("wyoming", "voice")


@contextmanager
def _speakers(config: Config, say: Callable[[str], None]) -> Iterator[Callable[[Chatbot], None]]:
    """Serve smart speakers beside the page if they are set; give who takes the chatbot once it is there."""
    if not config.wyoming.uri:
        yield lambda bot: None
        return
    _need_wyoming()
    from chatbot.serve import wyoming

    with wyoming.beside(config, say) as given:
        yield given


class _Served:
    """An application on a port, until it is interrupted or cannot be opened."""

    def __init__(self, build: Callable[[], FastAPI], opened: Callable[[], None]) -> None:
        self._opening = Opening(build, opened, self._fail)
        self._cause: Exception | None = None
        self._server: Any = None

    def run(self, around: Callable[[ASGIApp], ASGIApp], listening: socket.socket) -> None:
        """Answer on a bound TCP socket.

        Raises:
            KeyboardInterrupt: When it was interrupted, after open connections were ended.
            ChatbotError: If the application cannot be built.
        """
        import uvicorn

        settings = uvicorn.Config(
            around(self._opening),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            backlog=_BACKLOG,
            timeout_keep_alive=_KEPT,
            # Of a spoken conversation: what was asked before is the longest message, and sound does not get smaller.
            ws_max_size=_LONGEST_MESSAGE,
            ws_per_message_deflate=False,
        )
        self._server = uvicorn.Server(settings)
        self._server.run(sockets=[listening])
        if self._cause is not None:
            raise self._cause

    def _fail(self, cause: Exception) -> None:
        self._cause, self._server.should_exit = cause, True


def _open(config: Config, say: Callable[[str], None]) -> Chatbot:
    told = 0
    for step in opening(config, say):
        if isinstance(step, Chatbot):
            return step
        percent = _percent(step)
        if percent >= told + _STEP:
            told = percent - percent % _STEP
            say(f"Indexing the documents: {told} %")
    raise CorpusEmpty(config.corpus_folder)


def _percent(step: Progress) -> int:
    return 100 * step.done // max(1, step.total)


def _bound(host: str, port: int) -> socket.socket:
    """Bind the port.

    Raises:
        ChatbotError: If that is not possible.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as cause:
        listening.close()
        raise ChatbotError(_why_not(host, port, cause)) from cause
    return listening


def _why_not(host: str, port: int, cause: OSError) -> str:
    if cause.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else port - 1
        return f"Port {port} on {host} is taken by another program. Stop that one, or choose another port: --port {other}"
    if cause.errno == errno.EACCES:
        return f"Port {port} may not be used by this user. Choose one above 1023, such as: --port 7860"
    reason = cause.strerror or str(cause)
    return f"The page cannot be served on {host}, port {port} ({reason}). Name an address of this machine: --host 127.0.0.1"


def _address(host: str, port: int) -> str:
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
