"""Dense search: the passages nearest to the question, by FAISS inner product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chatbot.protocols import Encoder
from chatbot.retrieve.collection import Collection
from chatbot.types import Hit, Query

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class DenseSearcher:
    """Exact search over the vectors of passages and of their sentences.

    A passage is as near as the mean of itself and its nearest sentence: the sentence finds a fact in a long passage, the
    passage keeps a sentence from being taken out of its context.
    """

    def __init__(self, collection: Collection, encoder: Encoder) -> None:
        """Index the collection's vectors."""
        self._collection = collection
        self._encoder = encoder
        self._index = flat(collection.vectors)

    def search(self, query: Query, k: int) -> list[Hit]:
        """Return the `k` nearest passages, best first; scores are cosines."""
        import numpy as np

        vector = self._encoder.encode([query.text], "query")
        # Twice as many candidates, as the nearest sentence may lift a passage.
        near, rows = self._index.search(vector, min(2 * k, len(self._collection.passages)))
        hits = []
        for similarity, row in zip(near[0].tolist(), rows[0].tolist(), strict=True):
            passage = self._collection.passages[row]
            best = float(np.max(self._collection.vectors_of(passage) @ vector[0]))
            score = (similarity + best) / 2
            hits.append(Hit(passage, score, (("dense", score),)))
        return sorted(hits, key=lambda hit: -hit.score)[:k]


def flat(vectors: NDArray[np.float32]) -> Any:
    """Return an exact inner-product index of (n, dim) float32 vectors."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index
