"""A spoken conversation as its page sees it."""

import pytest

from chatbot.errors import VoiceError
from chatbot.serve.aloud.session import Limits
from chatbot.types import Audio, Found, Query, Turn
from chatbot.voice.audio import RATE
from chatbot.voice.rates import resample
from chatbot.voice.work import Inline

TALL = "How tall is the harbour tower?"
WHEN = "And when was it finished?"
NOTHING_YET = Found(Query(TALL, "en"), ())


class Slowly(Inline):
    """Works out one step a frame, so that an answer may take for ever."""

    rests = False

    def take(self):
        self.rests = not self.rests
        return super().take() if self.rests else []


def test_a_spoken_question_is_answered_on_the_page_as_a_typed_one(converse, speech):
    page = converse(TALL).hear(speech(1.2)).wait(2)
    assert page.of("heard") == [{"kind": "heard", "text": TALL, "lang": "en"}]
    assert page.of("asked") == [{"kind": "asked", "number": 7, "question": TALL}]
    last = page.of("line")[-1]
    assert last["state"] == "answered"
    assert last["number"] == 7
    assert "48 metres" in last["record"]["answer"]
    assert last["record"]["sources"][0]["document"] == "tower.en.md"
    html = "".join(line.get("answer", "") + line.get("sources", "") for line in page.of("line"))
    assert 'href="#source-7-1"' in html
    assert 'id="source-7-1"' in html


def test_states_are_told_in_their_order_and_the_answer_is_heard_and_told(converse, speech):
    page = converse(TALL).wait(0.5).hear(speech(1.2)).wait(12)
    assert page.states == ["listening", "thinking", "speaking", "listening"]
    assert "forty-eight metres" in " ".join(row["text"] for row in page.of("saying"))
    begun = page.when("saying")[0]
    assert page.level(begun + 0.1, begun + 0.6) > -30
    assert page.of("sounding")[0]["ms"] >= 0


def test_a_follow_up_needs_no_button_and_leans_on_what_was_said(converse, speech):
    page = converse(TALL, WHEN).hear(speech(1.2)).wait(12).hear(speech(1.2)).wait(12)
    first, second = [line["record"] for line in page.of("line") if line["state"] == "answered"]
    assert "48 metres" in first["answer"]
    assert "1962" in second["answer"]
    assert [row["number"] for row in page.of("asked")] == [7, 8]


def test_after_a_tap_it_finds_out_when_one_has_spoken_and_goes_to_rest_after_the_answer(converse, speech):
    page = converse(TALL, open=False).wait(1)
    assert page.states == ["idle"]
    page.hear(speech(1)).wait(1)
    assert page.of("began") == []
    page.do("call").hear(speech(1.2)).wait(25)
    assert page.states == ["idle", "idle", "listening", "thinking", "speaking", "listening", "idle"]
    assert len(page.of("asked")) == 1


def test_at_rest_it_overhears_nothing_though_it_has_names(converse, speech):
    page = converse("hey hug " + TALL, open=False, names=("hey hug",)).wait(0.5).hear(speech(1.2)).wait(2)
    assert page.states == ["idle"]
    assert page.of("heard") == []
    page.do("open").wait(0.5).hear(speech(1.2)).wait(2)
    assert page.of("asked")[0]["question"] == TALL


def test_a_button_that_is_let_go_ends_the_turn_at_once(converse, speech):
    page = converse(TALL, open=False).wait(0.3).do("press").hear(speech(1.0))
    assert page.of("heard") == []
    page.do("release").wait(0.1)
    assert len(page.of("heard")) == 1
    assert page.of("latency")[0]["endpoint_ms"] < 100


def test_a_press_that_turns_out_to_be_a_tap_leaves_nothing_behind(converse, speech):
    page = converse(TALL, open=False).wait(0.3).do("press").wait(0.2).do("call").wait(1)
    assert page.of("heard") == []
    page.hear(speech(1.2)).wait(1)
    assert len(page.of("heard")) == 1


