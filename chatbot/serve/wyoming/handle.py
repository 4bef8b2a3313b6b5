"""Text in, answer out: what Home Assistant calls a conversation agent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

from wyoming.event import Event
from wyoming.handle import Handled, HandledChunk, HandledStart, HandledStop, NotHandled

from chatbot.errors import ChatbotError, PeerError, QuestionError
from chatbot.language import detect
from chatbot.serve.wyoming.conversations import Conversations
from chatbot.serve.wyoming.framing import Peer
from chatbot.serve.wyoming.reply import Replying
from chatbot.serve.wyoming.words import words
from chatbot.types import Language
from chatbot.voice.memory import Memory
from chatbot.voice.phrases import phrases

_log = logging.getLogger(__name__)
# Home Assistant's are 26 characters.
_MAX_NAME = 200


class Handling:
    """The questions of one connection.

    A refusal is `handled`: that the documents do not say something is an answer, and Home Assistant shows `not-handled` as an
    error of the assistant. That is left to what could not be asked or answered; both have a sentence to be spoken.

    Args:
        peer: Who asks.
        replying: Who answers.
        conversations: What was said before, on this connection or another.
        longest: Characters of a question.
    """

    def __init__(self, peer: Peer, replying: Replying, conversations: Conversations, longest: int) -> None:
        self._peer, self._replying, self._conversations, self._longest = peer, replying, conversations, longest
        # Of one who gives it no name, for as long as the connection lasts.
        self._here = Memory()

    @property
    def takes(self) -> Mapping[str, Callable[[Event], None]]:
        """What to do with which events."""
        return {"transcript": self._transcript}

    def _transcript(self, event: Event) -> None:
        text, context = event.data.get("text"), event.data.get("context")
        if not isinstance(text, str):
            raise PeerError("A transcript without text. Send the question as text.")
        language = _language(text, event.data.get("language"))
        context = context if isinstance(context, dict) else None
        name = _name(context)
        if not text.strip() or len(text) > self._longest:
            said = words(language).too_long if text.strip() else phrases(language).again
            self._peer.send(_unhandled(said, context))
            return
        before = self._conversations.recall(name) if name else self._here
        reply = self._replying.reply(text, before, lasting=bool(name))
        try:
            with closing(reply):
                self._answer(reply, name, context)
        except QuestionError:
            self._peer.send(_unhandled(words(language).too_long, context))
        except OSError:
            raise
        except ChatbotError as error:
            _log.error("An answer failed: %s", error)
            self._peer.send(_unhandled(phrases(language).failed, context))
        except Exception:
            # A speaker that stays silent is worse than one that says that it failed. What was asked is not logged.
            _log.exception("An answer failed")
            self._peer.send(_unhandled(phrases(language).failed, context))

    def _answer(self, reply: Iterator[str | Memory], name: str, context: dict[str, Any] | None) -> None:
        """Send the sentences as they come, then the whole; whoever has that may ask on at once, so it is kept before."""
        sent: list[str] = []
        for step in reply:
            if isinstance(step, str):
                self._say(step, sent, context)
                continue
            self._here = step
            self._conversations.keep(name, step)
            whole = Handled("".join(sent), context).event()
            self._peer.send(*([] if sent else [HandledStart(context).event()]), whole, HandledStop().event())

    def _say(self, sentence: str, sent: list[str], context: dict[str, Any] | None) -> None:
        if self._peer.gone():
            raise ConnectionAbortedError("The asker has gone.")
        if not sentence:
            return
        gap = "" if not sent or detect(sent[-1][-1:] + sentence[:1]) == "ja" else " "
        chunk = HandledChunk(gap + sentence).event()
        self._peer.send(*([] if sent else [HandledStart(context).event()]), chunk)
        sent.append(gap + sentence)


def _unhandled(text: str, context: dict[str, Any] | None) -> Event:
    return NotHandled(text, context).event()


def _name(context: dict[str, Any] | None) -> str:
    name = (context or {}).get("conversation_id")
    return name if isinstance(name, str) and len(name) <= _MAX_NAME else ""


def _language(text: str, told: object) -> Language:
    """Return that of the text; what was told only counts where the text has no word that could tell."""
    if any(char.isalpha() for char in text):
        return detect(text)
    return "ja" if isinstance(told, str) and told.lower().startswith("ja") else "en"
