"""Lexical search: BM25 over English stems and Japanese character pairs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

from chatbot import language
from chatbot.retrieve.collection import Collection, searchable
from chatbot.types import Hit, Query

Analyse = Callable[[str], list[str]]


class LexicalSearcher:
    """BM25 (bm25s) over a collection; scores are shares of what the query's terms could weigh at most, 0 to 1."""

    def __init__(self, collection: Collection, analyse: Analyse = language.terms) -> None:
        """Index the collection's text."""
        import bm25s

        self._passages = collection.passages
        self._analyse = analyse
        texts = [analyse(searchable(passage)) for passage in self._passages]
        self._frequency = Counter(term for terms in texts for term in set(terms))
        self._bm25 = bm25s.BM25()
        # bm25s refuses a corpus without a single term; a term that nobody can type stands in.
        self._bm25.index([terms or ["\0"] for terms in texts], show_progress=False)

    def weight(self, term: str) -> float:
        """Return how much a term tells (its inverse document frequency, as bm25s computes it); most if never seen."""
        seen = self._frequency[term]
        return math.log(1 + (len(self._passages) - seen + 0.5) / (seen + 0.5))

    def known(self, term: str) -> bool:
        """Whether any passage has the term."""
        return term in self._frequency

    def search(self, query: Query, k: int) -> list[Hit]:
        """Return at most `k` passages that share a term with the query, best first."""
        import numpy as np

        terms = list(dict.fromkeys(self._analyse(query.text)))
        known = [term for term in terms if self.known(term)]
        if not known:
            return []
        scores = self._bm25.get_scores(known)
        most = sum(self.weight(term) for term in terms)
        top = np.argsort(-scores, kind="stable")[:k]
        shares = [(self._passages[row], float(scores[row]) / most) for row in top if scores[row] > 0]
        return [Hit(passage, share, (("lexical", share),)) for passage, share in shares]


def coverage(terms: Sequence[str], text_terms: Sequence[str], weight: Callable[[str], float]) -> float:
    """Return the share of the weight of `terms` that `text_terms` contain, 1.0 if there are no terms."""
    unique = set(terms)
    total = sum(weight(term) for term in unique)
    return sum(weight(term) for term in unique & set(text_terms)) / total if total else 1.0
