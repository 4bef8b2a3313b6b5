"""Reports are shown as a table and written whole, dated, never over another."""

import json
import os
import re
from pathlib import Path

import pytest

from chatbot.errors import ChatbotError
from chatbot.evaluate import report as reports
from chatbot.evaluate.report import Report, render, write

REPORT = Report(
    "answers",
    "set.jsonl",
    {"all": {"n": 120, "full": 0.5, "length": 266.12346}, "lang:en": {"n": 60, "doc_cited": 1.0}},
    ({"id": "q1", "answer": "塔 \ud800", "full": True},),
)


def test_the_table_lines_up_and_leaves_missing_figures_blank():
    assert render(REPORT).splitlines() == [
        "answers-set    n   full  length  doc_cited",
        "all          120  0.500   266.1",
        "lang:en       60                     1.000",
    ]


def test_the_file_is_dated_and_holds_figures_parameters_machine_and_rows(tmp_path):
    path = write(REPORT, {"corpus": Path("corpus"), "k": 10}, tmp_path / "new" / "reports")
    assert re.fullmatch(r"answers-set-\d{4}-\d\d-\d\dT\d{4}\.json", path.name)
    found = json.loads(path.read_text("utf-8"))
    assert found["figures"] == {"all": {"n": 120, "full": 0.5, "length": 266.1235}, "lang:en": {"n": 60, "doc_cited": 1.0}}
    assert found["parameters"] == {"corpus": "corpus", "k": 10}
    assert found["rows"] == list(REPORT.rows)
    assert found["machine"]["cores"] >= 1
    assert {"torch", "faiss", "sentence-transformers"} <= set(found["machine"]["versions"])


@pytest.mark.parametrize("source", ["set.jsonl", "set.json", "set.json.xz"])
def test_a_report_is_named_after_its_question_set(source):
    assert Report("reading", source, {}).name == "reading-set"


def test_a_second_report_of_the_same_minute_does_not_replace_the_first(tmp_path, monkeypatch):
    class Clock(reports.datetime):
        @classmethod
        def now(cls):
            return cls(2031, 2, 3, 4, 5)

    monkeypatch.setattr(reports, "datetime", Clock)
    names = [write(REPORT, {}, tmp_path).name for _ in range(3)]
    assert names == [f"answers-set-2031-02-03T0405{end}.json" for end in ("", "-2", "-3")]


def test_a_report_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(ChatbotError, match=r"No space left on device.*Free some space"):
        write(REPORT, {}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ChatbotError, match=r"Cannot write the report to .*file.*name another folder"):
        write(REPORT, {}, tmp_path / "file")


def test_a_package_that_is_not_installed_has_no_version(monkeypatch):
    monkeypatch.setattr(reports, "_PACKAGES", {"none": ("no-such-distribution",), "one": ("no-such-distribution", "pytest")})
    versions = reports.machine()["versions"]
    assert versions["none"] is None
    assert versions["one"] == pytest.__version__
