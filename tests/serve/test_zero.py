"""On ZeroGPU the package `spaces` comes before torch, one function may borrow the GPU, and the start is reported."""

import subprocess
import sys
from pathlib import Path

from chatbot.serve import zero

ROOT = Path(__file__).parents[2]
# Stands for the package `spaces`, which a ZeroGPU Space brings along.
SPACES = """
import sys
assert "torch" not in sys.modules, "too late"
lent, told = [], []
def GPU(duration):
    def decorate(function):
        lent.append((function, duration))
        def borrowed(*given):
            told.append("lent")
            yield from function(*given)
        return borrowed
    return decorate
"""
STARTED = """
import spaces
def startup():
    assert spaces.lent, "No @spaces.GPU function detected during startup"
    spaces.told.append("startup")
"""
RUN = """
import os, sys
sys.path[:0] = [{root!r}, {fake!r}]
import app
import chatbot.cli
chatbot.cli.main = lambda arguments: 0
app.main()
import spaces
from chatbot.config import load_config
assert load_config().device == "cpu"
from dataclasses import dataclass
from chatbot.serve import zero
class Writer:
    def stream(self, prompt):
        yield "a"
        yield prompt
@dataclass(frozen=True)
class Bot:
    writer: object = None
assert zero.lent(Bot()) == Bot()
made = zero.lent(Bot(Writer()))
assert list(made.writer.stream("b")) == ["a", "b"]
assert spaces.told == ["startup", "startup", "lent"], spaces.told
assert {{seconds for _, seconds in spaces.lent}} == {{60}}
"""


def test_a_zerogpu_space_starts_and_its_writer_borrows_the_gpu(tmp_path):
    (tmp_path / "spaces").mkdir()
    (tmp_path / "spaces" / "__init__.py").write_text(SPACES, encoding="utf-8")
    (tmp_path / "spaces" / "zero.py").write_text(STARTED, encoding="utf-8")
    code = RUN.format(root=str(ROOT), fake=str(tmp_path))
    environment = {"PATH": "", "SPACES_ZERO_GPU": "true", "SPACE_ID": "a/b"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_elsewhere_nothing_of_it_is_needed(monkeypatch):
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)
    given = {}
    zero.prepare(given)
    assert given == {}
    assert zero.lent("a chatbot") == "a chatbot"
