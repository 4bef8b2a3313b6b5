import threading
import time

import pytest

from chatbot.answer.writers.turnstile import Turnstile
from chatbot.errors import WriterBroken, WriterBusy


def test_they_go_through_in_the_order_they_came():
    turnstile = Turnstile("x")
    tickets = [turnstile.ticket() for _ in range(3)]
    assert [ticket.ready(0) for ticket in tickets] == [True, False, False]
    tickets[1].leave()
    tickets[0].leave()
    assert tickets[2].ready(0)


def test_never_two_at_once():
    turnstile, inside, most = Turnstile("x", waiting=50), [], []

    def write():
        ticket = turnstile.ticket()
        while not ticket.ready(0.05):
            pass
        with ticket.step():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.002)
            inside.pop()
        ticket.leave()

    threads = [threading.Thread(target=write) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(most), max(most)) == (20, 1)


def test_a_full_queue_is_told():
    turnstile = Turnstile("hub:x", waiting=1)
    kept = [turnstile.ticket(), turnstile.ticket()]
    with pytest.raises(WriterBusy, match=r"hub:x: 2 questions wait for it\. Ask again"):
        turnstile.ticket()
    kept[0].leave()
    turnstile.ticket()


def test_who_does_not_read_on_loses_the_turn_to_the_next():
    turnstile = Turnstile("x", patience=0.05)
    idle, next_one = turnstile.ticket(), turnstile.ticket()
    with idle.step():
        pass
    assert not next_one.ready(0)
    time.sleep(0.06)
    assert next_one.ready(0.5)
    with pytest.raises(WriterBroken, match="not read on"), idle.step():
        pass


def test_a_long_step_is_not_idleness():
    turnstile = Turnstile("x", patience=0.01)
    working, next_one = turnstile.ticket(), turnstile.ticket()
    with working.step():
        time.sleep(0.03)
        assert not next_one.ready(0)


def test_leaving_twice_is_leaving_once():
    turnstile = Turnstile("x")
    one, two = turnstile.ticket(), turnstile.ticket()
    one.leave()
    one.leave()
    assert two.ready(0)
