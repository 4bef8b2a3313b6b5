"""One model, many who ask: one at a time, in the order they came, and only so many waiting."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from chatbot.errors import WriterBroken, WriterBusy

_WAITING = 16
# Whoever holds the model without asking it for more, for so many seconds, loses it to the next.
_PATIENCE = 20.0


class Turnstile:
    """Lets one through at a time."""

    def __init__(self, name: str, waiting: int = _WAITING, patience: float = _PATIENCE) -> None:
        self._name = name
        self._waiting = waiting
        self._patience = patience
        self._queue: deque[Ticket] = deque()
        self._moved = threading.Condition()

    def ticket(self) -> Ticket:
        """Return a place at the end of the queue; it must be given back with `leave`.

        Raises:
            WriterBusy: If too many wait already.
        """
        with self._moved:
            if len(self._queue) > self._waiting:
                raise WriterBusy(self._name, f"{len(self._queue)} questions wait for it", "Ask again in a minute.")
            ticket = Ticket(self)
            self._queue.append(ticket)
            return ticket

    def arrived(self, ticket: Ticket, seconds: float) -> bool:
        """Wait for so long at most, and tell whether it is this ticket's turn."""
        until = time.monotonic() + seconds
        with self._moved:
            ticket.seen = time.monotonic()
            while self._first(ticket) is not ticket:
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self._moved.wait(left)
            return True

    def holds(self, ticket: Ticket, working: bool) -> bool:
        """Note that a ticket's work begins or pauses, and tell whether it still has its turn."""
        with self._moved:
            ticket.working, ticket.seen = working, time.monotonic()
            return bool(self._queue) and self._queue[0] is ticket

    def leave(self, ticket: Ticket) -> None:
        """Let the next one through."""
        with self._moved:
            if ticket in self._queue:
                self._queue.remove(ticket)
            self._moved.notify_all()

    @property
    def empty(self) -> bool:
        """Whether nobody has the model and nobody waits for it."""
        return not self._queue

    def lost(self) -> WriterBroken:
        """Return the error of one who lost the turn."""
        return WriterBroken(self._name, "the answer was not read on, and others waited", "Ask again.")

    def _first(self, asking: Ticket) -> Ticket:
        while self._queue and self._queue[0] is not asking:
            first = self._queue[0]
            if first.working or time.monotonic() - first.seen < self._patience:
                break
            self._queue.popleft()
        if asking not in self._queue:
            raise self.lost()
        return self._queue[0]


class Ticket:
    """A place in the queue before a model."""

    def __init__(self, turnstile: Turnstile) -> None:
        self.seen = time.monotonic()
        self.working = False
        self._turnstile = turnstile

    def ready(self, seconds: float) -> bool:
        """Wait for so long at most, and tell whether it is this one's turn."""
        return self._turnstile.arrived(self, seconds)

    @contextmanager
    def step(self) -> Iterator[None]:
        """Hold the model for one step of work.

        Raises:
            WriterBroken: If the turn was lost, as nobody read on.
        """
        if not self._turnstile.holds(self, working=True):
            raise self._turnstile.lost()
        try:
            yield
        finally:
            self._turnstile.holds(self, working=False)

    def leave(self) -> None:
        """Give the place back; done twice, it changes nothing."""
        self._turnstile.leave(self)
