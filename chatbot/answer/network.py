"""The reader's network: the encoder's layers under four small outputs, all read in one pass over two texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

SEPARATOR = 3
"""Row of [SEP] in the vocabulary."""
SHARDS = "model.safetensors.index.json"


def starting_config(folder: Path, attention: str = "sdpa") -> Any:
    """Return the configuration of a folder's model, without dropout."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(folder, attn_implementation=attention)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    return config


def network(config: Any) -> Any:
    """Return an untrained reader.

    The names of its parts are those of the standard classes: a folder with its weights loads as a BertForQuestionAnswering
    (`qa_outputs`: start, end) and as a BertForSequenceClassification (`classifier`: answers, supports).
    """
    from torch import nn
    from transformers import BertModel

    width = config.hidden_size
    parts = {"qa_outputs": nn.Linear(width, 2), "relevance": nn.Linear(width, 1), "classifier": nn.Linear(width, 2)}
    return nn.ModuleDict({"bert": BertModel(config), **parts})


def types_of(ids: Tensor) -> Tensor:
    """Return 1 for the tokens of the second text and its closing [SEP], as BERT counts: (batch, width) int64."""
    marks = (ids == SEPARATOR).long()
    return ((marks.cumsum(1) > marks) & (ids != 0)).long()


def load(folder: Path) -> Any:
    """Return the reader of a folder, in float32 on the CPU.

    Raises:
        ModelError: If a file is missing, or is not what it should be.
    """
    from safetensors.torch import load_file

    try:
        listed: dict[str, str] = json.loads((folder / SHARDS).read_text(encoding="utf-8"))["weight_map"]
        files = [load_file(folder / name) for name in sorted(set(listed.values()))]
        model = network(starting_config(folder))
        weights = {name: value.float() for file in files for name, value in file.items() if name in listed}
        model.load_state_dict(weights)
    except Exception as cause:
        # Reading reaches through three libraries and the file system; whatever they raise, the remedy is the same.
        raise ModelError(str(folder), (str(cause).split("\n")[0] or type(cause).__name__).rstrip(".")) from cause
    return model.eval()
