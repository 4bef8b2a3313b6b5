import json
import logging
import socket
import threading
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_server import DONE, ScriptedServer, event
from tiny_chats import prompt

from chatbot.answer.writers import endpoint
from chatbot.answer.writers.endpoint import EndpointWriter, completions, key_for
from chatbot.answer.writers.sse import Garbage, pieces
from chatbot.config import WritingConfig
from chatbot.errors import WriterBroken, WriterError, WriterSilent, WriterUnusable

SSE = "text/event-stream"
GOOD = (200, SSE, [event(role="assistant"), event("The tower "), event("is 41 m.[1]"), DONE])
KEY = "sk-very-secret-0123456789"


@pytest.fixture
def serve(monkeypatch):
    monkeypatch.setattr(endpoint, "_PAUSES", (0.01, 0.02))
    servers = []

    def start(*scripts, timeout=5.0, size=0, environment=None):
        servers.append(ScriptedServer(scripts, size))
        config = WritingConfig(timeout=timeout)
        return servers[-1], EndpointWriter(servers[-1].url, "tiny", config, environment or {})

    yield start
    for server in servers:
        server.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "endpoint"]


def whole(writer, asked=None):
    return "".join(writer.stream(asked or prompt()))


@pytest.mark.parametrize("size", [0, 1, 7])
def test_an_answer_streams_however_its_bytes_are_cut(serve, size):
    _, writer = serve((200, SSE, [event("東京の"), event("塔です。\u2028[1]"), DONE]), size=size)
    assert whole(writer) == "東京の塔です。\u2028[1]"


def test_what_is_asked(serve):
    server, writer = serve(GOOD)
    whole(writer, prompt("Q?", [("a", "b")]))
    head, body = server.requests[0]
    assert head.startswith("POST /v1/chat/completions ")
    assert (body["model"], body["stream"], body["max_tokens"]) == ("tiny", True, 400)
    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "user"]


def test_reasoning_is_never_shown(serve):
    _, writer = serve((200, SSE, [event(reasoning_content="hm"), event("<thi"), event("nk>so</think>"), event("A.[1]"), DONE]))
    assert whole(writer) == "A.[1]"


def test_a_server_that_does_not_stream_is_read_too(serve):
    body = {"choices": [{"message": {"content": "A.[1]"}, "finish_reason": "stop"}]}
    _, writer = serve((200, "application/json", [json.dumps(body, indent=1).encode()]))
    assert whole(writer) == "A.[1]"


def test_comments_and_events_without_choices_are_passed_over(serve):
    usage = b'data: {"choices": [], "usage": {"total_tokens": 3}}\r\n\r\n'
    _, writer = serve((200, SSE, [b": ping\n\nevent: x\nid: 1\nretry: 5\n", event("A."), usage, DONE]))
    assert whole(writer) == "A."


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_passing_error_is_tried_again(serve, status):
    server, writer = serve((status, "text/plain", [b"later"]), (status, "text/plain", []), GOOD)
    assert whole(writer) == "The tower is 41 m.[1]"
    assert len(server.requests) == 3


def test_an_error_that_stays_is_told_after_three_attempts(serve):
    server, writer = serve((500, "application/json", [b'{"error": {"message": "CUDA is broken"}}']))
    with pytest.raises(WriterBroken, match=r"answered 500: CUDA is broken\. Look at the server\."):
        whole(writer)
    assert len(server.requests) == 3


@pytest.mark.parametrize(("status", "remedy"), [(401, "OPENSTANCE_API_KEY"), (404, "model's name"), (403, "may use")])
def test_a_wrong_request_is_told_at_once(serve, status, remedy):
    server, writer = serve((status, "application/json", [b'{"detail": "no"}']))
    with pytest.raises(WriterUnusable, match=rf"answered {status}: no\. .*{remedy}"):
        whole(writer)
    assert len(server.requests) == 1


def test_fields_that_a_server_refuses_are_left_out(serve):
    server, writer = serve((400, "application/json", [b'{"error": "chat_template_kwargs?"}']), GOOD)
    assert whole(writer)
    assert [("chat_template_kwargs" in body) for _, body in server.requests] == [True, False]
    whole(writer)
    assert "chat_template_kwargs" not in server.requests[2][1]


@pytest.mark.parametrize(
    "parts",
    [
        [b"<!doctype html><title>A page</title>"],
        [b"data: {nonsense\n\n"],
        [b"data: []\n\n"],
        [b'data: {"object": "x"}\n\n'],
        [b"\x00\xff\xfe" * 100],
        [b'{"choices": '],
        [b""],
        [b"data: " + b"x" * (2 << 20)],
        [event("A.")],
        [event("A."), b'data: {"error": {"message": "out of memory"}}\n\n'],
        [DONE],
    ],
)
def test_garbage_and_an_end_midway_are_told_with_a_remedy(serve, parts):
    _, writer = serve((200, SSE, parts))
    with pytest.raises(WriterBroken, match=r"^The writer openai:http://127\.0\.0\.1:\d+#tiny: .+\. [A-Z].+\.$"):
        whole(writer)


