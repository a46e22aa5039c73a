"""Whatever a device announces, says or is asked: nothing is raised, and only faults are counted."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.shelf import Shelf

from hearth.error import HearthError
from hearth.home.component.table import COMPONENTS
from hearth.port import Message

_TOPICS = {f"{key}_topic": "s" for key in (
    "state", "command", "brightness_state", "brightness_command", "rgb_state", "rgb_command",
    "hs_state", "hs_command", "xy_state", "xy_command", "color_temp_state", "color_temp_command",
    "effect_state", "effect_command", "position", "set_position", "tilt_status", "tilt_command",
    "mode_state", "mode_command", "temperature_state", "temperature_command", "action",
    "current_temperature", "percentage_state", "percentage_command", "preset_mode_command",
    "oscillation_state", "oscillation_command", "target_humidity_state",
    "target_humidity_command", "json_attributes", "activity_state", "start_mowing_command",
    "latest_version", "set_fan_speed", "send_command", "availability", "image", "url",
    "clean_segments_command", "white_command", "rgbww_command", "power_command",
)}  # fmt: skip
_ODD = st.sampled_from(
    [None, True, 0, -1, 1e308, 3.5, "", "None", "ON", "x" * 300, [], ["a", 1], {}, {"a": 1}, "0"]
)
_SETTINGS = st.dictionaries(
    st.sampled_from(
        ["name", "schema", "brightness", "brightness_scale", "supported_color_modes", "min_mireds",
         "max_mireds", "on_command_type", "payload_on", "payload_off", "payload_open",
         "modes", "preset_modes",
         "speed_range_min", "speed_range_max", "position_open", "position_closed", "tilt_min",
         "tilt_max", "min", "max", "step", "options", "event_types", "expire_after", "off_delay",
         "qos", "retain", "encoding", "optimistic", "unique_id", "object_id", "device_class",
         "availability_mode", "reports_position", "code", "code_format", "effect_list",
         "automation_type", "type", "subtype", "topic", "payload", "timezone", "pattern",
         "available_tones", "supported_features", "image_encoding", "color_temp_kelvin",
         "white_scale", "tilt_opened_value", "payload_stop", "migrate_discovery",
         "entity_category", "device", "min_temp", "max_temp", "default_entity_id", "temp_step"]
    ),
    _ODD
    | st.sampled_from(
        ["json", "template", "emitter", "receiver", "trigger", "[a-z", "Europe/Berlin", "Europe",
         "{{ value }}", ["xy", "color_temp", "rgb"]]
    ),
    max_size=5,
)  # fmt: skip
_TEMPLATES = st.dictionaries(
    st.sampled_from(["value_template", "command_template", "state_template", "mode_state_template",
                     "command_on_template", "command_off_template", "brightness_template"]),
    st.sampled_from(["{{ value_json.a }}", "{{ value_json.a.b }}", "{{ value | float }}", "{{",
                     "{{ value_json['state'] }}", "{% for i in value %}{{ i }}{% endfor %}"]),
    max_size=3,
)  # fmt: skip
_SAID = st.one_of(
    st.binary(max_size=20),
    st.sampled_from([b"ON", b"OFF", b"None", b"nan", b"1e999", b"-5", b"1,2,3", b"open", b"[[]]"]),
    st.dictionaries(
        st.sampled_from(["state", "brightness", "color", "color_mode", "color_temp", "position",
                         "effect", "event_type", "a", "battery_level"]),
        _ODD | st.sampled_from([{"r": 1}, {"x": 0.1, "y": 0}, "xy", "color_temp"]),
        max_size=4,
    ).map(lambda said: json.dumps(said).encode()),
)  # fmt: skip
_SERVICES = st.sampled_from(
    ["turn_on", "turn_off", "toggle", "open", "stop", "set_position", "set_temperature", "lock",
     "set_hvac_mode", "set_percentage", "set_value", "select_option", "select_next", "press",
     "toggle_tilt", "set_tilt_position", "clean_area", "send_command", "increase_speed",
     "start", "set_humidity", "oscillate", "send_message", "install", "arm_away", "nonsense"]
)  # fmt: skip
_DATA = st.dictionaries(
    st.sampled_from(["brightness", "brightness_pct", "brightness_step", "color_name", "rgb_color",
                     "hs_color", "color_temp_kelvin", "effect", "transition", "position", "value",
                     "temperature", "percentage", "option", "message", "hvac_mode", "humidity",
                     "white", "rgbww_color", "code", "timings", "tone", "duration", "segments",
                     "tilt_position", "percentage_step", "datetime", "time"]),
    _ODD | st.sampled_from([(1, 2, 3), (1, 2, 3, 4, 5), 50, "red"]),
    max_size=3,
)  # fmt: skip


_FAILS = (HearthError, ValueError, TypeError, LookupError, ArithmeticError)
"""What the door takes for "its announcement does not make sense"."""


@settings(deadline=None, max_examples=300)
@given(
    component=st.sampled_from(sorted(COMPONENTS)),
    topics=st.sets(st.sampled_from(sorted(_TOPICS))),
    config=_SETTINGS,
    templates=_TEMPLATES,
    said=st.lists(_SAID, max_size=4),
    service=_SERVICES,
    data=_DATA,
)
def test_nothing_is_ever_raised(  # noqa: PLR0917  # one parameter a thing that may be odd
    component: str,
    topics: set[str],
    config: Any,
    templates: Any,
    said: Any,
    service: str,
    data: Any,
) -> None:
    async def live() -> None:
        shelf = Shelf()
        whole = dict.fromkeys((*topics, "state_topic", "command_topic"), "s")
        payload = json.dumps(whole | config | templates).encode()
        shelf.things.discover(Message(f"homeassistant/{component}/x/x/config", payload))
        for word in said:
            shelf.things.receive(Message("s", word))
        for entity in shelf.things.house().entities:
            thing = shelf.things.thing(entity.id)
            assert thing is not None
            with suppress(*_FAILS):
                sends = thing.order(service, data).sends
                assert all(
                    isinstance(send.payload, str) and send.body is not None for send in sends
                )
            thing.close()

    asyncio.run(live())


_WHERE = st.sampled_from(
    [
        "sensor/a/t",
        "light/a/t",
        "event/b",
        "device/a",
        "device/n/a",
        "device_automation/a/t",
        "tag/t",
    ]
)
_COMPONENTS_OF_A_DEVICE = st.dictionaries(
    st.sampled_from(["t", "u"]),
    _SETTINGS.map(lambda given: {"p": "sensor", "stat_t": "s"} | given)
    | st.just({"p": "sensor"})
    | _ODD,
    max_size=2,
)
_ANNOUNCED = st.one_of(
    st.just(b""),
    st.binary(max_size=20),
    st.just(b'{"migrate_discovery":true}'),
    _SETTINGS.map(lambda given: json.dumps(
        {"stat_t": "s", "cmd_t": "c", "t": "s", "evt_typ": ["a"], "atype": "trigger", "type": "a",
         "stype": "b", "avty_t": "there"} | given).encode()),
    _COMPONENTS_OF_A_DEVICE.map(lambda components: json.dumps(
        {"dev": {"ids": "d", "name": "D"}, "o": {"name": "m"}, "cmps": components}).encode()),
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(_WHERE, _ANNOUNCED) | st.tuples(st.just(""), _SAID), max_size=12))
def test_whatever_comes_and_goes_nothing_is_left_when_all_is_taken_back(steps: Any) -> None:
    async def live() -> None:
        shelf = Shelf()
        began = sorted(shelf.wire.filters)
        for where, payload in steps:
            if where:
                shelf.things.discover(Message(f"homeassistant/{where}/config", payload))
            else:
                shelf.things.receive(Message("s", payload))
            house = shelf.things.house()
            assert len({entity.id for entity in house.entities}) == len(house.entities)
            routed = {r.topic for e in house.entities if (t := shelf.things.thing(e.id))
                      for r in t.routes}  # fmt: skip
            assert sorted(shelf.wire.filters) == sorted([*began, *routed])
        for where in {where for where, _ in steps if where}:
            shelf.things.discover(Message(f"homeassistant/{where}/config", b""))

        assert shelf.things.house().entities == ()
        assert sorted(shelf.wire.filters) == began

    asyncio.run(live())
