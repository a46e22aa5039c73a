"""A rule as values: when something happens, if something holds, then do something.

The same values come from ``configs/triggers.toml``, from a person's sentence, and from the
database, where a rule is kept as the JSON of ``dump``. What they do is the business of
``home/rules``. Times are of the house's clock; durations are in seconds, as their names say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

_VALUE = ConfigDict(extra="forbid", populate_by_name=True)

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SunEvent = Literal["sunrise", "sunset", "dawn", "dusk"]
Names = tuple[str, ...]


@dataclass(frozen=True, config=_VALUE)
class Which:
    """Some things of the house: by id, or all that have what is named here, now and later.

    At least one of the fields is set. ``area`` and ``floor`` are ids.
    """

    entities: Names = ()
    domain: str = ""
    device_class: str = ""
    area: str = ""
    floor: str = ""

    def __post_init__(self) -> None:
        if not (self.entities or self.domain or self.device_class or self.area or self.floor):
            raise ValueError("name at least one of entities, domain, device_class, area, floor")


# --- when ------------------------------------------------------------------------------------


@dataclass(frozen=True, config=_VALUE)
class StateTrigger:
    """A thing's state (or ``attribute``) becomes one of ``to`` (any other one where it is empty)
    from one of ``was``, and stays so for ``for_s`` seconds."""

    which: Which
    to: Names = ()
    was: Names = ()
    attribute: str = ""
    for_s: Seconds = 0.0
    trigger: Literal["state"] = "state"


@dataclass(frozen=True, config=_VALUE)
class NumberTrigger:
    """A number goes above or below a limit and stays so for ``for_s`` seconds.

    It fires again only after the number was back by more than ``hysteresis``.
    """

    which: Which
    above: float | None = None
    below: float | None = None
    attribute: str = ""
    hysteresis: Annotated[float, Field(ge=0)] = 0.0
    for_s: Seconds = 0.0
    trigger: Literal["number"] = "number"

    def __post_init__(self) -> None:
        if self.above is None and self.below is None:
            raise ValueError("needs above or below")


@dataclass(frozen=True, config=_VALUE)
class TimeTrigger:
    """The clock shows ``at``, on ``days`` (every day where it is empty), or on a ``date`` only
    (``2026-12-24``, or ``12-24`` for each year)."""

    at: time
    days: tuple[Day, ...] = ()
    date: Annotated[str, Field(pattern=r"^((\d{4}-)?\d\d-\d\d)?$")] = ""
    trigger: Literal["time"] = "time"


@dataclass(frozen=True, config=_VALUE)
class SunTrigger:
    """The sun rises or sets, ``offset_s`` later (negative: earlier)."""

    sun: SunEvent
    offset_s: float = 0.0
    days: tuple[Day, ...] = ()
    trigger: Literal["sun"] = "sun"


@dataclass(frozen=True, config=_VALUE)
class MqttTrigger:
    """A message comes on a topic (filters allowed); ``payload`` compares what ``template`` (Jinja2,
    ``value`` and ``value_json``) makes of it, or the payload itself."""

    topic: Annotated[str, Field(min_length=1)]
    payload: str | None = None
    template: str = ""
    trigger: Literal["mqtt"] = "mqtt"


@dataclass(frozen=True, config=_VALUE)
class EventTrigger:
    """An event of Hearth's bus by its class's name (``Woken``, ``Heard`` ...), whose fields equal
    ``fields``; a button or an event entity is a state."""

    event: Annotated[str, Field(min_length=1)]
    fields: Mapping[str, str | int | float | bool] = Field(default_factory=dict)
    trigger: Literal["event"] = "event"


@dataclass(frozen=True, config=_VALUE)
class PresenceTrigger:
    """Someone comes ``home`` or goes ``away``: ``who`` a tracker or person by id, ``anyone`` (the
    first to come, the first to go) or ``everyone`` (the last)."""

    to: Literal["home", "away"]
    who: str = "anyone"
    for_s: Seconds = 0.0
    trigger: Literal["presence"] = "presence"


Trigger = Annotated[
    StateTrigger
    | NumberTrigger
    | TimeTrigger
    | SunTrigger
    | MqttTrigger
    | EventTrigger
    | PresenceTrigger,
    Field(discriminator="trigger"),
]


# --- if --------------------------------------------------------------------------------------


@dataclass(frozen=True, config=_VALUE)
class StateCondition:
    """Things are in one of the states ``are``: each of them, or ``any`` of them."""

    which: Which
    are: Names
    attribute: str = ""
    any: bool = False
    negate: bool = False
    condition: Literal["state"] = "state"


@dataclass(frozen=True, config=_VALUE)
class NumberCondition:
    """A number is above and below these limits."""

    which: Which
    above: float | None = None
    below: float | None = None
    attribute: str = ""
    negate: bool = False
    condition: Literal["number"] = "number"


@dataclass(frozen=True, config=_VALUE)
class TimeCondition:
    """The clock is at or after ``after`` and before ``before``, on ``days``.

    It reaches over midnight where ``after`` is the later of the two.
    """

    after: time | None = None
    before: time | None = None
    days: tuple[Day, ...] = ()
    negate: bool = False
    condition: Literal["time"] = "time"


@dataclass(frozen=True, config=_VALUE)
class SunCondition:
    """The sun is ``up`` or ``down``; ``offset_s`` moves sunset and sunrise."""

    sun: Literal["up", "down"]
    offset_s: float = 0.0
    negate: bool = False
    condition: Literal["sun"] = "sun"


@dataclass(frozen=True, config=_VALUE)
class PresenceCondition:
    """Someone is ``home`` or ``away``: ``who`` as in PresenceTrigger."""

    is_: Annotated[Literal["home", "away"], Field(alias="is")]
    who: str = "anyone"
    negate: bool = False
    condition: Literal["presence"] = "presence"


@dataclass(frozen=True, config=_VALUE)
class ModeCondition:
    """The house is in one of these modes (``home``, ``night``, ``away``, ``guests`` ...)."""

    modes: Names
    negate: bool = False
    condition: Literal["mode"] = "mode"


Condition = Annotated[
    StateCondition
    | NumberCondition
    | TimeCondition
    | SunCondition
    | PresenceCondition
    | ModeCondition,
    Field(discriminator="condition"),
]


# --- then ------------------------------------------------------------------------------------


@dataclass(frozen=True, config=_VALUE)
class ActStep:
    """Do ``service`` to things, as ``event.Act`` names it (a scene is ``turn_on`` of a scene)."""

    which: Which
    service: Annotated[str, Field(min_length=1)]
    data: Mapping[str, Any] = Field(default_factory=dict)
    step: Literal["act"] = "act"


@dataclass(frozen=True, config=_VALUE)
class SayStep:
    """Say something in a room; in the rule's own room where ``site`` is empty."""

    text: Annotated[str, Field(min_length=1)]
    site: str = ""
    urgent: bool = False
    step: Literal["say"] = "say"


