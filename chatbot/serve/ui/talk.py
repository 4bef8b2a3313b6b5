"""A conversation with a chatbot as it grows, without regard to how it is shown."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Protocol

from chatbot.answer.conversation import MAX_QUESTION
from chatbot.errors import ChatbotError, QuestionError
from chatbot.serve.ui.exchange import Exchange, Talk, follow, past
from chatbot.serve.ui.words import words
from chatbot.types import Event, Language, Turn

_log = logging.getLogger(__name__)
# Older ones leave the page, so that a session that never ends does not grow without end.
_KEPT = 50


class Asked(Protocol):
    """What can be asked."""

    def ask(self, question: str, past: Sequence[Turn] = ()) -> Generator[Event, None, None]:
        """Yield the events of one answer."""
        ...


def converse(bot: Asked, question: str, before: Talk, language: Language) -> Generator[Talk, None, None]:
    """Ask, and yield the conversation again and again as the answer grows.

    Closing the generator stops the answer. An answer that fails ends with a line that says so.

    Args:
        bot: Who is asked.
        question: As typed.
        before: The conversation so far.
        language: That of the page, for lines that are not the chatbot's.
    """
    kept = before[-_KEPT + 1 :]
    now = Exchange(before[-1].number + 1 if before else 1, question)
    yield (*kept, now)
    try:
        with closing(bot.ask(question, past(kept))) as events:
            for event in events:
                now = follow(now, event)
                yield (*kept, now)
    except Exception as error:
        # A page that is left waiting is worse than one that says it failed.
        yield (*kept, replace(now, trouble=_apology(error, language)))


def halted(talk: Talk) -> Talk:
    """Return the conversation with its last answer as far as it came."""
    return (*talk[:-1], replace(talk[-1], stopped=True)) if talk and talk[-1].going else talk


def _apology(error: Exception, language: Language) -> str:
    said = words(language)
    if isinstance(error, QuestionError):
        return said.cannot_ask.format(limit=f"{MAX_QUESTION:,}")
    # Questions are the asker's own; the log says what broke, not what was asked.
    _log.error("An answer failed", exc_info=error)
    return f"{said.failed} {error}" if isinstance(error, ChatbotError) else said.failed
