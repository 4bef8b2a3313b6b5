"""Compact tokenised shards: texts as 16-bit token ids, one after the other, in a NumPy file without pickles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Texts:
    """Tokenised texts, special tokens included."""

    ids: NDArray[np.uint16]  # all texts one after the other
    ends: NDArray[np.int64]  # (n,) end of each text in `ids`, exclusive

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.ends)

    def lengths(self) -> NDArray[np.int64]:
        """Return the number of tokens of each text: (n,) int64."""
        return np.diff(self.ends, prepend=0)

    def padded(self, rows: NDArray[np.int64], multiple: int) -> NDArray[np.int64]:
        """Return some texts side by side, padded with 0 to a multiple: (len(rows), width) int64."""
        lengths = self.lengths()[rows]
        width = -(-int(lengths.max()) // multiple) * multiple
        block = np.zeros((len(rows), width), dtype=np.int64)
        for line, (end, length) in enumerate(zip(self.ends[rows], lengths, strict=True)):
            block[line, :length] = self.ids[end - length : end]
        return block


def tokenise(tokenizer: Tokenizer, texts: Sequence[str | tuple[str, str]], limit: int) -> Texts:
    """Tokenise texts, or couples of texts that are read together, each cut to `limit` tokens."""
    tokenizer.enable_truncation(limit)
    pieces: list[NDArray[np.uint16]] = []
    lengths: list[int] = []
    for chunk in _chunks(texts):
        for encoded in tokenizer.encode_batch_fast(chunk):
            pieces.append(np.asarray(encoded.ids, dtype=np.uint16))
            lengths.append(len(encoded.ids))
    return Texts(np.concatenate(pieces), np.cumsum(lengths, dtype=np.int64))


def _chunks(texts: Sequence[str | tuple[str, str]]) -> Iterable[list[str | tuple[str, str]]]:
    for first in range(0, len(texts), CHUNK):
        yield list(texts[first : first + CHUNK])


def save(path: Path, shard: dict[str, Texts]) -> None:
    """Write named texts to one `.npz` file."""
    arrays = {f"{name}.{part}": getattr(texts, part) for name, texts in shard.items() for part in ("ids", "ends")}
    np.savez(path, **arrays)


def load(path: Path) -> dict[str, Texts]:
    """Read what `save` wrote."""
    with np.load(path, allow_pickle=False) as found:
        names = sorted({name.rsplit(".", 1)[0] for name in found.files})
        return {name: Texts(found[f"{name}.ids"], found[f"{name}.ends"]) for name in names}
