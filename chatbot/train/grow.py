"""A first guess for the embeddings of new tokens, from the company they keep in parallel sentences."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.train.shards import Texts

NEIGHBOURS = 12  # English tokens that one Japanese token is averaged from
MIN_TOGETHER = 2


def counts(texts: Texts, vocabulary: int) -> sparse.csr_matrix:
    """Return which token occurs in which text: (n, vocabulary) 0 or 1."""
    rows = np.repeat(np.arange(len(texts)), texts.lengths())
    found = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, texts.ids)), shape=(len(texts), vocabulary))
    found.data[:] = 1.0
    return found


def grown(embeddings: NDArray[np.float32], new: NDArray[np.bool_], english: Texts, japanese: Texts) -> NDArray[np.float32]:
    """Fill the rows of new tokens with the PMI-weighted mean of the English tokens beside them.

    Args:
        embeddings: (vocabulary, dim) float32; rows of new tokens are ignored.
        new: (vocabulary,) which rows to fill.
        english: One text per pair.
        japanese: The translation of each.

    Returns:
        (vocabulary, dim) float32, new rows with the mean norm of the old ones.
    """
    size = len(embeddings)
    left, right = counts(japanese, size), counts(english, size)
    together = (left.T[new] @ right).tocoo()
    in_japanese = np.asarray(left.sum(0)).ravel()[new]
    in_english = np.asarray(right.sum(0)).ravel()
    usable = (together.data >= MIN_TOGETHER) & ~new[together.col] & (together.col > 4)
    row, column, both = together.row[usable], together.col[usable], together.data[usable]
    pmi = np.log(both * len(english) / (in_japanese[row] * in_english[column]))
    weight = np.maximum(pmi, 0.0) * both / in_japanese[row]  # how far the token speaks for this translation
    table = _strongest(sparse.csr_matrix((weight, (row, column)), shape=(int(new.sum()), size)))
    old = embeddings[~new]
    filled = np.asarray(table @ np.where(new[:, None], 0.0, embeddings - old.mean(0)), dtype=np.float32)
    norms = np.linalg.norm(filled, axis=1, keepdims=True)
    typical = float(np.linalg.norm(old - old.mean(0), axis=1).mean())
    result = embeddings.copy()
    result[new] = old.mean(0) + np.where(norms > 0, filled / np.maximum(norms, 1e-9) * typical, 0.0)
    return result


def _strongest(table: sparse.csr_matrix) -> sparse.csr_matrix:
    """Keep the few largest weights of each row."""
    for first, last in zip(table.indptr[:-1], table.indptr[1:], strict=True):
        if last - first > NEIGHBOURS:
            weights = table.data[first:last]
            weights[weights < np.partition(weights, -NEIGHBOURS)[-NEIGHBOURS]] = 0.0
    table.eliminate_zeros()
    return table
