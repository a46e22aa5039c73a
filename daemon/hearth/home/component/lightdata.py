"""The data of ``turn_on`` in any way that people and Home Assistant write it, in the light's own.

Brightness becomes 0 to 255, a colour the kind that the light takes, a white kelvin. What the light
cannot show is refused; what only decorates (a transition) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hearth.home import color
from hearth.home.component.base import RefusedError, Values, number_of, text_of
from hearth.house import Entity

WARMEST, COLDEST = 2000, 6535
"""The whites of a light that does not say what it can, in kelvin."""

_COLORS = ("hs", "rgb", "xy", "rgbw", "rgbww")
_NEXT = {
    "hs": ("rgb", "rgbw", "rgbww", "xy"),
    "rgb": ("rgbw", "rgbww", "hs", "xy"),
    "xy": ("hs", "rgb", "rgbw", "rgbww"),
    "rgbw": ("rgb", "rgbww", "hs", "xy"),
    "rgbww": ("rgb", "rgbw", "hs", "xy"),
}
"""Which kind of colour a light is given that does not take the one that was asked for."""

_PALE = 35
"""A colour up to that saturation (percent) is a white, which a light of whites only can show."""


def wanted(entity: Entity, data: Values) -> dict[str, Any]:
    """Return the data with ``brightness``, ``color_temp_kelvin``, one colour, ``effect`` ...

    Raises RefusedError for what this light cannot show.
    """
    modes = tuple(entity.attributes.get("supported_color_modes", ()))
    found: dict[str, Any] = {}
    _brightness(entity, data, modes, found)
    _white(entity, data, modes, found)
    _color(entity, data, modes, found)
    if "effect" in data:
        if "effect_list" not in entity.attributes:
            raise RefusedError("It has no effects.")
        found["effect"] = text_of(data, "effect", entity.attributes["effect_list"])
    if "transition" in data:
        found["transition"] = float(number_of(data, "transition", 0, 6553))
    if "flash" in data:
        found["flash"] = text_of(data, "flash", ("short", "long"))
    return found


def kelvin_of(entity: Entity) -> tuple[int, int]:
    """Return the lowest and the highest colour temperature of a light, in kelvin."""
    given = entity.attributes
    return given.get("min_color_temp_kelvin", WARMEST), given.get("max_color_temp_kelvin", COLDEST)


def _brightness(entity: Entity, data: Values, modes: Iterable[str], found: dict[str, Any]) -> None:
    now = entity.attributes.get("brightness", 255) if entity.state == "on" else 0
    if "brightness" in data:
        found["brightness"] = round(number_of(data, "brightness", 0, 255))
    elif "brightness_pct" in data:
        found["brightness"] = round(255 * number_of(data, "brightness_pct", 0, 100) / 100)
    elif "brightness_step" in data:
        step = number_of(data, "brightness_step", -255, 255)
        found["brightness"] = round(min(255, max(0, now + step)))
    elif "brightness_step_pct" in data:
        percent = round(now / 255 * 100) + number_of(data, "brightness_step_pct", -100, 100)
        found["brightness"] = min(255, max(0, round(percent / 100 * 255)))
    else:
        return
    if set(modes) <= {"onoff"} and found["brightness"]:
        if found["brightness"] < 255:
            raise RefusedError("It cannot be dimmed.")
        del found["brightness"]


def _white(entity: Entity, data: Values, modes: Iterable[str], found: dict[str, Any]) -> None:
    """Take a temperature, or the light's own white channel."""
    if "white" in data and "white" in modes:
        level = data["white"]
        if level is True:
            level = found.get("brightness", entity.attributes.get("brightness") or 255)
        found["white"] = found.pop(
            "brightness", round(number_of({"white": level}, "white", 0, 255))
        )
        return
    if "color_temp_kelvin" in data or "kelvin" in data:
        key = "color_temp_kelvin" if "color_temp_kelvin" in data else "kelvin"
        kelvin = number_of(data, key, 500, 40_000)
    elif "color_temp" in data:
        kelvin = color.mired_to_kelvin(number_of(data, "color_temp", 25, 2000))
    else:
        return
    low, high = kelvin_of(entity)
    if "color_temp" in modes:
        found["color_temp_kelvin"] = round(min(high, max(low, kelvin)))
    elif "rgbww" in modes:
        level = found.get("brightness", entity.attributes.get("brightness") or 255)
        kelvin = min(high, max(low, kelvin))
        found["rgbww_color"] = color.kelvin_to_rgbww(kelvin, level, (low, high))
    else:
        hs = color.rgb_to_hs(color.kelvin_to_rgb(kelvin))
        _put(entity, "hs", hs, modes, found, "It has no colour temperature.")


