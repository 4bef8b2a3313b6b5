"""What was spoken of, kept from one connection to the next by the number that the caller gives a conversation."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from chatbot.voice.memory import Memory


class Conversations:
    """A bounded store, safe to use from several threads.

    Args:
        most: Remembered at once; the one that was quiet for longest goes first.
        remember: Seconds after which one that did not go on is forgotten.
        clock: What time it is, in seconds.
    """

    def __init__(self, most: int, remember: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._remember, self._clock = most, remember, clock
        self._kept: OrderedDict[str, tuple[float, Memory]] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, name: str) -> Memory:
        """Return what was said in a conversation; an empty one if it is new, forgotten or has no name."""
        with self._lock:
            self._forget()
            return self._kept[name][1] if name in self._kept else Memory()

    def keep(self, name: str, memory: Memory) -> None:
        """Remember a conversation as it is now; nothing is kept without a name."""
        if not name:
            return
        with self._lock:
            self._kept[name] = (self._clock(), memory)
            self._kept.move_to_end(name)
            self._forget()

    def __len__(self) -> int:
        """How many are remembered."""
        with self._lock:
            self._forget()
            return len(self._kept)

    def _forget(self) -> None:
        # In order of their last turn, so that the oldest come first.
        past = self._clock() - self._remember
        while self._kept and (len(self._kept) > self._most or next(iter(self._kept.values()))[0] < past):
            self._kept.popitem(last=False)