@dataclass(frozen=True, config=_VALUE)
class CommandStep:
    """Carry out a sentence, as if it had been said in ``site``."""

    sentence: Annotated[str, Field(min_length=1)]
    site: str = ""
    step: Literal["command"] = "command"


@dataclass(frozen=True, config=_VALUE)
class WaitStep:
    """Wait ``seconds``, or until all of ``until`` hold (``seconds`` is the longest wait then)."""

    seconds: Seconds = 0.0
    until: tuple[Condition, ...] = ()
    step: Literal["wait"] = "wait"


@dataclass(frozen=True, config=_VALUE)
class AskStep:
    """Ask the person a question of yes and no and go on with the steps of the answer."""

    text: Annotated[str, Field(min_length=1)]
    yes: tuple[PlainStep, ...] = ()
    no: tuple[PlainStep, ...] = ()
    site: str = ""
    seconds: Seconds = 20.0
    step: Literal["ask"] = "ask"


@dataclass(frozen=True, config=_VALUE)
class RuleStep:
    """Carry out another rule's ``then`` (its ``if`` is asked first)."""

    rule: Annotated[str, Field(min_length=1)]
    step: Literal["rule"] = "rule"


@dataclass(frozen=True, config=_VALUE)
class ModeStep:
    """Put the house into a mode."""

    mode: Annotated[str, Field(min_length=1)]
    step: Literal["mode"] = "mode"


PlainStep = Annotated[
    ActStep | SayStep | CommandStep | WaitStep | RuleStep | ModeStep, Field(discriminator="step")
]
Step = Annotated[
    ActStep | SayStep | CommandStep | WaitStep | AskStep | RuleStep | ModeStep,
    Field(discriminator="step"),
]


# --- the rule --------------------------------------------------------------------------------


@dataclass(frozen=True, config=_VALUE)
class Rule:
    """One rule. ``said`` is the sentence that made it, ``site`` the room in which it was said.

    ``mode`` says what happens when it fires while it still runs; ``max_per_hour`` is its rate limit
    (0: none). ``once``: it is forgotten after it has run. ``origin`` tells who made it; a
    configured one changes only in its file.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
    when: Annotated[tuple[Trigger, ...], Field(min_length=1)]
    then: Annotated[tuple[Step, ...], Field(min_length=1)]
    if_: Annotated[tuple[Condition, ...], Field(alias="if")] = ()
    name: str = ""
    mode: Literal["single", "restart", "queued", "parallel"] = "single"
    max_per_hour: Annotated[int, Field(ge=0)] = 60
    enabled: bool = True
    once: bool = False
    site: str = ""
    said: str = ""
    origin: Literal["configuration", "voice"] = "configuration"


_ADAPTER = TypeAdapter(Rule)


def parse(data: Mapping[str, Any]) -> Rule:
    """Turn a mapping, as of TOML or JSON, into a rule. Raises pydantic's ValidationError."""
    return _ADAPTER.validate_python(data)


def load(text: str | bytes) -> Rule:
    """Read what ``dump`` wrote. Raises pydantic's ValidationError."""
    return _ADAPTER.validate_json(text)


def dump(rule: Rule) -> str:
    """Return the rule as JSON."""
    return _ADAPTER.dump_json(rule, by_alias=True).decode()
