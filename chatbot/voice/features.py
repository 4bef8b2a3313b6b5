"""Sound to what PocketSphinx compares: cepstra, evened out so that neither the voice nor the room nor the device shifts them.

Its own front end takes sound as it is. Sound without any noise then looks unlike all that its model was made of, and a voice
with sharp resonances, or one in an echoing room, spreads its cepstra wider or narrower than the model expects.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from chatbot.types import Audio
from chatbot.voice.audio import RATE, numbers
from chatbot.voice.echoless import without_echo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Clear = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
    """From the logarithms of energies, (frames, WIDE) and (frames, FILTERS), to the latter as they would be without noise."""

WIDE = 64
"""Filters over all frequencies, of what is looked at to tell speech from noise."""
FILTERS = 25
"""Filters that the cepstra are made of."""
# As feat.params of the model en-us has it.
_LOWEST, _HIGHEST, _LIFTER, _CEPSTRA = 130.0, 6800.0, 22, 13
_WINDOW, _STEP, _POINTS, _EMPHASIS, _LEAST = 410, 160, 512, 0.97, 1e-4
SPREAD = (12.06, 15.82, 13.55, 18.28, 16.98, 14.78, 16.10, 15.55, 14.91, 14.87, 13.55, 12.81, 11.97)
"""How widely the cepstra of speech spread in the model en-us: the root of the variance over all Gaussians, static stream."""
# Level (root of the mean square) that all sound is brought to, and how far below it the faintest noise lies, in dB.
_LOUDNESS, _FAINTEST = 1000.0, 34.0
# Speech is at most so many dB fainter than its loudest moments, and so much louder than the noise around it.
_RANGE, _ABOVE = 30.0, 6.0
_AROUND = 0.2
# Percent of the frames that are taken for noise, and the share that is left at least of each.
_FAINT, _LEFT = 10.0, 0.1
# What is taken from the logarithms of energies (root of the mean square) where there was no noise, and where there was: the
# development questions of benchmarks/voice_recognition.py have 0.84 to 1.03 without a room, 1.28 and more even in a quiet one.
_LITTLE, _MUCH = 1.05, 1.25
# Sound below so many dB of full scale, or as even as this from moment to moment, is nobody's speech.
_SILENCE, _EVEN = -60.0, 9.0


def features(audio: Audio, clear: Clear | None = None) -> NDArray[np.float32] | None:
    """Return the cepstra of speech, without the silence around it.

    Args:
        audio: One utterance at RATE.
        clear: Takes away noise and echo; None to take the faintest moments for noise, and that away.

    Returns:
        (frames, 13) float32, 100 frames a second; None if nothing in it can be speech.
    """
    import numpy as np

    values = numbers(audio).astype(np.float64)
    values -= values.mean() if len(values) else 0.0
    where = spoken(values)
    if where is None:
        return None
    speech = without_echo(values[where].copy())
    # The same noise for the same sound, so that what is heard twice is heard alike.
    wide, narrow = energies(speech, np.random.default_rng(len(speech)))
    plain = _without_noise(narrow)
    cepstra = (_blended(plain, clear(wide, narrow)) if clear else plain) @ cosines().T
    cepstra -= cepstra.mean(axis=0)
    return np.asarray(cepstra * (np.array(SPREAD) / np.maximum(cepstra.std(axis=0), 1e-3)), np.float32)


def spoken(values: NDArray[np.float64]) -> slice | None:
    """Return the part from the first to the last moment of speech, and a little around it; None if nothing can be speech."""
    import numpy as np

    if len(values) < _WINDOW + _STEP:
        return None
    moments = values[: len(values) // _STEP * _STEP].reshape(-1, _STEP)
    loud = 10 * np.log10((moments**2).mean(axis=1) / 32768**2 + 1e-12)
    faintest, loudest = np.percentile(loud, (5, 95))
    if loudest < _SILENCE or loudest - faintest < _EVEN:
        return None
    speech = np.flatnonzero(loud > max(loudest - _RANGE, faintest + _ABOVE))
    around = round(_AROUND * RATE)
    return slice(max(0, speech[0] * _STEP - around), (speech[-1] + 1) * _STEP + around)


def energies(speech: NDArray[np.float64], chance: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the logarithms of the energies of speech brought to one level, with a faint noise, 100 frames a second.

    Args:
        speech: Samples at RATE.
        chance: Of the noise.

    Returns:
        (frames, WIDE) and (frames, FILTERS).
    """
    import numpy as np

    level = speech * (_LOUDNESS / np.sqrt((speech**2).mean() + 1e-12))
    level = level + chance.standard_normal(len(speech)) * (_LOUDNESS * 10 ** (-_FAINTEST / 20))
    sharp = np.append(level[0], level[1:] - _EMPHASIS * level[:-1])
    frames = np.lib.stride_tricks.sliding_window_view(sharp, _WINDOW)[::_STEP]
    power = np.abs(np.fft.rfft(frames * np.hamming(_WINDOW), _POINTS, axis=1)) ** 2
    wide, narrow = _filters()
    return np.log(power @ wide.T + _LEAST), np.log(power @ narrow.T + _LEAST)


