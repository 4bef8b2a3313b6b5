"""One answer as the lines that the page is sent: few, each with only what has changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import Any

from chatbot.serve.ui.cards import cards
from chatbot.serve.ui.exchange import Exchange
from chatbot.serve.ui.record import record
from chatbot.serve.ui.render import answer_html, ready
from chatbot.serve.ui.talk import Asked, converse
from chatbot.serve.ui.words import words
from chatbot.types import Language, Turn

Json = dict[str, Any]
# Seconds; what comes sooner after a line goes with the next one, as nobody sees the difference.
_APART = 0.04


def lines(
    bot: Asked,
    question: str,
    past: Sequence[Turn],
    language: Language,
    number: int,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[Json | None, None, None]:
    """Ask, and yield what the page shows next, or None where that can wait; closing it stops the answer."""
    shown = Shown(language, clock)
    with closing(converse(bot, question, past, language, number)) as steps:
        for exchange in steps:
            yield shown.next(exchange)


class Shown:
    """What the page shows of one answer."""

    def __init__(self, language: Language, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing, in the page's language."""
        self._said, self._clock = words(language), clock
        self._last, self._shown = -_APART, {"answer": "", "sources": ""}

    def next(self, exchange: Exchange) -> Json | None:
        """Return what changes on the page as the answer has grown, None where that can wait."""
        now = self._clock()
        if exchange.going and (now < self._last + _APART or not _worth(exchange)):
            return None
        self._last = now
        parts = {"answer": answer_html(exchange, self._said), "sources": cards(exchange, self._said)}
        changed = {name: html for name, html in parts.items() if html != self._shown[name]}
        self._shown = parts
        return {**changed, **_about(exchange, ready(exchange, self._said))}


def _about(exchange: Exchange, spoken: str) -> Json:
    about: Json = {"record": record(exchange), "state": exchange.state}
    if not exchange.going:
        about |= {"own": exchange.own_words, "spoken": spoken}
    return about


def _worth(exchange: Exchange) -> bool:
    """Whether there is something to read: before that the page says by itself that an answer is coming."""
    return bool(exchange.citations or exchange.refused)
