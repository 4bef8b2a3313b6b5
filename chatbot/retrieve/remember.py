"""Questions that were encoded already."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from chatbot.protocols import Encoder, EncodingKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_REMEMBERED = 256


class RememberingEncoder:
    """Another encoder that encodes a question once: every step of an answer, and everybody who asks it, asks again."""

    def __init__(self, encoder: Encoder) -> None:
        """Encode with another encoder."""
        self._encoder = encoder
        self._query = lru_cache(maxsize=_REMEMBERED)(self._encoded)

    def encode(self, texts: Sequence[str], kind: EncodingKind) -> NDArray[np.float32]:
        """Return (n, dim) float32 with unit rows, not to be written to."""
        return self._query(texts[0]) if kind == "query" and len(texts) == 1 else self._encoder.encode(texts, kind)

    def _encoded(self, text: str) -> NDArray[np.float32]:
        return self._encoder.encode([text], "query")
