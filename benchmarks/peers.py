"""The searches that ours is measured against: BM25 over character pairs or words, MiniLM, and both fused by rank.

Written apart from the package, so that no mistake of its analysis or its fusion can hide in both.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import bm25s
import numpy as np

from chatbot.evaluate.run import Build, Search

if TYPE_CHECKING:
    from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], "NDArray[np.float32]"]
BM25, DENSE, BOTH = "bigram BM25", "MiniLM", "hybrid of both"

DAMPING = 60  # ranks; the value of Cormack, Clarke and Buettcher, SIGIR 2009
_DEPTH = 100
_REMEMBERED = 100_000
_JAPANESE = "\u3005\u3041-\u30ff\u3400-\u9fff"
_RUN = re.compile(rf"[{_JAPANESE}]+|[^\W{_JAPANESE}]+")


def terms(text: str) -> list[str]:
    """Cut a text into overlapping pairs of Japanese characters and into words of any other script, in lower case."""
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        japanese = re.match(f"[{_JAPANESE}]", run)
        found += [run[at : at + 2] for at in range(max(1, len(run) - 1))] if japanese else [run]
    return found


def bm25(paragraphs: Sequence[str]) -> Search:
    """Search paragraphs by bm25s as it comes, without stop words, stemming or a word list."""
    texts = [terms(paragraph) for paragraph in paragraphs]
    known = {term for text in texts for term in text}
    model = bm25s.BM25()
    # bm25s refuses a paragraph without a term; one that nobody can type stands in.
    model.index([text or ["\0"] for text in texts], show_progress=False)

    def search(question: str) -> list[int]:
        asked = [term for term in terms(question) if term in known]
        if not asked:
            return []
        scores = model.get_scores(asked)
        return [int(number) for number in np.argsort(-scores, kind="stable")[:_DEPTH] if scores[number] > 0]

    return search


def dense(paragraphs: Sequence[str], encode: Encode) -> Search:
    """Search paragraphs by the cosine of their vectors with the question's."""
    vectors = encode(paragraphs)

    def search(question: str) -> list[int]:
        scores = vectors @ encode([question])[0]
        return [int(number) for number in np.argsort(-scores, kind="stable")[:_DEPTH]]

    return search


def fused(rankings: Sequence[Sequence[int]]) -> list[int]:
    """Merge best-first rankings by the sum of their reciprocal damped ranks."""
    scores: defaultdict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, number in enumerate(ranking, start=1):
            scores[number] += 1 / (DAMPING + rank)
    return sorted(scores, key=lambda number: (-scores[number], number))


def peers(encode: Encode) -> dict[str, Build]:
    """Return the peers by name, each a function from paragraphs to a search of them; paragraphs are encoded once."""
    built: dict[int, tuple[Sequence[str], dict[str, Search]]] = {}

    def over(paragraphs: Sequence[str]) -> dict[str, Search]:
        if id(paragraphs) not in built:
            # The paragraphs are kept with it: another list must not come to have the same id.
            built[id(paragraphs)] = (paragraphs, _all_over(paragraphs, encode))
        return built[id(paragraphs)][1]

    def build(name: str) -> Build:
        return lambda paragraphs: over(paragraphs)[name]

    return {name: build(name) for name in (BM25, DENSE, BOTH)}


def _all_over(paragraphs: Sequence[str], encode: Encode) -> dict[str, Search]:
    lexical = lru_cache(maxsize=_REMEMBERED)(bm25(paragraphs))
    near = lru_cache(maxsize=_REMEMBERED)(dense(paragraphs, encode))
    return {BM25: lexical, DENSE: near, BOTH: lambda question: fused([lexical(question), near(question)])}
