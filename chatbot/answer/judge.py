"""Judges of claims and quotes: by nearness of meaning and shared words, and several as one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot import language
from chatbot.language import covered, terms_of
from chatbot.protocols import Encoder, Judge, Vocabulary

# The logistic curve through what claims and their own quotes score, and claims and other sentences of the document.
_MIDDLE, _MIDDLE_ACROSS, _STEEPNESS = 0.5, 0.43, 12.0
_NEAR_WEIGHT = 0.5


@dataclass(frozen=True)
class NearnessJudge:
    """Takes a quote to support a claim that is near to it and whose words it has."""

    encoder: Encoder
    vocabulary: Vocabulary

    def support(self, couples: Sequence[tuple[str, str]]) -> list[float]:
        """Return for each claim with its quote how likely the quote supports the claim, 0 to 1."""
        if not couples:
            return []
        texts = list(dict.fromkeys(text for couple in couples for text in couple))
        rows = dict(zip(texts, self.encoder.encode(texts, "passage"), strict=True))
        return [self._one(claim, quote, float(rows[claim] @ rows[quote])) for claim, quote in couples]

    def _one(self, claim: str, quote: str, near: float) -> float:
        quoted = language.detect(quote)
        words = self.vocabulary.look_up(claim, quoted)
        middle = _MIDDLE if language.detect(claim) == quoted else _MIDDLE_ACROSS
        score = _NEAR_WEIGHT * near + (1 - _NEAR_WEIGHT) * covered(words, terms_of(quote))
        return 1 / (1 + math.exp(_STEEPNESS * (middle - score)))


@dataclass(frozen=True)
class MeanJudge:
    """Several judges as one.

    A trained judge alone takes a free translation for another claim, nearness alone takes what is about the same for the same;
    their mean strikes as few true sentences as the one and lets as little through as the other.
    """

    judges: tuple[Judge, ...]

    def support(self, couples: Sequence[tuple[str, str]]) -> list[float]:
        """Return the mean of what the judges say of each (claim, quote), 0 to 1."""
        said = [judge.support(couples) for judge in self.judges]
        return [sum(each) / len(each) for each in zip(*said, strict=True)]
