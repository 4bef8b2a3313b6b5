"""How the C library keeps freed memory: little of it, as what answers need comes in large pieces that differ in size."""

from __future__ import annotations

import ctypes

# Of malloc.h.
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
# Threads answer a few at a time; a heap for each of them would keep what each of them once needed.
_ARENAS = 2
# Bytes; larger pieces are given back at once. Without a fixed figure the library raises its own to 32 MB and keeps them.
# Of four threads that answer: 1 MB keeps some 450 MB less than no figure for 30 % more of the processor, 8 MB 240 MB for 11 %.
_LARGE = 8 << 20


def tame_heap() -> bool:
    """Tell the C library to give back what is freed; return whether it could be told. Only glibc has to be."""
    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(tell(_M_ARENA_MAX, _ARENAS)) and bool(tell(_M_MMAP_THRESHOLD, _LARGE))
