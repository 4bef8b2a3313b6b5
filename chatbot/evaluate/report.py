"""Figures as a table for people and as a dated file for later."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from itertools import count
from pathlib import Path
from typing import Any

from chatbot.errors import ChatbotError

# Name in the report: distributions of which one is installed.
_PACKAGES = {
    "openstance": ("openstance",),
    "torch": ("torch",),
    "faiss": ("faiss-cpu", "faiss-gpu", "faiss-gpu-cu12"),
    "sentence-transformers": ("sentence-transformers",),
    "transformers": ("transformers",),
    "bm25s": ("bm25s",),
}
# Four digits are more than any question set here can tell.
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Report:
    """What one evaluation found."""

    kind: str
    """answers, retrieval or reading."""
    source: str
    """Name of the file of questions."""
    figures: Mapping[str, Mapping[str, float]] = field(hash=False)
    """A table: name of the row, name of the column, figure. A row need not have every column."""
    rows: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    """One for each question, where single questions are worth a look."""

    @property
    def name(self) -> str:
        """Kind and file of questions, as files are named after it."""
        return f"{self.kind}-{self.source.removesuffix('.xz').removesuffix('.json').removesuffix('.jsonl')}"


def render(report: Report) -> str:
    """Lay the figures out as a table in plain text, a line break at its end."""
    columns = list(dict.fromkeys(column for row in report.figures.values() for column in row))
    lines = [[report.name, *columns]]
    for name, row in report.figures.items():
        lines.append([name, *(_shown(row[column]) if column in row else "" for column in columns)])
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns) + 1)]
    return "".join(_line(line, widths) for line in lines)


def write(report: Report, parameters: Mapping[str, Any], folder: Path = Path("reports")) -> Path:
    """Write the report, the command's parameters and facts of the machine to `folder/<name>-<date and time>.json`.

    The file appears whole or not at all, and never in the place of another: the second of one minute ends in -2.

    Args:
        report: What was found.
        parameters: Of the command; what JSON has no form for is written as text.
        folder: Made if it is not there.

    Returns:
        The path of the file.

    Raises:
        ChatbotError: If the folder cannot be written; nothing is left there.
    """
    made = datetime.now().astimezone()
    content = {
        "kind": report.kind,
        "source": report.source,
        "made": made.isoformat(timespec="seconds"),
        "parameters": dict(parameters),
        "machine": machine(),
        "figures": {name: {column: _rounded(value) for column, value in row.items()} for name, row in report.figures.items()},
        "rows": [dict(row) for row in report.rows],
    }
    # A lone surrogate has no UTF-8 form; replaced so, it is JSON's own escape.
    data = (json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n").encode("utf-8", "backslashreplace")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _put(data, folder, f"{report.name}-{made:%Y-%m-%dT%H%M}")
    except OSError as cause:
        reason = cause.strerror or str(cause)
        message = f"Cannot write the report to {folder} ({reason}). Free some space or name another folder."
        raise ChatbotError(message) from cause


def machine() -> dict[str, Any]:
    """Tell what the figures were measured on: usable cores, Python, system, versions of packages (None: not there)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores": cores,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {name: _version(distributions) for name, distributions in _PACKAGES.items()},
    }


def _version(distributions: Sequence[str]) -> str | None:
    for distribution in distributions:
        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
    return None


def _put(data: bytes, folder: Path, name: str) -> Path:
    descriptor, made = tempfile.mkstemp(prefix=f".{name}-", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.chmod(made, 0o644)
        names = (name if number == 1 else f"{name}-{number}" for number in count(1))
        path = next(path for each in names if not (path := folder / f"{each}.json").exists())
        os.replace(made, path)
        return path
    finally:
        Path(made).unlink(missing_ok=True)


def _rounded(value: float) -> float:
    return value if isinstance(value, int) else round(value, _DIGITS)


def _shown(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return f"{value:.3f}" if abs(value) <= 1 else f"{value:.1f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *figures = (
        cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([name, *figures]).rstrip() + "\n"
