import asyncio
import threading

import pytest

from chatbot.serve.ui.gate import Full, Gate


class Counted:
    """Yields numbers and remembers whether it was closed; waits after the first until it may go on."""

    def __init__(self, fails=False):
        self.closed = threading.Event()
        self.go_on = threading.Event()
        self.fails = fails

    def steps(self):
        try:
            yield 0
            self.go_on.wait(5)
            if self.fails:
                raise RuntimeError("broken")
            for number in range(1, 100):
                yield number
        finally:
            self.closed.set()


async def all_of(running):
    return [step async for step in running]


def test_everything_arrives_in_order():
    counted = Counted()
    counted.go_on.set()

    async def run():
        return await all_of(Gate(1, 1).enter(counted.steps()))

    assert asyncio.run(run()) == list(range(100))
    assert counted.closed.is_set()


def test_leaving_closes_what_runs():
    counted = Counted()

    async def run():
        running = Gate(1, 1).enter(counted.steps())
        assert await anext(running) == 0
        await running.aclose()
        counted.go_on.set()
        return await asyncio.to_thread(counted.closed.wait, 5)

    assert asyncio.run(run())


def test_an_error_reaches_who_waits():
    counted = Counted(fails=True)
    counted.go_on.set()

    async def run():
        await all_of(Gate(1, 1).enter(counted.steps()))

    with pytest.raises(RuntimeError, match="broken"):
        asyncio.run(run())


def test_more_than_may_wait_are_turned_away_and_let_in_later():
    first, second, third = Counted(), Counted(), Counted()

    async def run():
        gate = Gate(1, 1)
        one = asyncio.create_task(all_of(gate.enter(first.steps())))
        two = asyncio.create_task(all_of(gate.enter(second.steps())))
        await asyncio.sleep(0.05)
        with pytest.raises(Full):
            gate.enter(third.steps())
        first.go_on.set()
        second.go_on.set()
        assert len(await one) == len(await two) == 100
        third.go_on.set()
        return await all_of(gate.enter(third.steps()))

    assert len(asyncio.run(run())) == 100
