"""Fast products against exact ones."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hearth.brain import kernel
from hearth.brain.kernel import Format


def matrix(out: int = 64, width: int = 96) -> torch.Tensor:
    return torch.randn(out, width, generator=torch.Generator().manual_seed(3))


def on_grid() -> torch.Tensor:
    """A matrix that lies on 16 steps a group, as one from Q4_1 does."""
    dice = torch.Generator().manual_seed(4)
    steps = torch.randint(0, 16, (64, 3, 32), generator=dice)
    steps[..., 0], steps[..., 1] = 0, 15
    scale = torch.rand(64, 3, 1, generator=dice) / 10
    low = -torch.rand(64, 3, 1, generator=dice)
    return (steps * scale + low).view(64, 96)


def error(name: Format, weight: torch.Tensor, rows: int) -> float:
    x = torch.randn(rows, weight.shape[1], generator=torch.Generator().manual_seed(5))
    exact = x @ weight.T
    got = kernel.maker(name)(weight)(x)
    assert got.shape == exact.shape
    assert got.dtype == torch.float32
    return float((got - exact).norm() / exact.norm())


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize(
    ("name", "most"), [("none", 1e-6), ("half", 1e-3), ("int8", 0.02), ("int4", 0.12)]
)
def test_a_product_is_as_exact_as_its_format(name: Format, most: float, rows: int) -> None:
    assert error(name, matrix(), rows) < most


def test_int4_loses_nothing_of_what_is_on_its_grid() -> None:
    weight = on_grid()
    steps, scale, low = kernel.grid(weight)
    back = steps.view(64, 3, 32) * scale[..., None] + low[..., None]
    assert torch.allclose(back.view(64, 96), weight, atol=1e-6)
    assert error("int4", weight, 1) < 0.01  # its activations have 8 bits of precision


def test_the_arm_kernel_adds_what_the_minimum_adds() -> None:
    weight = on_grid()
    x = torch.randn(2, 96, generator=torch.Generator().manual_seed(5))
    exact = x @ weight.T
    assert (kernel.Int4Arm(weight)(x) - exact).norm() / exact.norm() < 0.02


def test_what_does_not_fit_groups_becomes_int8() -> None:
    assert isinstance(kernel.maker("int4")(matrix(64, 40)), kernel.Int8)


def test_the_fastest_is_one_of_those_that_fit() -> None:
    shapes = [(64, 64), (64, 64)]
    assert kernel.fastest(shapes, 2, may_half=False) == "int4"
    assert kernel.fastest(shapes, 2, may_half=True) in ("int4", "half")


@given(st.floats(-4, 4), st.floats(0, 4))
def test_the_grid_holds_any_constant_and_any_spread(low: float, spread: float) -> None:
    weight = torch.linspace(low, low + spread, 32).repeat(2, 1)
    steps, scale, least = kernel.grid(weight)
    assert steps.min() >= 0
    assert steps.max() <= 15
    back = steps * scale + least
    assert (back - weight).abs().max() <= spread / 30 + 1e-5
