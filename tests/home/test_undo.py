"""What puts a thing back as it was, domain by domain."""

from __future__ import annotations

from typing import Any

import pytest

from hearth.event import Act, Acted
from hearth.home.undo import back
from hearth.house import Entity


@pytest.mark.parametrize(
    ("id_", "state", "attributes", "service", "ways"),
    [
        ("light.a", "off", {"brightness": 40}, "turn_on", [("turn_off", {})]),
        ("light.a", "on", {"brightness": 40}, "turn_off", [("turn_on", {"brightness": 40})]),
        (
            "light.a",
            "on",
            {"brightness": 9, "color_mode": "hs", "hs_color": (10, 20), "effect": "rainbow"},
            "turn_on",
            [("turn_on", {"brightness": 9, "hs_color": (10, 20), "effect": "rainbow"})],
        ),
        (
            "light.a",
            "on",
            {"color_mode": "color_temp", "color_temp_kelvin": 3000, "rgb_color": (1, 2, 3)},
            "turn_on",
            [("turn_on", {"color_temp_kelvin": 3000})],
        ),
        ("switch.a", "on", {}, "turn_off", [("turn_on", {})]),
        ("switch.a", None, {}, "turn_off", None),
        ("cover.a", "open", {"current_position": 30}, "close_cover",
         [("set_cover_position", {"position": 30})]),
        ("cover.a", "open", {"current_position": 100}, "close_cover", [("open_cover", {})]),
        ("cover.a", "closed", {}, "open_cover", [("close_cover", {})]),
        ("valve.a", "closed", {}, "open_valve", [("close_valve", {})]),
        ("cover.a", "open", {"current_tilt_position": 20}, "open_cover_tilt",
         [("set_cover_tilt_position", {"tilt_position": 20})]),
        ("climate.a", "heat", {"temperature": 20}, "set_temperature",
         [("set_temperature", {"temperature": 20})]),
        ("climate.a", "heat", {"temperature": 20}, "turn_off",
         [("set_hvac_mode", {"hvac_mode": "heat"})]),
        ("climate.a", "heat", {"fan_mode": "low"}, "set_fan_mode",
         [("set_fan_mode", {"fan_mode": "low"})]),
        ("fan.a", "on", {"percentage": 50}, "turn_off", [("turn_on", {"percentage": 50})]),
        ("lock.a", "locked", {}, "unlock", [("lock", {})]),
        ("lock.a", "unlocked", {}, "lock", None),
        ("alarm_control_panel.a", "armed_away", {}, "alarm_disarm", [("alarm_arm_away", {})]),
        ("alarm_control_panel.a", "disarmed", {}, "alarm_arm_away", None),
        ("vacuum.a", "docked", {}, "start", [("return_to_base", {})]),
        ("number.a", "4.5", {}, "set_value", [("set_value", {"value": 4.5})]),
        ("number.a", "soon", {}, "set_value", None),
        ("select.a", "eco", {}, "select_option", [("select_option", {"option": "eco"})]),
        ("siren.a", "on", {}, "turn_off", None),
        ("button.a", "unknown", {}, "press", None),
        ("scene.a", "2026", {}, "turn_on", None),
    ],
)  # fmt: skip
def test_the_way_back(
    id_: str,
    state: str | None,
    attributes: dict[str, Any],
    service: str,
    ways: list[tuple[str, dict[str, Any]]] | None,
) -> None:
    before = Entity(id_, "Thing", state=state, attributes=attributes)
    after = state if service == "set_temperature" else "other"
    acted = Acted(Act(id_, service), "done", state, after, 1.0)
    assert back(acted, before) == (tuple(ways) if ways else None)
