"""Answers are counted, logged and traced alike, whoever asks and however they end; what was asked stays out of it."""

import io
import json
import logging
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from chatbot.config import ServeConfig
from chatbot.errors import QuestionError
from chatbot.serve.feedback import Rating
from chatbot.serve.health import add_health, add_numbers
from chatbot.serve.observe import REQUEST, observed, watched
from chatbot.serve.observe.logs import AnswerLog, JsonLines, set_up
from chatbot.serve.observe.metrics import Metrics
from chatbot.serve.observe.traces import Traces, configured

ASKED = "How tall is the harbour tower?"
UNKNOWN = "What does the moon cost per kilogram in Zürich?"
RATING = Rating("q", "a", True, "", (), "reader", "en", "2026-11-25T10:00:00Z")


class Kept:
    def __init__(self):
        self.seen, self.going = [], 0

    def begun(self):
        self.going += 1

    def ended(self, seen):
        self.going -= 1
        self.seen.append(seen)


@pytest.fixture
def kept():
    return Kept()


@pytest.fixture
def metrics():
    return Metrics()


def value(metrics, name, **labels):
    return metrics.registry.get_sample_value(f"openstance_{name}", labels) or 0


def test_an_answer_is_told_with_its_language_stages_and_first_event(bot, kept):
    events = list(observed(bot, [kept]).ask(ASKED))
    assert events[-1].answer
    (seen,) = kept.seen
    assert (seen.outcome, seen.language, seen.writer, seen.question) == ("answered", "en", "reader", ASKED)
    assert set(seen.stages) == {"retrieve", "read"}
    assert 0 < seen.first <= seen.total
    assert seen.citations == len(events[-1].citations) > 0
    assert kept.going == 0


def test_the_same_events_come_as_from_the_chatbot_itself(bot, kept):
    def plain(events):
        return [replace(event, timings_ms={}) if hasattr(event, "timings_ms") else event for event in events]

    assert plain(observed(bot, [kept]).ask(ASKED)) == plain(bot.ask(ASKED))


def test_what_is_made_from_an_observed_chatbot_is_observed_too(bot, kept):
    made = observed(bot, [kept])
    list(made.quick.ask(ASKED))
    list(replace(made, writer_name="hub:org/some-model").ask(ASKED))
    assert [seen.writer for seen in kept.seen] == ["reader", "hub"]
    assert made.documents == bot.documents
    assert made.search(ASKED, 3) == bot.search(ASKED, 3)


def test_a_refusal_a_stop_and_a_question_that_is_none_are_told_apart(bot, kept):
    asked = observed(bot, [kept])
    list(asked.ask(UNKNOWN))
    stopping = asked.ask(ASKED)
    next(stopping)
    stopping.close()
    with pytest.raises(QuestionError):
        list(asked.ask("  "))
    assert [seen.outcome for seen in kept.seen] == ["refused", "stopped", "unaskable"]
    assert kept.seen[2].error == "QuestionError"
    assert kept.seen[1].language == "unknown"


def failing():
    yield from ()
    raise RuntimeError("a secret question")


def test_what_fails_is_told_by_its_kind_and_still_raised(kept):
    with pytest.raises(RuntimeError, match="secret"):
        list(watched(failing(), "q", "reader", [kept]))
    assert (kept.seen[0].outcome, kept.seen[0].error, kept.seen[0].first) == ("failed", "RuntimeError", None)


# --- figures ---------------------------------------------------------------------------------------------------------


def test_everything_is_counted(bot, metrics):
    asked = observed(bot, [metrics])
    list(asked.ask(ASKED))
    list(asked.ask("大橋の長さは何メートルですか？"))
    list(asked.ask(UNKNOWN))
    asked.ask(ASKED).close()
    begun = asked.ask(ASKED)
    next(begun)
    assert value(metrics, "answers_in_progress") == 1
    begun.close()
    with pytest.raises(QuestionError):
        list(asked.ask(""))
    metrics.limited()
    metrics.keeping(lambda rating: None)(RATING)
    for change in (1, 1, 1, -1):
        metrics.asking(change)
    assert value(metrics, "questions_total") == 5
    assert value(metrics, "answers_total", language="en", writer="reader") == 2
    assert value(metrics, "answers_total", language="ja", writer="reader") == 1
    assert value(metrics, "refusals_total", language="en") == 1
    assert value(metrics, "stopped_total") == 1
    assert value(metrics, "errors_total", kind="unaskable") == 1
    assert value(metrics, "rate_limited_total") == 1
    assert value(metrics, "feedback_total", helpful="yes") == 1
    assert value(metrics, "requests_in_progress") == 2
    assert value(metrics, "answers_in_progress") == 0
    for stage in ("retrieve", "read", "total"):
        assert value(metrics, "stage_seconds_count", stage=stage) == 3
    assert value(metrics, "first_event_seconds_count") == 4


def test_labels_stay_few_whatever_is_asked(bot, metrics):
    for number in range(5):
        list(replace(observed(bot, [metrics]), writer_name=f"strange-{number}:x").ask(ASKED))
    assert value(metrics, "answers_total", language="en", writer="other") == 5


