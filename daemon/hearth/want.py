"""What Hearth would like to say of its own accord: offered by skills, gated by the initiative.

A complete source of wants::

    class Midday:
        async def wants(self, moment: Moment) -> Sequence[Want]:
            if moment.now.hour != 12:
                return ()
            return (Want("midday", "lift", "Shall we open a window?", until=...),)

Asking for wants costs no model call. ``rooms.py`` hands the sources to the initiative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hearth.house import House
from hearth.skill import Question


@dataclass(frozen=True, slots=True)
class Want:
    """Something to say. ``key`` names it: what was said once is not said again under that key.

    ``kind`` is what "less of that" is about. It is dropped after ``until`` (aware). The heavier
    ``weight`` (0 to 1) goes first. What is ``private`` waits until nobody else is there. A
    ``duty`` was asked for by the person (a reminder): it passes the budget, and quiet hours where
    ``urgent``. With a ``question`` the microphone stays open for the answer.
    """

    key: str
    kind: str
    text: str
    until: datetime
    weight: float = 0.5
    private: bool = True
    duty: bool = False
    urgent: bool = False
    site: str = ""
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When wants are asked for: the local time (aware), the house, and where a person is.

    ``site`` is the room's audio site in which a person was last noticed, ``present`` whether
    somebody was noticed lately, ``alone`` whether it seems to be one person.
    """

    now: datetime
    house: House
    site: str
    present: bool = True
    alone: bool = True


class Wanting(Protocol):
    """A source of wants."""

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Return what it would like to say now; the same want may be offered again and again."""
