"""Zigbee2MQTT as it announces its devices, tells their states and takes commands.

The payloads are those that its extension ``homeassistant`` (``lib/extension/homeassistant.ts``)
publishes for real devices, retained at QoS 1.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from hearth.event import Changed
from support.family import sent

BASE = "zigbee2mqtt"
AVAILABILITY = [{"topic": f"{BASE}/bridge/state", "value_template": "{{ value_json.state }}"}]
ORIGIN = {"name": "Zigbee2MQTT", "sw": "2.7.0", "url": "https://www.zigbee2mqtt.io"}
PATTERNS = r"""{% set patterns = [
{"pattern": '^(?P<button>(?:button_)?[a-z0-9]+)_(?P<action>(?:press|hold)(?:_release)?)$', "groups": ["button", "action"]},
{"pattern": '^(?P<action>recall|scene)_(?P<scene>[0-2][0-9]{0,2})$', "groups": ["action", "scene"]},
{"pattern": '^(?P<actionPrefix>region_)(?P<region>[1-9]|10)_(?P<action>enter|leave|occupied|unoccupied)$', "groups": ["actionPrefix", "region", "action"]},
{"pattern": '^(?P<action>dial_rotate)_(?P<direction>left|right)_(?P<speed>step|slow|fast)$', "groups": ["action", "direction", "speed"]},
{"pattern": '^(?P<action>brightness_step)(?:_(?P<direction>up|down))?$', "groups": ["action", "direction"]}
] %}
{% set action_value = value_json.action|default('') %}
{% set ns = namespace(r=[('action', action_value)]) %}
{% for p in patterns %}
  {% set m = action_value|regex_findall(p.pattern) %}
  {% if m[0] is undefined %}{% continue %}{% endif %}
  {% for key, value in zip(p.groups, m[0]) %}
    {% set ns.r = ns.r|rejectattr(0, 'eq', key)|list + [(key, value)] %}
  {% endfor %}
{% endfor %}
{% if (ns.r|selectattr(0, 'eq', 'actionPrefix')|first) is defined %}
  {% set ns.r = ns.r|rejectattr(0, 'eq', 'action')|list + [('action', ns.r|selectattr(0, 'eq', 'actionPrefix')|map(attribute=1)|first + ns.r|selectattr(0, 'eq', 'action')|map(attribute=1)|first)] %}
{% endif %}
{% set ns.r = ns.r + [('event_type', ns.r|selectattr(0, 'eq', 'action')|map(attribute=1)|first)] %}
{{dict.from_keys(ns.r|rejectattr(0, 'in', ('action', 'actionPrefix'))|reject('eq', ('event_type', None))|reject('eq', ('event_type', '')))|to_json}}"""  # noqa: E501  # as it is sent


async def join(rig: Any, component: str, device: str, object_id: str, /, **entries: Any) -> None:
    """A device joins; keys are those of its announcement beside what all of them have."""
    ieee = f"0x{sum(map(ord, device)):016x}"
    slug = device.lower().replace(" ", "_")
    config = {
        "availability": AVAILABILITY, "availability_mode": "all", "name": None, "origin": ORIGIN,
        "device": {"identifiers": [f"zigbee2mqtt_{ieee}"], "name": device, "manufacturer": "Acme",
                   "model": "Thing", "via_device": "zigbee2mqtt_bridge_0x00124b00120144ae"},
        "object_id": slug, "default_entity_id": f"{component}.{slug}",
        "state_topic": f"{BASE}/{device}", "unique_id": f"{ieee}_{object_id}_zigbee2mqtt",
        **entries,
    }  # fmt: skip
    topic = f"homeassistant/{component}/{ieee}/{object_id}/config"
    await rig.wire.send(topic, json.dumps(config), retain=True)
    await rig.wire.send(f"{BASE}/bridge/state", '{"state":"online"}', retain=True)
    await asyncio.sleep(0)


COLOR = {
    "schema": "json", "brightness": True, "brightness_scale": 254, "min_mireds": 250,
    "max_mireds": 454, "supported_color_modes": ["xy", "color_temp"], "effect": True,
    "effect_list": ["blink", "breathe", "okay", "stop_effect"],
    "command_topic": f"{BASE}/Bulb/set",
}  # fmt: skip


@pytest.mark.parametrize(
    ("service", "data", "payload"),
    [
        ("turn_on", {}, '{"state":"ON"}'),
        ("turn_off", {"transition": 2}, '{"state":"OFF","transition":2.0}'),
        ("turn_on", {"brightness_pct": 50}, '{"state":"ON","brightness":127}'),
        ("turn_on", {"brightness_pct": 100}, '{"state":"ON","brightness":254}'),
        ("turn_on", {"color_temp_kelvin": 4000}, '{"state":"ON","color_temp":250}'),
        ("turn_on", {"color_temp_kelvin": 2700}, '{"state":"ON","color_temp":370}'),
        ("turn_on", {"color_name": "red"}, '{"state":"ON","color":{"x":0.701,"y":0.299}}'),
        ("turn_on", {"effect": "blink"}, '{"state":"ON","effect":"blink"}'),
    ],
)
async def test_a_colour_bulb(rig: Any, service: str, data: Any, payload: str) -> None:
    await join(rig, "light", "Bulb", "light", **COLOR)
    assert await sent(rig, "light.bulb", service, **data) == [(f"{BASE}/Bulb/set", payload)]


async def test_the_state_of_a_colour_bulb(rig: Any) -> None:
    await join(rig, "light", "Bulb", "light", **COLOR)
    await rig.wire.send(
        f"{BASE}/Bulb",
        '{"brightness":127,"color":{"x":0.7006,"y":0.2993},"color_mode":"xy","color_temp":370,'
        '"linkquality":92,"state":"ON","update":{"state":"idle"},"update_available":false}',
    )
    bulb = rig.entity("light.bulb")
    assert (bulb.state, bulb.attributes["brightness"]) == ("on", 128)
    assert bulb.attributes["xy_color"] == (0.7006, 0.2993)
    await rig.wire.send(
        f"{BASE}/Bulb", '{"brightness":254,"color_mode":"color_temp","color_temp":370,"state":"ON"}'
    )
    bulb = rig.entity("light.bulb")
    assert (bulb.attributes["color_mode"], bulb.attributes["color_temp_kelvin"]) == (
        "color_temp", 2702,
    )  # fmt: skip


async def test_the_bridge_and_the_device_have_both_to_be_there(rig: Any) -> None:
    availability = [
        *AVAILABILITY,
        {"topic": f"{BASE}/Bulb/availability", "value_template": "{{ value_json.state }}"},
    ]
    await join(rig, "light", "Bulb", "light", **{**COLOR, "availability": availability})
    assert not rig.entity("light.bulb").available
    await rig.wire.send(f"{BASE}/Bulb/availability", '{"state":"online"}', retain=True)
    assert rig.entity("light.bulb").available
    await rig.wire.send(f"{BASE}/bridge/state", '{"state":"offline"}', retain=True)
    assert not rig.entity("light.bulb").available


async def test_both_rockers_of_a_wall_switch(rig: Any) -> None:
    for side in ("left", "right"):
        await join(
            rig, "switch", "Wall", f"switch_{side}", name=side.title(), payload_on="ON",
            payload_off="OFF", value_template=f'{{{{ value_json["state_{side}"] }}}}',
            command_topic=f"{BASE}/Wall/{side}/set", default_entity_id=f"switch.wall_{side}",
        )  # fmt: skip
    assert await sent(rig, "switch.wall_left", "turn_on") == [(f"{BASE}/Wall/left/set", "ON")]
    await rig.wire.send(f"{BASE}/Wall", '{"state_left":"ON","state_right":"OFF"}')
    states = {e.name: e.state for e in rig.things.house().entities}
    assert states == {"Wall Left": "on", "Wall Right": "off"}
    await rig.wire.send(f"{BASE}/Wall", '{"linkquality":1}')
    assert rig.entity("switch.wall_left").state == "on"


async def test_a_blind_by_position(rig: Any) -> None:
    await join(
        rig, "cover", "smart vent", "cover", command_topic=f"{BASE}/smart vent/set",
        position_topic=f"{BASE}/smart vent", set_position_topic=f"{BASE}/smart vent/set",
        set_position_template='{ "position": {{ position }} }',
        position_template='{{ value_json["position"] }}',
        value_template='{{ value_json["state"] }}', state_open="OPEN", state_closed="CLOSE",
        state_stopped="STOP",
    )  # fmt: skip
    blind, to = "cover.smart_vent", f"{BASE}/smart vent/set"
    assert await sent(rig, blind, "open") == [(to, "OPEN")]
    assert await sent(rig, blind, "stop") == [(to, "STOP")]
    assert await sent(rig, blind, "set_position", position=40) == [(to, '{ "position": 40 }')]
    await rig.wire.send(f"{BASE}/smart vent", '{"position":40,"state":"OPEN"}')
    found = rig.entity(blind)
    assert (found.state, found.attributes["current_position"]) == ("open", 40)
    await rig.wire.send(f"{BASE}/smart vent", '{"position":0,"state":"CLOSE"}')
    assert rig.entity(blind).state == "closed"


MOTOR = (
    '{% if "motor_state" in value_json and value_json.motor_state %} {{ value_json.motor_state }} '
    "{% else %} stop {% endif %}"
)


async def test_a_blind_that_tells_how_its_motor_runs_and_tilts(rig: Any) -> None:
    await join(
        rig, "cover", "Shade", "cover", command_topic=f"{BASE}/Shade/set",
        position_topic=f"{BASE}/Shade", set_position_topic=f"{BASE}/Shade/set",
        set_position_template='{ "position": {{ position }} }',
        position_template='{{ value_json["position"] }}', value_template=MOTOR,
        state_opening="open", state_closing="close", state_stopped="stop",
        tilt_command_topic=f"{BASE}/Shade/set/tilt", tilt_status_topic=f"{BASE}/Shade",
        tilt_status_template='{{ value_json["tilt"] }}',
    )  # fmt: skip
    await rig.wire.send(f"{BASE}/Shade", '{"motor_state":"close","position":55,"tilt":20}')
    assert rig.entity("cover.shade").state == "closing"
    await rig.wire.send(f"{BASE}/Shade", '{"motor_state":"stop","position":0,"tilt":20}')
    shade = rig.entity("cover.shade")
    assert (shade.state, shade.attributes["current_tilt_position"]) == ("closed", 20)
    assert await sent(rig, "cover.shade", "set_tilt_position", tilt_position=75) == [
        (f"{BASE}/Shade/set/tilt", "75")
    ]


THERMOSTAT = {
    "action_template": "{% set values = {None:None,'idle':'idle','heat':'heating','cool':'cooling',"
    "'fan_only':'fan'} %}{{ values[value_json[\"running_state\"]] }}",
    "action_topic": f"{BASE}/Valve", "current_temperature_template":
    '{{ value_json["local_temperature"] }}', "current_temperature_topic": f"{BASE}/Valve",
    "preset_mode_command_topic": f"{BASE}/Valve/set/preset",
    "preset_modes": ["schedule", "manual", "boost", "eco", "away"],
    "preset_mode_value_template": '{{ value_json["preset"] }}',
    "preset_mode_state_topic": f"{BASE}/Valve", "max_temp": "35", "min_temp": "5",
    "mode_command_topic": f"{BASE}/Valve/set/system_mode",
    "mode_state_template": '{{ value_json["system_mode"] }}', "mode_state_topic": f"{BASE}/Valve",
    "modes": ["heat", "auto", "off"], "temp_step": 0.5,
    "temperature_command_topic": f"{BASE}/Valve/set/current_heating_setpoint",
    "temperature_state_template": '{{ value_json["current_heating_setpoint"] }}',
    "temperature_state_topic": f"{BASE}/Valve", "temperature_unit": "C",
}  # fmt: skip


async def test_a_thermostat(rig: Any) -> None:
    await join(rig, "climate", "Valve", "climate", **THERMOSTAT)
    valve = "climate.valve"
    assert await sent(rig, valve, "set_temperature", temperature=21.5) == [
        (f"{BASE}/Valve/set/current_heating_setpoint", "21.5")
    ]
    assert await sent(rig, valve, "set_hvac_mode", hvac_mode="auto") == [
        (f"{BASE}/Valve/set/system_mode", "auto")
    ]
    assert await sent(rig, valve, "set_preset_mode", preset_mode="eco") == [
        (f"{BASE}/Valve/set/preset", "eco")
    ]
    await rig.wire.send(
        f"{BASE}/Valve",
        '{"battery":80,"current_heating_setpoint":21.5,"local_temperature":20.1,"preset":"manual",'
        '"running_state":"heat","system_mode":"heat"}',
    )
    found = rig.entity(valve)
    assert found.state == "heat"
    assert found.attributes["hvac_action"] == "heating"
    assert (found.attributes["temperature"], found.attributes["current_temperature"]) == (
        21.5,
        20.1,
    )


async def test_a_thermostat_that_calls_its_modes_otherwise(rig: Any) -> None:
    mode_command = (
        "{% set values = { 'auto':'schedule','heat':'manual','off':'pause'} %}"
        '{"operating_mode": "{{ values[value] if value in values.keys() else \'pause\' }}"}'
    )
    mode_state = (
        "{% set values = {'schedule':'auto','manual':'heat','pause':'off'} %}{% set value = "
        "value_json.operating_mode %}{{ values[value] if value in values.keys() else 'off' }}"
    )
    entries = {"mode_command_template": mode_command, "mode_state_template": mode_state,
               "mode_command_topic": f"{BASE}/Valve/set"}  # fmt: skip
    await join(rig, "climate", "Valve", "climate", **{**THERMOSTAT, **entries})
    assert await sent(rig, "climate.valve", "set_hvac_mode", hvac_mode="heat") == [
        (f"{BASE}/Valve/set", '{"operating_mode": "manual"}')
    ]
    await rig.wire.send(f"{BASE}/Valve", '{"operating_mode":"schedule"}')
    assert rig.entity("climate.valve").state == "auto"


async def test_a_fan_whose_speeds_have_names(rig: Any) -> None:
    await join(
        rig, "fan", "Ceiling", "fan", state_value_template="{{ value_json.fan_state }}",
        command_topic=f"{BASE}/Ceiling/set/fan_state", percentage_state_topic=f"{BASE}/Ceiling",
        percentage_command_topic=f"{BASE}/Ceiling/set/fan_mode",
        percentage_value_template="{{ {'off':0, 'low':1, 'medium':2, 'high':3, 'on':4}"
        "[value_json[\"fan_mode\"]] | default('None') }}",
        percentage_command_template="{{ {0:'off', 1:'low', 2:'medium', 3:'high', 4:'on'}[value]"
        " | default('') }}",
        preset_mode_state_topic=f"{BASE}/Ceiling",
        preset_mode_command_topic=f"{BASE}/Ceiling/set/fan_mode",
        preset_mode_value_template="{{ value_json[\"fan_mode\"] if value_json[\"fan_mode\"] in "
        "['smart'] else 'None' | default('None') }}",
        preset_modes=["smart"], speed_range_min=1, speed_range_max=4,
    )  # fmt: skip
    mode = f"{BASE}/Ceiling/set/fan_mode"
    assert await sent(rig, "fan.ceiling", "turn_on") == [(f"{BASE}/Ceiling/set/fan_state", "ON")]
    assert await sent(rig, "fan.ceiling", "set_percentage", percentage=50) == [(mode, "medium")]
    assert await sent(rig, "fan.ceiling", "set_preset_mode", preset_mode="smart") == [
        (mode, "smart")
    ]
    await rig.wire.send(f"{BASE}/Ceiling", '{"fan_mode":"high","fan_state":"ON"}')
    fan = rig.entity("fan.ceiling")
    assert (fan.state, fan.attributes["percentage"]) == ("on", 75)
    await rig.wire.send(f"{BASE}/Ceiling", '{"fan_mode":"smart","fan_state":"ON"}')
    assert rig.entity("fan.ceiling").attributes["preset_mode"] == "smart"


async def test_a_lock(rig: Any) -> None:
    await join(
        rig, "lock", "Door", "lock", command_topic=f"{BASE}/Door/set", state_locked="LOCK",
        state_unlocked="UNLOCK", value_template='{{ value_json["state"] }}',
    )  # fmt: skip
    await rig.wire.send(f"{BASE}/Door", '{"lock_state":"unlocked","state":"UNLOCK"}')
    assert rig.entity("lock.door").state == "unlocked"
    assert await sent(rig, "lock.door", "lock") == [(f"{BASE}/Door/set", "LOCK")]


@pytest.mark.parametrize(
    ("action", "kind", "more"),
    [
        ("single", "single", {}),
        ("button_4_hold_release", "hold_release", {"button": "button_4"}),
        ("recall_1", "recall", {"scene": "1"}),
        ("region_1_enter", "region_enter", {"region": "1"}),
        ("dial_rotate_left_step", "dial_rotate", {"direction": "left", "speed": "step"}),
    ],
)
async def test_presses_come_as_events(rig: Any, action: str, kind: str, more: Any) -> None:
    await join(
        rig, "event", "Button", "action", name="Action", value_template=PATTERNS,
        event_types=["single", "double", "hold_release", "recall", "region_enter", "dial_rotate"],
        icon="mdi:gesture-double-tap", default_entity_id="event.button_action",
    )  # fmt: skip
    rig.told()
    await rig.wire.send(f"{BASE}/Button", json.dumps({"action": action, "battery": 90}))
    await rig.wire.send(f"{BASE}/Button", '{"battery":90}')
    (changed,) = [e for e in rig.told(Changed) if isinstance(e, Changed)]
    assert changed.new.state == kind
    assert more.items() <= changed.new.attributes.items()


async def test_a_press_comes_as_a_device_trigger(rig: Any) -> None:
    await join(
        rig, "device_automation", "Button", "action_double", automation_type="trigger",
        type="action", subtype="double", payload="double", topic=f"{BASE}/Button/action",
    )  # fmt: skip
    rig.told()
    await rig.wire.send(f"{BASE}/Button/action", "single")
    assert rig.told(Changed) == []
    await rig.wire.send(f"{BASE}/Button/action", "double")
    await rig.wire.send(f"{BASE}/Button/action", "double")
    assert len(rig.told(Changed)) == 2


async def test_sensors_and_contacts(rig: Any) -> None:
    await join(
        rig, "sensor", "Air", "temperature", name="Temperature", unit_of_measurement="°C",
        device_class="temperature", state_class="measurement", enabled_by_default=True,
        value_template='{{ value_json["temperature"] }}',
        default_entity_id="sensor.air_temperature",
    )  # fmt: skip
    await join(
        rig, "sensor", "Air", "linkquality", name="Linkquality", enabled_by_default=False,
        value_template='{{ value_json["linkquality"] }}',
        default_entity_id="sensor.air_linkquality",
    )  # fmt: skip
    await join(
        rig, "binary_sensor", "Air", "contact", device_class="door", payload_on=False,
        payload_off=True, value_template='{{ value_json["contact"] }}',
        default_entity_id="binary_sensor.air_contact",
    )  # fmt: skip
    await rig.wire.send(f"{BASE}/Air", '{"contact":false,"linkquality":100,"temperature":21.44}')
    states = {e.id: e.state for e in rig.things.house().entities}
    assert states == {"sensor.air_temperature": "21.44", "binary_sensor.air_contact": "on"}


async def test_a_siren_that_is_only_told(rig: Any) -> None:
    template = (
        '{"warning": {"mode": "{{ tone | default(\'emergency\') }}", "level": "'
        "{% if volume_level is defined %}{% if volume_level | float <= 0.25 %}low"
        "{% elif volume_level | float <= 0.5 %}medium{% elif volume_level | float <= 0.75 %}high"
        '{% else %}very_high{% endif %}{% else %}medium{% endif %}", "duration": '
        "{{ duration | default(10) }}}}"
    )
    await join(
        rig, "siren", "Siren", "siren", available_tones=["emergency"], support_duration=True,
        optimistic=True, command_topic=f"{BASE}/Siren/set", command_template=template,
        command_off_template='{"warning": {"mode": "stop"}}',
    )  # fmt: skip
    thing = rig.things.thing("siren.siren")
    on = thing.order("turn_on", {"duration": 30, "volume_level": 1.0}).sends
    assert [(s.topic, s.payload) for s in on] == [
        (f"{BASE}/Siren/set",
         '{"warning": {"mode": "emergency", "level": "very_high", "duration": 30}}')
    ]  # fmt: skip
    assert await sent(rig, "siren.siren", "turn_off") == [
        (f"{BASE}/Siren/set", '{"warning": {"mode": "stop"}}')
    ]


async def test_an_update_that_is_there(rig: Any) -> None:
    await join(
        rig, "update", "Bulb", "update", device_class="firmware", entity_category="config",
        command_topic=f"{BASE}/bridge/request/device/ota_update/update",
        payload_install='{"id": "0x000b57fffec6a5b2"}', name=None,
        value_template='{"latest_version":"{{ value_json[\'update\'][\'latest_version\'] }}",'
        '"installed_version":"{{ value_json[\'update\'][\'installed_version\'] }}",'
        "\"update_percentage\":{{ value_json['update'].get('progress', 'null') }},"
        "\"in_progress\":{{ (value_json['update']['state'] == 'updating')|lower }}}",
    )  # fmt: skip
    await rig.wire.send(
        f"{BASE}/Bulb",
        '{"update":{"installed_version":10,"latest_version":20,"state":"available"}}',
    )
    found = rig.entity("update.bulb")
    assert (found.state, found.attributes["latest_version"]) == ("on", "20")
    (send,) = rig.things.thing("update.bulb").order("install", {}).sends
    assert send.topic == f"{BASE}/bridge/request/device/ota_update/update"
    assert send.payload == '{"id": "0x000b57fffec6a5b2"}'


async def test_a_group_is_a_light_like_any_other(rig: Any) -> None:
    group = {"device": {"identifiers": ["zigbee2mqtt_1221051039810110150109113116116_9"],
                        "name": "Hall lights", "sw_version": "Zigbee2MQTT 2.7.0", "model": "Group",
                        "manufacturer": "Zigbee2MQTT"},
             "group": ["0x000b57fffec6a5b4_light_zigbee2mqtt"],
             "command_topic": f"{BASE}/Hall lights/set"}  # fmt: skip
    await join(rig, "light", "Hall lights", "light", **{**COLOR, **group})
    assert await sent(rig, "light.hall_lights", "turn_on", brightness_pct=20) == [
        (f"{BASE}/Hall lights/set", '{"state":"ON","brightness":51}')
    ]
