"""The late echo of a room is taken out of speech, and little else."""

import numpy as np
import pytest

from chatbot.types import Audio
from chatbot.voice.audio import RATE, numbers
from chatbot.voice.echoless import without_echo
from chatbot.voice.espeak import open_espeak
from chatbot.voice.rates import resample


@pytest.fixture(scope="module")
def speech():
    espeak = open_espeak()
    sound = Audio(espeak.say("Open source makes research easy to check.", "en-us", 1.0), espeak.rate)
    values = numbers(resample(sound, RATE)).astype(float)
    return values + np.random.default_rng(0).standard_normal(len(values))


def in_a_hall(values):
    """Return what is heard at once and what the hall adds later than 50 ms."""
    moments = np.arange(RATE // 2)
    echo = np.random.default_rng(1).standard_normal(len(moments)) * np.exp(-moments / (0.1 * RATE)) * 0.05
    early = np.where(moments < 0.05 * RATE, echo, 0)
    early[0] = 1
    late = np.where(moments >= 0.05 * RATE, echo, 0)
    return tuple(np.convolve(values, each)[: len(values)] for each in (early, late))


def nearness(one, other):
    return float(np.corrcoef(one, other)[0, 1])


def test_what_is_left_is_nearer_to_what_was_said(speech):
    early, late = in_a_hall(speech)
    cleaned = without_echo(early + late)
    assert nearness(cleaned, early) > nearness(early + late, early) + 0.005
    assert abs(nearness(cleaned, late)) < abs(nearness(early + late, late))


def test_speech_that_had_no_echo_is_hardly_changed(speech):
    assert nearness(without_echo(speech), speech) > 0.9


@pytest.mark.parametrize("samples", [1, 100, 511, 512, 1000, 4097])
def test_it_is_as_long_as_it_was_however_short(speech, samples):
    told = without_echo(speech[:samples])
    assert told.shape == (samples,)
    assert np.isfinite(told).all()


def test_silence_stays_silent():
    assert not np.abs(without_echo(np.zeros(8000))).max()
