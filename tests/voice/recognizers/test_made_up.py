"""What models write by heart, in circles, or of noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.voice.recognizers.made_up import believable, circling, repeated


@pytest.mark.parametrize(
    "text", ["What is open source?", "ありがとう", "Thank you.", "オープンソースはなぜ重要ですか？", "no no no"]
)
def test_what_people_say_is_believed(text):
    assert believable(text, -0.3, 0.1)


@pytest.mark.parametrize(
    ("text", "logprob", "absent"),
    [
        ("", -0.1, 0.0),
        (" … ", -0.1, 0.0),
        ("What is open source?", -1.6, 0.0),
        ("What is open source?", -0.3, 0.7),
        ("Thank you for watching.", -0.1, 0.0),
        ("THANKS FOR WATCHING!", -0.1, 0.0),
        ("ご視聴ありがとうございました", -0.1, 0.0),
        ("ご清聴、ありがとうございました。", -0.1, 0.0),
        ("[BLANK_AUDIO]", -0.3, 0.5),
        ("(gentle music)", -0.3, 0.5),
        ("♪～♪", -0.3, 0.5),
        ("I don't know. " * 8, -0.2, 0.0),
        ("そうですね、" * 12, -0.2, 0.0),
    ],
)
def test_what_is_made_up_is_not(text, logprob, absent):
    assert not believable(text, logprob, absent)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=16), st.integers(9, 12), st.lists(st.integers(6, 9), max_size=9))
def test_circles_of_any_length_are_seen_at_the_end(period, times, before):
    assert circling([*before, *(period * times)])


@given(st.permutations(range(40)))
def test_what_never_comes_back_is_no_circle(tokens):
    assert not circling(tokens)


def test_saying_a_word_twice_is_no_circle():
    assert not circling([5, 5])
    assert not circling([1, 2, 3, 1, 2, 3])


@given(st.text())
def test_packing_has_a_ratio_for_any_text(text):
    assert repeated(text) >= 0
