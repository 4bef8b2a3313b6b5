"""What anyone may send."""

import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.errors import PeerError
from chatbot.serve.aloud.messages import FRAME_BYTES, Hello, Wish, frame_of, hello_of, wish_of
from chatbot.types import Turn


def test_a_frame_is_samples_with_what_was_played():
    frame = frame_of(struct.pack("<II", 3, 4000) + b"\1\2" * 512)
    assert (frame.generation, frame.played) == (3, 4000)
    assert frame.samples == b"\1\2" * 512


@given(st.binary(max_size=2 * FRAME_BYTES).filter(lambda data: len(data) != FRAME_BYTES))
def test_what_is_no_frame_is_refused(data):
    with pytest.raises(PeerError, match="Load the page anew"):
        frame_of(data)


def test_a_conversation_begins_as_the_page_says():
    given = {"language": "ja", "open": True, "past": [["Q", "A"], ["x"], 1], "writer": "hub:m", "number": 10_000}
    assert hello_of(json.dumps(given)) == Hello("ja", True, (Turn("Q", "A"),), "hub:m", 10_000)


@pytest.mark.parametrize("text", ["", "[]", "1", "{", "[" * 100_000, "null"])
def test_what_is_no_object_is_refused(text):
    for read in (hello_of, wish_of):
        with pytest.raises(PeerError):
            read(text)


NAMES = st.sampled_from(["language", "open", "past", "writer", "number"])
SHORT = st.text(max_size=5)
VALUES = st.none() | st.booleans() | st.integers() | SHORT | st.lists(SHORT | st.lists(SHORT, max_size=3), max_size=3)


@settings(max_examples=50)
@given(st.dictionaries(NAMES, VALUES))
def test_whatever_stands_in_the_first_message_it_begins_somehow(given):
    hello = hello_of(json.dumps(given))
    assert hello.language in ("en", "ja")
    assert 1 <= hello.number <= 1_000_000


def test_only_known_wishes_are_granted():
    assert wish_of('{"do": "hush"}') == Wish("hush")
    assert wish_of('{"do": "talk", "past": [["Q", "A"]]}') == Wish("talk", (Turn("Q", "A"),))
    for name in ('"begin"', "null", "[]", '"__class__"'):
        with pytest.raises(PeerError):
            wish_of(f'{{"do": {name}}}')
