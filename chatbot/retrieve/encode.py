"""Text to unit vectors by any sentence-transformers model, from a folder, a package or a hub."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.errors import ModelError
from chatbot.protocols import EncodingKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 32
# More threads than this gain little on texts of a few hundred tokens.
THREADS = min(4, os.cpu_count() or 1)
# No passage is longer; what lies beyond would only be cut by the tokenizer after costing its time.
_MAX_CHARACTERS = 4000


class SentenceEncoder:
    """A sentence-transformers model with the prefixes it was trained to see."""

    def __init__(self, name: str, query_prefix: str = "", passage_prefix: str = "", device: str = "cpu") -> None:
        """Load the model; nothing is downloaded if `name` is a folder.

        Raises:
            ModelError: If there is no such model, or its folder holds code instead of plain weights.
        """
        import torch
        from sentence_transformers import SentenceTransformer

        if device == "cpu":
            torch.set_num_threads(THREADS)
        self.name = name
        self._prefixes = {"query": query_prefix, "passage": passage_prefix}
        try:
            self._model: Any = SentenceTransformer(
                name, device=device, trust_remote_code=False, model_kwargs={"use_safetensors": True}
            )
        except Exception as cause:
            # Loading reaches through four libraries and the file system; whatever they raise, the remedy is the same.
            raise ModelError(name, (str(cause).split("\n")[0] or type(cause).__name__).rstrip(".")) from cause
        self._model.float()

    def encode(self, texts: Sequence[str], kind: EncodingKind) -> NDArray[np.float32]:
        """Return (n, dim) float32 with unit rows."""
        import numpy as np

        prefixed = [self._prefixes[kind] + plain(text) for text in texts]
        with self._fast(kind):
            rows = self._model.encode(prefixed, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.nan_to_num(np.asarray(rows, dtype=np.float32))

    def _fast(self, kind: EncodingKind) -> AbstractContextManager[object]:
        """Encode documents in bfloat16 where the processor has it: half the time, cosines off by less than 0.0001."""
        import torch

        able = kind == "passage" and self._model.device.type == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported()
        return torch.autocast("cpu", dtype=torch.bfloat16) if able else nullcontext()


def plain(text: str) -> str:
    """Return a text as tokenizers take it: they refuse halves of surrogate pairs."""
    return text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def fingerprint(name: str, query_prefix: str = "", passage_prefix: str = "") -> str:
    """Identify an encoder, so that an index of another one is recognised: by its files where they are at hand.

    Raises:
        ModelError: If they cannot be read.
    """
    digest = hashlib.sha256(f"{query_prefix}\0{passage_prefix}".encode("utf-8", "surrogatepass"))
    weights = sorted(Path(name).rglob("*.safetensors")) if os.path.isdir(name) else []
    # The same weights under another tokenizer or pooling make other vectors.
    rest = sorted(Path(name).rglob("*.json")) if weights else []
    try:
        for path in (*weights, *rest):
            digest.update(_sample(path))
    except OSError as cause:
        raise ModelError(name, f"{cause.filename or name} cannot be read ({cause.strerror})") from cause
    if not weights:
        digest.update(name.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def _sample(path: Path) -> bytes:
    """Return size, head and tail of a file: enough to tell models apart without reading all of it at every start."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(1 << 16)
        file.seek(max(0, size - (1 << 16)))
        return size.to_bytes(8, "big") + head + file.read()
