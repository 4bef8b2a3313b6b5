"""Ratings are kept whole, bounded, from many threads at once, and what goes wrong is one line in the log."""

import json
import logging
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from chatbot.config import Config, ServeConfig
from chatbot.serve.feedback import LONGEST_QUESTION, LONGEST_WORD, Rating, Shelf, keeper, place_of

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


def test_many_threads_and_shelves_lose_nothing(tmp_path):
    # The first writers meet while the file is made: many short lives find what one long one hides.
    for round_ in range(20):
        file = tmp_path / str(round_) / "feedback.sqlite3"
        shelves = [Shelf(file) for _ in range(4)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: shelves[number % 4](replace(GOOD, word=str(number))), range(16)))  # noqa: B023
        assert sorted(int(word) for (word,) in rows(file, "word")) == list(range(16))


def test_shelves_of_several_processes_lose_nothing(file):
    own = "import sys; from chatbot.serve.feedback import *; from pathlib import Path; shelf = Shelf(Path(sys.argv[1]))"
    each = "[shelf(Rating('', '', True, f'{sys.argv[2]}.{n}', (), '', 'en', '')) for n in range(10)]"
    started = [subprocess.Popen([sys.executable, "-c", f"{own}\n{each}", str(file), str(k)]) for k in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]
    assert sorted(word for (word,) in rows(file, "word")) == sorted(f"{k}.{n}" for k in range(3) for n in range(10))


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


# --- a dataset on the hub --------------------------------------------------------------------------------------------


class Hub:
    """Stands for the hub: takes commits, or cannot be reached."""

    def __init__(self, reachable=True):
        self.reachable, self.made, self.files = reachable, [], {}
        self._pool = ThreadPoolExecutor(1)

    def create_repo(self, repo_id, **how):
        if not self.reachable:
            raise ConnectionError("no way there\nand more")
        self.made.append((repo_id, how["private"], how["repo_type"]))
        return SimpleNamespace(repo_id=repo_id)

    def run_as_future(self, task):
        return self._pool.submit(task)

    def create_commit(self, repo_id, operations, **how):
        for operation in operations:
            with operation.as_file() as file:
                self.files[operation.path_in_repo] = file.read().decode()


def hub_config(tmp_path):
    return Config(cache=str(tmp_path), serve=ServeConfig(feedback="hub:someone/ratings"))


def test_ratings_go_to_a_private_dataset_in_batches(tmp_path):
    hub = Hub()
    keep = keeper(hub_config(tmp_path), hub)
    keep(GOOD)
    keep(replace(GOOD, helpful=False, word="改行\nあり"))
    keep.close()
    assert hub.made == [("someone/ratings", True, "dataset")]
    (lines,) = hub.files.values()
    first, second = map(json.loads, lines.splitlines())
    assert (first["question"], first["helpful"], first["citations"]) == (GOOD.question, True, list(GOOD.citations))
    assert second["word"] == "改行\nあり"


def test_a_hub_that_cannot_be_reached_leaves_ratings_here(tmp_path, caplog):
    keeper(hub_config(tmp_path), Hub(reachable=False))(GOOD)
    assert len(rows(place_of(hub_config(tmp_path)))) == 1
    (line,) = caplog.messages
    assert "no way there" in line
    assert "HF_TOKEN" in line


def test_a_disk_that_is_full_is_one_line_in_the_log_for_the_hub_too(tmp_path, caplog):
    keep = keeper(hub_config(tmp_path), Hub())
    keep._file = tmp_path
    keep(GOOD)
    keep.close()
    assert [line for line in caplog.messages if "not kept" in line]


def test_without_a_dataset_a_file_is_used(tmp_path):
    assert isinstance(keeper(Config(cache=str(tmp_path))), Shelf)
