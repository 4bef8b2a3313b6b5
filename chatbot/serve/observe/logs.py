"""Standard error as lines for people, or as one JSON object a line; what was asked is in neither unless that is set."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

from chatbot.serve.observe import REQUEST, Observation

_log = logging.getLogger("openstance.answers")
_OURS = ("openstance", "chatbot")
_DATA = "openstance_data"


class JsonLines(logging.Formatter):
    """One JSON object for each record."""

    def format(self, record: logging.LogRecord) -> str:
        """Render a record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        row: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        row |= {"message": record.getMessage()} | ({"request": REQUEST.get()} if REQUEST.get() else {})
        row |= getattr(record, _DATA, {})
        if record.exc_info:
            row["trace"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False, default=str)


def set_up(form: Literal["plain", "json"], stream: TextIO | None = None) -> None:
    """Send every log of this process to standard error.

    Args:
        form: `plain` tells what goes wrong; `json` tells of every answer too.
        stream: Where to, if not there.
    """
    to = logging.StreamHandler(stream or sys.stderr)
    to.setFormatter(JsonLines() if form == "json" else logging.Formatter("%(levelname)s: %(message)s"))
    # Some libraries set their own loggers to tell everything.
    to.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.partition(".")[0] in _OURS)
    root = logging.getLogger()
    root.handlers = [to]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO if form == "json" else logging.WARNING)


@dataclass(frozen=True, slots=True)
class AnswerLog:
    """Writes one line for each answer."""

    questions: bool = False
    """Whether what was asked is in it."""

    def begun(self) -> None:
        """Wait for the end."""

    def ended(self, seen: Observation) -> None:
        """Write the line."""
        _log.info("%s", seen.outcome, extra={_DATA: self._row(seen)})

    def _row(self, seen: Observation) -> Mapping[str, object]:
        times = {"first": seen.first, **seen.stages, "total": seen.total}
        told = {name: round(1000 * value, 2) for name, value in times.items() if value is not None}
        row = {"request": seen.id, "outcome": seen.outcome, "refused": seen.outcome == "refused", "language": seen.language}
        row |= {"writer": seen.writer, "citations": seen.citations, "milliseconds": told}
        return row | ({"error": seen.error} if seen.error else {}) | ({"question": seen.question} if self.questions else {})
