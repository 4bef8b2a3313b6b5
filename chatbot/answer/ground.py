"""Whether what was found is enough to answer from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot import language
from chatbot.grounds import Grounds, Weighed
from chatbot.language import covered, terms_of
from chatbot.protocols import Vocabulary
from chatbot.types import Hit, Language, Query

# Passages that together must bring what the question names.
_LOOKED_AT = 5
_TOPICS = 3
_NEAR_WEIGHT = 0.35
# The cosine that a question has with passages about something else.
_UNRELATED = 0.25
# A price or a count was asked for and no sentence has a figure.
_NOT_SHOWN = 0.3
# How much it counts that a model that read question and passage together sees the answer there.
_HOLDS_WEIGHT = 0.3


@dataclass(frozen=True)
class Enough:
    """Where the line runs between an answer and a refusal."""

    trust: Mapping[Language, float]
    """How far the cosines of questions in a language can be trusted, 0 to 1."""
    threshold: float
    """Least weighted mean of nearness and coverage."""

    def weigh(self, found: Grounds, query: Query) -> Weighed:
        """Weigh the grounds for an answer against what is needed."""
        near_weight = _NEAR_WEIGHT * self.trust[query.language]
        near = near_weight * (found.near - _UNRELATED)
        total = near + (1 - near_weight) * found.covered
        if found.holds is not None:
            total = (1 - _HOLDS_WEIGHT) * total + _HOLDS_WEIGHT * found.holds
        return Weighed(found, total - _NOT_SHOWN * (not found.shown), self.threshold)


def grounds(query: Query, hits: Sequence[Hit], sentences: Sequence[str], vocabulary: Vocabulary) -> Grounds:
    """Gather what speaks for an answer.

    Args:
        query: What is asked.
        hits: Best first.
        sentences: What would be answered.
        vocabulary: What the documents call the words of a question.
    """
    looked = hits[:_LOOKED_AT]
    near = max((dict(hit.parts).get("dense", 0.0) for hit in looked), default=0.0)
    found = max((_covered(query, hit, vocabulary) for hit in looked), default=0.0)
    figures = language.wants(query.asked) & {"number", "money"}
    shown = all(any(language.shows(want, sentence) for sentence in sentences) for want in figures)
    holds = dict(hits[0].parts).get("holds") if hits else None
    return Grounds(near, found, shown, vocabulary.strangers(query.asked), holds)


def topics(query: Query, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Name the subjects of the nearest passages, those in the asker's language first."""
    own = sorted(hits, key=lambda hit: hit.passage.document.language != query.language)
    return tuple(dict.fromkeys(hit.passage.document.title for hit in own if hit.passage.document.title))[:_TOPICS]


def _covered(query: Query, hit: Hit, vocabulary: Vocabulary) -> float:
    document = hit.passage.document
    text = " ".join((document.title, *hit.passage.headings, hit.passage.text))
    return covered(vocabulary.look_up(query.text, document.language), terms_of(text))
