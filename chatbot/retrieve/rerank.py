"""A closer look at what was found: every sentence of a passage is scored on its own, in its context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chatbot import language
from chatbot.language import covered, terms_of
from chatbot.protocols import Encoder, Vocabulary
from chatbot.retrieve.collection import Collection
from chatbot.types import Hit, Language, Query, Sentence

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
    context: float = 0.5
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
        vocabulary: Vocabulary,
        trust: Mapping[Language, float],
        weights: SentenceWeights = DEFAULT,
    ) -> None:
        """Look at passages of one collection.

        Args:
            collection: Holds the vectors of the sentences.
            encoder: The one that made them.
            vocabulary: What the collection calls the words of a question.
            trust: How far cosines of a question in a language can be trusted, 0 to 1.
            weights: The parts of a score.
        """
        self._collection, self._encoder, self._vocabulary = collection, encoder, vocabulary
        self._trust, self._weights = trust, weights

    def rerank(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits best first, each with a score for every sentence."""
        # Where the question leans on an earlier one, what was asked last decides between the sentences of a passage.
        vector = (self._encoder.encode([query.text], "query")[0] + self._encoder.encode([query.asked], "query")[0]) / 2
        looked = [self._look(query, hit, vector * self._trust[query.language]) for hit in hits]
        return sorted(looked, key=lambda hit: (-hit.score, hit.passage.document.path, hit.passage.span))

    def _look(self, query: Query, hit: Hit, vector: NDArray[np.float32]) -> Hit:
        passage = hit.passage
        # A side of a comparison, or a bare «and in Europe?», wants what the whole question wants.
        wants = language.wants(query.asked) - {"compare"} or language.wants(query.text)
        words = self._vocabulary.look_up(query.text, passage.document.language)
        if query.focus:
            words += self._vocabulary.look_up(query.focus, passage.document.language)
        near = (self._collection.vectors_of(passage) @ vector).tolist()
        context = covered(words, terms_of(" ".join((*passage.headings, passage.text))))
        shared = self._weights.context * context + self._weights.passage * hit.score
        scores = tuple(
            self._weights.near * cosine
            + self._weights.covers * covered(words, terms_of(sentence.text))
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
