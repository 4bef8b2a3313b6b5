"""What the measures of the models share: what they are given, what they give back, and the table of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from chatbot.config import Config
from chatbot.train.data import Pair, held_out, pairs


@dataclass(frozen=True, slots=True)
class Setting:
    """What every measure is given."""

    data: Path
    """Folder of the public data sets."""
    limit: int | None = None
    """Ask only so many questions of each set; None for each measure's own limit."""
    config: Config = field(default_factory=Config)

    def at_most(self, usual: int | None) -> int | None:
        """Return the limit, `usual` if none was given."""
        return usual if self.limit is None else self.limit


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of the models, with the same measure of others."""

    measure: str
    n: int
    """Questions, claims or pairs."""
    ours: Mapping[str, float]
    """By the part of the program; shares between 0 and 1 where the unit is %."""
    peers: Mapping[str, float] = field(default_factory=dict)
    """By name, in the same unit."""
    least: str = ""
    aim: str = ""
    unit: str = "%"


@lru_cache(maxsize=1)
def held_pairs(data: Path) -> tuple[Pair, ...]:
    """Return the parallel pairs of the pages that no recipe trains on, in their order."""
    return tuple(pair for pair in pairs(data) if held_out(pair))


def above(peers: Mapping[str, float], points: float) -> str:
    """Return what is wanted where that is so many points more than the best peer has."""
    return f"{100 * max(peers.values()) + points:.1f} (best peer + {points:g})"


def markdown(rows: Sequence[Row]) -> str:
    """Return one table of all rows."""
    lines = ["| measure | n | peers | ours | at least | aim |", "|---|--:|---|---|---|---|"]
    for row in rows:
        cells = (row.measure, f"{row.n:,}", _figures(row.peers, row.unit), _figures(row.ours, row.unit), row.least, row.aim)
        lines.append("| " + " | ".join(cell or "—" for cell in cells) + " |")
    return "\n".join(lines)


def _figures(figures: Mapping[str, float], unit: str) -> str:
    scale = 100 if unit == "%" else 1
    shown = ((name, f"{scale * value:.1f}" + ("" if unit == "%" else f" {unit}")) for name, value in figures.items())
    return " · ".join(f"{name} {figure}".strip() for name, figure in shown)
