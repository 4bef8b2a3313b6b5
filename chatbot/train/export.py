"""The finished models as folders that sentence-transformers and transformers load."""

import json
import shutil
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import Tensor

from chatbot.train import backbone
from chatbot.train.tokenizer import MAX_LENGTH

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
    _save(model.state_dict() | pooler, out)
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


def judge(model: Any, encoder_folder: Path, out: Path) -> None:
    """Write the judge, in fp16, with the encoder's tokenizer, as a standard sequence classifier."""
    out.mkdir(parents=True, exist_ok=True)
    _save(model.state_dict(), out)
    labels = {"0": "answers", "1": "supports"}
    config = model.config.to_dict() | {"dtype": "float32", "architectures": ["BertForSequenceClassification"]}
    config |= {"id2label": labels, "label2id": {name: int(number) for number, name in labels.items()}}
    config.pop("_name_or_path", None)
    _write(out / "config.json", config)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(encoder_folder / name, out / name)


def _save(weights: dict[str, Tensor], out: Path) -> None:
    half = {name: value.detach().cpu().half().contiguous() for name, value in weights.items()}
    save_file(half, out / "model.safetensors", {"format": "pt"})
    (out / "model.safetensors").chmod(0o644)


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
