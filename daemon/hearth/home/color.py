"""Colours from one way of writing them into another, as Home Assistant converts them.

Sources: the sRGB to CIE xy matrix for wide gamut lights that Philips published for Hue; Tanner
Helland's fit for the colour of a temperature; HSV by the standard library.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Mapping

Rgb = tuple[int, int, int]

NAMES: Mapping[str, Rgb] = {
    "white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "green": (0, 128, 0),
    "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0), "orange": (255, 165, 0),
    "purple": (128, 0, 128), "violet": (238, 130, 238), "pink": (255, 192, 203),
    "brown": (165, 42, 42), "turquoise": (64, 224, 208), "cyan": (0, 255, 255),
    "magenta": (255, 0, 255), "gold": (255, 215, 0), "silver": (192, 192, 192),
    "gray": (128, 128, 128), "grey": (128, 128, 128), "teal": (0, 128, 128),
    "navy": (0, 0, 128), "maroon": (128, 0, 0), "olive": (128, 128, 0), "indigo": (75, 0, 130),
    "coral": (255, 127, 80), "salmon": (250, 128, 114), "crimson": (220, 20, 60),
    "lavender": (230, 230, 250), "beige": (245, 245, 220), "ivory": (255, 255, 240),
}  # fmt: skip
"""The CSS colours that people name."""


def mired_to_kelvin(mired: float) -> int:
    """Return the colour temperature in kelvin."""
    return math.floor(1_000_000 / mired)


def kelvin_to_mired(kelvin: float) -> int:
    """Return the colour temperature in mired."""
    return math.floor(1_000_000 / kelvin)


def rgb_to_hs(rgb: Rgb) -> tuple[float, float]:
    """Return hue (0 to 360) and saturation (0 to 100)."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*(channel / 255 for channel in rgb))
    return round(hue * 360, 3), round(saturation * 100, 3)


def hs_to_rgb(hs: tuple[float, float]) -> Rgb:
    """Return the full-brightness colour of a hue and saturation."""
    red, green, blue = colorsys.hsv_to_rgb(hs[0] / 360, hs[1] / 100, 1)
    return round(red * 255), round(green * 255), round(blue * 255)


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


def rgb_to_rgbw(rgb: Rgb) -> tuple[int, int, int, int]:
    """Return the colour with its white part on the white channel."""
    white = min(rgb)
    colour = (rgb[0] - white, rgb[1] - white, rgb[2] - white, white)
    top = max(colour)
    scale = max(rgb) / top if top else 0.0
    red, green, blue, white = (round(channel * scale) for channel in colour)
    return red, green, blue, white


def rgbw_to_rgb(rgbw: tuple[int, int, int, int]) -> Rgb:
    """Return what a light with a white channel looks like."""
    mixed = tuple(channel + rgbw[3] for channel in rgbw[:3])
    top = max(mixed)
    scale = max(rgbw) / top if top else 0.0
    red, green, blue = (round(channel * scale) for channel in mixed)
    return red, green, blue


def kelvin_to_rgb(kelvin: float) -> Rgb:
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
    clamped = [round(min(255.0, max(0.0, channel))) for channel in (red, green, blue)]
    return clamped[0], clamped[1], clamped[2]
