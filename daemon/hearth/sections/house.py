"""The sections of hearth.toml about the house: rooms, things, the door, rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from hearth.sections.base import FORBID, Latitude, Longitude, Positive


@dataclass(frozen=True, config=FORBID)
class AreaConfig:
    """[home.areas.<id>]: a room, its other names, its floor, and the audio sites in it."""

    name: Annotated[str, Field(min_length=1)]
    aliases: tuple[str, ...] = ()
    floor: str | None = None
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, config=FORBID)
class FloorConfig:
    """[home.floors.<id>]: a storey and its other names."""

    name: Annotated[str, Field(min_length=1)]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, config=FORBID)
class EntityConfig:
    """[home.entities."<domain>.<object>"]: what a person calls a thing and where it stands."""

    name: str | None = None
    aliases: tuple[str, ...] = ()
    area: str | None = None


@dataclass(frozen=True, config=FORBID)
class HomeConfig:
    """[home]: the things in the house."""

    simulated: Literal["auto", "on", "off"] = "auto"
    discovery_prefixes: tuple[str, ...] = ("homeassistant",)
    latitude: Latitude | Literal[""] = ""
    longitude: Longitude | Literal[""] = ""
    echo_timeout_s: Positive = 2.0
    publish_itself: bool = True
    publish_words: bool = False
    floors: Mapping[str, FloorConfig] = Field(default_factory=dict)
    areas: Mapping[str, AreaConfig] = Field(default_factory=dict)
    entities: Mapping[str, EntityConfig] = Field(default_factory=dict)


Tier = Literal["free", "told", "confirm", "pin", "never"]
"""What an action needs: nothing, to be told back by name, a yes, the PIN; or it is never done."""

TIERS: Mapping[str, Tier] = {
    "lock:open": "pin",
    "lock:close": "told",
    "alarm_control_panel:open": "pin",
    "alarm_control_panel:close": "told",
    "siren:open": "confirm",
    "valve:open": "confirm",
    "cover.door:open": "confirm",
    "cover.garage:open": "confirm",
    "cover.gate:open": "confirm",
    "cover.window:open": "confirm",
    "cover": "told",
    "climate": "told",
    "water_heater": "told",
    "update": "confirm",
}
"""The tiers of ``[door.tiers]`` where the file does not name another; whatever is not in it is
free."""

TIER_KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)?(:(open|close))?")
"""A domain, a domain with a device class, or an entity's id; and what of it."""


@dataclass(frozen=True, config=FORBID)
class DoorConfig:
    """[door]: what has to be confirmed before it is done."""

    tiers: Mapping[str, Tier] = Field(default_factory=dict)
    openers: tuple[str, ...] = (
        "garage door",
        "gate",
        "door opener",
        "door lock",
        "unlock",
        "garagentor",
        "hoftor",
        "türöffner",
    )
    unattended: tuple[str, ...] = ()
    codes: Mapping[str, str] = Field(default_factory=dict)
    pin_file: str = ""
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    wait_minutes: Positive = 5.0

    def __post_init__(self) -> None:
        for key in self.tiers:
            if not TIER_KEY.fullmatch(key):
                raise ValueError(f"'{key}' is not like lock, cover.garage:open or lock.front_door")
        object.__setattr__(self, "tiers", {**TIERS, **self.tiers})


@dataclass(frozen=True, config=FORBID)
class RulesConfig:
    """[rules]: what happens by itself; the rules stand in triggers.toml or were said."""

    catch_up_s: Annotated[float, Field(ge=0)] = 3600.0
