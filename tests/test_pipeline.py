"""One question from end to end: the order of its events, and what they promise."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import get_args

import pytest

from chatbot.errors import QuestionError
from chatbot.serve import wire
from chatbot.types import Cited, Delta, Done, Event, Found, Query, Refused, Struck, Turn, Writing

ANSWERED = {
    "How tall is the harbour tower?": "48 metres",
    "When was the harbour tower finished?": "March 1962",
    "Why was the harbour tower built?": "because two ferries",
    "How many books does the town library lend?": "52,000",
    "What are the rules for visitors of the tower?": "Dogs stay at the gate.",
    "大橋の長さはどれくらいですか?": "1200メートル",
    "大橋はいつ完成しましたか?": "2004年",
}
REFUSED = ["Who owns the Zeppelin of Vienna?", "What is the boiling point of mercury?", "ピラミッドの歴史は?", "😊"]
SMALL_TALK = ["Hello!", "thanks", "Who are you?", "こんにちは", "ありがとう"]


def asked(bot, question, past=()):
    return list(bot.ask(question, past))


def timeless(events):
    """Return events without what differs from one run to the next."""
    return [replace(event, timings_ms={}) if isinstance(event, Done) else event for event in events]


def kinds(events):
    return [type(event) for event in events]


# --- the order of events ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "fact"), ANSWERED.items())
def test_an_answer_is_found_then_told_and_cited_then_done(bot, question, fact):
    events = asked(bot, question)
    count = len(events[-1].citations)
    assert kinds(events) == [Found, *[Delta, Cited] * count, Done]
    assert fact in events[-1].answer
    assert not events[-1].refused


@pytest.mark.parametrize("question", REFUSED)
def test_what_the_documents_do_not_say_is_refused_with_the_nearest_topics(bot, question):
    found, refused, done = asked(bot, question)
    assert kinds([found, refused, done]) == [Found, Refused, Done]
    assert done.answer == refused.why
    assert (done.refused, done.citations) == (True, ())
    assert set(refused.topics) <= {document.title for document in bot.documents}
    assert all(topic in refused.why for topic in refused.topics)


@pytest.mark.parametrize("question", SMALL_TALK)
def test_small_talk_is_answered_without_a_search(bot, question):
    delta, done = asked(bot, question)
    assert kinds([delta, done]) == [Delta, Done]
    assert (done.answer, done.citations, done.refused) == (delta.text, (), False)
    assert done.query.text == question.strip()


def test_small_talk_stands_alone_even_after_a_question(bot):
    past = [Turn("How tall is the harbour tower?", "48 metres.[1]")]
    assert asked(bot, "Thanks!", past)[-1].query == Query("Thanks!", "en")


@pytest.mark.parametrize("question", [*ANSWERED, *REFUSED, *SMALL_TALK])
def test_done_repeats_what_was_told(bot, question):
    *events, done = asked(bot, question)
    told = [event.text for event in events if isinstance(event, Delta)] or [
        event.why for event in events if isinstance(event, Refused)
    ]
    assert "".join(told) == done.answer != ""
    assert tuple(event.citation for event in events if isinstance(event, Cited)) == done.citations
    assert set(done.timings_ms) == {"retrieve", "read", "total"}
    assert all(milliseconds >= 0 for milliseconds in done.timings_ms.values())
    assert 0 <= done.supported <= 1
    assert done.writer == "reader"


def test_every_kind_of_event_occurs_and_has_its_json(bot):
    seen = {type(event) for question in [*ANSWERED, *REFUSED, *SMALL_TALK] for event in bot.ask(question)}
    assert seen == set(get_args(Event)) - {Writing, Struck}
    done = asked(bot, next(iter(ANSWERED)))[-1]
    assert wire.answer(done, "?")["citations"] == [wire.citation(cited) for cited in done.citations]


# --- what an answer promises -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ANSWERED)
def test_every_sentence_is_cited_and_every_quote_is_verbatim(bot, question):
    done = asked(bot, question)[-1]
    texts = {document.path: document.text for document in bot.documents}
    assert done.citations
    assert [cited.number for cited in done.citations] == list(range(1, len(done.citations) + 1))
    for cited in done.citations:
        assert texts[cited.document.path][cited.start : cited.end] == cited.quote != ""
        assert f"{cited.quote}[{cited.number}]" in done.answer


@pytest.mark.parametrize("question", [*ANSWERED, *REFUSED])
def test_the_same_question_gets_the_same_answer(bot, question):
    assert timeless(asked(bot, question)) == timeless(asked(bot, question))


def test_many_threads_get_the_answers_of_one(bot):
    questions = [*ANSWERED, *REFUSED, *SMALL_TALK] * 3
    alone = [timeless(asked(bot, question)) for question in questions]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda question: timeless(asked(bot, question)), questions))
    assert together == alone


@pytest.mark.parametrize("question", ["How many books does the town library lend?", "図書館について、いつ開きますか?"])
def test_of_a_document_in_two_languages_the_askers_is_cited(bot, question):
    *_, done = asked(bot, question)
    libraries = [cited.document for cited in done.citations if "library" in cited.document.path]
    assert all(document.language == done.query.language for document in libraries)


# --- follow-ups, odd questions, an early end -------------------------------------------------------------------------


def test_a_follow_up_is_answered_by_what_was_asked_before(bot):
    past = [Turn("When was the harbour tower finished?", "In March 1962.[1]")]
    alone, leaning = asked(bot, "Why was it built?")[-1], asked(bot, "Why was it built?", past)[-1]
    assert leaning.query.text == "Why was harbour tower built?"
    assert alone.query.text == "Why was it built?"
    assert "two ferries" in leaning.answer


@pytest.mark.parametrize("question", ["", "   ", "\0", "x" * 1_000_000])
def test_what_cannot_be_asked_is_told_before_anything_is_searched(bot, question):
    for attempt in (lambda: next(bot.ask(question)), lambda: bot.search(question), lambda: bot.read(question, "A text.")):
        with pytest.raises(QuestionError):
            attempt()


@pytest.mark.parametrize(
    "question",
    [
        "\ud83d tower \udc80",
        "\x1b[31mtower",
        "ما هو البرج؟",
        "What is 大橋 tall?",
        "tower " * 300,
        "'; DROP TABLE --",
        "[1][2]",
    ],
)
def test_odd_questions_are_answered_or_refused(bot, question):
    events = asked(bot, question)
    assert isinstance(events[0], Found)
    assert isinstance(events[-1], Done)


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_an_answer_can_be_stopped_anywhere(bot, steps):
    events = bot.ask("What are the rules for visitors of the tower?")
    for _ in range(steps):
        next(events)
    events.close()
    assert list(events) == []
    assert asked(bot, "How tall is the harbour tower?")[-1].citations


# --- searching and reading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 3, 100])
def test_a_search_gives_at_most_k_passages_best_first(bot, k):
    hits = bot.search("How tall is the harbour tower?", k)
    assert 1 <= len(hits) <= k
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].passage.document.path == "tower.en.md"


def test_reading_takes_the_question_as_asking_does(bot):
    reading = bot.read("  How tall\0 is it? ", "The tower is 48 metres tall.")
    assert "48" in reading.answer


def test_every_document_is_listed_once_in_order(bot):
    assert [document.path for document in bot.documents] == [
        "bridge.ja.md",
        "library.en.md",
        "library.ja.md",
        "notes.txt",
        "tower.en.md",
    ]
