"""Real smart speakers: a server of the Wyoming protocol, as Home Assistant and satellites speak it."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from chatbot.config.wyoming import Address, WyomingConfig, address_of
from chatbot.serve.wyoming.announce import announced
from chatbot.serve.wyoming.conversations import Conversations
from chatbot.serve.wyoming.framing import Peer, PipeStream
from chatbot.serve.wyoming.info import info_of
from chatbot.serve.wyoming.parts import Made, Part, Parts
from chatbot.serve.wyoming.reply import Replying
from chatbot.serve.wyoming.server import Connections, listening
from chatbot.serve.wyoming.session import Shared, attend
from chatbot.spoken import aloud, spoken

__all__ = ["Made", "Part", "Parts", "over_stdio", "serving"]

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


def over_stdio(parts: Parts, limits: WyomingConfig) -> None:
    """Serve the program that started this one, until it closes our input."""
    attend(Peer(PipeStream(sys.stdin.fileno(), sys.stdout.fileno()), "stdin", math.inf), shared_by(parts, limits))


def shared_by(parts: Parts, limits: WyomingConfig) -> Shared:
    """Return what all connections have in common."""
    return Shared(
        info=info_of(parts),
        parts=parts,
        limits=limits,
        replying=Replying(parts.bot, limits.sentences, aloud),
        conversations=Conversations(limits.conversations, limits.remember),
        spoken=spoken,
        hears=threading.Lock(),
        speaks=threading.Lock(),
    )
