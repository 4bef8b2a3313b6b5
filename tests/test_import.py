"""Importing the package and asking for help are quick, as nothing heavy comes along."""

import subprocess
import sys
from importlib import metadata

import pytest

HEAVY = "torch transformers sentence_transformers faiss gradio fastapi numpy bm25s pypdf docx yaml".split()
# The aim is 0.3 s; a machine that is busy with something else may take longer.
AIM, MOST = 0.3, 1.0


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)


def loaded(code):
    """Return which heavy packages a piece of code loads."""
    done = run(f"import sys\n{code}\nprint([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)")
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "code",
    [
        "import chatbot",
        "import chatbot; chatbot.Config",
        "import chatbot; chatbot.Turn",
        "import chatbot.cli",
        "from chatbot.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass",
        "from chatbot.cli import main\ntry:\n    main(['ask', '--help'])\nexcept SystemExit:\n    pass",
        "from chatbot.cli import main\ntry:\n    main(['--version'])\nexcept SystemExit:\n    pass",
        "from chatbot.cli import main\nmain(['ask', '--corpus', '/no/such/folder', '--config', '/no/such/file', 'x'])",
    ],
)
def test_nothing_heavy_is_loaded(code):
    assert loaded(code) == "[]"


@pytest.mark.parametrize(
    "code", ["import chatbot", "from chatbot.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"]
)
def test_it_takes_a_fraction_of_a_second(code):
    timed = f"import time\nstart = time.perf_counter()\n{code}\nimport sys; print(time.perf_counter() - start, file=sys.stderr)"
    best = min(float(run(timed).stderr.split()[-1]) for _ in range(3))
    sys.stdout.write(f"{best:.3f} s, of {AIM} s aimed at\n")
    assert best <= MOST


def test_the_command_is_installed():
    (command,) = metadata.entry_points(group="console_scripts", name="openstance")
    assert command.value == "chatbot.cli:main"
