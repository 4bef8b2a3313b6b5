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


# Attention over rows of another width takes up to twice as long.
_MULTIPLE = 16
# Few different sizes, as the kernels of each are made when it first comes.
_SIZES = 128


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of tokens laid end to end, so that nothing is computed for what the shorter ones are filled up with."""

    kept: Tensor
    """(batch, width) bool: which places are laid out."""
    widths: tuple[int, ...]
    masks: tuple[Tensor | None, ...]
    """Of each row, which of its places hold a token; None if all do."""
    spare: int
    """Empty places after the last row."""

    @classmethod
    def of(cls, there: Tensor) -> _Rows:
        import torch

        width = there.shape[1]
        counts = there.sum(1).tolist()
        widths = tuple(min(width, max(1, -(-count // _MULTIPLE)) * _MULTIPLE) for count in counts)
        kept = torch.arange(width, device=there.device) < torch.tensor(widths, device=there.device)[:, None]
        full = zip(there, widths, counts, strict=True)
        # Of four dimensions: with three, torch takes the slow way.
        masks = tuple(None if count == room else row[None, None, None, :room] for row, room, count in full)
        return cls(kept, widths, masks, -sum(widths) % _SIZES if len(widths) > 1 else 0)

    def attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Mix what each head, (heads, places, size), takes from the other tokens of the same row: (places, heads * size)."""
        import torch
        from torch.nn.functional import scaled_dot_product_attention

        parts = []
        start = 0
        for width, mask in zip(self.widths, self.masks, strict=True):
            q, k, v = (each[None, :, start : start + width] for each in (query, key, value))
            parts.append(scaled_dot_product_attention(q, k, v, attn_mask=mask)[0])
            start += width
        parts.append(parts[0].new_zeros(len(query), self.spare, query.shape[2]))
        return torch.cat(parts, 1).transpose(0, 1).flatten(1)


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
        """Return what is made of each token: (batch, width, size); what stands where there is none means nothing.

        Args:
            ids: (batch, width) int64.
            attention: (batch, width), not 0 where there is a token; a row's tokens come before what it is filled up with.
            types: (batch, width) int64, 0 for the first text and 1 for the second.
        """
        import torch
        from torch.nn.functional import embedding, pad

        at = "embeddings."
        rows = _Rows.of(attention != 0)
        places = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
        words = embedding(ids[rows.kept], self.weights[f"{at}word_embeddings.weight"])
        words = words + embedding(types[rows.kept], self.weights[f"{at}token_type_embeddings.weight"])
        words = words + embedding(places[rows.kept], self.weights[f"{at}position_embeddings.weight"])
        many = len(words)
        state = self._even(pad(words, (0, 0, 0, rows.spare)), f"{at}LayerNorm")
        for layer in range(self.layers):
            state = self._layer(state, rows, f"encoder.layer.{layer}.")
        whole = state.new_zeros(*ids.shape, state.shape[1])
        whole[rows.kept] = state[:many]
        return whole

    def pooled(self, state: Tensor) -> Tensor:
        """Return what is made of each row as a whole: (batch, size)."""
        return self._dense(state[:, 0], "pooler.dense").tanh()

    def _layer(self, state: Tensor, rows: _Rows, at: str) -> Tensor:
        from torch.nn.functional import gelu

        three = (self._dense(state, f"{at}attention.self.{name}") for name in ("query", "key", "value"))
        mixed = rows.attend(*(each.view(len(state), self.heads, -1).transpose(0, 1) for each in three))
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
