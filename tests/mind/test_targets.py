"""Slots become the entities that are meant."""

from __future__ import annotations

from typing import Any

import pytest

from hearth.house import Area, Entity, Floor, House
from hearth.mind.targets import Targets, Wanted, find

HOUSE = House(
    (Floor("up", "Upstairs", ("top floor",)),),
    (Area("bed", "Bedroom", ("master",), "up"), Area("hall", "Hall", (), "up"), Area("den", "Den")),
    (
        Entity("light.bed", "Lamp", area="bed"),
        Entity("light.den", "Lamp", ("Big Lamp",), area="den"),
        Entity("switch.den", "Plug", area="den"),
        Entity("cover.bed", "Left", area="bed", attributes={"device_class": "blind"}),
        Entity("cover.den", "Right", area="den", attributes={"device_class": "curtain"}),
        Entity("climate.den", "Heating", area="den"),
        Entity("sensor.bed", "T", area="bed", attributes={"device_class": "temperature"}),
        Entity("vacuum.v", "Robby", area="den"),
    ),
)


@pytest.mark.parametrize(
    ("intent", "domain", "slots", "ids"),
    [
        ("HassTurnOn", "homeassistant", {"domain": "light", "area": "master"}, ["light.bed"]),
        ("HassTurnOn", "homeassistant", {"domain": "light"}, ["light.bed", "light.den"]),
        ("HassTurnOn", "homeassistant", {"domain": "light", "floor": "Top Floor"}, ["light.bed"]),
        ("HassTurnOn", "homeassistant", {"name": "big lamp"}, ["light.den"]),
        ("HassTurnOn", "homeassistant", {"name": "light.den"}, ["light.den"]),
        ("HassTurnOn", "homeassistant", {"name": "Plug", "area": "Bedroom"}, []),
        (
            "HassTurnOn",
            "homeassistant",
            {"domain": "cover", "device_class": ["blind", "curtain"]},
            ["cover.bed", "cover.den"],
        ),
        ("HassSetPosition", "homeassistant", {"device_class": "blind"}, ["cover.bed"]),
        ("HassLightSet", "light", {"area": "Den"}, ["light.den"]),
        ("HassClimateGetTemperature", "climate", {"area": "Bedroom"}, ["sensor.bed"]),
        ("HassClimateSetTemperature", "climate", {"area": "Bedroom"}, []),
        ("HassVacuumCleanArea", "vacuum", {"area": "Bedroom"}, ["vacuum.v"]),
        ("HassCancelAllTimers", "homeassistant", {"area": "Den"}, []),
        ("HassGetCurrentTime", "homeassistant", {}, []),
        ("HassStartTimer", "homeassistant", {"name": "Lamp"}, []),
    ],
)
def test_slots_narrow_the_house(
    intent: str, domain: str, slots: dict[str, Any], ids: list[str]
) -> None:
    assert find(Wanted(intent, domain, slots), HOUSE, None) == Targets(tuple(ids))


@pytest.mark.parametrize(
    ("room", "targets"),
    [
        ("den", Targets(("light.den",))),
        ("bed", Targets(("light.bed",))),
        ("hall", Targets(("light.bed",))),  # the same floor
        (None, Targets((), ("light.bed", "light.den"))),
    ],
)
def test_of_two_with_one_name_the_nearest_is_meant(room: str | None, targets: Targets) -> None:
    wanted = Wanted("HassTurnOn", "homeassistant", {"name": "lamp"})
    assert find(wanted, HOUSE, room) == targets


def test_the_only_thermostat_is_meant_in_any_room() -> None:
    wanted = Wanted("HassClimateSetTemperature", "climate", {"area": "Bedroom"}, here=True)
    assert find(wanted, HOUSE, "bed") == Targets(("climate.den",))


def test_a_devices_own_settings_are_moved_only_by_name() -> None:
    lock = Entity("switch.lock", "Child lock", area="den", attributes={"entity_category": "config"})
    house = House(HOUSE.floors, HOUSE.areas, (*HOUSE.entities, lock))
    every = Wanted("HassTurnOff", "homeassistant", {"domain": "switch"})
    named = Wanted("HassTurnOff", "homeassistant", {"name": "Child lock"})
    assert find(every, house, None) == Targets(("switch.den",))
    assert find(named, house, None) == Targets(("switch.lock",))
