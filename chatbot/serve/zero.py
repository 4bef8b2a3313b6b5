"""ZeroGPU: a Space without a GPU of its own, which is lent one for as long as a decorated function runs.

The package's own models answer in less time than the loan takes, and stay on the processor; a larger writer borrows the GPU.
"""

from __future__ import annotations

import os
from collections.abc import Generator, MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot.pipeline import Chatbot
    from chatbot.protocols import Writer
    from chatbot.types import Prompt

# Seconds that one text may take; a visitor's share of the day is charged by it.
_LOAN = 60


def on_zero() -> bool:
    """Whether this runs on ZeroGPU."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def prepare(environment: MutableMapping[str, str]) -> None:
    """On ZeroGPU, import its package before torch, as it asks to be, and keep the package's own models off the lent GPU."""
    if on_zero():
        __import__("spaces")
        environment.setdefault("OPENSTANCE_DEVICE", "cpu")


def lent(bot: Chatbot) -> Chatbot:
    """Return the chatbot with a writer that borrows the GPU, and report to ZeroGPU; elsewhere return it as it is."""
    if not on_zero():
        return bot
    from importlib import import_module

    # Without a function that may borrow a GPU, such a Space does not start; one that has no writer never calls it.
    writer = Borrower(bot.writer)
    # The package does this when Gradio launches a page by itself; ours is served by uvicorn.
    import_module("spaces.zero").startup()
    return replace(bot, writer=writer) if bot.writer else bot


class Borrower:
    """A writer that works on a lent GPU, in a process of its own."""

    def __init__(self, writer: Writer | None) -> None:
        """Let a writer borrow; None for one that is never asked."""
        from importlib import import_module

        def write(prompt: Prompt) -> Generator[str, None, None]:
            if writer is not None:
                yield from writer.stream(prompt)

        self._stream = import_module("spaces").GPU(duration=_LOAN)(write)

    def stream(self, prompt: Prompt) -> Generator[str, None, None]:
        """Yield the answer piece by piece."""
        yield from self._stream(prompt)
