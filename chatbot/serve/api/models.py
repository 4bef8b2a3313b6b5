"""The names under which programs ask: whose answer they get, and in which form."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from chatbot.pipeline import Chatbot
from chatbot.protocols import Writer
from chatbot.serve.api.problem import Problem
from chatbot.types import Prompt

OWN = "openstance"
WRITER = "openstance-writer"
SPOKEN = "-spoken"


@dataclass(frozen=True, slots=True)
class Model:
    """One that can be asked."""

    id: str
    written: bool
    """Whether the configured writer's answer is wanted, and not the documents' own sentences."""
    spoken: bool
    """Whether the text is to be said aloud: without marks, links and dashes."""


FINAL = Model("", True, False)
"""Without a name: the answer that stands in the end, a writer's where one is configured and its answer holds."""


def models(bot: Chatbot) -> tuple[Model, ...]:
    """Return what can be asked, the package's own first."""
    names = [(OWN, False), *([(WRITER, True)] if bot.writer else [])]
    return tuple(Model(name + end, written, bool(end)) for name, written in names for end in ("", SPOKEN))


def named(bot: Chatbot, id: str) -> Model:
    """Return the model of a name.

    Raises:
        Problem: If there is none.
    """
    known = {model.id: model for model in models(bot)}
    if id not in known:
        raise Problem(404, f"There is no model {id[:80]!r}. Name one of: {', '.join(known)}.", "model_not_found", "model")
    return known[id]


def asked(bot: Chatbot, model: Model, stop: threading.Event) -> Chatbot:
    """Return who answers under that name; a writer among them stops when told to."""
    return replace(bot, writer=Stoppable(bot.writer, stop)) if model.written and bot.writer else bot.quick


def listed(model: Model, created: int) -> dict[str, Any]:
    """Render a model as lists of models have it."""
    return {"id": model.id, "object": "model", "created": created, "owned_by": "openstance"}


@dataclass(frozen=True, slots=True)
class Stoppable:
    """A writer that can be stopped from another thread, between two pieces: a sentence of it may take long."""

    writer: Writer
    stop: threading.Event

    def stream(self, prompt: Prompt) -> Generator[str, None, None]:
        """Yield the writer's pieces until it is told to stop."""
        with closing(self.writer.stream(prompt)) as pieces:
            for piece in pieces:
                if self.stop.is_set():
                    return
                yield piece
