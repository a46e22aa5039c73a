"""Ports in, every want that comes with Hearth out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from hearth.agenda import Agenda
from hearth.mind.initiative.hours import Hours
from hearth.remember import Knowledge
from hearth.sections.companion import InitiativeConfig
from hearth.skills.wants.dates import Dates
from hearth.skills.wants.day import Days
from hearth.skills.wants.evening import Evening
from hearth.skills.wants.follow_up import FollowUp
from hearth.skills.wants.joy import Joy, Joys
from hearth.skills.wants.late import UpLate
from hearth.skills.wants.midday import Midday
from hearth.skills.wants.morning import Morning
from hearth.skills.wants.people import People
from hearth.skills.wants.sleep import Stirs
from hearth.skills.wants.wording import Wording
from hearth.want import Wanting

KINDS = ("morning", "midday", "evening", "follow_up", "date", "notice", "joy", "people")
"""The kinds of wants that come with Hearth, reminders aside."""


@dataclass(frozen=True)
class Sources:
    """What the wants are made from; what is None is not there, and its wants stay silent."""

    words: Wording
    stirs: Stirs
    joys: Joys
    hours: Callable[[], Hours]
    spent: Callable[[str], bool]
    agenda: Agenda | None = None
    knowledge: Knowledge | None = None


def every_want(config: InitiativeConfig, of: Sources) -> tuple[Morning, list[Wanting]]:
    """Return the good morning, which can be asked for, too, and every source of wants."""
    days = Days(of.agenda, of.knowledge)
    morning = Morning(of.words, days, of.stirs, of.hours, of.spent)
    return morning, [
        morning,
        Midday(of.words, days, time.fromisoformat(config.midday)),
        Evening(of.words, of.joys, time.fromisoformat(config.evening), of.hours),
        FollowUp(of.words, days),
        Dates(of.words, days),
        UpLate(of.words, of.stirs, of.hours),
        Joy(of.words, of.joys),
        People(of.words, of.knowledge),
    ]
