"""What a relative command means as a service depends on how the thing is now."""

from __future__ import annotations

from typing import Any

import pytest

from hearth.house import Entity, House
from hearth.port import Command
from hearth.service import services


@pytest.mark.parametrize(
    ("intent", "slots", "entity_id", "attributes", "service", "data"),
    [
        (
            "HearthLightStep",
            {"step": "up"},
            "light.a",
            {},
            "turn_on",
            {"brightness_step_pct": 25},
        ),
        (
            "HearthLightStep",
            {"step": "down", "by": 20},
            "light.a",
            {},
            "turn_on",
            {"brightness_step_pct": -20},
        ),
        (
            "HearthLightStep",
            {"step": "down", "factor": 0.5},
            "light.a",
            {"brightness": 204},
            "turn_on",
            {"brightness_pct": 40},
        ),
        (
            "HearthLightStep",
            {"step": "up", "factor": 2},
            "light.a",
            {"brightness": 204},
            "turn_on",
            {"brightness_pct": 100},
        ),
        (
            "HearthClimateStep",
            {"step": "up"},
            "climate.a",
            {"temperature": 20.5},
            "set_temperature",
            {"temperature": 21.5},
        ),
        (
            "HearthClimateStep",
            {"step": "down", "by": 3},
            "climate.a",
            {"current_temperature": 21, "min_temp": 19},
            "set_temperature",
            {"temperature": 19},
        ),
        (
            "HearthClimateStep",
            {"step": "up"},
            "climate.a",
            {"temperature": 70, "temperature_unit": "F"},
            "set_temperature",
            {"temperature": 72},
        ),
        ("HearthClimateStep", {"step": "up"}, "climate.a", {}, "set_temperature", {}),
        (
            "HearthCoverStep",
            {"step": "up", "by": 10},
            "cover.a",
            {"current_position": 95},
            "set_cover_position",
            {"position": 100},
        ),
        ("HearthCoverStep", {"step": "down"}, "cover.a", {}, "close_cover", {}),
        (
            "HearthFanStep",
            {"step": "down"},
            "fan.a",
            {"percentage": 20},
            "set_percentage",
            {"percentage": 1},
        ),
    ],
)
def test_a_step_starts_from_where_the_thing_is(  # noqa: PLR0917 - the columns of a table
    intent: str,
    slots: dict[str, Any],
    entity_id: str,
    attributes: dict[str, Any],
    service: str,
    data: dict[str, Any],
) -> None:
    house = House((), (), (Entity(entity_id, "It", attributes=attributes),))
    (found,) = services(Command(intent, slots, (entity_id,)), house)
    assert (found.entity_id, found.service, dict(found.data)) == (entity_id, service, data)
