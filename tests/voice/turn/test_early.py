"""An answer is looked for in a pause, and used only if the pause was the end."""

import time

import pytest

from chatbot.voice.early import Early
from chatbot.voice.endpoint import Endpoint
from chatbot.voice.events import Asked, Latency, Saying, Utterance
from chatbot.voice.work import Threaded


class KeptWork:
    def __init__(self, utterance):
        self.utterance, self.closed = utterance, False

    def close(self):
        self.closed = True


class Room:
    """An endpoint that is told who speaks, followed by an early turn."""

    def __init__(self, speech):
        self.begun, self.endpoint, self.speech = [], Endpoint(), speech(1.0)
        self.early = Early(self._begin, 0.2)

    def _begin(self, utterance):
        self.begun.append(KeptWork(utterance))
        return self.begun[-1]

    def hear(self, seconds, likelihood):
        """Return the utterance if one ended."""
        frame = type(self.speech)(self.speech.samples[:1024], self.speech.rate)
        for _ in range(round(seconds / frame.seconds)):
            step = self.endpoint.feed(frame, likelihood)
            self.early.follow(self.endpoint)
            if isinstance(step, Utterance):
                return step
        return None


@pytest.fixture
def room(speech):
    return Room(speech)


def test_a_turn_is_begun_in_the_pause_and_given_at_its_end(room):
    assert room.hear(1.0, 1.0) is None
    assert room.begun == []
    utterance = room.hear(1.0, 0.0)
    (work,) = room.begun
    assert work.utterance.end == utterance.end
    assert 0.2 <= work.utterance.decided - work.utterance.end < 0.25
    assert room.early.take(utterance) is work
    assert not work.closed
    assert room.early.take(utterance) is None


def test_who_goes_on_is_not_answered_before_he_is_done(room):
    room.hear(1.0, 1.0)
    assert room.hear(0.3, 0.0) is None
    room.hear(0.5, 1.0)
    assert [work.closed for work in room.begun] == [True]
    utterance = room.hear(1.0, 0.0)
    assert room.early.take(utterance) is room.begun[1]
    assert len(room.begun[1].utterance.audio.samples) > len(room.begun[0].utterance.audio.samples)


def test_a_click_begins_nothing(room):
    room.hear(0.1, 1.0)
    room.hear(1.0, 0.0)
    assert room.begun == []


def test_a_turn_of_something_else_is_ended_and_not_given(room):
    room.hear(1.0, 1.0)
    room.hear(0.3, 0.0)
    other = Utterance(room.speech, 0.0, 99.0, 99.5)
    assert room.early.take(other) is None
    assert room.begun[0].closed


def test_a_question_with_a_pause_in_it_is_asked_once_and_whole(talk, asking, speech):
    ask = asking("The tower is tall.")
    told = talk(["How tall is the tower?"], ask).wait(0.5).hear(speech(1.0)).wait(0.3).hear(speech(1.0)).wait(4)
    assert ask.asked == [("How tall is the tower?", ())]
    assert len(told.of(Asked)) == len(told.of(Saying)) == 1


def test_an_answer_found_in_the_pause_is_said_as_soon_as_the_turn_is_over(talk, asking, speech):
    """In threads the answer is there long before the pause is over; nothing of it is told or played before."""
    told = talk(["How tall?"], asking("The tower is tall."), work=Threaded).wait(0.5).hear(speech(1.0)).wait(0.3)
    time.sleep(0.3)
    assert told.of(Asked) == []
    assert not any(told.out)
    told.wait(0.25)
    (ended,) = told.when(Utterance)
    (asked,) = told.when(Asked)
    assert asked - ended < 0.05
    told.wait(1)
    (latency,) = told.of(Latency)
    assert latency.endpoint == pytest.approx(480, abs=40)
    assert latency.transcript >= latency.endpoint
    assert latency.first_audio >= latency.transcript
    assert any(told.out)
