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

_COLORS = ("hs", "xy", "rgb", "rgbw", "rgbww")


def wanted(entity: Entity, data: Values) -> dict[str, Any]:
    """Return the data with ``brightness``, ``color_temp_kelvin``, one colour, ``effect`` ...

    Raises RefusedError for what this light cannot show.
    """
    modes = tuple(entity.attributes.get("supported_color_modes", ()))
    found: dict[str, Any] = {}
    _brightness(entity, data, modes, found)
    _white(entity, data, modes, found)
    _color(data, modes, found)
    if "effect" in data:
        if "effect_list" not in entity.attributes:
            raise RefusedError("It has no effects.")
        found["effect"] = text_of(data, "effect", entity.attributes["effect_list"])
    if "transition" in data:
        found["transition"] = float(number_of(data, "transition", 0, 6553))
    if "flash" in data:
        found["flash"] = text_of(data, "flash", ("short", "long"))
    return found


def _brightness(entity: Entity, data: Values, modes: Iterable[str], found: dict[str, Any]) -> None:
    now = entity.attributes.get("brightness") or (255 if entity.state == "on" else 0)
    if "brightness" in data:
        found["brightness"] = round(number_of(data, "brightness", 0, 255))
    elif "brightness_pct" in data:
        found["brightness"] = round(255 * number_of(data, "brightness_pct", 0, 100) / 100)
    elif "brightness_step" in data:
        step = number_of(data, "brightness_step", -255, 255)
        found["brightness"] = round(min(255, max(0, now + step)))
    elif "brightness_step_pct" in data:
        step = round(number_of(data, "brightness_step_pct", -100, 100) / 100 * 255)
        found["brightness"] = min(255, max(0, now + step))
    else:
        return
    if set(modes) <= {"onoff"} and found["brightness"]:
        if found["brightness"] < 255:
            raise RefusedError("It cannot be dimmed.")
        del found["brightness"]


def _white(entity: Entity, data: Values, modes: Iterable[str], found: dict[str, Any]) -> None:
    if "color_temp_kelvin" in data or "kelvin" in data:
        key = "color_temp_kelvin" if "color_temp_kelvin" in data else "kelvin"
        kelvin = number_of(data, key, 500, 40_000)
    elif "color_temp" in data:
        kelvin = color.mired_to_kelvin(number_of(data, "color_temp", 25, 2000))
    else:
        return
    if "color_temp" in modes:
        low = entity.attributes.get("min_color_temp_kelvin", 0)
        high = entity.attributes.get("max_color_temp_kelvin", 40_000)
        found["color_temp_kelvin"] = round(min(high, max(low, kelvin)))
    else:
        _put(color.kelvin_to_rgb(kelvin), modes, found, "It has no colour temperature.")


def _color(data: Values, modes: tuple[str, ...], found: dict[str, Any]) -> None:
    for kind in _COLORS:
        if f"{kind}_color" in data and kind in modes:
            found[f"{kind}_color"] = _channels(data, kind)
            return
    if "color_name" in data:
        name = text_of(data, "color_name").casefold().replace(" ", "")
        if name not in color.NAMES:
            raise RefusedError(f"There is no colour {name!r}.")
        rgb = color.NAMES[name]
    elif "rgb_color" in data:
        rgb = _channels(data, "rgb")
    elif "hs_color" in data:
        rgb = color.hs_to_rgb(_channels(data, "hs"))
    elif "xy_color" in data:
        rgb = color.xy_to_rgb(_channels(data, "xy"))
    else:
        return
    _put(rgb, modes, found, "It has no colours.")


def _put(rgb: color.Rgb, modes: Iterable[str], found: dict[str, Any], otherwise: str) -> None:
    """Write a colour in the kind that the light takes, in Home Assistant's order of preference."""
    if "rgb" in modes:
        found["rgb_color"] = rgb
    elif "rgbw" in modes:
        found["rgbw_color"] = color.rgb_to_rgbw(rgb)
    elif "rgbww" in modes:
        found["rgbww_color"] = (*rgb, 0, 0)
    elif "hs" in modes:
        found["hs_color"] = color.rgb_to_hs(rgb)
    elif "xy" in modes:
        found["xy_color"] = color.rgb_to_xy(rgb)
    else:
        raise RefusedError(otherwise)


def _channels(data: Values, kind: str) -> Any:
    """Return a colour's channels: whole numbers to 255, or hue and saturation, or x and y."""
    given, limits = data[f"{kind}_color"], {"hs": (360, 100), "xy": (1, 1)}.get(kind)
    tops = limits or (255,) * len(kind)
    if not isinstance(given, list | tuple) or len(given) != len(tops):
        raise RefusedError(f"'{kind}_color' needs {len(tops)} numbers.")
    numbers = [number_of({"n": n}, "n", 0, top) for n, top in zip(given, tops, strict=True)]
    return tuple(float(n) if limits else round(n) for n in numbers)
