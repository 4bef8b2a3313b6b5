"""The answer at two speeds: the documents' sentences at once, a writer's after them as far as the sources carry it."""

import threading
import time
from dataclasses import replace
from typing import get_args

import pytest

from chatbot.errors import WriterError
from chatbot.serve import wire
from chatbot.types import Cited, Delta, Done, Event, Found, Refused, Struck, Turn, Writing

TALL = "How tall is the harbour tower?"
BRIDGE = "大橋の長さはどれくらいですか?"
GOOD = {
    TALL: "The harbour tower is 48 metres tall.[1] It carries a white lamp.",
    BRIDGE: "大橋の長さは1200メートルです[1]。大橋は2004年に完成しました。",
    "Why was the harbour tower built?": "The tower was built because two ferries had run aground on the reef [1].",
}


@pytest.fixture
def write(bot, make_writer):
    """Ask with a writer that writes given texts; return it and the events."""

    def ask(question, *texts, past=(), silence=5.0, **how):
        writer = make_writer(*texts, **how)
        asked = replace(bot, writer=writer, writer_name="scripted", silence=silence)
        return writer, list(asked.ask(question, past))

    return ask


def parted(events):
    """Return the events before and after the writer begins."""
    at = next(n for n, event in enumerate(events) if isinstance(event, Writing))
    return events[:at], events[at + 1 :]


def plain(bot, question):
    return list(bot.ask(question))


# --- the order of things ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "text"), GOOD.items())
def test_the_extractive_answer_comes_first_and_whole(bot, write, question, text):
    _, events = write(question, text)
    first, _ = parted(events)
    assert first == plain(bot, question)[:-1]


@pytest.mark.parametrize(("question", "text"), GOOD.items())
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_written_answer_that_holds_takes_its_place(write, question, text, size):
    writer, events = write(question, text, size=size)
    _, then = parted(events)
    done = then[-1]
    assert (done.writer, done.note, done.struck, done.supported) == ("scripted", "", (), 1.0)
    assert done.answer == "".join(event.text for event in then if isinstance(event, Delta))
    assert {event.citation for event in then if isinstance(event, Cited)} == set(done.citations)
    assert [citation.number for citation in done.citations] == list(range(1, len(done.citations) + 1))
    assert all(citation.quote in citation.document.text for citation in done.citations)
    assert writer.ended == 1


def test_every_sentence_is_given_as_soon_as_it_is_whole(bot, make_writer):
    text = "The harbour tower is 48 metres tall.[1] It carries a white lamp."
    writer = make_writer(text, size=1)
    events = replace(bot, writer=writer, writer_name="scripted").ask(TALL)
    for event in events:
        if isinstance(event, Writing):
            break
    next(events)
    assert writer.given < len(text)
    events.close()


def test_without_a_writer_nothing_is_different(bot):
    assert not [event for event in plain(bot, TALL) if isinstance(event, Writing | Struck)]
    assert plain(bot, TALL)[-1].note == ""


def test_with_a_writer_every_kind_of_event_occurs_and_has_its_json(bot, write):
    _, events = write(TALL, "The harbour tower is 48 metres tall. It is 99 metres tall.")
    refused = plain(bot, "What is the boiling point of mercury?")
    assert {type(event) for event in [*events, *refused]} == set(get_args(Event))
    row = wire.answer(events[-1], TALL)
    assert row["struck"] == [{"sentence": "It is 99 metres tall.", "why": events[-1].struck[0].why}]
    assert "99" in row["struck"][0]["why"]
    assert (row["note"], row["writer"], row["supported"]) == ("", "scripted", 0.5)


@pytest.mark.parametrize("question", ["What is the boiling point of mercury?", "Hello!", "ありがとう"])
def test_no_writer_is_asked_where_nothing_is_answered(write, question):
    writer, events = write(question, "Mercury boils at 357 degrees.")
    assert writer.prompts == []
    assert isinstance(events[0], Found | Delta)
    assert not any(isinstance(event, Writing) for event in events)


# --- what does not hold ----------------------------------------------------------------------------------------------