def test_who_speaks_in_between_silences_it_and_nothing_old_is_played_after(converse, speech):
    page = converse(TALL, WHEN).hear(speech(1.2)).wait(2)
    assert page.states[-1] == "speaking"
    start = page.now
    page.hear(speech(1.0, loudness=0.4)).wait(12)
    dropped = page.when("drop")[0]
    assert dropped - start <= 0.15
    assert page.level(dropped, dropped + 0.5) < -80
    interrupted = page.of("interrupted")[0]
    assert interrupted["by"] == "speech"
    assert interrupted["played"] > 0
    assert interrupted["dropped"] > 0
    assert "1962" in page.of("line")[-1]["record"]["answer"]


@pytest.mark.parametrize("delay", [0.05, 0.2])
def test_its_own_voice_in_the_microphone_does_not_interrupt_it(converse, speech, delay):
    page = converse(TALL).hear(speech(1.2))
    for _ in range(round(9 / 0.032)):
        end = len(page.out) - 2 * round(delay * 24_000)
        echo = resample(Audio(page.out[max(0, end - 2 * 768) : max(0, end)].rjust(2 * 768, b"\0"), 24_000), RATE)
        page.hear(Audio(echo.samples[:1024].ljust(1024, b"\0"), RATE))
    assert len(page.of("began")) == 1
    assert page.of("drop") == []
    assert page.states[-1] == "listening"


def test_who_goes_on_after_a_short_pause_asks_one_question(converse, speech):
    def slow(question, past):
        asked.append((question, tuple(past)))
        yield from ()
        while len(asked) == 1:
            yield NOTHING_YET

    asked = []
    page = converse("How tall is", TALL, ask=slow, work=Slowly).hear(speech(1.0)).wait(0.7)
    assert page.of("asked")[0]["question"] == "How tall is"
    page.hear(speech(1.0, 1)).wait(2)
    assert page.of("withdrawn") == [{"kind": "withdrawn", "number": 7}]
    assert [question for question, _ in asked] == ["How tall is", TALL]
    assert asked[1][1] == ()


def test_what_was_asked_in_writing_meanwhile_is_leaned_on(converse, speech):
    page = converse(WHEN).do("talk", [Turn(TALL, "It is 48 metres tall.[1]")]).hear(speech(1.2)).wait(2)
    assert "tower" in page.of("line")[-1]["record"]["standalone"].lower()


def test_what_was_taken_off_the_page_is_not(converse, speech):
    page = converse(TALL, WHEN).hear(speech(1.2)).wait(12).do("talk", []).hear(speech(1.2)).wait(2)
    assert "tower" not in page.of("line")[-1]["record"]["standalone"].lower()


@pytest.mark.parametrize(("open_", "after"), [(True, "listening"), (False, "idle")])
def test_it_falls_silent_when_it_is_told_to(converse, speech, open_, after):
    page = converse(TALL, open=open_).do("call").hear(speech(1.2)).wait(2)
    assert page.states[-1] == "speaking"
    page.do("hush").wait(0.5)
    assert page.states[-1] == after
    assert "muted" not in page.states
    assert page.line == b""
    assert page.of("line")[-1]["state"] == "answered"


def test_muted_it_hears_nothing_and_says_nothing(converse, speech):
    page = converse(TALL).do("mute").hear(speech(1.2)).wait(1)
    assert page.states[-1] == "muted"
    assert page.of("began") == []
    page.do("unmute").hear(speech(1.2)).wait(1)
    assert len(page.of("heard")) == 1


def test_it_can_be_let_always_listen_and_no_more(converse, speech):
    page = converse(TALL, open=False).do("open").wait(30)
    assert page.states[-1] == "listening"
    page.hear(speech(1.2)).wait(12)
    assert len(page.of("asked")) == 1
    page.do("close").wait(0.2)
    assert page.states[-1] == "idle"


