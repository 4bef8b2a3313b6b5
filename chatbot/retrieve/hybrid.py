"""Dense and lexical results, fused with the languages of question and passage in mind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from chatbot.protocols import Searcher
from chatbot.types import Document, Hit, Language, Passage, Query

# Each searcher is asked for more than is wanted, as the other may lift what it ranks low.
_DEPTH = 120
# Of two passages that answer equally well, the asker reads the one in their own language more easily.
OWN_LANGUAGE = 0.04


@dataclass(frozen=True)
class HybridSearcher:
    """The sum of a cosine and a weighted lexical share.

    Ranks are not fused: across languages BM25 sees little but noise, and a rank hides that where a share of the query's
    weight shows it.
    """

    searchers: Mapping[str, Searcher]
    """By name; the one named `dense` is trusted by language."""
    weights: Mapping[str, float]
    """Of their scores, by the same names; 0 leaves one out."""
    trust: Mapping[Language, float]
    """How far cosines of a question in a language can be trusted, 0 to 1."""

    twins: frozenset[str] = frozenset()
    """Paths of documents that are there in both languages: the asker gets the one in their own."""

    def search(self, query: Query, k: int) -> list[Hit]:
        """Return the `k` best passages, best first."""
        weights = {**self.weights, "dense": self.weights["dense"] * self.trust[query.language]}
        used = {name: searcher for name, searcher in self.searchers.items() if weights[name] > 0}
        found = {name: self._wanted(searcher.search(query, max(2 * k, _DEPTH)), query) for name, searcher in used.items()}
        return fuse(found, weights, query)[:k]

    def _wanted(self, hits: Sequence[Hit], query: Query) -> list[Hit]:
        documents = ((hit, hit.passage.document) for hit in hits)
        return [hit for hit, each in documents if each.language == query.language or each.path not in self.twins]


def twins(documents: Sequence[Document]) -> frozenset[str]:
    """Return the paths of documents that are there in more than one language.

    The two of a pair are named alike but for the language (`bloom.en.md`, `bloom.ja.md`), or one says of which it is the
    translation.
    """
    families: defaultdict[str, set[str]] = defaultdict(set)
    for document in documents:
        families[_slug(document.path)].add(document.path)
        if document.translation_of:
            original = PurePosixPath(document.path).with_name(PurePosixPath(document.translation_of).name)
            families[_slug(original.as_posix())].add(document.path)
    paths = {document.path: document.language for document in documents}
    return frozenset(path for family in families.values() if len({paths[each] for each in family}) > 1 for path in family)


def _slug(path: str) -> str:
    name = PurePosixPath(path)
    stem = name.stem.removesuffix(".en").removesuffix(".ja")
    return name.with_name(stem or name.stem).as_posix()


def fuse(found: Mapping[str, Sequence[Hit]], weights: Mapping[str, float], query: Query) -> list[Hit]:
    """Merge the hits of several searchers into one ranking by weighted sum.

    A passage that a searcher did not return counts there as its last hit if that is the dense one, else as nothing.

    Args:
        found: Hits by the name of the searcher, best first.
        weights: By the same names.
        query: Its language is preferred, by a little.
    """
    passages: dict[tuple[str, int, int], Passage] = {}
    scores: dict[str, dict[tuple[str, int, int], float]] = {}
    for name, hits in found.items():
        scores[name] = {_key(hit.passage): hit.score for hit in hits}
        passages.update({_key(hit.passage): hit.passage for hit in hits})
    # A passage without any of the words has a lexical share of 0; its cosine is at most that of the last one found.
    floor = {name: min(ranked.values(), default=0.0) if name == "dense" else 0.0 for name, ranked in scores.items()}
    merged = []
    for at, passage in passages.items():
        parts = tuple((name, ranked.get(at, floor[name])) for name, ranked in scores.items())
        own = OWN_LANGUAGE * (passage.document.language == query.language)
        total = sum(weights[name] * score for name, score in parts) + own
        merged.append(Hit(passage, total, (*parts, ("fused", total))))
    return sorted(merged, key=_best_first)


def _best_first(hit: Hit) -> tuple[float, str, int]:
    return -hit.score, *_key(hit.passage)[:2]


def _key(passage: Passage) -> tuple[str, int, int]:
    return (passage.document.path, *passage.span)