HALLUCINATED = [
    (TALL, "The harbour tower is 84 metres tall.[1]", "84"),
    (TALL, "The harbour tower is 48 kilometres tall.[1]", "48 kilometres"),
    (TALL, "The Eiffel tower is 48 metres tall.[1]", "Eiffel"),
    (TALL, "The harbour tower is not 48 metres tall.[1]", ""),
    (TALL, "The harbour tower was finished in March 1982.[1]", "1982"),
    (TALL, "The harbour tower was finished in May 1962.[1]", "May 1962"),
    (TALL, "Aliens painted the moon yesterday.[1]", ""),
    (BRIDGE, "大橋の長さは1300メートルです。[1]", "1300"),
    (BRIDGE, "大橋の長さは1200メートルではありません。[1]", ""),
    (BRIDGE, "大橋は2014年に完成しました。[1]", "2014"),
    (BRIDGE, "東京タワーの高さは1200メートルです。[1]", ""),
]


@pytest.mark.parametrize(("question", "text", "fault"), HALLUCINATED)
@pytest.mark.parametrize("size", [1, 1000])
def test_what_the_sources_do_not_carry_is_struck_before_it_is_shown(bot, write, question, text, fault, size):
    _, events = write(question, text, size=size)
    _, (struck, done) = parted(events)
    assert isinstance(struck, Struck)
    assert fault in struck.why
    assert done.answer == plain(bot, question)[-1].answer
    assert (done.writer, done.struck) == ("reader", (struck,))
    assert done.note


def test_a_struck_sentence_leaves_the_others(write):
    _, events = write(TALL, "The harbour tower is 48 metres tall.[1] It has 17 lamps.[1] It carries a white lamp.[1]")
    done = events[-1]
    assert "17" not in done.answer
    assert "48 metres" in done.answer
    assert "white lamp" in done.answer
    assert done.supported == pytest.approx(2 / 3)


def test_wrong_numbers_are_dropped_and_the_right_quote_is_found(write):
    _, events = write(TALL, "The harbour tower is 48 metres tall.[7][99]")
    (citation,) = events[-1].citations
    assert "48 metres tall" in citation.quote
    assert events[-1].answer == "The harbour tower is 48 metres tall.[1]"


def test_an_answer_that_says_less_does_not_take_the_place(bot, write):
    question = "What are the rules for visitors of the tower?"
    _, events = write(question, "- Dogs stay at the gate.[1]")
    assert events[-1].answer == plain(bot, question)[-1].answer
    assert events[-1].note


def test_an_answer_without_the_figure_that_was_asked_for_does_not_take_the_place(write):
    _, events = write("When was the harbour tower finished?", "The harbour tower carries a white lamp.[1]")
    assert "March 1962" in events[-1].answer
    assert events[-1].note


def test_a_list_stays_a_list(write):
    text = "- Children under ten come with an adult.[1]\n- Nobody climbs after dusk.[1]\n- Dogs stay at the gate.[1]"
    _, events = write("What are the rules for visitors of the tower?", text)
    assert events[-1].writer == "scripted"
    assert [line[:2] for line in events[-1].answer.splitlines()] == ["- "] * 3


def test_a_writer_that_loops_is_stopped(write):
    writer, events = write(TALL, "The harbour tower is 48 metres tall.[1] " * 500)
    assert events[-1].answer == "The harbour tower is 48 metres tall.[1]"
    assert writer.given < 100
    assert writer.ended == 1


def test_a_writer_that_never_ends_a_sentence_is_stopped(bot, write):
    writer, events = write(TALL, "tower and " * 20_000)
    assert writer.given * writer.size < 20_000
    assert events[-1].answer == plain(bot, TALL)[-1].answer


# --- the language of the answer --------------------------------------------------------------------------------------


def test_an_answer_in_the_wrong_language_is_redone_once(write):
    writer, events = write(TALL, "塔の高さは48メートルです。[1] 塔は白いです。[1]", "The harbour tower is 48 metres tall.[1]")
    assert len(writer.prompts) == 2
    assert writer.prompts[1].instructions != writer.prompts[0].instructions
    assert events[-1].answer == "The harbour tower is 48 metres tall.[1]"
    assert events[-1].struck == ()


def test_an_answer_in_the_wrong_language_twice_gives_way(bot, write):
    writer, events = write(BRIDGE, "The bridge is 1200 metres long.[1]")
    done = events[-1]
    assert len(writer.prompts) == 2
    assert done.answer == plain(bot, BRIDGE)[-1].answer
    assert "日本語" in done.note
    assert len(done.struck) == 1


def test_a_sentence_in_the_other_language_is_struck(write):
    writer, events = write(TALL, "The harbour tower is 48 metres tall.[1] 塔の高さは48メートルです。[1]")
    assert len(writer.prompts) == 1
    assert "塔" not in events[-1].answer
    assert len(events[-1].struck) == 1


