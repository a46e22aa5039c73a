"""Things that only tell: device tracker, and what all that can only be read have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hearth.home.component.base import NONE, Config, Order, Reading, Values, cannot, static
from hearth.house import Entity


class Reporter:
    """What can only be read."""

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return classes and kinds."""
        found: dict[str, Any] = static(config, "device_class", "source_type")
        if "event_types" in config:
            found["event_types"] = config.texts("event_types")
        return found

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Refuse: it can only be read."""
        del config, entity, data
        cannot(service)


class Tracker(Reporter):
    """``device_tracker``: home, not_home, or the name of a place."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state topic."""
        words: dict[str, Values] = {
            config.text("payload_home", "home"): {"state": "home"},
            config.text("payload_not_home", "not_home"): {"state": "not_home"},
            config.text("payload_reset", NONE): {"state": None},
        }

        def state(text: str) -> Values | None:
            return words.get(text, {"state": text[:255]}) if text else None

        return config.reading("state_topic", state, "value_template")
