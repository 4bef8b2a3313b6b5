"""How the C library keeps freed memory: little of it, as what answers need comes in large pieces that differ in size."""

from __future__ import annotations

import ctypes

# Of malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
# Threads answer a few at a time; a heap for each of them would keep what each of them once needed.
_ARENAS = 2
# Bytes; larger pieces are given back at once. Without a fixed figure the library raises its own to 32 MB and keeps them.
_LARGE = 8 << 20
# Bytes of smaller pieces that may stay free. A figure for the large ones sets this one to 128 kB, and every answer then asks
# the system for its memory again: 0.61 s instead of 0.46 for one answer. Four threads keep 635 MB, 670 without either.
_FREE = 64 << 20


def tame_heap() -> bool:
    """Tell the C library to give back what is freed; return whether it could be told. Only glibc has to be."""
    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    told = ((_M_ARENA_MAX, _ARENAS), (_M_MMAP_THRESHOLD, _LARGE), (_M_TRIM_THRESHOLD, _FREE))
    return all([bool(tell(name, value)) for name, value in told])
