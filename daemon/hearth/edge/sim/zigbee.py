"""Devices that do not exist: a command in, what a real one would answer out, without a socket.

Each behaves like one of a real family: Zigbee2MQTT (JSON states, ``.../set``), Tasmota (``cmnd/``,
``tele/``) and ESPHome (``<node>/<component>/<id>/...``). They are a home to try Hearth on, and what
its tests talk to.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from hearth.port import Message

Json = dict[str, Any]

BRIDGE = "zigbee2mqtt/bridge/state"
"""Where the simulated Zigbee2MQTT says that it is there; the last will of the connection."""


def told(topic: str, payload: Any, retain: bool = False) -> Message:
    """Return a message; anything but text becomes compact JSON."""
    text = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"))
    return Message(topic, text.encode(), 1 if retain else 0, retain)


def entry(component: str, node: str, thing: str, config: Json) -> Message:
    """Return the retained announcement of one component."""
    return told(f"homeassistant/{component}/{node}/{thing}/config", config, retain=True)


def parse(payload: bytes) -> Json | None:
    """Return a JSON object, or None for anything else."""
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def within(value: Any, low: float, high: float) -> float | None:
    """Return a number in its range, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and low <= value <= high else None


class Device:
    """A device: what it announces, what it is like, and what it does with a command.

    ``handle`` returns its answer, or None for a command that it does not understand.
    """

    topics: tuple[str, ...] = ()

    def announce(self) -> list[Message]:
        """Return its announcement."""
        return []

    def states(self) -> list[Message]:
        """Return all that it tells of itself."""
        return []

    def handle(self, topic: str, payload: bytes) -> list[Message] | None:
        """Carry out a command and return what it answers; None where it is malformed."""
        del topic, payload
        return None

    def tick(self, seconds: float) -> list[Message]:
        """Let time pass; return what it tells by itself."""
        del seconds
        return []


class Zigbee(Device):
    """A device behind Zigbee2MQTT: one JSON state, not retained, and ``/set`` for commands."""

    def __init__(self, name: str, area: str, model: str, state: Mapping[str, Any]) -> None:
        self.name, self.area, self.model = name, area, model
        self.slug = name.lower().replace(" ", "_")
        self.base = f"zigbee2mqtt/{self.slug}"
        self.topics = (f"{self.base}/set",)
        self.state = dict(state)
        self.ieee = f"0x00124b00{sum(map(ord, name)):08x}"

    def entry(self, component: str, thing: str, config: Json) -> Message:
        """Announce one of its components, in Zigbee2MQTT's way."""
        return entry(component, self.ieee, thing, {
            "availability": [{"topic": BRIDGE, "value_template": "{{ value_json.state }}"}],
            "availability_mode": "all",
            "device": {
                "identifiers": [f"zigbee2mqtt_{self.ieee}"],
                "manufacturer": "Hearth", "model": self.model, "name": self.name,
                "suggested_area": self.area, "via_device": "zigbee2mqtt_bridge_hearth",
            },
            "object_id": self.slug if config.get("name", "") is None else f"{self.slug}_{thing}",
            "origin": {"name": "Zigbee2MQTT", "sw": "2.0.0-hearth"},
            "state_topic": self.base,
            "unique_id": f"{self.ieee}_{thing}_zigbee2mqtt",
        } | config)  # fmt: skip

    def states(self) -> list[Message]:
        """Return its state."""
        return [told(self.base, self.state)]

    def handle(self, topic: str, payload: bytes) -> list[Message] | None:
        """Take a JSON object, or a bare word such as ``ON``, and answer with the whole state."""
        del topic
        word = payload.decode("utf-8", "replace").strip().upper()
        asked = parse(payload) or ({"state": word} if word.isalpha() else None)
        if not asked or (change := self.change(asked)) is None:
            return None
        self.state |= change
        return self.states()

    def change(self, asked: Json) -> Json | None:
        """Return what a command changes, or None where it is malformed."""
        del asked
        return None

    def switched(self, asked: Json) -> Json | None:
        """Return what ``state`` in a command changes."""
        state = str(asked.get("state", self.state.get("state"))).upper()
        if state == "TOGGLE":
            state = "OFF" if self.state["state"] == "ON" else "ON"
        return {"state": state} if state in ("ON", "OFF") else None


