"""What is searched: passages with their vectors, in one order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from chatbot.protocols import Encoder
from chatbot.types import Document, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BATCH = 256


@dataclass(frozen=True, eq=False)
class Collection:
    """Passages in the order of their documents, a vector for each, and one for each of their sentences."""

    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]
    """(passages, dim) float32, unit rows."""
    sentence_vectors: NDArray[np.float32]
    """(sentences of all passages in order, dim) float32, unit rows."""
    problems: tuple[str, ...] = ()
    """What is not in it and why, one line for each document that could not be read."""

    def __post_init__(self) -> None:
        """Note where the sentences of each passage start."""
        starts = [0, *accumulate(len(passage.sentences) for passage in self.passages)]
        object.__setattr__(self, "_rows", {key(passage): (n, starts[n]) for n, passage in enumerate(self.passages)})

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document once, in order."""
        return tuple({passage.document.path: passage.document for passage in self.passages}.values())

    def number(self, passage: Passage) -> int:
        """Return the passage's place in the order."""
        return int(self.__dict__["_rows"][key(passage)][0])

    def vectors_of(self, passage: Passage) -> NDArray[np.float32]:
        """Return the vectors of a passage's sentences, (sentences, dim)."""
        start = self.__dict__["_rows"][key(passage)][1]
        return self.sentence_vectors[start : start + len(passage.sentences)]


def key(passage: Passage) -> tuple[str, int, int]:
    """Identify a passage."""
    return (passage.document.path, *passage.span)


def searchable(passage: Passage) -> str:
    """Return what stands for a passage in a search: the headings it does not itself contain, then its text."""
    own = {sentence.text for sentence in passage.sentences if sentence.kind == "heading"}
    above = [heading for heading in passage.headings if heading not in own]
    return " › ".join([*above, passage.text])


def collect(passages: Sequence[Passage], encoder: Encoder) -> Iterator[int | Collection]:
    """Encode passages and their sentences.

    Yields:
        The number of texts encoded so far, time and again, so that progress can be shown; last the collection.
    """
    import numpy as np

    texts = [searchable(passage) for passage in passages]
    texts += [sentence.text for passage in passages for sentence in passage.sentences]
    # Texts of like length share a batch, so that little is padded.
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    rows: list[NDArray[np.float32]] = []
    for at in range(0, len(order), _BATCH):
        rows.append(encoder.encode([texts[n] for n in order[at : at + _BATCH]], "passage"))
        yield min(at + _BATCH, len(order))
    vectors = np.empty((len(texts), rows[0].shape[1]), dtype=np.float32)
    vectors[order] = np.concatenate(rows)
    yield Collection(tuple(passages), vectors[: len(passages)], vectors[len(passages) :])
