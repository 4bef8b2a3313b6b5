"""The program's own voice in its microphone: whether a frame holds more than what is being played.

By level and band, not by phase: it holds with any delay, room or clock of a sound card. What was played is smeared as a room
smears it; how loud each band of it comes back is learned while it plays; a person is what stands out above that in many
bands at once. Where the frames of the last third of a second rise and fall as the played ones do, they are those.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chatbot.types import Audio
from chatbot.voice.audio import FRAME, RATE, numbers
from chatbot.voice.rates import Frames

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bands = NDArray[np.float64]

_BANDS, _LOWEST, _HIGHEST = 20, 150.0, 7000.0
# All levels are in dB below full scale, all times in frames of 32 ms.
_FLOOR, _AUDIBLE = -100.0, -65.0
# The latest that a sound card gives back what was drawn for it, and what a room adds: 60 dB in 0.6 s.
_LATEST, _DECAY = 16, 3.0
_HISTORY, _SHORT = 64, 10
# Less sound than this tells no delay.
_EVIDENCE = 40
# How loud it comes back before anything is known: louder than it was played.
_UNKNOWN, _USUAL, _BELIEF, _FORGET = 6.0, -40.0, 8, 1 - 1 / 96
# A level so far above the expected one does not come of chance, in so many of the bands.
_MARGIN, _SHARE = 6.0, 0.3
_NOISE_MARGIN = 9.0
_TOLD = 30.0
_DELAY_KNOWN, _SAME = 0.5, 0.75


class Echo:
    """Compares one stream of a microphone with what was drawn to be played meanwhile; both in frames of 32 ms."""

    def __init__(self) -> None:
        import numpy as np

        self._frames = Frames(RATE, FRAME)
        self._played = np.full((_HISTORY + _LATEST, _BANDS), _FLOOR)
        self._heard = np.full((_HISTORY, _BANDS), _FLOOR)
        # Played and heard, as powers.
        self._sums = np.full((2, _BANDS), _BELIEF * 10 ** (_USUAL / 10))
        self._sums[1] *= 10 ** (_UNKNOWN / 10)
        self._noise = np.full(_BANDS, -60.0)
        self._delay: int | None = None
        self._count = 0

    @property
    def sounding(self) -> bool:
        """Whether what was played may still be heard."""
        return bool(self._played[-_LATEST:].max() > _AUDIBLE)

    def near(self, frame: Audio, drawn: Audio) -> bool:
        """Return whether there is more in a frame of the microphone than what was played.

        Args:
            frame: 512 samples of 16 kHz.
            drawn: What was drawn for the loudspeaker since the last frame, at any rate, in any number of samples.
        """
        heard = _levels(frame)
        for played in self._frames.push(drawn):
            self._push(_levels(played))
        self._heard[:-1], self._heard[-1] = self._heard[1:].copy(), heard
        if not self.sounding:
            self._listen(heard)
            return True
        self._count += 1
        if self._count >= _EVIDENCE and self._count % 8 == 0:
            self._find_delay()
        return self._compare(heard)

    def _push(self, levels: Bands) -> None:
        import numpy as np

        smeared = np.maximum(levels, self._played[-1] - _DECAY)
        self._played[:-1], self._played[-1] = self._played[1:].copy(), smeared

    def _listen(self, heard: Bands) -> None:
        """Follow the noise of the room: down at once, up slowly, so that speech does not count."""
        import numpy as np

        self._noise = np.where(heard < self._noise, 0.8 * self._noise + 0.2 * heard, self._noise + 0.05)

    def _compare(self, heard: Bands) -> bool:
        import numpy as np

        least, most = self._lags()
        window = self._played[len(self._played) - 1 - most : len(self._played) - least]
        high = window.max(axis=0)
        gain = 10 * np.log10(self._sums[1] / self._sums[0])
        expected = np.maximum(high + gain + _MARGIN, self._noise + _NOISE_MARGIN)
        share = float(np.mean(heard > expected))
        own = share >= _SHARE and self._likeness(_SHORT, self._delay or 0) >= _SAME if self._delay is not None else False
        if share < _SHARE or own:
            self._learn(heard, high)
        return share >= _SHARE and not own

    def _lags(self) -> tuple[int, int]:
        return (0, _LATEST) if self._delay is None else (max(0, self._delay - 1), self._delay + 2)

    def _learn(self, heard: Bands, high: Bands) -> None:
        """Add a frame without anybody in it to what each band was played at and came back at."""
        self._sums *= _FORGET
        self._sums += 10 ** (high / 10), 10 ** (heard / 10)

    def _find_delay(self) -> None:
        likeness = [self._likeness(_HISTORY, lag) for lag in range(_LATEST)]
        best = max(range(_LATEST), key=lambda lag: likeness[lag])
        if likeness[best] >= _DELAY_KNOWN:
            self._delay = best

    def _likeness(self, frames: int, lag: int) -> float:
        """Return the correlation, -1 to 1, of how the bands rose and fell in the last frames, heard and played `lag` before."""
        import numpy as np

        end = len(self._played) - lag
        played = self._played[end - frames : end]
        heard = np.maximum(self._heard[-frames:], self._noise + 3)
        # A band that comes back weakly must not make two like things differ.
        played = np.maximum(played, played.max(axis=0) - _TOLD)
        heard, played = heard - heard.mean(axis=0), played - played.mean(axis=0)
        norm = float(np.sqrt((heard**2).sum() * (played**2).sum()))
        return float((heard * played).sum()) / norm if norm > 1.0 else 0.0


def _levels(frame: Audio) -> Bands:
    """Return (20,) float64: the level in each band."""
    import numpy as np

    if not frame.samples.strip(b"\0"):
        return np.full(_BANDS, _FLOOR)
    window, bands = _tables(len(frame.samples) // 2)
    spectrum = np.abs(np.fft.rfft(numbers(frame) * window)) ** 2
    return np.maximum(_FLOOR, 10 * np.log10(bands @ spectrum + 1e-12))  # type: ignore[no-any-return]


@lru_cache(maxsize=4)
def _tables(samples: int) -> tuple[Any, Any]:
    """Return the window of a frame and what sums its spectrum to bands, so that a full-scale tone is at about 0 dB."""
    import numpy as np

    window = np.hanning(samples)
    edges = np.geomspace(_LOWEST, _HIGHEST, _BANDS + 1)
    frequencies = np.fft.rfftfreq(samples, 1 / RATE)
    bands = ((frequencies >= edges[:-1, None]) & (frequencies < edges[1:, None])).astype(np.float64)
    for band, middle in zip(bands, np.sqrt(edges[:-1] * edges[1:]), strict=True):
        # The lowest bands are narrower than the step of the spectrum.
        band[np.argmin(np.abs(frequencies - middle))] = 1.0
    return window, bands / (32768 * window.sum() / 2) ** 2
