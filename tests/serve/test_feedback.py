"""Ratings are kept whole, bounded, from many threads at once, and what goes wrong is one line in the log."""

import logging
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.config import Config, ServeConfig
from chatbot.serve.feedback import LONGEST_QUESTION, LONGEST_WORD, Rating, Shelf, place_of

GOOD = Rating(
    "NAIRRとは？",
    "It is a resource.[1]",
    True,
    "clear",
    ("a.en.md", "b.ja.md"),
    "reader",
    "ja",
    "2026-11-25T10:00:00Z",
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "kept" / "feedback.sqlite3"


def rows(file, columns="*"):
    with closing(sqlite3.connect(file)) as base:
        return base.execute(f"SELECT {columns} FROM ratings ORDER BY number").fetchall()


def test_a_rating_is_kept_whole(file):
    Shelf(file)(GOOD)
    (row,) = rows(file, "at, helpful, question, answer, word, citations, writer, language")
    assert row == (GOOD.at, 1, GOOD.question, GOOD.answer, "clear", "a.en.md\nb.ja.md", "reader", "ja")


def test_what_is_too_long_is_cut_and_what_is_no_text_is_replaced(file):
    Shelf(file)(replace(GOOD, question="x" * 9_999, word="\ud800" + "y" * 9_999, citations=("p",) * 99))
    ((question, word, citations),) = rows(file, "question, word, citations")
    assert (len(question), len(word), len(citations.split())) == (LONGEST_QUESTION, LONGEST_WORD, 20)
    assert word.startswith("?y")


def test_the_oldest_make_room(file):
    shelf = Shelf(file, most=3)
    for number in range(7):
        shelf(replace(GOOD, word=str(number)))
    assert rows(file, "word") == [("4",), ("5",), ("6",)]


def test_many_threads_and_shelves_lose_nothing(file):
    shelves = [Shelf(file), Shelf(file)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: shelves[number % 2](replace(GOOD, word=str(number))), range(60)))
    assert {int(word) for (word,) in rows(file, "word")} == set(range(60))
    with closing(sqlite3.connect(file)) as base:
        assert base.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def unwritable(file):
    file.parent.parent.joinpath("kept").write_text("a file where the folder should be", encoding="utf-8")


def broken(file):
    file.parent.mkdir()
    file.write_bytes(b"no database" * 999)


def read_only(file):
    Shelf(file)(GOOD)
    with closing(sqlite3.connect(file)) as base:
        base.executescript("CREATE TRIGGER full BEFORE INSERT ON ratings BEGIN SELECT RAISE(ABORT, 'disk full'); END")


@pytest.mark.parametrize("spoilt", [unwritable, broken, read_only])
def test_a_rating_that_cannot_be_kept_is_one_line_in_the_log_without_what_was_asked(file, spoilt, caplog):
    spoilt(file)
    with caplog.at_level(logging.WARNING):
        Shelf(file)(GOOD)
    (line,) = caplog.messages
    assert "not kept" in line
    assert str(file) in line
    assert GOOD.question not in line


def test_the_place_is_the_one_that_is_set_or_a_spaces_storage_or_the_cache(tmp_path):
    cache = Config(cache=str(tmp_path / "cache"))
    assert place_of(cache, tmp_path / "none") == tmp_path / "cache" / "feedback.sqlite3"
    assert place_of(cache, tmp_path) == tmp_path / "feedback.sqlite3"
    assert place_of(Config(serve=ServeConfig(feedback="own.db")), tmp_path) == Path("own.db")
    assert not os.path.exists("own.db")
