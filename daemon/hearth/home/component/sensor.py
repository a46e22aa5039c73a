"""Things that measure: sensor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hearth.home.component.base import NONE, Config, Order, Reading, Values, cannot, static
from hearth.house import Entity

MAX_STATE = 255
"""A longer state is cut, as Home Assistant limits it, in characters."""


class Sensor:
    """``sensor``: read only."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state topic, and when it was last reset."""
        config.need("state_topic")
        options = frozenset(config.texts("options"))

        def state(text: str) -> Values | None:
            if text == NONE:
                return {"state": None}
            if not text or (options and text not in options):
                return None
            return {"state": text[:MAX_STATE]}

        def reset(text: str) -> Values | None:
            return {"last_reset": text[:MAX_STATE]} if text else None

        main = config.reading("state_topic", state, "value_template")
        if "last_reset_value_template" in config:
            main += config.reading("state_topic", reset, "last_reset_value_template")
        return main

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return unit, classes and options."""
        found: dict[str, Any] = static(config, "device_class", "unit_of_measurement", "state_class")
        if "options" in config:
            found["options"] = config.texts("options")
        if "suggested_display_precision" in config:
            found["suggested_display_precision"] = config.whole("suggested_display_precision", 0)
        return found

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Refuse: it can only be read."""
        del config, entity, data
        cannot(service)
