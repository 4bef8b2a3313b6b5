import threading
import time

import pytest

from chatbot.voice.work import Inline, Threaded


def steps(count, log, fails=False):
    try:
        for number in range(count):
            log.append(number)
            yield number
        if fails:
            raise RuntimeError("broken")
    finally:
        log.append("end")


def drained(work):
    taken, end = [], time.monotonic() + 20
    while not work.done and time.monotonic() < end:
        taken += work.take()
        time.sleep(0.001)
    return taken


@pytest.mark.parametrize("kind", [Inline, Threaded])
def test_everything_comes_once_in_order(kind):
    log = []
    assert drained(kind(steps(100, log))) == list(range(100))
    assert log[-1] == "end"


@pytest.mark.parametrize("kind", [Inline, Threaded])
def test_an_error_is_raised_after_what_was_given(kind):
    work, taken = kind(steps(3, [], fails=True)), []

    def take_all():
        for _ in range(2000):
            taken.extend(work.take())
            time.sleep(0.001)

    with pytest.raises(RuntimeError, match="broken"):
        take_all()
    assert taken == [0, 1, 2]
    assert work.done


@pytest.mark.parametrize("kind", [Inline, Threaded])
def test_closing_ends_the_generator(kind):
    log = []
    work = kind(steps(10_000, log))
    while not work.take():
        time.sleep(0.001)
    work.close()
    end = time.monotonic() + 20
    while "end" not in log and time.monotonic() < end:
        time.sleep(0.001)
    assert log[-1] == "end"
    assert len(log) < 200
    assert work.take() == []


def test_inline_does_nothing_before_it_is_asked():
    log = []
    work = Inline(steps(3, log))
    assert log == []
    assert work.take() == [0]
    assert log == [0]


def test_a_thread_rests_while_many_wait():
    log = []
    work = Threaded(steps(1000, log))
    time.sleep(0.2)
    assert len(log) <= 40
    work.close()
    while any(thread.name == "turn" for thread in threading.enumerate()):
        time.sleep(0.01)
