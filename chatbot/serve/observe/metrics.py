"""Figures for Prometheus: how many questions, how they ended, how long each stage took, who had to wait."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from chatbot.serve.feedback import Keep, Rating
from chatbot.serve.observe import Observation

# Seconds. An answer of the package's own models takes some 0.07; a larger writer takes many.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_WRITERS, _LANGUAGES = ("reader", "hub", "openai"), ("en", "ja")


class Metrics:
    """Counts in a registry of its own. Labels have a few known values each, whatever people ask."""

    def __init__(self) -> None:
        """Begin at nothing."""
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = CollectorRegistry()
        into: dict[str, Any] = {"namespace": "openstance", "registry": self.registry}
        by = ["language", "writer"]
        self._questions = Counter("questions", "Questions that came in", **into)
        self._answers = Counter("answers", "Answers given, refusals among them", by, **into)
        self._refusals = Counter("refusals", "Answers that say the documents do not tell", ["language"], **into)
        self._errors = Counter("errors", "Answers that failed", ["kind"], **into)
        self._stopped = Counter("stopped", "Answers that were stopped before their end", **into)
        self._limited = Counter("rate_limited", "Requests of clients that asked too often", **into)
        self._turned_away = Counter("turned_away", "Requests that found too many waiting", **into)
        self._feedback = Counter("feedback", "Thumbs", ["helpful"], **into)
        self._stages = Histogram("stage_seconds", "Time of one stage of an answer", ["stage"], buckets=_BUCKETS, **into)
        self._first = Histogram("first_event_seconds", "Time until the first event", buckets=_BUCKETS, **into)
        self._lock, self._asking, self._going = Lock(), 0, 0
        self._known()
        Gauge("answers_in_progress", "Answers being given", **into).set_function(lambda: self._going)
        Gauge("requests_in_progress", "Requests answered or waiting for it", **into).set_function(lambda: self._asking)
        self._queue = Gauge("queue_length", "Requests that wait for their answer to begin", **into)

    def _known(self) -> None:
        # What is there from the start can be watched for its first change.
        for language in _LANGUAGES:
            self._refusals.labels(language)
        for kind in ("failed", "unaskable"):
            self._errors.labels(kind)

    def watch_queue(self, waiting: Callable[[], int]) -> None:
        """Show how many wait, as `waiting` says it."""
        self._queue.set_function(waiting)

    def turned_away(self) -> None:
        """Count a request that found too many waiting."""
        self._turned_away.inc()

    def begun(self) -> None:
        """Count a question."""
        self._questions.inc()
        with self._lock:
            self._going += 1

    def ended(self, seen: Observation) -> None:
        """Count how it was answered."""
        with self._lock:
            self._going -= 1
        writer = seen.writer if seen.writer in _WRITERS else "other"
        language = seen.language if seen.language in _LANGUAGES else "unknown"
        if seen.outcome in ("answered", "refused"):
            self._answers.labels(language, writer).inc()
            for stage, seconds in seen.stages.items():
                self._stages.labels(stage if stage in ("retrieve", "read") else "other").observe(seconds)
            self._stages.labels("total").observe(seen.total)
        if seen.outcome == "refused":
            self._refusals.labels(language).inc()
        if seen.outcome in ("failed", "unaskable"):
            self._errors.labels(seen.outcome).inc()
        if seen.outcome == "stopped":
            self._stopped.inc()
        if seen.first is not None:
            self._first.observe(seen.first)

    def asking(self, change: int) -> None:
        """Count a request that asks something, from its beginning to its end."""
        with self._lock:
            self._asking += change

    def limited(self) -> None:
        """Count a request that was not let through."""
        self._limited.inc()

    def keeping(self, keep: Keep) -> Keep:
        """Return what keeps a rating and counts it."""

        def kept(rating: Rating) -> None:
            self._feedback.labels("yes" if rating.helpful else "no").inc()
            keep(rating)

        return kept

    def text(self) -> tuple[bytes, str]:
        """Return everything as Prometheus reads it, and the type of that text."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return generate_latest(self.registry), CONTENT_TYPE_LATEST
