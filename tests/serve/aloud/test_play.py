"""Sound that is played elsewhere."""

from hypothesis import given
from hypothesis import strategies as st

from chatbot.serve.aloud.play import FarPlayer
from chatbot.types import Audio
from chatbot.voice.events import Saying

RATE = 24_000
TEXT = Saying("Hello.", "en")


def sound(seconds):
    return Audio(b"\1\0" * round(seconds * RATE), RATE)


def test_sound_is_sent_at_once_in_small_pieces_and_counts_as_waiting_until_it_is_told_to_have_been_played():
    player = FarPlayer(RATE)
    player.add(sound(0.6), TEXT)
    leaving = player.leaving()
    assert b"".join(leaving) == sound(0.6).samples
    assert max(len(piece) for piece in leaving) <= RATE // 2
    assert player.leaving() == []
    assert player.waiting == 0.6
    assert player.begun() == []
    player.told(0, round(0.2 * RATE))
    assert player.begun() == [TEXT]
    assert round(player.waiting, 3) == 0.4


def test_what_is_told_of_dropped_sound_counts_for_nothing():
    player = FarPlayer(RATE)
    player.add(sound(1.0), TEXT)
    assert player.stop() == 1.0
    assert player.leaving() == []
    player.add(sound(0.5), TEXT)
    player.told(0, RATE)
    assert player.waiting == 0.5
    player.told(1, RATE // 4)
    assert player.waiting == 0.25


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2**32 - 1)), max_size=40))
def test_whatever_is_told_time_goes_on_frame_by_frame(told):
    player = FarPlayer(RATE)
    player.add(sound(0.3), TEXT)
    heard = 0
    for generation, played in told:
        player.told(generation, played)
        heard += len(player.drawn().samples) // 2
        assert 0 <= player.waiting <= 0.3
    # What is told late may come beside the silence that stood for it, but no more of it than there was.
    assert 768 * len(told) <= heard <= 768 * len(told) + 0.3 * RATE
