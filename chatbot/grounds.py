"""What speaks for an answer, and whether it is enough."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grounds:
    """What speaks for an answer."""

    near: float
    """Cosine of the question and the nearest passage."""
    covered: float
    """Share of the question's words, by weight, in the passage that has most of them, 0 to 1."""
    shown: bool
    """Whether a sentence that would be given has the figure that is asked for."""
    strangers: tuple[str, ...]
    """Names and figures of the question that no document has."""
    holds: float | None = None
    """How surely a short answer stands in the best passage, 0 to 1, by a model that read both; None if none is asked for."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Grounds and whether they carry an answer."""

    grounds: Grounds
    score: float
    """Their weighted mean."""
    needed: float
    """What it has to reach."""

    @property
    def enough(self) -> bool:
        """Whether there are grounds for an answer; nothing carries one about strangers."""
        return not self.grounds.strangers and self.score >= self.needed
