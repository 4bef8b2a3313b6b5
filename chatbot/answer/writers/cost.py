"""What a chat model takes in memory, told from its files before it is loaded."""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

# Bytes of a number that is kept, by precision; of int8 and 4bit only the linear layers are.
_BYTES = {"fp32": 4.0, "bf16": 2.0, "fp16": 2.0, "int8": 1.0, "4bit": 0.5}
_HALF = 2.0
# A header beyond this is damage, not a model.
_MAX_HEADER = 100 << 20


@dataclass(frozen=True, slots=True)
class Cost:
    """Memory, in bytes."""

    weights: int
    cache: int
    """Of keys and values of one conversation as long as prompts and answers may be."""
    loading: int
    """Of the weights while they are read: those that are rounded to few bits come in 16 first."""

    @property
    def total(self) -> int:
        """What is held once it writes."""
        return self.weights + self.cache

    @property
    def most(self) -> int:
        """What has to be free."""
        return max(self.total, self.loading)


def cost_of(folder: Path, precision: str, tokens: int) -> Cost:
    """Estimate what a saved model takes.

    Args:
        folder: With `config.json` and safetensors.
        precision: What its weights will be kept in: fp32, bf16, fp16, int8 or 4bit.
        tokens: Of prompt and answer together.

    Raises:
        OSError: If a file cannot be read.
        ValueError: If a file is damaged.
    """
    tensors = {name: shape for file in sorted(folder.glob("*.safetensors")) for name, shape in _shapes(file).items()}
    config = json.loads((folder / "config.json").read_text("utf-8"))
    if not tensors or not isinstance(config, dict):
        raise ValueError(f"{folder} holds no safetensors")
    weights = sum(prod(shape) * _bytes(name, shape, precision) for name, shape in tensors.items())
    weights += _untied(config, tensors, precision)
    loading = sum(prod(shape) for shape in tensors.values()) * max(_BYTES[precision], _HALF)
    return Cost(int(weights), _cache(config.get("text_config") or config, precision, tokens), int(max(weights, loading)))


def free_memory(device: str) -> int | None:
    """Return the bytes that can still be had on a device, or None where that cannot be told."""
    if device == "cuda":
        import torch

        return int(torch.cuda.mem_get_info()[0])
    free = _meminfo()
    limit = _allowance()
    return min(free, limit) if free is not None and limit is not None else free if limit is None else limit


def resident() -> int | None:
    """Return the bytes of memory that this process has, or None where that cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def _shapes(file: Path) -> dict[str, list[int]]:
    """Return the shapes of a safetensors file's tensors, from its header alone.

    Source: https://github.com/huggingface/safetensors, section «Format».
    """
    with file.open("rb") as stream:
        size = struct.unpack("<Q", stream.read(8).ljust(8, b"\0"))[0]
        if not 2 <= size <= _MAX_HEADER:
            raise ValueError(f"{file} is damaged")
        header = json.loads(stream.read(size))
    return {name: entry["shape"] for name, entry in header.items() if name != "__metadata__"}


def _bytes(name: str, shape: list[int], precision: str) -> float:
    """Return the bytes of one number of a tensor: embeddings and scales are not rounded to few bits."""
    few = _BYTES[precision]
    linear = len(shape) == 2 and "embed" not in name
    return few if few >= _HALF or linear else _HALF


def _untied(config: dict[str, Any], tensors: dict[str, list[int]], precision: str) -> float:
    """Return the bytes of an output layer that shares its weights in the file and no longer once it is rounded."""
    if _BYTES[precision] >= _HALF or not config.get("tie_word_embeddings"):
        return 0.0
    embeddings = [prod(shape) for name, shape in tensors.items() if name.endswith("embed_tokens.weight")]
    return max(embeddings, default=0) * _BYTES[precision]


def _cache(config: dict[str, Any], precision: str, tokens: int) -> int:
    layers, heads = int(config.get("num_hidden_layers") or 0), int(config.get("num_attention_heads") or 0)
    kept = int(config.get("num_key_value_heads") or heads)
    width = int(config.get("head_dim") or (int(config.get("hidden_size") or 0) // heads if heads else 0))
    return int(2 * layers * kept * width * tokens * max(_BYTES[precision], _HALF))


def _meminfo() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")]
    return found[0] << 10 if found else None


def _allowance() -> int | None:
    """Return what the container may still take, None outside one."""
    root = Path("/sys/fs/cgroup")
    try:
        most, used = ((root / name).read_text("ascii").strip() for name in ("memory.max", "memory.current"))
    except OSError:
        return None
    return max(0, int(most) - int(used)) if most.isdigit() and used.isdigit() else None
