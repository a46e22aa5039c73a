"""Colours from one way of writing them into another, as Home Assistant converts them.

Sources: the sRGB to CIE xy matrix for wide gamut lights that Philips published for Hue; Tanner
Helland's fit for the colour of a temperature and McCamy's for the way back; HSV by the standard
library, names by webcolors. The libraries for colour spaces (colour-science, coloraide, colormath)
know neither Hue's matrix nor lights with white channels, and round otherwise, so that a lamp would
be sent other bytes than Home Assistant sends.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Sequence

import webcolors

Rgb = tuple[int, int, int]


def named(name: str) -> Rgb | None:
    """Return the colour that CSS knows under that name (``light blue``, ``red`` ...), or None."""
    try:
        found = webcolors.name_to_rgb(name.replace(" ", ""))
    except ValueError:
        return None
    return found.red, found.green, found.blue


def mired_to_kelvin(mired: float) -> int:
    """Return the colour temperature in kelvin."""
    return math.floor(1_000_000 / mired)


def kelvin_to_mired(kelvin: float) -> int:
    """Return the colour temperature in mired."""
    return math.floor(1_000_000 / kelvin)


def rgb_to_hs(rgb: Sequence[float]) -> tuple[float, float]:
    """Return hue (0 to 360) and saturation (0 to 100)."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*(channel / 255 for channel in rgb))
    return round(hue * 360, 3), round(saturation * 100, 3)


def hs_to_rgb(hs: tuple[float, float], level: float = 255) -> Rgb:
    """Return the colour of a hue and saturation at a brightness of 0 to 255."""
    percent = level / 255 * 100  # the way through percent decides how a half is rounded
    channels = colorsys.hsv_to_rgb(hs[0] / 360, hs[1] / 100, percent / 100)
    red, green, blue = (round(channel * 255) for channel in channels)
    return red, green, blue


def rgb_to_xy(rgb: Rgb) -> tuple[float, float]:
    """Return CIE 1931 x and y, to three digits."""
    if not any(rgb):
        return 0.0, 0.0
    red, green, blue = (
        ((c / 255 + 0.055) / 1.055) ** 2.4 if c / 255 > 0.04045 else c / 255 / 12.92 for c in rgb
    )
    big_x = red * 0.664511 + green * 0.154324 + blue * 0.162028
    big_y = red * 0.283881 + green * 0.668433 + blue * 0.047685
    big_z = red * 0.000088 + green * 0.072310 + blue * 0.986039
    total = big_x + big_y + big_z
    return round(big_x / total, 3), round(big_y / total, 3)


def xy_to_rgb(xy: tuple[float, float]) -> Rgb:
    """Return the full-brightness colour of CIE 1931 x and y."""
    x, y = xy[0], max(xy[1], 1e-11)
    big_x, big_y, big_z = x / y, 1.0, (1 - x - y) / y
    linear = (
        big_x * 1.656492 - big_y * 0.354851 - big_z * 0.255038,
        -big_x * 0.707196 + big_y * 1.655397 + big_z * 0.036152,
        big_x * 0.051713 - big_y * 0.121364 + big_z * 1.011530,
    )
    curved = [
        12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055
        for c in (max(0.0, channel) for channel in linear)
    ]
    top = max(1.0, *curved)
    red, green, blue = (int(channel / top * 255) for channel in curved)
    return red, green, blue


def xy_to_kelvin(xy: tuple[float, float]) -> int:
    """Return the colour temperature nearest to CIE 1931 x and y (McCamy, 1992)."""
    n = (xy[0] - 0.3320) / (0.1858 - xy[1])
    return int(437 * n**3 + 3601 * n**2 + 6861 * n + 5517)


def rgb_to_rgbw(rgb: Rgb) -> tuple[int, int, int, int]:
    """Return the colour with its white part on the white channel."""
    white = min(rgb)
    red, green, blue, white = _as_bright(rgb, (*(c - white for c in rgb), white))
    return red, green, blue, white


def rgbw_to_rgb(rgbw: Sequence[int]) -> Rgb:
    """Return what a light with a white channel looks like."""
    red, green, blue = _as_bright(rgbw, [channel + rgbw[3] for channel in rgbw[:3]])
    return red, green, blue


def rgb_to_rgbww(rgb: Rgb, kelvin: tuple[int, int]) -> tuple[int, int, int, int, int]:
    """Return the colour with its white part on both white channels.

    ``kelvin`` is what the warm and the cold channel give.
    """
    warmest, coldest = kelvin_to_mired(kelvin[0]), kelvin_to_mired(kelvin[1])
    middle = kelvin_to_rgb(mired_to_kelvin(coldest + (warmest - coldest) / 2))
    white = min(c / w if w else 0 for c, w in zip(rgb, middle, strict=True))
    rest = [c - w * white for c, w in zip(rgb, middle, strict=True)]
    both = round(white * 255)
    red, green, blue, cold, warm = _as_bright(rgb, (*rest, both, both))
    return red, green, blue, cold, warm


def rgbww_to_rgb(rgbww: Sequence[int], kelvin: tuple[int, int]) -> Rgb:
    """Return what a light with a cold and a warm white channel looks like."""
    warmest, coldest = kelvin_to_mired(kelvin[0]), kelvin_to_mired(kelvin[1])
    cold, warm = rgbww[3:]
    share = warm / (cold + warm) if cold + warm else 0.5
    mired = coldest + share * (warmest - coldest)
    white = kelvin_to_rgb(mired_to_kelvin(mired) if mired else 0)
    level = max(cold, warm) / 255
    mixed = [c + w * level for c, w in zip(rgbww[:3], white, strict=True)]
    red, green, blue = _as_bright(rgbww, mixed)
    return red, green, blue


def kelvin_to_rgbww(
    wanted: float, level: int, kelvin: tuple[int, int]
) -> tuple[int, int, int, int, int]:
    """Return a white of that temperature and brightness (0 to 255) on the two white channels."""
    warmest, coldest = kelvin_to_mired(kelvin[0]), kelvin_to_mired(kelvin[1])
    cold = (warmest - kelvin_to_mired(wanted)) / max(1, warmest - coldest) * level
    return 0, 0, 0, round(cold), round(level - cold)


def kelvin_to_rgb(kelvin: float) -> tuple[float, float, float]:
    """Return the colour of a black body; for lights that have colours but no whites."""
    warmth = min(40_000.0, max(1000.0, kelvin)) / 100
    red = 255.0 if warmth <= 66 else 329.698727446 * (warmth - 60) ** -0.1332047592
    if warmth <= 66:
        green = 99.4708025861 * math.log(warmth) - 161.1195681661
    else:
        green = 288.1221695283 * (warmth - 60) ** -0.0755148492
    blue = 255.0 if warmth >= 66 else 0.0
    if 19 < warmth < 66:
        blue = 138.5177312231 * math.log(warmth - 10) - 305.0447927307
    return _clamped(red), _clamped(green), _clamped(blue)


def _clamped(channel: float) -> float:
    return min(255.0, max(0.0, channel))


def _as_bright(before: Sequence[int], after: Sequence[float]) -> tuple[int, ...]:
    """Return ``after`` scaled so that its highest channel is that of ``before``."""
    top = max(after)
    scale = max(before) / top if top else 0.0
    return tuple(round(channel * scale) for channel in after)
