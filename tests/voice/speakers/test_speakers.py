"""The voices that need no download, each with its real library."""

import pytest

from chatbot.errors import VoiceError
from chatbot.voice.audio import level, numbers
from chatbot.voice.espeak import open_espeak
from chatbot.voice.rates import join
from chatbot.voice.speak import Voices
from chatbot.voice.speakers.espeak import EspeakSpeaker
from chatbot.voice.speakers.openjtalk import OpenJTalkSpeaker

TEXTS = {"en": "What is a model card?", "ja": "モデルカードとは何ですか。"}
SPEAKERS = {
    "en": lambda speed=1.0: EspeakSpeaker(open_espeak(), speed=speed),
    "ja": lambda speed=1.0: OpenJTalkSpeaker(speed=speed),
}


def said(speaker, text, language):
    return join(speaker.speak(text, language))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_sentence_is_heard(language):
    sound = said(SPEAKERS[language](), TEXTS[language], language)
    assert 0.7 < sound.seconds < 4
    assert level(sound) > -40
    assert abs(numbers(sound).astype(int)).max() <= 32767


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_same_text_lasts_as_long_again_and_faster_is_shorter(language):
    usual, fast = SPEAKERS[language](), SPEAKERS[language](1.6)
    first = said(usual, TEXTS[language], language)
    # Where in its waves eSpeak NG begins is left from the text before, so not every sample is the same.
    assert said(usual, TEXTS[language], language).seconds == pytest.approx(first.seconds, abs=0.05)
    assert said(fast, TEXTS[language], language).seconds < 0.85 * first.seconds


@pytest.mark.parametrize(("language", "nothing"), [("en", ""), ("ja", ""), ("ja", "。")])
def test_nothing_makes_no_sound(language, nothing):
    assert all(level(piece) < -60 for piece in SPEAKERS[language]().speak(nothing, language))


def test_a_voice_that_does_not_exist_is_named():
    with pytest.raises(VoiceError, match="klingonese"):
        list(EspeakSpeaker(open_espeak(), "klingonese").speak("hello", "en"))


def test_a_file_that_is_no_voice_is_named(tmp_path):
    file = tmp_path / "no.htsvoice"
    file.write_bytes(b"nothing of the kind")
    with pytest.raises(VoiceError, match=r"no\.htsvoice"):
        OpenJTalkSpeaker(str(file))


def test_each_language_has_its_voice_and_all_have_one_rate():
    voices = Voices({"en": SPEAKERS["en"](), "ja": SPEAKERS["ja"]()}, 24_000)
    for language, text in TEXTS.items():
        pieces = list(voices.speak(text, language))
        assert pieces
        assert {piece.rate for piece in pieces} == {24_000}
