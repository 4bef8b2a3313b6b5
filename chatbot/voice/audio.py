"""Sound as numbers: level, silence, mixing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from chatbot.types import Audio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000
"""Samples a second of what is listened to."""
FRAME = 512
"""Samples of a frame of what is listened to, as the detector wants them: 32 ms."""
SILENT = -96.0
"""dB below full scale at which 16 bits hold nothing."""


def numbers(audio: Audio) -> NDArray[np.int16]:
    """Return (n,) int16."""
    import numpy as np

    return np.frombuffer(audio.samples, "<i2")


def from_numbers(values: NDArray[Any], rate: int) -> Audio:
    """Return sound of numbers as 16 bits have them, -32768 to 32767; what is beyond is clipped."""
    import numpy as np

    return Audio(np.clip(np.rint(values), -32768, 32767).astype("<i2").tobytes(), rate)


def silence(seconds: float, rate: int = RATE) -> Audio:
    """Return no sound for a time."""
    return Audio(bytes(2 * round(seconds * rate)), rate)


def level(audio: Audio) -> float:
    """Return the loudness in dB below full scale: the root of the mean square; SILENT at the least."""
    import numpy as np

    values = numbers(audio).astype(np.float64)
    power = float(np.mean(values**2)) if len(values) else 0.0
    return max(SILENT, 10 * math.log10(power / 32768**2)) if power else SILENT


def mix(sound: Audio, noise: Audio, ratio: float) -> Audio:
    """Lay noise under a sound, repeated to its length.

    Args:
        sound: What is to be heard.
        noise: Of the same rate; not empty.
        ratio: How much louder the sound is than the noise, in dB, over its whole length.
    """
    import numpy as np

    under = np.resize(numbers(noise), len(sound.samples) // 2).astype(np.float64)
    gain = 10 ** ((level(sound) - ratio - level(from_numbers(under, sound.rate))) / 20)
    return from_numbers(numbers(sound) + gain * under, sound.rate)
