"""Things that open and close by degrees: cover and valve."""

from __future__ import annotations

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
    in_state,
    matches,
    number_of,
    static,
)
from hearth.home.template import MISSING, Payload
from hearth.house import Entity

OPEN, OPENING, CLOSED, CLOSING = "open", "opening", "closed", "closing"
_MOVING = (OPENING, CLOSING)


class Cover:
    """``cover``: open, close, stop, position and tilt."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow state, position and tilt."""
        alone = "state_topic" not in config

        def position(text: str) -> Values | None:
            return _position(config, text, alone)

        def tilt(text: str) -> Values | None:
            return _tilted(config, text) if text else None

        return (
            config.reading("position_topic", position, "position_template")
            + self._state(config)
            + config.reading("tilt_status_topic", tilt, "tilt_status_template")
        )

    def _state(self, config: Config) -> tuple[Reading, ...]:
        """Follow the state; what "stopped" means is known from where it is and where it went."""
        if not (topic := config.topic("state_topic")):
            return ()
        states, template = _states(config), config.template("value_template")
        stopped = config.text("state_stopped", "stopped")

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            word = template.value(payload, this) if template else payload.text
            if word in states or word != stopped or this is None:
                return states.get(word)
            position = this["attributes"].get("current_position")
            shut = this["state"] in (CLOSED, CLOSING) if position is None else position == 0
            return {"state": CLOSED if shut else OPEN}

        return (config.follow(topic, read, uses_this=True),)

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its device class."""
        return static(config, "device_class")

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write open, close, stop, set_position, toggle, and the same for the tilt."""
        service = _plain(service, entity, "cover")
        if service.endswith("_tilt") or service == "set_tilt_position":
            return _tilt(config, entity, service, data)
        if service == "set_position":
            return _set_position(config, data)
        if service not in ("open", "close", "stop"):
            cannot(service)
        if "command_topic" not in config and service != "stop":
            return _set_position(config, {"position": 100 if service == "open" else 0})
        sends = config.send("command_topic", config.payload(f"payload_{service}", service.upper()))
        return Order(sends, None if _blind(config) else _end(service), assume=_assumed(service))


class Valve:
    """``valve``: open, close, stop, and a position where it reports one."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state, which may be a word, a number, or a JSON object of both."""
        states = _states(config)
        template = config.template("value_template")

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            text = template.value(payload, this) if template else payload.text
            parsed = Payload(text).json
            said = parsed if isinstance(parsed, dict) else {}
            found = dict(states.get(str(said.get("state", text)), {}))
            level = said.get("position", parsed)
            if isinstance(level, int | float) and not isinstance(level, bool):
                alone = found.get("state") not in _MOVING
                found |= _position(config, str(level), alone) or {}
            return found or None

        topic = config.topic("state_topic")
        return (config.follow(topic, read),) if topic else ()

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its device class."""
        return static(config, "device_class")

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write open, close, stop, set_position and toggle."""
        service = _plain(service, entity, "valve")
        if config.flag("reports_position") and service in ("open", "close", "set_position"):
            data = {"open": {"position": 100}, "close": {"position": 0}}.get(service, data)
            level = number_of(data, "position", 0, 100)
            value = round(_ranged(config, level))
            names = {"position": _whole(level)} | _limits(config, "position")
            sends = config.send("command_topic", value, "command_template", **names)
            return _to_position(config, sends, level)
        if service not in ("open", "close", "stop"):
            cannot(service)
        if service == "stop" and "payload_stop" not in config:
            cannot(service)
        word = config.payload(f"payload_{service}", service.upper())
        sends = config.send("command_topic", word, "command_template")
        return Order(sends, None if _blind(config) else _end(service), assume=_assumed(service))


def _states(config: Config) -> Mapping[str, Values]:
    names = (OPEN, OPENING, CLOSED, CLOSING)
    return {NONE: {"state": None}} | {config.text(f"state_{n}", n): {"state": n} for n in names}


def _position(config: Config, text: str, alone: bool) -> Values | None:
    """Return the position, and the state that it means where no topic tells the state."""
    if not text or text == NONE:
        return None
    parsed, found = Payload(text).json, {}
    if isinstance(parsed, dict):
        text = str(parsed["position"])
        if "tilt_position" in parsed:
            found = _tilted(config, str(parsed["tilt_position"]))
    elif parsed is MISSING:
        raise ValueError("the position is not a number")
    percent = _percent(
        float(text), config.number("position_closed", 0), config.number("position_open", 100)
    )
    found["current_position"] = percent
    if alone:
        found["state"] = CLOSED if percent == 0 else OPEN
    return found


