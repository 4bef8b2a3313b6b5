"""Energies of speech without the noise and the echo of the room it was said in: a small convolutional network.

It has learned from sound made noisy by rule what the same sound was before (`openstance train clearer`). After Han, Wang,
Wang, Woods, Merks and Zhang, «Learning spectral mapping for speech dereverberation and denoising», IEEE/ACM Transactions on
Audio, Speech, and Language Processing, 2015.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot import integrity
from chatbot.errors import ModelError
from chatbot.voice.features import FILTERS, WIDE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

CLEARER = Path(__file__).parents[1] / "weights" / "clearer"
"""The package's own."""
_WEIGHTS, _SHAPE = "model.safetensors", "config.json"
# Energies vary by some such figure.
_USUAL = 2.0


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a network is."""

    channels: int = 192
    width: int = 5
    """Frames that a layer sees of the one below; an odd number."""
    steps: tuple[int, ...] = (1, 2, 4, 8, 1, 2, 4, 8)
    """Of each layer, the frames from one of those that it sees to the next."""


def network(shape: Shape) -> Any:
    """Return a network that has learned nothing, and so adds nothing to what it is given."""
    from torch import nn

    size, around = shape.channels, shape.width // 2
    layers = [nn.Conv1d(size, size, shape.width, dilation=step, padding=step * around) for step in shape.steps]
    last = nn.Conv1d(size, FILTERS, 1)
    for values in last.parameters():
        nn.init.zeros_(values)
    norms = nn.ModuleList(nn.LayerNorm(size) for _ in layers)
    first = nn.Conv1d(WIDE + FILTERS, size, 1)
    return nn.ModuleDict({"first": first, "layers": nn.ModuleList(layers), "norms": norms, "last": last})


def cleared(parts: Any, wide: Tensor, narrow: Tensor, inside: Tensor) -> Tensor:
    """Return the energies without noise, (batch, FILTERS, frames).

    Args:
        parts: The network.
        wide: (batch, WIDE, frames) logarithms of energies, each less its mean over the utterance.
        narrow: (batch, FILTERS, frames) the same for the filters of the cepstra.
        inside: (batch, 1, frames), 1 within an utterance and 0 after its end.
    """
    import torch
    from torch.nn.functional import gelu

    seen = parts["first"](torch.cat([wide, narrow], 1) / _USUAL)
    for layer, norm in zip(parts["layers"], parts["norms"], strict=True):
        seen = seen + gelu(layer(norm(seen.transpose(1, 2)).transpose(1, 2) * inside))
    clean: Tensor = narrow + parts["last"](seen)
    return clean


class Clearer:
    """A trained network. Safe to use from several threads."""

    def __init__(self, folder: Path = CLEARER) -> None:
        """Load it.

        Raises:
            ModelError: If it is not whole.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        integrity.verify(folder)
        try:
            told = json.loads((folder / _SHAPE).read_text(encoding="utf-8"))
            self._network = network(Shape(told["channels"], told["width"], tuple(told["steps"])))
            weights = load_file(folder / _WEIGHTS)
            self._network.load_state_dict({name: value.float() for name, value in weights.items()})
        except (OSError, SafetensorError, ValueError, TypeError, KeyError, RuntimeError) as cause:
            raise ModelError(str(folder), str(cause).split("\n")[0]) from cause

    def __call__(self, wide: NDArray[np.float64], narrow: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the energies without noise, (frames, FILTERS), each less its mean over the utterance.

        Args:
            wide: (frames, WIDE) logarithms of the energies of one utterance.
            narrow: (frames, FILTERS) the same for the filters of the cepstra.
        """
        import numpy as np
        import torch

        given = [torch.from_numpy((energies - energies.mean(axis=0)).T[None]).float() for energies in (wide, narrow)]
        with torch.inference_mode():
            clean = cleared(self._network, given[0], given[1], torch.ones(1, 1, len(wide)))[0].T.numpy().astype(np.float64)
        return np.asarray(clean - clean.mean(axis=0))


def keep(parts: Any, shape: Shape, folder: Path) -> None:
    """Write a trained network, in fp16, to a folder from which `Clearer` loads it."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: value.half().contiguous() for name, value in parts.state_dict().items()}, folder / _WEIGHTS)
    (folder / _SHAPE).write_text(json.dumps(asdict(shape)) + "\n", encoding="utf-8")
