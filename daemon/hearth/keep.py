"""The ports of what is kept: timers, rules, notes, settings, and what people call things.

Each write returns once it is on disk, so that Hearth may say "I will".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hearth.persona import Persona
from hearth.port import Timer
from hearth.rule import Rule


class TimerStore(Protocol):
    """Keeps timers on disk."""

    async def save(self, timer: Timer) -> Timer:
        """Insert (id 0) or replace a timer; return it with its id, once it is on disk."""

    async def remove(self, timer_id: int) -> None:
        """Delete a timer; nothing happens if it is not there."""

    async def all(self) -> tuple[Timer, ...]:
        """Return every timer, the next to end first."""


class RuleKeeper(Protocol):
    """The rules of the house: those of the configuration and those that a person said."""

    def rules(self) -> tuple[Rule, ...]:
        """Return every rule, in a stable order."""

    async def keep(self, rule: Rule) -> None:
        """Add or replace a rule by its id; returns once it is on disk and in force.

        Raises HearthError where the rule makes no sense in this house, or belongs to the
        configuration.
        """

    async def forget(self, rule_id: str) -> None:
        """Remove a rule. Raises HearthError where there is none, or it is of the configuration."""

    async def pause(self, rule_id: str, paused: bool) -> None:
        """Let a rule rest, or go on; returns once it is on disk. Raises HearthError: no such rule.

        A rule of the configuration can be paused, too; ``rules`` shows it as not ``enabled``.
        """


class HouseMode(Protocol):
    """The mode that the house is in: ``home``, ``night``, ``away``, ``guests``, or another."""

    @property
    def mode(self) -> str:
        """Return the present mode."""

    async def set_mode(self, mode: str) -> None:
        """Put the house into a mode; returns once it is on disk."""


class RuleStore(Protocol):
    """Keeps rules on disk."""

    async def all(self) -> tuple[Rule, ...]:
        """Return every rule, in the order in which they were made."""

    async def save(self, rule: Rule) -> None:
        """Insert or replace a rule by its id; returns once it is on disk."""

    async def remove(self, rule_id: str) -> None:
        """Delete a rule; nothing happens if it is not there."""


class Ledger(Protocol):
    """Keeps small notes on disk, each under a kind and a key: what must outlive a restart."""

    async def notes(self) -> Mapping[tuple[str, str], str]:
        """Return every note."""

    async def note(self, changes: Mapping[tuple[str, str], str | None]) -> None:
        """Write all of these notes, or none; None deletes. Returns once they are on disk."""


class Naming(Protocol):
    """What people call things; kept on disk, over what the devices and the configuration say."""

    async def call(self, entity_id: str, name: str, *, instead: bool = False) -> None:
        """Give a thing one more name; ``instead``: the one that Hearth calls it by, too."""

    async def forget(self, name: str) -> tuple[str, ...]:
        """Take back a name that was given; return the ids of the things that bore it."""


class Placing(Protocol):
    """Where people say that things, and Hearth's own ears, are; kept on disk."""

    async def place(self, entity_id: str, area: str) -> None:
        """Put a thing, and what belongs to its device, into an area; a new one where none is."""

    async def settle(self, site: str, area: str) -> None:
        """Put an audio site into an area."""

    def newest(self) -> tuple[tuple[str, ...], ...]:
        """Return the ids of things in the order in which they came into the house, newest first.

        Those that came together stand together.
        """


class Settings(Protocol):
    """Keeps what a person set by voice."""

    async def put(self, key: str, value: str) -> None:
        """Keep a value; returns once it is on disk."""

    async def all(self) -> dict[str, str]:
        """Return every setting by its key."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """A persona that came into force at ``time`` (aware), whole as it was then, and why."""

    time: datetime
    persona: Persona
    why: str = ""


class PersonaLog(Protocol):
    """Keeps which personas were in force, so that each can come back as it was."""

    async def add(self, tenure: Tenure) -> None:
        """Note that a persona is in force from now on; returns once it is on disk."""

    async def all(self) -> tuple[Tenure, ...]:
        """Return all of them, the newest first."""
