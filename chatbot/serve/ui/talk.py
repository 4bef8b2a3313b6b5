"""One question of a conversation and its answer as it grows, without regard to how it is shown."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Protocol

from chatbot.answer.conversation import MAX_QUESTION
from chatbot.errors import ChatbotError, QuestionError
from chatbot.serve.ui.exchange import Exchange, follow
from chatbot.serve.ui.words import words
from chatbot.types import Event, Language, Turn

_log = logging.getLogger(__name__)


class Asked(Protocol):
    """What can be asked."""

    def ask(self, question: str, past: Sequence[Turn] = ()) -> Generator[Event, None, None]:
        """Yield the events of one answer."""
        ...


def converse(
    bot: Asked, question: str, past: Sequence[Turn], language: Language, number: int = 1
) -> Generator[Exchange, None, None]:
    """Ask, and yield the exchange again and again as the answer grows.

    Closing the generator stops the answer. An answer that fails ends with a line that says so.

    Args:
        bot: Who is asked.
        question: As typed.
        past: What was said before, oldest first.
        language: That of the page, for lines that are not the chatbot's.
        number: Of the exchange in the conversation.
    """
    now = Exchange(number, question)
    yield now
    try:
        with closing(bot.ask(question, past)) as events:
            for event in events:
                now = follow(now, event)
                yield now
    except Exception as error:
        # A page that is left waiting is worse than one that says it failed.
        yield replace(now, trouble=_apology(error, language))


def _apology(error: Exception, language: Language) -> str:
    said = words(language)
    if isinstance(error, QuestionError):
        return said.cannot_ask.format(limit=f"{MAX_QUESTION:,}")
    # Questions are the asker's own; the log says what broke, not what was asked.
    _log.error("An answer failed", exc_info=error)
    return f"{said.failed} {error}" if isinstance(error, ChatbotError) else said.failed
