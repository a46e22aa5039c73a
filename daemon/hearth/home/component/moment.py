"""Things that happen and are over: event, device trigger, tag, and an infrared receiver; and the
infrared emitter, which has no state at all.

Each message is a happening of its own (``Reading.moment``): its kind becomes the state, from no
state, so that a rule on the state fires each time. What the broker kept does not happen again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hearth.home.component.base import (
    NONE,
    Config,
    Order,
    Reading,
    RefusedError,
    Values,
    cannot,
    number_of,
    static,
)
from hearth.home.component.report import Reporter
from hearth.home.discovery import DiscoveryError
from hearth.home.template import Payload
from hearth.house import Entity

MAX_KIND = 255
"""A longer kind is cut, in characters."""

MAX_TIMINGS = 1024
"""A longer signal is not one of a remote control; in pulses and pauses."""

_NOTHING = ("", NONE, "null", '""', "{}")
_MAX_DATA = 32


class Happening(Reporter):
    """``event``: the state is the kind of the last event; its other values are attributes."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state topic."""
        config.need("state_topic", "event_types")
        template, kinds = config.template("value_template"), frozenset(config.texts("event_types"))

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            text = template.value(payload, this) if template else payload.text
            if text.strip() in _NOTHING:
                return None
            said = Payload(text).json
            if not isinstance(said, dict) or str(said.get("event_type")) not in kinds:
                raise ValueError("the event is not of a known type")
            if len(said) > _MAX_DATA:
                raise ValueError("the event says too much")
            kind = str(said["event_type"])
            return {**said, "event_type": kind, "state": kind}

        uses_this = bool(template and template.uses_this)
        return (config.moment("state_topic", read, uses_this=uses_this),)


class Trigger(Reporter):
    """``device_automation``: a button of a device that has no entity. The state is its type."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its topic, and take the messages that are its ``payload``."""
        config.need("automation_type", "topic", "type", "subtype")
        if config.text("automation_type") != "trigger":
            raise DiscoveryError("A discovery payload was not used: it is no device trigger.")
        template = config.template("value_template")
        wanted, kind = config.text("payload"), config.text("type")[:MAX_KIND]

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            text = template.value(payload, this) if template else payload.text
            return {"state": kind} if text == wanted or not wanted else None

        return (config.moment("topic", read),)

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its type and subtype; it is no thing that "all of them" means."""
        return static(config, "type", "subtype") | {"entity_category": "diagnostic"}


class Tag(Reporter):
    """``tag``: the state is the tag that was held to the reader last."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its topic."""
        config.need("topic")
        template = config.template("value_template")

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            text = (template.value(payload, this) if template else payload.text).strip()
            return {"state": text[:MAX_KIND]} if text not in _NOTHING else None

        return (config.moment("topic", read),)


class Infrared:
    """``infrared``: a receiver hears signals, an emitter sends them."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow the state topic of a receiver."""
        schema = config.text("schema")
        if schema == "emitter":
            config.need("command_topic")
            return ()
        if schema != "receiver":
            raise DiscoveryError("A discovery payload was not used: no such infrared schema.")
        config.need("state_topic")
        template = config.template("value_template")

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            text = template.value(payload, this) if template else payload.text
            if text.strip() in _NOTHING:
                return None
            said = Payload(text).json
            timings = said.get("timings") if isinstance(said, dict) else None
            return {
                "state": "received",
                "timings": _timings(timings),
                "modulation": said.get("modulation"),
            }

        return (config.moment("state_topic", read),)

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return whether it hears or sends."""
        return static(config, "schema")

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write send_command: ``timings`` in microseconds, ``modulation`` in hertz."""
        del entity
        if service != "send_command" or "command_topic" not in config:
            cannot(service)
        modulation = data.get("modulation")
        try:
            timings = _timings(data.get("timings"))
        except ValueError as error:
            raise RefusedError(f"The signal makes no sense: {error}.") from None
        message = {
            "timings": list(timings),
            "modulation": None
            if modulation is None
            else round(number_of(data, "modulation", 0, 1e6)),
            "repeat_count": round(number_of({"repeat_count": 0, **data}, "repeat_count", 0, 100)),
        }
        text = json.dumps(message, separators=(",", ":"))
        return Order(config.send("command_topic", text, "command_template", **message))


def _timings(given: object) -> tuple[int, ...]:
    if not isinstance(given, list | tuple) or not 1 <= len(given) <= MAX_TIMINGS:
        raise ValueError(f"the timings are not 1 to {MAX_TIMINGS} numbers")
    if not all(type(timing) is int for timing in given):
        raise ValueError("the timings are not whole numbers")
    return tuple(given)
