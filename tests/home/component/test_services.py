"""The table of services says what the components do: neither more nor less."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.shelf import Shelf

from hearth.home.component.base import RefusedError
from hearth.home.component.services import SERVICES
from hearth.home.component.table import COMPONENTS
from hearth.home.discovery import COMPONENTS as KNOWN

_SIDES = """
command target_humidity_command mode_command temperature_command temperature_low_command
temperature_high_command fan_mode_command swing_mode_command swing_horizontal_mode_command
preset_mode_command percentage_command oscillation_command direction_command set_position
tilt_command start_mowing_command pause_command dock_command set_fan_speed send_command
clean_segments_command brightness_command rgb_command effect_command
"""
EVERYTHING = {f"{side}_topic": "c" for side in _SIDES.split()} | {
    "name": "X", "state_topic": "s", "object_id": "x", "schema": "emitter", "payload_open": "OPEN",
    "payload_stop": "STOP", "payload_install": "go", "min_temp": 5, "modes": ["off", "heat"],
    "options": ["a", "b"], "preset_modes": ["eco"], "fan_speed_list": ["max"],
}  # fmt: skip
DATA: dict[str, dict[str, Any]] = {
    "set_position": {"position": 1}, "set_cover_tilt_position": {"tilt_position": 1},
    "set_hvac_mode": {"hvac_mode": "heat"}, "set_temperature": {"temperature": 10},
    "set_humidity": {"humidity": 40}, "set_fan_mode": {"fan_mode": "low"},
    "set_swing_mode": {"swing_mode": "on"}, "set_mode": {"mode": "heat"},
    "set_swing_horizontal_mode": {"swing_horizontal_mode": "on"},
    "set_preset_mode": {"preset_mode": "eco"}, "set_percentage": {"percentage": 3},
    "oscillate": {"oscillating": True}, "set_direction": {"direction": "forward"},
    "send_command": {"command": "x", "timings": [1]}, "set_fan_speed": {"fan_speed": "max"},
    "select_option": {"option": "a"}, "send_message": {"message": "hi"},
    "set_operation_mode": {"operation_mode": "heat"}, "clean_area": {"area": "Hall"},
}  # fmt: skip
VALUES: dict[str, Any] = {"number": 1, "text": "a", "date": "2026-11-22", "time": "07:00",
                          "datetime": "2026-11-22T07:00+00:00"}  # fmt: skip
EVERY_SERVICE = sorted({service for services in SERVICES.values() for service in services})


def test_every_component_of_home_assistant_is_there() -> None:
    assert set(COMPONENTS) == KNOWN
    assert len(KNOWN) == 32
    assert set(SERVICES) <= KNOWN


@pytest.mark.parametrize("domain", sorted(KNOWN))
async def test_each_thing_does_what_the_table_says_and_nothing_else(domain: str) -> None:
    config = dict(EVERYTHING)
    if domain == "light":
        del config["schema"]
    if domain in ("camera", "tag", "image"):
        config |= {"topic": "t", "image_topic": "t"}
    if domain == "device_automation":
        config |= {"automation_type": "trigger", "type": "a", "subtype": "b", "topic": "t"}
    if domain == "valve":
        config |= {"reports_position": True}
        del config["payload_open"]
    if domain == "event":
        config |= {"event_types": ["a"]}
    shelf = Shelf()
    await shelf.announce(f"{domain}/x/x", config, value_template="{{ value }}")
    if domain == "vacuum":
        await shelf.say(("s", {"state": "docked", "segments": {"1": "Hall"}}))
    can = set(SERVICES.get(domain, {}))

    for service in EVERY_SERVICE:
        data = DATA.get(service, {"value": VALUES.get(domain)})
        if service in can:
            assert shelf.sends(service, data), service
        elif service not in ("turn_on", "turn_off", "toggle", "stop", "pause", "open", "close"):
            with pytest.raises(RefusedError):
                shelf.sends(service, data)
