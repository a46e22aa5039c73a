"""Ports in, someone to be with out: self, memory, mood, conversation, initiative and calendar.

A part of the composition root: ``rooms.py`` builds it and keeps its rooms alive with the others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from hearth.bus import Bus
from hearth.mind.conversation import Conversation
from hearth.port import Converser, Home
from hearth.remember import Eraser, TableEraser
from hearth.sections import Config
from hearth.skill import Guardian, Skill
from hearth.status import Status
from hearth.want import Wanting

if TYPE_CHECKING:
    from hearth.rooms import Ports


class Company:
    """What makes Hearth someone.

    ``skills`` answer intents, ``guardians`` look at each sentence first, ``wants`` are the sources
    of what it would like to say, ``rooms`` run for as long as Hearth does. ``erasers`` drop words
    from memory and files when they are forgotten, ``tables`` from tables of ``hearth.db``.
    """

    def __init__(
        self,
        config: Config,
        ports: Ports,
        *,
        bus: Bus,
        status: Status,
        home: Home,
        settings: Mapping[str, str],
    ) -> None:
        self._config, self._ports, self._bus = config, ports, bus
        self._status, self._home, self._settings = status, home, settings
        self.skills: list[Skill] = []
        self.guardians: list[Guardian] = []
        self.wants: list[Wanting] = []
        self.rooms: dict[str, Callable[[], Awaitable[None]]] = {}
        self.erasers: list[Eraser] = []
        self.tables: list[TableEraser] = []
        self.converser = self._conversation()

    def _conversation(self) -> Converser | None:
        """Build what talks where no skill answers."""
        if self._ports.thinker is None:
            return None
        return Conversation(
            self._ports.thinker, self._config.hearth.name, self._config.brain.max_tokens
        )
