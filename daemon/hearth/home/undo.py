"""An action and what the thing was like before in, the services that put it back out.

None where there is no way back: what was only sent out (a button, a scene), what was not known, and
what would open the house, because that has to be asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hearth.event import Acted
from hearth.house import Entity

Service = tuple[str, dict[str, Any]]
Way = Callable[[Acted, Entity], list[Service]]

_UNKNOWN = (None, "unknown", "unavailable")

_COLORS: Mapping[str, tuple[str, ...]] = {
    "color_temp": ("color_temp_kelvin",),
    "hs": ("hs_color", "rgb_color", "xy_color"),
    "rgb": ("rgb_color",),
    "xy": ("xy_color", "rgb_color"),
    "rgbw": ("rgbw_color",),
    "rgbww": ("rgbww_color",),
    "white": ("white",),
}
"""What holds the colour of a light in a colour mode, the best first."""

_SIDES: Mapping[str, str] = {
    "fan_mode": "set_fan_mode",
    "preset_mode": "set_preset_mode",
    "swing_mode": "set_swing_mode",
    "swing_horizontal_mode": "set_swing_horizontal_mode",
}
"""The other sides of a climate, and the service of each."""


def back(acted: Acted, before: Entity) -> tuple[Service, ...] | None:
    """Return the services that restore ``before``, in their order; None where nothing can."""
    way = _WAYS.get(before.domain)
    if way is None or before.state in _UNKNOWN:
        return None
    return tuple(way(acted, before)) or None


def _switch(acted: Acted, before: Entity) -> list[Service]:
    del acted
    return [(f"turn_{before.state}", {})] if before.state in ("on", "off") else []


def _light(acted: Acted, before: Entity) -> list[Service]:
    if before.state != "on":
        return _switch(acted, before)
    told = before.attributes
    data = {key: told[key] for key in ("brightness",) if told.get(key) is not None}
    keys = _COLORS.get(str(told.get("color_mode")), ())
    if (key := next((k for k in keys if told.get(k) is not None), None)) is not None:
        data[key] = told[key]
    if told.get("effect") not in (None, "none", "None", "off"):
        data["effect"] = told["effect"]
    return [("turn_on", data)]


def _fan(acted: Acted, before: Entity) -> list[Service]:
    found = _switch(acted, before)
    if before.state != "on":
        return found
    told, data = before.attributes, dict[str, Any]()
    for key in ("preset_mode", "percentage"):
        if told.get(key) and not data:
            data[key] = told[key]
    found = [("turn_on", data)]
    if acted.act.service == "oscillate" and told.get("oscillating") is not None:
        found.append(("oscillate", {"oscillating": told["oscillating"]}))
    if acted.act.service == "set_direction" and told.get("direction"):
        found.append(("set_direction", {"direction": told["direction"]}))
    return found


def _humidifier(acted: Acted, before: Entity) -> list[Service]:
    told, found = before.attributes, _switch(acted, before)
    if acted.act.service == "set_mode" and told.get("mode"):
        found.append(("set_mode", {"mode": told["mode"]}))
    if acted.act.service == "set_humidity" and told.get("humidity") is not None:
        found.append(("set_humidity", {"humidity": told["humidity"]}))
    return found


def _cover(acted: Acted, before: Entity) -> list[Service]:
    told, prefix = before.attributes, before.domain
    if "tilt" in acted.act.service:
        tilt = told.get("current_tilt_position")
        return [("set_cover_tilt_position", {"tilt_position": tilt})] if tilt is not None else []
    position = told.get("current_position")
    if position is not None and 0 < position < 100:
        return [(f"set_{prefix}_position", {"position": position})]
    way = {"open": "open", "opening": "open", "closed": "close", "closing": "close"}
    word = {0: "close", 100: "open"}.get(-1 if position is None else round(position))
    word = word or way.get(str(before.state))
    return [(f"{word}_{prefix}", {})] if word else []


def _climate(acted: Acted, before: Entity) -> list[Service]:
    told, service = before.attributes, acted.act.service
    mode = "set_hvac_mode" if before.domain == "climate" else "set_operation_mode"
    key = "hvac_mode" if before.domain == "climate" else "operation_mode"
    for side, setter in _SIDES.items():
        if service == setter:
            return [(setter, {side: told[side]})] if told.get(side) else []
    if service == "set_humidity":
        humidity = told.get("humidity")
        return [(service, {"humidity": humidity})] if humidity is not None else []
    found: list[Service] = []
    if service != "set_temperature" or acted.after != before.state:
        found.append((mode, {key: before.state}))
    keys = ("temperature", "target_temp_low", "target_temp_high")
    data = {k: told[k] for k in keys if told.get(k) is not None}
    if data and service == "set_temperature":
        found.append((service, data))
    return found


def _lock(acted: Acted, before: Entity) -> list[Service]:
    del acted
    return [("lock", {})] if before.state in ("locked", "locking") else []


def _alarm(acted: Acted, before: Entity) -> list[Service]:
    del acted
    state = str(before.state)
    return [(f"alarm_{state.replace('armed', 'arm')}", {})] if state.startswith("armed_") else []


def _robot(acted: Acted, before: Entity) -> list[Service]:
    del acted
    home, out = (
        ("return_to_base", "start") if before.domain == "vacuum" else ("dock", "start_mowing")
    )
    if before.state in ("docked", "returning"):
        return [(home, {})]
    if before.state == "paused":
        return [("pause", {})]
    return [(out, {})] if before.state in ("cleaning", "mowing") else []


def _value(service: str, key: str, *, number: bool = False) -> Way:
    def restore(acted: Acted, before: Entity) -> list[Service]:
        del acted
        if not number:
            return [(service, {key: before.state})]
        try:
            return [(service, {key: float(before.state or "")})]
        except ValueError:
            return []

    return restore


_WAYS: Mapping[str, Way] = {
    "light": _light,
    "switch": _switch,
    "siren": lambda acted, before: _switch(acted, before) if before.state == "off" else [],
    "fan": _fan,
    "humidifier": _humidifier,
    "cover": _cover,
    "valve": _cover,
    "climate": _climate,
    "water_heater": _climate,
    "lock": _lock,
    "alarm_control_panel": _alarm,
    "vacuum": _robot,
    "lawn_mower": _robot,
    "number": _value("set_value", "value", number=True),
    "text": _value("set_value", "value"),
    "date": _value("set_value", "date"),
    "time": _value("set_value", "time"),
    "datetime": _value("set_value", "datetime"),
    "select": _value("select_option", "option"),
}
