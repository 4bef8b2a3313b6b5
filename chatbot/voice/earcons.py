"""Short tones that tell what it does, for those who do not look: made, not recorded."""

from __future__ import annotations

from typing import Literal

from chatbot.types import Audio
from chatbot.voice.audio import from_numbers

Earcon = Literal["listening", "heard", "error"]
# Hertz and seconds: up when it listens, down when it has heard, low twice when something is wrong.
_TONES: dict[Earcon, tuple[tuple[float, float], ...]] = {
    "listening": ((660.0, 0.07), (880.0, 0.09)),
    "heard": ((880.0, 0.06), (660.0, 0.08)),
    "error": ((330.0, 0.12), (0.0, 0.05), (262.0, 0.16)),
}
_EDGE = 0.012


def earcon(name: Earcon, rate: int, loudness: float) -> Audio:
    """Return a tone.

    Args:
        name: What it tells.
        rate: Samples a second.
        loudness: 0 (none: no sound at all) to 1.
    """
    import numpy as np

    if loudness <= 0:
        return Audio(b"", rate)
    parts = []
    for pitch, seconds in _TONES[name]:
        at = np.arange(round(seconds * rate)) / rate
        edge = np.minimum(1, np.minimum(at, seconds - at) / _EDGE)
        parts.append(np.sin(2 * np.pi * pitch * at) * edge)
    return from_numbers(np.concatenate(parts) * loudness * 32767, rate)
