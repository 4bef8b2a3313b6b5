import pytest

from chatbot.voice.doings import does, done


def test_what_can_be_done_is_found_after_words_that_go_before_plain_verbs():
    sentences = ("Anyone can share a model on the Hub.", "We urge agencies to fund open research.", "It may not work.")
    assert list(done(sentences)) == ["share a model", "share a model on the Hub", "fund open research", "work"]


def test_things_after_to_are_no_doings():
    assert list(done(["It belongs to the public, to us and to each of them."])) == []


def test_nothing_is_found_twice():
    assert list(done(["You can ask.", "They want to ask."])) == ["ask"]


@pytest.mark.parametrize(
    ("doing", "turned"),
    [
        ("share a model", "shares a model"),
        ("publish", "publishes"),
        ("apply the law", "applies the law"),
        ("buy robots", "buys robots"),
        ("pass a test", "passes a test"),
    ],
)
def test_somebody_does_what_is_done(doing, turned):
    assert does(doing) == turned
