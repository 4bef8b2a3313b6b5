"""Answers made in threads of their own, a few at a time; who finds too many before him is told so at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from contextvars import copy_context
from typing import Any, TypeVar

from chatbot.serve.api.problem import Busy

T = TypeVar("T")

TICK = 1.0
"""Seconds without anything new after which a caller hears that the work goes on."""
# Answers take the processor, so more at a time only make each of them slower.
_AT_ONCE = 4
_WAITING = 64


def _nobody() -> None:
    """Be told of nothing."""


class _End:
    pass


class _Failed:
    def __init__(self, error: BaseException) -> None:
        self.error = error


class Line:
    """Where those who call stand in line; one for a whole application."""

    def __init__(
        self, at_once: int = _AT_ONCE, waiting: int = _WAITING, tick: float = TICK, full: Callable[[], None] = _nobody
    ) -> None:
        """Let `at_once` be answered and `waiting` stand behind them; `full` is told of each who found no place."""
        self._tick, self._full = tick, full
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="answer")
        # Counted by whoever ends, in whichever thread.
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._changed, self._waiting, self._here = threading.Condition(), 0, 0

    @property
    def waiting(self) -> int:
        """How many stand in line and are not yet being answered."""
        return self._waiting

    def settle(self, seconds: float) -> bool:
        """Wait until nobody stands in line or is being answered, or that many seconds; return whether it came to that."""
        with self._changed:
            return self._changed.wait_for(lambda: self._here == 0, seconds)

    async def run(self, begin: Callable[[threading.Event], Generator[T, Any, Any]]) -> AsyncGenerator[T | None, None]:
        """Yield what a generator yields, and None each time that nothing came for a while.

        Closing this ends the generator in its thread as soon as it has yielded.

        Args:
            begin: Makes the generator; given what is set once nobody listens any more.

        Raises:
            Busy: If too many stand in line.
            Exception: Whatever the generator raises.
        """
        if not self._places.acquire(blocking=False):
            self._full()
            raise Busy
        loop, came, stop = asyncio.get_running_loop(), asyncio.Queue[T | _End | _Failed](), threading.Event()

        def hand(item: T | _End | _Failed) -> None:
            # The loop may have ended with the application while the thread was at work.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(came.put_nowait, item)

        def begun(stop: threading.Event) -> Generator[T, Any, Any]:
            self._stand(-1)
            return begin(stop)

        self._stand(1, 1)
        working = self._threads.submit(copy_context().run, _work, begun, stop, hand)
        working.add_done_callback(self._left)
        try:
            while not isinstance(item := await _next(came, self._tick), _End):
                if isinstance(item, _Failed):
                    raise item.error
                yield item
        finally:
            stop.set()
            working.cancel()

    def _stand(self, waiting: int, here: int = 0) -> None:
        with self._changed:
            self._waiting += waiting
            self._here += here
            self._changed.notify_all()

    def _left(self, working: Future[None]) -> None:
        # Who goes before it is his turn was never begun.
        self._stand(-working.cancelled(), -1)
        self._places.release()


async def _next(came: asyncio.Queue[T], tick: float) -> T | None:
    with suppress(TimeoutError):
        return await asyncio.wait_for(came.get(), tick)
    return None


def _work(
    begin: Callable[[threading.Event], Generator[T, Any, Any]],
    stop: threading.Event,
    hand: Callable[[T | _End | _Failed], None],
) -> None:
    try:
        with closing(begin(stop)) as items:
            for item in items:
                if stop.is_set():
                    return
                hand(item)
    except BaseException as error:
        # Raised again where somebody waits for it.
        hand(_Failed(error))
    else:
        hand(_End())
