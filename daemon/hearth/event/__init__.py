"""What happened, and what is asked for: frozen values that ride the bus.

A fact is a noun or past participle (``Heard``), a request is a verb (``Say``). Audio does not ride
the bus. ``turn`` ties everything that belongs to one sentence of a person together; it is empty
where no person began it. ``site`` is the room's audio site, as in the Hermes protocol.

Each room's events have a file of their own; everybody imports them from here.
"""

from __future__ import annotations

from hearth.event.base import Event, Origin, RoomEvent, Secret, new_turn
from hearth.event.daemon import DeafSet, Health, TimerRang, VolumeSet
from hearth.event.home import Act, Acted, Appeared, Changed, Need, Outcome, Published, Vanished
from hearth.event.mind import Answered, Crisis, Mood, Parted, PersonaSet, Prompted, Understood
from hearth.event.rules import Ask, ModeSet, PauseRule, Replied, RuleFired, RulePaused
from hearth.event.sense import Heard, Hearing, Listen, Prosody, SiteSeen, Unheard, Woken
from hearth.event.voice import Hush, Say, Speaking, Spoken

__all__ = [
    "Act",
    "Acted",
    "Answered",
    "Appeared",
    "Ask",
    "Changed",
    "Crisis",
    "DeafSet",
    "Event",
    "Health",
    "Heard",
    "Hearing",
    "Hush",
    "Listen",
    "ModeSet",
    "Mood",
    "Need",
    "Origin",
    "Outcome",
    "Parted",
    "PauseRule",
    "PersonaSet",
    "Prompted",
    "Prosody",
    "Published",
    "Replied",
    "RoomEvent",
    "RuleFired",
    "RulePaused",
    "Say",
    "Secret",
    "SiteSeen",
    "Speaking",
    "Spoken",
    "TimerRang",
    "Understood",
    "Unheard",
    "Vanished",
    "VolumeSet",
    "Woken",
    "new_turn",
]
