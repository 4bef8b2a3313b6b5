"""A spoken conversation, frame by frame: who speaks now, what is played, when a turn begins and when one is cut short.

Nothing here waits, and no clock is read: time is the number of frames heard. Whatever plays draws from `player`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from chatbot.protocols import Detector, Spotter
from chatbot.types import Audio, Done
from chatbot.voice.earcons import Earcon, earcon
from chatbot.voice.early import Early
from chatbot.voice.echo import Echo
from chatbot.voice.endpoint import Endpoint, Noise
from chatbot.voice.events import (
    Began,
    Cause,
    Commanded,
    Ended,
    Failed,
    Interrupted,
    Latency,
    Replied,
    Said,
    State,
    StateName,
    Utterance,
    VoiceEvent,
    Woken,
)
from chatbot.voice.hush import Hush
from chatbot.voice.manners import Manners
from chatbot.voice.memory import Memory
from chatbot.voice.play import Player
from chatbot.voice.turn import Parts, Sound, Step, Steps, turn
from chatbot.voice.work import Inline, Work

# Who has called it has spoken in the last so many seconds; else it has heard itself.
_JUST_NOW = 0.5


class Loop:
    """One conversation. Frames come from one thread; `player` may be drawn from another."""

    def __init__(
        self,
        parts: Parts,
        detector: Detector,
        player: Player,
        manners: Manners | None = None,
        spotter: Spotter | None = None,
        work: Callable[[Steps], Work[Step]] = Inline,
    ) -> None:
        """Begin a conversation.

        Args:
            parts: What recognises, answers and speaks.
            detector: Of this stream.
            player: Where sound goes.
            manners: The usual ones if None.
            spotter: Of this stream; None where it is not called by a word.
            work: Where a turn is worked out.
        """
        self.player, self.manners, self.memory = player, manners or Manners(), Memory()
        self.state: StateName = "listening" if self.manners.mode == "open" else "idle"
        self._parts, self._detector, self._spotter, self._new_work = parts, detector, spotter, work
        self._endpoint, self._echo = Endpoint(self.manners.pauses), Echo()
        self._work: Work[Step] | None = None
        self._early = Early(lambda utterance: work(turn(parts, utterance, self.memory)), self.manners.early)
        self._last: Utterance | None = None
        self._quiet_since = self._near = 0.0
        self._hush = Hush(player)
        self._held = self._sounded = False
        self._stopping = self._answered = False

    @property
    def now(self) -> float:
        """Seconds of sound that were heard."""
        return self._endpoint.now

    @property
    def resting(self) -> bool:
        """Whether nothing is being said, worked out or played."""
        busy = self._work is not None or self.state in ("thinking", "speaking")
        return not busy and self.player.waiting == 0 and not self._endpoint.speaking

    def hear(self, frame: Audio) -> Iterator[VoiceEvent]:
        """Take the next 512 samples of 16 kHz from the microphone and yield what comes of them."""
        near = self._echo.near(frame, self.player.drawn())
        if self.state == "muted":
            self._endpoint.now += frame.seconds
            return
        likelihood = self._detector.speech(frame)
        yield from self.player.begun()
        self._near = self.now if near else self._near
        called = self._spotter is not None and self._spotter.spot(frame) and self.now - self._near <= _JUST_NOW
        if called and self.manners.mode == "wake":
            yield from self._wake("wake")
        yield from self._listen(frame, likelihood if near else 0.0)
        yield from self._take()
        yield from self._settle()

    @property
    def holding(self) -> bool:
        """Whether the button is held."""
        return self._held

    def call(self) -> Iterator[VoiceEvent]:
        """Listen, as if its name had been said; what is being said stops."""
        if self.state != "muted":
            yield from self._wake("wake")

    def press(self) -> Iterator[VoiceEvent]:
        """Begin to listen, as a button that is pressed says; what is being said stops."""
        if self.state != "muted":
            yield from self._wake("stop")
            self._held = True
            self._endpoint.begin()

    def release(self) -> Iterator[VoiceEvent]:
        """End the turn, as a button that is let go says."""
        if self._held:
            self._held = False
            yield from self._heard(self._endpoint.finish())

    def mute(self) -> Iterator[VoiceEvent]:
        """Hear nothing and say nothing until `unmute`."""
        if self.state != "muted":
            yield from self._stop("mute")
            self._endpoint.reset()
            self._held = False
            yield from self._become("muted")

    def unmute(self) -> Iterator[VoiceEvent]:
        """Hear again."""
        if self.state == "muted":
            self._quiet_since = self.now
            yield from self._become("listening" if self.manners.mode == "open" else "idle")

    def close(self) -> None:
        """End the conversation and whatever is at work for it."""
        self._drop()
        self.player.stop()
        self.state = "listening" if self.manners.mode == "open" else "idle"

    def _wake(self, by: Cause) -> Iterator[VoiceEvent]:
        yield from self._stop(by)
        self._endpoint.reset()
        yield Woken()
        self._sound("listening")
        self._quiet_since = self.now
        yield from self._become("listening")

    def _listen(self, frame: Audio, likelihood: float) -> Iterator[VoiceEvent]:
        deaf = self.manners.mode == "push" and not self._held
        if deaf or (self.state == "idle" and not self._parts.names):
            self._endpoint.now += frame.seconds
            return
        step = self._endpoint.feed(frame, 1.0 if self._held else likelihood)
        if self.state == "idle":
            self._overhear(step)
            return
        self._hush.follow(likelihood, frame.seconds)
        self._early.follow(self._endpoint)
        match step:
            case Began():
                yield step
                yield from self._stop("speech")
                yield from self._become("listening")
            case Utterance():
                yield from self._heard(step)
            case Noise():
                self._quiet_since = self.now

    def _heard(self, utterance: Utterance | Noise | None) -> Iterator[VoiceEvent]:
        self._quiet_since = self.now
        if not isinstance(utterance, Utterance):
            yield from self._become("listening")
            return
        yield utterance
        self._sound("heard")
        self._take_on(utterance)
        yield from self._become("thinking")

    def _overhear(self, step: Began | Utterance | Noise | None) -> None:
        """Find out whether it was called by what somebody said, and only then let it be known."""
        if isinstance(step, Utterance):
            self._drop()
            self._take_on(step, overheard=True)

    def _take_on(self, utterance: Utterance, overheard: bool = False) -> None:
        self._last, self._sounded, self._stopping, self._answered = utterance, False, False, False
        self.player.reset()
        begun = None if overheard else self._early.take(utterance)
        self._work = begun or self._new_work(turn(self._parts, utterance, self.memory, overheard))

    def _drop(self) -> None:
        self._early.drop()
        if self._work is not None:
            self._work.close()
            self._work = None

    def _stop(self, by: Cause) -> Iterator[VoiceEvent]:
        """Drop what is being worked out and what was not played."""
        if self.state == "idle" or (self._work is None and self.player.waiting == 0):
            self._drop()
            return
        thinking = self._work is not None and not self._sounded
        self._drop()
        dropped = self.player.stop()
        yield Interrupted(by, round(self.player.reset(), 3), round(dropped, 3))
        last = self._last
        if by == "speech" and thinking and last and self.now - last.decided <= self.manners.rejoin and self._endpoint.speaking:
            self._endpoint.take_up(last.audio)

    def _take(self) -> Iterator[VoiceEvent]:
        """Take what the turn has come to: all of the answer at once, its sound as far as it is wanted."""
        if self._work is None or (self._answered and self.player.waiting > self.manners.ahead):
            return
        try:
            sounds = False
            while not sounds and (steps := self._work.take()):
                sounds = any(isinstance(step, Sound) for step in steps)
                for step in steps:
                    yield from self._note(step)
        except Exception as error:
            # One turn that breaks must not end the conversation.
            yield Failed(f"The turn failed ({error!r}). Ask again.")
            self._sound("error")

    def _note(self, step: Step) -> Iterator[VoiceEvent]:
        match step:
            case Memory():
                self.memory = step
                return
            case Sound():
                self._sounded = True
                self.player.add(step.audio, step.of)
                yield from self._become("speaking")
                return
            case Failed():
                self._sound("error")
            case Woken() if self.state == "idle":
                yield step
                yield from self._become("thinking")
                return
            case Commanded(name="stop"):
                self._stopping = True
            case Replied(event=Done()):
                self._answered = True
            case Latency() if self._last is not None:
                step = step.since(1000 * (self._last.decided - self._last.end))
            case _:
                pass
        yield step

    def _settle(self) -> Iterator[VoiceEvent]:
        """Go on to listening once all is said, and to rest once nothing follows."""
        if self._work is not None and self._work.done:
            self._work = None
        if self._work is None and self.state in ("thinking", "speaking") and self.player.waiting == 0:
            if self._sounded:
                yield Said(round(self.player.reset(), 3))
            self._quiet_since = self.now
            yield from self._become("listening")
            if self._stopping:
                yield from self._end("stop")
        elif self.state == "listening" and not self._endpoint.speaking:
            wake = self.manners.mode == "wake"
            if self.now - self._quiet_since >= (self.manners.follow_up if wake else self.manners.forget):
                yield from self._end("silence")

    def _end(self, by: Literal["stop", "silence"]) -> Iterator[VoiceEvent]:
        self._quiet_since, self._stopping = self.now, False
        if self.memory.past or by == "stop" or self.manners.mode == "wake":
            self.memory = replace(Memory(), language=self.memory.language, pace=self.memory.pace)
            yield Ended(by)
        yield from self._become("listening" if self.manners.mode == "open" else "idle")

    def _sound(self, name: Earcon) -> None:
        self.player.add(earcon(name, self.player.rate, self.manners.earcons))

    def _become(self, state: StateName) -> Iterator[VoiceEvent]:
        if self.state != state:
            self.state = state
            yield State(state)
