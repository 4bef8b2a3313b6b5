"""The endpoint writer against a real server: `transformers serve` over a tiny model on loopback."""

import socket
import subprocess
import sys
import time
from importlib.util import find_spec

import httpx
import pytest
from tiny_chats import prompt

from chatbot.answer.writers.endpoint import EndpointWriter
from chatbot.config import WritingConfig

pytestmark = pytest.mark.skipif(
    find_spec("openai") is None or find_spec("accelerate") is None, reason="dev extra not installed"
)

_START = (
    "import torch; torch.set_num_threads(1); from transformers.cli.serve import Serve;"
    "import sys; Serve(force_model=sys.argv[1], device='cpu', dtype='float32', host='127.0.0.1', port=int(sys.argv[2]))"
)


@pytest.fixture(scope="module")
def served(saved):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = saved("qwen3")
    process = subprocess.Popen(
        [sys.executable, "-c", _START, folder, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, url)
        yield EndpointWriter(f"{url}/v1", folder, WritingConfig(max_tokens=24), {})
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _wait(process, url):
    until = time.monotonic() + 240
    while time.monotonic() < until:
        assert process.poll() is None, process.stderr.read().decode()[-2000:]
        try:
            if httpx.get(f"{url}/health", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def test_a_real_server_writes(served):
    assert "".join(served.stream(prompt())).strip()


def test_a_stop_ends_the_call_and_the_server_goes_on(served):
    stream = served.stream(prompt())
    next(piece for piece in stream if piece)
    start = time.perf_counter()
    stream.close()
    assert time.perf_counter() - start < 0.2
    assert "".join(served.stream(prompt())).strip()
