"""What takes noise and echo away brings speech nearer to what it was, and says what is wrong with a damaged network."""

import json

import numpy as np
import pytest

from chatbot.errors import ModelError
from chatbot.types import Audio
from chatbot.voice.audio import RATE, from_numbers, mix, numbers
from chatbot.voice.clearer import CLEARER, Clearer, Shape, keep, network
from chatbot.voice.espeak import open_espeak
from chatbot.voice.features import FILTERS, SPREAD, WIDE, features
from chatbot.voice.rates import resample

TINY = Shape(8, 3, (1, 2))


@pytest.fixture(scope="module")
def clearer():
    return Clearer()


@pytest.fixture(scope="module", params=["en-us+f1", "en-gb-scotland+m5"])
def sentence(request):
    espeak = open_espeak()
    voice = Audio(espeak.say("Who may read the harbour's oldest maps?", request.param, 1.0), espeak.rate)
    return resample(voice, RATE)


def in_a_hall(sound):
    """Return a sound with an echo and with white noise."""
    chance = np.random.default_rng(3)
    moments = np.arange(RATE // 3)
    echo = chance.standard_normal(len(moments)) * np.exp(-moments / (0.06 * RATE)) * 0.08
    echo[0] = 1.0
    heard = np.convolve(numbers(sound).astype(np.float64), echo)[: len(sound.samples) // 2]
    noise = from_numbers(chance.standard_normal(RATE) * 3000, RATE)
    return mix(from_numbers(heard * 0.4, RATE), noise, 15.0)


def apart(one, other):
    """Return how far cepstra are apart where both have any, in units of how widely they spread."""
    return min(
        float((((one[at : at + 100] - other[at + shift : at + shift + 100]) / np.array(SPREAD)) ** 2).mean())
        for at in (30,)
        for shift in range(-20, 21)
    )


def test_speech_in_noise_and_echo_comes_nearer_to_what_it_was(clearer, sentence):
    clean, noisy = features(sentence), in_a_hall(sentence)
    assert apart(features(noisy, clearer), clean) < 0.7 * apart(features(noisy), clean)


def test_speech_without_noise_stays_as_it_is(clearer, sentence):
    assert apart(features(sentence, clearer), features(sentence)) < 0.15


def test_the_same_sound_is_told_the_same(clearer, sentence):
    np.testing.assert_array_equal(features(sentence, clearer), features(sentence, clearer))


@pytest.mark.parametrize("frames", [1, 2, 7, 1500])
def test_any_length_gives_as_many_frames(clearer, frames):
    chance = np.random.default_rng(frames)
    told = clearer(chance.standard_normal((frames, WIDE)), chance.standard_normal((frames, FILTERS)))
    assert told.shape == (frames, FILTERS)
    np.testing.assert_allclose(told.mean(axis=0), 0, atol=1e-5)


def test_a_network_that_has_learned_nothing_changes_nothing(tmp_path):
    keep(network(TINY), TINY, tmp_path)
    wide, narrow = np.random.default_rng(0).standard_normal((50, WIDE)), np.random.default_rng(1).standard_normal((50, FILTERS))
    np.testing.assert_allclose(Clearer(tmp_path)(wide, narrow), narrow - narrow.mean(axis=0), atol=1e-5)


def cut(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:100])


def of_another_shape(folder):
    (folder / "config.json").write_text(json.dumps({"channels": 9, "width": 3, "steps": [1]}), encoding="utf-8")


def shapeless(folder):
    (folder / "config.json").write_text("{}", encoding="utf-8")


def emptied(folder):
    for file in folder.iterdir():
        file.unlink()


@pytest.mark.parametrize("damage", [cut, of_another_shape, shapeless, emptied])
def test_a_damaged_network_is_refused_by_name(tmp_path, damage):
    keep(network(TINY), TINY, tmp_path)
    damage(tmp_path)
    with pytest.raises(ModelError, match=tmp_path.name):
        Clearer(tmp_path)


def test_the_packages_own_is_small():
    assert sum(file.stat().st_size for file in CLEARER.iterdir()) < 4e6
