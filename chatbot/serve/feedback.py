"""What people think of an answer, kept because they pressed a thumb; keeping it never stands in an answer's way."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huggingface_hub import HfApi

    from chatbot.config import Config
    from chatbot.types import Language

_log = logging.getLogger(__name__)
# Where a Space has storage, if it has any.
_STORAGE = Path("/data")
_FILE = "feedback.sqlite3"
# Ratings; older ones make room, so that a page that stands for years does not fill its disk.
MOST_KEPT = 20_000
# Characters; what is longer is somebody's mistake or malice.
LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_WORD = 2_000, 8_000, 1_000
_CITATIONS = 20
_HUB = "hub:"
# Between two commits to the hub, which wants no more than some hundred an hour from anybody.
_MINUTES = 5
# Seconds that one rating waits for others that write.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Rating:
    """One thumb, up or down, with what it was about."""

    question: str
    answer: str
    helpful: bool
    word: str
    """What the person added; empty if nothing."""
    citations: tuple[str, ...]
    """Paths of the documents cited, in the order of their numbers."""
    writer: str
    language: Language
    """That of the page."""
    at: str
    """ISO time, UTC, to the second."""


Keep = Callable[[Rating], None]
"""Keeps a rating, or says in the log why it could not; raises nothing."""


def dropped(rating: Rating) -> None:
    """Keep nothing."""
    del rating


def place_of(config: Config, storage: Path = _STORAGE) -> Path:
    """Return the file that ratings are kept in: the one that is set, one in a Space's storage, or one in the cache."""
    if config.serve.feedback and not config.serve.feedback.startswith(_HUB):
        return Path(config.serve.feedback)
    kept_there = storage.is_dir() and os.access(storage, os.W_OK)
    return (storage if kept_there else config.cache_folder) / _FILE


def keeper(config: Config, api: HfApi | None = None) -> Keep:
    """Return what keeps ratings: a file, or, where `serve.feedback` names one and there is a token, a dataset on the hub.

    Args:
        config: Where they are kept.
        api: Reaches the hub; huggingface_hub's own by default.
    """
    repo = config.serve.feedback.removeprefix(_HUB)
    if repo != config.serve.feedback:
        try:
            return Pushed(config.cache_folder / "feedback", repo, api)
        except Exception as cause:
            # The hub may be out of reach or refuse the token; people must be answered all the same.
            told = str(cause).split("\n")[0]
            _log.warning(
                "Ratings stay on this machine: %s cannot be reached (%s). Set HF_TOKEN to one that may write.", repo, told
            )
    return Shelf(place_of(config))


def bounded(rating: Rating) -> Rating:
    """Return a rating with its texts cut to what is kept of them."""
    return replace(
        rating,
        question=_plain(rating.question, LONGEST_QUESTION),
        answer=_plain(rating.answer, LONGEST_ANSWER),
        word=_plain(rating.word, LONGEST_WORD),
        citations=tuple(_plain(path, LONGEST_WORD) for path in rating.citations[:_CITATIONS]),
    )


def _plain(text: str, most: int) -> str:
    # A lone surrogate, which a browser may send, is no UTF-8.
    return text[:most].encode("utf-8", "replace").decode("utf-8")


class Shelf:
    """Ratings in a SQLite file. Safe to use from several threads and processes."""

    def __init__(self, file: Path, most: int = MOST_KEPT) -> None:
        self._file, self._most, self._lock = file, most, Lock()

    def __call__(self, rating: Rating) -> None:
        """Keep a rating; if that is not possible, the log says so in one line."""
        try:
            with self._lock:
                self._write(bounded(rating))
        except (OSError, sqlite3.Error) as cause:
            _log.warning("A rating was not kept: %s (%s). Free some space or set OPENSTANCE_SERVE_FEEDBACK.", self._file, cause)

    def _write(self, rating: Rating) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # A connection for each: ratings are rare, and none is left open at the end. To change the journal to a write-ahead log
        # takes a lock that SQLite does not wait for, and ratings that come together would be lost: it stays as it is.
        with closing(sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level="IMMEDIATE")) as base, base:
            base.execute(_TABLE)
            row = (*_row(rating),)
            number = base.execute(f"INSERT INTO ratings VALUES (NULL, {', '.join('?' * len(row))})", row).lastrowid
            base.execute("DELETE FROM ratings WHERE number <= ?", ((number or 0) - self._most,))


class Pushed:
    """Ratings in files of JSON lines, which huggingface_hub's scheduler sends to a dataset every few minutes."""

    def __init__(self, folder: Path, repo: str, api: HfApi | None = None, minutes: float = _MINUTES) -> None:
        """Begin a file of its own; the token is the one that huggingface_hub finds, HF_TOKEN among others."""
        from huggingface_hub import CommitScheduler

        folder.mkdir(parents=True, exist_ok=True)
        # Each start writes a file of its own, so that none overwrites another's.
        self._file = folder / f"ratings-{uuid.uuid4().hex}.jsonl"
        self._scheduler = CommitScheduler(
            repo_id=repo, repo_type="dataset", folder_path=folder, every=minutes, private=True, squash_history=False, hf_api=api
        )
        self._left = MOST_KEPT

    def __call__(self, rating: Rating) -> None:
        """Write a rating where the scheduler finds it; if that is not possible, the log says so in one line."""
        row = json.dumps(asdict(bounded(rating)), ensure_ascii=False) + "\n"
        try:
            with self._scheduler.lock:
                if not self._left:
                    raise OSError(f"{MOST_KEPT} ratings since the start are enough")
                with self._file.open("a", encoding="utf-8") as file:
                    file.write(row)
                self._left -= 1
        except OSError as cause:
            _log.warning("A rating was not kept: %s (%s). Free some space or set OPENSTANCE_SERVE_FEEDBACK.", self._file, cause)

    def close(self) -> None:
        """Send what has not been sent and stop."""
        self._scheduler.stop()
        self._scheduler.push_to_hub()


_TABLE = """CREATE TABLE IF NOT EXISTS ratings (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, helpful INTEGER NOT NULL, question TEXT NOT NULL,
    answer TEXT NOT NULL, word TEXT NOT NULL, citations TEXT NOT NULL, writer TEXT NOT NULL, language TEXT NOT NULL)"""


def _row(rating: Rating) -> tuple[str | int, ...]:
    cited = "\n".join(rating.citations)
    said = (rating.question, rating.answer, rating.word, cited)
    return rating.at, int(rating.helpful), *said, rating.writer, rating.language
