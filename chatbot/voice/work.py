"""Who does the work of a turn: the one who asks for its results, or a thread of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
# How many results may wait; more would only be dropped at an interruption.
_AHEAD = 32


class Work(Protocol[T]):
    """A generator at work."""

    def take(self) -> list[T]:
        """Return what has come by now, in order.

        Raises:
            Exception: Whatever the generator raised, after what it had given.
        """

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""

    def close(self) -> None:
        """End it, without waiting until it has ended."""


class Inline(Generic[T]):
    """One result for each call, worked out by the caller: time on the clock of the sound stands still meanwhile."""

    def __init__(self, steps: Generator[T, None, None]) -> None:
        self._steps, self.done = steps, False

    def take(self) -> list[T]:
        """Return the next result, if there is one."""
        try:
            return [] if self.done else [next(self._steps)]
        except BaseException as error:
            self.done = True
            if isinstance(error, StopIteration):
                return []
            raise

    def close(self) -> None:
        """End it here and now."""
        self.done = True
        self._steps.close()


class Threaded(Generic[T]):
    """Results as they come from a thread; it rests while many wait."""

    def __init__(self, steps: Generator[T, None, None]) -> None:
        self._steps = steps
        self._results: queue.Queue[T | _Over] = queue.Queue(_AHEAD)
        self._stopped = threading.Event()
        self.done = False
        threading.Thread(target=self._run, name="turn", daemon=True).start()

    def take(self) -> list[T]:
        """Return what has come."""
        taken: list[T] = []
        while not self.done:
            try:
                step = self._results.get_nowait()
            except queue.Empty:
                break
            if not isinstance(step, _Over):
                taken.append(step)
                continue
            if step.error is not None and taken:
                # First what it gave; the error is told at the next call.
                self._results.put(step)
                break
            self.done = True
            if step.error is not None:
                raise step.error
        return taken

    def close(self) -> None:
        """End it: it stops where it next gives something, and what it gives goes nowhere."""
        self.done = True
        self._stopped.set()

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            for step in self._steps:
                if not self._put(step):
                    break
        except BaseException as raised:
            error = raised
        finally:
            self._steps.close()
        self._put(_Over(error))

    def _put(self, step: T | _Over) -> bool:
        while not self._stopped.is_set():
            try:
                self._results.put(step, timeout=0.05)
            except queue.Full:
                continue
            return True
        return False


class _Over:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error
