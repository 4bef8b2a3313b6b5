from pathlib import Path

import pytest

from chatbot.types import Audio
from chatbot.voice.audio import silence
from chatbot.voice.espeak import open_espeak
from chatbot.voice.features import features
from chatbot.voice.packages import load
from chatbot.voice.rates import join
from chatbot.voice.sounds import Sounds
from chatbot.voice.verify import Verifier


@pytest.fixture(scope="module")
def sounds():
    return Sounds(Path(load("pocketsphinx", "pocketsphinx").get_model_path("en-us/cmudict-en-us.dict")), open_espeak())


@pytest.fixture(scope="module")
def verifier(sounds):
    names = ("okay computer", "okay mister")
    return Verifier(names, {word: sounds.call(word) for name in names for word in name.split()}, sounds)


def heard(text):
    espeak = open_espeak()
    return features(join([silence(0.4), Audio(espeak.say(text, "en-us", 1.0), espeak.rate), silence(0.4)]))


@pytest.mark.parametrize("text", ["okay computer", "okay computer, what is the weather like today?", "okay mister"])
def test_every_name_is_known_alone_and_before_a_question(verifier, text):
    assert verifier.begins(heard(text))


@pytest.mark.parametrize("text", ["the weather is very good today", "good morning", "this is my okay computer", "okay"])
def test_what_does_not_begin_with_a_name_is_none(verifier, text):
    assert not verifier.begins(heard(text))
