"""Imitate a Space: a clean environment from requirements.txt alone, user 1000, a read-only folder, no network, port 7860.

    sudo python benchmarks/space.py --work DIR      needs root, to become user 1000 and to take the network away

Prints, as JSON, how long health, readiness and the page took, the memory then and after a few answers, and an answer that
Gradio's own client was given.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).resolve().parents[1]
USER, PORT = 1000, 7860
# Seconds that a Space has until it must answer.
LIMIT = 60
QUESTIONS = ("What is NAIRR?", "アメリカへの提言の3つの柱は何ですか？", "What is Hugging Face's stance on nuclear energy?")


def main() -> int:
    """Make the place, run the Space in it and print what it did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for the environment and the copy of the program")
    parser.add_argument("--python", default=sys.executable, help="the interpreter, which user 1000 must be able to run")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(watch(options.work), ensure_ascii=False, indent=1))
        return 0
    if os.geteuid() != 0:
        sys.exit("This needs root, to become another user and to take the network away: run it with sudo.")
    prepare(options.work.resolve(), options.python)
    command = [str(options.work / "venv/bin/python"), __file__, "--work", str(options.work.resolve()), "--inside"]
    return subprocess.run(["unshare", "--net", *command], check=False).returncode


def prepare(work: Path, interpreter: str) -> None:
    """Install into a clean environment and copy the program as git has it, nobody's to write."""
    work.mkdir(parents=True, exist_ok=True)
    python = work / "venv/bin/python"
    began = time.perf_counter()
    if not python.exists():
        subprocess.run([interpreter, "-m", "venv", str(work / "venv")], check=True)
        pip = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            str(ROOT / "requirements.txt"),
        ]
        subprocess.run(pip, check=True)
        print(f"Installed in {time.perf_counter() - began:.0f} s.", file=sys.stderr)
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
            told["answers"] = asked()
            told["MB after answers"] = resident(process.pid)
            told["feedback"] = sorted(path.name for path in Path("/tmp/openstance").glob("*"))
            told["load of the machine"] = os.getloadavg()[0]
            return told
        finally:
            process.send_signal(signal.SIGINT)


def surroundings(work: Path) -> Mapping[str, str]:
    """Return the environment of a Space whose user has a home that cannot be written to."""
    home = work / "home"
    home.mkdir(exist_ok=True, mode=0o555)
    space = {"SPACE_ID": "someone/openstance", "SPACE_HOST": "someone-openstance.hf.space", "SYSTEM": "spaces"}
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        "OPENSTANCE_CACHE": "/tmp/openstance",
        **space,
    }


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


def asked() -> list[dict[str, Any]]:
    """Ask with Gradio's own client, as somebody else's program would."""
    from gradio_client import Client

    client = Client(f"http://127.0.0.1:{PORT}", verbose=False)
    rows = []
    for question in QUESTIONS:
        began = time.perf_counter()
        found = client.predict(question, api_name="/ask")
        answer = {name: found[name] for name in ("lang", "refused", "answer")}
        rows.append({**answer, "citations": len(found["citations"]), "seconds": round(time.perf_counter() - began, 2)})
    return rows


def resident(pid: int) -> int:
    """Return the resident memory of a process, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) // 1024


if __name__ == "__main__":
    sys.exit(main())
