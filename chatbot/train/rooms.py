"""Rooms, made by rule: their echoes, what else is heard in them, and what microphones make of it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from chatbot.voice.audio import RATE

Values = NDArray[np.float64]
Talk = Callable[[np.random.Generator], Values]
"""Somebody else's speech."""

ECHOING = 0.72  # of all sounds; the others are near the microphone
DECAYS = (0.008, 0.11)  # seconds in which an echo falls to 1/e
DIRECT = (-11.0, 12.0)  # dB that the voice itself is above its echo
SPARSE = 0.5  # of all echoes: first single ones, then many
QUIET = 0.12  # of all sounds, without noise
ABOVE = (4.0, 40.0)  # dB that the voice is above the noise
COLOURED, TONES = 0.6, 0.2  # of all noises; in the others people talk
COLOURS = (-0.2, 2.0)  # exponents: 0 is white, 1 pink, 2 brown
UNEVEN = 0.4  # of all sounds, by a microphone that hears frequencies unlike
UNEVENNESS = 8.0  # dB


def heard(chance: np.random.Generator, values: Values, talk: Talk) -> Values:
    """Return speech as it is heard in one room or another, as long as it was."""
    told = fftconvolve(values, echo(chance))[: len(values)] if chance.random() < ECHOING else values
    if chance.random() >= QUIET:
        loud = told[np.abs(told) > 0.05 * np.abs(told).max()]
        level = np.sqrt((loud**2).mean()) * 10 ** (-chance.uniform(*ABOVE) / 20)
        told = told + noise(chance, len(told), talk) * level
    return microphone(chance, told) if chance.random() < UNEVEN else told


def echo(chance: np.random.Generator) -> Values:
    """Return what a room makes of one click: the click, and an echo that falls evenly."""
    decay = np.exp(chance.uniform(*np.log(DECAYS)))
    moments = np.arange(int(RATE * min(0.6, 6 * decay)))
    falling = chance.standard_normal(len(moments)) * np.exp(-moments / (RATE * decay))
    if chance.random() < SPARSE:
        filling = RATE * chance.uniform(0.02, 0.1)
        falling *= chance.random(len(moments)) < np.minimum(1, np.exp(chance.uniform(-5, -1)) + moments / filling)
    falling *= 10 ** (-chance.uniform(*DIRECT) / 20) / np.sqrt((falling**2).sum() + 1e-9)
    falling[0] = 1.0
    return np.asarray(falling)


def noise(chance: np.random.Generator, length: int, talk: Talk) -> Values:
    """Return so many samples of one noise or another, of variance 1."""
    kind = chance.random()
    if kind < COLOURED:
        values = _coloured(chance, length)
    elif kind < COLOURED + TONES:
        values = _hum(chance, length)
    else:
        values = np.zeros(length)
        for _ in range(chance.integers(3, 9)):
            values += np.roll(np.resize(talk(chance), length), chance.integers(length)) * chance.uniform(0.3, 1)
        values = fftconvolve(values, echo(chance))[:length]
    return np.asarray(values / (values.std() + 1e-9))


def _coloured(chance: np.random.Generator, length: int) -> Values:
    spectrum = np.fft.rfft(chance.standard_normal(length))
    spectrum /= np.maximum(1, np.arange(len(spectrum))) ** (chance.uniform(*COLOURS) / 2)
    if chance.random() < 0.4:
        at = np.linspace(0, 1, len(spectrum))
        for _ in range(chance.integers(1, 5)):
            spectrum *= 1 + chance.uniform(0, 4) * np.exp(-(((at - chance.random()) / chance.uniform(0.01, 0.2)) ** 2))
    values = np.fft.irfft(spectrum, length)
    if chance.random() < 0.3:
        waves = np.sin(2 * np.pi * chance.uniform(0.2, 6) * np.arange(length) / RATE + chance.uniform(0, 2 * np.pi))
        values *= 1 + chance.uniform(0.2, 0.9) * waves
    return np.asarray(values)


def _hum(chance: np.random.Generator, length: int) -> Values:
    moments, lowest = 2 * np.pi * np.arange(length) / RATE, chance.uniform(40, 400)
    values = 0.3 * chance.standard_normal(length)
    for number in range(1, chance.integers(3, 20)):
        values += chance.random() / number * np.sin(lowest * number * moments + chance.uniform(0, 2 * np.pi))
    return np.asarray(values)


def microphone(chance: np.random.Generator, values: Values) -> Values:
    """Return a sound as a microphone hears it that is better in some frequencies than in others."""
    gains = chance.uniform(-UNEVENNESS, UNEVENNESS, 7)
    curve = np.interp(np.linspace(0, 1, 257), np.linspace(0, 1, 7), gains)
    return np.asarray(fftconvolve(values, np.roll(np.fft.irfft(10 ** (curve / 20)), 256), mode="same"))
