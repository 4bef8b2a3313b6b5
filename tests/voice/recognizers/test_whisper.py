"""The real loading and decoding of Whisper models, on tiny ones; what was made up is refused, in both languages."""

import numpy as np
import pytest

from chatbot.assemble.voice import languages_heard, make_recognizer
from chatbot.config import Config
from chatbot.config.voice import VoiceConfig
from chatbot.errors import VoiceError
from chatbot.types import Audio
from chatbot.voice.audio import RATE, from_numbers, numbers, silence
from chatbot.voice.rates import join
from chatbot.voice.recognizers.whisper import LONGEST, WhisperRecognizer, stretches

MARKS = ["<|startoftranscript|>", "<|en|>", "<|de|>", "<|ja|>", "<|transcribe|>", "<|nospeech|>", "<|notimestamps|>"]


def sound(seconds=5.0, rate=RATE, seed=0):
    return from_numbers(np.random.default_rng(seed).standard_normal(round(seconds * rate)) * 2000, rate)


@pytest.mark.parametrize(
    ("text", "language"), [("How many models are on the Hub?", "en"), ("ハブにはモデルがいくつありますか?", "ja")]
)
def test_what_the_model_writes_is_heard_in_the_likelier_of_the_two_languages(make_whisper, text, language):
    heard = WhisperRecognizer(str(make_whisper(text, language)), "cpu").recognize(sound())
    assert (heard.text, heard.language) == (text, language)
    assert heard.confidence > 0.9
    assert heard.others == ()


def test_it_is_chosen_by_the_configuration_and_hears_any_rate(make_whisper):
    config = Config(voice=VoiceConfig(recognizer=f"whisper:{make_whisper('はい', 'ja')}"), device="cpu")
    assert languages_heard(config) == ("en", "ja")
    assert make_recognizer(config).recognize(sound(rate=44_100)).text == "はい"


def test_each_utterance_has_a_language_of_its_own(make_whisper):
    english, japanese = (WhisperRecognizer(str(make_whisper("yes", language)), "cpu") for language in ("en", "ja"))
    assert [each.recognize(sound()).language for each in (english, japanese, english)] == ["en", "ja", "en"]


def test_nothing_is_heard_in_silence_without_asking_the_model(make_whisper):
    recognizer = WhisperRecognizer(str(make_whisper("Hello.")), "cpu")
    for quiet in (Audio(b"", RATE), silence(2.0)):
        assert recognizer.recognize(quiet).text == ""


@pytest.mark.parametrize("silent", ["<|nospeech|>", "<|nocaptions|>"])
def test_what_is_written_where_the_model_hears_no_speech_is_refused(make_whisper, silent):
    heard = WhisperRecognizer(
        str(make_whisper("Hello there.", absent=20, marks=[*MARKS[:-2], silent, MARKS[-1]])), "cpu"
    ).recognize(sound())
    assert (heard.text, heard.confidence) == ("", 0.0)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ご視聴ありがとうございました。", "ja"),
        ("Thanks for watching!", "en"),
        ("la" * 6, "en"),
        ("はい、" * 4, "ja"),
        ("(拍手)", "ja"),
    ],
)
def test_what_models_write_by_heart_or_in_circles_is_refused(make_whisper, text, language):
    heard = WhisperRecognizer(str(make_whisper(text, language)), "cpu").recognize(sound(4.0))
    assert (heard.text, heard.confidence) == ("", 0.0)


def test_a_model_that_is_sure_of_nothing_is_not_believed(make_whisper):
    heard = WhisperRecognizer(str(make_whisper("Hello there.", sharp=0.2)), "cpu").recognize(sound())
    assert heard.text == ""


def test_where_it_hesitates_the_other_reading_is_told(make_whisper):
    heard = WhisperRecognizer(str(make_whisper("cat", second={0: "b"}, sharp=0.36)), "cpu").recognize(sound())
    assert heard.text == "cat"
    assert heard.others == ("bat",)
    assert 0.2 < heard.confidence < 0.7


def test_what_is_longer_than_the_model_hears_at_once_is_heard_whole(make_whisper):
    heard = WhisperRecognizer(str(make_whisper("and on", "en")), "cpu").recognize(sound(LONGEST + 5))
    assert heard.text == "and on and on"


def test_japanese_goes_on_without_a_space(make_whisper):
    heard = WhisperRecognizer(str(make_whisper("また", "ja")), "cpu").recognize(sound(LONGEST + 5))
    assert heard.text == "またまた"


def test_a_long_sound_is_cut_where_it_is_quietest_and_nothing_of_it_is_lost():
    spoken = join([sound(26.0), silence(0.6), sound(20.0)])
    parts = list(stretches(numbers(spoken)))
    assert [len(part) for part in parts] == [
        pytest.approx(26.3 * RATE, abs=0.3 * RATE),
        pytest.approx(20.3 * RATE, abs=0.3 * RATE),
    ]
    assert np.array_equal(np.concatenate(parts), numbers(spoken))


def test_no_more_is_written_than_can_be_said_in_the_time(make_whisper):
    heard = WhisperRecognizer(str(make_whisper("".join(chr(97 + at % 26) for at in range(200)))), "cpu").recognize(sound(1.0))
    assert len(heard.text) == 28


def test_a_model_of_one_language_is_refused_with_the_remedy(make_whisper):
    folder = make_whisper(marks=["<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|nospeech|>", "<|notimestamps|>"])
    with pytest.raises(VoiceError, match=r"does not know <\|ja\|>, so it hears one language only\. Set voice\.recognizer"):
        WhisperRecognizer(str(folder), "cpu")


@pytest.mark.parametrize("name", ["openai/whisper-of-nowhere", "no-such-folder/at-all"])
def test_a_model_that_is_not_there_is_told_with_the_remedy(monkeypatch, name):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(
        VoiceError, match=rf"Cannot load the recogniser whisper:{name} \(.+\)\. Set voice\.recognizer to whisper:"
    ):
        WhisperRecognizer(name, "cpu")


def test_weights_that_could_run_code_are_not_read(make_whisper):
    folder = make_whisper("Hello.")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(VoiceError, match="safetensors"):
        WhisperRecognizer(str(folder), "cpu")


def test_a_device_that_is_not_there_is_told(make_whisper):
    with pytest.raises(Exception, match="no such device"):
        WhisperRecognizer(str(make_whisper("Hello.")), "mps")
