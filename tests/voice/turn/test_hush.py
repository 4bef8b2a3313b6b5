"""Silence at the first sign of a person."""

import numpy as np
import pytest

from chatbot.types import Audio
from chatbot.voice.audio import from_numbers, numbers
from chatbot.voice.events import Began, Interrupted
from chatbot.voice.hush import Hush
from chatbot.voice.play import Player

RATE, FRAME, SECONDS = 24_000, 768, 0.032


def ramp(seconds=2.0):
    return from_numbers(np.arange(round(seconds * RATE)) % 9000 + 1000, RATE)


@pytest.fixture
def player():
    player = Player(RATE)
    player.add(ramp())
    player.draw(FRAME)
    return player


def drawn(player, frames=1):
    return numbers(Audio(player.draw(frames * FRAME), RATE))


def test_one_sure_frame_is_enough_for_silence_and_nothing_is_lost(player):
    hush = Hush(player)
    hush.follow(0.95, SECONDS)
    first = drawn(player)
    assert not first[round(0.005 * RATE) :].any()
    for _ in range(5):
        hush.follow(0.1, SECONDS)
    assert not player.held
    assert hush.errors == 1
    after = drawn(player, 4)
    assert np.array_equal(after[200:], numbers(ramp())[FRAME : 5 * FRAME][200:])


def test_neither_end_of_the_silence_clicks(player):
    player.hold()
    end = drawn(player)
    player.resume()
    begin = drawn(player)
    assert np.abs(np.diff(np.concatenate((end, begin)).astype(int))).max() < 600


def test_unsure_frames_do_not_stop_it(player):
    hush = Hush(player)
    for _ in range(20):
        hush.follow(0.8, SECONDS)
    assert not player.held


def test_errors_become_rare_where_it_errs_again_and_again():
    player = Player(RATE)
    player.add(ramp(10.0))
    hush, held = Hush(player), []
    for _ in range(round(120 / SECONDS)):
        hush.follow(0.95, SECONDS)
        held.append(player.held)
    # In two minutes of one long misunderstanding it is silent for half a second.
    assert hush.errors == 4
    assert sum(held) * SECONDS < 0.7


def test_who_is_heard_out_is_heard_at_once_the_next_time(player):
    hush = Hush(player)
    for _ in range(2):
        hush.follow(0.95, SECONDS)
        assert player.held
        player.stop()
        for _ in range(6):
            hush.follow(0.95, SECONDS)
        player.add(ramp(1.0))
    assert hush.errors == 0


def test_where_nothing_is_played_nothing_is_held():
    player = Player(RATE)
    Hush(player).follow(1.0, SECONDS)
    assert not player.held


def test_what_is_stopped_while_held_is_dropped_without_another_sound(player):
    player.hold()
    player.draw(FRAME)
    assert player.stop() > 1
    assert not drawn(player, 4).any()
    player.add(ramp(0.1))
    assert drawn(player).any()


def test_holding_twice_fades_once(player):
    player.hold()
    player.draw(FRAME)
    player.hold()
    assert not drawn(player).any()


def test_a_person_silences_an_answer_before_it_is_sure_and_what_they_say_is_heard(talk, asking, speech):
    conversation = talk(
        ["How long is it?", "And how wide?"], asking("It is 1200 metres long, and it was built in 1988 by nobody.")
    )
    conversation.hear(speech(1.0)).wait(1.5)
    start = conversation.loop.now
    conversation.hear(speech(0.032, seed=3))
    assert conversation.loop.player.held
    conversation.hear(speech(0.9, seed=3)).wait(1.0)
    assert len(conversation.of(Interrupted)) == 1
    assert conversation.when(Began)[-1] - start < 0.13
    assert conversation.played(start + 0.1, start + 0.9) < -90
