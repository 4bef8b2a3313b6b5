"""How many are answered at once, how many may wait; each in a thread of its own that ends when nobody listens any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from threading import Event
from typing import Generic, TypeVar

T = TypeVar("T")


class Full(Exception):
    """As many wait as may."""


class Gate(Generic[T]):
    """Runs generators for an event loop. To be used from one loop."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="answer")
        self._most, self._inside = at_once + waiting, 0

    def enter(self, steps: Generator[T, None, None]) -> AsyncIterator[T]:
        """Return what a generator yields; leaving it closes the generator at its next step.

        Raises:
            Full: If too many wait already.
        """
        if self._inside >= self._most:
            steps.close()
            raise Full
        return self._run(steps)

    async def _run(self, steps: Generator[T, None, None]) -> AsyncIterator[T]:
        loop, left = asyncio.get_running_loop(), Event()
        arrived: asyncio.Queue[tuple[T] | Exception | None] = asyncio.Queue()

        def give(step: tuple[T] | Exception | None) -> None:
            # A loop that is closed has nobody who listens.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(arrived.put_nowait, step)

        def work() -> None:
            try:
                with closing(steps):
                    for step in steps:
                        if left.is_set():
                            break
                        give((step,))
                give(None)
            except Exception as error:
                give(error)

        self._inside += 1
        try:
            self._threads.submit(work)
            while (step := await arrived.get()) is not None:
                if isinstance(step, Exception):
                    raise step
                yield step[0]
        finally:
            left.set()
            self._inside -= 1
