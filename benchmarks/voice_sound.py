"""Questions spoken by eSpeak NG: several voices and speeds, silence around, every second one in noise and echo.

The voices are American, as the recogniser's acoustic model is; `MIXED` has British ones as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import fftconvolve

from chatbot.spoken import aloud
from chatbot.types import Audio
from chatbot.voice.audio import RATE, from_numbers, mix, numbers, silence
from chatbot.voice.espeak import open_espeak
from chatbot.voice.rates import join

QUESTIONS = Path(__file__).with_name("voice_questions.txt")
DEVELOPMENT = Path(__file__).with_name("voice_development.txt")
VOICES = ("en-us", "en-us+m3", "en-us+f3", "en-us+m1", "en-us+f2")
MIXED = ("en-us", "en-us+m3", "en-us+f3", "en", "en-gb-x-rp")
SPEEDS = (0.85, 0.95, 1.0, 1.1)
NOISE = 15.0
"""dB that the voice is above the noise."""
_ECHO, _DECAY, _DIRECT = 0.25, 0.05, 8.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the documents that answer it, and its sound."""

    question: str
    documents: tuple[str, ...]
    sound: Audio
    noisy: bool


def asked(lines: Path = QUESTIONS, voices: Sequence[str] = VOICES) -> Iterator[Asked]:
    """Yield every question of a file with its sound, said by one of the voices; the same each time."""
    told = [line for line in lines.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    for at, line in enumerate(told):
        question, _, documents = (part.strip() for part in line.partition("|"))
        yield Asked(question, tuple(documents.split()), spoken(question, at, voices), bool(at % 2))


def spoken(question: str, seed: int, voices: Sequence[str] = VOICES) -> Audio:
    """Return the sound of one question at RATE."""
    chance, numbers_of = random.Random(seed), np.random.default_rng(seed)
    espeak = open_espeak()
    voice = Audio(espeak.say(aloud(question, "en"), chance.choice(voices), chance.choice(SPEEDS)), espeak.rate)
    sound = join([silence(chance.uniform(0.3, 0.8)), voice, silence(chance.uniform(0.3, 0.8))])
    return in_a_room(sound, numbers_of) if seed % 2 else sound


def in_a_room(sound: Audio, chance: Any) -> Audio:
    """Return a sound with the echo of a small room and with pink noise."""
    moments = np.arange(int(RATE * _ECHO))
    echo = chance.standard_normal(len(moments)) * np.exp(-moments / (RATE * _DECAY))
    echo[0] = _DIRECT
    heard = fftconvolve(numbers(sound).astype(np.float64), echo / np.sqrt((echo**2).sum()))[: len(sound.samples) // 2]
    spectrum = np.fft.rfft(chance.standard_normal(RATE * 3))
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(1, np.arange(len(spectrum)))))
    return mix(from_numbers(0.7 * heard, RATE), from_numbers(noise / noise.std() * 3000, RATE), NOISE)
