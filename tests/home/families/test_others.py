"""Other families, each with habits of its own: Z-Wave JS UI, Valetudo, ring-mqtt."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from support.family import sent


async def announce(rig: Any, component: str, **entries: Any) -> None:
    config = {"uniq_id": f"{component}_x", "dev": {"ids": ["x"], "name": "Node"}, **entries}
    await rig.wire.send(f"homeassistant/{component}/Node/{component}/config", config, retain=True)
    await asyncio.sleep(0)


VALUE = "{{ value_json.value }}"
Z = "zwave/Node/38/0"


def zwave(value: Any) -> str:
    """How Z-Wave JS UI tells a value."""
    return json.dumps({"time": 1763800000000, "value": value, "nodeName": "Node"})


async def test_a_z_wave_switch_speaks_in_booleans(rig: Any) -> None:
    await announce(
        rig, "switch", name="Node_switch", payload_on=True, payload_off=False, stat_t=f"{Z}/cur",
        val_tpl=VALUE, cmd_t=f"{Z}/target/set",
    )  # fmt: skip
    (switch,) = rig.things.house().entities
    assert await sent(rig, switch.id, "turn_on") == [(f"{Z}/target/set", "True")]
    await rig.wire.send(f"{Z}/cur", zwave(True))
    assert rig.entity(switch.id).state == "on"
    await rig.wire.send(f"{Z}/cur", zwave(False))
    assert rig.entity(switch.id).state == "off"


async def test_a_z_wave_dimmer_goes_to_99(rig: Any) -> None:
    await announce(
        rig, "light", name=None, stat_t=f"{Z}/cur", cmd_t=f"{Z}/target/set",
        on_cmd_type="brightness", bri_scl=99, bri_stat_t=f"{Z}/cur", bri_cmd_t=f"{Z}/target/set",
        bri_val_tpl=VALUE, stat_val_tpl='{{ "OFF" if value_json.value == 0 else "ON" }}',
    )  # fmt: skip
    assert await sent(rig, "light.node", "turn_on") == [(f"{Z}/target/set", "99")]
    assert await sent(rig, "light.node", "turn_on", brightness_pct=50) == [
        (f"{Z}/target/set", "50")
    ]
    assert await sent(rig, "light.node", "turn_off") == [(f"{Z}/target/set", "OFF")]
    await rig.wire.send(f"{Z}/cur", zwave(50))
    lamp = rig.entity("light.node")
    assert (lamp.state, lamp.attributes["brightness"]) == ("on", 129)
    await rig.wire.send(f"{Z}/cur", zwave(0))
    assert rig.entity("light.node").state == "off"


async def test_a_z_wave_colour_is_a_json_object(rig: Any) -> None:
    await announce(
        rig, "light", name=None, stat_t=f"{Z}/cur", cmd_t=f"{Z}/target/set",
        on_cmd_type="brightness", bri_scl=99, bri_stat_t=f"{Z}/cur", bri_cmd_t=f"{Z}/target/set",
        bri_val_tpl=VALUE, stat_val_tpl='{{ "OFF" if value_json.value == 0 else "ON" }}',
        rgb_cmd_t=f"{Z}/color/set", rgb_stat_t=f"{Z}/color",
        rgb_cmd_tpl="{{ {'red': red, 'green': green, 'blue': blue}|to_json }}",
        rgb_val_tpl="{{ value_json.value.red }},{{ value_json.value.green }},"
        "{{ value_json.value.blue }}",
    )  # fmt: skip
    commands = await sent(rig, "light.node", "turn_on", color_name="red")
    assert (f"{Z}/color/set", '{"red":255,"green":0,"blue":0}') in commands
    await rig.wire.send(f"{Z}/color", zwave({"red": 1, "green": 2, "blue": 3}))
    assert rig.entity("light.node").attributes["rgb_color"] == (1, 2, 3)


async def test_a_z_wave_blind_and_a_garage_door_in_numbers(rig: Any) -> None:
    await announce(
        rig, "cover", name=None, cmd_t=f"{Z}/target/set", pos_t=f"{Z}/cur",
        set_pos_t=f"{Z}/target/set", pos_tpl="{{ value_json.value | round(0) }}", pos_open=99,
        pos_clsd=0, pl_open="99", pl_cls="0", pl_stop="stop",
    )  # fmt: skip
    assert await sent(rig, "cover.node", "open") == [(f"{Z}/target/set", "99")]
    assert await sent(rig, "cover.node", "set_position", position=50) == [(f"{Z}/target/set", "50")]
    await rig.wire.send(f"{Z}/cur", zwave(99))
    blind = rig.entity("cover.node")
    assert (blind.state, blind.attributes["current_position"]) == ("open", 100)

    await announce(
        rig, "cover", name="Garage", dev_cla="garage", cmd_t="g/set", stat_t="g", val_tpl=VALUE,
        pl_open=255, pl_cls=0, pl_stop=253, stat_open=255, stat_opening=254, stat_clsd=0,
        stat_closing=252, uniq_id="garage",
    )  # fmt: skip
    (garage,) = [e for e in rig.things.house().entities if e.name.endswith("Garage")]
    await rig.wire.send("g", zwave(252))
    assert rig.entity(garage.id).state == "closing"
    assert await sent(rig, garage.id, "close") == [("g/set", "0")]


async def test_a_z_wave_lock_in_numbers(rig: Any) -> None:
    await announce(
        rig, "lock", name=None, cmd_t="l/set", stat_t="l", val_tpl=VALUE, stat_locked=255,
        stat_unlocked=0, pl_lock=255, pl_unlk=0,
    )  # fmt: skip
    await rig.wire.send("l", zwave(0))
    assert rig.entity("lock.node").state == "unlocked"
    assert await sent(rig, "lock.node", "lock") == [("l/set", "255")]


async def test_a_z_wave_thermostat_whose_modes_are_numbers(rig: Any) -> None:
    states = "{{ {0:'off',1:'heat',2:'cool'}[value_json.value] | default('off') }}"
    await announce(
        rig, "climate", name=None, modes=["off", "heat", "cool"], min_temp=5, max_temp=40,
        mode_cmd_t="m/set", mode_stat_t="m", mode_stat_tpl=states,
        mode_cmd_tpl="{{ {'off':0,'heat':1,'cool':2}[value] }}", temp_cmd_t="t/set",
        temp_stat_t="t", temp_stat_tpl=VALUE, curr_temp_t="c", curr_temp_tpl=VALUE, temp_step=0.5,
    )  # fmt: skip
    assert await sent(rig, "climate.node", "set_hvac_mode", hvac_mode="heat") == [("m/set", "1")]
    assert await sent(rig, "climate.node", "set_temperature", temperature=20) == [("t/set", "20.0")]
    await rig.wire.send("m", zwave(1))
    await rig.wire.send("c", zwave(19.5))
    found = rig.entity("climate.node")
    assert (found.state, found.attributes["current_temperature"]) == ("heat", 19.5)


async def test_a_robot_of_valetudo(rig: Any) -> None:
    topic = "valetudo/robby"
    state, speed = f"{topic}/hass/robby_vacuum/state", f"{topic}/FanSpeedControlCapability/preset"
    await announce(
        rig, "vacuum", name="Robot", object_id="valetudo_robby", state_topic=state,
        supported_features=["status", "start", "stop", "pause", "return_home", "fan_speed",
                            "locate"],
        command_topic=f"{topic}/hass/robby_vacuum/command", payload_start="START",
        payload_pause="PAUSE", payload_return_to_base="HOME", payload_stop="STOP",
        payload_locate="LOCATE", fan_speed_list=["low", "medium", "max"],
        set_fan_speed_topic=f"{speed}/set", avty_t=f"{topic}/$state", pl_avail="ready",
        pl_not_avail="lost",
    )  # fmt: skip
    await rig.wire.send(f"{topic}/$state", "ready", retain=True)
    robot = "vacuum.valetudo_robby"
    to = f"{topic}/hass/robby_vacuum/command"
    assert await sent(rig, robot, "start") == [(to, "START")]
    assert await sent(rig, robot, "return_to_base") == [(to, "HOME")]
    assert await sent(rig, robot, "locate") == [(to, "LOCATE")]
    assert await sent(rig, robot, "set_fan_speed", fan_speed="max") == [(f"{speed}/set", "max")]
    await rig.wire.send(state, '{"state":"cleaning","fan_speed":"low"}')
    found = rig.entity(robot)
    assert (found.state, found.attributes["fan_speed"]) == ("cleaning", "low")


RING = "ring/a1/alarm"


async def test_the_alarm_the_fan_and_the_dimmer_of_ring(rig: Any) -> None:
    here = {"availability_topic": f"{RING}/status", "payload_available": "online",
            "payload_not_available": "offline"}  # fmt: skip
    await announce(
        rig, "alarm_control_panel", name="Alarm", state_topic=f"{RING}/alarm/state",
        command_topic=f"{RING}/alarm/command", code="4711", code_arm_required=False,
        code_disarm_required=True, **here,
    )  # fmt: skip
    await announce(
        rig, "fan", name="Fan", state_topic=f"{RING}/fan/state",
        command_topic=f"{RING}/fan/command",
        percentage_state_topic=f"{RING}/fan/percent_speed_state",
        percentage_command_topic=f"{RING}/fan/percent_speed_command",
        preset_mode_state_topic=f"{RING}/fan/speed_state",
        preset_mode_command_topic=f"{RING}/fan/speed_command",
        preset_modes=["low", "medium", "high"], speed_range_min=11, speed_range_max=100, **here,
    )  # fmt: skip
    await announce(
        rig, "light", name="Lamp", state_topic=f"{RING}/light/state",
        command_topic=f"{RING}/light/command",
        brightness_state_topic=f"{RING}/light/brightness_state",
        brightness_command_topic=f"{RING}/light/brightness_command", brightness_scale=100, **here,
    )  # fmt: skip
    await rig.wire.send(f"{RING}/status", "online")
    assert await sent(rig, "alarm_control_panel.node_alarm", "alarm_arm_away") == [
        (f"{RING}/alarm/command", "ARM_AWAY")
    ]
    assert await sent(rig, "fan.node_fan", "set_percentage", percentage=100) == [
        (f"{RING}/fan/percent_speed_command", "100")
    ]
    assert await sent(rig, "light.node_lamp", "turn_on", brightness_pct=40) == [
        (f"{RING}/light/brightness_command", "40"),
        (f"{RING}/light/command", "ON"),
    ]
    await rig.wire.send(f"{RING}/alarm/state", "armed_away")
    assert rig.entity("alarm_control_panel.node_alarm").state == "armed_away"
