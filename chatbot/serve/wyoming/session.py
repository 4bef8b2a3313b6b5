"""One connection, from its first event to its last."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Info
from wyoming.ping import Pong

from chatbot.config.wyoming import WyomingConfig
from chatbot.errors import ChatbotError, PeerError
from chatbot.serve.wyoming.conversations import Conversations
from chatbot.serve.wyoming.framing import Peer
from chatbot.serve.wyoming.handle import Handling
from chatbot.serve.wyoming.hear import Hearing
from chatbot.serve.wyoming.parts import Parts
from chatbot.serve.wyoming.reply import Replying
from chatbot.serve.wyoming.speak import Speaking, Spoken

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shared:
    """What all connections have in common."""

    info: Info
    parts: Parts
    limits: WyomingConfig
    replying: Replying
    conversations: Conversations
    spoken: Spoken


def attend(peer: Peer, shared: Shared) -> None:
    """Answer events until there are no more; one that cannot be used, or answered, is the last.

    Raises:
        OSError: If the other end is gone.
    """
    takes = _takes(peer, shared)
    try:
        while (event := peer.receive()) is not None:
            # Those who speak a newer protocol send events that we do not know, and expect them to be passed over.
            if event.type in takes:
                takes[event.type](event)
    except PeerError as error:
        _log.warning("Closed %s: %s", peer.name, error)
        peer.end(Error(str(error)).event())
    except ChatbotError as error:
        _log.error("Closed %s: %s", peer.name, error)
        peer.end(Error(str(error)).event())


def _takes(peer: Peer, shared: Shared) -> dict[str, Callable[[Event], None]]:
    parts, limits = shared.parts, shared.limits
    handling = Handling(peer, shared.replying, shared.conversations, limits.text)
    hearing = Hearing(peer, parts.recognizer, parts.spotter, limits.audio_seconds)
    speaking = Speaking(peer, parts.speaker, shared.spoken, limits.text)
    return {
        "describe": lambda event: peer.send(shared.info.event()),
        "ping": lambda event: peer.send(_pong(event)),
        **handling.takes,
        **hearing.takes,
        **speaking.takes,
    }


def _pong(event: Event) -> Event:
    text = event.data.get("text")
    return Pong(text if isinstance(text, str) else None).event()
