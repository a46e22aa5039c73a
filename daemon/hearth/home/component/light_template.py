"""Lights whose state and commands are written by templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hearth.home import color
from hearth.home.component.base import NONE, Config, Reading, Send, Values
from hearth.home.template import Payload
from hearth.house import Entity


def modes(config: Config) -> tuple[str, ...]:
    """Return the colour modes that its templates make."""
    found = []
    if "color_temp_template" in config:
        found.append("color_temp")
    if all(f"{name}_template" in config for name in ("red", "green", "blue")):
        found.append("hs")
    if not found:
        found.append("brightness" if "brightness_template" in config else "onoff")
    return tuple(found)


def echoed(config: Config) -> tuple[str, ...]:
    """Return what its state tells."""
    names = {"brightness": "brightness", "color_temp": "color_temp_kelvin", "effect": "effect",
             "red": "hs_color"}  # fmt: skip
    return tuple(name for kind, name in names.items() if f"{kind}_template" in config)


def mute(config: Config) -> bool:
    """Tell whether it never says what it is like."""
    return "state_topic" not in config or "state_template" not in config


def readings(config: Config) -> tuple[Reading, ...]:
    """Follow the one state topic, through a template for each side."""
    config.need("command_on_template", "command_off_template")
    if not (topic := config.topic("state_topic")):
        return ()
    names = ("state", "brightness", "color_temp", "red", "green", "blue", "effect")
    templates = {n: t for n in names if (t := config.template(f"{n}_template"))}

    def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
        said = {name: template.value(payload, this) for name, template in templates.items()}
        found: dict[str, Any] = {}
        if (state := said.get("state")) in ("on", "off"):
            found["state"] = state
        elif state == NONE:
            found["state"] = None
        if level := said.get("brightness"):
            found["brightness"] = int(float(level))
        if white := said.get("color_temp"):
            found["color_temp_kelvin"] = None if white == NONE else _kelvin(config, white)
        channels = [said.get(name, NONE) for name in ("red", "green", "blue")]
        if all(channel not in ("", NONE) for channel in channels):
            red, green, blue = (int(channel) for channel in channels)
            found["rgb_color"] = (red, green, blue)
            found["hs_color"] = color.rgb_to_hs((red, green, blue))
        if said.get("effect") in config.texts("effect_list"):
            found["effect"] = said["effect"]
        return found

    uses_this = any(template.uses_this for template in templates.values())
    return (config.follow(topic, read, uses_this=uses_this),)


def on(config: Config, entity: Entity, want: Values) -> tuple[Send, ...]:
    """Write what its template makes of the values that are wanted."""
    names: dict[str, Any] = {"state": True}
    if "brightness" in want:
        names["brightness"] = int(want["brightness"])
    if (kelvin := want.get("color_temp_kelvin")) is not None:
        direct = config.flag("color_temp_kelvin")
        names["color_temp"] = kelvin if direct else color.kelvin_to_mired(kelvin)
    if (hs := want.get("hs_color")) is not None:
        level = 255
        if "brightness_template" not in config:
            level = want.get("brightness", entity.attributes.get("brightness") or 255)
        red, green, blue = color.hs_to_rgb(hs, level)
        names |= {"red": red, "green": green, "blue": blue, "hue": hs[0], "sat": hs[1]}
    names |= {key: want[key] for key in ("effect", "flash", "transition") if key in want}
    return config.send("command_topic", None, "command_on_template", **names)


def off(config: Config, data: Values) -> tuple[Send, ...]:
    """Write what its template makes of "off"."""
    names = {"transition": float(data["transition"])} if "transition" in data else {}
    return config.send("command_topic", None, "command_off_template", state=False, **names)


def _kelvin(config: Config, white: str) -> int:
    number = float(white)
    return round(number) if config.flag("color_temp_kelvin") else color.mired_to_kelvin(number)
