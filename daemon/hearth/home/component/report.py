"""Things that only tell: event and device tracker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hearth.home.component.base import NONE, Config, Order, Reading, Values, cannot, static
from hearth.home.template import Payload
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


class Happening(Reporter):
    """``event``: the state is the kind of the last event; its other values are attributes."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state topic."""
        config.need("state_topic", "event_types")
        template, kinds = config.template("value_template"), frozenset(config.texts("event_types"))

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            text = template.value(payload, this) if template else payload.text
            if not text:
                return None
            said = Payload(text).json
            if not isinstance(said, dict) or said.get("event_type") not in kinds:
                raise ValueError("the event is not of a known type")
            return {**said, "state": said["event_type"]}

        return (config.follow(config.topic("state_topic"), read),)


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
