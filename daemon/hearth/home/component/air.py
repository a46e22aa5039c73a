"""Things that move air or water it: fan and humidifier."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from hearth.home.component.base import (
    NONE,
    Config,
    Order,
    Reading,
    Send,
    Values,
    cannot,
    matches,
    number_of,
    text_of,
)
from hearth.home.component.onoff import on_off, toggled
from hearth.house import Entity

_SIDES = {
    "percentage": "percentage",
    "preset_mode": "preset_mode",
    "oscillation": "oscillating",
    "direction": "direction",
}
_ACTIONS = ("humidifying", "drying", "idle", "off")


class Fan:
    """``fan``: on and off, speed in percent, preset mode, oscillation and direction."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow state, speed, preset mode, oscillation and direction."""
        config.need("command_topic")
        low, high = config.number("speed_range_min", 1), config.number("speed_range_max", 100)
        swings = config.text("payload_oscillation_on", "oscillate_on")
        rests = config.text("payload_oscillation_off", "oscillate_off")
        presets = config.texts("preset_modes")

        def speed(text: str) -> Values | None:
            if not text:
                return None
            if text in (NONE, config.text("payload_reset_percentage", NONE)):
                return {"percentage": None}
            percent = int((float(text) - low + 1) * 100 // (high - low + 1))
            return {"percentage": percent} if 0 <= percent <= 100 else None

        def preset(text: str) -> Values | None:
            if not text:
                return None
            if text == config.text("payload_reset_preset_mode", NONE):
                return {"preset_mode": None}
            return {"preset_mode": text} if text in presets else None

        def oscillation(text: str) -> Values | None:
            return {swings: {"oscillating": True}, rests: {"oscillating": False}}.get(text)

        def direction(text: str) -> Values | None:
            return {"direction": text} if text else None

        return (
            config.reading("state_topic", on_off(config), "state_value_template")
            + config.reading("percentage_state_topic", speed, "percentage_value_template")
            + config.reading("preset_mode_state_topic", preset, "preset_mode_value_template")
            + config.reading("oscillation_state_topic", oscillation, "oscillation_value_template")
            + config.reading("direction_state_topic", direction, "direction_value_template")
        )

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its preset modes and the step of its speed."""
        found: dict[str, Any] = {}
        if "preset_modes" in config:
            found["preset_modes"] = config.texts("preset_modes")
        if "percentage_command_topic" in config:
            steps = config.number("speed_range_max", 100) - config.number("speed_range_min", 1) + 1
            found["percentage_step"] = 100 / max(1, steps)
        return found

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write turn_on, turn_off, toggle, set_percentage, increase_speed, oscillate ..."""
        service = toggled(entity, service)
        if service in ("increase_speed", "decrease_speed"):
            service, data = (
                "set_percentage",
                {"percentage": _stepped(config, entity, service, data)},
            )
        if service == "set_percentage" and data.get("percentage") == 0:
            service = "turn_off"  # which every fan understands; 0 is outside of many ranges
        if service in ("turn_on", "turn_off"):
            return self._switch(config, service, data)
        key, side = {
            "set_percentage": ("percentage", "percentage"),
            "set_preset_mode": ("preset_mode", "preset_mode"),
            "oscillate": ("oscillating", "oscillation"),
            "set_direction": ("direction", "direction"),
        }.get(service, ("", ""))
        if not key:
            cannot(service)
        sends, expected = _side(config, key, side, data)
        return _order(config, sends, expected)

    def _switch(self, config: Config, service: str, data: Values) -> Order:
        to = "on" if service == "turn_on" else "off"
        sends = config.send(
            "command_topic", config.text(f"payload_{to}", to.upper()), "command_template"
        )
        expected: dict[str, Any] = {"state": to}
        if to == "on":
            for key, side in (("percentage", "percentage"), ("preset_mode", "preset_mode")):
                if data.get(key):
                    more, also = _side(config, key, side, data)
                    sends, expected = sends + more, expected | dict(also)
        return _order(config, sends, expected)


class Humidifier:
    """``humidifier``: on and off, target humidity and mode."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow state, humidity, target, mode and action."""
        config.need("command_topic", "target_humidity_command_topic")
        reset = config.text("payload_reset_humidity", NONE)

        def number(name: str, low: float, high: float) -> Any:
            def values(text: str) -> Values | None:
                if text == reset or not text:
                    return {name: None} if text else None
                value = round(float(text))
                return {name: value} if low <= value <= high else None

            return values

        def word(name: str, reset: str, known: tuple[str, ...]) -> Any:
            def values(text: str) -> Values | None:
                if text == reset:
                    return {name: None}
                return {name: text} if text in known else None

            return values

        modes, away = config.texts("modes"), config.text("payload_reset_mode", NONE)

        return (
            config.reading("state_topic", on_off(config), "state_value_template", "value_template")
            + config.reading(
                "target_humidity_state_topic",
                number("humidity", *_humidities(config)),
                "target_humidity_state_template",
            )
            + config.reading(
                "current_humidity_topic",
                number("current_humidity", 0, 100),
                "current_humidity_template",
            )
            + config.reading("mode_state_topic", word("mode", away, modes), "mode_state_template")
            + config.reading("action_topic", word("action", NONE, _ACTIONS), "action_template")
        )

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its class, modes and range."""
        found: dict[str, Any] = {"device_class": config.text("device_class", "humidifier")}
        found["min_humidity"], found["max_humidity"] = _humidities(config)
        if "modes" in config:
            found["available_modes"] = config.texts("modes")
        return found

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write turn_on, turn_off, toggle, set_humidity and set_mode."""
        service = toggled(entity, service)
        expected: Values
        if service in ("turn_on", "turn_off"):
            to = service.removeprefix("turn_")
            word = config.text(f"payload_{to}", to.upper())
            sends, expected = config.send("command_topic", word, "command_template"), {"state": to}
        elif service == "set_humidity":
            value = round(number_of(data, "humidity", *_humidities(config)))
            sends = config.send(
                "target_humidity_command_topic", value, "target_humidity_command_template"
            )
            expected = {"humidity": value}
        elif service == "set_mode":
            mode = text_of(data, "mode", config.texts("modes"))
            sends = config.send("mode_command_topic", mode, "mode_command_template")
            expected = {"mode": mode}
        else:
            cannot(service)
        topics = {"state": "state", "humidity": "target_humidity_state", "mode": "mode_state"}
        key = "state_topic" if "state" in expected else f"{topics[next(iter(expected))]}_topic"
        blind = config.optimistic or key not in config
        return Order(sends, None if blind else matches(expected), assume=expected)


def _humidities(config: Config) -> tuple[float, float]:
    return config.number("min_humidity", 0), config.number("max_humidity", 100)


def _stepped(config: Config, entity: Entity, service: str, data: Values) -> int:
    """Return the speed one step (or ``percentage_step``) up or down, in percent."""
    way = 1 if service == "increase_speed" else -1
    now = entity.attributes.get("percentage") or 0
    if "percentage_step" in data:
        return max(0, min(100, round(now + way * number_of(data, "percentage_step", 0, 100))))
    low, high = config.number("speed_range_min", 1), config.number("speed_range_max", 100)
    count = min(100, int(high - low + 1))
    return max(0, min(100, int((math.ceil(now * count / 100) + way) * 100 // count)))


def _side(config: Config, key: str, side: str, data: Values) -> tuple[tuple[Send, ...], Values]:
    """Write one side of a fan, and what it will tell."""
    value: Any
    if key == "percentage":
        percent = number_of(data, key, 0, 100)
        low, high = config.number("speed_range_min", 1), config.number("speed_range_max", 100)
        value = math.ceil((high - low + 1) * percent / 100 + low - 1)
        wanted: Any = percent
    elif key == "oscillating":
        wanted = data.get(key) in (True, "true", "on")
        to = "on" if wanted else "off"
        value = config.text(f"payload_oscillation_{to}", f"oscillate_{to}")
    elif key == "direction":
        value = wanted = text_of(data, key, ("forward", "reverse"))
    else:
        value = wanted = text_of(data, key, config.texts("preset_modes"))
    return config.send(f"{side}_command_topic", value, f"{side}_command_template"), {key: wanted}


def _order(config: Config, sends: tuple[Send, ...], expected: Values) -> Order:
    """Expect what has a state topic; a speed may be rounded to the fan's steps."""
    topics = {name: f"{side}_state_topic" for side, name in _SIDES.items()}
    told = {k: v for k, v in expected.items() if topics.get(k, "state_topic") in config}
    if config.optimistic or not told:
        return Order(sends, None, assume=expected)
    steps = config.number("speed_range_max", 100) - config.number("speed_range_min", 1) + 1
    percent = told.pop("percentage", None)
    test = matches(told)

    def done(entity: Entity) -> bool:
        now = entity.attributes.get("percentage")
        near = percent is None or (
            now is not None and abs(now - percent) <= 100 / max(1, steps) + 1
        )
        return near and test(entity)

    return Order(sends, done, assume=expected)
