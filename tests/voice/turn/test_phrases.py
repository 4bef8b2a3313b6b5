import pytest

from chatbot.voice.earcons import earcon
from chatbot.voice.phrases import command, phrases

HEARD = [
    ("Repeat that.", "repeat"),
    ("say that again please", "repeat"),
    ("Could you repeat that", "repeat"),
    ("もう一度", "repeat"),
    ("もう一度お願いします。", "repeat"),
    ("えっと、もう一回言ってください", "repeat"),
    ("STOP!", "stop"),
    ("okay stop", None),
    ("stop please", "stop"),
    ("ストップ", "stop"),
    ("やめてください", "stop"),
    ("もういいです", "stop"),
    ("slower", "slower"),
    ("a bit slower please", "slower"),
    ("もっとゆっくり", "slower"),
    ("もっとゆっくり話してください", "slower"),
    ("faster", "faster"),
    ("もっと速く", "faster"),
    ("go on", "go_on"),
    ("Please continue.", "go_on"),
    ("続けて", "go_on"),
    ("続きをお願いします", "go_on"),
    ("yes", "yes"),
    ("yes please", "yes"),
    ("はい", "yes"),
    ("はい、お願いします", "yes"),
    ("no thanks", "no"),
    ("いいえ", "no"),
    ("いいえ、結構です", None),
    ("the second", "second"),
    ("The first one, please.", "first"),
    ("一つ目", "first"),
    ("一つ目です", "first"),
    ("二つ目でお願いします", "second"),
    ("", None),
    ("please", None),
    ("What did Hugging Face say about the AI Action Plan?", None),
    ("How do I stop a model?", None),
    ("ストップ高とは何ですか", None),
    ("はいといいえの違いは", None),
    ("一つ目の勧告は何ですか", None),
    ("the second recommendation", None),
]


@pytest.mark.parametrize(("text", "name"), HEARD)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_commands_are_known_whatever_language_was_told(text, name, language):
    assert command(text, language) == name


def test_both_languages_have_every_phrase_and_command():
    assert set(phrases("en").commands) == set(phrases("ja").commands)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_way_of_saying_a_command_says_another(language):
    ways = [way for each in phrases(language).commands.values() for way in each]
    assert len(ways) == len(set(ways))
    for name, listed in phrases(language).commands.items():
        assert {command(way, language) for way in listed} == {name}


@pytest.mark.parametrize("name", ["listening", "heard", "error"])
def test_a_tone_is_short_and_as_loud_as_told(name):
    quiet, loud = (earcon(name, 24_000, loudness) for loudness in (0.1, 0.5))
    assert 0.1 <= loud.seconds <= 0.4
    assert quiet.samples != loud.samples
    assert loud.samples[:2] == b"\0\0"
    assert earcon(name, 24_000, 0).samples == b""
