"""Simulated devices of other families: Tasmota's topics, ESPHome's, and a thermostat."""

from __future__ import annotations

from hearth.edge.sim.zigbee import Device, Json, entry, parse, told, within
from hearth.port import Message


class TasmotaLamp(Device):
    """A dimmable lamp with Tasmota's topics and Home Assistant discovery (its SetOption19)."""

    def __init__(self, name: str, area: str) -> None:
        self.name, self.area = name, area
        self.id = name.lower().replace(" ", "_")
        self.topics = (f"cmnd/{self.id}/POWER", f"cmnd/{self.id}/Dimmer")
        self.on, self.dimmer = False, 100

    def announce(self) -> list[Message]:
        """Announce the lamp, in Tasmota's short keys, and that it is there."""
        config: Json = {
            "name": None, "uniq_id": f"{self.id}_LI_1", "~": self.id,
            "cmd_t": "cmnd/~/POWER".replace("~", self.id),
            "stat_t": f"tele/{self.id}/STATE", "stat_val_tpl": "{{ value_json.POWER }}",
            "pl_on": "ON", "pl_off": "OFF", "on_cmd_type": "brightness",
            "bri_cmd_t": f"cmnd/{self.id}/Dimmer", "bri_stat_t": f"tele/{self.id}/STATE",
            "bri_scl": 100, "bri_val_tpl": "{{ value_json.Dimmer }}",
            "avty_t": f"tele/{self.id}/LWT", "pl_avail": "Online", "pl_not_avail": "Offline",
            "dev": {"ids": [self.id], "name": self.name, "mf": "Hearth", "mdl": "SIM-T",
                    "sw": "14.3.0(hearth)", "sa": self.area},
        }  # fmt: skip
        return [
            entry("light", self.id, "LI_1", config),
            told(f"tele/{self.id}/LWT", "Online", retain=True),
        ]

    def states(self) -> list[Message]:
        """Return its telemetry."""
        power = "ON" if self.on else "OFF"
        return [told(f"tele/{self.id}/STATE", {"POWER": power, "Dimmer": self.dimmer})]

    def handle(self, topic: str, payload: bytes) -> list[Message] | None:
        """Take POWER and Dimmer as Tasmota does: words in any case, numbers as text."""
        word = payload.decode("utf-8", "replace").strip().upper()
        if topic.endswith("/POWER"):
            if word not in ("ON", "OFF", "TOGGLE", "1", "0", "2"):
                return None
            self.on = word in ("ON", "1") or (word in ("TOGGLE", "2") and not self.on)
            result: Json = {"POWER": "ON" if self.on else "OFF"}
        else:
            if not word.isdecimal() or int(word) > 100:
                return None
            self.dimmer, self.on = int(word) or self.dimmer, int(word) > 0
            result = {"POWER": "ON" if self.on else "OFF", "Dimmer": self.dimmer}
        return [told(f"stat/{self.id}/RESULT", result), *self.states()]


class EspLamp(Device):
    """A lamp with ESPHome's topics; it retains its state, and tells it only where it changed."""

    def __init__(self, name: str, area: str, node: str) -> None:
        self.name, self.area, self.node = name, area, node
        self.id = name.lower().replace(" ", "_")
        self.base = f"{node}/light/{self.id}"
        self.topics = (f"{self.base}/command",)
        self.state: Json = {"state": "OFF", "color_mode": "brightness", "brightness": 255}

    def announce(self) -> list[Message]:
        """Announce the lamp by device discovery, and that the node is there."""
        config: Json = {
            "dev": {"ids": f"{self.node}-mac", "name": self.name, "sw": "esphome 2026.1",
                    "mf": "Hearth", "mdl": "esp32dev", "sa": self.area},
            "o": {"name": "esphome", "sw": "2026.1"},
            "avty_t": f"{self.node}/status",
            "cmps": {self.id: {
                "p": "light", "uniq_id": f"{self.node}_{self.id}", "name": None, "schema": "json",
                "stat_t": f"{self.base}/state", "cmd_t": f"{self.base}/command",
                "sup_clrm": ["brightness"], "brightness": True,
            }},
        }  # fmt: skip
        return [
            told(f"homeassistant/device/{self.node}/config", config, retain=True),
            told(f"{self.node}/status", "online", retain=True),
        ]

    def states(self) -> list[Message]:
        """Return its retained state."""
        return [told(f"{self.base}/state", self.state, retain=True)]

    def handle(self, topic: str, payload: bytes) -> list[Message] | None:
        """Take a JSON object with state, brightness and transition."""
        del topic
        asked, before = parse(payload), dict(self.state)
        if asked is None or asked.get("state") not in ("ON", "OFF", "TOGGLE"):
            return None
        flip = "OFF" if before["state"] == "ON" else "ON"
        fresh = {"state": flip if asked["state"] == "TOGGLE" else asked["state"]}
        if "brightness" in asked:
            if (level := within(asked["brightness"], 0, 255)) is None:
                return None
            fresh["brightness"] = round(level)
        self.state |= fresh
        return [] if self.state == before else self.states()


class Thermostat(Device):
    """A thermostat with a topic for each side; the room follows slowly."""

    MODES = ("off", "heat", "auto")

    def __init__(self, name: str, area: str) -> None:
        self.name, self.area = name, area
        self.base = f"climate/{name.lower().replace(' ', '_')}"
        self.topics = (f"{self.base}/mode/set", f"{self.base}/temperature/set")
        self.mode, self.target, self.room = "heat", 20.0, 19.0

    def announce(self) -> list[Message]:
        """Announce the thermostat."""
        thing = self.base.rpartition("/")[2]
        config: Json = {
            "~": self.base, "name": None, "unique_id": f"sim_{thing}", "modes": list(self.MODES),
            "mode_command_topic": "~/mode/set", "mode_state_topic": "~/mode",
            "temperature_command_topic": "~/temperature/set",
            "temperature_state_topic": "~/temperature", "action_topic": "~/action",
            "current_temperature_topic": "~/room", "min_temp": 5, "max_temp": 30,
            "temp_step": 0.5, "temperature_unit": "C", "availability_topic": "~/status",
            "device": {"identifiers": [f"sim_{thing}"], "name": self.name,
                       "manufacturer": "Hearth", "suggested_area": self.area},
        }  # fmt: skip
        return [
            entry("climate", "sim", thing, config),
            told(f"{self.base}/status", "online", retain=True),
        ]

    def states(self) -> list[Message]:
        """Return all of its sides, retained."""
        heats = self.mode != "off" and round(self.room, 1) < self.target
        sides = {
            "mode": self.mode,
            "temperature": f"{self.target:g}",
            "room": f"{self.room:.1f}",
            "action": "off" if self.mode == "off" else "heating" if heats else "idle",
        }
        return [told(f"{self.base}/{side}", value, retain=True) for side, value in sides.items()]

    def handle(self, topic: str, payload: bytes) -> list[Message] | None:
        """Take a mode or a temperature."""
        word = payload.decode("utf-8", "replace").strip()
        if topic == self.topics[0]:
            if word not in self.MODES:
                return None
            self.mode = word
        else:
            try:
                wanted = within(float(word), 5, 30)
            except ValueError:
                return None
            if wanted is None:
                return None
            self.target = wanted
        return self.states()

    def tick(self, seconds: float) -> list[Message]:
        """Let the room follow: a degree in ten minutes."""
        before = f"{self.room:.1f}"
        aim = self.target if self.mode != "off" else 16.0
        step = min(seconds / 600, abs(aim - self.room))
        self.room += step if aim > self.room else -step
        return self.states() if f"{self.room:.1f}" != before else []
