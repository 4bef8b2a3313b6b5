"""The application on loopback, with chatbots whose answers are known."""

import contextlib
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from chatbot.config import Config
from chatbot.serve.api.line import Line
from chatbot.serve.app import Service

sys.path.append(str(Path(__file__).parents[1]))

from threaded import threaded


@contextlib.contextmanager
def running(app):
    """Yield the address of an application that uvicorn serves in a thread."""
    with threaded(app, lifespan="on") as port:
        yield f"http://127.0.0.1:{port}"


def applied(bot, line=None, config=None):
    """Return an application with nothing but what programs call."""
    from fastapi import FastAPI

    from chatbot.serve.api.add import add

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add(app, Service(bot, config or Config()), line or Line())
    return app


@dataclass
class SlowWriter:
    """Writes pieces without end, empty ones, until it is closed."""

    pieces: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)

    def stream(self, prompt):
        self.begun.set()
        try:
            while True:
                self.pieces += 1
                yield ""
                time.sleep(0.02)
        finally:
            self.ended.set()


@pytest.fixture(scope="session")
def serve():
    return running


@pytest.fixture(scope="session")
def apply():
    return applied


@pytest.fixture(scope="session")
def address(bot):
    """Where the chatbot over the small documents answers."""
    with running(applied(bot)) as url:
        yield url


@pytest.fixture(scope="session")
def http(address):
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def slow(bot):
    """A chatbot with a writer that never ends, and that writer."""
    writer = SlowWriter()
    return replace(bot, writer=writer, writer_name="hub:slow"), writer


@pytest.fixture
def make_line():
    return Line
