"""Things that are on or off: switch and binary sensor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hearth.home.component.base import (
    NONE,
    Config,
    Order,
    Reading,
    Values,
    cannot,
    in_state,
    static,
)
from hearth.house import Entity

ON, OFF = "on", "off"
_UNKNOWN = {"state": None}


def on_off(config: Config, on_key: str = "payload_on", off_key: str = "payload_off") -> Any:
    """Return what maps a device's word to ``on``, ``off`` or unknown."""
    known: dict[str, Values] = {
        NONE: _UNKNOWN,
        config.text(off_key, config.text("payload_off", "OFF")): {"state": OFF},
        config.text(on_key, config.text("payload_on", "ON")): {"state": ON},
    }
    return known.get


def toggled(entity: Entity, service: str) -> str:
    """Return what ``toggle`` means now; other services as they are."""
    if service == "toggle":
        return "turn_off" if entity.state == ON else "turn_on"
    return service


class Switch:
    """``switch``: ON and OFF."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state topic."""
        config.need("command_topic")
        values = on_off(config, "state_on", "state_off")
        return config.reading("state_topic", values, "value_template")

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its device class."""
        return static(config, "device_class")

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write turn_on, turn_off and toggle."""
        del data
        service = toggled(entity, service)
        if service not in ("turn_on", "turn_off"):
            cannot(service)
        to = ON if service == "turn_on" else OFF
        payload = config.text(f"payload_{to}", to.upper())
        sends = config.send("command_topic", payload, "command_template")
        blind = config.optimistic or "state_topic" not in config
        return Order(sends, None if blind else in_state(to), assume={"state": to})


class BinarySensor:
    """``binary_sensor``: read only."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state topic."""
        config.need("state_topic")
        return config.reading("state_topic", on_off(config), "value_template")

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its device class."""
        return static(config, "device_class")

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Refuse: it can only be read."""
        del config, entity, data
        cannot(service)
