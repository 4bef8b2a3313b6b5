"""People who speak, and a detector that hears them."""

import numpy as np

from chatbot.voice.audio import RATE, from_numbers, level


class LoudDetector:
    """Takes for speech what is loud; counts what it listens to."""

    frames = 0

    def speech(self, frame):
        self.frames += 1
        return 1.0 if level(frame) > -45 else 0.0


def person(seconds, seed=0, loudness=0.1):
    """Return sound like speech: noise in syllables."""
    noise = np.random.default_rng(seed).standard_normal(round(seconds * RATE))
    at = np.arange(len(noise)) / RATE
    return from_numbers(noise * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * at)) * loudness * 32767, RATE)
