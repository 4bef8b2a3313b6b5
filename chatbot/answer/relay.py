"""A writer's stream read in a thread of its own, so that its silence can be told and a stop need not wait for it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator

# A writer that is stopped between two pieces ends at once; one that is stuck inside a piece is not waited for.
_PATIENCE = 0.15
_AHEAD = 8


class Silent(Exception):
    """Nothing came from the writer for too long."""


def relayed(start: Callable[[], Generator[str, None, None]], silence: float) -> Generator[str, None, None]:
    """Yield what a stream yields; closing this closes that, wherever it is.

    Args:
        start: Begins the stream; called in the thread that reads it.
        silence: Seconds without a piece after which the writer counts as silent.

    Raises:
        Silent: If nothing came for so long.
        Exception: Whatever the stream raises.
    """
    # Bounded: a writer must not run on when nobody listens.
    pieces: queue.Queue[str | Exception | None] = queue.Queue(maxsize=_AHEAD)
    stop = threading.Event()
    reader = threading.Thread(target=_read, args=(start, pieces, stop), name="writer", daemon=True)
    reader.start()
    try:
        while True:
            try:
                piece = pieces.get(timeout=silence)
            except queue.Empty:
                raise Silent from None
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        stop.set()
        reader.join(_PATIENCE)


def _read(
    start: Callable[[], Generator[str, None, None]], pieces: queue.Queue[str | Exception | None], stop: threading.Event
) -> None:
    last: Exception | None = None
    try:
        stream = start()
        try:
            for piece in stream:
                if not _put(pieces, piece, stop):
                    return
        finally:
            stream.close()
    except Exception as error:
        last = error
    _put(pieces, last, stop)


def _put(pieces: queue.Queue[str | Exception | None], piece: str | Exception | None, stop: threading.Event) -> bool:
    """Hand a piece over; False if nobody wants it any more."""
    while not stop.is_set():
        try:
            pieces.put(piece, timeout=0.05)
            return True
        except queue.Full:
            continue
    return False
