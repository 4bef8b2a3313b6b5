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
    said = words(language)
    last, shown = -_APART, {"answer": "", "sources": ""}
    with closing(converse(bot, question, past, language, number)) as steps:
        for exchange in steps:
            now = clock()
            if exchange.going and (now < last + _APART or not _worth(exchange)):
                yield None
                continue
            last = now
            parts = {"answer": answer_html(exchange, said), "sources": cards(exchange, said)}
            changed = {name: html for name, html in parts.items() if html != shown[name]}
            shown = parts
            yield {**changed, **_about(exchange, ready(exchange, said))}


def _about(exchange: Exchange, spoken: str) -> Json:
    about: Json = {"record": record(exchange), "state": exchange.state}
    if not exchange.going:
        about |= {"own": exchange.own_words, "spoken": spoken}
    return about


def _worth(exchange: Exchange) -> bool:
    """Whether there is something to read: before that the page says by itself that an answer is coming."""
    return bool(exchange.citations or exchange.refused)
