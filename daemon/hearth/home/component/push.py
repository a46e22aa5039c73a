"""Things that are told something once and have no state of their own: button, scene, notify,
update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hearth.home.component.base import Config, Order, Reading, Values, cannot, static, text_of
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
                return {"installed_version": text[:255]} if text else None
            keys = ("installed_version", "latest_version", "title", "in_progress")
            found = {key: said[key] for key in keys if key in said}
            if {"installed_version", "latest_version"} <= found.keys():
                same = found["installed_version"] == found["latest_version"]
                found["state"] = "off" if same else "on"
            return found

        topic = config.topic("state_topic")
        main = (config.follow(topic, read),) if topic else ()
        return main + config.reading(
            "latest_version_topic",
            lambda text: {"latest_version": text[:255]} if text else None,
            "latest_version_template",
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


BUTTON = Push(("press", "turn_on"), "payload_press", "PRESS")
SCENE = Push(("turn_on", "activate"), "payload_on", "ON")
NOTIFY = Push(("send_message",), "", "")
