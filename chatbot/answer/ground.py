"""Whether what was found is enough to answer from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chatbot import language
from chatbot.types import Hit, Language, Query

# Passages that together must bring what the question names.
_LOOKED_AT = 5
_TOPICS = 3
_NEAR_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Grounds:
    """What speaks for an answer, each between 0 and 1."""

    near: float
    """Cosine of the question and the nearest passage found."""
    covered: float
    """Share of the question's terms, by weight, in the passage that has most of them."""
    strangers: tuple[str, ...]
    """Names and numbers in the question that no document has."""


@dataclass(frozen=True)
class Enough:
    """Where the line runs between an answer and a refusal."""

    trust: Mapping[Language, float]
    """How far the cosines of questions in a language can be trusted, 0 to 1."""
    threshold: float
    """Least mean of nearness and coverage."""

    def holds(self, found: Grounds, query: Query) -> bool:
        """Whether the grounds carry an answer; nothing carries one about strangers."""
        near_weight = _NEAR_WEIGHT * self.trust[query.language]
        total = near_weight * found.near + (1 - near_weight) * found.covered
        return not found.strangers and total >= self.threshold


def grounds(query: Query, hits: Sequence[Hit], weight: Callable[[str], float], known: Callable[[str], bool]) -> Grounds:
    """Gather what speaks for an answer.

    Args:
        query: What is asked.
        hits: Best first.
        weight: How much a search term tells.
        known: Whether any document has a search term.
    """
    looked = hits[:_LOOKED_AT]
    near = max((dict(hit.parts).get("dense", 0.0) for hit in looked), default=0.0)
    covered = max((_coverage(query, hit, weight) for hit in looked), default=0.0)
    return Grounds(near, covered, tuple(_strangers(query.asked, known)))


def topics(query: Query, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Name the subjects of the nearest passages, those in the asker's language first."""
    own = sorted(hits, key=lambda hit: hit.passage.document.language != query.language)
    return tuple(dict.fromkeys(hit.passage.document.title for hit in own if hit.passage.document.title))[:_TOPICS]


def _coverage(query: Query, hit: Hit, weight: Callable[[str], float]) -> float:
    document = hit.passage.document
    terms = set(language.terms(query.text))
    if document.language != query.language:
        # Only what is written alike in both languages can be found again.
        terms = {term for term in terms if term.isascii()}
    text = " ".join((document.title, *hit.passage.headings, hit.passage.text))
    total = sum(weight(term) for term in terms)
    return sum(weight(term) for term in terms & set(language.terms(text))) / total if total else 0.0


def _strangers(question: str, known: Callable[[str], bool]) -> list[str]:
    """Return names and numbers of the question that no document has: what it says of them cannot be there."""
    return [name for name in language.names(question) if not any(known(term) for term in language.terms(name))]
