"""What a component is: how its configuration is read, its state followed, and its orders written.

A component is three pure functions over a validated ``Config``: ``readings`` (which topics tell
what), ``attributes`` (what never changes) and ``order`` (a service and its data into messages).
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, Protocol

from hearth.error import HearthError
from hearth.home.discovery import DiscoveryError
from hearth.home.template import Payload, Template, TemplateError, Templates
from hearth.house import EMPTY, Entity

NONE = "None"
"""What a device sends for "unknown", and what a template makes of JSON's null."""

Values = Mapping[str, Any]
"""What a message says: ``state`` and attributes, by Home Assistant's names; None is unknown."""

Read = Callable[[Payload, Mapping[str, Any] | None], Values | None]
"""A payload (and ``this``) into values, or None where it says nothing. Raises ValueError."""


class RefusedError(HearthError):
    """A service that this thing cannot do, or data that it cannot take."""


class CodeError(RefusedError):
    """It wants a code that was not given, or another one than was given."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A topic that the thing follows.

    ``moment``: each message is a happening of its own, even if it is like the one before, and what
    the broker kept from before is none. An empty ``encoding`` hands bytes on as Latin-1 text.
    """

    topic: str
    read: Read
    qos: int = 0
    encoding: str = "utf-8"
    uses_this: bool = False
    moment: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """One MQTT message to a device."""

    topic: str
    payload: str
    qos: int = 0
    retain: bool = False

    @property
    def body(self) -> bytes | str:
        """What goes on the wire; a template that writes ``b'...'`` means these bytes."""
        if self.payload.startswith(("b'", 'b"')):
            try:
                value = ast.literal_eval(self.payload)
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                return self.payload
            if isinstance(value, bytes):
                return value
        return self.payload


@dataclass(frozen=True, slots=True)
class Order:
    """What is sent for a service, and how its end is known.

    ``done`` tells from the thing's present state whether the order was carried out; it is None
    where the device never echoes. ``moving`` holds the states in which it is still at work.
    ``assume`` is what is taken as its state where nothing echoes.
    """

    sends: tuple[Send, ...]
    done: Callable[[Entity], bool] | None = None
    moving: frozenset[str] = frozenset()
    assume: Values = field(default_factory=lambda: EMPTY)


class Config:
    """One thing's configuration: typed access, defaults, and its templates compiled once.

    ``this`` returns what a command's template may know of the thing's present state.
    Raises DiscoveryError on construction for a template that cannot be parsed.
    """

    __slots__ = ("_templates", "_this", "component", "now", "raw")

    def __init__(
        self,
        component: str,
        raw: Mapping[str, Any],
        templates: Templates,
        this: Callable[[], Mapping[str, Any]] = lambda: EMPTY,
    ) -> None:
        self.component = component
        self.raw = raw
        self.now = templates.now
        self._this = this
        self._templates: dict[str, Template] = {}
        for key, value in raw.items():
            if key.endswith("_template") and value is not None:
                if not isinstance(value, str):
                    raise _fault(key, "is not a template")
                try:
                    self._templates[key] = templates.compile(value)
                except TemplateError as error:
                    raise _fault(key, str(error)) from None

    def __contains__(self, key: str) -> bool:
        return self.raw.get(key) is not None

    def text(self, key: str, default: str = "") -> str:
        """Return a text; numbers and booleans are written as Python writes them."""
        value = self.raw.get(key)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, bool | int | float):
            return str(value)
        raise _fault(key, "is not a text")

    def payload(self, key: str, default: str) -> str:
        """Return the word of a command. Raises RefusedError where its maker took it out (null)."""
        if key in self.raw and self.raw[key] is None:
            raise RefusedError(f"It has no {key.removeprefix('payload_').replace('_', ' ')}.")
        return self.text(key, default)

    def topic(self, key: str) -> str:
        """Return a topic, or an empty text where it is absent."""
        return self.text(key)

    def need(self, *keys: str) -> None:
        """Refuse the configuration where one of ``keys`` is absent."""
        for key in keys:
            if key not in self:
                raise _fault(key, "is missing")

    def number(self, key: str, default: float) -> float:
        """Return a number."""
        value = self.raw.get(key)
        if value is None:
            return default
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                number = float(value)
            except (ValueError, OverflowError):
                number = math.nan
            if math.isfinite(number):
                return number
        raise _fault(key, "is not a number")

    def whole(self, key: str, default: int) -> int:
        """Return a whole number."""
        return int(self.number(key, default))

    def flag(self, key: str, default: bool = False) -> bool:
        """Return a yes or no."""
        value = self.raw.get(key)
        if value is None:
            return default
        if isinstance(value, bool | int):
            return bool(value)
        if isinstance(value, str) and value.lower() in ("true", "on", "yes", "1", "enable"):
            return True
        if isinstance(value, str) and value.lower() in ("false", "off", "no", "0", "disable"):
            return False
        raise _fault(key, "is not true or false")

    def texts(self, key: str, default: Iterable[str] = ()) -> tuple[str, ...]:
        """Return a list of texts; a single one counts as a list."""
        value = self.raw.get(key)
        if value is None:
            return tuple(default)
        items = value if isinstance(value, list) else [value]
        if len(items) > 1000 or not all(isinstance(i, str | int | float | bool) for i in items):
            raise _fault(key, "is not a list of texts")
        return tuple(str(item) for item in items)

    def template(self, *keys: str) -> Template | None:
        """Return the first of these templates that is there."""
        return next((self._templates[key] for key in keys if key in self._templates), None)

    @property
    def optimistic(self) -> bool:
        """Whether its maker says that it does not echo."""
        return self.flag("optimistic")

    def reading(
        self,
        topic_key: str,
        values: Callable[[str], Values | None],
        *template_keys: str,
    ) -> tuple[Reading, ...]:
        """Follow ``topic_key`` where it is there: payload, template, then ``values``."""
        if not (topic := self.topic(topic_key)):
            return ()
        template = self.template(*template_keys)

        def read(payload: Payload, this: Mapping[str, Any] | None) -> Values | None:
            return values(template.value(payload, this) if template else payload.text)

        return (self.follow(topic, read, uses_this=bool(template and template.uses_this)),)

    def follow(self, topic: str, read: Read, *, uses_this: bool = False) -> Reading:
        """Return the reading of a topic with this thing's QoS and encoding."""
        return Reading(topic, read, self.qos, self.text("encoding", "utf-8"), uses_this)

    def moment(self, topic_key: str, read: Read, *, uses_this: bool = False) -> Reading:
        """Return the reading of a topic on which things happen; what is kept there is over."""
        return replace(self.follow(self.topic(topic_key), read, uses_this=uses_this), moment=True)

    @property
    def qos(self) -> int:
        """The QoS of its messages, 0 to 2."""
        return min(max(self.whole("qos", 0), 0), 2)

    def send(
        self,
        topic_key: str,
        value: Any,
        template_key: str = "",
        plain: Any = None,
        **variables: Any,
    ) -> tuple[Send, ...]:
        """Write one message; ``value`` and ``variables`` are what its template may name.

        Without a template it is ``plain``, or else ``value`` as Python writes it.

        Raises RefusedError where the thing has no such topic, or its template fails.
        """
        if not (topic := self.topic(topic_key)):
            raise RefusedError(f"It has no {topic_key.replace('_', ' ')}.")
        template = self.template(template_key) if template_key else None
        payload = str(value if plain is None else plain)
        if template is not None:
            try:
                payload = template.render({"value": value, **variables}, self._this)
            except TemplateError as error:
                raise RefusedError(
                    f"Its {template_key.replace('_', ' ')} failed: {error}."
                ) from None
        return (Send(topic, payload, self.qos, self.flag("retain")),)


