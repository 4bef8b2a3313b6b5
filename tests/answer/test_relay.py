"""A stream read in a thread of its own gives what it gives, tells its silence and its errors, and ends when it is closed."""

import threading
import time

import pytest

from chatbot.answer.relay import Silent, relayed


class Stream:
    """Yields numbers, and notes when it is closed."""

    def __init__(self, count=10**9, pause=0.0, fails_at=None):
        self.count, self.pause, self.fails_at = count, pause, fails_at
        self.given, self.closed = 0, threading.Event()

    def __call__(self):
        try:
            for number in range(self.count):
                if number == self.fails_at:
                    raise ValueError("broken")
                time.sleep(self.pause)
                self.given += 1
                yield str(number)
        finally:
            self.closed.set()


def test_the_pieces_come_in_order():
    assert list(relayed(Stream(100), 5.0)) == [str(number) for number in range(100)]


def test_an_error_of_the_stream_is_raised_where_it_is_read():
    pieces = relayed(Stream(fails_at=2), 5.0)
    assert [next(pieces), next(pieces)] == ["0", "1"]
    with pytest.raises(ValueError, match="broken"):
        next(pieces)


def test_silence_is_told():
    stream = Stream(pause=0.3)
    with pytest.raises(Silent):
        list(relayed(stream, 0.05))
    assert stream.closed.wait(2)


@pytest.mark.parametrize("steps", [1, 5, 20])
def test_closing_closes_the_stream_at_once(steps):
    stream = Stream(pause=0.001)
    pieces = relayed(stream, 5.0)
    for _ in range(steps):
        next(pieces)
    start = time.perf_counter()
    pieces.close()
    assert time.perf_counter() - start < 0.2
    assert stream.closed.wait(1)


def test_closing_before_the_first_piece_starts_nothing():
    stream = Stream()
    relayed(stream, 5.0).close()
    assert stream.given == 0


def test_a_stream_does_not_run_on_when_nobody_reads():
    stream = Stream()
    pieces = relayed(stream, 5.0)
    next(pieces)
    time.sleep(0.05)
    assert stream.given < 20
    pieces.close()
    assert stream.closed.wait(1)


def test_no_thread_is_left():
    for steps in range(50):
        pieces = relayed(Stream(), 5.0)
        for _ in range(steps % 5):
            next(pieces)
        pieces.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "writer"]
