"""What happens in a spoken conversation to what the page is told of it: states, what was heard, answers as they grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from chatbot.serve.told import latency
from chatbot.serve.ui.exchange import Exchange, follow
from chatbot.serve.ui.lines import Shown
from chatbot.serve.ui.words import words
from chatbot.types import Language
from chatbot.voice.events import (
    Asked,
    Began,
    Failed,
    Heard,
    Interrupted,
    Latency,
    Replied,
    Saying,
    State,
    VoiceEvent,
)

Json = dict[str, Any]


class Telling:
    """One conversation, as it is told to its page.

    Args:
        language: Of the page.
        number: Of the first question; those that follow count on.
        trouble: Says why the last question was not answered; empty if it just failed.
    """

    def __init__(self, language: Language, number: int, trouble: Callable[[], str]) -> None:
        self._language, self._next, self._trouble = language, number, trouble
        self._exchange: Exchange | None = None
        self._shown = Shown(language)

    def tell(self, event: VoiceEvent) -> Iterator[Json]:
        """Yield what the page is told of an event."""
        match event:
            case Asked(question=question):
                yield from self._ask(question)
            case Replied(event=reply) if self._exchange is not None:
                yield from self._grow(follow(self._exchange, reply))
            case Interrupted():
                yield from self._interrupted()
            case State(name="idle" | "listening" | "muted") | Failed():
                yield from self._end()
            case _:
                pass
        if (row := self._row(event)) is not None:
            yield row

    def _row(self, event: VoiceEvent) -> Json | None:
        match event:
            case State(name=name):
                return {"kind": "state", "name": name}
            case Began():
                return {"kind": "began"}
            case Heard(transcript=heard):
                return {"kind": "heard", "text": heard.text, "lang": heard.language}
            case Saying():
                return {"kind": "saying", "text": event.text, "lang": event.language}
            case Interrupted():
                return {"kind": "interrupted", "by": event.by, "played": event.played, "dropped": event.dropped}
            case Failed():
                return {"kind": "failed", "text": self._trouble() or words(self._language).failed}
            case Latency():
                return {"kind": "latency", **latency(event)}
            case _:
                return None

    def withdraw(self) -> Iterator[Json]:
        """Take the last question back."""
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            yield {"kind": "withdrawn", "number": exchange.number}

    def _ask(self, question: str) -> Iterator[Json]:
        yield from self._end()
        self._exchange, self._shown = Exchange(self._next, question), Shown(self._language)
        self._next += 1
        yield {"kind": "asked", "number": self._exchange.number, "question": question}

    def _grow(self, exchange: Exchange) -> Iterator[Json]:
        self._exchange = exchange
        if (line := self._shown.next(exchange)) is not None:
            yield {"kind": "line", "number": exchange.number, **line}

    def _interrupted(self) -> Iterator[Json]:
        exchange, self._exchange = self._exchange, None
        if exchange is not None and exchange.going:
            yield from self._grow(replace(exchange, stopped=True))
            self._exchange = None

    def _end(self) -> Iterator[Json]:
        """Nothing more comes of the last question: an answer without an end has failed."""
        exchange, self._exchange = self._exchange, None
        if exchange is not None and exchange.going:
            yield from self._grow(replace(exchange, trouble=self._trouble() or words(self._language).failed))
            self._exchange = None
