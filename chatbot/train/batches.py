"""Batches of texts of like length, so that little time goes into padding."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SORTED_TOGETHER = 4096  # texts that are sorted by length together
MULTIPLE = 16  # widths are padded to this
LARGEST = 128


def batches(widths: NDArray[np.int64], tokens: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield rows for ever, in a new order in each round.

    Args:
        widths: (n,) tokens that each row costs.
        tokens: Padded tokens in a batch.
        seed: The same seed gives the same batches.

    Yields:
        (batch,) row numbers.
    """
    draw = np.random.default_rng(seed)
    while True:
        order = draw.permutation(len(widths))
        for first in range(0, len(order), SORTED_TOGETHER):
            group = order[first : first + SORTED_TOGETHER]
            cut = _cut(group[np.argsort(widths[group], kind="stable")], widths, tokens)
            for number in draw.permutation(len(cut)):
                yield cut[number]


def _cut(rows: NDArray[np.int64], widths: NDArray[np.int64], tokens: int) -> list[NDArray[np.int64]]:
    """Cut rows, sorted by width, into batches of about `tokens` padded tokens."""
    cut = []
    last = len(rows)
    while last > 0:
        width = -(-int(widths[rows[last - 1]]) // MULTIPLE) * MULTIPLE
        first = max(0, last - min(LARGEST, max(8, tokens // width)))
        cut.append(rows[first:last])
        last = first
    return cut