def _without_noise(energies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the mean of the faintest frames from all of them; logarithms, (frames, filters).

    Source: Boll, «Suppression of acoustic noise in speech using spectral subtraction», IEEE Transactions on Acoustics, Speech,
    and Signal Processing, 1979.
    """
    import numpy as np

    whole = np.exp(energies)
    loud = whole.sum(axis=1)
    noise = whole[loud <= np.percentile(loud, _FAINT)].mean(axis=0)
    return np.asarray(np.log(np.maximum(whole - noise, _LEFT * whole)))


def _blended(plain: NDArray[np.float64], clean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return energies without noise; where next to nothing had to be taken away, as they were, for that is a little sharper."""
    import numpy as np

    even = plain - plain.mean(axis=0)
    taken = math.sqrt(((even - clean) ** 2).mean())
    share = min(1.0, max(0.0, (taken - _LITTLE) / (_MUCH - _LITTLE)))
    return np.asarray((1 - share) * even + share * clean)


@lru_cache(maxsize=1)
def _filters() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mel filters over all frequencies, (WIDE, 257), and those of SphinxBase, (FILTERS, 257)."""
    import numpy as np

    step, own = RATE / _POINTS, _edges(FILTERS, _LOWEST, _HIGHEST)
    return _mel(_edges(WIDE, 0.0, RATE / 2)), _mel(np.rint(own / step) * step)


def _edges(count: int, lowest: float, highest: float) -> NDArray[np.float64]:
    """Return where filters begin, are highest and end, in Hz: each where its neighbours do."""
    import numpy as np

    low, high = (2595 * math.log10(1 + edge / 700) for edge in (lowest, highest))
    return np.asarray(700 * (10 ** (np.linspace(low, high, count + 2) / 2595) - 1))


def _mel(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    at = np.arange(_POINTS // 2 + 1) * (RATE / _POINTS)
    rise, fall = (at - low) / (middle - low), (high - at) / (high - middle)
    return np.maximum(0, np.minimum(rise, fall)) * 2 / (high - low)


@lru_cache(maxsize=1)
def cosines() -> NDArray[np.float64]:
    """Return what makes cepstra of logarithms of energies, with the lifter, as SphinxBase has it; (13, FILTERS)."""
    import numpy as np

    order = np.arange(_CEPSTRA)[:, None]
    waves = np.cos(np.pi * order * (np.arange(FILTERS) + 0.5) / FILTERS) * np.sqrt(np.where(order, 2, 1) / FILTERS)
    return np.asarray(waves * (1 + _LIFTER / 2 * np.sin(np.pi * order / _LIFTER)))