class ZigbeeLamp(Zigbee):
    """A lamp with brightness, whites and colours, in Zigbee2MQTT's JSON."""

    def __init__(self, name: str, area: str) -> None:
        super().__init__(
            name, area, "Colour bulb (SIM-1)",
            {"state": "OFF", "brightness": 254, "color_mode": "color_temp", "color_temp": 370,
             "color": {"x": 0.459, "y": 0.41}, "linkquality": 120},
        )  # fmt: skip

    def announce(self) -> list[Message]:
        """Announce the lamp."""
        return [self.entry("light", "light", {
            "name": None, "schema": "json", "command_topic": f"{self.base}/set",
            "brightness": True, "brightness_scale": 254, "min_mireds": 153, "max_mireds": 500,
            "supported_color_modes": ["xy", "color_temp"],
            "effect": True, "effect_list": ["blink", "breathe", "okay", "stop_effect"],
        })]  # fmt: skip

    def change(self, asked: Json) -> Json | None:
        """Take state, brightness, colour, colour temperature; refuse what is out of range."""
        known = {"state", "brightness", "color", "color_temp", "effect", "transition", "flash"}
        if (change := self.switched(asked)) is None or not set(asked) <= known:
            return None
        if "brightness" in asked:
            if (level := within(asked["brightness"], 0, 254)) is None:
                return None
            change |= {"brightness": round(level), "state": "ON" if level else "OFF"}
        if "color_temp" in asked:
            if (white := within(asked["color_temp"], 153, 500)) is None:
                return None
            change |= {"color_temp": round(white), "color_mode": "color_temp"}
        if "color" in asked:
            given = asked["color"] if isinstance(asked["color"], dict) else {}
            x, y = within(given.get("x"), 0, 1), within(given.get("y"), 0, 1)
            if x is None or y is None:
                return None
            change |= {"color": {"x": x, "y": y}, "color_mode": "xy"}
        return change


class ZigbeePlug(Zigbee):
    """A plug that switches and measures what it gives."""

    def __init__(self, name: str, area: str, watts: float) -> None:
        super().__init__(name, area, "Smart plug (SIM-2)", {"state": "OFF", "power": 0})
        self.watts = watts

    def announce(self) -> list[Message]:
        """Announce the switch and the meter."""
        return [
            self.entry("switch", "switch", {
                "name": None, "command_topic": f"{self.base}/set",
                "payload_on": "ON", "payload_off": "OFF",
                "value_template": "{{ value_json[\"state\"] }}",
            }),
            self.entry("sensor", "power", {
                "device_class": "power", "state_class": "measurement", "unit_of_measurement": "W",
                "entity_category": "diagnostic", "value_template": "{{ value_json[\"power\"] }}",
            }),
        ]  # fmt: skip

    def change(self, asked: Json) -> Json | None:
        """Take ON, OFF and TOGGLE."""
        if (change := self.switched(asked)) is None or set(asked) != {"state"}:
            return None
        return change | {"power": self.watts if change["state"] == "ON" else 0}


class ZigbeeMotion(Zigbee):
    """A motion sensor in a hall."""

    def __init__(self, name: str, area: str) -> None:
        super().__init__(name, area, "Motion sensor (SIM-3)", {"occupancy": False, "battery": 87})
        self.topics = ()

    def announce(self) -> list[Message]:
        """Announce the sensor and its battery."""
        return [
            self.entry("binary_sensor", "occupancy", {
                "device_class": "motion", "payload_on": True, "payload_off": False,
                "value_template": "{{ value_json[\"occupancy\"] }}",
            }),
            self.entry("sensor", "battery", {
                "device_class": "battery", "state_class": "measurement", "unit_of_measurement": "%",
                "entity_category": "diagnostic", "value_template": "{{ value_json[\"battery\"] }}",
            }),
        ]  # fmt: skip

    def move(self, seen: bool = True) -> list[Message]:
        """See someone, or nobody any more."""
        self.state["occupancy"] = seen
        return self.states()


