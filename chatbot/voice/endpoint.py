"""Likelihoods of speech to utterances: where one begins, where it ends, and its sound with nothing cut off."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from chatbot.types import Audio
from chatbot.voice.events import Began, Utterance


@dataclass(frozen=True, slots=True)
class Pauses:
    """When speech counts as begun and as ended; likelihoods 0 to 1, the rest in seconds."""

    begin: float = 0.5
    go_on: float = 0.35
    """Below `begin`, as the ends of words are faint."""
    onset: float = 0.09
    """Speech that must be there within `window` for a beginning; less is a click."""
    window: float = 0.2
    before: float = 0.4
    """Of sound kept from before the beginning was noticed."""
    shortest: float = 0.16
    """Speech in all, below which it was no utterance: a cough, a cup."""
    silence: float = 0.45
    """After speech, and the turn is over."""
    longest: float = 30.0


@dataclass(frozen=True, slots=True)
class Noise:
    """What had begun like speech was too short."""


class Endpoint:
    """Follows one stream of frames; a moment of it is the number of seconds since its beginning."""

    def __init__(self, pauses: Pauses | None = None) -> None:
        self.pauses = pauses or Pauses()
        self.now = 0.0
        self._before: deque[tuple[Audio, bool]] = deque()
        self._taken: list[Audio] = []
        self._begun: float | None = None
        self._start = self._last = 0.0
        self._spoken = 0.0

    @property
    def speaking(self) -> bool:
        """Whether an utterance has begun and not ended."""
        return self._begun is not None

    @property
    def pause(self) -> float:
        """Seconds since the last speech of the utterance that has begun; 0 without one."""
        return 0.0 if self._begun is None else self.now - self._last

    def feed(self, frame: Audio, likelihood: float) -> Began | Utterance | Noise | None:
        """Take the next frame and say what it changed.

        Args:
            frame: Some hundredths of a second of sound.
            likelihood: That it holds speech.
        """
        self.now += frame.seconds
        if self._begun is None:
            return self._wait(frame, likelihood)
        self._taken.append(frame)
        if likelihood >= self.pauses.go_on:
            self._last = self.now
            self._spoken += frame.seconds
        over = self.now - self._last >= self.pauses.silence - 1e-6
        if over or self.now - self._begun >= self.pauses.longest - 1e-6:
            return self.finish()
        return None

    def so_far(self) -> Utterance | None:
        """Return what was said until now, if it is enough for an utterance; it may go on."""
        if self._begun is None or self._spoken < self.pauses.shortest - 1e-6:
            return None
        return Utterance(_joined(self._taken), self._start, self._last, self.now)

    def finish(self) -> Utterance | Noise | None:
        """End the utterance here, as a released button does; None if none has begun."""
        if self._begun is None:
            return None
        utterance = self.so_far()
        self.reset()
        return utterance or Noise()

    def take_up(self, earlier: Audio) -> None:
        """Put what was said just before in front of the utterance that has begun, as the pause in it was none."""
        self._taken.insert(0, earlier)

    def begin(self) -> None:
        """Begin an utterance here, as a pressed button does, whatever the likelihoods say."""
        if self._begun is None:
            self._open(self.now, 0.0)
            self._spoken = self.pauses.shortest

    def reset(self) -> None:
        """Forget what was heard; the clock goes on."""
        self._before.clear()
        self._taken, self._begun, self._spoken = [], None, 0.0

    def _wait(self, frame: Audio, likelihood: float) -> Began | None:
        self._before.append((frame, likelihood >= self.pauses.begin))
        while sum(each.seconds for each, _ in self._before) - self._before[0][0].seconds >= self.pauses.before:
            self._before.popleft()
        heard, looked = 0.0, 0.0
        for each, speech in reversed(self._before):
            if looked >= self.pauses.window - 1e-6:
                break
            looked += each.seconds
            heard += each.seconds * speech
        # The frame at hand must be speech: an onset that has already faded is none.
        if likelihood < self.pauses.begin or heard < self.pauses.onset - 1e-6:
            return None
        self._open(self._first_speech(), heard)
        return Began(self._start)

    def _open(self, start: float, spoken: float) -> None:
        self._begun, self._start, self._last, self._spoken = self.now, start, self.now, spoken
        self._taken = [frame for frame, _ in self._before]
        self._before.clear()

    def _first_speech(self) -> float:
        at = self.now - sum(frame.seconds for frame, _ in self._before)
        for frame, speech in self._before:
            if speech:
                return at
            at += frame.seconds
        return at


def _joined(frames: list[Audio]) -> Audio:
    return Audio(b"".join(frame.samples for frame in frames), frames[0].rate if frames else 16_000)
