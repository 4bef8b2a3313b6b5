"""The finished models as folders that sentence-transformers and transformers load."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import Tensor

from chatbot import integrity
from chatbot.train import backbone
from chatbot.train.tokenizer import MAX_LENGTH

_TABLE = "bert.embeddings.word_embeddings.weight"
# The table is more than half of all bytes, and encoder and reader share it: it has a file of its own.
_TABLE_FILE, _LAYERS_FILE = "embeddings.safetensors", "layers.safetensors"
_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]


def encoder(model: backbone.Model, tokens: Path, out: Path) -> None:
    """Write `model`, in fp16, with the tokenizer found in `tokens`, to `out`."""
    (out / "1_Pooling").mkdir(parents=True, exist_ok=True)
    (out / "2_Normalize").mkdir(exist_ok=True)
    # MiniLM's pooler is not used, but its absence makes every load print a warning.
    base = load_file(backbone.base_folder() / "model.safetensors")
    pooler = {name: value for name, value in base.items() if name.startswith("pooler.")}
    weights = {f"bert.{name}": value for name, value in (model.state_dict() | pooler).items()}
    _save({_TABLE: weights[_TABLE]}, out / _TABLE_FILE)
    _save({name: value for name, value in weights.items() if name != _TABLE}, out / _LAYERS_FILE)
    _list(weights, {_TABLE: _TABLE_FILE}, out)
    config = model.config.to_dict() | {"dtype": "float32", "architectures": ["BertModel"]}
    config.pop("_name_or_path", None)
    width = int(config["hidden_size"])
    pooling = {"word_embedding_dimension": width, "pooling_mode_mean_tokens": True}
    _write(out / "config.json", config)
    _write(out / "modules.json", _MODULES)
    _write(out / "sentence_bert_config.json", {"max_seq_length": MAX_LENGTH, "do_lower_case": False})
    _write(out / "1_Pooling" / "config.json", pooling)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tokens / name, out / name)
    seal(out)


def reader(weights: dict[str, Tensor], config: Any, encoder_folder: Path, out: Path) -> None:
    """Write the reader, in fp16, beside the encoder, whose table of embeddings it reads from there."""
    out.mkdir(parents=True, exist_ok=True)
    table = os.path.relpath(encoder_folder / _TABLE_FILE, out)
    _save({name: value for name, value in weights.items() if name != _TABLE}, out / _LAYERS_FILE)
    _list(weights, {_TABLE: table}, out)
    labels = {"0": "answers", "1": "supports"}
    told = config.to_dict() | {"dtype": "float32", "architectures": ["BertForQuestionAnswering"]}
    told |= {"id2label": labels, "label2id": {name: int(number) for number, name in labels.items()}}
    told.pop("_name_or_path", None)
    _write(out / "config.json", told)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(encoder_folder / name, out / name)
    seal(out)


def seal(folder: Path) -> None:
    """Note the hash of every file of weights, as `sha256sum` does, so that an altered one is recognised."""
    sums = [f"{integrity.digest(path)}  {path.name}" for path in sorted(folder.glob("*.safetensors"))]
    (folder / integrity.SUMS).write_text("\n".join(sums) + "\n", encoding="utf-8")


def _list(weights: dict[str, Tensor], elsewhere: dict[str, str], out: Path) -> None:
    """Write which file holds which tensor, as sharded checkpoints do."""
    held = {name: elsewhere.get(name, _LAYERS_FILE) for name in sorted(weights)}
    size = sum(value.numel() * 2 for value in weights.values())
    _write(out / "model.safetensors.index.json", {"metadata": {"total_size": size}, "weight_map": held})


def _save(weights: dict[str, Tensor], file: Path) -> None:
    half = {name: value.detach().cpu().half().contiguous() for name, value in weights.items()}
    save_file(half, file, {"format": "pt"})
    file.chmod(0o644)


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
