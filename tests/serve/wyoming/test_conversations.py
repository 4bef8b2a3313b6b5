"""Conversations are remembered, but not for ever nor without end."""

from concurrent.futures import ThreadPoolExecutor

from chatbot.serve.wyoming.conversations import Conversations
from chatbot.types import Turn
from chatbot.voice.memory import Memory


def said(text):
    return Memory(past=(Turn(text, "yes"),))


def test_each_is_kept_by_its_name():
    kept = Conversations(most=9, remember=60)
    kept.keep("a", said("one"))
    kept.keep("b", said("two"))
    assert kept.recall("a") == said("one")
    assert kept.recall("b") == said("two")
    assert kept.recall("c") == Memory()


def test_nothing_is_kept_without_a_name():
    kept = Conversations(most=9, remember=60)
    kept.keep("", said("one"))
    assert kept.recall("") == Memory()
    assert len(kept) == 0


def test_one_that_does_not_go_on_is_forgotten():
    now = [0.0]
    kept = Conversations(most=9, remember=60, clock=lambda: now[0])
    kept.keep("a", said("one"))
    now[0] = 59
    assert kept.recall("a") == said("one")
    kept.keep("a", said("two"))
    now[0] = 118
    assert kept.recall("a") == said("two")
    now[0] = 120
    assert kept.recall("a") == Memory()
    assert len(kept) == 0


def test_where_there_are_too_many_the_quietest_goes_first():
    kept = Conversations(most=2, remember=60)
    for name in ("a", "b", "a", "c"):
        kept.keep(name, said(name))
    assert kept.recall("b") == Memory()
    assert kept.recall("a") == said("a")
    assert len(kept) == 2


def test_many_threads_at_once_keep_it_within_bounds():
    kept = Conversations(most=10, remember=60)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: kept.keep(str(number), said(str(number))), range(1000)))
    assert len(kept) == 10