class Component(Protocol):
    """What the table holds for each component."""

    def readings(self, config: Config) -> tuple[Reading, ...]:
        """Return what it follows. Raises DiscoveryError where the configuration is wrong."""

    def attributes(self, config: Config) -> Mapping[str, Any]:
        """Return the attributes that never change."""

    def order(self, config: Config, entity: Entity, service: str, data: Values) -> Order:
        """Write a service as messages. Raises RefusedError."""


_TOLERANCE: Mapping[str, float] = {
    "brightness": 3, "color_temp_kelvin": 80, "percentage": 3, "current_position": 3,
    "current_tilt_position": 3, "temperature": 0.26, "target_temp_high": 0.26,
    "target_temp_low": 0.26, "rgb_color": 8, "rgbw_color": 8, "rgbww_color": 8, "hs_color": 4,
    "xy_color": 0.02, "volume_level": 0.03, "humidity": 1,
}  # fmt: skip
"""How far an echo may be from what was ordered: devices round to scales of their own."""


def matches(expected: Values) -> Callable[[Entity], bool]:
    """Return a test for "the thing is as expected"."""

    def test(entity: Entity) -> bool:
        return all(
            entity.state == value
            if key == "state"
            else _near(key, entity.attributes.get(key), value)
            for key, value in expected.items()
        )

    return test


def in_state(*states: str) -> Callable[[Entity], bool]:
    """Return a test for "the thing is in one of these states"."""
    return lambda entity: entity.state in states


def _near(key: str, real: Any, expected: Any) -> bool:
    if isinstance(expected, tuple):
        return (
            isinstance(real, tuple)
            and len(real) == len(expected)
            and all(_near(key, r, e) for r, e in zip(real, expected, strict=True))
        )
    if isinstance(expected, int | float) and isinstance(real, int | float):
        return abs(real - expected) <= _TOLERANCE.get(key, 0)
    return bool(real == expected)


def number_of(data: Values, key: str, low: float, high: float) -> float:
    """Return a number from a service's data. Raises RefusedError: absent, or out of range."""
    value = data.get(key)
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            value = None
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise RefusedError(f"'{key}' is not a number.")
    if not low <= value <= high:
        raise RefusedError(f"'{key}' is outside {low:g} to {high:g}.")
    return value


def text_of(data: Values, key: str, options: Iterable[str] = ()) -> str:
    """Return a text from a service's data. Raises RefusedError where it is absent or no option."""
    value, known = data.get(key), tuple(options)
    if not isinstance(value, str):
        raise RefusedError(f"'{key}' is missing.")
    if known and value not in known:
        close = {option.casefold(): option for option in known}
        if (same := close.get(value.casefold())) is None:
            raise RefusedError(f"It knows no {key} {value!r}.")
        return same
    return value


def cannot(service: str) -> NoReturn:
    """Refuse a service that the component does not have."""
    raise RefusedError(f"It cannot do {service!r}.")


def static(config: Config, *keys: str) -> dict[str, Any]:
    """Return the attributes that are given as texts in the configuration."""
    return {key: config.text(key) for key in keys if key in config}


def _fault(key: str, why: str) -> DiscoveryError:
    return DiscoveryError(f"A discovery payload was not used: '{key}' {why}.")
