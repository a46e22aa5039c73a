"""Colours are converted as Home Assistant converts them: values of its own functions."""

from __future__ import annotations

from typing import Any

import pytest

from hearth.home import color

WHITES = (2700, 6500)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (color.hs_to_rgb((200, 40)), (153, 221, 255)),
        (color.hs_to_rgb((200, 40), 50), (30, 43, 50)),
        (color.rgb_to_hs((255, 128, 0)), (30.118, 100.0)),
        (color.rgb_to_xy((173, 216, 230)), (0.262, 0.314)),
        (color.xy_to_rgb((0.5, 0.4)), (255, 183, 98)),
        (color.rgb_to_rgbw((255, 200, 100)), (255, 165, 0, 165)),
        (color.rgbw_to_rgb((10, 20, 30, 200)), (183, 191, 200)),
        (color.rgb_to_rgbww((255, 200, 100), WHITES), (147, 114, 0, 255, 255)),
        (color.rgbww_to_rgb((10, 20, 30, 200, 90), WHITES), (200, 182, 170)),
        (color.kelvin_to_rgbww(4000, 200, WHITES), (0, 0, 0, 111, 89)),
        (color.xy_to_kelvin((0.45, 0.41)), 2839),
        (color.rgb_to_hs(color.kelvin_to_rgb(2700)), (28.395, 65.723)),
        (color.named("Light Blue"), (173, 216, 230)),
        (color.named("dark slate grey"), (47, 79, 79)),
        (color.named("ultraviolet"), None),
    ],
)
def test_conversions(ours: Any, theirs: Any) -> None:
    assert ours == theirs
