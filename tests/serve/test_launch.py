import errno
import signal
import socket
import subprocess
import sys
from urllib.error import HTTPError
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


SERVED = """
import sys
from types import SimpleNamespace
from chatbot.config import Config, ServeConfig
from chatbot.serve import launch

def ask(question, past=()):
    yield from ()

launch._open = lambda config, say: SimpleNamespace(ask=ask, quick=SimpleNamespace(ask=ask))
launch.serve(Config(serve=ServeConfig(port=int(sys.argv[1]))), lambda line: print(line, flush=True))
"""


def test_the_page_answers_tells_no_more_than_it_need_and_ends_with_an_interrupt(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # In a process of its own: Gradio leaves event loops and sockets for the interpreter's end to close.
    command = [sys.executable, "-c", SERVED, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path) as served:
        try:
            assert served.stdout.readline() == f"OpenStance answers on http://127.0.0.1:{port} (Ctrl-C ends it)\n"
            pages = {path: fetched(port, path) for path in ("/", "/docs", "/openapi.json", "/monitoring/summary")}
        finally:
            served.send_signal(signal.SIGINT)
            rest = served.stdout.read()
    assert (rest, served.returncode) == ("The page is closed.\n", 0)
    assert "OpenStance" in pages.pop("/")
    assert set(pages.values()) <= {401, 403, 404, 405}


def fetched(port, path):
    """Return what a page says, or the number of its refusal."""
    direct = build_opener(ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.read().decode()
    except HTTPError as error:
        error.close()
        return error.code