def _color(entity: Entity, data: Values, modes: tuple[str, ...], found: dict[str, Any]) -> None:
    if "color_name" in data:
        name = text_of(data, "color_name").casefold()
        if (rgb := color.named(name)) is None:
            raise RefusedError(f"There is no colour {name!r}.")
        _put(entity, "rgb", rgb, modes, found, "It has no colours.")
        return
    for kind in _COLORS:
        if f"{kind}_color" in data:
            _put(entity, kind, _channels(data, kind), modes, found, "It has no colours.")
            return


def _put(  # noqa: PLR0917  # a colour, and what it is for
    entity: Entity,
    kind: str,
    channels: tuple[Any, ...],
    modes: Iterable[str],
    found: dict[str, Any],
    otherwise: str,
) -> None:
    """Write a colour in a kind that the light takes, in Home Assistant's order of preference."""
    modes = tuple(modes)
    target = next((to for to in (kind, *_NEXT[kind]) if to in modes), "")
    rgb = _rgb_of(entity, kind, channels)
    if target == kind:
        found[f"{kind}_color"] = channels
    elif target == "rgb":
        found["rgb_color"] = rgb
    elif target == "rgbw":
        found["rgbw_color"] = color.rgb_to_rgbw(rgb)
    elif target == "rgbww":
        found["rgbww_color"] = color.rgb_to_rgbww(rgb, kelvin_of(entity))
    elif target == "hs":
        found["hs_color"] = color.rgb_to_hs(rgb)
    elif target == "xy":
        found["xy_color"] = color.rgb_to_xy(rgb)
    elif "color_temp" in modes and color.rgb_to_hs(rgb)[1] <= _PALE:
        low, high = kelvin_of(entity)
        kelvin = color.xy_to_kelvin(color.rgb_to_xy(rgb))
        found["color_temp_kelvin"] = min(high, max(low, kelvin))
    else:
        raise RefusedError(otherwise)


def _rgb_of(entity: Entity, kind: str, channels: tuple[Any, ...]) -> color.Rgb:
    if kind == "hs":
        return color.hs_to_rgb((channels[0], channels[1]))
    if kind == "xy":
        return color.xy_to_rgb((channels[0], channels[1]))
    if kind == "rgbw":
        return color.rgbw_to_rgb(channels)
    if kind == "rgbww":
        return color.rgbww_to_rgb(channels, kelvin_of(entity))
    return channels[0], channels[1], channels[2]


def _channels(data: Values, kind: str) -> tuple[Any, ...]:
    """Return a colour's channels: whole numbers to 255, or hue and saturation, or x and y."""
    given, limits = data[f"{kind}_color"], {"hs": (360, 100), "xy": (1, 1)}.get(kind)
    tops = limits or (255,) * len(kind)
    if not isinstance(given, list | tuple) or len(given) != len(tops):
        raise RefusedError(f"'{kind}_color' needs {len(tops)} numbers.")
    numbers = [number_of({"n": n}, "n", 0, top) for n, top in zip(given, tops, strict=True)]
    return tuple(float(n) if limits else round(n) for n in numbers)
