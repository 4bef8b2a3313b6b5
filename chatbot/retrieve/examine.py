"""The closest look: a model reads the question together with each of the best passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot import language
from chatbot.protocols import Examiner, Reranker
from chatbot.types import Examined, Hit, Query


@dataclass(frozen=True, slots=True)
class ExaminedWeights:
    """How much the model's word counts beside what nearness and shared words say."""

    sentence: float = 0.6
    """Of a sentence being one of those that answer, 0 to 1."""
    passage: float = 0.4
    """Of its passage answering, 0 to 1."""
    told: float = 0.0
    """What is left of both where reasons, lists or comparisons are asked for: the model has learned from short answers."""


DEFAULT = ExaminedWeights()
_TOLD: frozenset[language.Want] = frozenset(("list", "reason", "compare"))


@dataclass(frozen=True)
class ExaminedReranker:
    """Lets another reranker order all hits, then examines the first of them; the others keep what they have."""

    first: Reranker
    examiner: Examiner
    look: int
    """Passages that are examined: the time of an answer is mostly theirs."""
    weights: ExaminedWeights = DEFAULT

    def rerank(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits best first, each with a score for every sentence."""
        ranked = self.first.rerank(query, hits)
        looked = ranked[: self.look]
        examined = self.examiner.examine(query.text, [hit.passage for hit in looked])
        told = bool(language.wants(query.asked) & _TOLD)
        judged = [self._judged(hit, found, told) for hit, found in zip(looked, examined, strict=True)]
        return sorted(judged, key=_best_first) + ranked[self.look :]

    def _judged(self, hit: Hit, found: Examined, told: bool) -> Hit:
        weight = self.weights.told if told else 1.0
        whole = self.weights.passage * found.answers
        scores = tuple(
            score + weight * (self.weights.sentence * answers + whole)
            for score, answers in zip(hit.sentence_scores, found.sentences, strict=True)
        )
        best = max(scores)
        parts = (*hit.parts, ("answers", found.answers))
        # Whether a short answer is there says nothing of reasons and lists.
        parts += () if told else (("holds", found.holds),)
        return replace(hit, score=best, parts=parts, sentence_scores=scores)


def _best_first(hit: Hit) -> tuple[float, str, int]:
    return -hit.score, hit.passage.document.path, hit.passage.span[0]
