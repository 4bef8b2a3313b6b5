import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from chatbot.types import Audio
from chatbot.voice.audio import from_numbers, numbers
from chatbot.voice.rates import Frames, Resampler, join, resample

RATES = [(48_000, 16_000), (22_050, 16_000), (16_000, 24_000), (44_100, 16_000), (8_000, 16_000), (22_050, 24_000)]


def noise(count, rate, seed=0):
    return from_numbers(np.random.default_rng(seed).normal(0, 3000, count), rate)


@pytest.mark.parametrize(("source", "target"), RATES)
def test_another_rate_is_what_scipy_makes_of_it(source, target):
    sound, shared = noise(3000, source), math.gcd(source, target)
    expected = np.clip(np.rint(resample_poly(numbers(sound).astype(float), target // shared, source // shared)), -32768, 32767)
    assert np.array_equal(numbers(resample(sound, target)), expected)


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(RATES), st.lists(st.integers(0, 900), min_size=1, max_size=8))
def test_a_stream_in_pieces_sounds_as_if_it_were_whole(rates, cuts):
    source, target = rates
    whole = noise(sum(cuts), source)
    stream, told, at = Resampler(source, target), b"", 0
    for cut in cuts:
        told += stream.push(Audio(whole.samples[2 * at : 2 * (at + cut)], source)).samples
        at += cut
    assert told + stream.rest().samples == resample(whole, target).samples


def test_one_rate_leaves_the_sound_as_it_is():
    sound = noise(100, 16_000)
    assert resample(sound, 16_000) == sound
    assert resample(Audio(b"", 8000), 16_000) == Audio(b"", 16_000)


@settings(deadline=None)
@given(st.lists(st.integers(0, 1300), max_size=6), st.integers(1, 700))
def test_frames_hold_all_of_the_sound_and_have_one_length(cuts, size):
    frames, told = Frames(16_000, size), []
    sounds = [noise(cut, 16_000, seed) for seed, cut in enumerate(cuts)]
    for sound in sounds:
        told += frames.push(sound)
    told += frames.rest()
    whole = b"".join(sound.samples for sound in sounds)
    assert {len(frame.samples) for frame in told} <= {2 * size}
    assert b"".join(frame.samples for frame in told)[: len(whole)] == whole
    assert len(told) == -(-len(whole) // (2 * size))


def test_frames_of_another_rate_are_of_the_rate_that_was_asked():
    frames = Frames(16_000, 512)
    told = [*frames.push(noise(48_000, 48_000)), *frames.rest()]
    assert {(frame.rate, len(frame.samples)) for frame in told} == {(16_000, 1024)}
    assert len(told) == -(-16_000 // 512)


def test_pieces_of_several_rates_are_joined_at_one():
    assert join([noise(800, 8000), noise(1600, 16_000)]).seconds == pytest.approx(0.2)
