"""Where models run."""

from __future__ import annotations

from chatbot.errors import ModelError


def pick_device(name: str) -> str:
    """Resolve `auto` to the fastest device that is there.

    Raises:
        ModelError: If a device is named that is not there.
    """
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return next(device for device, usable in there.items() if usable)
    if not there[name]:
        raise ModelError(name, "this machine or this build of PyTorch has no such device")
    return name
