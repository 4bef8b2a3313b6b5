"""How the C library keeps freed memory: little of it, as what answers need comes in large pieces that differ in size."""

from __future__ import annotations

import ctypes
import time
from threading import Lock
from typing import Any

from chatbot.serve.observe import Observation

# Of malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
# Threads answer a few at a time; a heap for each of them would keep what each of them once needed.
_ARENAS = 2
# Bytes; larger pieces are given back at once. Without a fixed figure the library raises its own to 32 MB and keeps them.
_LARGE = 8 << 20
# Bytes of smaller pieces that may stay free. A figure for the large ones sets this one to 128 kB, and every answer then asks
# the system for its memory again: 0.61 s instead of 0.46 for one answer. Four threads keep 635 MB, 670 without either.
_FREE = 64 << 20
# Seconds from one time to the next that what lies free between what is used is given back, which takes some hundredths.
_EVERY = 15.0


def tame_heap() -> bool:
    """Tell the C library to give back what is freed; return whether it could be told. Only glibc has to be."""
    tell = _function("mallopt")
    told = ((_M_ARENA_MAX, _ARENAS), (_M_MMAP_THRESHOLD, _LARGE), (_M_TRIM_THRESHOLD, _FREE))
    return tell is not None and all([bool(tell(name, value)) for name, value in told])


class GivenBack:
    """A watch of answers: after one, now and then, what lies free between what is used goes back to the system.

    By itself the library gives back only what is free at the end of its heap, and a little that is remembered lies there.
    """

    def __init__(self, every: float = _EVERY) -> None:
        self._trim, self._every, self._lock = _function("malloc_trim"), every, Lock()
        self._last = time.monotonic()

    def begun(self) -> None:
        """Do nothing."""

    def ended(self, seen: Observation) -> None:
        """Give back, unless that was done a moment ago."""
        del seen
        with self._lock:
            now = time.monotonic()
            if self._trim is None or now - self._last < self._every:
                return
            self._last = now
        self._trim(0)


def _function(name: str) -> Any:
    """Return a function of the C library; None if it has none of that name."""
    try:
        return getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return None
