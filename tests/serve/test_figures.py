"""What `/metrics` shows of real requests, whichever way they came, and of a line that grows until it is full."""

import asyncio
import socket
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

sys.path.append(str(Path(__file__).parent))

from apart import serving

TALL = "How tall is the harbour tower?"
LONG = "大橋の長さは何メートルですか？"
UNKNOWN = "Who won the cup in 1998?"
AT_ONCE, WAITING = 4, 64


def figures(client):
    """Return what is shown, each figure under its name with its labels."""
    lines = client.get("/metrics").text.splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def chat(question, model="openstance", **more):
    return {"json": {"model": model, "messages": [{"role": "user", "content": question}], **more}}


def agent(question):
    call = {"name": "ask", "arguments": {"question": question}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    return {"json": message, "headers": {"Accept": "application/json, text/event-stream"}}


def test_every_way_of_asking_is_counted(tmp_path):
    with serving(tmp_path, OPENSTANCE_GUARD_QUESTIONS="6") as (client, _):
        before = figures(client)
        assert before['openstance_errors_total{kind="failed"}'] == before["openstance_turned_away_total"] == 0
        page = client.post("/talk/ask", json={"question": TALL, "language": "en", "number": 1})
        assert "48 metres" in page.text
        assert "1200" in client.post("/v1/chat/completions", **chat(LONG)).text
        assert client.post("/v1/chat/completions", **chat(UNKNOWN)).json()["refused"] is True
        assert "48 metres" in client.post("/mcp", **agent(TALL)).text
        event = client.post("/gradio_api/call/ask", json={"data": [TALL, []]}).json()["event_id"]
        assert "48 metres" in client.get(f"/gradio_api/call/ask/{event}").text
        assert client.post("/talk/rate", json={"question": TALL, "helpful": True, "language": "en"}).json() == {"kept": True}
        assert client.post("/talk/ask", json={"question": "long " * 600, "language": "en", "number": 2}).status_code == 200
        assert client.post("/v1/chat/completions", **chat(TALL)).status_code == 429
        told = figures(client)
    assert told["openstance_questions_total"] == 6
    assert told['openstance_answers_total{language="en",writer="reader"}'] == 4
    assert told['openstance_answers_total{language="ja",writer="reader"}'] == 1
    assert sum(value for name, value in told.items() if name.startswith("openstance_refusals_total")) == 1
    assert told['openstance_errors_total{kind="unaskable"}'] == 1
    assert told["openstance_rate_limited_total"] == 1
    assert told['openstance_feedback_total{helpful="yes"}'] == 1
    for stage in ("retrieve", "read", "total"):
        assert told[f'openstance_stage_seconds_count{{stage="{stage}"}}'] == 5
        assert told[f'openstance_stage_seconds_sum{{stage="{stage}"}}'] > 0
    assert told["openstance_queue_length"] == told["openstance_answers_in_progress"] == 0


@contextmanager
def silent():
    """An endpoint that takes questions and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        yield f"openai:http://127.0.0.1:{listening.getsockname()[1]}/v1#silent"


def until(client, holds):
    """Wait until the figures are as wanted; return them."""
    end = time.monotonic() + 60
    while not holds(told := figures(client)) and time.monotonic() < end:
        time.sleep(0.1)
    assert holds(told), {name: value for name, value in told.items() if "progress" in name or "queue" in name}
    return told


def test_who_waits_and_who_finds_no_place_is_shown(tmp_path):
    with serving_with_silent(tmp_path) as client:

        async def fill():
            async with httpx.AsyncClient(base_url=client.base_url, trust_env=False, timeout=None) as many:
                waiting = [
                    asyncio.create_task(many.post("/v1/chat/completions", **chat(TALL, "openstance-writer")))
                    for _ in range(AT_ONCE + WAITING)
                ]
                full = await asyncio.to_thread(until, client, lambda told: told["openstance_queue_length"] == WAITING)
                late = await many.post("/v1/chat/completions", **chat(TALL))
                page = await many.post("/talk/ask", json={"question": TALL, "language": "ja", "number": 1})
                for task in waiting:
                    task.cancel()
                await asyncio.gather(*waiting, return_exceptions=True)
            return full, late, page

        full, late, page = asyncio.run(fill())
        assert full["openstance_answers_in_progress"] == AT_ONCE
        assert (late.status_code, late.json()["error"]["code"]) == (503, "busy")
        assert page.status_code == 503
        assert "混み合って" in page.json()["error"]
        told = until(client, lambda told: told["openstance_queue_length"] == 0)
        assert told["openstance_turned_away_total"] == 2


@contextmanager
def serving_with_silent(folder):
    with silent() as writer, serving(folder, OPENSTANCE_WRITER=writer, OPENSTANCE_GUARD_QUESTIONS="0") as (client, _):
        yield client
