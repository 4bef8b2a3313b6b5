"""Speech without the late echo of the room it was said in.

What a room adds some hundredths of a second later can be predicted from what was heard before; speech itself cannot.
Source: Nakatani, Yoshioka, Kinoshita, Miyoshi and Juang, «Speech dereverberation based on variance-normalized delayed linear
prediction», IEEE Transactions on Audio, Speech, and Language Processing, 2010; here for one microphone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_POINTS, _HOP = 512, 128
# Frames between a moment and what it is predicted from, so that the moment itself is kept; and frames it is predicted from.
_DELAY, _TAPS = 3, 6
_ROUNDS = 3


def without_echo(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one utterance at 16 kHz without its late echo, as long as it was."""
    import numpy as np

    window = np.sqrt(np.hanning(_POINTS + 1)[:-1])
    padded = np.pad(values, _POINTS)
    heard = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, _POINTS)[::_HOP] * window, axis=1).T
    parts = np.fft.irfft(_predicted_away(heard).T, _POINTS, axis=1) * window
    summed, weight = np.zeros(len(padded)), np.zeros(len(padded))
    for number, part in enumerate(parts):
        at = slice(number * _HOP, number * _HOP + _POINTS)
        summed[at] += part
        weight[at] += window**2
    return (summed / np.maximum(weight, 1e-3))[_POINTS : _POINTS + len(values)]


def _predicted_away(heard: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Take from (frequencies, frames) what the frames before predict, weighing loud frames of speech least."""
    import numpy as np

    bins, length = heard.shape
    before = np.zeros((bins, _TAPS, length), complex)
    for tap in range(_TAPS):
        late = _DELAY + tap
        before[:, tap, late:] = heard[:, : max(0, length - late)]
    speech, least = heard, 1e-10 * np.mean(np.abs(heard) ** 2) + 1e-30
    for _ in range(_ROUNDS):
        weighted = before / np.maximum(np.abs(speech) ** 2, least)[:, None]
        own = weighted @ before.conj().transpose(0, 2, 1)
        own += 1e-6 * np.trace(own, axis1=1, axis2=2).real[:, None, None] / _TAPS * np.eye(_TAPS) + 1e-30 * np.eye(_TAPS)
        gains = np.linalg.solve(own, weighted @ heard.conj()[:, :, None])
        speech = heard - (gains.conj().transpose(0, 2, 1) @ before)[:, 0]
    return speech
