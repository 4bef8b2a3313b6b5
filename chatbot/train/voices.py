"""Sentences in many voices: eSpeak NG in its variants and with the sounds of several languages, and Open JTalk."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from chatbot.errors import VoiceError
from chatbot.types import Audio
from chatbot.voice.audio import RATE, numbers
from chatbot.voice.espeak import open_espeak
from chatbot.voice.packages import load
from chatbot.voice.speakers.openjtalk import OpenJTalkSpeaker

# English sentences are said with the sounds of these languages, three of four times with English ones.
_ENGLISH = ("en-us", "en-us", "en", "en-gb-x-rp", "en-gb-scotland", "en-029")
_OTHER = ("de", "fr", "es", "it", "nl", "sv", "pl", "pt-br", "fi", "ro", "hu", "tr")
# The variants that benchmarks/voice_sound.py measures with.
_MEASURED = frozenset({"m1", "m3", "f2", "f3"})
_JAPANESE = 0.15  # of all sentences
_PLAIN = 0.15  # of the English ones, in no variant
_SPEEDS = (0.75, 1.0, 1.25)
_SHIFT = 0.16  # by which pitch and resonances are higher or deeper, at most
_SHIFTED = 0.4
_AROUND = (0.2, 0.8)  # seconds of silence before and after
_LENGTHS = range(8, 160)  # characters
_LONGEST = 9  # seconds


class Voices:
    """Says sentences, each in another voice."""

    def __init__(self, english: Sequence[str], japanese: Sequence[str]) -> None:
        """Load the voices; sentences that are very short or long are left out.

        Raises:
            VoiceError: If there is no English sentence to say.
            ExtraMissing: If a package is not installed.
        """
        self._english, self._japanese = ([text for text in texts if len(text) in _LENGTHS] for texts in (english, japanese))
        if not self._english:
            raise VoiceError("There is no English sentence to say. Name a folder of documents with --corpus.")
        self._espeak = open_espeak()
        folder = Path(load("espeakng_loader", "espeakng-loader").get_data_path(), "voices", "!v")
        self._variants = [file.name for file in sorted(folder.iterdir()) if file.name not in _MEASURED]
        self._jtalk = [OpenJTalkSpeaker(speed=speed) for speed in _SPEEDS]

    def say(self, chance: np.random.Generator) -> NDArray[np.float64]:
        """Return one sentence at RATE, 16 bits to a sample, with silence around it."""
        japanese = bool(self._japanese) and chance.random() < _JAPANESE
        voice = self._in_japanese(chance) if japanese else self._in_english(chance)
        # A voice that is played faster is higher and its resonances are, as those of other people.
        shift = chance.uniform(1 - _SHIFT, 1 + _SHIFT) if chance.random() < _SHIFTED else 1.0
        values = resample_poly(numbers(voice).astype(np.float64), RATE // 100, round(voice.rate / 100 * shift))
        before, after = (np.zeros(int(RATE * chance.uniform(*_AROUND))) for _ in range(2))
        return np.concatenate([before, values, after])[: RATE * _LONGEST]

    def _in_english(self, chance: np.random.Generator) -> Audio:
        accent = str(chance.choice(_ENGLISH if chance.random() < 0.75 else _OTHER))
        variant = "" if chance.random() < _PLAIN else f"+{chance.choice(self._variants)}"
        speed = chance.uniform(_SPEEDS[0], _SPEEDS[-1])
        return Audio(self._espeak.say(str(chance.choice(self._english)), accent + variant, speed), self._espeak.rate)

    def _in_japanese(self, chance: np.random.Generator) -> Audio:
        speaker = self._jtalk[chance.integers(len(self._jtalk))]
        spoken = next(speaker.speak(str(chance.choice(self._japanese)), "ja"), None)
        return spoken or self._in_english(chance)
