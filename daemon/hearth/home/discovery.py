"""A discovery message in, what it announces or takes back out: pure, and never surprised.

Both forms of Home Assistant's MQTT discovery: one component a topic
(``<prefix>/<component>/[<node_id>/]<object_id>/config``) and a whole device a topic
(``<prefix>/device/[<node_id>/]<object_id>/config``). An empty payload takes back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

from hearth.error import HearthError
from hearth.home.abbreviations import DEVICE, ENTITY, ORIGIN, expand
from hearth.house import EMPTY

ITSELF = "Hearth"
"""The origin under which Hearth announces itself; it is no thing of its own house."""

MAX_PAYLOAD_BYTES = 262_144
"""A longer discovery payload is refused; the largest of real devices stay under 32 KiB."""

_NAMES = """
alarm_control_panel binary_sensor button camera climate cover date datetime device_automation
device_tracker event fan humidifier image infrared lawn_mower light lock notify number scene select
sensor siren switch tag text time update vacuum valve water_heater
"""
COMPONENTS = frozenset(_NAMES.split())
"""Every component that Home Assistant's MQTT discovery knows."""

_TAIL = re.compile(r"([a-z_]+)/(?:([a-zA-Z0-9_-]+)/)?([a-zA-Z0-9_-]+)/config")
_SHARED = (
    "availability", "availability_mode", "availability_template", "availability_topic",
    "command_topic", "encoding", "payload_available", "payload_not_available", "qos", "state_topic",
)  # fmt: skip
_PUBLISHED = ("command_topic", "set_position_topic", "set_fan_speed_topic")

_OURS = ("$", "hermes/")
_BARRED = re.compile("[\x01-\x1f\x7f-\x9f\ufdd0-\ufdef]")
"""Characters for which a broker (Mosquitto: ``utf8_mosq.c``) ends the whole connection."""

_MAX_LEVELS = 128
"""Mosquitto ends the connection at a topic of more than 200 levels."""

Key: TypeAlias = tuple[str, str, str]
"""What identifies a thing: prefix, component, and the ids of its topic joined by spaces."""


