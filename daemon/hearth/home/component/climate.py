"""Things that keep a temperature: climate and water heater."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hearth.home.component.base import (
    NONE,
    Config,
    Order,
    Reading,
    RefusedError,
    Values,
    cannot,
    matches,
    number_of,
    static,
    text_of,
)
from hearth.house import Entity

_NUMBERS = {
    "current_temperature": "current_temperature",
    "current_humidity": "current_humidity",
    "temperature_state": "temperature",
    "temperature_high_state": "target_temp_high",
    "temperature_low_state": "target_temp_low",
    "target_humidity_state": "humidity",
}
_TEXTS = {
    "mode_state": "state",
    "action": "hvac_action",
    "fan_mode_state": "fan_mode",
    "swing_mode_state": "swing_mode",
    "swing_horizontal_mode_state": "swing_horizontal_mode",
}
_CHOICES = {
    "set_fan_mode": ("fan_mode", "fan_modes", ("auto", "low", "medium", "high")),
    "set_swing_mode": ("swing_mode", "swing_modes", ("on", "off")),
    "set_swing_horizontal_mode": (
        "swing_horizontal_mode", "swing_horizontal_modes", ("on", "off"),
    ),
    "set_preset_mode": ("preset_mode", "preset_modes", ()),
}  # fmt: skip
_TARGETS = {
    "temperature": "temperature",
    "target_temp_low": "temperature_low",
    "target_temp_high": "temperature_high",
}
_ACTIONS = ("cooling", "defrosting", "drying", "fan", "heating", "idle", "off", "preheating")


class Climate:
    """``climate``, and with other modes ``water_heater``."""

    def __init__(self, service: str, key: str, modes: tuple[str, ...], low: float, high: float):
        self._mode_service, self._mode_key, self._modes = service, key, modes
        self._low, self._high = low, high

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow each side that has a topic."""
        found: tuple[Reading, ...] = ()
        for side, name in _NUMBERS.items():
            found += self._follow(config, side, _number(name))
        known = self._known(config)
        for side, name in _TEXTS.items():
            found += self._follow(config, side, _text(name, known[name]))
        found += self._follow(config, "preset_mode_state", _preset(known["preset_mode"]))
        if "mode_state_topic" not in config and "power_state_topic" in config:
            off = config.text("payload_off", "OFF")
            found += self._follow(
                config, "power_state", lambda text: {"state": "off"} if text == off else None
            )
        return found

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its modes and its range."""
        found: dict[str, Any] = static(config, "temperature_unit")
        modes = "hvac_modes" if self._mode_key == "hvac_mode" else "operation_list"
        found[modes] = config.texts("modes", self._modes)
        known = self._known(config)
        for key, modes_key, _ in _CHOICES.values():
            if f"{key}_command_topic" in config:
                found[modes_key] = known[key]
        found["min_temp"], found["max_temp"] = self._range(config)
        found["target_temp_step"] = config.number("temp_step", 1.0)
        return found

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write modes, temperatures, humidity, turn_on and turn_off."""
        if service in ("turn_on", "turn_off", "toggle"):
            return self._power(config, entity, service)
        if service == self._mode_service:
            return self._set_mode(config, text_of(data, self._mode_key, self._all(config)))
        if service == "set_temperature":
            return self._set_temperature(config, data)
        if self._mode_key != "hvac_mode":
            cannot(service)
        if service == "set_humidity":
            low, high = config.number("min_humidity", 30), config.number("max_humidity", 99)
            value = round(number_of(data, "humidity", low, high))
            return _order(config, "target_humidity", value, {"humidity": value})
        if service not in _CHOICES:
            cannot(service)
        key = _CHOICES[service][0]
        value_text = text_of(data, key, self._known(config)[key])
        return _order(config, key, value_text, {key: value_text})

    def _known(self, config: Config) -> dict[str, tuple[str, ...]]:
        """Return the words that each side can say."""
        found = {key: config.texts(modes, default) for key, modes, default in _CHOICES.values()}
        presets = found["preset_mode"]
        found["preset_mode"] = ("none", *presets) if presets else ()
        return found | {"state": self._all(config), "hvac_action": _ACTIONS}

    def _follow(
        self, config: Config, side: str, values: Callable[[str], Values | None]
    ) -> tuple[Reading, ...]:
        keys = (f"{side}_template", f"{side.removesuffix('_state')}_value_template")
        return config.reading(f"{side}_topic", values, *keys, "value_template")

    def _range(self, config: Config) -> tuple[float, float]:
        fahrenheit = config.text("temperature_unit").upper() == "F"
        low, high = (t * 9 / 5 + 32 if fahrenheit else t for t in (self._low, self._high))
        return config.number("min_temp", low), config.number("max_temp", high)

    def _all(self, config: Config) -> tuple[str, ...]:
        return config.texts("modes", self._modes)

    def _set_mode(self, config: Config, mode: str) -> Order:
        return _order(config, "mode", mode, {"state": mode})

    def _set_temperature(self, config: Config, data: Values) -> Order:
        low, high = self._range(config)
        orders = []
        if self._mode_key in data:
            orders.append(self._set_mode(config, text_of(data, self._mode_key, self._all(config))))
        for key, side in _TARGETS.items():
            if key in data:
                value = float(number_of(data, key, low, high))
                orders.append(_order(config, side, value, {key: value}))
        if not orders:
            raise RefusedError("No temperature was given.")
        tests = [order.done for order in orders]
        echoes = [test for test in tests if test is not None]
        return Order(
            tuple(send for order in orders for send in order.sends),
            (lambda entity: all(test(entity) for test in echoes))
            if len(echoes) == len(tests)
            else None,
            assume={k: v for order in orders for k, v in order.assume.items()},
        )

    def _power(self, config: Config, entity: Entity, service: str) -> Order:
        if service == "toggle":
            service = "turn_on" if entity.state == "off" else "turn_off"
        modes = self._all(config)
        if service == "turn_off":
            mode = "off"
        else:
            others = [m for m in modes if m != "off"]
            wanted = ("heat_cool", "heat", "cool") if len(others) > 1 else ()
            mode = next((m for m in (*wanted, *others) if m in modes), "")
        if "power_command_topic" in config:
            word = config.text(
                "payload_off" if mode == "off" else "payload_on", service[5:].upper()
            )
            sends = config.send("power_command_topic", word, "power_command_template")
            if mode == "off" or entity.state not in (None, "off"):
                test = matches({"state": "off"}) if mode == "off" else (lambda e: e.state != "off")
                return Order(sends, test if "mode_state_topic" in config else None)
            return Order(sends)
        if not mode or mode not in modes:
            raise RefusedError(f"It cannot do {service!r}.")
        return self._set_mode(config, mode)


def _order(config: Config, side: str, value: Any, expected: Values) -> Order:
    sends = config.send(f"{side}_command_topic", value, f"{side}_command_template")
    echoes = f"{side}_state_topic" in config and not config.optimistic
    return Order(sends, matches(expected) if echoes else None, assume=expected)


def _number(name: str) -> Callable[[str], Values | None]:
    def values(text: str) -> Values | None:
        if not text:
            return None
        return {name: None if text == NONE else float(text)}

    return values


def _text(name: str, known: tuple[str, ...]) -> Callable[[str], Values | None]:
    def values(text: str) -> Values | None:
        if text == NONE:
            return {name: None}
        return {name: text} if text in known else None

    return values


def _preset(known: tuple[str, ...]) -> Callable[[str], Values | None]:
    def values(text: str) -> Values | None:
        if text in (NONE, "none"):
            return {"preset_mode": "none"}
        return {"preset_mode": text} if text in known else None

    return values
