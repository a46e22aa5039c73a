"""What a part of the companion brings along: skills, guardians, wants, rooms, and what it erases.

The parts are built one after the other (``company.py``), and each adds its kit to the whole.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hearth.remember import Eraser, TableEraser
from hearth.skill import Guardian, Skill
from hearth.want import Wanting


class Kit:
    """What a part brings.

    ``skills`` answer intents, ``guardians`` look at each sentence first, ``wants`` are the sources
    of what it would like to say, ``rooms`` run for as long as Hearth does. ``erasers`` drop words
    from memory and files when they are forgotten, ``tables`` from tables of ``hearth.db``.
    """

    def __init__(self) -> None:
        self.skills: list[Skill] = []
        self.guardians: list[Guardian] = []
        self.wants: list[Wanting] = []
        self.rooms: dict[str, Callable[[], Awaitable[None]]] = {}
        self.erasers: list[Eraser] = []
        self.tables: list[TableEraser] = []

    def take(self, part: Kit) -> None:
        """Add another part's kit; its guardians look after those that are here already."""
        self.skills += part.skills
        self.guardians += part.guardians
        self.wants += part.wants
        self.rooms |= part.rooms
        self.erasers += part.erasers
        self.tables += part.tables
