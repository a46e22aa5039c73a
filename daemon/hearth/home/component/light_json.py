"""Lights whose state and commands are JSON objects: Zigbee2MQTT, WLED, ESPHome."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hearth.home import color
from hearth.home.component.base import Config, Reading, Send, Values
from hearth.home.template import Payload
from hearth.house import Entity

_KEYS = {"hs": "hs", "xy": "xy", "rgb": "rgb", "rgbw": "rgbw", "rgbww": "rgbcw"}
_STATES = {"ON": "on", "OFF": "off", None: None}


def modes(config: Config) -> tuple[str, ...]:
    """Return the colour modes; without them, what the older flags say."""
    if given := config.texts("supported_color_modes"):
        return given
    if isinstance(config.raw.get("color_mode"), bool) or "color_mode" not in config:
        old = [m for m in ("hs", "rgb", "xy") if config.flag(m)]
        old += ["color_temp"] if config.flag("color_temp") else []
        if old:
            return tuple(old)
    return ("brightness",) if config.flag("brightness") else ("onoff",)


def echoed(config: Config) -> tuple[str, ...]:
    """Return what its state tells."""
    del config
    return ("brightness", "color_temp_kelvin", "effect", *(f"{mode}_color" for mode in _KEYS))


def mute(config: Config) -> bool:
    """Tell whether it never says what it is like."""
    return "state_topic" not in config


def readings(config: Config) -> tuple[Reading, ...]:
    """Follow the one state topic."""
    if not (topic := config.topic("state_topic")):
        return ()
    scale = max(1, config.whole("brightness_scale", 255))
    kelvin = config.flag("color_temp_kelvin")
    dims = modes(config) != ("onoff",)

    def read(payload: Payload, _: Mapping[str, Any] | None) -> Values | None:
        said = payload.json
        if type(said) is not dict:
            raise ValueError("the state is not a JSON object")
        found: dict[str, Any] = {}
        if (state := said.get("state", "")) in _STATES:
            found["state"] = _STATES[state]
        if dims and (level := said.get("brightness")):
            found["brightness"] = min(255, max(1, round(float(level) * 255 / scale)))
        if "color_mode" in said:
            _color_mode(said, kelvin, found)
        elif (white := said.get("color_temp")) is not None:
            found["color_temp_kelvin"] = _kelvin(white, kelvin)
        if "effect" in said:
            found["effect"] = said["effect"]
        return found

    return (config.follow(topic, read),)


def on(config: Config, entity: Entity, want: Values) -> tuple[Send, ...]:
    """Write ON with brightness, colour and the rest."""
    want = dict(want)
    message: dict[str, Any] = {"state": "ON"}
    for mode, letters in _KEYS.items():
        if (channels := want.get(f"{mode}_color")) is not None:
            if mode.startswith("rgb") and not config.flag("brightness"):
                level = want.pop("brightness", 255)
                channels = tuple(round(channel / 255 * level) for channel in channels)
            message["color"] = dict(zip(letters, channels, strict=True))
    _decorate(config, want, message)
    if "brightness" in want:
        scale = max(1, config.whole("brightness_scale", 255))
        message["brightness"] = max(round(want["brightness"] * scale / 255), 1)
    if (kelvin := want.get("color_temp_kelvin")) is not None:
        direct = config.flag("color_temp_kelvin")
        message["color_temp"] = kelvin if direct else color.kelvin_to_mired(kelvin)
    if "effect" in want:
        message["effect"] = want["effect"]
    if "white" in want:
        scale = max(1, config.whole("white_scale", 255))
        message["white"] = max(min(round(want["white"] / 255 * scale), scale), 1)
    del entity
    return config.send("command_topic", _compact(message))


def off(config: Config, data: Values) -> tuple[Send, ...]:
    """Write OFF."""
    message: dict[str, Any] = {"state": "OFF"}
    _decorate(config, data, message)
    return config.send("command_topic", _compact(message))


def _decorate(config: Config, want: Values, message: dict[str, Any]) -> None:
    if "transition" in want and config.flag("transition", True):
        message["transition"] = float(want["transition"])
    if (flash := want.get("flash")) is not None and config.flag("flash", True):
        default = {"long": 10, "short": 2}[flash]
        message["flash"] = config.whole(f"flash_time_{flash}", default)


def _color_mode(said: Mapping[str, Any], kelvin: bool, found: dict[str, Any]) -> None:
    """Take the colour in the mode that the light says it is in."""
    mode = found["color_mode"] = said["color_mode"]
    if mode == "color_temp":
        if (white := said.get("color_temp")) is not None:
            found["color_temp_kelvin"] = _kelvin(white, kelvin)
            found["rgb_color"] = None
        return
    channels, letters = said.get("color"), _KEYS.get(mode)
    if letters is None or type(channels) is not dict:
        return
    whole = mode.startswith("rgb")
    values = tuple((int if whole else float)(channels[letter]) for letter in letters)
    found[f"{mode}_color"] = values
    found["color_temp_kelvin"] = None
    if mode == "hs":
        found["rgb_color"] = color.hs_to_rgb((values[0], values[1]))
    elif mode == "xy":
        found["rgb_color"] = color.xy_to_rgb((values[0], values[1]))


def _kelvin(white: Any, kelvin: bool) -> int | None:
    number = float(white)
    if number <= 0:
        return None
    return round(number) if kelvin else color.mired_to_kelvin(number)


def _compact(message: Mapping[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)
