"""What a device calls itself in, names, ids and areas out: cleaned, unique, as people know them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping
from typing import Any

from hearth.home.discovery import Announced
from hearth.house import Area, Floor
from hearth.sections.house import HomeConfig

MAX_NAME = 100
"""A longer name is cut, in characters."""


def clean(value: object) -> str:
    """Return a device's text as data that can be shown: no control or hidden characters, short."""
    text = unicodedata.normalize("NFC", str(value)[: MAX_NAME * 4])
    shown = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join(shown.split())[:MAX_NAME].strip()


def slug(text: str) -> str:
    """Return ``text`` as the object part of an entity id, never empty."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss").lower())
    plain = folded.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "unknown"


def full_name(announced: Announced) -> str:
    """Return the name that a person sees, composed as Home Assistant does.

    The device's name, then the entity's; the device's alone where the entity's is null. A name
    that repeats the device's is not said twice. Without a name, the device class or the component.
    """
    config = announced.config
    device = clean(announced.device.get("name") or "")
    if announced.component == "device_automation":
        own = _button(config)
    elif "name" in config:
        own = clean(config["name"]) if config["name"] is not None else ""
    else:
        own = clean(config.get("device_class") or announced.component).replace("_", " ")
        own = own[:1].upper() + own[1:]
    if device and own.casefold().startswith(device.casefold()):
        rest = own[len(device) :]
        if not rest or not rest[0].isalnum():
            own = rest.strip(" -_:.")
    return clean(f"{device} {own}") or clean(announced.key[2]) or announced.component


_PRESSES = {
    "button_short_press": "pressed", "button_short_release": "released",
    "button_long_press": "held", "button_long_release": "released after being held",
    "button_double_press": "pressed twice", "button_triple_press": "pressed three times",
    "button_quadruple_press": "pressed four times", "button_quintuple_press": "pressed five times",
    "action": "",
}  # fmt: skip
"""The types of Home Assistant's device triggers, and the one that Zigbee2MQTT gives to all."""


def _button(config: Mapping[str, Any]) -> str:
    """Return what a device's trigger is called: which button, and what is done to it."""
    kind = clean(config.get("type") or "")
    words = f"{config.get('subtype') or ''} {_PRESSES.get(kind, kind)}"
    return clean(words.replace("_", " "))


def wanted_id(announced: Announced, name: str) -> str:
    """Return the entity id that the device asks for, else one made of its name."""
    config = announced.config
    for key in ("default_entity_id", "object_id"):
        if (given := clean(config.get(key) or "")) and isinstance(config[key], str):
            domain, dot, rest = given.partition(".")
            return f"{announced.component}.{slug(rest if dot and domain else given)}"
    return f"{announced.component}.{slug(name)}"


def unique(wanted: str, taken: Container[str]) -> str:
    """Return ``wanted``, or with the first free number after it."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}_{number}" in taken:
        number += 1
    return f"{wanted}_{number}"


class Places:
    """The floors and areas: those of the configuration, then those that devices suggest."""

    def __init__(self, config: HomeConfig) -> None:
        self.floors = tuple(
            Floor(id_, floor.name, floor.aliases) for id_, floor in config.floors.items()
        )
        self.areas = tuple(
            Area(id_, area.name, area.aliases, area.floor) for id_, area in config.areas.items()
        )
        self._known: dict[str, str] = {}
        for area in self.areas:
            for name in (area.id, area.name, *area.aliases):
                self._known.setdefault(name.casefold(), area.id)
        for entity in config.entities.values():
            if entity.area:
                self.area(entity.area)

    def area(self, suggested: object) -> str | None:
        """Return the id of the area with that name, alias or id; a new one where there is none."""
        if not isinstance(suggested, str) or not (name := clean(suggested)):
            return None
        if (known := self._known.get(name.casefold())) is not None:
            return known
        id_ = unique(slug(name), {area.id for area in self.areas})
        self.areas += (Area(id_, name),)
        self._known[name.casefold()] = id_
        return id_

    def forget(self, used: Container[str | None], config: HomeConfig) -> None:
        """Drop the suggested areas in which nothing stands any more."""
        kept = {self._known.get(e.area.casefold()) for e in config.entities.values() if e.area}
        self.areas = tuple(
            a for a in self.areas if a.id in config.areas or a.id in used or a.id in kept
        )
        alive = {area.id for area in self.areas}
        self._known = {name: id_ for name, id_ in self._known.items() if id_ in alive}


def device_attributes(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an announcement says about any kind of thing."""
    category = config.get("entity_category")
    return {"entity_category": category} if category in ("config", "diagnostic") else {}
