"""Weights of 8 bits on a processor: half the memory of bfloat16 to read for each token, and so about twice its speed.

Only weights are rounded, by one scale for each row of a layer; activations stay bfloat16.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

_TOP = 127
# torch's kernel reads 32 weights at a time and beyond the end of a row that is no multiple of it.
_STEP = 32
# For more rows than this, one wide product in bfloat16 is faster than the kernel for single rows.
_FEW_ROWS = 8


@cache
def available() -> bool:
    """Whether this build of torch has the kernel and it gives the right product."""
    import torch

    try:
        weight = torch.arange(_STEP * 2, dtype=torch.float32).reshape(2, _STEP) - _STEP
        whole, scale = _rounded(weight)
        made = torch.ops.aten._weight_int8pack_mm(torch.ones(1, _STEP, dtype=torch.bfloat16), whole, scale)
    except (AttributeError, RuntimeError):
        return False
    return bool(torch.allclose(made.float(), weight.sum(dim=1)[None], rtol=0.02, atol=1.0))


def quantise(model: nn.Module) -> int:
    """Round the linear layers of a model on the processor, in place.

    Args:
        model: In bfloat16, for inference only.

    Returns:
        How many layers were rounded; those of an odd width stay as they are.
    """
    from torch import nn

    linears = [each for each in model.modules() if type(each) is nn.Linear and each.in_features % _STEP == 0]
    for linear in linears:
        whole, scale = _rounded(linear.weight.detach())
        # An embedding that shared its weights with this layer keeps its own.
        linear.weight = nn.Parameter(whole, requires_grad=False)
        linear.forward = _product(whole, scale, linear.bias)  # type: ignore[method-assign,assignment]
    return len(linears)


def _rounded(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Return (out, in) int8 and (out,) bfloat16 scales."""
    import torch

    exact = weight.float()
    scale = (exact.abs().amax(dim=1) / _TOP).clamp_min(1e-8).to(torch.bfloat16)
    # Rounded by the scale as it is kept, or the error of its own rounding would be added.
    whole = (exact / scale.float()[:, None]).round().clamp(-_TOP, _TOP).to(torch.int8)
    return whole.contiguous(), scale


def _product(whole: Tensor, scale: Tensor, bias: torch.nn.Parameter | None) -> Callable[[Tensor], Tensor]:
    import torch
    from torch.nn.functional import linear

    few = torch.ops.aten._weight_int8pack_mm

    def forward(rows: Tensor) -> Tensor:
        flat = rows.reshape(-1, rows.shape[-1]).to(torch.bfloat16)
        made = few(flat, whole, scale) if len(flat) <= _FEW_ROWS else linear(flat, whole.to(torch.bfloat16)) * scale
        if bias is not None:
            made = made + bias
        return made.reshape(*rows.shape[:-1], len(whole)).to(rows.dtype)

    return forward