def test_an_answer_that_was_not_whole_says_that_it_was_stopped(converse, speech):
    def endless(question, past):
        while True:
            yield NOTHING_YET

    page = converse(TALL, ask=endless, work=Slowly).hear(speech(1.2)).wait(1).do("hush")
    assert page.of("line")[-1]["state"] == "stopped"


def test_an_answer_that_fails_says_so_and_the_conversation_goes_on(converse, speech):
    def broken(question, past):
        raise VoiceError("It broke. Mend it.")
        yield

    page = converse(TALL, ask=broken).hear(speech(1.2)).wait(8)
    assert page.of("line")[-1]["state"] == "trouble"
    assert page.of("failed")
    assert "It broke" not in str(page.rows)
    assert page.states[-1] == "listening"


def test_what_was_not_understood_is_asked_about_and_is_no_question(converse, speech):
    page = converse("mumble", sure=0.1).hear(speech(1.2)).wait(4)
    assert page.of("asked") == []
    assert page.of("saying")


def test_times_of_a_turn_are_told_to_the_page_and_to_who_counts_them(converse, speech):
    page = converse(TALL).hear(speech(1.2)).wait(2)
    (times,) = page.of("latency")
    assert 400 <= times["endpoint_ms"] <= 600
    assert times["endpoint_ms"] <= times["transcript_ms"] <= times["first_audio_ms"]
    assert len(page.told) == 1


def test_a_conversation_in_which_nobody_speaks_is_over_but_not_while_it_answers(converse, speech):
    page = converse(TALL, limits=Limits(open=3.0, held=1.0)).hear(speech(1.2)).wait(2)
    assert page.states[-1] == "speaking"
    assert not page.session.over
    page.wait(12)
    assert page.session.over
    assert not page.do("mute").session.over


def test_sound_that_no_browser_plays_does_not_hold_up_the_conversation(converse, speech):
    page = converse(TALL, WHEN).hear(speech(1.2))
    page.plays = False
    page.wait(12)
    assert page.states[-1] == "listening"
    page.plays = True
    page.hear(speech(1.2)).wait(2)
    assert "1962" in page.of("line")[-1]["record"]["answer"]


def test_where_it_always_listens_tones_say_that_it_has_heard(converse, speech):
    page = converse(TALL, ask=lambda question, past: iter(()), open=True).hear(speech(1.2)).wait(1)
    assert page.level(1.6, 2.0) > -60
    held = converse(TALL, ask=lambda question, past: iter(()), open=False)
    held.do("press").hear(speech(1.2)).do("release").wait(1)
    assert held.level(0, held.now) < -90


def test_silence_is_not_worth_the_detectors_work_but_the_end_of_speech_is(converse, speech):
    page = converse(TALL).wait(3)
    assert page.detector.frames == 0
    page.hear(speech(1.2)).wait(0.5)
    assert page.detector.frames == pytest.approx(1.7 / 0.032, abs=2)
    page.wait(3)
    assert page.detector.frames == pytest.approx(2.2 / 0.032, abs=2)
    assert len(page.of("heard")) == 1


def test_at_a_sign_of_a_person_it_pauses_and_goes_on_if_it_was_none(converse, speech):
    page = converse(TALL).hear(speech(1.2)).wait(2)
    assert page.states[-1] == "speaking"
    waited, start = page.session.player.waiting, page.now
    page.hear(speech(0.03, loudness=0.4)).wait(1)
    assert [row["kind"] for row in page.rows if row["kind"] in ("hold", "resume")] == ["hold", "resume"]
    assert page.level(start + 0.1, start + 0.15) < -80
    assert page.level(start + 0.4, start + 0.9) > -30
    # Later by the pause, but nothing is lost.
    assert waited - page.session.player.waiting == pytest.approx(page.now - start - 0.16, abs=0.07)
    assert page.of("drop") == []
