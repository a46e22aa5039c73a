"""Tasmota's own discovery in, the same announcements as any other device's out.

Tasmota (``SetOption19 0``, its default) describes a device in two retained messages,
``tasmota/discovery/<mac>/config`` and ``.../sensors``. The library ``hatasmota`` reads them, as it
does for Home Assistant; ``tasmota_things`` writes what it found as the discovery of MQTT things.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import voluptuous
from hatasmota import discovery
from hatasmota.utils import get_topic_command_state, get_topic_command_status

from hearth.home import tasmota_things
from hearth.home.discovery import (
    MAX_PAYLOAD_BYTES,
    Announced,
    DiscoveryError,
    Key,
    Withdrawn,
    announced,
)

PREFIX = "tasmota/discovery"
FILTERS = (f"{PREFIX}/+/config", f"{PREFIX}/+/sensors")

MAX_DEVICES = 1000
"""More are refused, so that a flood of announcements cannot fill the memory."""

_UNREADABLE = (
    voluptuous.Invalid, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError,
    ArithmeticError,  # a number that is infinite
)  # fmt: skip

Config: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class _Device:
    """What one device said of itself, and the keys of what was announced for it."""

    config: Config | None = None
    sensors: Config | None = None
    keys: tuple[Key, ...] = ()


@dataclass(slots=True)
class Tasmota:
    """Every Tasmota device that announced itself natively."""

    _devices: dict[str, _Device] = field(default_factory=dict)
    _marks: dict[str, str] = field(default_factory=dict)

    def take(self, topic: str, payload: bytes) -> tuple[Announced | Withdrawn, ...]:
        """Return what a message of ``FILTERS`` announces and takes back.

        Raises:
            DiscoveryError: it cannot be used; nothing changes.
        """
        mac, kind = topic.split("/")[-2:]
        if mac not in self._devices and len(self._devices) >= MAX_DEVICES:
            raise DiscoveryError(f"There are {MAX_DEVICES} Tasmota devices already.")
        if discovery.discovery_topic_get_mac(topic, PREFIX) is None:
            raise DiscoveryError("A Tasmota discovery payload was not used: its topic is odd.")
        old = self._devices.get(mac, _Device())
        said = _read(payload) if payload else None
        try:
            if kind == "config":
                config = said and discovery.TASMOTA_DISCOVERY_SCHEMA(said)
                if config and config["mac"] != mac:
                    raise ValueError("its address is not that of the topic")
                new = _Device(config, old.sensors)
            else:
                sensors = said and discovery.TASMOTA_SENSOR_DISCOVERY_SCHEMA(said)
                new = _Device(old.config, sensors)
            found = tuple(_announcements(new))
        except _UNREADABLE as error:
            raise DiscoveryError(
                f"A Tasmota discovery payload was not used: {str(error)[:200]!r}."
            ) from None
        new.keys = tuple(each.key for each in found)
        self._devices[mac] = new
        if new.config is None:
            self._marks.pop(mac[-6:], None)
            if new.sensors is None:
                del self._devices[mac]
        else:
            self._marks[mac[-6:]] = mac
        gone = tuple(Withdrawn(k, topic=_topic(mac)) for k in old.keys if k not in new.keys)
        return gone + found

    def owns(self, found: Announced) -> bool:
        """Tell whether another announcement is of a device that announced itself natively.

        With ``SetOption19 1`` Tasmota takes its native announcement back, and names its things
        ``<end of its address>_...``; what still stands beside the native one is left over.
        """
        mark, line, _ = (found.unique_id or "").partition("_")
        return bool(line) and found.key[0] != PREFIX and mark in self._marks


def _read(payload: bytes) -> Config:
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise DiscoveryError("A Tasmota discovery payload was not used: it is too long.")
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise DiscoveryError("A Tasmota discovery payload was not used: it is no JSON object.")
    return said


def _announcements(device: _Device) -> Iterator[Announced]:
    """Yield every thing of a device; without its config nothing is known yet."""
    if (config := device.config) is None:
        return
    mac = str(config["mac"])
    about = {
        "name": config["dn"],
        "identifiers": [mac],
        "manufacturer": "Tasmota",
        "model": config["md"],
        "sw_version": config["sw"],
    }
    polls = ((get_topic_command_state(config), ""), (get_topic_command_status(config), "10"))
    found = tasmota_things.things(config, device.sensors)
    for component, unique_id, entries, also in found:
        key = (PREFIX, component, f"{mac} {unique_id}")
        entries["unique_id"] = unique_id
        origin = {"name": "Tasmota"}
        yield announced(key, _topic(mac), entries, about, origin, also=also, polls=polls)


def _topic(mac: str) -> str:
    """Return where a device announces itself: both of its messages count as one."""
    return f"{PREFIX}/{mac}"
