"""The Model Context Protocol by its official client, over HTTP, over standard input and output, and by hand."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from mcp import ClientSession, McpError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from chatbot.config import Config
from chatbot.serve.api import mcp as served
from chatbot.serve.api.tools import TOOLS
from chatbot.serve.app import Service

ROOT = Path(__file__).parents[3]
TALL = "How tall is the harbour tower?"


@asynccontextmanager
async def client_of(address):
    """An agent that has said hello."""
    async with streamable_http_client(f"{address}/mcp") as (read, write, _), ClientSession(read, write) as client:
        await client.initialize()
        yield client


def with_client(address, use):
    """Run what is done with a client."""

    async def run():
        async with client_of(address) as client:
            return await use(client)

    return asyncio.run(run())


def called(address, name, **arguments):
    return with_client(address, lambda client: client.call_tool(name, arguments))


def text_of(result):
    return result.content[0].text


def test_the_tools_are_told_with_their_schemas_and_as_read_only(address):
    tools = with_client(address, lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "search", "read_document"]
    for tool in tools:
        assert tool.annotations.readOnlyHint is True
        assert tool.annotations.openWorldHint is False
        assert tool.description.endswith(".")
        assert tool.inputSchema["type"] == tool.outputSchema["type"] == "object"
    assert tools[0].inputSchema["required"] == ["question"]


def test_a_question_is_answered_with_its_sources(address):
    result = called(address, "ask", question=TALL)
    row = result.structuredContent
    assert not result.isError
    assert "48 metres" in row["answer"]
    assert row["citations"][0]["document"] == "tower.en.md"
    assert json.loads(text_of(result)) == row


def test_a_question_may_lean_on_what_was_said_before(address):
    history = [{"question": TALL, "answer": "The harbour tower is 48 metres tall."}]
    row = called(address, "ask", question="Why was it built?", history=history).structuredContent
    assert "two ferries had run aground" in row["answer"]


def test_a_refusal_is_no_error(address):
    result = called(address, "ask", question="Who won the cup in 1998?")
    assert not result.isError
    assert result.structuredContent["refused"] is True


def test_passages_are_found_and_their_document_read(address):
    hits = called(address, "search", query="大橋の長さ", k=2).structuredContent["hits"]
    assert len(hits) == 2
    assert hits[0]["document"] == "bridge.ja.md"
    read = called(address, "read_document", document="bridge.ja.md").structuredContent
    assert read["text"][hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]
    assert (read["lang"], read["start"], read["end"]) == ("ja", 0, read["length"])
    piece = called(address, "read_document", document="bridge.ja.md", start=10, length=7).structuredContent
    assert piece["text"] == read["text"][10:17]
    beyond = called(address, "read_document", document="bridge.ja.md", start=10**9).structuredContent
    assert beyond["text"] == ""


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("ask", {"question": ""}, "The question is empty"),
        ("ask", {}, "question: Field required"),
        ("ask", {"question": "x", "histroy": []}, "histroy: Extra inputs"),
        ("ask", {"question": 3}, "question: Input should be a valid string"),
        ("ask", {"question": "long " * 900}, "at most 2,000"),
        ("search", {"query": "x", "k": 0}, "k: Input should be greater"),
        ("read_document", {"document": "../app.py"}, "There is no document '../app.py'. The closest is"),
        ("read_document", {"document": "towr.en.md"}, "The closest is 'tower.en.md'"),
        ("burn", {}, "There is no tool 'burn'"),
    ],
)
def test_what_cannot_be_done_is_told_to_the_agent(address, name, arguments, told):
    result = called(address, name, **arguments)
    assert result.isError
    assert told in text_of(result)


def test_documents_are_resources(address, bot):
    async def both(client):
        listed = (await client.list_resources()).resources
        return listed, [await client.read_resource(each.uri) for each in listed]

    listed, read = with_client(address, both)
    texts = {document.path: document.text for document in bot.documents}
    assert {each.name: result.contents[0].text for each, result in zip(listed, read, strict=True)} == texts
    assert {each.mimeType for each in listed} == {"text/markdown", "text/plain"}


def test_resources_that_are_not_there_are_errors_of_the_protocol(address):
    async def both(client):
        with pytest.raises(McpError, match="There is no document"):
            await client.read_resource("openstance://documents/none.md")
        with pytest.raises(McpError, match="no cursor"):
            await client.list_resources(cursor="x")

    with_client(address, both)


def test_a_long_list_of_documents_comes_in_pages(address, monkeypatch):
    monkeypatch.setattr(served, "_PAGE", 2)

    async def pages(client):
        names, cursor = [], None
        while True:
            page = await client.list_resources(cursor=cursor)
            names.append([each.name for each in page.resources])
            if not (cursor := page.nextCursor):
                return names

    pages = with_client(address, pages)
    assert [len(page) for page in pages[:-1]] == [2] * (len(pages) - 1)
    assert len({name for page in pages for name in page}) == 5


def test_a_failure_tells_no_secret(serve, apply, caplog):
    class Broken:
        writer = None

        @property
        def quick(self):
            return self

        def ask(self, question, past=()):
            raise RuntimeError("secret inside")
            yield

    with serve(apply(Broken())) as url:
        result = called(url, "ask", question="private matter")
    assert result.isError
    assert "secret" not in text_of(result)
    assert "secret inside" in caplog.text
    assert "private matter" not in caplog.text


def test_agents_stand_in_the_same_line(slow, serve, apply, make_line):
    bot, writer = slow
    call = {"model": "openstance-writer", "messages": [{"role": "user", "content": TALL}], "stream": True}
    with (
        serve(apply(bot, make_line(1, 0, 0.1))) as url,
        httpx.Client(trust_env=False, timeout=20) as http,
        http.stream("POST", f"{url}/v1/chat/completions", json=call) as held,
    ):
        lines = held.iter_lines()
        assert "assistant" in next(lines)
        result = called(url, "search", query="tower")
    assert result.isError
    assert "Too many questions are waiting" in text_of(result)
    assert writer.ended.wait(5)


def test_ten_agents_at_once_are_answered(address):
    async def one():
        async with client_of(address) as client:
            return (await client.call_tool("ask", {"question": TALL})).structuredContent["answer"]

    async def all_of_them():
        return await asyncio.gather(*(one() for _ in range(10)))

    assert len(set(asyncio.run(all_of_them()))) == 1


HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "by hand", "version": "1"}},
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_a_call_by_hand_is_answered_in_plain_json(http, path):
    answer = http.post(path, json=HELLO, headers=ACCEPT)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["result"]["serverInfo"]["name"] == "openstance"


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_only_posts_are_answered(http, method):
    answer = http.request(method, "/mcp", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"jsonrpc":"2.0"}', b"[" * 50_000])
def test_what_is_no_message_is_refused(http, content):
    answer = http.post("/mcp", content=content, headers={**ACCEPT, "Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500


def test_a_message_that_is_too_large_is_refused(http):
    assert http.post("/mcp", json={**HELLO, "x": "x" * (1 << 20)}, headers=ACCEPT).status_code == 413


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("localhost:7860", None, 200),
        ("chat.example.org", None, 200),
        ("localhost:7860", "http://localhost:6274", 200),
        ("127.0.0.1:7860", "http://127.0.0.1:7860", 200),
        ("192.168.1.7:7860", "http://192.168.1.7:7860", 200),
        ("[::1]:7860", "http://[::1]:7860", 200),
        ("someone-space.hf.space", "https://someone-space.hf.space", 200),
        ("talks.example.org", "https://talks.example.org", 200),
        ("evil.example.com:7860", "http://evil.example.com:7860", 403),
        ("localhost:7860", "https://evil.example.com", 403),
        ("someone-space.hf.space", "https://other-space.hf.space", 403),
        ("localhost:7860", "null", 403),
        ("localhost:7860", "http://[", 403),
        ("localhost:7860", "", 403),
    ],
)
def test_pages_of_elsewhere_are_kept_out_and_programs_are_not(http, host, origin, status, monkeypatch):
    monkeypatch.setenv("SPACE_HOST", "talks.example.org")
    headers = {**ACCEPT, "Host": host, **({} if origin is None else {"Origin": origin})}
    assert http.post("/mcp", json=HELLO, headers=headers).status_code == status


def test_the_name_that_is_served_is_trusted(bot, serve, apply):
    config = replace(Config(), serve=replace(Config().serve, host="talks.lan"))
    with serve(apply(bot, config=config)) as url:
        headers = {**ACCEPT, "Host": "talks.lan:7860", "Origin": "http://talks.lan:7860"}
        assert httpx.post(f"{url}/mcp", json=HELLO, headers=headers, trust_env=False).status_code == 200


def test_what_tools_give_fits_what_they_say(bot):
    given = {"ask": {"question": TALL}, "search": {"query": "tower"}, "read_document": {"document": "notes.txt"}}
    for tool in TOOLS:
        row = tool.call(bot, given[tool.name], threading.Event())
        assert set(row) >= set(tool.gives.model_fields)
        assert tool.gives.model_validate(row)


def test_only_own_documents_are_said_to_be_hugging_faces(bot, make_line):
    assert "Hugging Face" in served.make_server(Service(bot, Config()), make_line()).instructions
    assert "Hugging Face" not in served.make_server(Service(bot, Config(corpus="mine")), make_line()).instructions


def test_the_protocol_is_loaded_only_when_it_is_called():
    code = (
        "import sys; from types import SimpleNamespace as N; from fastapi import FastAPI\n"
        "from chatbot.serve.api.add import add; from chatbot.serve.api.line import Line\n"
        "add(FastAPI(), N(bot=None, config=None), Line()); assert 'mcp' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


COMMAND = """
import sys
from chatbot import cli
from chatbot.types import Delta, Done, Query

class Bot:
    writer = None
    documents = ()
    quick = property(lambda self: self)

    def ask(self, question, past=()):
        print("what a library prints must not get between the messages")
        yield Delta("Forty-eight metres.")
        yield Done(Query(question, "en"), "Forty-eight metres.", (), False, 1.0, "reader", {})

cli._open = lambda config: Bot()
sys.exit(cli.main(["mcp"]))
"""


def test_the_command_answers_on_standard_input_and_output(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = StdioServerParameters(command=sys.executable, args=["-c", COMMAND], env=environment, cwd=str(tmp_path))

    async def run():
        with (tmp_path / "said").open("w", encoding="utf-8") as said:
            async with stdio_client(server, errlog=said) as (read, write), ClientSession(read, write) as client:
                await client.initialize()
                names = [tool.name for tool in (await client.list_tools()).tools]
                return names, await client.call_tool("ask", {"question": TALL})

    names, result = asyncio.run(run())
    assert names == ["ask", "search", "read_document"]
    assert result.structuredContent["answer"] == "Forty-eight metres."
    assert "between the messages" in (tmp_path / "said").read_text("utf-8")
