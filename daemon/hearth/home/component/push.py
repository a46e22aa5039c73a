"""Things that are told something once and have no state of their own: button, scene, notify,
update."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hearth.home.component.base import Config, Order, Reading, Values, cannot, static, text_of
from hearth.home.component.sensor import MAX_STATE
from hearth.home.template import Payload
from hearth.house import Entity


class Push:
    """One command for one or several names of a service; it echoes nothing."""

    def __init__(self, services: tuple[str, ...], payload_key: str, default: str) -> None:
        self._services, self._key, self._default = services, payload_key, default

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow nothing."""
        config.need("command_topic")
        return ()

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its device class."""
        return static(config, "device_class")

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write the command; a notification carries its text."""
        del entity
        if service not in self._services:
            cannot(service)
        word = config.text(self._key, self._default) if self._key else text_of(data, "message")
        return Order(config.send("command_topic", word, "command_template"))


class Update:
    """``update``: what is installed, what is the latest; install."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state, a version or a JSON object, and the latest version."""
        template = config.template("value_template")

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            text = template.value(payload, this) if template else payload.text
            said = Payload(text).json
            if not isinstance(said, dict):
                said = {"installed_version": text} if text else {}
            found = {key: said[key] for key in _VERSIONS if key in said}
            if "update_percentage" in found and "in_progress" not in found:
                found["in_progress"] = found["update_percentage"] is not None
            return _compared(found, this) if found else None

        latest = config.template("latest_version_template")

        def read_latest(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            text = latest.value(payload, this) if latest else payload.text
            return _compared({"latest_version": text}, this) if text else None

        topics = {"state_topic": read, "latest_version_topic": read_latest}
        return tuple(
            config.follow(topic, function, uses_this=True)
            for key, function in topics.items()
            if (topic := config.topic(key))
        )

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return class and title."""
        return static(config, "device_class", "title")

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write install."""
        del entity, data
        if service != "install" or "payload_install" not in config:
            cannot(service)
        return Order(config.send("command_topic", config.text("payload_install")))


_VERSIONS = ("installed_version", "latest_version", "title", "release_summary", "release_url",
             "in_progress", "update_percentage")  # fmt: skip


def _compared(found: dict[str, Any], this: Mapping[str, Any] | None) -> Values:
    """Add what the versions mean: ``on`` where the latest one is newer than the installed one."""
    known = (this or {}).get("attributes", {}) | found
    found = {k: str(v)[:MAX_STATE] if isinstance(v, str) else v for k, v in found.items()}
    installed, latest = known.get("installed_version"), known.get("latest_version")
    if installed is not None and latest is not None:
        found["state"] = "on" if _newer(str(latest), str(installed)) else "off"
    return found


def _newer(one: str, other: str) -> bool:
    """Tell whether a version is newer; where they cannot be ordered, whether it is another one."""
    parts = [re.findall(r"\d{1,9}", version) for version in (one, other)]
    if one == other or not all(parts):
        return one != other
    first, second = (tuple(map(int, part)) for part in parts)
    return first > second if first != second else one != other


BUTTON = Push(("press", "turn_on"), "payload_press", "PRESS")
SCENE = Push(("turn_on", "activate"), "payload_on", "ON")
NOTIFY = Push(("send_message",), "", "")
