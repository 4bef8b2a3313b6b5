"""Sound at other rates and in frames, whole or as a stream."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from chatbot.types import Audio
from chatbot.voice.audio import FRAME, RATE, from_numbers, numbers


def join(pieces: Iterable[Audio], rate: int = RATE) -> Audio:
    """Return pieces one after the other, all at one rate."""
    return Audio(b"".join(resample(piece, rate).samples for piece in pieces), rate)


def resample(audio: Audio, rate: int) -> Audio:
    """Return the same sound at another rate, filtered so that nothing folds back."""
    if audio.rate == rate or not audio.samples:
        return Audio(audio.samples, rate)
    stream = Resampler(audio.rate, rate)
    return Audio(stream.push(audio).samples + stream.rest().samples, rate)


class Resampler:
    """One stream of sound from one rate to another, piece by piece as if it were whole."""

    def __init__(self, source: int, target: int) -> None:
        import numpy as np
        from scipy.signal import firwin

        shared = math.gcd(source, target)
        self._up, self._down = target // shared, source // shared
        self.source, self.target = source, target
        widest = max(self._up, self._down)
        # As scipy's resample_poly has it: ten zero crossings on both sides, Kaiser's window.
        self._half = 10 * widest
        self._filter = firwin(2 * self._half + 1, 1 / widest, window=("kaiser", 5.0)) * self._up
        self._context = -(-self._half // self._up)
        # Before the first sample there was silence.
        self._held = np.zeros(self._context, np.int16)
        self._first, self._next = -self._context, 0

    def push(self, audio: Audio) -> Audio:
        """Return as much of the sound at the new rate as can be told by now."""
        import numpy as np

        self._held = np.concatenate((self._held, numbers(audio)))
        return self._out(self._first + len(self._held) - self._context)

    def rest(self) -> Audio:
        """Return what was held back, the stream being at its end."""
        import numpy as np

        end = self._first + len(self._held)
        self._held = np.concatenate((self._held, np.zeros(self._context, np.int16)))
        return self._out(end)

    def _out(self, end: int) -> Audio:
        """Return the moments from the next one to before source sample `end`, each filtered with all its neighbours."""
        import numpy as np
        from scipy.signal import upfirdn

        last = -(-end * self._up // self._down)
        if last <= self._next:
            return Audio(b"", self.target)
        start = self._next * self._down // self._up - self._context
        used = self._held[start - self._first :].astype(np.float64)
        # Output m is where the filter's middle stands on position m * down of the signal with up - 1 zeros between samples.
        at = np.arange(self._next, last) * self._down - start * self._up + self._half
        shift = int(at[0]) % self._down
        dense = upfirdn(np.concatenate((np.zeros((-shift) % self._down), self._filter)), used, self._up, self._down)
        begin = (int(at[0]) + (-shift) % self._down) // self._down
        values = dense[begin : begin + len(at)]
        self._next = last
        keep = last * self._down // self._up - self._context
        self._held, self._first = self._held[keep - self._first :], keep
        return from_numbers(values, self.target)


class Frames:
    """Pieces of any length and rate to frames of one length and rate."""

    def __init__(self, rate: int = RATE, samples: int = FRAME) -> None:
        self._rate, self._size = rate, 2 * samples
        self._held = b""
        self._resampler: Resampler | None = None

    def push(self, audio: Audio) -> Iterator[Audio]:
        """Yield the frames that are full by now; all pieces of a stream have one rate."""
        if audio.rate != self._rate:
            if self._resampler is None or self._resampler.source != audio.rate:
                self._resampler = Resampler(audio.rate, self._rate)
            audio = self._resampler.push(audio)
        self._held += audio.samples
        whole = len(self._held) - len(self._held) % self._size
        full, self._held = self._held[:whole], self._held[whole:]
        for start in range(0, whole, self._size):
            yield Audio(full[start : start + self._size], self._rate)

    def rest(self) -> Iterator[Audio]:
        """Yield what is left, the last frame filled with silence."""
        if self._resampler is not None:
            self._held += self._resampler.rest().samples
        for start in range(0, len(self._held), self._size):
            yield Audio(self._held[start : start + self._size].ljust(self._size, b"\0"), self._rate)
        self._held, self._resampler = b"", None
