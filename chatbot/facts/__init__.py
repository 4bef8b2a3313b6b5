"""What a sentence says that can be compared exactly, in English and Japanese: numbers, dates, names, negation."""

from __future__ import annotations

from chatbot.facts.compare import Facts, Kind, Mismatch, clashes, contradicts, facts

__all__ = ["Facts", "Kind", "Mismatch", "clashes", "contradicts", "facts"]
