"""What is set to what hears and speaks: the right class, made once, kept, and told apart by the documents."""

from dataclasses import replace

import pytest

from chatbot.assemble.voice import languages_heard, make_detector, make_recognizer, make_speaker, make_words
from chatbot.config import Config, VoiceConfig
from chatbot.errors import ChatbotError
from chatbot.types import Audio
from chatbot.voice import words
from chatbot.voice.audio import FRAME, RATE

DOCUMENT = """---
title: Kumquat
publisher: Nobody
date: 2025-01-01
url: https://example.org/kumquat
language: en
kind: article
licence: CC0-1.0
---
# Kumquat

## Why Zebrafinch created Kumquat

Zebrafinch created Kumquat to test whether names are heard. Kumquat is small and everybody may use Kumquat for anything at all.
"""


@pytest.fixture
def config(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "kumquat.en.md").write_text(DOCUMENT, "utf-8")
    return replace(Config(), corpus=str(corpus), cache=str(tmp_path / "cache"))


def test_the_words_of_the_documents_may_be_heard(config):
    made = make_words(config)
    told = made.dictionary.read_text("utf-8")
    assert "\nkumquat" in told.lower()
    assert "\nzebrafinch" in told.lower()
    assert made.model.read_text("utf-8").startswith("\\data\\")


def test_words_are_made_once_and_again_for_other_documents(config):
    made = make_words(config)
    before = made.model.stat().st_mtime_ns
    assert make_words(config) == made
    assert made.model.stat().st_mtime_ns == before
    (config.corpus_folder / "other.en.md").write_text(DOCUMENT.replace("Kumquat", "Persimmon"), "utf-8")
    other = make_words(config)
    assert other != made
    assert "persimmon" in other.dictionary.read_text("utf-8").lower()
    assert {file.name for file in other.model.parent.iterdir()} == {words.MODEL, words.DICTIONARY}


@pytest.mark.parametrize(
    ("names", "heard"),
    [
        (("hey hug", "ねえハグ"), {"hey_hug"}),
        (("hello computer",), {"hello_computer"}),
        (("ねえハグ", "おーい"), {"ねえハグ", "おーい"}),
    ],
)
def test_a_japanese_name_is_heard_among_english_words_only_where_no_english_one_is(config, names, heard):
    made = make_words(replace(config, voice=VoiceConfig(wake=names)))
    told = {line.split()[0].partition("(")[0] for line in made.dictionary.read_text("utf-8").splitlines()}
    assert {word for word in told if "_" in word or not word.isascii()} - {"Hugging_Face"} == heard


def test_all_who_hear_the_same_documents_by_the_same_names_share_one_decoder(config):
    one = make_recognizer(config)
    assert make_recognizer(replace(config)) is one
    assert make_recognizer(replace(config, voice=VoiceConfig(wake=("hello computer",)))) is not one


def test_without_documents_nothing_can_be_heard_and_it_is_said_why(tmp_path):
    with pytest.raises(ChatbotError):
        make_words(replace(Config(), corpus=str(tmp_path / "none"), cache=str(tmp_path)))


@pytest.mark.parametrize(("recognizer", "heard"), [("auto", ("en",)), ("sphinx", ("en",)), ("whisper:tiny", ("en", "ja"))])
def test_the_languages_heard_are_those_of_the_recogniser(recognizer, heard):
    assert languages_heard(Config(voice=VoiceConfig(recognizer=recognizer))) == heard


def test_both_languages_speak_at_the_rate_that_is_set():
    speaker = make_speaker(Config(voice=VoiceConfig(rate=16_000)))
    for text, language in (("Hello there.", "en"), ("こんにちは。", "ja")):
        pieces = list(speaker.speak(text, language))
        assert pieces
        assert {piece.rate for piece in pieces} == {16_000}


def test_a_pace_given_goes_before_the_one_set():
    config = Config(voice=VoiceConfig(speed=1.0))
    usual, slow = (
        sum(piece.seconds for piece in make_speaker(config, pace).speak("What is a model card?", "en")) for pace in (None, 0.6)
    )
    assert slow > 1.3 * usual


def test_each_stream_has_its_own_detector():
    first, second = make_detector(Config()), make_detector(Config())
    assert first is not second
    assert 0 <= first.speech(Audio(bytes(2 * FRAME), RATE)) < 0.5
