"""What each way to ask by program adds to an answer, with the clients that programs use; and twenty at once.

    .venv/bin/python -m benchmarks.programs [--rounds 5] [--at-once 20]

Serves the whole program in a process of its own, page and speakers, and asks it what it asks the chatbot in this process: by
plain HTTP and by the official clients of OpenAI, Gradio, the Model Context Protocol and Wyoming. Prints, as JSON, times in
milliseconds and how many answers were other than the chatbot's own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from chatbot import open_chatbot
from chatbot.serve import batch

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
# Seconds.
BOOT = 180
QUESTIONS = (
    "What are the three recommendations to the US?",
    "What is NAIRR?",
    "アメリカへの提言の3つの柱は何ですか？",
    "オープンソースAIの定義について何と言っていますか？",
    "What is Hugging Face's stance on nuclear energy?",
)
Asking = Callable[[str], str]
"""Asks a question and returns the answer."""


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Yield the address of the whole program, and its port for speakers."""
    with socket.create_server((HOST, 0)) as one, socket.create_server((HOST, 0)) as other:
        port, speakers = one.getsockname()[1], other.getsockname()[1]
    told = {**os.environ, "PYTHONPATH": str(ROOT), "OPENSTANCE_GUARD_QUESTIONS": "0", "HF_HUB_OFFLINE": "1"}
    serving = [sys.executable, "-m", "chatbot.cli", "serve", "--port", str(port), "--wyoming", f"tcp://{HOST}:{speakers}"]
    with subprocess.Popen(serving, env=told, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as program:
        try:
            ready(f"http://{HOST}:{port}", program)
            yield f"http://{HOST}:{port}", speakers
        finally:
            program.send_signal(signal.SIGINT)


def ready(address: str, program: subprocess.Popen[bytes]) -> None:
    """Wait until the program answers."""
    until = time.monotonic() + BOOT
    with httpx.Client(base_url=address, trust_env=False) as http:
        while time.monotonic() < until and program.poll() is None:
            try:
                if http.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
    sys.exit("The program never was ready. Start it by hand to see why: openstance serve")


def timed(do: Callable[[], Any]) -> float:
    start = time.perf_counter()
    do()
    return 1000 * (time.perf_counter() - start)


def messages(question: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": question}]


def by_http(http: httpx.Client) -> Asking:
    def ask(question: str) -> str:
        body = {"model": "openstance", "messages": messages(question)}
        return str(http.post("/v1/chat/completions", json=body).raise_for_status().json()["choices"][0]["message"]["content"])

    return ask


def by_openai(address: str) -> tuple[Asking, Callable[[str], tuple[float, float]]]:
    """Return what asks by OpenAI's client, and what gives the milliseconds until the first text and until the end."""
    from openai import OpenAI

    client = OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)

    def ask(question: str) -> str:
        asked: Any = {"model": "openstance", "messages": messages(question)}
        return str(client.chat.completions.create(**asked).choices[0].message.content)

    def stream(question: str) -> tuple[float, float]:
        asked: Any = {"model": "openstance", "messages": messages(question), "stream": True}
        start, first = time.perf_counter(), 0.0
        for chunk in client.chat.completions.create(**asked):
            if not first and chunk.choices and chunk.choices[0].delta.content:
                first = 1000 * (time.perf_counter() - start)
        return first, 1000 * (time.perf_counter() - start)

    return ask, stream


def by_gradio(address: str) -> Asking:
    from gradio_client import Client

    client = Client(address, verbose=False)
    return lambda question: str(client.predict(question, api_name="/ask")["answer"])


async def by_agent(address: str, rounds: int) -> tuple[float, list[str], list[float]]:
    """Return the milliseconds until a client of the Model Context Protocol has said hello, its answers, and their times."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    start, times, answers = time.perf_counter(), [], []
    async with streamable_http_client(f"{address}/mcp") as (read, write, _), ClientSession(read, write) as client:
        await client.initialize()
        await client.list_tools()
        connected = 1000 * (time.perf_counter() - start)
        for question in QUESTIONS * rounds:
            begun = time.perf_counter()
            told = await client.call_tool("ask", {"question": question})
            times.append(1000 * (time.perf_counter() - begun))
            answers.append((told.structuredContent or {})["answer"])
    return connected, answers[: len(QUESTIONS)], times


async def by_speaker(port: int, rounds: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds until the first sentence for a speaker, and until all of them."""
    from wyoming.asr import Transcript
    from wyoming.client import AsyncTcpClient

    firsts, wholes = [], []
    for number, question in enumerate(QUESTIONS * rounds):
        async with AsyncTcpClient(HOST, port) as client:
            begun = time.perf_counter()
            await client.write_event(Transcript(question, context={"conversation_id": str(number)}).event())
            early = 0.0
            while (event := await client.read_event()) is not None and event.type != "handled":
                early = early or (event.type == "handled-chunk") * 1000 * (time.perf_counter() - begun)
                if event.type == "not-handled":
                    sys.exit(f"A speaker was not answered: {event.data}")
            firsts.append(early)
            wholes.append(1000 * (time.perf_counter() - begun))
    return firsts, wholes


async def together(address: str, count: int) -> tuple[list[int], list[float]]:
    """Ask so many questions at once; return the statuses and the milliseconds of each."""
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as http:

        async def one(number: int) -> tuple[int, float]:
            start = time.perf_counter()
            body = {"model": "openstance", "messages": messages(QUESTIONS[number % len(QUESTIONS)])}
            answer = await http.post("/v1/chat/completions", json=body)
            return answer.status_code, 1000 * (time.perf_counter() - start)

        done = await asyncio.gather(*(one(number) for number in range(count)))
    return [status for status, _ in done], [taken for _, taken in done]


def measured(address: str, speakers: int, rounds: int) -> dict[str, Any]:
    """Return the times of every way, and how many of the answers were not the chatbot's own."""
    bot = open_chatbot()
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as http:
        openai, stream = by_openai(address)
        ways: dict[str, Asking] = {
            "in this process": lambda question: str(batch.answer_one(bot, question)["answer"]),
            "HTTP": by_http(http),
            "openai": openai,
            "gradio_client": by_gradio(address),
        }
        # The first round warms everything up and tells whether the answers are the same.
        answers = {name: [plain(ask(question)) for question in QUESTIONS] for name, ask in ways.items()}
        rows: dict[str, list[float]] = {name: [] for name in (*ways, "openai, first text", "openai, streamed")}
        # One after the other for each question, so that a change of the machine's load touches all alike.
        for question in QUESTIONS * rounds:
            for name, ask in ways.items():
                rows[name].append(timed(lambda ask=ask, question=question: ask(question)))  # type: ignore[misc]
            first, whole = stream(question)
            rows["openai, first text"].append(first)
            rows["openai, streamed"].append(whole)
    connected, told, rows["mcp"] = asyncio.run(by_agent(address, rounds))
    answers["mcp"] = [plain(answer) for answer in told]
    rows["wyoming, first sentence"], rows["wyoming"] = asyncio.run(by_speaker(speakers, rounds))
    own = answers["in this process"]
    other = {name: sum(a != b for a, b in zip(own, given, strict=True)) for name, given in answers.items()}
    return {"rows": rows, "other answers": other, "mcp, first hello": round(connected, 1)}


def plain(answer: str) -> str:
    """Return an answer without the links of its marks."""
    return re.sub(r"(\[\d+\])\([^)]*\)", r"\1", answer)


def figures(rows: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Return for each way the median, and the mean over the questions of the quickest round of each.

    What others do on the machine only ever adds to a time.
    """
    best = {name: [min(times[at :: len(QUESTIONS)]) for at in range(len(QUESTIONS))] for name, times in rows.items()}
    return {
        name: {"median": round(statistics.median(rows[name]), 1), "best": round(statistics.mean(best[name]), 1)}
        for name in rows
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--at-once", type=int, default=20)
    options = parser.parse_args()
    with served() as (address, speakers):
        report = measured(address, speakers, options.rounds)
        statuses, taken = asyncio.run(together(address, options.at_once))
    report |= {"rows": figures(report["rows"]), "at once": len(statuses), "errors": sum(status != 200 for status in statuses)}
    report |= {"slowest of them": round(max(taken), 1), "load of the machine": round(os.getloadavg()[0], 1)}
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