# --- failures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (WriterError("The endpoint answers 500. Try again later."), "The endpoint answers 500. Try again later."),
        (MemoryError("secret"), "MemoryError"),
        (RuntimeError("key sk-123"), "RuntimeError"),
    ],
)
@pytest.mark.parametrize("text", ["", "The harbour tower is 48 metres tall.[1] It carries"])
def test_a_writer_that_fails_leaves_the_extractive_answer_with_a_line_that_says_why(bot, write, error, told, text):
    _, events = write(TALL, text, fails=error)
    done, before = events[-1], plain(bot, TALL)[-1]
    assert (done.answer, done.citations, done.writer) == (before.answer, before.citations, "reader")
    assert told in done.note
    assert "\n" not in done.note
    assert "sk-123" not in done.note


def test_a_silent_writer_leaves_the_extractive_answer(bot, write):
    _, events = write(TALL, "The harbour", waits=0.4, silence=0.1)
    assert events[-1].answer == plain(bot, TALL)[-1].answer
    assert "0.1" in events[-1].note
    for thread in threading.enumerate():
        if thread.name == "writer":
            thread.join()


def test_an_empty_text_leaves_the_extractive_answer(bot, write):
    _, events = write(TALL, "")
    assert events[-1].answer == plain(bot, TALL)[-1].answer
    assert events[-1].note


# --- stopping --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", range(3, 7))
def test_a_stop_ends_the_writer_at_once(bot, make_writer, steps):
    writer = make_writer("The harbour tower is 48 metres tall.[1] It carries a white lamp.[1] " * 400, size=1)
    events = replace(bot, writer=writer, writer_name="scripted").ask(TALL)
    for _ in range(steps):
        next(events)
    begun = len(writer.prompts)
    start = time.perf_counter()
    events.close()
    assert time.perf_counter() - start < 0.2
    assert writer.ended == begun
    assert not [thread for thread in threading.enumerate() if thread.name == "writer"]


def test_many_stops_leave_no_thread(bot, make_writer):
    for steps in range(40):
        writer = make_writer("The harbour tower is 48 metres tall.[1] " * 50, size=3)
        events = replace(bot, writer=writer, writer_name="scripted").ask(TALL)
        for _, _event in zip(range(steps % 9), events, strict=False):
            pass
        events.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "writer"]


# --- what the writer is given ----------------------------------------------------------------------------------------


def test_the_writer_gets_numbered_dated_sources_and_the_question(write):
    writer, _ = write(TALL, GOOD[TALL])
    (prompt,) = writer.prompts
    assert [source.number for source in prompt.sources] == list(range(1, len(prompt.sources) + 1))
    assert "48 metres tall" in prompt.sources[0].text
    assert (prompt.sources[0].title, prompt.sources[0].date) == ("The harbour tower", "2024-05-17")
    assert (prompt.question, prompt.language) == (TALL, "en")
    assert "English" in prompt.instructions


def test_a_refusal_is_not_undone_by_a_writer(write):
    _, events = write("What is the boiling point of mercury?", "It boils.")
    assert isinstance(events[-2], Refused)
    assert isinstance(events[-1], Done)
    assert events[-1].refused


# --- follow-ups ------------------------------------------------------------------------------------------------------

PAST = [Turn("When was the harbour tower finished?", "The harbour tower was finished in March 1962.")]


def test_a_writer_makes_a_follow_up_whole_and_is_then_asked_to_answer_it(write):
    whole = "Why was the harbour tower built?"
    writer, events = write("Why was it built?", whole, GOOD[whole], past=PAST)
    assert [prompt.question.endswith("alone:") for prompt in writer.prompts] == [True, False]
    assert events[-1].query.text == whole
    assert events[-1].query.focus == "Why was it built?"
    assert "two ferries" in events[-1].answer
    assert writer.ended == 2


def test_a_writer_that_brings_what_was_never_spoken_of_does_not_change_the_question(write):
    _, events = write("Why was it built?", "Why was the Eiffel Tower built in 1889?", "It was built.", past=PAST)
    assert "Eiffel" not in events[-1].query.text
    assert events[0].query.text == "Why was harbour tower built?"


def test_a_question_that_leans_on_nothing_is_not_rewritten(write):
    writer, _ = write(TALL, GOOD[TALL], past=PAST)
    assert len(writer.prompts) == 1
