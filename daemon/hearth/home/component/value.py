"""Things that hold one value that a person sets: number, select, text, date, time, datetime."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
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


class Value:
    """One value: ``take`` makes the payload of what is asked, and the state that it will be."""

    def __init__(
        self,
        services: tuple[str, ...],
        take: Callable[[Config, Entity, str, Values], tuple[Any, str]],
        fixed: Callable[[Config], Mapping[str, Any]] = lambda _: {},
        check: Callable[[str], object] = str,
    ) -> None:
        self._services, self._take, self._fixed, self._check = services, take, fixed, check

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state topic."""
        config.need("command_topic")
        reset = config.text("payload_reset", NONE)

        def state(text: str) -> Values | None:
            if text in (NONE, reset):
                return {"state": None}
            if not text and self._check is not str:
                return None
            self._check(text)
            return {"state": text[:255]}

        return config.reading("state_topic", state, "value_template")

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its limits or options."""
        return self._fixed(config)

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write the value."""
        if service not in self._services:
            cannot(service)
        value, state = self._take(config, entity, service, data)
        sends = config.send("command_topic", value, "command_template")
        blind = config.optimistic or "state_topic" not in config
        expected = {"state": state}
        return Order(sends, None if blind else _same(state), assume=expected)


def _same(state: str) -> Callable[[Entity], bool]:
    """Return a test for a state that may be written differently (``5`` and ``5.0``)."""
    plain = matches({"state": state})

    def test(entity: Entity) -> bool:
        try:
            return plain(entity) or abs(float(entity.state or "") - float(state)) < 1e-6
        except ValueError:
            return False

    return test


def _number(config: Config, entity: Entity, service: str, data: Values) -> tuple[Any, str]:
    del entity, service
    low, high = config.number("min", 1), config.number("max", 100)
    value = float(number_of(data, "value", low, high))
    return (int(value) if value.is_integer() else value), f"{value:g}"


def _limits(config: Config) -> Mapping[str, Any]:
    found: dict[str, Any] = static(config, "device_class", "unit_of_measurement", "mode")
    found["min"], found["max"] = config.number("min", 1), config.number("max", 100)
    found["step"] = config.number("step", 1)
    return found


def _select(config: Config, entity: Entity, service: str, data: Values) -> tuple[Any, str]:
    options = config.texts("options")
    if service == "select_option":
        option = text_of(data, "option", options)
        return option, option
    if not options:
        raise RefusedError("It has no options.")
    here = options.index(entity.state) if entity.state in options else -1
    place = {"select_first": 0, "select_last": -1, "select_next": (here + 1) % len(options),
             "select_previous": (here - 1) % len(options)}[service]  # fmt: skip
    return options[place], options[place]


def _text(config: Config, entity: Entity, service: str, data: Values) -> tuple[Any, str]:
    del entity, service
    value = text_of(data, "value")
    if not config.number("min", 0) <= len(value) <= config.number("max", 255):
        raise RefusedError("The text is too short or too long.")
    return value, value


def _moment(kind: type[date] | type[time], key: str) -> Callable[..., tuple[Any, str]]:
    def take(config: Config, entity: Entity, service: str, data: Values) -> tuple[Any, str]:
        del config, entity, service
        given = data.get(key, data.get("value"))
        try:
            value = given if isinstance(given, kind) else kind.fromisoformat(str(given))
        except ValueError:
            raise RefusedError(f"{str(given)[:40]!r} is no {key}.") from None
        return value.isoformat(), value.isoformat()

    return take


NUMBER = Value(("set_value",), _number, _limits, float)
SELECT = Value(
    ("select_option", "select_next", "select_previous", "select_first", "select_last"),
    _select,
    lambda config: {"options": config.texts("options")},
)
TEXT = Value(("set_value",), _text)
DATE = Value(("set_value",), _moment(date, "date"), check=date.fromisoformat)
TIME = Value(("set_value",), _moment(time, "time"), check=time.fromisoformat)
DATETIME = Value(("set_value",), _moment(datetime, "datetime"), check=datetime.fromisoformat)
