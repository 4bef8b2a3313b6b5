"""The conversation as a whole, on scripted sound and the clock of that sound."""

import threading
import time

import pytest

from chatbot.types import Audio, Transcript, Turn
from chatbot.voice.audio import RATE, silence
from chatbot.voice.events import (
    Asked,
    Began,
    Commanded,
    Ended,
    Failed,
    Heard,
    Interrupted,
    Latency,
    Said,
    Saying,
    Utterance,
    Woken,
)
from chatbot.voice.work import Threaded

THREE = ("The tower is tall.", " It is white.", " It was built in 1962.")
LETTERS = "abc defgh ijklm nopqr stuvwx yz"
LONG = tuple(
    f" Sentence {word} is not short at all, as it goes on for some seconds: {LETTERS} {LETTERS}." for word in "ABCDEFG"
)


class CallsAt:
    """A spotter that hears the wake word at given frames."""

    def __init__(self, *frames):
        self.frames, self.count = frames, 0

    def spot(self, frame):
        self.count += 1
        return self.count in self.frames


def test_a_question_is_heard_answered_and_said(talk, asking, speech):
    ask = asking(*THREE)
    told = talk(["How tall is the tower?"], ask).wait(0.5).hear(speech(1.5)).wait(8)
    assert ask.asked == [("How tall is the tower?", ())]
    assert [saying.text for saying in told.of(Saying)] == [
        "The tower is tall.",
        "It is white.",
        "It was built in nineteen sixty-two.",
    ]
    assert told.states == ["thinking", "speaking", "listening"]
    (said,) = told.of(Said)
    assert said.seconds == pytest.approx(sum(0.02 * len(text.text) for text in told.of(Saying)), abs=0.01)


def test_every_sound_is_played_once_and_in_order(talk, asking, speech, tones):
    told = talk(["Tell me."], asking(*THREE)).wait(0.3).hear(speech(1)).wait(8)
    expected = b"".join(piece.samples for text, lang in list(tones.texts) for piece in tones.speak(text, lang))
    assert told.out.strip(b"\0") == expected.strip(b"\0")


def test_the_end_of_the_turn_is_decided_soon(talk, asking, speech):
    told = talk(["Tell me."], asking(*THREE)).wait(1).hear(speech(2)).wait(3)
    assert told.when(Utterance)[0] - 3.0 <= 0.6
    (latency,) = told.of(Latency)
    assert 400 <= latency.endpoint <= 600
    assert latency.endpoint <= latency.transcript <= latency.first_text <= latency.first_audio
    assert latency.reply < 100


def test_who_speaks_up_silences_it_at_once(talk, asking, speech):
    told = talk(["Tell me all.", "And France?"], asking(*LONG)).wait(0.5).hear(speech(1)).wait(4)
    assert told.loop.state == "speaking"
    start = told.loop.now
    told.hear(speech(0.8, seed=1)).wait(0.7)
    (interrupted,) = told.of(Interrupted)
    assert interrupted.by == "speech"
    assert interrupted.dropped > 0.5
    assert told.when(Interrupted)[0] - start <= 0.15
    assert told.played(start + 0.15, start + 1.2) == -96
    assert told.played(start - 1, start - 0.1) > -40


def test_what_was_said_over_it_is_the_next_question(talk, asking, speech):
    ask = asking(*LONG)
    told = talk(["Tell me all.", "And France?"], ask).wait(0.5).hear(speech(1)).wait(4).hear(speech(1, seed=1)).wait(3)
    assert [question for question, _ in ask.asked] == ["Tell me all.", "And France?"]
    assert ask.asked[1][1][0].question == "Tell me all."
    # From before the first syllable on: it takes three frames to notice.
    assert told.of(Utterance)[1].audio.seconds >= 1.0 + 0.1


def test_a_sentence_that_was_dropped_is_never_played(talk, asking, speech):
    told = talk(["Tell me all.", "stop"], asking(*LONG)).wait(0.5).hear(speech(1)).wait(3).hear(speech(0.6, seed=1)).wait(6)
    assert len(told.of(Saying)) <= 3
    assert [command.name for command in told.of(Commanded)] == ["stop"]
    assert told.played(told.loop.now - 5, told.loop.now) == -96


