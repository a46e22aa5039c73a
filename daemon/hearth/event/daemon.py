"""How the parts of the daemon are, and what was set in a room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hearth.event.base import Event, RoomEvent


@dataclass(frozen=True, slots=True)
class Health(Event):
    """The state of one part, and what a person can do about it."""

    part: str
    state: Literal["starting", "ready", "degraded", "down", "absent"]
    detail: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class VolumeSet(RoomEvent):
    """The speech volume of a room, 0 to 100 percent."""

    percent: int


@dataclass(frozen=True, slots=True)
class DeafSet(RoomEvent):
    """From now on nothing is heard in a room, or it is again; without a site, in every room."""

    deaf: bool


@dataclass(frozen=True, slots=True)
class TimerRang(Event):
    """A timer ended; ``late_s`` is how long ago, where it ended while Hearth was away."""

    timer_id: int
    site: str
    name: str
    late_s: float = 0.0
