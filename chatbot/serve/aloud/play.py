"""The player of a conversation whose loudspeaker is elsewhere: sound is sent ahead, and what was played is told afterwards."""

from __future__ import annotations

from typing import Literal

from chatbot.types import Audio
from chatbot.voice.audio import FRAME, RATE
from chatbot.voice.events import Saying
from chatbot.voice.play import Player

Signal = Literal["hold", "resume"]
# Seconds of a piece that is sent: a piece is played once it is there as a whole.
_PIECE = 0.25


class FarPlayer(Player):
    """A line of sounds that somebody else plays. What stands in it was sent, and is not known to have been played."""

    def __init__(self, rate: int) -> None:
        super().__init__(rate)
        self.generation = 0
        self._leaving: list[bytes] = []
        self._signals: list[Signal] = []
        self._known = self._ahead = 0
        self._still = False

    def add(self, audio: Audio, of: Saying | None = None) -> None:
        """Put a sound at the end of the line, and among what is to be sent."""
        super().add(audio, of)
        step = 2 * round(_PIECE * self.rate)
        self._leaving += [audio.samples[at : at + step] for at in range(0, len(audio.samples), step)]

    def leaving(self) -> list[bytes]:
        """Return the pieces that are to be sent now, each once."""
        leaving, self._leaving = self._leaving, []
        return leaving

    def stop(self) -> float:
        """Drop what was not played; what is on its way, or was told too late, counts for nothing from now on."""
        dropped = super().stop()
        # The end of the sound is faded out where it is played.
        faded = round(self.waiting * self.rate)
        self.draw(faded)
        self._ahead += faded
        self._leaving, self._signals, self._still = [], [], False
        self.generation, self._known = self.generation + 1, 0
        return dropped

    def hold(self) -> None:
        """Let silence be played until `resume`. What was played before that came there is told later and counts."""
        if not self._still:
            self._still = True
            self._signals.append("hold")

    def resume(self) -> None:
        """Let it go on where it was held."""
        if self._still:
            self._still = False
            self._signals.append("resume")

    @property
    def held(self) -> bool:
        """Whether silence is to be played in place of what waits."""
        return self._still

    def signals(self) -> list[Signal]:
        """Return what else is to be sent now, each once."""
        signals, self._signals = self._signals, []
        return signals

    def told(self, generation: int, played: int) -> None:
        """Take note of how much was played by the time that a frame was heard.

        Args:
            generation: Of which sound.
            played: Samples of it, silence between its pieces not counted.
        """
        new = 0
        if generation == self.generation:
            new = max(0, min(played - self._known, round(self.waiting * self.rate)))
            self._known += new
        if new:
            self.draw(new)
        self._ahead += new - round(FRAME * self.rate / RATE)

    def drawn(self) -> Audio:
        """Return what was played during the last frame, silence where nothing was: time goes on there too."""
        played = super().drawn()
        silence, self._ahead = max(0, -self._ahead), max(0, self._ahead)
        return Audio(played.samples + bytes(2 * silence), self.rate)