class DiscoveryError(HearthError, ValueError):
    """A discovery payload that cannot be used; it changes nothing."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A thing announced itself; ``config`` and ``device`` bear full names, ``~`` is expanded.

    ``topic`` is where: both forms can name the same key, and only the topic that announced a thing
    may change it or take it back. ``also`` holds, by topic, further topics on which the same is
    told; ``polls`` the messages (topic, payload) that make the device tell what no broker keeps.
    """

    key: Key
    config: Mapping[str, Any]
    device: Mapping[str, Any]
    origin: Mapping[str, Any]
    topic: str = field(default="", kw_only=True)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: EMPTY, kw_only=True)
    polls: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)

    @property
    def component(self) -> str:
        """The component: ``light``, ``sensor`` ..."""
        return self.key[1]

    @property
    def unique_id(self) -> str | None:
        """What its maker calls it, or None."""
        given = self.config.get("unique_id")
        return str(given) if isinstance(given, str | int) and str(given) else None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A thing, or with the component ``device`` every thing of a device, was taken back."""

    key: Key
    topic: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Malformed:
    """A component of a device payload that cannot be used; the others of the device can."""

    key: Key
    why: str


Found: TypeAlias = Announced | Withdrawn | Malformed


def parse(prefixes: Iterable[str], topic: str, payload: bytes) -> tuple[Found, ...]:
    """Return what a discovery message says, in the payload's order.

    Raises:
        DiscoveryError: says what is wrong with it; nothing of it is to be used.
    """
    key = _key(prefixes, topic)
    if not payload:
        return (Withdrawn(key, topic=topic),)
    config = expand(_object(payload), ENTITY)
    if config.get("migrate_discovery") is True:
        return (Withdrawn(key, topic=topic),)
    if key[1] == "device":
        return tuple(_device(key, topic, config))
    _base(config, config.get("~"))
    return (announced(key, topic, config, _block(config, "device"), _block(config, "origin")),)


def _key(prefixes: Iterable[str], topic: str) -> Key:
    for prefix in prefixes:
        if topic.startswith(prefix + "/") and (found := _TAIL.fullmatch(topic[len(prefix) + 1 :])):
            component, node, thing = found.groups()
            if component != "device" and component not in COMPONENTS:
                _fail(f"there is no component {component[:40]!r}")
            return prefix, component, f"{node} {thing}" if node else thing
    return _fail("the topic is not <prefix>/<component>/[<node_id>/]<object_id>/config")


def _object(payload: bytes) -> dict[str, Any]:
    if len(payload) > MAX_PAYLOAD_BYTES:
        _fail(f"the payload is longer than {MAX_PAYLOAD_BYTES} bytes")
    try:
        found = json.loads(payload, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        _fail("the payload is not JSON")
    if not isinstance(found, dict):
        _fail("the payload is not a JSON object")
    return dict(found)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _device(key: Key, topic: str, config: dict[str, Any]) -> Iterator[Found]:
    """Yield each component of a device payload; the device and its origin are mandatory."""
    device, origin = _block(config, "device"), _block(config, "origin")
    if not device or not origin.get("name"):
        _fail("a device payload needs 'device' and 'origin' with a name")
    components = config.get("components")
    if not isinstance(components, dict) or not components:
        _fail("a device payload needs 'components'")
    _base(config, config.get("~"))
    shared = {name: config[name] for name in _SHARED if name in config}
    for name, given in components.items():
        own = expand(given, ENTITY) if isinstance(given, dict) else {}
        platform = own.pop("platform", None)
        if not isinstance(platform, str) or platform not in COMPONENTS:
            yield Malformed((key[0], "", key[2]), f"the component {name[:40]!r} names no platform")
            continue
        own_key = (key[0], platform, f"{key[2]} {name}")
        if not own:
            yield Withdrawn(own_key, topic=topic)
            continue
        try:
            _base(own, own.get("~", config.get("~")))
            yield announced(own_key, topic, shared | own, device, origin)
        except DiscoveryError as error:
            yield Malformed(own_key, error.what)


def announced(
    key: Key,
    topic: str,
    config: dict[str, Any],
    device: Mapping[str, Any],
    origin: Mapping[str, Any],
    *,
    also: Mapping[str, tuple[str, ...]] = EMPTY,
    polls: tuple[tuple[str, str], ...] = (),
) -> Announced:
    """Return what announced itself. Raises DiscoveryError for a topic that cannot be used."""
    for further in (each for topics in also.values() for each in topics):
        _check_topic("state_topic", further)
    for poll, _ in polls:
        _check_topic("command_topic", poll)
    for name, value in config.items():
        if name.endswith("topic") and value is not None:
            _check_topic(name, value)
    for item in _availability(config):
        _check_topic("availability topic", item.get("topic"))
    kept = {k: v for k, v in config.items() if k not in ("device", "origin", "~")}
    return Announced(key, kept, device, origin, topic=topic, also=also, polls=polls)


def _block(config: Mapping[str, Any], name: str) -> dict[str, Any]:
    block = config.get(name) or {}
    if not isinstance(block, dict):
        _fail(f"'{name}' is not an object")
    return expand(block, DEVICE if name == "device" else ORIGIN)


def _availability(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = config.get("availability")
    if given is None:
        return []
    items = given if isinstance(given, list) else [given]
    if not all(isinstance(item, dict) for item in items):
        _fail("'availability' is not a list of objects")
    if config.get("availability_topic"):
        _fail("'availability' and 'availability_topic' cannot both be given")
    return items


def _base(config: dict[str, Any], base: object) -> None:
    """Put ``base`` for ``~`` at the start or the end of each topic, and expand availability."""
    if isinstance(given := config.get("availability"), dict):
        given = [given]
    if isinstance(given, list):
        config["availability"] = [
            expand(item, ENTITY) if isinstance(item, dict) else item for item in given
        ]
    if base is None:
        return
    if not isinstance(base, str):
        _fail("'~' is not text")
    for block in (config, *(i for i in config.get("availability") or () if isinstance(i, dict))):
        for name, value in block.items():
            if not name.endswith("topic") or not isinstance(value, str):
                continue
            if value.startswith("~"):
                block[name] = base + value[1:]
            elif value.endswith("~"):
                block[name] = value[:-1] + base


def _check_topic(name: str, value: object) -> None:
    if not isinstance(value, str) or not value or "\0" in value:
        _fail(f"'{name}' is not a topic")
    if len(value.encode("utf-8", "surrogatepass")) > 1024:
        _fail(f"'{name}' is longer than 1024 bytes")
    try:
        value.encode()
    except UnicodeEncodeError:
        _fail(f"'{name}' is not valid UTF-8")
    levels = value.split("/")
    barred = _BARRED.search(value) or any(ord(c) & 0xFFFE == 0xFFFE for c in value)
    if barred or len(levels) > _MAX_LEVELS or value.startswith("$share"):
        _fail(f"'{name}' is no topic that a broker takes")
    wild = any(c in value for c in "+#")
    if name.endswith(_PUBLISHED):
        if wild:
            _fail(f"'{name}' has a wildcard")
        if value.startswith(_OURS):
            _fail(f"'{name}' is a topic of Hearth's own ears and mouths")
    for position, level in enumerate(levels):
        if ("+" in level and level != "+") or (
            "#" in level and (level != "#" or position != len(levels) - 1)
        ):
            _fail(f"'{name}' has a wildcard in the wrong place")


def _fail(why: str) -> NoReturn:
    raise DiscoveryError(f"A discovery payload was not used: {why}.")
