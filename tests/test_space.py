"""The files that a Space and a container are built from fit together and with what is installed."""

import re
from importlib import metadata
from pathlib import Path

import yaml
from packaging.requirements import Requirement

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


def test_what_a_space_adds_to_the_pins_fits_them():
    """A Space of Gradio installs `gradio[oauth,mcp]` of its version in the same resolution."""
    fixed = pins()
    adds = [Requirement(line) for line in metadata.requires("gradio")]
    asked = [
        each for each in adds if each.marker is None or any(each.marker.evaluate({"extra": of}) for of in ("oauth", "mcp"))
    ]
    assert {"mcp", "pydantic"} <= {each.name for each in asked if each.marker}
    for each in asked:
        version = fixed.get(each.name) or fixed.get(each.name.replace("-", "_"))
        assert version is None or version in each.specifier, each