def test_a_pause_for_breath_does_not_cut_a_question_in_two(talk, asking, speech):
    class Slow:
        """A recogniser's result that is not there for half a second of the sound heard."""

        def __init__(self, steps):
            self.steps, self.polls, self.done = steps, 0, False

        def take(self):
            self.polls += 1
            if self.polls < 16:
                return []
            try:
                return [next(self.steps)]
            except StopIteration:
                self.done = True
                return []

        def close(self):
            self.steps.close()

    told = talk(["How tall", "How tall is the tower?"], asking(*THREE), work=Slow)
    told.wait(0.5).hear(speech(1)).wait(0.7).hear(speech(1, seed=1)).wait(4)
    assert [interrupted.played for interrupted in told.of(Interrupted)] == [0.0]
    assert told.of(Utterance)[-1].audio.seconds > 2.5


def test_a_microphone_that_hears_the_answer_does_not_interrupt_it(talk, asking, speech):
    told = talk(["Tell me all."], asking(*LONG)).wait(0.5).hear(speech(1)).wait(0.6)
    from chatbot.voice.rates import resample

    for _ in range(150):
        played = resample(Audio(told.out[-2 * 2400 - 2 * 768 :][: 2 * 768], 24_000), RATE)
        told.hear(played)
    assert len(told.of(Began)) == 1
    assert told.of(Interrupted) == []


def test_it_listens_only_once_called_and_then_for_eight_seconds_more(talk, asking, speech):
    ask = asking(*THREE)
    told = talk(["Not for you.", "And the lamp?"], ask, spotter=CallsAt(100), mode="wake")
    told.hear(speech(1)).wait(2)
    assert told.of(Began) == []
    told.wait(0.5).hear(speech(1)).wait(6)
    assert len(told.of(Woken)) == 1
    assert len(ask.asked) == 1
    told.hear(speech(1, seed=2)).wait(6)
    assert [question for question, _ in ask.asked] == ["Not for you.", "And the lamp?"]
    told.wait(8.5)
    assert told.of(Ended) == [Ended("silence")]
    assert told.states[-1] == "idle"
    told.hear(speech(1)).wait(2)
    assert len(ask.asked) == 2


def test_its_name_interrupts_it(talk, asking, speech):
    told = talk(["Tell me all."], asking(*LONG), spotter=CallsAt(20, 150), mode="wake").wait(0.7).hear(speech(1)).wait(2.9)
    assert told.loop.state == "speaking"
    told.hear(speech(0.3))
    assert len(told.of(Interrupted)) == 1
    assert len(told.of(Woken)) == 2
    assert told.loop.state == "listening"


def test_its_name_in_its_own_voice_does_not_call_it(talk, asking, speech):
    told = talk(["Tell me all."], asking(*LONG), spotter=CallsAt(20, 150), mode="wake").wait(0.7).hear(speech(1)).wait(4)
    assert told.of(Interrupted) == []
    assert len(told.of(Woken)) == 1


def test_its_name_in_the_transcript_calls_it_too(talk, asking, speech):
    ask = asking(*THREE)
    heard = ["It rains again.", Transcript("ねえハグ塔の高さは?", "ja", 1.0), "hey hug how tall is it"]
    told = talk(heard, ask, names=("hey hug", "ねえハグ"), mode="wake").wait(0.3).hear(speech(1)).wait(1)
    assert told.events == []
    told.hear(speech(1)).wait(4)
    assert [type(event) for event in (told.of(Woken) + told.of(Heard))] == [Woken, Heard]
    assert told.states == ["thinking", "speaking", "listening"]
    told.hear(speech(1)).wait(2)
    assert [question for question, _ in ask.asked] == ["塔の高さは?", "how tall is it"]


def test_called_by_name_alone_it_listens(talk, asking, speech):
    ask = asking(*THREE)
    told = talk(["Hey, hug!", "How tall?"], ask, names=("hey hug",), mode="wake").wait(0.3).hear(speech(1)).wait(2)
    assert told.states == ["thinking", "listening"]
    told.hear(speech(1)).wait(2)
    assert [question for question, _ in ask.asked] == ["How tall?"]


def test_a_button_is_held_to_speak(talk, asking, speech):
    ask = asking(*THREE)
    told = talk(["How tall?"], ask, mode="push").hear(speech(1)).wait(1)
    assert told.of(Began) == []
    told.do(told.loop.press()).hear(speech(1)).wait(2).hear(speech(0.5)).do(told.loop.release())
    (utterance,) = told.of(Utterance)
    assert utterance.audio.seconds == pytest.approx(3.5, abs=0.1)
    told.wait(1)
    assert len(ask.asked) == 1
    told.do(told.loop.press())
    assert told.of(Interrupted)[-1].by == "stop"


