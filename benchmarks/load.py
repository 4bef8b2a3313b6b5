"""Many people at once: browser-like sessions over loopback, each asking every few seconds through the page's own routes.

    python benchmarks/load.py [--sessions 50] [--every 5] [--minutes 5] [--warm 30] [--again 0.5]

Serves the page in a process of its own and plays each session as a browser would: the page, its files, then one question after
another, read to the end of its stream. Some questions are the page's examples, which many press, and the others are asked only
once, about a heading of the documents. Each session comes from an address of its own, as behind a proxy. Prints, as JSON,
errors, times until the first line and the end of an answer, and how the server's memory grew after warming up.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from chatbot.serve.ui.words import words

ROOT = Path(__file__).resolve().parents[1]
ABOUT = ("What is said about {}?", "{}について何と言っていますか？")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_SRC = re.compile(r'<(?:script|link)[^>]+(?:src|href)="(\.?/[^"#]+\.(?:js|css))"')


@dataclass(slots=True)
class Seen:
    """What all sessions saw."""

    firsts: list[float] = field(default_factory=list)
    wholes: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)


def main() -> int:
    """Serve, play the sessions and print what they saw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--every", type=float, default=5.0, help="seconds from one question of a session to its next")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--warm", type=float, default=30.0, help="seconds after which memory is compared with that at the end")
    parser.add_argument("--again", type=float, default=0.5, help="share of the questions that others ask as well")
    options = parser.parse_args()
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENSTANCE_GUARD_PROXIES": "1", "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "chatbot.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            print(json.dumps(asyncio.run(played(options, port, server.pid)), indent=1))
        finally:
            server.send_signal(signal.SIGINT)
    return 0


def free_port() -> int:
    """Return a port of loopback that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def played(options: argparse.Namespace, port: int, pid: int) -> dict[str, Any]:
    """Play every session and return the figures."""
    base = f"http://127.0.0.1:{port}"
    await ready(base)
    seen, questions, end = Seen(), asked_of(options.again), time.monotonic() + 60 * options.minutes
    rising = asyncio.create_task(memory(pid, options.warm, end))
    await asyncio.gather(*(session(base, number, options, questions, seen) for number in range(options.sessions)))
    told: dict[str, Any] = {"sessions": options.sessions, "every": options.every, "minutes": options.minutes}
    told |= {"asked again, share": options.again, "questions": len(seen.wholes), "errors": dict(seen.errors)}
    shares = {"page": seen.pages, "first line": seen.firsts, "whole answer": seen.wholes}
    told |= {f"{name}, seconds": {share: quantile(times, share) for share in (50, 95, 100)} for name, times in shares.items()}
    return told | await rising | {"load of the machine": os.getloadavg()[0]}


async def ready(base: str) -> None:
    """Wait until the server can answer."""
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(2400):
            try:
                if (await client.get(f"{base}/readyz", timeout=5)).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    sys.exit("The server never was ready.")


def asked_of(again: float) -> Iterator[str]:
    """Yield questions without end: some that were asked before, the others about one heading after another, each once."""
    chance = random.Random(1)
    examples = [question for code in ("en", "ja") for question in words(code).examples]
    files = sorted((ROOT / "corpus").glob("*.md"))
    headings = [
        (file.name, line) for file in files for line in re.findall(r"^#+ +(.+)$", file.read_text("utf-8"), re.MULTILINE)
    ]
    chance.shuffle(headings)
    for place in itertools.count():
        name, heading = headings[place % len(headings)]
        # A number keeps a heading that comes again from being the same question.
        heading += f" ({place // len(headings) + 1})" if place >= len(headings) else ""
        yield chance.choice(examples) if chance.random() < again else ABOUT[name.endswith(".ja.md")].format(heading)


async def session(base: str, number: int, options: argparse.Namespace, questions: Iterator[str], seen: Seen) -> None:
    """Open the page, then ask until the end; sessions begin one after the other within the time of one question."""
    end = time.monotonic() + 60 * options.minutes
    await asyncio.sleep(options.every * number / options.sessions)
    headers = {
        "x-forwarded-for": f"198.51.{100 + number // 250}.{1 + number % 250}",
        "accept-language": ("en", "ja")[number % 2],
    }
    async with httpx.AsyncClient(base_url=base, headers=headers, trust_env=False, timeout=60) as browser:
        await opened(browser, seen)
        past: list[list[str]] = []
        asked = 0
        while time.monotonic() < end:
            began = time.perf_counter()
            question = next(questions)
            answer = await answered(browser, question, past, asked + 1, seen)
            past, asked = [*past[-9:], [question, answer]], asked + 1
            await asyncio.sleep(max(0.0, options.every - (time.perf_counter() - began)))


async def opened(browser: httpx.AsyncClient, seen: Seen) -> None:
    """Load the page and the files it names."""
    began = time.perf_counter()
    page = await browser.get("/", headers={"accept": "text/html"})
    for path in ["/talk/frame", *dict.fromkeys(_SRC.findall(page.text))]:
        answer = await browser.get(path.removeprefix("."))
        if answer.status_code != 200:
            seen.errors[f"{answer.status_code} {path}"] += 1
    seen.pages.append(time.perf_counter() - began)


async def answered(browser: httpx.AsyncClient, question: str, past: list[list[str]], number: int, seen: Seen) -> str:
    """Ask one question and read its answer to the end."""
    began, last = time.perf_counter(), ""
    asked = {"question": question, "past": past, "language": "en", "number": number}
    try:
        async with browser.stream("POST", "/talk/ask", json=asked) as answer:
            async for line in answer.aiter_lines():
                if not last:
                    seen.firsts.append(time.perf_counter() - began)
                last = line or last
    except httpx.HTTPError as error:
        seen.errors[type(error).__name__] += 1
        return ""
    seen.wholes.append(time.perf_counter() - began)
    told = json.loads(last or "{}")
    if answer.status_code != 200 or told.get("state") not in ("answered", "refused"):
        seen.errors[f"{answer.status_code} {told.get('state') or told.get('error')}"] += 1
    return str(told.get("record", {}).get("answer", ""))[:2000]


async def memory(pid: int, warm: float, end: float) -> dict[str, float]:
    """Return the server's resident memory after warming up and at the end, in MB, and the growth in percent."""
    await asyncio.sleep(warm)
    before = resident(pid)
    while time.monotonic() < end:
        await asyncio.sleep(0.5)
    after = resident(pid)
    return {"MB after warming up": before, "MB at the end": after, "growth, %": round(100 * (after / before - 1), 1)}


def resident(pid: int) -> float:
    """Return the resident memory of a process, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def quantile(times: list[float], percent: int) -> float:
    """Return the time that so many percent did not exceed."""
    return round(sorted(times)[min(len(times) - 1, len(times) * percent // 100)], 3) if times else float("nan")


if __name__ == "__main__":
    sys.exit(main())
