"""BERT's arithmetic for the package's own models, from weights under the names that transformers gives them.

Only what they use: no dropout, learned positions, exact GELU. Importing transformers takes longer than all the rest of a start
and more memory than both models; a test holds this to its BertModel.

Source: Devlin, Chang, Lee and Toutanova, NAACL 2019.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

SHARDS = "model.safetensors.index.json"


def listed_weights(folder: Path) -> dict[str, Tensor]:
    """Return all weights of a folder whose index of shards says where each is, as they are kept.

    Raises:
        Exception: Whatever reading them raises, if one is missing or damaged.
    """
    from safetensors.torch import load_file

    listed: dict[str, str] = json.loads((folder / SHARDS).read_text(encoding="utf-8"))["weight_map"]
    files = {name: load_file(folder / name) for name in sorted(set(listed.values()))}
    return {name: files[place][name] for name, place in listed.items()}


@dataclass(frozen=True, slots=True)
class Bert:
    """The network; nothing in it changes, so that threads may share it."""

    weights: Mapping[str, Tensor] = field(repr=False)
    layers: int
    heads: int
    epsilon: float

    def to(self, device: str, dtype: Any) -> Bert:
        """Return the network on a device, in a type of number."""
        return replace(self, weights={name: weight.to(device, dtype) for name, weight in self.weights.items()})

    def read(self, ids: Tensor, attention: Tensor, types: Tensor) -> Tensor:
        """Return what is made of each token: (batch, width, size).

        Args:
            ids: (batch, width) int64.
            attention: (batch, width), not 0 where there is a token.
            types: (batch, width) int64, 0 for the first text and 1 for the second.
        """
        import torch
        from torch.nn.functional import embedding

        at = "embeddings."
        places = torch.arange(ids.shape[1], device=ids.device)
        words = embedding(ids, self.weights[f"{at}word_embeddings.weight"])
        words = words + embedding(types, self.weights[f"{at}token_type_embeddings.weight"])
        words = words + embedding(places, self.weights[f"{at}position_embeddings.weight"])
        state = self._even(words, f"{at}LayerNorm")
        seen = (attention != 0)[:, None, None, :]
        for layer in range(self.layers):
            state = self._layer(state, seen, f"encoder.layer.{layer}.")
        return state

    def pooled(self, state: Tensor) -> Tensor:
        """Return what is made of each row as a whole: (batch, size)."""
        return self._dense(state[:, 0], "pooler.dense").tanh()

    def _layer(self, state: Tensor, seen: Tensor, at: str) -> Tensor:
        from torch.nn.functional import gelu, scaled_dot_product_attention

        batch, width, size = state.shape
        three = (self._dense(state, f"{at}attention.self.{name}") for name in ("query", "key", "value"))
        query, key, value = (each.view(batch, width, self.heads, -1).transpose(1, 2) for each in three)
        mixed = scaled_dot_product_attention(query, key, value, attn_mask=seen).transpose(1, 2).reshape(batch, width, size)
        state = self._even(self._dense(mixed, f"{at}attention.output.dense") + state, f"{at}attention.output.LayerNorm")
        inner = gelu(self._dense(state, f"{at}intermediate.dense"))
        return self._even(self._dense(inner, f"{at}output.dense") + state, f"{at}output.LayerNorm")

    def _dense(self, values: Tensor, at: str) -> Tensor:
        from torch.nn.functional import linear

        return linear(values, self.weights[f"{at}.weight"], self.weights[f"{at}.bias"])

    def _even(self, values: Tensor, at: str) -> Tensor:
        from torch.nn.functional import layer_norm

        weight = self.weights[f"{at}.weight"]
        return layer_norm(values, weight.shape, weight, self.weights[f"{at}.bias"], self.epsilon)


def bert(folder: Path, weights: Mapping[str, Tensor]) -> Bert:
    """Return the network of a folder's configuration with weights under the names of a BertModel.

    Raises:
        ValueError: If the configuration is of another kind of network, or a weight is missing or of another size.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    kind = {name: config.get(name) for name in ("model_type", "hidden_act", "position_embedding_type")}
    if tuple(kind.values()) not in (("bert", "gelu", "absolute"), ("bert", "gelu", None)):
        raise ValueError(f"config.json is not of such a BERT: {kind}")
    made = Bert(weights, config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"])
    size, inner, rows = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
    wanted: dict[str, tuple[int, ...]] = {"embeddings.word_embeddings.weight": (rows, size)}
    for layer in range(made.layers):
        at = f"encoder.layer.{layer}."
        wanted |= {f"{at}intermediate.dense.weight": (inner, size), f"{at}output.dense.weight": (size, inner)}
        wanted |= {f"{at}attention.self.{name}.weight": (size, size) for name in ("query", "key", "value")}
        ends = ("attention.output.dense", "attention.output.LayerNorm", "output.dense", "output.LayerNorm")
        wanted |= {f"{at}{name}.bias": (size,) for name in ends}
    for name, shape in wanted.items():
        if name not in weights or tuple(weights[name].shape) != shape:
            raise ValueError(f"the weight {name} is missing or not of size {shape}")
    return made
