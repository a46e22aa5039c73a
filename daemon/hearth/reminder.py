"""A reminder or an alarm as a value, what ringing, insisting and snoozing make of it, and its port.

A reminder for one time and one that recurs are the same: with a ``rule`` another time follows. What
is to be *done* at a time is a plan, which is a rule (``skills/schedule.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

from hearth.dates import recurrence

Kind = Literal["reminder", "alarm"]


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is to be said at ``first`` (aware) in the room ``site``, and again by ``rule`` (RRULE).

    ``text`` is what it is about, ``told`` the sentence that is said, ``words`` how the person told
    the time. It rings every ``insist_s`` seconds, ``most`` times at most, until it is done.
    ``at`` is the time that comes next, or that is ringing; ``due`` when it rings next, and ``rung``
    how often it rang for that time. None where nothing follows.
    """

    id: int
    kind: Kind
    text: str
    told: str
    site: str
    first: datetime
    rule: str = ""
    words: str = ""
    insist_s: float = 0.0
    most: int = 1
    at: datetime | None = None
    due: datetime | None = None
    rung: int = 0

    def __post_init__(self) -> None:
        if self.first.tzinfo is None or self.insist_s < 0 or self.most < 1:
            raise ValueError("a reminder has an aware time and rings at least once")

    @property
    def ringing(self) -> bool:
        """Whether it rang and will ring again for the same time."""
        return self.rung > 0

    def begun(self) -> Reminder:
        """Return it waiting for its first time."""
        return replace(self, at=self.first, due=self.first, rung=0)

    def rang(self, now: datetime) -> Reminder:
        """Return it after it rang: it insists, or waits for its next time."""
        if self.insist_s and self.rung + 1 < self.most:
            due = later(now, self.insist_s)
            return replace(self, due=due, rung=self.rung + 1)
        return self.done(now)

    def done(self, now: datetime) -> Reminder:
        """Return it waiting for its next time, as this one is over; without one ``due`` is None."""
        last = max(now, self.at or self.first)
        following = recurrence.after(self.rule, self.first, last) if self.rule else None
        return replace(self, at=following, due=following, rung=0)

    def snoozed(self, until: datetime) -> Reminder:
        """Return what rings once more: itself where it insists, else another one for one time."""
        if self.ringing:
            return replace(self, due=until, rung=0)
        return replace(self, id=0, first=until, rule="", at=until, due=until, rung=0)

    def skipped(self) -> Reminder:
        """Return it without its next time."""
        return self.done(self.at or self.first)


@dataclass(frozen=True, slots=True)
class Rung:
    """What rings now: ``late_s`` where Hearth was away at its time."""

    reminder: Reminder
    late_s: float = 0.0


def due_now(reminders: Sequence[Reminder], now: datetime, late_s: float) -> tuple[Rung, ...]:
    """Return what is to ring now, the earliest first; what is more than ``late_s`` late says so."""
    found = [r for r in reminders if r.due is not None and r.due.timestamp() <= now.timestamp()]
    rung = []
    for each in sorted(found, key=_order):
        # several times that were missed are one, the last of them
        last = each if each.ringing or not each.rule else _last(each, now)
        seconds = now.timestamp() - (last.due or now).timestamp()
        rung.append(Rung(last, seconds if seconds > late_s else 0.0))
    return tuple(rung)


def later(moment: datetime, seconds: float) -> datetime:
    """Return a moment some seconds later, over a change of clocks, too."""
    return (moment.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(moment.tzinfo)


def _order(reminder: Reminder) -> tuple[float, int]:
    return (reminder.due or reminder.first).timestamp(), reminder.id


def _last(reminder: Reminder, now: datetime) -> Reminder:
    """Return a recurring reminder at the last of its times that passed."""
    start = reminder.due or reminder.first
    times = [*recurrence.times(reminder.rule, reminder.first, start, later(now, 1.0))]
    return replace(reminder, at=times[-1], due=times[-1]) if times else reminder


class ReminderStore(Protocol):
    """Keeps reminders and alarms on disk."""

    async def save(self, reminder: Reminder) -> Reminder:
        """Insert (id 0) or replace one; return it with its id, once it is on disk."""

    async def remove(self, reminder_id: int) -> None:
        """Delete one; nothing happens if it is not there."""

    async def all(self) -> tuple[Reminder, ...]:
        """Return every one, the next to ring first."""
