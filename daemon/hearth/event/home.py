"""What happens to things, and what is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hearth.event.base import Event, Origin
from hearth.house import EMPTY, Entity

Outcome = Literal["done", "sent", "no_answer", "refused", "unavailable"]
"""How an action ended. ``done`` only after the device echoed it; ``sent`` where no echo exists."""

Need = Literal["", "confirm", "pin", "code", "set_pin", "wait", "person", "never"]
"""What the door of the home wanted where it refused: a yes, Hearth's PIN, the device's own code, a
PIN to be set first, time after too many wrong ones, a person to ask, or nothing that would help."""


@dataclass(frozen=True, slots=True)
class Appeared(Event):
    """A thing announced itself, or announced itself differently."""

    entity: Entity


@dataclass(frozen=True, slots=True)
class Vanished(Event):
    """A thing took its announcement back."""

    entity_id: str


@dataclass(frozen=True, slots=True)
class Changed(Event):
    """The state, an attribute or the availability of a thing is different from before.

    ``kept``: it was told by a message that the broker had kept, so it may have happened long ago.
    Of what only happens (an event, a device's button, a tag, a remote control's signal) each
    message is one ``Changed`` from the state None to its kind, even twice the same.
    """

    old: Entity
    new: Entity
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Act(Event):
    """A request to the door of the home: do ``service`` to ``entity_id``.

    Services bear Home Assistant's names without the domain (``turn_on``, ``set_position`` ...),
    ``data`` their parameters (``brightness`` 0 to 255, ``position`` 0 to 100 ...). ``because`` is
    the sentence that asked for it, or begins with ``rule:<id>`` or ``timer:<id>``; ``site`` is
    where it was asked. A confirmation, a PIN or a code is never in here: see ``port.Door``.
    """

    entity_id: str
    service: str
    data: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    turn: str = ""
    origin: Origin = "hearth"
    because: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Published(Event):
    """A command left for the device."""

    entity_id: str
    topic: str
    payload: str
    turn: str = ""


@dataclass(frozen=True, slots=True)
class Acted(Event):
    """How an ``Act`` ended; ``detail`` says why where it was refused or did not arrive, ``need``
    what the door wants before it will do it, ``told`` that the reply has to name it."""

    act: Act
    outcome: Outcome
    before: str | None
    after: str | None
    ms: float
    detail: str = ""
    need: Need = ""
    told: bool = False