def test_two_applications_count_apart(metrics):
    metrics.limited()
    assert value(Metrics(), "rate_limited_total") == 0


def shown(metrics, config, path="/metrics"):
    app = FastAPI()
    add_health(app, metrics, config)
    add_numbers(app)

    async def fetch():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as client:
            return await client.get(path)

    import asyncio

    return asyncio.run(fetch())


def test_prometheus_reads_the_figures(metrics):
    answer = shown(metrics, ServeConfig())
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "# TYPE openstance_questions_total counter" in answer.text
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("setting", "keys", "status"),
    [("auto", "", 404), ("auto", "a-key-of-some-length", 200), ("on", "", 200), ("off", "x", 404)],
)
def test_a_public_space_shows_no_figures_unless_told_to(metrics, monkeypatch, setting, keys, status):
    monkeypatch.setenv("SPACE_ID", "a/b")
    monkeypatch.setenv("OPENSTANCE_API_KEYS", keys)
    assert shown(metrics, ServeConfig(metrics=setting)).status_code == status


# --- lines -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def stream():
    """Return where the log goes; afterwards logging is as it was."""
    loggers = [logging.getLogger(name) for name in ("", "openstance", "chatbot")]
    before = [(logger, logger.handlers[:], logger.level) for logger in loggers]
    yield io.StringIO()
    for logger, handlers, level in before:
        logger.handlers, logger.level = handlers, level
        logging.Logger.manager._clear_cache()


def rows(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_answer_is_one_line_without_what_was_asked(bot, stream):
    set_up("json", stream)
    list(observed(bot, [AnswerLog()]).ask(ASKED))
    (row,) = rows(stream)
    assert (row["outcome"], row["refused"], row["language"], row["level"]) == ("answered", False, "en", "info")
    assert {"first", "retrieve", "read", "total"} == set(row["milliseconds"])
    assert len(row["request"]) == 12
    assert "tower" not in stream.getvalue()


def test_what_was_asked_is_in_the_line_if_that_is_set(bot, stream):
    set_up("json", stream)
    list(observed(bot, [AnswerLog(questions=True)]).ask("大橋の長さは？\n{}"))
    assert rows(stream)[0]["question"] == "大橋の長さは？\n{}"


def test_a_line_has_the_number_of_its_request(bot, stream):
    set_up("json", stream)
    before = REQUEST.set("abc")
    try:
        list(observed(bot, [AnswerLog()]).ask(ASKED))
    finally:
        REQUEST.reset(before)
    assert rows(stream)[0]["request"] == "abc"


def test_for_people_only_what_goes_wrong_is_written(bot, stream):
    set_up("plain", stream)
    list(observed(bot, [AnswerLog()]).ask(ASKED))
    assert stream.getvalue() == ""
    logging.getLogger("chatbot.x").warning("The disk is full.")
    assert stream.getvalue() == "WARNING: The disk is full.\n"


def test_an_error_stays_one_line():
    try:
        raise RuntimeError("x\ny")
    except RuntimeError:
        import sys

        record = logging.LogRecord("n", logging.ERROR, "p", 1, "failed: %s", ("é",), sys.exc_info())
    text = JsonLines().format(record)
    assert "\n" not in text
    assert "RuntimeError" in json.loads(text)["trace"]
    assert json.loads(text)["message"] == "failed: é"


# --- spans -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def spans():
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))

    def ask(bot, question, questions=False):
        list(observed(bot, [Traces(provider.get_tracer("t"), questions)]).ask(question))
        return {span.name: span for span in exporter.get_finished_spans()}

    yield ask
    provider.shutdown()


def test_a_question_is_one_span_with_its_stages_below(bot, spans):
    found = spans(bot, ASKED)
    whole = found["question"]
    assert set(found) == {"question", "retrieve", "read"}
    for stage in ("retrieve", "read"):
        assert found[stage].parent.span_id == whole.context.span_id
        assert whole.start_time <= found[stage].start_time <= found[stage].end_time <= whole.end_time + 1_000_000
    assert found["retrieve"].end_time == found["read"].start_time
    assert whole.attributes["openstance.outcome"] == "answered"
    assert whole.attributes["openstance.language"] == "en"
    assert [event.name for event in whole.events] == ["first event"]
    assert ASKED not in str(whole.to_json())


def test_what_was_asked_is_in_the_span_if_that_is_set(bot, spans):
    assert spans(bot, ASKED, questions=True)["question"].attributes["openstance.question"] == ASKED


def test_a_failure_is_marked():
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with pytest.raises(RuntimeError):
        list(watched(failing(), "q", "reader", [Traces(provider.get_tracer("t"))]))
    (span,) = exporter.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "RuntimeError")
    provider.shutdown()


def test_nothing_is_traced_unless_an_endpoint_is_set():
    assert configured({}, False) is None
    assert configured({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"}, False) is None
    assert isinstance(configured({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, False), Traces)


def test_a_missing_package_is_told_and_nothing_else_is_lost(monkeypatch, caplog):
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk.trace", None)
    assert configured({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False) is None
    assert "openstance[trace]" in caplog.text
