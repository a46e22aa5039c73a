"""A Tasmota device as ``hatasmota`` reads it in, the configuration of each of its things out.

Each is written as Home Assistant's MQTT discovery would be, with the topics and commands of
Tasmota's own documentation. A state is told on several topics: at once on ``stat/RESULT``, now and
then on ``tele/STATE`` or ``tele/SENSOR``, and on request on ``stat/STATUS10``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from hatasmota import const, discovery
from hatasmota.light import LIGHT_TYPE_COLDWARM, LIGHT_TYPE_NONE, LIGHT_TYPE_RGB, LIGHT_TYPE_RGBCW
from hatasmota.sensor import TasmotaSensorConfig
from hatasmota.utils import get_topic_tele_state

Entries: TypeAlias = dict[str, Any]
Found: TypeAlias = tuple[str, str, Entries, Mapping[str, tuple[str, ...]]]
"""A component, a unique id, its configuration, and where else each topic's content is told."""

_EFFECTS = ("Solid", "Wake up", "Cycle up", "Cycle down", "Random")
_PRESSES = ("button_short_press", "button_double_press", "button_triple_press",
            "button_quadruple_press", "button_quintuple_press", "button_long_press")  # fmt: skip

_CLASSES = {
    "Ambient": "illuminance", "ApparentPower": "apparent_power", "Battery": "battery",
    "CarbonDioxide": "carbon_dioxide", "Current": "current", "CurrentNeutral": "current",
    "DewPoint": "temperature", "Distance": "distance", "eCO2": "carbon_dioxide",
    "Energy": "energy", "ExportActive": "energy", "Factor": "power_factor",
    "Frequency": "frequency", "Humidity": "humidity", "Illuminance": "illuminance",
    "ImportActive": "energy", "Moisture": "moisture", "PM1": "pm1", "PM10": "pm10",
    "PM2.5": "pm25", "Power": "power", "ActivePower": "power", "Pressure": "pressure",
    "ReactivePower": "reactive_power", "SeaPressure": "pressure", "Speed": "wind_speed",
    "Temperature": "temperature", "Today": "energy", "Total": "energy", "TotalTariff": "energy",
    "Voltage": "voltage", "Weight": "weight", "Yesterday": "energy",
}  # fmt: skip
"""Home Assistant's device class of each quantity that Tasmota measures."""

_UNITS = {"C": "°C", "F": "°F", "lux": "lx", "VAr": "var", "kVArh": "kvarh"}
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def things(config: Entries, sensors: Entries | None) -> Iterator[Found]:
    """Yield every thing of a device. ``config`` and ``sensors`` are its two messages, validated.

    Raises LookupError, TypeError or ValueError where they contradict themselves.
    """
    for made, _ in discovery.get_switch_entities(config):
        if made is not None:
            yield _relay(made)
    for made, _ in discovery.get_light_entities(config):
        if made is not None:
            yield _relay(made) if made.endpoint == "relay" else _light(made)
    for made, _ in discovery.get_cover_entities(config):
        if made is not None:
            yield _shutter(made)
    for made, _ in discovery.get_fan_entities(config):
        if made is not None:
            yield _fan(made)
    for made, _ in discovery.get_binary_sensor_entities(config):
        if made is not None:
            yield _switch(made)
    yield from _presses(config)
    if config["bat"]:
        yield _battery(config)
    if sensors:
        yield from _sensors([made for made, _ in discovery.get_sensor_entities(sensors, config)])


def _common(made: Any, name: str | None) -> Entries:
    """Return name and availability; a device that sleeps between its words is always there."""
    entries: Entries = {"name": name}
    if not made.deep_sleep_enabled:
        entries |= {
            "availability_topic": made.availability_topic,
            "payload_available": made.availability_online,
            "payload_not_available": made.availability_offline,
        }
    return entries


def _power(made: Any) -> str:
    """Return the template of a channel's power; the only channel has no number."""
    template = f"{{{{ value_json.POWER{made.idx + 1} }}}}"
    if made.idx == 0:
        template = "{{ value_json.POWER|default(value_json.POWER1) }}"
    return template


def _relay(made: Any) -> Found:
    entries = _common(made, made.friendly_name) | {
        "command_topic": f"{made.command_topic}{const.COMMAND_POWER}{made.idx + 1}",
        "state_topic": made.state_topic,
        "value_template": _power(made),
        "payload_on": made.state_power_on,
        "payload_off": made.state_power_off,
    }
    return made.platform, made.unique_id, entries, {made.state_topic: (made.result_topic,)}


