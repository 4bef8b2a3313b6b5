"""How long people wait: from the start of the server to a page, from a page to where one can type, from Enter to the answer.

    python benchmarks/page.py [--repeats 3]        needs Chromium and playwright

Starts the server as `make chat` does, opens the page in a browser that has seen nothing yet, and asks in both languages. The
times of the page are taken in the page, where a person would see what is timed. Prints JSON; times in seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.append(str(Path(__file__).parent))

from load import free_port, resident

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 300.0
QUESTIONS = {
    "en": (
        "What does Hugging Face say about small models?",
        "Who should pay for the computers that researchers need?",
        "How many datasets are there on the Hub?",
        "What is the boiling point of tungsten?",
    ),
    "ja": (
        "小さなモデルについて何と言っていますか？",
        "研究者の計算資源は誰が負担すべきですか？",
        "Hubにはデータセットがいくつありますか？",
        "タングステンの沸点は何度ですか？",
    ),
}
# What is asked first reads code and data for the first time; a person who comes later does not wait for that.
FIRST = {"en": "What is a model card?", "ja": "モデルカードとは何ですか？"}
_READY = """
new MutationObserver((_, watching) => {
  if (!document.getElementById("ask-text")) return;
  watching.disconnect();
  window.interactive = performance.now();
}).observe(document, { childList: true, subtree: true });
window.longest = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
}).observe({ type: "longtask", buffered: true });
"""
_ASK = """
() => new Promise((done) => {
  const [input, thread] = ["ask-text", "thread"].map((id) => document.getElementById(id));
  const before = thread.children.length;
  let began = 0, first = 0;
  input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !began) began = performance.now(); }, true);
  new MutationObserver((_, watching) => {
    const node = thread.children[before];
    if (!node) return;
    const answer = node.querySelector(".answer");
    if (!first && answer && !answer.querySelector(".waiting") && answer.textContent.trim()) first = performance.now();
    if (!["answered", "refused"].includes(node.dataset.state)) return;
    watching.disconnect();
    done([(first - began) / 1000, (performance.now() - began) / 1000]);
  }).observe(thread, { childList: true, subtree: true, attributes: true });
})
"""


def main() -> int:
    """Start, open, ask, and print what was waited for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, help="starts of the server, each with a browser of its own")
    options = parser.parse_args()
    runs = [once(f"http://127.0.0.1:{port}", port) for port in (free_port() for _ in range(options.repeats))]
    told: dict[str, Any] = {name: spread([run[name] for run in runs]) for name in runs[0] if name not in ("first", "whole")}
    for name, what in (("first", "first text"), ("whole", "whole answer")):
        told[f"Enter to the {what}"] = spread([seconds for run in runs for seconds in run[name]])
    print(json.dumps(told | {"load of the machine": os.getloadavg()[0]}, indent=1))
    return 0


def once(base: str, port: int) -> dict[str, Any]:
    """Return what one start, one opening of the page and some questions took."""
    with served(port) as (pid, began):
        answered, ready = until(f"{base}/healthz", began), until(f"{base}/readyz", began)
        told: dict[str, Any] = {"port answers": answered, "page ready": ready, "MB when ready": resident(pid)}
        with sync_playwright() as playwright:
            path = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            told |= waited(browser, base)
            browser.close()
        return told | {"MB after the answers": resident(pid)}


def waited(browser: Browser, base: str) -> dict[str, Any]:
    """Return the times of the page, in a browser whose cache is empty."""
    told: dict[str, Any] = {"first": [], "whole": []}
    for language, questions in QUESTIONS.items():
        context = browser.new_context(locale=language, viewport={"width": 1280, "height": 860})
        page = context.new_page()
        page.add_init_script(_READY)
        page.goto(base)
        page.wait_for_function("window.interactive")
        told.setdefault("page to where one can type", page.evaluate("window.interactive") / 1000)
        page.wait_for_timeout(3000)
        told.setdefault("longest that the page was busy meanwhile", page.evaluate("window.longest") / 1000)
        asked(page, FIRST[language])
        for question in questions:
            first, whole = asked(page, question)
            told["first"].append(first)
            told["whole"].append(whole)
        context.close()
    return told


def asked(page: Page, question: str) -> tuple[float, float]:
    """Return the seconds from Enter until some of the answer can be read, and until all of it can."""
    page.fill("#ask-text", question)
    page.evaluate(f"() => {{ window.asking = ({_ASK})(); }}")
    page.press("#ask-text", "Enter")
    first, whole = page.evaluate("window.asking")
    # What to ask next is looked for after an answer, which takes the processor for some seconds; a person reads meanwhile.
    page.wait_for_timeout(5000)
    return first, whole


@contextmanager
def served(port: int) -> Iterator[tuple[int, float]]:
    """Run the server while the context lasts; give its process and when it was started."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENSTANCE_GUARD_QUESTIONS": "0", "HF_HUB_OFFLINE": "1"}
    # A person's Python keeps what it compiled; this one may be told not to.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "chatbot.cli", "serve", "--port", str(port)]
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as server:
        try:
            yield server.pid, began
        finally:
            server.send_signal(signal.SIGINT)


def until(url: str, began: float) -> float:
    """Return the seconds from a start until an address answers that all is well."""
    opener = build_opener(ProxyHandler({}))
    while time.perf_counter() - began < LIMIT:
        try:
            with opener.open(url, timeout=5) as answer:
                if answer.status == 200:
                    return time.perf_counter() - began
        except (HTTPError, URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.05)
    sys.exit(f"{url} did not answer within {LIMIT:g} seconds.")


def spread(values: list[float]) -> dict[str, float]:
    """Return the median and the largest."""
    return {"median": round(statistics.median(values), 3), "largest": round(max(values), 3)}


if __name__ == "__main__":
    sys.exit(main())
