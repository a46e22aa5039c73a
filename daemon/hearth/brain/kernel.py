"""A weight matrix in, a fast product with it out: full, half, int8 and int4 on a CPU.

Every kernel is built from a float matrix of shape (out, in) and maps float32 (rows, in) to float32
(rows, out). Which one is fastest depends on the processor; ``fastest`` measures it.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from typing import Literal, Protocol

import torch
from torch import Tensor
from torch.nn import functional

GROUP = 32
"""Weights that share a scale and a minimum in int4: the group of GGUF's Q4_1."""

Format = Literal["auto", "int4", "int8", "half", "none"]

_WORTH = 0.85
"""``half`` needs three times the memory of ``int4``: it has to be this much faster to be taken."""

_ops = torch.ops.aten
_IS_X86 = platform.machine() in ("x86_64", "AMD64")


class Kernel(Protocol):
    """Multiplies rows by a weight matrix."""

    def __call__(self, rows: Tensor) -> Tensor:
        """Map float32 (rows, in) to float32 (rows, out)."""


class Full:
    """Float32 weights: 4 bytes a weight, the reference."""

    def __init__(self, weight: Tensor) -> None:
        self._weight = weight.float().contiguous()

    def __call__(self, rows: Tensor) -> Tensor:
        return functional.linear(rows, self._weight)


class Half:
    """Half-precision weights, float32 activations: 2 bytes a weight (FBGEMM, x86 only)."""

    def __init__(self, weight: Tensor) -> None:
        self._packed = torch.ops.quantized.linear_prepack_fp16(weight.float(), None)

    def __call__(self, rows: Tensor) -> Tensor:
        product: Tensor = torch.ops.quantized.linear_dynamic_fp16(rows, self._packed)
        return product


class Int8:
    """8-bit weights with one scale a row, bfloat16 activations: 1 byte a weight."""

    def __init__(self, weight: Tensor) -> None:
        weight = weight.float()
        scale = weight.abs().amax(dim=1).clamp_min(1e-12) / 127
        self._weight = (weight / scale[:, None]).round().to(torch.int8).contiguous()
        self._scale = scale.bfloat16()

    def __call__(self, rows: Tensor) -> Tensor:
        product: Tensor = _ops._weight_int8pack_mm(rows.bfloat16(), self._weight, self._scale)
        return product.float()


class Int4:
    """4-bit weights, scale and minimum for each group of 32: 0.63 bytes a weight (x86)."""

    def __init__(self, weight: Tensor) -> None:
        steps, scale, low = grid(weight)
        self._packed = _ops._convert_weight_to_int4pack_for_cpu(steps, 1)
        # The kernel computes (step - 8) * scale + zero.
        self._grid = torch.stack((scale, low + 8 * scale), dim=-1).transpose(0, 1)
        self._grid = self._grid.contiguous().bfloat16()

    def __call__(self, rows: Tensor) -> Tensor:
        product: Tensor = _ops._weight_int4pack_mm_for_cpu(
            rows.bfloat16(), self._packed, GROUP, self._grid
        )
        return product.float()


class Int4Arm:
    """The same 4-bit grid for ARM, whose kernel (KleidiAI) knows no minimum.

    What the minimum adds is ``sum of the group's activations x (low + 8 * scale)``: one more small
    product, so that the grid of the source is kept here too.
    """

    def __init__(self, weight: Tensor) -> None:
        steps, scale, low = grid(weight)
        self._out, self._in = weight.shape
        scale = scale.bfloat16().float()
        nibbles = (steps[:, 1::2] << 4 | steps[:, ::2]).to(torch.uint8)
        self._packed = _ops._dyn_quant_pack_4bit_weight(
            nibbles, scale.bfloat16(), None, GROUP, self._in, self._out
        )
        self._offset = (low + 8 * scale).contiguous()

    def __call__(self, rows: Tensor) -> Tensor:
        product: Tensor = _ops._dyn_quant_matmul_4bit(
            rows, self._packed, GROUP, self._in, self._out
        )
        sums = rows.view(rows.shape[0], -1, GROUP).sum(dim=-1)
        return product + functional.linear(sums, self._offset)


def grid(weight: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Put a float matrix (out, in) on 16 steps between the least and the greatest of each group.

    Returns steps (out, in) int32 from 0 to 15, scale and minimum (out, in / 32) float32. A matrix
    that came from Q4_1 lies on such a grid already and loses nothing but rounding.
    """
    out, width = weight.shape
    groups = weight.float().view(out, width // GROUP, GROUP)
    low, high = groups.amin(dim=-1), groups.amax(dim=-1)
    scale = ((high - low) / 15).clamp_min(1e-12)
    steps = ((groups - low[..., None]) / scale[..., None]).round().clamp_(0, 15)
    return steps.to(torch.int32).view(out, width), scale, low


def maker(name: Format) -> Callable[[Tensor], Kernel]:
    """Return what builds kernels of this format here; what does not fit int4 becomes int8."""
    if name == "int4":
        kind: Callable[[Tensor], Kernel] = Int4 if _IS_X86 else Int4Arm
        return lambda weight: kind(weight) if _fits_int4(weight) else maker("int8")(weight)
    plain: dict[str, Callable[[Tensor], Kernel]] = {"half": Half, "int8": Int8, "none": Full}
    return plain[here(name)]


def here(name: Format) -> Format:
    """Return the format itself, or the nearest that this processor has a kernel for."""
    return "int8" if name == "half" and not _IS_X86 else name


def fastest(shapes: list[tuple[int, int]], layers: int, *, may_half: bool) -> Format:
    """Measure one token's products with these layer shapes and name the fastest of the formats.

    ``half`` is left out where its weights would not fit in memory. Takes under a second: a few
    layers are measured, enough that they cannot all stay in the processor's cache.
    """
    if not (may_half and _IS_X86):
        return "int4"
    size = sum(out * width for out, width in shapes)
    count = max(2, min(layers, 32_000_000 // size))
    names: list[Format] = ["int4", "half"]
    took = {name: _measure(name, shapes, count) for name in names}
    return "half" if took["half"] < _WORTH * took["int4"] else "int4"


def _measure(name: Format, shapes: list[tuple[int, int]], count: int) -> float:
    """Return the seconds that ``count`` layers take: the best of several passes."""
    make = maker(name)
    source = [torch.randn(shape) for shape in shapes]
    kernels = [make(weight) for _ in range(count) for weight in source]
    rows = [torch.randn(1, width) for _ in range(count) for _, width in shapes]
    best = float("inf")
    for _ in range(6):
        began = time.perf_counter()
        for kernel, row in zip(kernels, rows, strict=True):
            kernel(row)
        best = min(best, time.perf_counter() - began)
    return best


def _fits_int4(weight: Tensor) -> bool:
    out, width = weight.shape
    return out % 16 == 0 and width % GROUP == 0
