"""PocketSphinx itself, on a language of a dozen sentences, hearing eSpeak NG."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pocketsphinx
import pytest

from chatbot.types import Audio
from chatbot.voice.audio import RATE, from_numbers, silence
from chatbot.voice.espeak import open_espeak
from chatbot.voice.ngrams import arpa, count
from chatbot.voice.rates import join
from chatbot.voice.recognizers.sphinx import SphinxRecognizer, Words
from chatbot.voice.sounds import Sounds

SENTENCES = (
    "what is a model card",
    "who wrote the policy",
    "how many languages are there",
    "why does security matter",
    "when did the company join",
    "tell me about robots",
    "where is the document",
    "which licence is open",
)


@pytest.fixture(scope="module")
def recognizer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sphinx")
    sounds = Sounds(Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict")), open_espeak())
    told = {word for sentence in SENTENCES for word in sentence.split()}
    lines = [f"{word} {sounds.say([word])[0]}" for word in sorted(told)]
    (folder / "some.dict").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "some.lm").write_text(arpa(count([(sentence.split(), 1) for sentence in SENTENCES])), "utf-8")
    return SphinxRecognizer(Words(folder / "some.lm", folder / "some.dict"))


@pytest.fixture(scope="module")
def spoken():
    espeak = open_espeak()

    def say(text, voice="en-us"):
        return join([silence(0.4), Audio(espeak.say(text, voice, 0.9), espeak.rate), silence(0.4)])

    return {sentence: say(sentence) for sentence in SENTENCES} | {"unknown": say("bonjour mes amis quelle journée", "fr")}


def test_what_may_be_said_is_heard(recognizer, spoken):
    heard = [recognizer.recognize(spoken[sentence]) for sentence in SENTENCES]
    right = sum(each.text.lower() == sentence for each, sentence in zip(heard, SENTENCES, strict=True))
    assert right >= 7
    assert {each.language for each in heard} == {"en"}


def test_confidence_is_a_share_and_other_readings_are_others(recognizer, spoken):
    for sound in spoken.values():
        heard = recognizer.recognize(sound)
        assert 0 <= heard.confidence <= 1
        assert heard.text not in heard.others
        assert len(heard.others) <= 2


def test_an_utterance_leaves_nothing_to_the_next(recognizer, spoken):
    first, other = spoken[SENTENCES[0]], spoken["unknown"]
    alone = recognizer.recognize(first)
    recognizer.recognize(other)
    recognizer.recognize(silence(1.0))
    assert recognizer.recognize(first) == alone


def test_utterances_from_several_threads_are_heard_as_one_by_one(recognizer, spoken):
    sounds = [spoken[sentence] for sentence in SENTENCES[:4]] * 2
    alone = [recognizer.recognize(sound) for sound in sounds]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(recognizer.recognize, sounds)) == alone


@pytest.mark.parametrize("seconds", [0.0, 0.02, 1.0])
def test_silence_is_nothing(recognizer, seconds):
    assert recognizer.recognize(silence(seconds)) == recognizer.recognize(Audio(b"", RATE))
    assert recognizer.recognize(silence(seconds)).text == ""


def test_noise_is_nothing(recognizer):
    noise = from_numbers(np.random.default_rng(0).standard_normal(2 * RATE) * 2000, RATE)
    heard = recognizer.recognize(noise)
    assert (heard.text, heard.confidence) == ("", 0.0)
