"""Who stands in line is counted from coming to being answered, also when he leaves before his turn."""

import asyncio
import threading
from contextlib import aclosing

import pytest

from chatbot.serve.api.line import Line
from chatbot.serve.api.problem import Busy


def test_those_who_wait_are_counted_until_their_turn_and_the_rest_turned_away():
    away, go = [], threading.Event()
    line = Line(1, 2, 0.01, lambda: away.append(1))

    def begin(stop):
        go.wait(10)
        yield 1

    async def one():
        async with aclosing(line.run(begin)) as items:
            return [item async for item in items if item is not None]

    async def all_of_them():
        tasks = [asyncio.create_task(one()) for _ in range(3)]
        await asyncio.sleep(0.1)
        waiting = [line.waiting]
        with pytest.raises(Busy):
            await one()
        tasks[2].cancel()
        await asyncio.gather(tasks[2], return_exceptions=True)
        waiting.append(line.waiting)
        go.set()
        told = await asyncio.gather(*tasks[:2])
        return waiting, told

    waiting, told = asyncio.run(all_of_them())
    assert waiting == [2, 1]
    assert told == [[1], [1]]
    assert line.waiting == 0
    assert away == [1]


def test_what_cannot_begin_waits_no_longer():
    line = Line(1, 1)

    def begin(stop):
        raise RuntimeError("no")

    async def one():
        async with aclosing(line.run(begin)) as items:
            async for _ in items:
                pass

    with pytest.raises(RuntimeError, match="no"):
        asyncio.run(one())
    assert line.waiting == 0


def test_it_settles_once_nobody_waits_or_is_answered():
    line, go = Line(1, 2), threading.Event()

    def begin(stop):
        go.wait(10)
        yield 1

    async def one():
        async with aclosing(line.run(begin)) as items:
            return [item async for item in items]

    async def both():
        tasks = [asyncio.create_task(one()) for _ in range(2)]
        await asyncio.sleep(0.05)
        before = await asyncio.to_thread(line.settle, 0.05)
        go.set()
        await asyncio.gather(*tasks)
        return before, await asyncio.to_thread(line.settle, 10)

    assert line.settle(0)
    assert asyncio.run(both()) == (False, True)
