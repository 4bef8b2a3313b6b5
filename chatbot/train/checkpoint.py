"""Checkpoints that resume: weights, optimiser and progress, as safetensors and JSON."""

import json
import os
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn


def save(folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, progress: dict[str, float]) -> None:
    """Write a checkpoint; a stop while writing leaves the last one whole."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"model.{name}": value.contiguous() for name, value in model.state_dict().items()}
    for number, state in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{number}.{name}": value for name, value in state.items()}
    save_file(tensors, folder / "next.safetensors", {"progress": json.dumps(progress)})
    os.replace(folder / "next.safetensors", folder / "checkpoint.safetensors")
    (folder / "progress.json").write_text(json.dumps(progress) + "\n", encoding="utf-8")


def resume(folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, float]:
    """Load the last checkpoint into `model` and `optimiser` and return its progress; empty if there is none."""
    path = folder / "checkpoint.safetensors"
    if not path.exists():
        return {}
    tensors = load_file(path)
    model.load_state_dict({name[6:]: value for name, value in tensors.items() if name.startswith("model.")})
    whole = optimiser.state_dict()
    for name, value in tensors.items():
        if name.startswith("optimiser."):
            _, number, part = name.split(".", 2)
            whole["state"].setdefault(int(number), {})[part] = value
    optimiser.load_state_dict(whole)
    progress: dict[str, float] = json.loads((folder / "progress.json").read_text(encoding="utf-8"))
    return progress
