"""The application served in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

SERVING = Path(__file__).with_name("serving.py")


@contextmanager
def serving(folder, **environment):
    """Yield a client of the application and the lines it will have written, in a list, once it has ended."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {**os.environ, "OPENSTANCE_SERVE_LOG": "json", "OPENSTANCE_CACHE": str(folder), **environment}
    lines = []
    command = [sys.executable, str(SERVING), str(port)]
    with subprocess.Popen(command, cwd=folder, env=told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
                ready(client)
                yield client, lines
        finally:
            process.send_signal(signal.SIGINT)
            lines += process.communicate()[1].splitlines()


def ready(client):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("It never was ready.")
