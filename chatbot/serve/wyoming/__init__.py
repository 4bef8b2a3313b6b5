"""Real smart speakers: a server of the Wyoming protocol, as Home Assistant and satellites speak it."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext, suppress

from chatbot.config import Config
from chatbot.config.wyoming import Address, WyomingConfig, address_of
from chatbot.errors import ChatbotError, ConfigError
from chatbot.serve.wyoming.announce import announced
from chatbot.serve.wyoming.conversations import Conversations
from chatbot.serve.wyoming.framing import Peer, PipeStream
from chatbot.serve.wyoming.info import info_of
from chatbot.serve.wyoming.offered import offer
from chatbot.serve.wyoming.parts import Asked, Made, Part, Parts, once
from chatbot.serve.wyoming.reply import Replying
from chatbot.serve.wyoming.server import Connections, listening
from chatbot.serve.wyoming.session import Shared, attend
from chatbot.spoken import spoken

__all__ = ["Made", "Part", "Parts", "alone", "beside", "serving"]

_OPEN = (
    "Anyone who reaches {address} can ask and be answered there: Wyoming has no authentication. "
    "Keep it within the house, or bind this machine only: --wyoming tcp://127.0.0.1:{port}"
)


@contextmanager
def serving(parts: Parts, limits: WyomingConfig, say: Callable[[str], None]) -> Iterator[Address]:
    """Serve smart speakers while the context lasts; give the address with its port as it is.

    Args:
        parts: What is offered.
        limits: Where, and how much of everything.
        say: Told where it answers, and what its owner should know about that.

    Raises:
        ChatbotError: If nobody can listen there.
    """
    shared = shared_by(parts, limits)
    connections = Connections(lambda peer: attend(peer, shared), limits.connections, limits.idle)
    with listening(address_of(limits.uri), connections) as here:
        say(f"Smart speakers are answered on {here}")
        if not here.local:
            say(_OPEN.format(address=here, port=here.port))
        tell = limits.announce == "auto" and here.kind == "tcp" and not here.local
        with announced(here, say) if tell else nullcontext():
            yield here


@contextmanager
def beside(config: Config, say: Callable[[str], None]) -> Iterator[Callable[[Asked], None]]:
    """Serve smart speakers as they are set, while the context lasts; what they ask waits until the chatbot is given.

    Args:
        config: What is offered, where, and how much of everything.
        say: Told where it answers, and what its owner should know about that.

    Raises:
        ChatbotError: If nobody can listen there.
    """
    if address_of(config.wyoming.uri).kind == "stdio":
        raise ConfigError("stdio:// serves the program that started this one, and no page beside it. Add --no-page.")
    ready: Future[Asked] = Future()
    with serving(offer(config, ready.result, say), config.wyoming, say):
        try:
            yield ready.set_result
        finally:
            if not ready.done():
                # Who still waits for an answer is told that there will be none.
                ready.set_exception(ChatbotError("The server ended before the documents were read. Ask when it is up again."))


def alone(config: Config, opened: Callable[[], Asked], say: Callable[[str], None]) -> None:
    """Serve smart speakers, or over pipes the program that started this one, and nothing else; ends with the pipes.

    Args:
        config: What is offered, where, and how much of everything.
        opened: Reads the documents.
        say: See `beside`.

    Raises:
        ChatbotError: If the documents cannot be used or nobody can listen there.
        KeyboardInterrupt: When the process was interrupted.
    """
    if address_of(config.wyoming.uri).kind == "stdio":
        over_pipes(sys.stdin.fileno(), sys.stdout.fileno(), offer(config, once(opened), say), config.wyoming)
        return
    with beside(config, say) as given:
        given(opened())
        threading.Event().wait()


def over_pipes(source: int, target: int, parts: Parts, limits: WyomingConfig) -> None:
    """Serve whoever holds the other ends of two pipes, until the one that is read closes."""
    with suppress(BrokenPipeError):
        attend(Peer(PipeStream(source, target), "the program that started this one", math.inf), shared_by(parts, limits))


def shared_by(parts: Parts, limits: WyomingConfig) -> Shared:
    """Return what all connections have in common."""
    return Shared(
        info=info_of(parts),
        parts=parts,
        limits=limits,
        replying=Replying(parts.bot),
        conversations=Conversations(limits.conversations, limits.remember),
        spoken=spoken,
    )
