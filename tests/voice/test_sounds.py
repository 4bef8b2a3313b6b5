import pytest

from chatbot.voice.espeak import open_espeak
from chatbot.voice.sounds import Sounds, japanese_sounds

PHONEMES = set("AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH".split())


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    dictionary = tmp_path_factory.mktemp("sounds") / "some.dict"
    dictionary.write_text("model M AA D AH L\nread R EH D\nread(2) R IY D\nopen OW P AH N\n", "utf-8")
    return Sounds(dictionary, open_espeak())


def test_a_known_word_is_said_as_the_dictionary_has_it(sounds):
    assert sounds.say(["model"]) == ["M AA D AH L"]
    assert sounds.say(["Open", "model"]) == ["OW P AH N M AA D AH L"]


def test_a_word_is_said_in_every_way_that_the_dictionary_has(sounds):
    assert sounds.say(["read"]) == ["R EH D", "R IY D"]


def test_the_ways_of_a_long_name_are_few(sounds):
    assert len(sounds.say(["read"] * 6)) == 4


def test_capitals_are_said_letter_by_letter(sounds):
    assert sounds.say(["AI"]) == ["EY AY"]
    assert sounds.say(["B", "C"]) == ["B IY S IY"]


@pytest.mark.parametrize("word", ["safetensors", "gradio", "huggingface", "zoology", "Delangue", "xylophone", "Qwen"])
def test_an_unknown_word_is_said_in_phonemes_that_the_acoustic_model_has(sounds, word):
    (way,) = sounds.say([word])
    assert len(way.split()) >= 3
    assert set(way.split()) <= PHONEMES


def test_the_words_of_the_dictionary_are_told_once(sounds):
    assert sorted(sounds.words) == ["model", "open", "read"]


@pytest.mark.parametrize("text", ["ねえハグ", "教えて", "ギャル", "しゃっくり"])
def test_japanese_is_said_in_english_sounds(text):
    assert set(japanese_sounds(text).split()) <= PHONEMES


def test_a_japanese_name_begins_and_ends_as_it_is_said():
    assert japanese_sounds("ねえハグ").split()[:2] == ["N", "EY"]
    assert japanese_sounds("ねえハグ").split()[-3:] == ["AA", "G", "UW"]
