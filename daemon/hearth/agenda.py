"""Appointments as values, and the port that knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Appointment:
    """One occurrence in a calendar; ``start`` and ``end`` are aware, ``whole_day`` without hours.

    ``uid`` with ``start`` names it; ``calendar`` is where it stands.
    """

    uid: str
    calendar: str
    title: str
    start: datetime
    end: datetime
    whole_day: bool = False
    place: str = ""
    recurring: bool = False


class Agenda(Protocol):
    """What is to come."""

    async def between(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        """Return what takes place between two moments, the next first; what is away is left out."""
