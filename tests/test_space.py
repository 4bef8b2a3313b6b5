"""The files that a Space and a container are built from fit together and with what is installed."""

import re
from importlib import metadata
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


def front_matter():
    text = (ROOT / "README.md").read_text("utf-8")
    assert text.startswith("---\n")
    return yaml.safe_load(text.split("---\n")[1])


def pins():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_the_space_is_described_as_the_hub_reads_it():
    told = front_matter()
    assert 0 < len(told["title"]) <= 60
    assert 0 < len(told["short_description"]) <= 60
    assert {told["colorFrom"], told["colorTo"]} <= COLOURS
    assert len(told["emoji"]) <= 2
    assert told["license"] == "apache-2.0"
    assert all(re.fullmatch(r"[a-z0-9-]+", tag) for tag in told["tags"])
    assert told["models"] == told["datasets"] == []


def test_the_space_runs_what_is_pinned():
    told = front_matter()
    assert (told["sdk"], told["sdk_version"], told["app_file"]) == ("gradio", pins()["gradio"], "app.py")
    assert (ROOT / told["app_file"]).is_file()
    assert str(told["python_version"]) in ("3.11", "3.12", "3.13")
    assert "startup_duration_timeout" in told


def test_every_pin_is_what_is_installed():
    for name, version in pins().items():
        assert metadata.version(name).split("+")[0] == version


def test_what_serving_needs_is_pinned():
    for name in ("limits", "prometheus_client", "uvicorn", "starlette", "fastapi", "huggingface_hub"):
        assert name in pins()


def test_the_container_has_the_same_files_no_root_and_looks_after_itself():
    steps = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(r"^FROM python:3\.1[123]-slim", steps, re.MULTILINE)
    assert "-r requirements.txt" in steps
    assert re.findall(r"^USER (.*)$", steps, re.MULTILINE)[-1] == "1000"
    assert "HEALTHCHECK" in steps
    assert "/readyz" in steps
    assert '"app.py"' in steps
    copied = {name for line in re.findall(r"^COPY (?:--\S+ )?(.*) \S+$", steps, re.MULTILINE) for name in line.split()}
    assert {"app.py", "chatbot", "corpus", "index", "requirements.txt"} <= {name.rstrip("/") for name in copied}


def test_nothing_private_goes_into_the_container():
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {".git", ".venv", "tests", "**/__pycache__", ".env", "openstance.toml"} <= set(ignored)
