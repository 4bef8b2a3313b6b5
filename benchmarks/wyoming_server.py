"""How long smart speakers wait: the server in a process of its own, asked over loopback by the official client.

    python benchmarks/wyoming_server.py QUESTIONS.jsonl

QUESTIONS.jsonl is a set of questions as `openstance eval answers` takes it. Every question is one connection and one
conversation, as Home Assistant does it.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from wyoming.asr import Transcript
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.info import Describe
from wyoming.tts import Synthesize

from chatbot import open_chatbot
from chatbot.evaluate.questions import read_questions
from chatbot.language import detect

HOST = "127.0.0.1"
AT_ONCE = 20
_PATIENCE = 120.0


class Server:
    """A server to be asked."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def timed(self, event: Event, first: str, last: str) -> tuple[float, float]:
        """Return the milliseconds from sending an event on a new connection to the first of one kind, and of another."""
        began = time.perf_counter()
        early = 0.0
        async with AsyncTcpClient(HOST, self.port, read_timeout=_PATIENCE) as client:
            await client.write_event(event)
            while (came := await client.read_event()) is not None:
                now = 1000 * (time.perf_counter() - began)
                if came.type == first and not early:
                    early = now
                if came.type == last:
                    return early or now, now
        raise RuntimeError(f"{last} did not come.")

    async def described(self, since: float) -> tuple[float, float]:
        """Return the seconds since a moment until it can be described, and the milliseconds that this took in the end."""
        while True:
            with suppress(OSError):
                took, _ = await self.timed(Describe().event(), "info", "info")
                return time.perf_counter() - since, took
            await asyncio.sleep(0.02)


def question(text: str, name: str) -> Event:
    """Return a question as Home Assistant asks it."""
    return Transcript(text, context={"conversation_id": name}).event()


def line(name: str, times: Sequence[float]) -> str:
    """Return one row of the table."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"| {name} | {len(times)} | {statistics.median(times):.0f} | {p95:.0f} | {ordered[-1]:.0f} |"


async def measure(server: Server, texts: Sequence[str], started: float) -> list[str]:
    """Return the rows of the table."""
    up, first = await server.described(started)
    rows = [
        f"| describe, {up:.1f} s after the start, the documents not yet read | 1 | {first:.0f} | {first:.0f} | {first:.0f} |"
    ]
    await server.timed(question("Hello", "warm"), "handled-chunk", "handled")
    ready = time.perf_counter() - started
    for text in texts[:2]:
        await server.timed(question(text, "warm"), "handled-chunk", "handled")
        await server.timed(Synthesize(text).event(), "audio-chunk", "audio-stop")
    rows.append(line(f"describe, after that ({ready:.1f} s after the start)", [(await server.described(0))[1] for _ in texts]))
    for language in ("en", "ja"):
        asked = [text for text in texts if detect(text) == language]
        times = [await server.timed(question(text, f"one {text}"), "handled-chunk", "handled") for text in asked]
        rows.append(line(f"transcript to first sentence, {language}", [early for early, _ in times]))
        rows.append(line(f"transcript to handled, {language}", [late for _, late in times]))
        spoken = [await server.timed(Synthesize(text).event(), "audio-chunk", "audio-stop") for text in asked[:10]]
        rows.append(line(f"synthesize to first sound, {language}", [early for early, _ in spoken]))
    together: list[float] = []
    for start in range(0, len(texts), AT_ONCE):
        group = texts[start : start + AT_ONCE]
        came = await asyncio.gather(
            *(server.timed(question(text, f"{AT_ONCE} {text}"), "handled-chunk", "handled") for text in group)
        )
        together += [late for _, late in came]
    rows.append(line(f"transcript to handled, {AT_ONCE} at once", together))
    return rows


def without(texts: Sequence[str]) -> str:
    """Return the row of the same questions asked in this process."""
    bot = open_chatbot()
    times = []
    for text in [*texts[:2], *texts]:
        began = time.perf_counter()
        deque(bot.ask(text), 0)
        times.append(1000 * (time.perf_counter() - began))
    return line("the same questions without a server", times[2:])


def chosen(file: Path, count: int) -> list[str]:
    """Return so many questions without a history, half of them in each language."""
    asked = [each.text for each in read_questions(file) if not each.past]
    texts: list[str] = []
    for language in ("en", "ja"):
        texts += [text for text in asked if detect(text) == language][: count // 2]
    return texts


def main() -> None:
    """Start a server, ask it, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--count", type=int, default=50, help="how many, half of them in each language (default 50)")
    options = parser.parse_args()
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "chatbot.cli", "serve", "--no-page", "--wyoming", f"tcp://{HOST}:{port}"]
    started = time.perf_counter()
    with subprocess.Popen(command) as served:
        try:
            texts = chosen(options.questions, options.count)
            rows = asyncio.run(measure(Server(port), texts, started))
        finally:
            served.terminate()
    rows.append(without(texts))
    print("| measure (ms) | n | p50 | p95 | most |\n|---|--:|--:|--:|--:|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
