"""What HTTP adds to an answer: the same questions asked of the chatbot itself, over `/v1` and over `/mcp`, and twenty at once.

All figures are milliseconds.

.venv/bin/python -m benchmarks.programs [--rounds 5] [--at-once 20]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from chatbot import open_chatbot
from chatbot.config import Config
from chatbot.pipeline import Chatbot
from chatbot.serve import batch
from chatbot.serve.api.add import add
from chatbot.serve.api.line import Line
from chatbot.serve.app import Service

QUESTIONS = (
    "What are the three recommendations to the US?",
    "What is NAIRR?",
    "アメリカへの提言の3つの柱は何ですか？",
    "オープンソースAIの定義について何と言っていますか？",
    "What is Hugging Face's stance on nuclear energy?",
)


@contextmanager
def served(bot: Chatbot) -> Iterator[str]:
    import socket

    import uvicorn
    from fastapi import FastAPI

    app = FastAPI()
    add(app, Service(bot, Config()), Line())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def timed(do: Callable[[], Any]) -> float:
    start = time.perf_counter()
    do()
    return 1000 * (time.perf_counter() - start)


def first_chunk(http: httpx.Client, question: str) -> tuple[float, float]:
    """Return the milliseconds until the first text, and until the end."""
    start, first = time.perf_counter(), 0.0
    with http.stream("POST", "/v1/chat/completions", json=body(question, stream=True)) as told:
        for line in told.iter_lines():
            if not first and '"delta": {"content"' in line:
                first = 1000 * (time.perf_counter() - start)
    return first, 1000 * (time.perf_counter() - start)


def body(question: str, stream: bool = False) -> dict[str, Any]:
    return {"model": "openstance", "stream": stream, "messages": [{"role": "user", "content": question}]}


def overhead(bot: Chatbot, http: httpx.Client) -> tuple[float, float]:
    """Return the milliseconds, on the clock and of the processor, that a call adds: a greeting is answered in none."""
    greeting = "Hello"
    alone = timed(lambda: batch.answer_one(bot, greeting))
    spent = time.process_time()
    called = timed(lambda: http.post("/v1/chat/completions", json=body(greeting)).raise_for_status())
    return called - alone, 1000 * (time.process_time() - spent)


async def by_tool(address: str, rounds: int) -> tuple[float, list[float]]:
    """Return the milliseconds until a client is connected, and those of each call."""
    from mcp.client.client import Client

    start, times = time.perf_counter(), []
    async with Client(f"{address}/mcp") as client:
        connected = 1000 * (time.perf_counter() - start)
        for question in QUESTIONS * rounds:
            begun = time.perf_counter()
            await client.call_tool("ask", {"question": question})
            times.append(1000 * (time.perf_counter() - begun))
    return connected, times


async def together(address: str, count: int) -> tuple[list[int], list[float]]:
    """Ask so many questions at once; return the statuses and the milliseconds of each."""
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as http:

        async def one(number: int) -> tuple[int, float]:
            start = time.perf_counter()
            answer = await http.post("/v1/chat/completions", json=body(QUESTIONS[number % len(QUESTIONS)]))
            return answer.status_code, 1000 * (time.perf_counter() - start)

        done = await asyncio.gather(*(one(number) for number in range(count)))
    return [status for status, _ in done], [taken for _, taken in done]


def _best(times: list[float]) -> list[float]:
    return [min(times[at :: len(QUESTIONS)]) for at in range(len(QUESTIONS))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--at-once", type=int, default=20)
    options = parser.parse_args()
    bot = open_chatbot()
    asked = QUESTIONS * options.rounds
    for question in QUESTIONS:
        batch.answer_one(bot, question)
    with served(bot) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as http:
        added = [overhead(bot, http) for _ in range(50)]
        rows: dict[str, list[float]] = {"alone": [], "http": [], "first": [], "streamed": []}
        # One after the other for each question, so that a change of the machine's load touches all alike.
        for question in asked:
            rows["alone"].append(timed(lambda asked=question: batch.answer_one(bot, asked)))  # type: ignore[misc]
            rows["http"].append(
                timed(lambda asked=question: http.post("/v1/chat/completions", json=body(asked)).raise_for_status())  # type: ignore[misc]
            )
            first, whole = first_chunk(http, question)
            rows["first"].append(first)
            rows["streamed"].append(whole)
        connected, tools = asyncio.run(by_tool(address, options.rounds))
        statuses, taken = asyncio.run(together(address, options.at_once))
    rows["mcp"] = tools
    report: dict[str, Any] = {"median": {name: round(statistics.median(times), 1) for name, times in rows.items()}}
    # The quickest round of each question: what others do on the machine only ever adds to it.
    report["best"] = {name: round(statistics.mean(_best(times)), 1) for name, times in rows.items()}
    report["added"] = round(statistics.median(wall for wall, _ in added), 1)
    report["added_cpu"] = round(statistics.median(cpu for _, cpu in added), 1)
    report |= {
        "mcp_connect": round(connected, 1),
        "at_once": len(statuses),
        "errors": sum(status != 200 for status in statuses),
        "slowest": round(max(taken), 1),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
