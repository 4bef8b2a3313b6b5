"""What the documents say of settings, figures and files is so."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from chatbot.config import Config
from chatbot.config.read import _NO_SETTINGS
from chatbot.serve.observe.metrics import Metrics

ROOT = Path(__file__).parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
GROUPS = {name: getattr(Config(), name) for name in ("serve", "guard")}


def settings():
    return {f"{group}.{each.name}": getattr(value, each.name) for group, value in GROUPS.items() for each in fields(value)}


def test_every_setting_that_is_named_exists():
    known = settings()
    named = set(re.findall(r"`((?:serve|guard)\.[a-z_]+)", OPERATIONS))
    assert named <= set(known)
    assert {name for name in known if name.startswith("guard.")} <= named
    variables = {name.removeprefix("OPENSTANCE_").lower() for name in re.findall(r"OPENSTANCE_[A-Z_]+", OPERATIONS)}
    assert variables <= {name.replace(".", "_") for name in known} | set(_NO_SETTINGS)


def test_defaults_that_are_told_are_so():
    known = settings()
    told = dict(re.findall(r"^\| `(guard\.[a-z]+)` \| (\S+) \|", OPERATIONS, re.MULTILINE))
    assert {name: "none" if known[name] == () else str(known[name]) for name in told} == told
    assert f"`guard.session` hours ({known['guard.session']:g})" in OPERATIONS


def test_every_figure_is_told_and_no_other():
    table = OPERATIONS.split("| Figure, after `openstance_` |")[1].split("\n\n")[0]
    told = {name.removesuffix("_total") for name in re.findall(r"`([a-z_]+)(?:\{[a-z,]+\})?`", table)}
    shown = {family.name.removeprefix("openstance_") for family in Metrics().registry.collect()}
    stages = {"retrieve", "read", "total", "unaskable"}
    assert told - stages == shown


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_links_between_the_documents_lead_somewhere(file):
    for target in re.findall(
        r"\]\((?!https?:|#)([^)#\s]+)", re.sub(r"```.*?```", "", file.read_text("utf-8"), flags=re.DOTALL)
    ):
        assert (file.parent / target).exists(), target
