"""A home to speak in, and the English grammar, built once."""

from __future__ import annotations

import pytest

from hearth.house import Area, Entity, Floor, House
from hearth.mind.grammar import Grammar
from support.grammars import grammar


def thing(id_: str, name: str, area: str | None = None, *aliases: str, **attributes: str) -> Entity:
    state = attributes.pop("state", None)
    return Entity(id_, name, tuple(aliases), area=area, state=state, attributes=attributes)


HOUSE = House(
    (Floor("down", "Ground Floor", ("downstairs",)), Floor("up", "Upstairs")),
    (
        Area("kitchen", "Kitchen", (), "down"),
        Area("living", "Living Room", ("lounge",), "down"),
        Area("bed", "Bedroom", (), "up"),
        Area("office", "Office", ("study",), "up"),
    ),
    (
        thing("light.kitchen", "Kitchen Ceiling", "kitchen"),
        thing("light.counter", "Countertop", "kitchen"),
        thing("light.reading", "Reading Lamp", "living", "sofa lamp"),
        thing("light.bed", "Bedside Lamp", "bed"),
        thing("light.desk", "Office Desk Lamp", "office"),
        thing("fan.bed", "Fan", "bed"),
        thing("fan.office", "Fan", "office"),
        thing("switch.coffee", "Coffee Machine", "kitchen"),
        thing("cover.left", "Left Curtain", "living", device_class="curtain"),
        thing("cover.right", "Right Curtain", "living", device_class="curtain"),
        thing("lock.front", "Front Door", "living", state="locked"),
        thing("binary_sensor.front", "Front Door", "living", device_class="door"),
        thing("climate.living", "Thermostat", "living"),
        thing("sensor.bed", "Bedroom Temperature", "bed", device_class="temperature"),
        thing("vacuum.robby", "Robby", "living"),
        thing("media_player.tv", "Television", "living", state="idle"),
        thing("person.ada", "Ada", state="home"),
        thing("weather.home", "Home Weather"),
        thing("todo.chores", "Chores"),
        thing("lawn_mower.mow", "Mower"),
        thing("scene.party", "Party"),
        thing("script.night", "Good Night"),
        thing("valve.main", "Main Valve"),
        thing("button.bell", "Bell"),
    ),
)


@pytest.fixture(scope="session")
def english() -> Grammar:
    return grammar()


@pytest.fixture(scope="session")
def house() -> House:
    return HOUSE