def test_muted_it_neither_hears_nor_speaks(talk, asking, speech):
    ask = asking(*LONG)
    told = talk(["Tell me all."], ask).wait(0.5).hear(speech(1)).wait(2)
    told.do(told.loop.mute())
    at = told.loop.now
    told.hear(speech(2)).wait(2)
    assert told.of(Interrupted)[-1].by == "mute"
    assert told.played(at + 0.05, at + 4) == -96
    assert len(ask.asked) == 1
    told.do(told.loop.unmute()).hear(speech(1)).wait(1)
    assert len(ask.asked) == 2


def test_stop_ends_the_conversation_and_forgets_it(talk, asking, speech):
    ask = asking(*THREE)
    told = talk(["How tall?", "Stop.", "And now?"], ask).wait(0.3)
    told.hear(speech(1)).wait(6).hear(speech(0.6)).wait(2)
    assert told.of(Ended) == [Ended("stop")]
    told.hear(speech(1)).wait(2)
    assert ask.asked[-1] == ("And now?", ())


def test_silence_ends_the_conversation(talk, asking, speech):
    told = talk(["How tall?"], asking(*THREE), forget=20).wait(0.3).hear(speech(1)).wait(30)
    assert told.of(Ended) == [Ended("silence")]
    assert told.loop.memory.past == ()


def test_past_questions_come_along(talk, asking, speech):
    ask = asking(*THREE)
    talk(["How tall?", "Who built it?"], ask).wait(0.3).hear(speech(1)).wait(6).hear(speech(1)).wait(6)
    assert ask.asked[1] == ("Who built it?", (Turn("How tall?", "".join(THREE)),))


def test_a_turn_that_breaks_is_told_and_the_next_one_works(talk, asking, speech):
    class Breaks:
        def __init__(self):
            self.asked = 0

        def __call__(self, question, past):
            self.asked += 1
            if self.asked == 1:
                raise RuntimeError("a wire came loose")
            return asking(*THREE)(question, past)

    told = talk(["One?", "Two?"], Breaks(), earcons=0.2).wait(0.3).hear(speech(1)).wait(3).hear(speech(1)).wait(4)
    (failed,) = told.of(Failed)
    assert "a wire came loose" in failed.message
    assert len(told.of(Said)) == 1
    assert told.loop.state == "listening"


def test_tones_tell_what_it_does_unless_they_are_off(talk, asking, speech):
    for loudness, heard in ((0.2, True), (0.0, False)):
        told = talk(["One?"], asking(), earcons=loudness).wait(0.3).hear(speech(1)).wait(1)
        assert any(told.out) is heard
    called = talk(["One?"], asking(), spotter=CallsAt(5), mode="wake", earcons=0.2).wait(1)
    assert called.played(0.1, 0.4) > -30


def test_in_a_thread_nothing_is_lost_either(talk, asking, speech, tones):
    told = talk(["Tell me."], asking(*THREE), work=Threaded).wait(0.3).hear(speech(1)).wait(0.6)
    end = time.monotonic() + 20
    while told.loop.state != "listening" and time.monotonic() < end:
        told.wait(0.032)
        time.sleep(0.001)
    assert len(told.of(Saying)) == 3
    expected = b"".join(piece.samples for text, lang in list(tones.texts) for piece in tones.speak(text, lang))
    # While it waits for the thread, silence may come between two pieces.
    assert len(told.out.replace(b"\0\0", b"")) == len(expected.replace(b"\0\0", b""))


def test_closing_ends_the_thread_and_the_answer(talk, asking, speech):
    ask = asking(*LONG)
    told = talk(["Tell me."], ask, work=Threaded).wait(0.3).hear(speech(1)).wait(0.6)
    told.loop.close()
    end = time.monotonic() + 20
    while any(thread.name == "turn" for thread in threading.enumerate()) and time.monotonic() < end:
        time.sleep(0.01)
    assert not any(thread.name == "turn" for thread in threading.enumerate())
    assert ask.closed == len(ask.asked)
    told.loop.player.draw(240)
    assert told.loop.resting


def test_noise_that_nobody_understands_is_asked_about(talk, asking, speech):
    told = talk([Transcript("", "en", 0.0)], asking()).wait(0.3).hear(speech(1)).wait(4)
    assert "did not catch" in told.of(Saying)[0].text
    assert told.of(Asked) == []
    assert [heard.transcript.text for heard in told.of(Heard)] == [""]


def test_nothing_comes_of_nothing(talk, asking):
    told = talk(["x"], asking())
    told.hear(silence(30))
    assert told.events == []
    assert told.loop.resting
