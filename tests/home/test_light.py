"""Lights, byte for byte as Home Assistant commands them, and what their echoes mean."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.shelf import Shelf

from hearth.home.component.base import RefusedError

Z2M = {
    "name": "L", "schema": "json", "brightness": True, "brightness_scale": 254,
    "supported_color_modes": ["xy", "color_temp"], "min_mireds": 153, "max_mireds": 500,
    "effect": True, "effect_list": ["blink"], "state_topic": "s", "command_topic": "c",
}  # fmt: skip
TASMOTA = {
    "name": "L", "~": "t", "stat_t": "tele/~", "cmd_t": "cmnd/POWER", "pl_on": "ON",
    "stat_val_tpl": "{{value_json.POWER}}", "on_cmd_type": "brightness", "bri_scl": 100,
    "bri_cmd_t": "cmnd/Dimmer", "bri_stat_t": "tele/~", "bri_val_tpl": "{{value_json.Dimmer}}",
    "rgb_cmd_t": "cmnd/Color2", "rgb_stat_t": "tele/~",
    "rgb_val_tpl": "{{value_json.Color.split(',')[0:3]|join(',')}}",
    "clr_temp_cmd_t": "cmnd/CT", "clr_temp_stat_t": "tele/~",
    "clr_temp_val_tpl": "{{value_json.CT}}",
}  # fmt: skip
PLAIN = {"name": "L", "state_topic": "s", "command_topic": "c"}
TEMPLATED = {
    "name": "L", "schema": "template", "command_topic": "c", "state_topic": "s", "ret": True,
    "command_on_template": "on{% if brightness is defined %},{{ brightness }}{% endif %}"
    "{% if red is defined %},{{ red }}-{{ green }}-{{ blue }}{% endif %}",
    "command_off_template": "off", "state_template": "{{ value.split(',')[0] }}",
    "brightness_template": "{{ value.split(',')[1] }}", "red_template": "{{ 1 }}",
    "green_template": "{{ 2 }}", "blue_template": "{{ 3 }}",
}  # fmt: skip


@pytest.mark.parametrize(
    ("config", "service", "data", "sent"),
    [
        (Z2M, "turn_on", {}, [("c", '{"state":"ON"}')]),
        (Z2M, "turn_off", {}, [("c", '{"state":"OFF"}')]),
        (Z2M, "toggle", {}, [("c", '{"state":"ON"}')]),
        (Z2M, "turn_off", {"transition": 2}, [("c", '{"state":"OFF","transition":2.0}')]),
        (Z2M, "turn_on", {"brightness": 255}, [("c", '{"state":"ON","brightness":254}')]),
        (Z2M, "turn_on", {"brightness": 1}, [("c", '{"state":"ON","brightness":1}')]),
        (Z2M, "turn_on", {"brightness_pct": 30}, [("c", '{"state":"ON","brightness":76}')]),
        (Z2M, "turn_on", {"brightness": 0}, [("c", '{"state":"OFF"}')]),
        (Z2M, "turn_on", {"color_temp_kelvin": 2700}, [("c", '{"state":"ON","color_temp":370}')]),
        (Z2M, "turn_on", {"color_temp_kelvin": 999}, [("c", '{"state":"ON","color_temp":500}')]),
        (Z2M, "turn_on", {"color_name": "red"},
         [("c", '{"state":"ON","color":{"x":0.701,"y":0.299}}')]),
        (Z2M, "turn_on", {"rgb_color": (0, 0, 255), "transition": 1, "brightness": 128},
         [("c", '{"state":"ON","color":{"x":0.136,"y":0.04},"transition":1.0,"brightness":127}')]),
        (Z2M, "turn_on", {"effect": "Blink"}, [("c", '{"state":"ON","effect":"blink"}')]),
        (Z2M, "turn_on", {"flash": "short"}, [("c", '{"state":"ON","flash":2}')]),
        (PLAIN, "turn_on", {}, [("c", "ON")]),
        (PLAIN, "turn_on", {"brightness_pct": 100}, [("c", "ON")]),
        (PLAIN, "turn_off", {}, [("c", "OFF")]),
        (TASMOTA, "turn_on", {}, [("cmnd/Dimmer", "100")]),
        (TASMOTA, "turn_on", {"brightness_pct": 40}, [("cmnd/Dimmer", "40")]),
        (TASMOTA, "turn_on", {"color_name": "orange"},
         [("cmnd/Color2", "255,165,0"), ("cmnd/Dimmer", "100")]),
        (TASMOTA, "turn_on", {"color_temp_kelvin": 4000, "brightness": 128},
         [("cmnd/Dimmer", "50"), ("cmnd/CT", "250")]),
        (TASMOTA, "turn_off", {}, [("cmnd/POWER", "OFF")]),
        ({**PLAIN, "bri_cmd_t": "b", "on_cmd_type": "first"}, "turn_on", {"brightness": 100},
         [("c", "ON"), ("b", "100")]),
        ({**PLAIN, "bri_cmd_t": "b"}, "turn_on", {"brightness": 100}, [("b", "100"), ("c", "ON")]),
        ({**PLAIN, "bri_cmd_t": "b", "bri_cmd_tpl": '{"v":{{ value }}}'}, "turn_on",
         {"brightness": 7}, [("b", '{"v":7}'), ("c", "ON")]),
        ({**PLAIN, "rgb_cmd_t": "r"}, "turn_on", {"rgb_color": [255, 128, 0], "brightness": 128},
         [("r", "128,64,0"), ("c", "ON")]),
        ({**PLAIN, "rgb_cmd_t": "r"}, "turn_on", {"brightness": 51},
         [("r", "51,51,51"), ("c", "ON")]),
        ({**PLAIN, "rgb_cmd_t": "r", "rgb_cmd_tpl": "{{ '#%02x%02x' | format(red, blue)}}"},
         "turn_on", {"rgb_color": (255, 0, 16)}, [("r", "#ff10"), ("c", "ON")]),
        ({**PLAIN, "hs_cmd_t": "h"}, "turn_on", {"rgb_color": (255, 0, 0)},
         [("h", "0.0,100.0"), ("c", "ON")]),
        ({**PLAIN, "hs_cmd_t": "h"}, "turn_on", {"hs_color": (30, 70)},
         [("h", "30.0,70.0"), ("c", "ON")]),
        ({**PLAIN, "xy_cmd_t": "x"}, "turn_on", {"xy_color": (0.3, 0.4)},
         [("x", "0.3,0.4"), ("c", "ON")]),
        ({**PLAIN, "rgbw_cmd_t": "w"}, "turn_on", {"rgb_color": (255, 255, 255)},
         [("w", "0,0,0,255"), ("c", "ON")]),
        ({**PLAIN, "fx_cmd_t": "e", "fx_list": ["rain"]}, "turn_on", {"effect": "rain"},
         [("e", "rain"), ("c", "ON")]),
        (TEMPLATED, "turn_on", {"brightness": 9}, [("c", "on,9")]),
        (TEMPLATED, "turn_on", {"color_name": "red"}, [("c", "on,255-0-0")]),
        (TEMPLATED, "turn_off", {}, [("c", "off")]),
    ],
)  # fmt: skip
async def test_commands(config: Any, service: str, data: Any, sent: Any) -> None:
    shelf = Shelf()
    await shelf.announce("light/l/l", config)

    sends = shelf.sends(service, data)

    assert [(send.topic, send.payload) for send in sends] == sent
    assert {send.retain for send in sends} == {"ret" in config}


@pytest.mark.parametrize(
    ("config", "data"),
    [
        (PLAIN, {"brightness": 100}),
        (PLAIN, {"color_name": "red"}),
        (PLAIN, {"color_temp_kelvin": 3000}),
        (PLAIN, {"effect": "rain"}),
        (Z2M, {"effect": "rain"}),
        (Z2M, {"color_name": "ultraviolet"}),
        (Z2M, {"brightness": "very"}),
        (Z2M, {"brightness": 1e9}),
        (Z2M, {"rgb_color": (1, 2)}),
        (Z2M, {"rgb_color": "red"}),
    ],
)
async def test_what_it_cannot_show_is_refused(config: Any, data: Any) -> None:
    shelf = Shelf()
    await shelf.announce("light/l/l", config)

    with pytest.raises(RefusedError, match=r"\w"):
        shelf.sends("turn_on", data)


@pytest.mark.parametrize(
    ("config", "topic", "payload", "state", "attributes"),
    [
        (Z2M, "s", {"state": "ON", "brightness": 127}, "on", {"brightness": 128}),
        (Z2M, "s", {"state": "ON", "color_mode": "color_temp", "color_temp": 370},
         "on", {"color_mode": "color_temp", "color_temp_kelvin": 2702}),
        (Z2M, "s", {"state": "OFF", "color_mode": "xy", "color": {"x": 0.701, "y": 0.299}},
         "off", {"color_mode": "xy", "xy_color": (0.701, 0.299), "rgb_color": (255, 0, 0)}),
        (Z2M, "s", {"state": None}, None, {}),
        (Z2M, "s", {"state": "ON", "brightness": None, "effect": "blink"}, "on",
         {"effect": "blink"}),
        (TASMOTA, "tele/t", {"POWER": "ON", "Dimmer": 40, "Color": "255,0,0,0", "CT": 250},
         "on", {"brightness": 102, "rgb_color": (255, 0, 0), "color_temp_kelvin": 4000}),
        (PLAIN, "s", "ON", "on", {}),
        (PLAIN, "s", "bogus", None, {}),
        ({**PLAIN, "rgb_cmd_t": "r", "rgb_stat_t": "rs"}, "rs", "128,64,0", None,
         {"rgb_color": (255, 128, 0), "brightness": 128}),
        (TEMPLATED, "s", "on,77", "on",
         {"brightness": 77, "rgb_color": (1, 2, 3), "hs_color": (210.0, 66.667)}),
    ],
)  # fmt: skip
async def test_echoes(
    config: Any, topic: str, payload: Any, state: str | None, attributes: Any
) -> None:
    shelf = Shelf()
    await shelf.announce("light/l/l", config)
    await shelf.say((topic, payload))

    assert shelf.entity().state == state
    assert shelf.learned() == attributes
