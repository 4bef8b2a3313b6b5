"""Of what is said before anybody has called, no more is listened to than it takes to know whether a name begins it."""

import pytest

from chatbot.voice.audio import RATE, silence
from chatbot.voice.overhear import overhear

NAMES = ("hey hug", "ねえハグ")


def test_what_begins_with_a_name_is_heard_to_its_end(recognizer):
    ears = recognizer("Hey hug, what", "Hey hug, what is a model card?")
    assert overhear(ears, silence(9), NAMES).text == "Hey hug, what is a model card?"
    assert ears.given[1] == silence(9)


@pytest.mark.parametrize("seconds", [4, 30])
def test_of_what_does_not_begin_with_a_name_only_the_beginning_is_heard(recognizer, seconds):
    ears = recognizer("The ministry said")
    assert overhear(ears, silence(seconds), NAMES).text == "The ministry said"
    (given,) = ears.given
    assert given.rate == RATE
    assert given.seconds < 4


@pytest.mark.parametrize("text", ["Hey hug", "ねえハグ教えて", "Good morning"])
def test_what_is_short_is_heard_once(recognizer, text):
    ears = recognizer(text)
    assert overhear(ears, silence(1), NAMES).text == text
    assert ears.given == [silence(1)]


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
def test_the_beginning_is_as_long_at_other_rates(recognizer, rate):
    ears = recognizer("Good morning")
    overhear(ears, silence(9, rate), NAMES)
    (given,) = ears.given
    assert given.seconds == pytest.approx(3.2, abs=0.001)
    assert given.rate == rate


def test_a_name_that_the_whole_does_not_begin_with_is_none(recognizer):
    assert overhear(recognizer("Hey hug", "Hey, who goes there"), silence(9), NAMES).text == "Hey, who goes there"