class ZigbeeContact(Zigbee):
    """A contact on a door: ``contact`` is false while it is open."""

    def __init__(self, name: str, area: str) -> None:
        super().__init__(name, area, "Door contact (SIM-4)", {"contact": True, "battery": 92})
        self.topics = ()

    def announce(self) -> list[Message]:
        """Announce the contact."""
        return [self.entry("binary_sensor", "contact", {
            "name": None, "device_class": "door", "payload_on": False, "payload_off": True,
            "value_template": "{{ value_json[\"contact\"] }}",
        })]  # fmt: skip

    def open(self, is_open: bool = True) -> list[Message]:
        """Open or close the door."""
        self.state["contact"] = not is_open
        return self.states()


class ZigbeeClimate(Zigbee):
    """A thermometer and hygrometer whose values drift slowly."""

    def __init__(self, name: str, area: str, celsius: float, percent: float) -> None:
        super().__init__(
            name, area, "Thermometer (SIM-5)", {"temperature": celsius, "humidity": percent}
        )
        self.topics = ()
        self._middle, self._passed = (celsius, percent), 0.0

    def announce(self) -> list[Message]:
        """Announce both, on the one topic they share."""
        return [
            self.entry("sensor", kind, {
                "device_class": kind, "state_class": "measurement", "unit_of_measurement": unit,
                "value_template": f"{{{{ value_json[\"{kind}\"] }}}}",
            })
            for kind, unit in (("temperature", "°C"), ("humidity", "%"))
        ]  # fmt: skip

    def tick(self, seconds: float) -> list[Message]:
        """Drift around the middle, half a degree within the hour."""
        self._passed += seconds
        wave = math.sin(self._passed / 3600 * math.tau)
        fresh = {
            "temperature": round(self._middle[0] + wave / 2, 1),
            "humidity": round(self._middle[1] - wave * 2, 1),
        }
        if fresh == self.state:
            return []
        self.state |= fresh
        return self.states()


class ZigbeeBlinds(Zigbee):
    """Blinds that take their time: a quarter of the way each second."""

    SPEED = 25.0
    """Percent of the way in a second."""

    def __init__(self, name: str, area: str) -> None:
        super().__init__(name, area, "Blinds motor (SIM-6)", {"state": "OPEN", "position": 100})
        self._target = 100.0
        self._moves = False

    def announce(self) -> list[Message]:
        """Announce the cover."""
        return [self.entry("cover", "cover", {
            "name": None, "device_class": "blind", "command_topic": f"{self.base}/set",
            "set_position_topic": f"{self.base}/set",
            "set_position_template": "{ \"position\": {{ position }} }",
            "position_topic": self.base, "position_template": "{{ value_json[\"position\"] }}",
            "value_template": "{% if \"moving\" in value_json and value_json[\"moving\"] %}"
            "{{ value_json[\"moving\"] }}{% else %}{{ value_json[\"state\"] }}{% endif %}",
            "state_closed": "CLOSE", "state_open": "OPEN", "state_opening": "UP",
            "state_closing": "DOWN", "state_stopped": "STOP",
        })]  # fmt: skip

    def change(self, asked: Json) -> Json | None:
        """Take OPEN, CLOSE, STOP or a position; the way there follows with the time."""
        here = float(self.state["position"])
        word = asked.get("state")
        aim = {"OPEN": 100.0, "CLOSE": 0.0, "STOP": here}.get(str(word).upper())
        if "position" in asked:
            aim = within(asked["position"], 0, 100)
        if aim is None or not set(asked) <= {"state", "position"}:
            return None
        self._target, self._moves = aim, aim != here
        moving = "STOP" if aim == here else "UP" if aim > here else "DOWN"
        return {"moving": moving}

    def tick(self, seconds: float) -> list[Message]:
        """Move on."""
        if not self._moves:
            return []
        here = float(self.state["position"])
        step = min(self.SPEED * seconds, abs(self._target - here))
        here += step if self._target > here else -step
        self._moves = here != self._target
        if not self._moves:
            self.state["moving"] = "STOP"
        self.state |= {"position": round(here), "state": "OPEN" if here > 0 else "CLOSE"}
        return self.states()
