import errno
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

import pytest

from chatbot.errors import ChatbotError
from chatbot.serve import launch


def test_a_taken_port_is_named_with_the_remedy():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ChatbotError, match=rf"Port {port} .* taken.*--port"):
            launch._bound("127.0.0.1", port)


def test_other_reasons_are_told_too():
    assert "above 1023" in launch._why_not("127.0.0.1", 80, PermissionError(errno.EACCES, "Permission denied"))
    with pytest.raises(ChatbotError, match="--host"):
        launch._bound("203.0.113.1", 7860)


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:7860"), ("0.0.0.0", "http://localhost:7860"), ("::1", "http://[::1]:7860")],
)
def test_the_address_can_be_opened(host, address):
    assert launch._address(host, 7860) == address


SERVING = Path(__file__).with_name("serving.py")


@contextmanager
def served(folder, **environment):
    """Run a small chatbot in a process of its own, and yield it with its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(SERVING), str(port)]
    told = {**{name: value for name, value in os.environ.items() if not name.startswith("OPENSTANCE_")}, **environment}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=folder, env=told, **pipes) as process:
        try:
            yield process, port
        finally:
            process.send_signal(signal.SIGINT)


def wait_for(port, path, wanted):
    """Wait until a path answers so."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with suppress(URLError, ConnectionError):
            if fetched(port, path) == wanted:
                return
        time.sleep(0.02)
    raise AssertionError(f"{path} never said {wanted!r}")


def test_the_port_answers_at_once_the_page_when_it_is_ready_and_both_end_with_an_interrupt(tmp_path):
    gate = tmp_path / "open"
    with served(tmp_path, OPENSTANCE_CORPUS=str(gate)) as (process, port):
        wait_for(port, "/healthz", "ok\n")
        assert (fetched(port, "/readyz"), fetched(port, "/")) == (503, 503)
        gate.touch()
        wait_for(port, "/readyz", "ok\n")
        assert process.stdout.readline() == f"OpenStance answers on http://127.0.0.1:{port} (Ctrl-C ends it)\n"
        pages = {path: fetched(port, path) for path in ("/", "/docs", "/openapi.json", "/monitoring/summary")}
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert (rest, process.returncode) == ("The page is closed.\n", 0)
    assert "OpenStance" in pages.pop("/")
    assert set(pages.values()) <= {401, 403, 404, 405}


def test_it_can_be_interrupted_while_it_starts(tmp_path):
    with served(tmp_path, OPENSTANCE_CORPUS=str(tmp_path / "open")) as (process, port):
        wait_for(port, "/healthz", "ok\n")
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "The page is closed.\n"


def test_a_connection_outlasts_the_time_in_which_a_person_reads(tmp_path):
    with served(tmp_path, OPENSTANCE_CORPUS=str(tmp_path / "open")) as (_, port):
        wait_for(port, "/healthz", "ok\n")
        line = HTTPConnection("127.0.0.1", port, timeout=10)
        line.connect()
        kept = line.sock
        for pause in (6, 0):
            line.request("GET", "/healthz")
            assert line.getresponse().read() == b"ok\n"
            time.sleep(pause)
        # It connects anew by itself where the server has ended the connection.
        assert line.sock is kept
        line.close()


def test_what_cannot_be_opened_ends_it_with_the_reason(tmp_path):
    with served(tmp_path, OPENSTANCE_CORPUS="nowhere") as (process, _):
        assert "no usable document" in process.stdout.read()
    assert process.returncode == 1


def fetched(port, path):
    """Return what a page says, or the number of its refusal."""
    direct = build_opener(ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.read().decode()
    except HTTPError as error:
        error.close()
        return error.code
