import unicodedata
from pathlib import Path

import numpy as np
import pocketsphinx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.config import VoiceConfig
from chatbot.errors import VoiceError
from chatbot.types import Audio, Transcript
from chatbot.voice import words
from chatbot.voice.audio import RATE, from_numbers, silence
from chatbot.voice.espeak import open_espeak
from chatbot.voice.general import General
from chatbot.voice.rates import Frames, join
from chatbot.voice.recognizers.sphinx import SphinxRecognizer, Words
from chatbot.voice.sounds import Sounds
from chatbot.voice.wake import SphinxSpotter, called

NAMES = VoiceConfig().wake


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hey Hug, what is BLOOM?", "what is BLOOM?"),
        ("hey hug what is BLOOM", "what is BLOOM"),
        ("HEY, HUG!", ""),
        ("Hey hub, what is BLOOM?", "what is BLOOM?"),
        ("ねえハグ教えて", "教えて"),
        ("ねえはぐ、教えて", "教えて"),
        ("ねえ、ハグ。BLOOMとは何ですか", "BLOOMとは何ですか"),
        ("ﾈｴﾊｸﾞ教えて", "教えて"),
        ("ねーハグ教えて", "教えて"),
        ("ねえハグ", ""),
    ],
)
def test_a_name_is_taken_off_what_was_asked(text, rest):
    assert called(text, NAMES) == rest


@pytest.mark.parametrize(
    "text",
    ["What is BLOOM?", "I said hey hug", "hey huggers are here", "Hey", "", "教えて", "ハグしてください", "ねえ、教えて", "…"],
)
def test_what_does_not_begin_with_a_name_is_left(text):
    assert called(text, NAMES) is None


@given(st.sampled_from(NAMES), st.text(alphabet="abc かな漢字、？ ", max_size=30))
def test_what_follows_a_name_is_kept_to_the_letter(name, rest):
    told = called(f"{name}、{rest}", NAMES)
    assert told is not None
    assert told == rest.lstrip(" 、？").strip()


@given(st.sampled_from(NAMES), st.sampled_from(["NFC", "NFD", "NFKC"]), st.booleans())
def test_form_and_case_of_a_name_make_no_difference(name, form, loud):
    written = unicodedata.normalize(form, name.upper() if loud else name)
    assert called(f"{written}、教えて", NAMES) == "教えて"


@given(st.text(max_size=60), st.lists(st.text(max_size=10), max_size=3))
def test_any_text_and_any_names_are_survived(text, names):
    rest = called(text, names)
    assert rest is None or rest in text


class Ears:
    """Hears what it was told to; counts how often it is asked."""

    def __init__(self, text):
        self.text, self.asked = text, 0

    def recognize(self, audio):
        self.asked += 1
        return Transcript(self.text, "en", 1.0)


@pytest.fixture(scope="module")
def ears(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ears")
    sounds = Sounds(Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict")), open_espeak())
    sentences = ("A model card tells what a model is.", "The committee published its report on computers.")
    calls = ("hey hug", "okay computer", "okay mister")
    words.write(words.Text(sentences, ("Model cards",), calls), sounds, General(), folder)
    return SphinxRecognizer(Words(folder / words.MODEL, folder / words.DICTIONARY))


@pytest.fixture(scope="module")
def spotter(ears):
    return SphinxSpotter(NAMES, open_espeak(), ears)


@pytest.fixture(scope="module")
def alone(ears):
    return SphinxSpotter(["Okay Computer"], open_espeak(), ears)


def heard(spotter, text, voice="en-us"):
    espeak = open_espeak()
    sound = join([silence(0.6), Audio(espeak.say(text, voice, 1.0), espeak.rate), silence(0.8)])
    return sum(spotter.spot(frame) for frame in Frames().push(sound))


@pytest.mark.parametrize("voice", ["en-us", "en-us+m1", "en-us+f2"])
@pytest.mark.parametrize("rest", ["", ", what is a model card?"])
def test_a_name_is_spotted_once_alone_and_before_a_question(alone, voice, rest):
    assert heard(alone, f"okay computer{rest}", voice) == 1


def test_every_name_of_several_is_spotted(ears):
    spotter = SphinxSpotter(["okay mister", "okay computer"], open_espeak(), ears)
    assert [heard(spotter, text) for text in ("okay mister", "okay computer")] == [1, 1]


@pytest.mark.parametrize("text", ["okay", "this is my okay computer", "oh, a new pewter cup"])
def test_what_only_sounds_like_a_name_wakes_nobody(alone, text):
    assert heard(alone, text) == 0


@pytest.mark.parametrize(
    "text", ["what is a model card?", "the committee published its report on the second of June", "good morning"]
)
def test_other_speech_wakes_nobody(spotter, text):
    assert heard(spotter, text) == 0


def test_silence_and_noise_wake_nobody(spotter):
    noise = np.random.default_rng(0).standard_normal(2 * RATE) * 2000
    assert not any(spotter.spot(frame) for frame in Frames().push(join([silence(1), from_numbers(noise, RATE), silence(1)])))


def test_another_rate_is_refused(spotter):
    with pytest.raises(VoiceError, match="8000 Hz"):
        spotter.spot(silence(0.1, 8000))


def test_a_name_without_letters_cannot_be_listened_for():
    with pytest.raises(VoiceError, match="voice.wake"):
        SphinxSpotter(["…"], open_espeak(), Ears(""))


def test_what_its_ears_take_for_something_else_wakes_nobody():
    deaf = Ears("the committee")
    assert heard(SphinxSpotter(["okay computer"], open_espeak(), deaf), "okay computer") == 0
    assert deaf.asked


def test_its_ears_are_not_troubled_with_what_is_unlike_a_name():
    trusting = Ears("okay computer")
    assert heard(SphinxSpotter(["okay computer"], open_espeak(), trusting), "the committee published its report") == 0
    assert not trusting.asked
