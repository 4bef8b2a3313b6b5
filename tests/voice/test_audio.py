import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.types import Audio
from chatbot.voice.audio import SILENT, from_numbers, level, mix, numbers, silence

SOUNDS = st.lists(st.integers(-32768, 32767), min_size=1, max_size=300)


def tone(hertz=440, seconds=0.5, rate=16_000, height=8000):
    return from_numbers(height * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate), rate)


@given(SOUNDS)
def test_numbers_and_samples_are_two_forms_of_one_sound(values):
    sound = from_numbers(np.array(values), 16_000)
    assert numbers(sound).tolist() == values
    assert sound.seconds == len(values) / 16_000


def test_what_is_too_loud_is_clipped():
    assert numbers(from_numbers(np.array([1e9, -1e9, 0.4]), 8000)).tolist() == [32767, -32768, 0]


def test_level_is_in_decibels_below_full_scale():
    assert level(silence(0.1)) == SILENT == level(Audio(b"", 16_000))
    assert level(from_numbers(np.full(100, 32767), 16_000)) == pytest.approx(0, abs=0.01)
    assert level(tone(height=8000)) - level(tone(height=4000)) == pytest.approx(6.02, abs=0.05)


@pytest.mark.parametrize("ratio", [0, 15, 30])
def test_noise_lies_as_far_below_the_sound_as_was_asked(ratio):
    noise = from_numbers(np.random.default_rng(0).normal(0, 300, 1000), 16_000)
    sound = tone()
    under = from_numbers(numbers(mix(sound, noise, ratio)).astype(int) - numbers(sound), 16_000)
    assert level(sound) - level(under) == pytest.approx(ratio, abs=0.2)
    assert len(under.samples) == len(sound.samples)
