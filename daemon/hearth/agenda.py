"""Appointments as values, and the ports that know and write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

OWN = "hearth"
"""The name of Hearth's own calendar, a file in its state directory."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One occurrence in a calendar; ``start`` and ``end`` are aware, ``whole_day`` without hours.

    ``uid`` with ``start`` names it; ``calendar`` is where it stands, and ``aside`` why it stands in
    Hearth's own one where it was meant for another.
    """

    uid: str
    calendar: str
    title: str
    start: datetime
    end: datetime
    whole_day: bool = False
    place: str = ""
    recurring: bool = False
    aside: str = ""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end < self.start:
            raise ValueError("an appointment is aware and does not end before it begins")


class Agenda(Protocol):
    """What is to come."""

    async def between(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        """Return what takes place between two moments, the next first; what is away is left out."""


class Diary(Agenda, Protocol):
    """A calendar that can be written to, once a person has said yes to what was read back."""

    async def add(self, appointment: Appointment, rule: str = "") -> Appointment:
        """Write a new one, which recurs by ``rule`` (the value of an RRULE); return it as kept.

        Raises HearthError where it could not be written.
        """

    async def move(self, appointment: Appointment, start: datetime, end: datetime) -> None:
        """Put one occurrence to another time. Raises HearthError: not there, changed, read only."""

    async def remove(self, appointment: Appointment) -> None:
        """Take one occurrence out. Raises HearthError: not there, changed, read only."""
