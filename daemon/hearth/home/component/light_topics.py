"""Lights with a topic for each of their sides: Tasmota, ESPHome's older firmware, many others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hearth.home import color
from hearth.home.component.base import NONE, Config, Reading, Send, Values
from hearth.home.component.onoff import on_off
from hearth.house import Entity

_RGB = {
    "rgb": ("red", "green", "blue"),
    "rgbw": ("red", "green", "blue", "white"),
    "rgbww": ("red", "green", "blue", "cold_white", "warm_white"),
}
_PAIRS = {"hs": ("hue", "sat"), "xy": ("x", "y")}


def modes(config: Config) -> tuple[str, ...]:
    """Return the colour modes that its command topics make."""
    kinds = ("color_temp", "hs", "rgb", "rgbw", "rgbww", "xy", "white")
    found = tuple(kind for kind in kinds if f"{kind}_command_topic" in config)
    return found or (("brightness",) if "brightness_command_topic" in config else ("onoff",))


def echoed(config: Config) -> tuple[str, ...]:
    """Return what its state topics tell."""
    names = {"brightness": "brightness", "color_temp": "color_temp_kelvin", "effect": "effect"}
    names |= {kind: f"{kind}_color" for kind in (*_RGB, *_PAIRS)}
    return tuple(name for kind, name in names.items() if f"{kind}_state_topic" in config)


def mute(config: Config) -> bool:
    """Tell whether it never says what it is like."""
    return "state_topic" not in config


def readings(config: Config) -> tuple[Reading, ...]:
    """Follow each side's state topic."""

    def side(kind: str, values: Callable[[str], Values]) -> tuple[Reading, ...]:
        def read(text: str) -> Values | None:
            return None if not text or text == NONE else values(text)

        return config.reading(f"{kind}_state_topic", read, f"{kind}_value_template")

    scale = max(1, config.whole("brightness_scale", 255))
    alone = "brightness_state_topic" not in config

    def brightness(text: str) -> Values:
        level = float(text)
        return {"brightness": min(round(level / scale * 255), 255)} if level else {}

    def white(text: str) -> Values:
        number = float(text)
        if number <= 0:
            return {}
        direct = config.flag("color_temp_kelvin")
        return {"color_temp_kelvin": round(number) if direct else color.mired_to_kelvin(number)}

    def rgb(kind: str) -> Callable[[str], Values]:
        def values(text: str) -> Values:
            channels = tuple(int(channel) for channel in text.split(","))
            if len(channels) != len(_RGB[kind]):
                raise ValueError("a colour has the wrong number of channels")
            if not alone:
                return {f"{kind}_color": channels}
            if not (level := max(channels)):
                return {}
            full = tuple(min(round(c / level * 255), 255) for c in channels)
            return {f"{kind}_color": full, "brightness": min(level, 255)}

        return values

    def pair(kind: str) -> Callable[[str], Values]:
        def values(text: str) -> Values:
            first, second = (float(number) for number in text.split(","))
            rgb_of = color.hs_to_rgb if kind == "hs" else color.xy_to_rgb
            return {f"{kind}_color": (first, second), "rgb_color": rgb_of((first, second))}

        return values

    found = config.reading("state_topic", on_off(config), "state_value_template", "value_template")
    found += side("brightness", brightness) + side("color_temp", white)
    found += side("effect", lambda text: {"effect": text})
    found += side("color_mode", lambda text: {"color_mode": text})
    for kind in _RGB:
        found += side(kind, rgb(kind))
    for kind in _PAIRS:
        found += side(kind, pair(kind))
    return found


def on(config: Config, entity: Entity, want: Values) -> tuple[Send, ...]:
    """Write each side that is wanted, and ON before or after, as ``on_command_type`` says."""
    first = config.text("on_command_type", "last")
    want = dict(want)
    sends: list[Send] = []
    if first == "first":
        sends += _switch(config, "on")
    elif first == "brightness" and not {"brightness", "white"} & want.keys():
        want["brightness"] = entity.attributes.get("brightness") or 255
    sends += _pair(config, want, "hs", *_PAIRS["hs"])
    for kind in _RGB:
        if (channels := want.get(f"{kind}_color")) is not None:
            sends += _rgb(config, kind, channels, _level(config, entity, want))
    sends += _pair(config, want, "xy", *_PAIRS["xy"])
    sends += _brightness(config, entity, want)
    if (kelvin := want.get("color_temp_kelvin")) is not None:
        direct = config.flag("color_temp_kelvin")
        white = kelvin if direct else color.kelvin_to_mired(kelvin)
        sends += config.send("color_temp_command_topic", white, "color_temp_command_template")
    if "effect" in want:
        sends += config.send("effect_command_topic", want["effect"], "effect_command_template")
    if "white" in want:
        scale = max(1, config.whole("white_scale", 255))
        sends += config.send("white_command_topic", min(round(want["white"] / 255 * scale), scale))
    if first == "last":
        sends += _switch(config, "on")
    return tuple(sends)


def off(config: Config, data: Values) -> tuple[Send, ...]:
    """Write OFF."""
    del data
    return _switch(config, "off")


def _switch(config: Config, to: str) -> tuple[Send, ...]:
    return config.send("command_topic", config.text(f"payload_{to}", to.upper()))


def _level(config: Config, entity: Entity, want: Values) -> int:
    """Return the brightness that goes into the channels, where it has no topic of its own."""
    if "brightness_command_topic" in config:
        return 255
    return int(want.get("brightness") or entity.attributes.get("brightness") or 255)


def _rgb(config: Config, kind: str, channels: Any, level: int) -> tuple[Send, ...]:
    scaled = tuple(int(channel * level / 255) for channel in channels)
    text = ",".join(str(channel) for channel in scaled)
    names = dict(zip(_RGB[kind], scaled, strict=True))
    return config.send(f"{kind}_command_topic", text, f"{kind}_command_template", **names)


def _pair(config: Config, want: Values, kind: str, one: str, two: str) -> tuple[Send, ...]:
    if (pair := want.get(f"{kind}_color")) is None:
        return ()
    text = f"{pair[0]},{pair[1]}"
    names = {one: pair[0], two: pair[1]}
    return config.send(f"{kind}_command_topic", text, f"{kind}_command_template", **names)


def _brightness(config: Config, entity: Entity, want: Values) -> tuple[Send, ...]:
    if (level := want.get("brightness")) is None:
        return ()
    if "brightness_command_topic" in config:
        scale = max(1, config.whole("brightness_scale", 255))
        value = max(min(round(level / 255 * scale), scale), 1)
        return config.send("brightness_command_topic", value, "brightness_command_template")
    for kind, names in _RGB.items():
        if f"{kind}_command_topic" in config and f"{kind}_color" not in want:
            now = entity.attributes.get(f"{kind}_color") or (255,) * len(names)
            return _rgb(config, kind, now, level)
    return ()
