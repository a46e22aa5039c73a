"""A glad turn in, told another day out: a small thing kept, in the person's own words.

Kept is which turn it was, not what was said: who has it forgotten has the joy forgotten too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from hearth.bus import Bus
from hearth.event import Crisis, Heard, Mood, Understood
from hearth.mind.turn import ANSWER
from hearth.port import Clock
from hearth.remember import PERSON, Gone, Utterance
from hearth.skills.wants.wording import Wording
from hearth.want import Moment, Want

KIND = "joy"
_GLAD = frozenset(
    ("joy", "happy", "happiness", "gratitude", "pride", "love", "excitement", "relief", "amusement")
)
_SURE = 0.5
_WORDS = (4, 30)
"""So long a sentence may be to be told again."""

_AFTER, _BEFORE = timedelta(days=2), timedelta(days=60)
_EVERY_DAYS = 3
_HOURS = (14, 19)


class KeptJoys(Protocol):
    """Which turns were glad ones (``memory.prompts.StoredJoys``)."""

    async def keep(self, turn: str, site: str, time: datetime) -> None:
        """Keep a glad turn."""

    async def drop(self, turn: str) -> None:
        """Let it be none."""

    async def between(self, start: datetime, end: datetime) -> tuple[tuple[str, datetime], ...]:
        """Return the glad turns between two moments, the newest first."""


class Turns(Protocol):
    """Finds a turn's words (a part of the port ``Recall``)."""

    async def around(self, utterance_id: str, before: int, after: int) -> tuple[Utterance, ...]:
        """Return an utterance with its neighbours in its session, in order."""


class Joys:
    """Keeps the glad turns, and finds their words again.

    A turn is kept where the mood was clearly glad, it was no command, and its length suits.
    """

    def __init__(self, bus: Bus, store: KeptJoys, turns: Turns, clock: Clock) -> None:
        self._inbox = bus.subscribe(Heard, Mood, Crisis, Understood, size=256)
        self._store = store
        self._turns = turns
        self._clock = clock
        self._heard: dict[str, str] = {}

    async def run(self) -> None:
        """Keep glad turns until cancelled."""
        heard = self._heard
        async for event in self._inbox:
            match event:
                case Heard(because="", secret=None):
                    heard[event.turn] = event.text
                    while len(heard) > _WORDS[1]:
                        del heard[next(iter(heard))]
                case Mood():
                    text = heard.get(event.turn, "")
                    if _glad(event) and _tellable(text):
                        await self._store.keep(event.turn, event.site, self._clock.now())
                case Understood() if event.intent not in ("", ANSWER):  # a command is no story
                    heard.pop(event.turn, None)
                    await self._store.drop(event.turn)
                case Crisis():
                    heard.clear()
                    await self._store.drop(event.turn)

    async def erase(self, gone: Gone) -> None:
        """Drop the last words (the port ``Eraser``); those that were kept are the turn's own."""
        self._heard.clear()

    async def quotes(self, start: datetime, end: datetime, most: int = 8) -> list[Utterance]:
        """Return the words of glad turns between two moments that are still kept, the newest
        first."""
        quotes: list[Utterance] = []
        for turn, _ in (await self._store.between(start, end))[:most]:
            found = await self._turns.around(turn, 0, 0)
            mine = [each for each in found if each.id == turn and each.speaker == PERSON]
            quotes += mine
            if not mine:
                await self._store.drop(turn)  # it was forgotten
        return quotes


class Joy:
    """Tells a glad thing again, some days later."""

    def __init__(self, words: Wording, joys: Joys) -> None:
        self._words = words
        self._joys = joys

    async def wants(self, moment: Moment) -> Sequence[Want]:
        """Offer a glad thing of days ago, in the afternoon, not every day."""
        now = moment.now
        first, last = _HOURS
        of_these_days = now.date().toordinal() % _EVERY_DAYS == 0
        if not moment.present or not of_these_days or not first <= now.hour < last:
            return ()
        until = now.replace(hour=last, minute=0, second=0, microsecond=0)
        wants = []
        for found in await self._joys.quotes(now - _BEFORE, now - _AFTER):
            told = found.time.astimezone(now.tzinfo)
            days = (now.date() - told.date()).days
            values = {"quote": found.text.rstrip(" .!"), "days": days, "moment": told}
            text = self._words.pick("joy.told", now, **values)
            why = self._words.pick("why.joy", now, **values)
            wants.append(Want(f"{KIND}/{found.id}", KIND, text, until, weight=0.45, why=why))
        return wants


def _glad(mood: Mood) -> bool:
    """Return whether a mood is clearly a glad one."""
    sure = mood.confidence >= _SURE or (bool(mood.feelings) and mood.feelings[0][1] >= _SURE)
    return mood.valence > 0.2 and sure and mood.feeling in _GLAD


def _tellable(text: str) -> bool:
    least, most = _WORDS
    words = text.split()
    return least <= len(words) <= most and not re.search(r"\?\s*$", text)
