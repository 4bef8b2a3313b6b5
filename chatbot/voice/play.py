"""What is to be played, taken piece by piece by whatever plays it, on any thread."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from threading import Lock

from chatbot.types import Audio
from chatbot.voice.audio import from_numbers, numbers
from chatbot.voice.events import Saying

# Sound that stops at once clicks.
_FADE = 0.005


@dataclass(slots=True)
class _Piece:
    samples: bytes
    of: Saying | None
    at: int = 0
    """Bytes that were played."""


class Player:
    """A line of sounds of one rate, first in, first out."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._lock = Lock()
        self._line: deque[_Piece] = deque()
        self._begun: list[Saying] = []
        self._drawn: list[bytes] = []
        self._played = 0
        self._last: Saying | None = None
        self._held = self._edge = False

    def add(self, audio: Audio, of: Saying | None = None) -> None:
        """Put a sound at the end of the line.

        Args:
            audio: At this player's rate.
            of: What it says, or a part of that; None for what is no speech.
        """
        if audio.rate != self.rate:
            raise ValueError(f"sound of {audio.rate} Hz for a player of {self.rate} Hz")
        if audio.samples:
            with self._lock:
                self._line.append(_Piece(audio.samples, of))

    def draw(self, samples: int) -> bytes:
        """Return the next so many samples, silence where there are none; for the one who plays them."""
        with self._lock:
            edge, self._edge = self._edge, False
            if self._held:
                return self._silence(samples, edge)
            out, wanted = [], 2 * samples
            while wanted and self._line:
                piece = self._line[0]
                if piece.at == 0 and piece.of is not None and piece.of is not self._last:
                    self._begun.append(piece.of)
                    self._last = piece.of
                taken = piece.samples[piece.at : piece.at + wanted]
                piece.at += len(taken)
                wanted -= len(taken)
                self._played += len(taken) if piece.of is not None else 0
                out.append(taken)
                if piece.at >= len(piece.samples):
                    self._line.popleft()
            drawn = b"".join(out) + bytes(wanted)
            drawn = _faded(drawn, self.rate, rising=True) if edge else drawn
            self._drawn.append(drawn)
            return drawn

    def _silence(self, samples: int, edge: bool) -> bytes:
        """Return silence in place of what goes on later, after an end too short to hear if it just began."""
        left = b"".join(piece.samples[piece.at :] for piece in self._line) if edge else b""
        drawn = _faded(left, self.rate)[: 2 * samples].ljust(2 * samples, b"\0")
        self._drawn.append(drawn)
        return drawn

    def hold(self) -> None:
        """Play silence until `resume`; then it goes on where it was."""
        with self._lock:
            self._edge, self._held = not self._held, True

    def resume(self) -> None:
        """Go on where it was held."""
        with self._lock:
            self._edge, self._held = self._held and not self._edge, False

    @property
    def held(self) -> bool:
        """Whether silence is played in place of what waits."""
        with self._lock:
            return self._held

    def drawn(self) -> Audio:
        """Return what was drawn since the last call: what the microphone may hear by and by."""
        with self._lock:
            drawn, self._drawn = b"".join(self._drawn), []
        return Audio(drawn, self.rate)

    def begun(self) -> list[Saying]:
        """Return what began to be played since the last call."""
        with self._lock:
            begun, self._begun = self._begun, []
        return begun

    def stop(self) -> float:
        """Drop what was not played, but for a fade too short to hear; return how many seconds that were."""
        with self._lock:
            left = b"".join(piece.samples[piece.at :] for piece in self._line)
            self._line.clear()
            self._last = None
            if left and not self._held:
                self._line.append(_Piece(_faded(left, self.rate), None))
            self._held = self._edge = False
        return len(left) / 2 / self.rate

    def reset(self) -> float:
        """Return the seconds of speech that were played since the last call."""
        with self._lock:
            played, self._played, self._last = self._played, 0, None
        return played / 2 / self.rate

    @property
    def waiting(self) -> float:
        """Seconds that are still to be played."""
        with self._lock:
            return sum(len(piece.samples) - piece.at for piece in self._line) / 2 / self.rate


def _faded(samples: bytes, rate: int, rising: bool = False) -> bytes:
    """Return the fading beginning of a sound and nothing of the rest; or, rising, all of it with its beginning faded in."""
    import numpy as np

    length = 2 * round(_FADE * rate)
    end = Audio(samples[:length], rate)
    values = numbers(end)
    ramp = np.linspace(0, 1, len(values)) if rising else np.linspace(1, 0, len(values))
    return from_numbers(values * ramp, rate).samples + (samples[length:] if rising else b"")
