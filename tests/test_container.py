"""The container, without Docker: its folder as the Dockerfile fills it, started and looked after as the Dockerfile says."""

import fnmatch
import http.server
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]


def steps():
    """Return the steps of the Dockerfile: what each does and to what, lines that go on joined."""
    lines = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    parts = [line.split(None, 1) for line in lines if line.strip() and not line.startswith("#")]
    return [(name, rest.strip()) for name, rest in parts]


def of(kind):
    return [rest for name, rest in steps() if name == kind]


def ignored(path):
    """Whether a path below the root stays out of what is sent to Docker."""
    patterns = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert not any(pattern.startswith("!") for pattern in patterns)
    return any(fits(pattern, each) for pattern in patterns for each in (path, *path.parents) if each.name)


def fits(pattern, path):
    if pattern.startswith("**/"):
        return fnmatch.fnmatchcase(path.name, pattern[3:])
    wanted = PurePosixPath(pattern).parts
    return len(wanted) == len(path.parts) and all(map(fnmatch.fnmatchcase, path.parts, wanted))


def fill(folder):
    """Copy what the Dockerfile copies."""
    for step in of("COPY"):
        *sources, target = step.split()
        for source in sources:
            found = ROOT / source
            assert found.exists(), source
            for file in [found] if found.is_file() else [each for each in found.rglob("*") if each.is_file()]:
                path = PurePosixPath(file.relative_to(ROOT).as_posix())
                if not ignored(path):
                    to = folder / target / (path.relative_to(source) if found.is_dir() else path.name)
                    to.parent.mkdir(parents=True, exist_ok=True)
                    copied(file, to)


def copied(file, to):
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)


def environment():
    return dict(pair.split("=", 1) for step in of("ENV") for pair in shlex.split(step))


def healthy(port):
    """Whether the container's own look at its health is content, on another port."""
    (check,) = of("HEALTHCHECK")
    command = json.loads(re.sub(r"^.*?CMD ", "", check).replace(environment()["GRADIO_SERVER_PORT"], str(port)))
    assert command[0] == "python"
    plain = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run([sys.executable, *command[1:]], env=plain, capture_output=True, check=False, timeout=60)
    return done.returncode == 0


def test_it_is_built_on_the_same_files_without_root():
    assert re.fullmatch(r"python:3\.1[123]-slim", of("FROM")[0])
    assert any("-r requirements.txt" in step for step in of("RUN"))
    assert of("USER")[-1] == "1000"
    assert environment()["GRADIO_SERVER_NAME"] == "0.0.0.0"
    assert of("EXPOSE") == [environment()["GRADIO_SERVER_PORT"]]
    for step in of("RUN"):
        subprocess.run(["sh", "-n", "-c", step], check=True)


def test_nothing_private_goes_into_it():
    for name in (".git/config", ".venv/bin/python", "tests/conftest.py", ".env", ".env.local", "openstance.toml"):
        assert ignored(PurePosixPath(name)), name
    assert ignored(PurePosixPath("chatbot/serve/__pycache__/app.cpython-311.pyc"))
    assert not ignored(PurePosixPath("chatbot/answer/prompts/write.en.txt"))


def test_all_that_is_needed_is_in_it_and_it_is_healthy_once_it_answers(tmp_path):
    folder, data = tmp_path / "app", tmp_path / "data"
    data.mkdir()
    fill(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {name: value.replace("/data", str(data)) for name, value in environment().items()}
    told |= {"HOME": str(data), "PATH": os.environ["PATH"], "GRADIO_SERVER_PORT": str(port)}
    command = json.loads(of("CMD")[0])
    assert command[0] == "python"
    assert not healthy(port)
    started = [sys.executable, *command[1:]]
    with subprocess.Popen(
        started, cwd=folder, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as program:
        try:
            until = time.monotonic() + 120
            while not healthy(port) and program.poll() is None and time.monotonic() < until:
                time.sleep(0.5)
            assert healthy(port)
        finally:
            program.send_signal(signal.SIGINT)
            said = program.communicate(timeout=30)[0]
    assert "Traceback" not in said
    assert not list(folder.rglob("__pycache__"))


@pytest.mark.parametrize(("status", "well"), [(200, True), (503, False)])
def test_it_is_not_healthy_before_it_is_ready(status, well):
    class Ready(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *told):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Ready) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            assert healthy(server.server_port) is well
        finally:
            server.shutdown()