def test_an_answer_that_has_begun_is_not_begun_again(serve):
    server, writer = serve((200, SSE, [event("The tower ")]), GOOD)
    with pytest.raises(WriterBroken, match="breaks off"):
        whole(writer)
    assert len(server.requests) == 1


@pytest.mark.parametrize("parts", [[9], [event("A. "), 9], [b": ping\n\n", 0.2, b": ping\n\n", 0.2, b": ping\n\n", 9]])
def test_silence_is_told_even_where_a_server_keeps_the_line_alive(serve, parts):
    _, writer = serve((200, SSE, parts), timeout=0.4)
    start = time.perf_counter()
    with pytest.raises(WriterSilent, match=r"nothing came for 0\.4 seconds\. Look"):
        whole(writer)
    assert time.perf_counter() - start < 2


def test_hidden_reasoning_is_no_silence(serve):
    thought = [part for _ in range(6) for part in (event(reasoning_content="hm"), 0.1)]
    _, writer = serve((200, SSE, [*thought, event("A."), DONE]), timeout=0.4)
    assert whole(writer) == "A."


def test_nobody_there_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    writer = EndpointWriter(f"http://127.0.0.1:{port}", "tiny", WritingConfig(timeout=5), {})
    with pytest.raises(WriterBroken, match=r"cannot be reached .*\. Look whether the server runs"):
        whole(writer)


@pytest.mark.parametrize("before", [[], [event("A. ")], [event("A. "), event("B. ")]])
def test_closing_ends_the_connection_at_once(serve, before):
    server, writer = serve((200, SSE, [*before, 30]), timeout=20)
    stream = writer.stream(prompt())
    for _ in range(len(before) + 1):
        next(stream)
    while not server.requests:
        next(stream)
    start = time.perf_counter()
    stream.close()
    assert time.perf_counter() - start < 0.2
    assert server.gone.wait(2)


def test_a_waiting_stream_comes_by_often(serve):
    _, writer = serve((200, SSE, [0.5, event("A."), DONE]))
    moments = [time.perf_counter() for _ in writer.stream(prompt())]
    assert max(later - earlier for earlier, later in zip(moments, moments[1:], strict=False)) < 0.2


def test_a_loop_ends_the_request(serve):
    server, writer = serve((200, SSE, [event("It is tall. ")] * 5000 + [30]))
    assert whole(writer).count("It is tall.") < 6
    assert server.gone.wait(2)


def test_the_key_goes_to_the_server_and_nowhere_else(serve, caplog):
    caplog.set_level(logging.DEBUG)
    told = f'{{"error": {{"message": "bad key {KEY}"}}}}'.encode()
    server, writer = serve((401, "application/json", [told]), environment={"OPENSTANCE_API_KEY": KEY})
    with pytest.raises(WriterError) as caught:
        whole(writer)
    assert f"Bearer {KEY}" in server.requests[0][0]
    error, seen = caught.value, []
    while error is not None:
        seen.append(f"{error} {error!r}")
        error = error.__cause__
    assert KEY not in " ".join(seen) + caplog.text + repr(writer)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://localhost:8000/v1", "general"),
        ("https://api.example.org/v1", "general"),
        ("http://api.example.org/v1", ""),
        ("https://router.huggingface.co/v1", "hub"),
        ("https://huggingface.co.example.org/v1", "general"),
        ("http://router.huggingface.co/v1", ""),
    ],
)
def test_which_key_goes_where(url, key):
    assert key_for(url, {"OPENAI_API_KEY": "general", "HF_TOKEN": "hub"}) == key
    assert key_for(url, {"OPENSTANCE_API_KEY": " own\n", "OPENAI_API_KEY": "general", "HF_TOKEN": "hub"}) == "own"
    assert key_for(url, {}) == ""


@pytest.mark.parametrize("tail", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_the_address_may_be_given_short_or_whole(tail):
    assert completions(f"http://localhost:11434{tail}") == "http://localhost:11434/v1/chat/completions"


def test_an_address_with_a_path_of_its_own_keeps_it():
    assert completions("https://example.org/api/v3") == "https://example.org/api/v3/chat/completions"


@given(st.lists(st.text(max_size=12), max_size=8), st.integers(1, 40))
def test_texts_come_back_whole_from_any_cut(texts, size):
    data = b"".join(event(text) for text in texts) + DONE
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    assert "".join(piece.text for piece in pieces(chunks)) == "".join(texts)


@given(st.binary(max_size=200), st.integers(1, 20))
def test_any_bytes_are_an_answer_or_garbage(data, size):
    with suppress(Garbage):
        assert all(isinstance(piece.text, str) for piece in pieces(data[at : at + size] for at in range(0, len(data), size)))
