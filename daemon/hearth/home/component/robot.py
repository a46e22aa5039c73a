"""Things that drive about: vacuum and lawn mower."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hearth.home.component.base import (
    Config,
    Order,
    Reading,
    RefusedError,
    Values,
    cannot,
    in_state,
    matches,
    text_of,
)
from hearth.home.template import Payload
from hearth.house import Entity

_VACUUM_STATES = frozenset(("cleaning", "docked", "paused", "idle", "returning", "error"))
_VACUUM_ENDS: Mapping[str, tuple[str, ...]] = {
    "start": ("cleaning",),
    "pause": ("paused", "idle"),
    "stop": ("idle", "docked", "paused"),
    "return_to_base": ("returning", "docked"),
    "clean_spot": ("cleaning",),
}
_MAX_ROOMS = 64
_MOWER_STATES = frozenset(("mowing", "paused", "docked", "returning", "error"))
_MOWER_ENDS: Mapping[str, tuple[str, ...]] = {
    "start_mowing": ("mowing",),
    "pause": ("paused",),
    "dock": ("docked", "returning"),
}


class Vacuum:
    """``vacuum``: start, pause, stop, return_to_base, clean_spot, clean_area, locate, fan speed."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state, a JSON object."""
        template = config.template("value_template")

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            said = Payload(template.value(payload, this)).json if template else payload.json
            if not isinstance(said, dict):
                raise TypeError("the state is not a JSON object")
            found = {key: said[key] for key in ("battery_level", "fan_speed") if key in said}
            state = said.get("state", "")
            if state is None or state in _VACUUM_STATES:
                found["state"] = state
            rooms = said.get("segments")
            if "clean_segments_command_topic" in config and isinstance(rooms, dict):
                found["segments"] = {str(k): str(v) for k, v in list(rooms.items())[:_MAX_ROOMS]}
            return found

        topic = config.topic("state_topic")
        return (config.follow(topic, read),) if topic else ()

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its fan speeds."""
        speeds = config.texts("fan_speed_list")
        return {"fan_speed_list": speeds} if speeds else {}

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write one of its services."""
        service = {"turn_on": "start", "turn_off": "return_to_base"}.get(service, service)
        blind = "state_topic" not in config
        if service == "set_fan_speed":
            speed = text_of(data, "fan_speed", config.texts("fan_speed_list"))
            expected = {"fan_speed": speed}
            sends = config.send("set_fan_speed_topic", speed)
            return Order(sends, None if blind else matches(expected), assume=expected)
        if service == "send_command":
            command, params = text_of(data, "command"), data.get("params")
            if isinstance(params, Mapping):
                command = _compact({"command": command, **params})
            return Order(config.send("send_command_topic", command))
        if service == "clean_area":
            rooms = _rooms(entity, data)
            key = "clean_segments_command_topic"
            template = "clean_segments_command_template"
            sends = config.send(key, rooms, template, plain=_compact(rooms))
            return Order(sends, None if blind else in_state("cleaning"))
        if service == "locate":
            return Order(config.send("command_topic", config.text("payload_locate", "locate")))
        if service not in _VACUUM_ENDS:
            cannot(service)
        sends = config.send("command_topic", config.text(f"payload_{service}", service))
        return Order(sends, None if blind else in_state(*_VACUUM_ENDS[service]))


def _rooms(entity: Entity, data: Values) -> list[str]:
    """Return the ids of the rooms to clean: by ids or names of ``segments``, or by one ``area``."""
    known = entity.attributes.get("segments") or {}
    wanted = data.get("segments", data.get("area"))
    names = {name.casefold(): id_ for id_, name in known.items()}
    found = [
        str(one) if str(one) in known else names.get(str(one).casefold(), "")
        for one in (wanted if isinstance(wanted, list | tuple) else [wanted])
    ]
    if not found or not all(found):
        raise RefusedError("It knows no such room.")
    return found


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class LawnMower:
    """``lawn_mower``: start_mowing, pause and dock."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its activity."""

        def state(text: str) -> Values | None:
            if text.lower() == "none":
                return {"state": None}
            return {"state": text} if text in _MOWER_STATES else None

        return config.reading("activity_state_topic", state, "activity_value_template")

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return nothing: it has no fixed attributes."""
        del config
        return {}

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write one of its services."""
        del entity, data
        service = {"turn_on": "start_mowing", "turn_off": "dock"}.get(service, service)
        if service not in _MOWER_ENDS:
            cannot(service)
        sends = config.send(f"{service}_command_topic", service, f"{service}_command_template")
        blind = config.optimistic or "activity_state_topic" not in config
        ends = _MOWER_ENDS[service]
        return Order(sends, None if blind else in_state(*ends), assume={"state": ends[0]})
