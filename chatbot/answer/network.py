"""The reader's network: the encoder's layers under four small outputs, all read in one pass over two texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.bert import Bert, bert, listed_weights
from chatbot.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

SEPARATOR = 3
"""Row of [SEP] in the vocabulary."""
_OUTPUTS = ("qa_outputs", "relevance", "classifier")


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


@dataclass(frozen=True, slots=True)
class Network:
    """A trained reader. Safe to use from several threads."""

    bert: Bert
    outputs: Mapping[str, Tensor]
    """Weights of the outputs, by their names in `network`."""

    def to(self, device: str, dtype: Any) -> Network:
        """Return the network on a device, in a type of number."""
        outputs = {name: weight.to(device, dtype) for name, weight in self.outputs.items()}
        return Network(self.bert.to(device, dtype), outputs)

    def read(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return (batch, width, 2) start and end, (batch, width, 1) relevance, (batch, 2) answers and supports; all logits."""
        state = self.bert.read(ids, ids != 0, types_of(ids))
        return self._out("qa_outputs", state), self._out("relevance", state), self._out("classifier", self.bert.pooled(state))

    def _out(self, name: str, values: Tensor) -> Tensor:
        from torch.nn.functional import linear

        return linear(values, self.outputs[f"{name}.weight"], self.outputs[f"{name}.bias"])


def load(folder: Path) -> Network:
    """Return the reader of a folder, its weights as they are kept.

    Raises:
        ModelError: If a file is missing, or is not what it should be.
    """
    try:
        weights = listed_weights(folder)
        inner = {name.removeprefix("bert."): value for name, value in weights.items() if name.startswith("bert.")}
        outputs = {f"{name}.{part}": weights[f"{name}.{part}"] for name in _OUTPUTS for part in ("weight", "bias")}
        return Network(bert(folder, inner), outputs)
    except Exception as cause:
        # Reading reaches through three libraries and the file system; whatever they raise, the remedy is the same.
        raise ModelError(str(folder), (str(cause).split("\n")[0] or type(cause).__name__).rstrip(".")) from cause