def _light(made: Any) -> Found:
    """Write a light of Tasmota's types: on/off, dimmer, white, colour, both."""
    component, unique_id, entries, also = _relay(made)
    entries["state_value_template"] = entries.pop("value_template")
    to, state = made.command_topic, made.state_topic
    if made.light_type == LIGHT_TYPE_NONE:
        return component, unique_id, entries, also
    dimmer = made.dimmer_cmd
    if made.control_by_channel:
        dimmer = f"{const.COMMAND_CHANNEL}{made.idx + 1}"
    entries |= {
        "brightness_command_topic": to + dimmer,
        "brightness_scale": 100,
        "brightness_state_topic": state,
        "brightness_value_template": f"{{{{ value_json.{made.dimmer_state} }}}}",
    }
    if made.light_type in (LIGHT_TYPE_COLDWARM, LIGHT_TYPE_RGBCW):
        entries |= {
            "color_temp_command_topic": to + const.COMMAND_CT,
            "color_temp_state_topic": state,
            "color_temp_value_template": "{{ value_json.CT }}",
            "min_mireds": made.min_mireds,
            "max_mireds": made.max_mireds,
        }
    if made.light_type >= LIGHT_TYPE_RGB:
        numbers = {name: number for number, name in enumerate(_EFFECTS)}
        entries |= {
            "rgb_command_topic": f"{to}{const.COMMAND_COLOR}2",
            "rgb_command_template": f"{{{{ red }}}},{{{{ green }}}},{{{{ blue }}}}"
            f"{made.color_suffix}",
            "hs_state_topic": state,
            "hs_value_template": "{{ value_json.HSBColor.split(',')[:2]|join(',')"
            " if value_json.HSBColor is string }}",
            "effect_command_topic": to + const.COMMAND_SCHEME,
            "effect_command_template": f"{{{{ {json.dumps(numbers)}[value] }}}}",
            "effect_list": list(_EFFECTS),
            "effect_state_topic": state,
            "effect_value_template": f"{{{{ {json.dumps(_EFFECTS)}[value_json.Scheme]"
            " if value_json.Scheme is defined }}",
        }
    return component, unique_id, entries, also


def _shutter(made: Any) -> Found:
    number, topic = made.idx + 1, made.state_topic2
    where = f"{{% set s = (value_json.StatusSNS|default(value_json)).Shutter{number} %}}"
    sign = "-" if made.inverted_shutter else ""
    name = f"Shutter {number}" if made.idx else None
    entries = _common(made, name) | {
        "device_class": "shutter",
        "command_topic": f"{made.command_topic}{const.COMMAND_BACKLOG}",
        "payload_open": f"{const.COMMAND_SHUTTER_OPEN}{number}",
        "payload_close": f"{const.COMMAND_SHUTTER_CLOSE}{number}",
        "payload_stop": f"{const.COMMAND_SHUTTER_STOP}{number}",
        "position_topic": topic,
        "position_template": where + "{{ s.Position if s is mapping }}",
        "position_open": 0 if made.inverted_shutter else 100,
        "position_closed": 100 if made.inverted_shutter else 0,
        "set_position_topic": f"{made.command_topic}{const.COMMAND_SHUTTER_POSITION}{number}",
        "state_topic": topic,
        "value_template": where + "{{ {1: 'opening', -1: 'closing', 0: 'stopped'}"
        f".get({sign}s.Direction) if s is mapping and s.Direction is number }}}}",
    }
    if made.tilt_dur and made.tilt_min != made.tilt_max:
        entries |= {
            "tilt_command_topic": f"{made.command_topic}{const.COMMAND_SHUTTER_TILT}{number}",
            "tilt_status_topic": topic,
            "tilt_status_template": where + "{{ s.Tilt if s is mapping }}",
            "tilt_min": made.tilt_min,
            "tilt_max": made.tilt_max,
            "tilt_closed_value": made.tilt_min,
            "tilt_opened_value": made.tilt_max,
        }
    return "cover", made.unique_id, entries, {topic: (made.state_topic1, made.state_topic3)}


