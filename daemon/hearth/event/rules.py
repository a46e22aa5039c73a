"""What rules do, and what they ask a person."""

from __future__ import annotations

from dataclasses import dataclass

from hearth.event.base import Event, RoomEvent


@dataclass(frozen=True, slots=True)
class RuleFired(Event):
    """A rule's trigger came and its conditions held; ``run`` names what it set going.

    ``because`` says in short what the trigger was, ``late_s`` how long ago it should have fired.
    """

    rule: str
    run: str
    because: str = ""
    entity_id: str = ""
    late_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PauseRule(Event):
    """Asks for a rule to rest, or to go on where ``paused`` is false."""

    rule: str
    paused: bool


@dataclass(frozen=True, slots=True)
class RulePaused(Event):
    """A rule was paused (``why``), or goes on again where ``paused`` is false."""

    rule: str
    paused: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class ModeSet(Event):
    """The house is in another mode than before (``home``, ``night``, ``away``, ``guests`` ...)."""

    mode: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Ask(RoomEvent):
    """Asks a person at ``site`` a question of yes and no; ``Replied`` with its ``id`` follows."""

    text: str
    id: str
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Replied(RoomEvent):
    """The answer to an ``Ask``: yes, no, or None where none came in time."""

    id: str
    yes: bool | None
