"""One spoken conversation of the chat page: what the page sends to what it is sent, without a network and without waiting."""

from __future__ import annotations

import logging
import math
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from chatbot.protocols import Detector
from chatbot.serve.aloud.messages import Frame, Hello, Wish
from chatbot.serve.aloud.play import FarPlayer
from chatbot.serve.aloud.shown import Telling
from chatbot.serve.told import latency
from chatbot.types import Audio, Turn
from chatbot.voice.audio import RATE, level
from chatbot.voice.events import Interrupted, Latency, Saying, State, Utterance, VoiceEvent
from chatbot.voice.loop import Loop
from chatbot.voice.manners import Manners
from chatbot.voice.turn import Parts, Step, Steps
from chatbot.voice.work import Threaded, Work

_log = logging.getLogger(__name__)
Out = dict[str, Any] | bytes
# How loud its tones are where it always listens, as then nobody looks; a button that is held says by itself that it listens.
_TONES = 0.15
_HEAD = struct.Struct("<I")
# In dB below full scale, no voice is so faint; frames that are listened to after the last one above it, as words end faintly.
_FAINT, _AFTER = -65.0, 31
# Seconds in which nothing of what is to be played was played.
_STUCK = 10.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When a conversation is closed in which nobody speaks; seconds of sound."""

    open: float = 300.0
    """Where it always listens."""
    held: float = 90.0
    """Where it listens while a button is held."""


@dataclass(frozen=True, slots=True)
class Ear:
    """What a conversation needs besides what the page says."""

    parts: Parts
    detector: Detector
    rate: int
    """Samples a second of what is spoken."""
    manners: Manners = Manners()
    limits: Limits = Limits()
    trouble: Callable[[], str] = str
    """Says why the last question was not answered, if there is more to say than that it failed."""
    timed: Callable[[Latency], None] = lambda event: None
    work: Callable[[Steps], Work[Step]] = Threaded


class _Attentive:
    """Hears nothing at rest, where a button is waited for, and spares the detector the silence that browsers make of pauses."""

    def __init__(self, detector: Detector) -> None:
        self._detector, self.rests = detector, False
        self._left = 0

    def speech(self, frame: Audio) -> float:
        if self.rests:
            return 0.0
        self._left = _AFTER if level(frame) > _FAINT else max(0, self._left - 1)
        return self._detector.speech(frame) if self._left else 0.0


class Session:
    """One conversation. Everything is called from one thread."""

    def __init__(self, ear: Ear, hello: Hello) -> None:
        self.player = FarPlayer(ear.rate)
        self._ear, self._telling = ear, Telling(hello.language, hello.number, ear.trouble)
        self._ears = _Attentive(ear.detector)
        self._loop = Loop(ear.parts, self._ears, self.player, self._manners(hello.open), None, ear.work)
        self._past: tuple[Turn, ...] | None = None
        self._before = hello.past
        self._loop.memory = replace(self._loop.memory, language=hello.language, past=hello.past)
        self._active = self._moved = self._ended = 0.0
        self._waiting = 0.0
        self._decided: float | None = None

    @property
    def over(self) -> bool:
        """Whether nobody has spoken or done anything for so long that it should end."""
        limits = self._ear.limits
        return self._loop.now - self._active > (limits.open if self._open else limits.held)

    def begin(self) -> Iterator[Out]:
        """Yield what the page is told first."""
        yield {"kind": "ready", "rate": self.player.rate}
        yield {"kind": "state", "name": self._loop.state}

    def hear(self, frame: Frame) -> Iterator[Out]:
        """Take a frame of the microphone and yield what comes of it."""
        self.player.told(frame.generation, frame.played)
        self._ears.rests = self._loop.state == "idle"
        for event in self._loop.hear(Audio(frame.samples, RATE)):
            yield from self._tell(event)
        yield from self._sound()
        if self._stuck():
            yield from self.do(Wish("hush"))
        self._lean()
        if not self._loop.resting:
            self._active = self._loop.now

    def do(self, wish: Wish) -> Iterator[Out]:
        """Do what somebody wants and yield what comes of it."""
        self._active = self._loop.now
        if wish.name == "talk":
            self._past = wish.past
            self._lean()
            return
        does: dict[str, Callable[[], Iterator[VoiceEvent]]] = {
            "press": self._loop.press,
            "release": self._loop.release,
            "call": self._call,
            "hush": self._hush,
            "mute": self._loop.mute,
            "unmute": self._loop.unmute,
            "open": lambda: self._listen(True),
            "close": lambda: self._listen(False),
        }
        for event in does[wish.name]():
            yield from self._tell(event)
        yield from self._sound()

    def close(self) -> None:
        """End it, and whatever is at work for it."""
        self._loop.close()

    @property
    def _open(self) -> bool:
        return self._loop.manners.mode == "open"

    def _manners(self, open: bool) -> Manners:
        # What was said stands on the page, and is forgotten only with it.
        usual = replace(self._ear.manners, forget=math.inf)
        return replace(usual, mode="open", earcons=_TONES) if open else replace(usual, mode="wake", earcons=0.0)

    def _listen(self, open: bool) -> Iterator[VoiceEvent]:
        self._loop.manners = self._manners(open)
        if open and self._loop.state == "idle":
            yield from self._loop.call()
        elif not open and self._loop.state == "listening":
            yield from self._hush()

    def _call(self) -> Iterator[VoiceEvent]:
        """Listen until somebody has spoken, whatever a button that was pressed until now began."""
        yield from self._hush()
        yield from self._loop.call()

    def _hush(self) -> Iterator[VoiceEvent]:
        """Fall silent; what a held button began is forgotten."""
        muted = self._loop.state == "muted"
        for event in self._loop.mute():
            if not isinstance(event, State):
                yield event
        if not muted:
            yield from self._loop.unmute()

    def _stuck(self) -> bool:
        """Whether what was sent is not being played, as where a browser lets no sound out."""
        if self.player.waiting != self._waiting:
            self._waiting, self._moved = self.player.waiting, self._loop.now
        return self._waiting > 0 and self._loop.now - self._moved > _STUCK

    def _tell(self, event: VoiceEvent) -> Iterator[Out]:
        match event:
            case Utterance():
                self._decided, self._ended = time.perf_counter(), event.decided
                self._before = self._loop.memory.past
            case Interrupted():
                yield {"kind": "drop", "generation": self.player.generation}
                if event.by == "speech" and not event.played and self._loop.now - self._ended <= self._ear.manners.rejoin:
                    # Who goes on so soon had not ended: what was asked was only its beginning.
                    self._loop.memory = replace(self._loop.memory, past=self._before)
                    yield from self._telling.withdraw()
            case Latency():
                _log.info("turn %s", latency(event))
                self._ear.timed(event)
            case Saying():
                yield from self._sounding()
            case _:
                pass
        yield from self._telling.tell(event)

    def _lean(self) -> None:
        """Lean on what stands on the page: something may have been asked in writing meanwhile, or taken away."""
        if self._past is not None and self._loop.state in ("idle", "listening", "muted"):
            self._loop.memory, self._past = replace(self._loop.memory, past=self._past), None

    def _sounding(self) -> Iterator[Out]:
        """Tell how long after the end of a turn its reply was heard, the way there and back included."""
        if self._decided is not None:
            told, self._decided = round(1000 * (time.perf_counter() - self._decided), 1), None
            _log.info("turn heard %s ms after its end was decided", told)
            yield {"kind": "sounding", "ms": told}

    def _sound(self) -> Iterator[Out]:
        head = _HEAD.pack(self.player.generation)
        for samples in self.player.leaving():
            yield head + samples
        for signal in self.player.signals():
            yield {"kind": signal}