def _fan(made: Any) -> Found:
    """Write the three speeds of an iFan; on is the middle one, as for Home Assistant."""
    speed = f"{made.command_topic}{const.COMMAND_FANSPEED}"
    entries = _common(made, None) | {
        "command_topic": speed,
        "payload_on": str(const.FAN_SPEED_MEDIUM),
        "payload_off": str(const.FAN_SPEED_OFF),
        "state_topic": made.state_topic,
        "state_value_template": "{{ (2 if value_json.FanSpeed else 0)"
        " if value_json.FanSpeed is number }}",
        "percentage_command_topic": speed,
        "percentage_state_topic": made.state_topic,
        "percentage_value_template": "{{ value_json.FanSpeed }}",
        "speed_range_min": const.FAN_SPEED_LOW,
        "speed_range_max": const.FAN_SPEED_HIGH,
    }
    return "fan", made.unique_id, entries, {made.state_topic: (made.result_topic,)}


def _switch(made: Any) -> Found:
    """Write a switch that is only read: a door contact, a motion sensor."""
    switch = f"(value_json.StatusSNS|default(value_json))[{json.dumps(made.switchname)}]"
    entries = _common(made, made.friendly_name.replace("binary_sensor ", "Switch ")) | {
        "state_topic": made.state_topic1,
        "value_template": f"{{% set s = {switch} %}}{{{{ s.Action if s is mapping else s }}}}",
        "payload_on": made.state_power_on,
        "payload_off": made.state_power_off,
    }
    if made.off_delay:
        entries["off_delay"] = made.off_delay
    more = tuple(topic for topic in (made.state_topic2, made.state_topic3) if topic)
    return "binary_sensor", made.unique_id, entries, {made.state_topic1: more}


def _presses(config: Entries) -> Iterator[Found]:
    """Yield an event for each button and switch that tells its presses (``SetOption73``, 114)."""
    kinds: dict[tuple[str, int], dict[str, str]] = {}
    topics: dict[tuple[str, int], tuple[str, str]] = {}
    for trigger in discovery.get_triggers(config):
        if trigger.is_active:
            one = trigger.source, trigger.idx
            kinds.setdefault(one, {})[trigger.event] = trigger.type
            said = getattr(trigger, "switchname", f"Button{trigger.idx + 1}")
            topics[one] = trigger.trigger_topic, said
    for (source, number), words in kinds.items():
        topic, said = topics[source, number]
        entries: Entries = {
            "name": f"{source.capitalize()} {number + 1}",
            "device_class": "button",
            "event_types": sorted({*words.values()}, key=_PRESSES.index),
            "state_topic": topic,
            "value_template": f"{{% set s = value_json[{json.dumps(said)}] %}}"
            f"{{% set k = {json.dumps(words)} %}}"
            "{{ {'event_type': k[s.Action]}|tojson if s is mapping and s.Action in k }}",
        }
        yield "event", f"{config['mac']}_event_{source}_{number}", entries, {}


def _battery(config: Entries) -> Found:
    entries: Entries = {
        "name": "Battery",
        "device_class": "battery",
        "entity_category": "diagnostic",
        "unit_of_measurement": "%",
        "state_topic": get_topic_tele_state(config),
        "value_template": "{{ value_json.BatteryPercentage }}",
    }
    return "sensor", f"{config['mac']}_sensor_battery", entries, {}


def _sensors(made: list[Any]) -> Iterator[Found]:
    """Yield the sensors, each by its plain name where only one of the device has it."""
    names = Counter(_plain(one) for one in made)
    for one in made:
        plain = _plain(one)
        name = plain if names[plain] == 1 else one.friendly_name
        steps, topic = one.value_path, one.state_topic1
        template = "{% set s = value_json.StatusSNS|default(value_json) %}"
        for step in steps:
            number = isinstance(step, int)
            # a device with one phase tells a plain number where a list was announced
            fits = "s is sequence and s is not string" if number else "s is mapping"
            otherwise = "s" if step == 0 and number else "none"
            template += f"{{% set s = s[{json.dumps(step)}] if {fits} else {otherwise} %}}"
        entries = _common(one, name) | {
            "state_topic": topic,
            "value_template": template + "{{ s if s is defined and s is not none }}",
        }
        if unit := _UNITS.get(one.unit, one.unit):
            entries["unit_of_measurement"] = unit
        if unit and (kind := _CLASSES.get(one.quantity)):
            entries["device_class"] = kind
        yield "sensor", one.unique_id, entries, {topic: (one.state_topic2,)}


def _plain(one: TasmotaSensorConfig) -> str:
    """Return what a sensor measures in words: ``ApparentPower`` is "Apparent power"."""
    path = [str(step) for step in one.value_path if not isinstance(step, int)]
    words = _WORDS.sub(" ", " ".join(path[1:]) or path[0])
    return words[:1].upper() + words[1:].lower() if words.upper() != words else words
