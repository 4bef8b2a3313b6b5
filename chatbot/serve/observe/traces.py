"""OpenTelemetry: one span for each question, with its stages below it, sent where the standard variables say."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chatbot import __version__

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from chatbot.serve.observe import Observation

_log = logging.getLogger(__name__)
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_NANO = 1_000_000_000


class Traces:
    """Makes spans of answers that have ended."""

    def __init__(self, tracer: Tracer, questions: bool = False) -> None:
        """Give spans to a tracer; with `questions`, what was asked is in them."""
        self._tracer, self._questions = tracer, questions

    def begun(self) -> None:
        """Wait for the end."""

    def ended(self, seen: Observation) -> None:
        """Record one answer: the stages follow each other from its beginning."""
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

        start = int(seen.began * _NANO)
        span = self._tracer.start_span("question", kind=SpanKind.SERVER, start_time=start, attributes=self._about(seen))
        within, at = set_span_in_context(span), start
        for stage, seconds in seen.stages.items():
            child = self._tracer.start_span(stage, context=within, start_time=at)
            at += int(seconds * _NANO)
            child.end(end_time=at)
        if seen.first is not None:
            span.add_event("first event", timestamp=start + int(seen.first * _NANO))
        if seen.outcome == "failed":
            span.set_status(Status(StatusCode.ERROR, seen.error))
        span.end(end_time=start + int(seen.total * _NANO))

    def _about(self, seen: Observation) -> Mapping[str, Any]:
        told = {"request": seen.id, "outcome": seen.outcome, "language": seen.language, "writer": seen.writer}
        asked = {"openstance.question": seen.question} if self._questions else {}
        return {
            **{f"openstance.{name}": value for name, value in told.items()},
            "openstance.citations": seen.citations,
            **asked,
        }


def configured(environment: Mapping[str, str], questions: bool) -> Traces | None:
    """Return what traces if an endpoint is set and the packages are there; if only they are missing, the log says so."""
    if not any(environment.get(name) for name in _ENDPOINTS) or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as cause:
        _log.warning("Nothing is traced: the package %s is missing. Install it: pip install 'openstance[trace]'", cause.name)
        return None
    about = {"service.version": __version__, **({} if environment.get("OTEL_SERVICE_NAME") else {"service.name": "openstance"})}
    # Its own provider: the process's global one may belong to whoever runs us.
    provider = TracerProvider(resource=Resource.create(about))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Traces(provider.get_tracer("openstance", __version__), questions)
