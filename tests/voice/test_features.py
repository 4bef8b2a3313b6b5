import numpy as np
import pytest

from chatbot.types import Audio
from chatbot.voice.audio import RATE, from_numbers, level, numbers, silence
from chatbot.voice.espeak import open_espeak
from chatbot.voice.features import features
from chatbot.voice.rates import join, resample


@pytest.fixture(scope="module")
def sentence():
    espeak = open_espeak()
    voice = Audio(espeak.say("What is a model card?", "en-us", 1.0), espeak.rate)
    return resample(join([silence(0.6), voice, silence(0.9)]), RATE)


def louder(sound, gain):
    return from_numbers(numbers(sound) * gain, sound.rate)


def test_one_frame_comes_every_hundredth_of_a_second_and_the_silence_around_is_left_out(sentence):
    told = features(sentence)
    assert told.dtype == np.float32
    assert told.shape[1] == 13
    spoken = sentence.seconds - 1.5
    assert 100 * spoken * 0.7 < len(told) < 100 * (spoken + 0.5)


def test_neither_loudness_nor_an_offset_makes_a_difference(sentence):
    told = features(sentence)
    np.testing.assert_allclose(features(louder(sentence, 0.25)), told, atol=3)
    np.testing.assert_allclose(features(from_numbers(numbers(sentence) * 0.5 + 3000, RATE)), told, atol=3)


def test_every_cepstrum_is_even_about_nothing_and_as_wide_as_the_model_has_it(sentence):
    told = features(sentence)
    np.testing.assert_allclose(told.mean(axis=0), 0, atol=1e-3)
    assert told.std(axis=0)[0] == pytest.approx(12.06, abs=0.01)
    assert told.std(axis=0)[12] == pytest.approx(11.97, abs=0.01)


def test_the_same_sound_is_told_the_same(sentence):
    np.testing.assert_array_equal(features(sentence), features(sentence))


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.03, 2.0])
def test_silence_is_nothing(seconds):
    assert features(silence(seconds)) is None


@pytest.mark.parametrize("loudness", [3, 100, 3000])
def test_even_noise_is_nothing(loudness):
    noise = np.random.default_rng(0).standard_normal(3 * RATE) * loudness
    assert features(from_numbers(noise, RATE)) is None


def test_a_hum_is_nothing():
    hum = np.sin(2 * np.pi * 50 * np.arange(3 * RATE) / RATE) * 4000
    assert features(from_numbers(hum, RATE)) is None


def test_speech_in_noise_is_something(sentence):
    noise = np.random.default_rng(0).standard_normal(len(sentence.samples) // 2) * 32768 * 10 ** ((level(sentence) - 15) / 20)
    assert features(from_numbers(numbers(sentence) + noise, RATE)) is not None