def _tilted(config: Config, text: str) -> dict[str, Any]:
    low, high = config.number("tilt_min", 0), config.number("tilt_max", 100)
    value = round(float(text))
    if not min(low, high) <= value <= max(low, high):
        raise ValueError("the tilt is out of its range")
    return {"current_tilt_position": _percent(value, low, high)}


def _whole(number: float) -> float:
    return int(number) if number == int(number) else number


def _limits(config: Config, *kinds: str) -> dict[str, int]:
    """Return the ends of the scales, by the names that a command's template knows."""
    ends = {"position": (("closed", 0), ("open", 100)), "tilt": (("min", 0), ("max", 100))}
    return {
        f"{kind}_{end}": config.whole(f"{kind}_{end}", default)
        for kind in kinds
        for end, default in ends[kind]
    }


def _percent(value: float, low: float, high: float) -> int:
    return min(100, max(0, int((value - low) * 100 // (high - low))))


def _ranged(config: Config, percent: float) -> float:
    low, high = config.number("position_closed", 0), config.number("position_open", 100)
    return (high - low) * percent / 100 + low


def _plain(service: str, entity: Entity, domain: str) -> str:
    """Return the service without the domain; Home Assistant's names and short ones are known."""
    service = {"turn_on": "open", "turn_off": "close"}.get(service, service).replace(
        f"_{domain}", ""
    )
    if service == "toggle":
        return "open" if entity.state in (CLOSED, CLOSING) else "close"
    return service


def _blind(config: Config) -> bool:
    return config.optimistic or not ("state_topic" in config or "position_topic" in config)


def _end(service: str) -> Any:
    if service == "stop":
        return lambda entity: entity.state not in _MOVING
    return in_state(OPEN, OPENING) if service == "open" else in_state(CLOSED, CLOSING)


def _assumed(service: str) -> Values:
    return {"open": {"state": OPEN}, "close": {"state": CLOSED}}.get(service, {})


def _set_position(config: Config, data: Values) -> Order:
    level = number_of(data, "position", 0, 100)
    names = {"position": _whole(level)} | _limits(config, "position", "tilt")
    value = round(_ranged(config, level))
    sends = config.send("set_position_topic", value, "set_position_template", **names)
    return _to_position(config, sends, level)


def _to_position(config: Config, sends: tuple[Send, ...], level: float) -> Order:
    there = matches({"current_position": level})
    assume = {"state": OPEN if level else CLOSED, "current_position": round(level)}
    if _blind(config) or not ("position_topic" in config or config.flag("reports_position")):
        return Order(sends, None, assume=assume)
    return Order(sends, lambda e: there(e) or e.state in _MOVING, assume=assume)


def _tilt(config: Config, entity: Entity, service: str, data: Values) -> Order:
    low, high = config.number("tilt_min", 0), config.number("tilt_max", 100)
    if service == "stop_tilt":
        return Order(config.send("tilt_command_topic", config.payload("payload_stop_tilt", "STOP")))
    ends = {"open_tilt": config.whole("tilt_opened_value", 100),
            "close_tilt": config.whole("tilt_closed_value", 0)}  # fmt: skip
    if service == "toggle_tilt":
        now = entity.attributes.get("current_tilt_position")
        shut = now is not None and now <= _percent(ends["close_tilt"], low, high)
        service = "open_tilt" if shut else "close_tilt"
    if service == "set_tilt_position":
        level = number_of(data, "tilt_position", 0, 100)
        value, tilt = round((high - low) * level / 100 + low), _whole(level)
    elif service in ends:
        value = tilt = ends[service]
        level = _percent(value, low, high)
    else:
        cannot(service)
    names = {"tilt_position": tilt} | _limits(config, "position", "tilt")
    sends = config.send("tilt_command_topic", value, "tilt_command_template", **names)
    expected = {"current_tilt_position": round(level)}
    blind = config.flag("tilt_optimistic") or "tilt_status_topic" not in config
    return Order(sends, None if blind else matches(expected), assume=expected)
