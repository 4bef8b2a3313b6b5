"""Values out of JSON that anyone may have sent: of the right kind and no longer than wanted, else an empty one."""

from __future__ import annotations

from typing import Any

from chatbot.answer.conversation import MAX_QUESTION
from chatbot.serve.feedback import LONGEST_ANSWER
from chatbot.serve.ui.exchange import REMEMBERED
from chatbot.types import Turn

# No page sends more.
_TURNS = 1000


def text(value: Any, most: int) -> str:
    """Return a text, cut to so many characters."""
    return value[:most] if isinstance(value, str) else ""


def rows(value: Any, most: int) -> list[Any]:
    """Return the first entries of a list."""
    return value[:most] if isinstance(value, list) else []


def whole(value: Any, least: int, most: int) -> int:
    """Return a whole number within bounds, the lower one for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else least


def turns(value: Any) -> tuple[Turn, ...]:
    """Return the last pairs of question and answer of a list."""
    pairs = [turn for turn in rows(value, _TURNS)[-REMEMBERED:] if isinstance(turn, list) and len(turn) == 2]
    return tuple(Turn(text(question, MAX_QUESTION), text(answer, LONGEST_ANSWER)) for question, answer in pairs)
