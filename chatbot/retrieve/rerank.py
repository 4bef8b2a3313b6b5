"""A closer look at what was found: every sentence of a passage is scored on its own, in its context."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chatbot import language
from chatbot.protocols import Encoder
from chatbot.retrieve.collection import Collection
from chatbot.retrieve.lexical import coverage
from chatbot.types import Hit, Language, Passage, Query, Sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """What a sentence's score is made of; all terms lie between 0 and 1."""

    near: float = 1.0
    """Cosine of question and sentence."""
    covers: float = 0.5
    """Share of the question's terms in the sentence."""
    context: float = 0.25
    """Share of them in the passage and its headings."""
    passage: float = 0.35
    """The passage's own score in the search."""
    form: float = 0.15
    """The outward form of an answer: a figure for «how many», a date for «when» …"""
    not_telling: float = 0.25
    """Taken from headings, questions and fragments: they name a subject and say nothing of it."""


DEFAULT = SentenceWeights()
_FRAGMENT = 25


class SentenceReranker:
    """Scores sentences by nearness, shared terms and form; a passage is worth its best sentence."""

    def __init__(
        self,
        collection: Collection,
        encoder: Encoder,
        weight: Callable[[str], float],
        trust: Mapping[Language, float],
        weights: SentenceWeights = DEFAULT,
    ) -> None:
        """Look at passages of one collection.

        Args:
            collection: Holds the vectors of the sentences.
            encoder: The one that made them.
            weight: How much a search term tells.
            trust: How far cosines of a question in a language can be trusted, 0 to 1.
            weights: The parts of a score.
        """
        self._collection, self._encoder, self._weight = collection, encoder, weight
        self._trust, self._weights = trust, weights

    def rerank(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits best first, each with a score for every sentence."""
        # Where the question leans on an earlier one, what was asked last decides between the sentences of a passage.
        vector = (self._encoder.encode([query.text], "query")[0] + self._encoder.encode([query.asked], "query")[0]) / 2
        vector = vector * self._trust[query.language]
        terms, wants = [*language.terms(query.text), *language.terms(query.asked)], language.wants(query.asked)
        looked = [self._look(hit, vector, terms, wants) for hit in hits]
        return sorted(looked, key=lambda hit: (-hit.score, hit.passage.document.path, hit.passage.span))

    def _look(self, hit: Hit, vector: NDArray[np.float32], terms: Sequence[str], wants: frozenset[language.Want]) -> Hit:
        passage = hit.passage
        near = (self._collection.vectors_of(passage) @ vector).tolist()
        context = coverage(terms, _context(passage), self._weight)
        shared = self._weights.context * context + self._weights.passage * hit.score
        scores = tuple(
            self._weights.near * cosine
            + self._weights.covers * coverage(terms, language.terms(sentence.text), self._weight)
            + self._form(sentence, wants)
            + shared
            for cosine, sentence in zip(near, passage.sentences, strict=True)
        )
        best = max(scores)
        return replace(hit, score=best, parts=(*hit.parts, ("sentence", best)), sentence_scores=scores)

    def _form(self, sentence: Sentence, wants: frozenset[language.Want]) -> float:
        text = sentence.text
        telling = sentence.kind != "heading" and not text.endswith(("?", "？")) and len(text) > _FRAGMENT
        form = sum(language.shows(want, text) for want in wants) / len(wants) if wants else 0.0
        return self._weights.form * form - (0.0 if telling else self._weights.not_telling)


def _context(passage: Passage) -> list[str]:
    return [*(term for heading in passage.headings for term in language.terms(heading)), *language.terms(passage.text)]
