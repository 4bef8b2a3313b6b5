import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APP = ROOT / "app.py"
# Runs `main` of app.py with the command line replaced, and prints what it would have been given.
CALLED = """
import os, sys
sys.path.insert(0, {root!r})
import app
heavy = {{"torch", "transformers", "sentence_transformers", "faiss", "gradio", "fastapi", "numpy"}} & set(sys.modules)
assert not heavy, heavy
import chatbot.cli
chatbot.cli.main = lambda arguments: print(*arguments) or 0
sys.exit(app.main())
"""


def called(**environment):
    command = [sys.executable, "-c", CALLED.format(root=str(ROOT))]
    done = subprocess.run(command, env={"PATH": "", **environment}, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_app_is_short():
    assert len(APP.read_text("utf-8").splitlines()) < 20


@pytest.mark.parametrize(
    ("environment", "arguments"),
    [
        ({}, ["serve"]),
        ({"SPACE_ID": "someone/space"}, ["serve", "--host", "0.0.0.0", "--port", "7860"]),
        ({"GRADIO_SERVER_NAME": "::1", "GRADIO_SERVER_PORT": "8000"}, ["serve", "--host", "::1", "--port", "8000"]),
        ({"SPACE_ID": "someone/space", "GRADIO_SERVER_PORT": "8000"}, ["serve", "--host", "0.0.0.0", "--port", "8000"]),
    ],
)
def test_it_serves_where_the_surroundings_want_it_and_imports_nothing_heavy_before(environment, arguments):
    assert called(**environment) == arguments
