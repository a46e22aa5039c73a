"""Everything that the gate looks at, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from hearth.mind.initiative.hours import Hours
from hearth.want import Said, Taste

Reason = Literal[
    "off",
    "expired",
    "said",
    "crisis",
    "quiet_hours",
    "parted",
    "night",
    "away",
    "hushed",
    "busy",
    "nobody",
    "company",
    "unwanted",
    "seldom",
    "not_now",
    "unheard",
    "back_off",
    "budget",
    "kind_budget",
    "pause",
    "outweighed",
]
"""Why a want is held back; ``initiative.held.<reason>`` of the phrases says it to a person."""

Busy = Literal["", "speech", "turn", "question"]
"""What is going on: somebody speaks (a person or Hearth), a turn, an open question; or nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the configuration allows.

    ``budget`` utterances a day and ``per_kind`` of one kind, ``pause`` between two, ``present``
    how lately somebody has to have been noticed, ``back_off`` the first rest after two in a row
    were ignored; ``off`` are kinds that are never said.
    """

    enabled: bool = True
    budget: int = 6
    per_kind: int = 2
    pause: timedelta = timedelta(minutes=20)
    present: timedelta = timedelta(minutes=10)
    back_off: timedelta = timedelta(hours=4)
    off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Presence:
    """Who seems to be there: when and at which audio site somebody was last noticed.

    ``alone``: it seems to be one person; ``away``: the house knows that everybody is out.
    """

    seen: datetime | None = None
    site: str = ""
    alone: bool = True
    away: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """One moment, as the gate sees it. ``said`` is ordered by time; ``now`` is local and aware.

    ``parted``: a person said goodbye a while ago, and nothing since.
    """

    now: datetime
    quiet: tuple[Hours, ...] = ()
    mode: str = "home"
    presence: Presence = Presence()
    busy: Busy = ""
    crisis: bool = False
    parted: bool = False
    said: tuple[Said, ...] = ()
    tastes: Mapping[str, Taste] = field(default_factory=dict)
    limits: Limits = Limits()
