"""Sound to what PocketSphinx compares: cepstra, evened out so that neither the voice nor the room nor the device shifts them.

Its own front end takes sound as it is. Sound without any noise then looks unlike all that its model was made of, and a voice
with sharp resonances, or one in an echoing room, spreads its cepstra wider or narrower than the model expects.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from chatbot.types import Audio
from chatbot.voice.audio import RATE, numbers
from chatbot.voice.echoless import without_echo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# As feat.params of the model en-us has it.
_FILTERS, _LOWEST, _HIGHEST, _LIFTER, _CEPSTRA = 25, 130.0, 6800.0, 22, 13
_WINDOW, _STEP, _POINTS, _EMPHASIS, _LEAST = 410, 160, 512, 0.97, 1e-4
# How widely the cepstra of speech spread in the model en-us: the root of the variance over all its Gaussians, `means` and
# `variances`, static stream.
_SPREAD = (12.06, 15.82, 13.55, 18.28, 16.98, 14.78, 16.10, 15.55, 14.91, 14.87, 13.55, 12.81, 11.97)
# Level (root of the mean square) that all sound is brought to, and how far below it the faintest noise lies, in dB.
_LOUDNESS, _FAINTEST = 1000.0, 34.0
# Speech is at most so many dB fainter than its loudest moments, and so much louder than the noise around it.
_RANGE, _ABOVE = 30.0, 6.0
_AROUND = 0.2
# Percent of the frames that are taken for noise, and the share that is left at least of each.
_FAINT, _LEFT = 10.0, 0.1
# Sound below so many dB of full scale, or as even as this from moment to moment, is nobody's speech.
_SILENCE, _EVEN = -60.0, 9.0


def features(audio: Audio) -> NDArray[np.float32] | None:
    """Return the cepstra of speech, without the silence around it.

    Args:
        audio: One utterance at RATE.

    Returns:
        (frames, 13) float32, 100 frames a second; None if nothing in it can be speech.
    """
    import numpy as np

    values = numbers(audio).astype(np.float64)
    spoken = _spoken(values - values.mean()) if len(values) >= _WINDOW + _STEP else None
    if spoken is None:
        return None
    spoken = without_echo(spoken)
    spoken *= _LOUDNESS / np.sqrt((spoken**2).mean())
    # The same noise for the same sound, so that what is heard twice is heard alike.
    noise = np.random.default_rng(len(spoken)).standard_normal(len(spoken))
    cepstra = _cepstra(spoken + noise * _LOUDNESS * 10 ** (-_FAINTEST / 20))
    cepstra -= cepstra.mean(axis=0)
    return np.asarray(cepstra * (np.array(_SPREAD) / np.maximum(cepstra.std(axis=0), 1e-3)), np.float32)


def _spoken(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the part from the first to the last moment of speech, and a little around it."""
    import numpy as np

    moments = values[: len(values) // _STEP * _STEP].reshape(-1, _STEP)
    loud = 10 * np.log10((moments**2).mean(axis=1) / 32768**2 + 1e-12)
    faintest, loudest = np.percentile(loud, (5, 95))
    if loudest < _SILENCE or loudest - faintest < _EVEN:
        return None
    speech = np.flatnonzero(loud > max(loudest - _RANGE, faintest + _ABOVE))
    around = round(_AROUND * RATE)
    return values[max(0, speech[0] * _STEP - around) : (speech[-1] + 1) * _STEP + around].copy()


def _cepstra(values: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    sharp = np.append(values[0], values[1:] - _EMPHASIS * values[:-1])
    frames = np.lib.stride_tricks.sliding_window_view(sharp, _WINDOW)[::_STEP]
    power = np.abs(np.fft.rfft(frames * np.hamming(_WINDOW), _POINTS, axis=1)) ** 2
    filters, cosines = _tables()
    return np.asarray(np.log(_without_noise(power @ filters.T) + _LEAST) @ cosines.T)


def _without_noise(energies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the mean of the faintest frames from all of them; (frames, filters).

    Source: Boll, «Suppression of acoustic noise in speech using spectral subtraction», IEEE Transactions on Acoustics, Speech,
    and Signal Processing, 1979.
    """
    import numpy as np

    whole = energies.sum(axis=1)
    noise = energies[whole <= np.percentile(whole, _FAINT)].mean(axis=0)
    return np.asarray(np.maximum(energies - noise, _LEFT * energies))


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mel filters, (25, 257), and the cosines with the lifter, (13, 25), as SphinxBase makes them."""
    import numpy as np

    step = RATE / _POINTS
    lowest, highest = (2595 * math.log10(1 + edge / 700) for edge in (_LOWEST, _HIGHEST))
    edges = np.rint(700 * (10 ** (np.linspace(lowest, highest, _FILTERS + 2) / 2595) - 1) / step) * step
    low, middle, high = (edges[at : at + _FILTERS, None] for at in range(3))
    at = np.arange(_POINTS // 2 + 1) * step
    rise, fall = (at - low) / (middle - low), (high - at) / (high - middle)
    filters = np.maximum(0, np.minimum(rise, fall)) * 2 / (high - low)
    order = np.arange(_CEPSTRA)[:, None]
    cosines = np.cos(np.pi * order * (np.arange(_FILTERS) + 0.5) / _FILTERS) * np.sqrt(np.where(order, 2, 1) / _FILTERS)
    return filters, cosines * (1 + _LIFTER / 2 * np.sin(np.pi * order / _LIFTER))
