import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.types import Audio
from chatbot.voice.events import Saying
from chatbot.voice.play import Player

RATE = 24_000
A, B = Saying("a", "en"), Saying("b", "en")


def sound(*values):
    return Audio(b"".join(value.to_bytes(2, "little") for value in values), RATE)


@given(st.lists(st.integers(1, 50), max_size=8), st.lists(st.integers(1, 60), min_size=1, max_size=8))
def test_whatever_is_drawn_is_what_was_added_in_order(added, drawn):
    player, count = Player(RATE), 1
    for size in added:
        player.add(sound(*range(count, count + size)), A)
        count += size
    played = b"".join(player.draw(size) for size in drawn)
    expected = sound(*range(1, count)).samples
    assert played == expected[: len(played)].ljust(len(played), b"\0")
    assert player.drawn().samples == played
    assert player.drawn().samples == b""
    assert player.waiting == pytest.approx(max(0, count - 1 - sum(drawn)) / RATE)


def test_a_sentence_begins_when_its_first_sample_is_drawn_and_once():
    player = Player(RATE)
    for piece, of in ((sound(*range(1, 11)), A), (sound(*range(1, 11)), A), (sound(1, 2), None), (sound(3), B)):
        player.add(piece, of)
    assert player.begun() == []
    player.draw(5)
    assert player.begun() == [A]
    player.draw(16)
    assert player.begun() == []
    player.draw(2)
    assert player.begun() == [B]


def test_what_is_stopped_is_dropped_but_for_a_fade():
    player = Player(RATE)
    player.add(Audio(b"\x00\x40" * RATE, RATE), A)
    player.draw(RATE // 4)
    assert player.stop() == pytest.approx(0.75)
    assert player.waiting == pytest.approx(0.005)
    rest = player.draw(RATE)
    assert rest[:2] == b"\x00\x40"
    assert not rest[240:].strip(b"\0")
    assert player.reset() == pytest.approx(0.25)


def test_sound_of_another_rate_is_refused():
    with pytest.raises(ValueError, match="16000"):
        Player(RATE).add(Audio(b"\0\0", 16_000))
