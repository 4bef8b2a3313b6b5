"""Imitate a Space: a clean environment from requirements.txt alone, user 1000, a read-only folder, no network, port 7860.

    sudo python benchmarks/space.py --work DIR --python /usr/bin/python3.11

Needs root, to become user 1000 and to take the network away, and an interpreter that user 1000 may run. Looks first that pip
can install our pins together with what a Space adds to them. Prints, as JSON, how long health, readiness and the page took, the
memory then and after a few answers, what Gradio's own client was told, and what was kept; fails if that is not as it should be.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parents[1]
USER, PORT = 1000, 7860
# Seconds that a Space has until it must answer.
LIMIT = 60
# What is asked, whether it is refused, and in which language it is answered.
QUESTIONS = (
    ("What is NAIRR?", False, "en"),
    ("アメリカへの提言の3つの柱は何ですか？", False, "ja"),
    ("What is Hugging Face's stance on nuclear energy?", True, "en"),
)
FEEDBACK = ".cache/openstance/feedback.sqlite3"


def main() -> int:
    """Make the place, run the Space in it and print what it did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for the environment and the copy of the program")
    parser.add_argument("--python", default=sys.executable, help="the interpreter, which user 1000 must be able to run")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        told = watch(options.work)
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return bool(told["wrong"])
    if os.geteuid() != 0:
        sys.exit("This needs root, to become another user and to take the network away: run it with sudo.")
    prepare(options.work.resolve(), options.python)
    command = [str(options.work / "venv/bin/python"), __file__, "--work", str(options.work.resolve()), "--inside"]
    return subprocess.run(["unshare", "--net", *command], check=False).returncode


def prepare(work: Path, interpreter: str) -> None:
    """Install into a clean environment and copy the program as git has it, nobody's to write."""
    work.mkdir(parents=True, exist_ok=True)
    python = work / "venv/bin/python"
    if not python.exists():
        began = time.perf_counter()
        subprocess.run([interpreter, "-m", "venv", str(work / "venv")], check=True)
        installed(python)
        print(f"Installed in {time.perf_counter() - began:.0f} s.", file=sys.stderr)
    began = time.perf_counter()
    installed(python, "--dry-run", *added())
    print(f"What a Space adds fits; found in {time.perf_counter() - began:.0f} s.", file=sys.stderr)
    app = work / "app"
    shutil.rmtree(app, ignore_errors=True)
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (app / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, app / name)
    for path in (app, *app.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for folder in (work, *work.parents[:-1]):
        folder.chmod(folder.stat().st_mode | 0o055)


def installed(python: Path, *more: str) -> None:
    """Have pip install our pins, and more in the same resolution."""
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(ROOT / "requirements.txt"), *more], check=True)


def added() -> list[str]:
    """Return what a Space of Gradio installs beside our pins."""
    front = (ROOT / "README.md").read_text("utf-8").split("---\n")[1].splitlines()
    version = next(line for line in front if line.startswith("sdk_version:")).split()[1]
    return [f"gradio[oauth,mcp]=={version}", "spaces", "uvicorn>=0.14.0", "websockets>=10.4"]


def watch(work: Path) -> dict[str, Any]:
    """Start the Space and look at it from outside."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    environment = surroundings(work)
    began = time.perf_counter()
    with subprocess.Popen(
        [work / "venv/bin/python", "app.py"], cwd=work / "app", env=environment, user=USER, group=USER, extra_groups=[]
    ) as process:
        try:
            told: dict[str, Any] = {f"seconds to {path}": until(process, path, began) for path in ("/healthz", "/readyz", "/")}
            told["MB then"] = resident(process.pid)
            told["answers"], wrong = asked()
            told["MB after answers"] = resident(process.pid)
            rate()
            told["kept"] = kept(work / "home")
            wrong += [] if told["kept"]["ratings"] == 1 else ["the rating was not kept"]
            # With the network away nothing can be fetched; what was tried would have left its folder.
            wrong += ["something was to be downloaded"] if (work / "home/.cache/huggingface").exists() else []
            told["wrong"] = wrong
            told["load of the machine"] = os.getloadavg()[0]
            return told
        finally:
            process.send_signal(signal.SIGINT)


def surroundings(work: Path) -> Mapping[str, str]:
    """Return the environment of a Space, with a home of its user's own."""
    home = work / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    os.chown(home, USER, USER)
    space = {"SPACE_ID": "someone/openstance", "SPACE_HOST": "someone-openstance.hf.space", "SYSTEM": "spaces"}
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONUNBUFFERED": "1", **space}


def until(process: subprocess.Popen[bytes], path: str, began: float) -> float:
    """Return the seconds after which a path answered well."""
    direct = build_opener(ProxyHandler({}))
    while time.perf_counter() - began < LIMIT:
        if process.poll() is not None:
            sys.exit(f"The Space ended by itself with {process.returncode}.")
        try:
            with direct.open(f"http://127.0.0.1:{PORT}{path}", timeout=5):
                return round(time.perf_counter() - began, 2)
        except HTTPError as refusal:
            refusal.close()
        except (URLError, OSError):
            pass
        time.sleep(0.05)
    sys.exit(f"{path} did not answer within {LIMIT} s.")


def asked() -> tuple[list[dict[str, Any]], list[str]]:
    """Ask with Gradio's own client, as somebody else's program would; return what it was told, and what is wrong with it."""
    from gradio_client import Client

    client = Client(f"http://127.0.0.1:{PORT}", verbose=False)
    rows, wrong = [], []
    for question, refused, language in QUESTIONS:
        began = time.perf_counter()
        found = client.predict(question, api_name="/ask")
        answer = {name: found[name] for name in ("lang", "refused", "answer")}
        rows.append({**answer, "citations": len(found["citations"]), "seconds": round(time.perf_counter() - began, 2)})
        if (found["refused"], found["lang"], not found["citations"]) != (refused, language, refused):
            wrong.append(f"answer to {question!r}")
    return rows, wrong


def rate() -> None:
    """Press a thumb, as the page does."""
    body = {"question": QUESTIONS[0][0], "answer": "…", "helpful": True, "word": "役に立った", "language": "ja"}
    request = Request(f"http://127.0.0.1:{PORT}/talk/rate", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with build_opener(ProxyHandler({})).open(request, timeout=10):
        pass


def kept(home: Path) -> dict[str, Any]:
    """Return what was kept of the rating, and which files the Space left in its home."""
    with closing(sqlite3.connect(home / FEEDBACK)) as base:
        (count,) = base.execute("SELECT count(*) FROM ratings WHERE helpful AND word = '役に立った'").fetchone()
    return {"ratings": count, "files": sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())}


def resident(pid: int) -> int:
    """Return the resident memory of a process, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) // 1024


if __name__ == "__main__":
    sys.exit(main())
