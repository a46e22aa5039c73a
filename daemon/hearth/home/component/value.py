"""Things that hold one value that a person sets: number, select, text, date, time, datetime."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from jinja2.exceptions import SecurityError

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
from hearth.home.component.sensor import MAX_STATE
from hearth.home.filters import pattern
from hearth.house import Entity


class Value:
    """One value: ``take`` makes of what is asked the value, and the state that it will be.

    ``tell`` makes the state of what the device says: NONE for unknown, None where it says nothing.
    It raises ValueError for what is no value of its kind.
    """

    def __init__(
        self,
        services: tuple[str, ...],
        take: Callable[[Config, Entity, str, Values], tuple[Any, str]],
        tell: Callable[[Config, str], str | None],
        fixed: Callable[[Config], Mapping[str, Any]] = lambda _: {},
    ) -> None:
        self._services, self._take, self._tell, self._fixed = services, take, tell, fixed

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Follow its state topic."""
        config.need("command_topic")
        reset = config.text("payload_reset", NONE)

        def state(text: str) -> Values | None:
            found = NONE if text in (NONE, reset) else self._tell(config, text)
            return None if found is None else {"state": None if found == NONE else found}

        return config.reading("state_topic", state, "value_template")

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return its limits or options."""
        return self._fixed(config)

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write the value; a template gets it as what it is (a time as a time)."""
        if service not in self._services:
            cannot(service)
        value, state = self._take(config, entity, service, data)
        plain = value.isoformat() if isinstance(value, date | time) else value
        sends = config.send("command_topic", value, "command_template", plain=plain)
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
    value = float(number_of(data, "value", *_range(config)))
    return (int(value) if value.is_integer() else value), f"{value:g}"


def _range(config: Config) -> tuple[float, float]:
    return config.number("min", 0), config.number("max", 100)


def _tell_number(config: Config, text: str) -> str | None:
    low, high = _range(config)
    return text[:MAX_STATE] if text.strip() and low <= float(text) <= high else None


def _limits(config: Config) -> Mapping[str, Any]:
    found: dict[str, Any] = static(config, "device_class", "unit_of_measurement", "mode")
    found["min"], found["max"] = _range(config)
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
    if not config.number("min", 0) <= len(value) <= config.number("max", MAX_STATE):
        raise RefusedError("The text is too short or too long.")
    if "pattern" in config:
        with suppress(SecurityError, re.error):
            if not pattern(config.text("pattern")).match(value):
                raise RefusedError("The text is not of the right form.")
    return value, value


def _moment(kind: type[date] | type[time], key: str) -> Callable[..., tuple[Any, str]]:
    def take(config: Config, entity: Entity, service: str, data: Values) -> tuple[Any, str]:
        del config, entity, service
        given = data.get(key, data.get("value"))
        try:
            value = given if isinstance(given, kind) else kind.fromisoformat(str(given))
        except ValueError:
            raise RefusedError(f"{str(given)[:40]!r} is no {key}.") from None
        return value, value.isoformat()

    return take


def _tell_option(config: Config, text: str) -> str | None:
    if text.lower() == "none":
        return NONE
    return text if text in config.texts("options") else None


def _tell_date(config: Config, text: str) -> str | None:
    del config
    return datetime.fromisoformat(text).date().isoformat() if text else None


def _tell_time(config: Config, text: str) -> str | None:
    del config
    return time.fromisoformat(text).isoformat() if text else None


def _tell_datetime(config: Config, text: str) -> str | None:
    if not text:
        return None
    value = datetime.fromisoformat(text)
    if name := config.text("timezone"):
        if value.tzinfo is not None:
            raise ValueError("the moment has a zone, and its zone is configured, too")
        value = value.replace(tzinfo=_zone(name)).astimezone(UTC)
    if value.tzinfo is None:
        raise ValueError("the moment has no zone")
    return value.isoformat()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, KeyError):
        raise ValueError(f"there is no zone {name[:40]!r}") from None


NUMBER = Value(("set_value",), _number, _tell_number, _limits)
SELECT = Value(
    ("select_option", "select_next", "select_previous", "select_first", "select_last"),
    _select,
    _tell_option,
    lambda config: {"options": config.texts("options")},
)
TEXT = Value(
    ("set_value",),
    _text,
    lambda _, text: text[:MAX_STATE],
    lambda config: static(config, "mode", "min", "max", "pattern"),
)
DATE = Value(("set_value",), _moment(date, "date"), _tell_date)
TIME = Value(("set_value",), _moment(time, "time"), _tell_time)
DATETIME = Value(("set_value",), _moment(datetime, "datetime"), _tell_datetime)
