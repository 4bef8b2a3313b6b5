"""A chatbot whose every answer is told to those who count, log and trace, whoever asked for it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from typing import Literal, Protocol

from chatbot.errors import QuestionError
from chatbot.pipeline import Chatbot
from chatbot.types import Done, Event, Language, Turn

Outcome = Literal["answered", "refused", "stopped", "unaskable", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("answered", "refused", "stopped", "unaskable", "failed")
REQUEST: ContextVar[str] = ContextVar("openstance-request", default="")
"""The number of the request that is being answered, where there is one."""


@dataclass(frozen=True, slots=True)
class Observation:
    """How one question was answered; times in seconds."""

    id: str
    """Of the request; one of its own where questions come in without."""
    question: str = field(repr=False)
    outcome: Outcome
    language: Language | Literal["unknown"]
    writer: str
    """Its kind: reader, hub or openai; never a model's name, of which there may be any number."""
    began: float
    """Since the epoch."""
    total: float
    first: float | None
    """Until the first event; None if none came."""
    stages: Mapping[str, float] = field(default_factory=dict)
    """As the answer told them: retrieve and read."""
    citations: int = 0
    error: str = ""
    """The kind of what went wrong."""


class Watch(Protocol):
    """Who is told of answers."""

    def begun(self) -> None:
        """A question came in."""

    def ended(self, seen: Observation) -> None:
        """Its answer ended, one way or another."""


@dataclass(frozen=True)
class ObservedChatbot(Chatbot):
    """A chatbot that tells of every answer. What is made from it by `replace`, such as `quick`, tells as well."""

    watches: tuple[Watch, ...] = ()

    def ask(self, question: str, past: Sequence[Turn] = ()) -> Generator[Event, None, None]:
        """Answer as the chatbot does."""
        return watched(super().ask(question, past), question, self.writer_name.partition(":")[0], self.watches)


def observed(bot: Chatbot, watches: Iterable[Watch]) -> Chatbot:
    """Return the same chatbot, telling of its answers."""
    parts = {each.name: getattr(bot, each.name) for each in fields(Chatbot)}
    return ObservedChatbot(**parts, watches=tuple(watches))


def watched(
    events: Generator[Event, None, None], question: str, writer: str, watches: Sequence[Watch]
) -> Generator[Event, None, None]:
    """Yield the events of one answer, and tell how it went when it ends, fails or is closed."""
    id, began, start = REQUEST.get() or uuid.uuid4().hex[:12], time.time(), time.perf_counter()
    first: float | None = None
    done: Done | None = None
    outcome: Outcome = "stopped"
    error = ""
    _tell(watches, lambda watch: watch.begun())
    try:
        with closing(events):
            for event in events:
                first = time.perf_counter() - start if first is None else first
                done = event if isinstance(event, Done) else None
                yield event
        outcome = "refused" if done is not None and done.refused else "answered"
    except GeneratorExit:
        outcome = _ended(done)
        raise
    except Exception as cause:
        outcome, error = "unaskable" if isinstance(cause, QuestionError) else "failed", type(cause).__name__
        raise
    finally:
        stages = {name: value / 1000 for name, value in done.timings_ms.items() if name != "total"} if done else {}
        told = (outcome, done.query.language if done else "unknown", writer, began, time.perf_counter() - start, first)
        seen = Observation(id, question, *told, stages, len(done.citations) if done else 0, error)
        _tell(watches, lambda watch: watch.ended(seen))


def _ended(done: Done | None) -> Outcome:
    # Who reads no further than the end has the whole answer.
    return "stopped" if done is None else "refused" if done.refused else "answered"


def _tell(watches: Sequence[Watch], what: Callable[[Watch], None]) -> None:
    for watch in watches:
        what(watch)
