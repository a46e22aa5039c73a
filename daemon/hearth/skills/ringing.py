"""Reminders and alarms in; at their time they are said, and said again until it is enough.

What rings listens for its answer without the wake word: "ten more minutes", "stop", "done". It is a
``Guardian``, so that the answer is taken before the sentence is understood as anything else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from hearth.bus import Bus
from hearth.event import Heard, Listen, Say, new_turn
from hearth.house import House
from hearth.mind.planning.ringing import RingingWords, Said
from hearth.port import Clock, Phraser
from hearth.remember import Gone
from hearth.reminder import Reminder, ReminderStore, Rung, due_now, later
from hearth.sections.companion import RemindersConfig
from hearth.skill import Reply
from hearth.skills.telling import clock as clock_words
from hearth.skills.when import moment_words

log = logging.getLogger(__name__)

_LONGEST_SLEEP_S = 30.0
"""The wall clock may be set while we sleep; it is looked at again this often."""

_LATE_S = 60.0
_ANSWER_S = 12.0
_FRESH_S = 60.0
"""How long a mere "yes", "no" or "stop" means what rang, if nothing else was said since."""

_LATELY_S = 300.0
"""How long after something rang "snooze" still means it."""

_MISSED_S = 1800.0
"""An alarm that is later than this is told and does not ring any more."""


@dataclass
class _Last:
    """What rang last in a room, when (loop time), and whether nobody spoke there since."""

    reminder: Reminder
    at: float
    fresh: bool = True


class Ringing:
    """Says what is due, insists, and takes the answer (a ``Guardian``)."""

    def __init__(
        self,
        bus: Bus,
        store: ReminderStore,
        clock: Clock,
        phraser: Phraser,
        *,
        words: Callable[[], RingingWords],
        config: RemindersConfig,
    ) -> None:
        self._bus = bus
        self._store = store
        self._clock = clock
        self._phraser = phraser
        self._words = words
        self._config = config
        self._changed = asyncio.Event()
        self._last: dict[str, _Last] = {}

    def look(self) -> None:
        """Something was kept or changed: look again at what comes next."""
        self._changed.set()

    async def run(self) -> None:
        """Ring what is due; what came due while we were away is told at once, late."""
        while True:
            self._changed.clear()
            now = self._clock.now()
            kept = await self._store.all()
            await self._ring(due_now(kept, now, _LATE_S), now)
            dues = [r.due.timestamp() for r in await self._store.all() if r.due]
            left = [at - self._clock.now().timestamp() for at in dues]
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.05, min([*left, _LONGEST_SLEEP_S]))):
                    await self._changed.wait()

    async def erase(self, gone: Gone) -> None:
        """Drop what rang lately where its words are being forgotten (an ``Eraser``)."""
        for site, last in list(self._last.items()):
            one = last.reminder
            if gone.unsure or gone.touches(f"{one.text} {one.told} {one.words}"):
                del self._last[site]
        self.look()

    # --- ringing -------------------------------------------------------------------------------

    async def _ring(self, rung: Sequence[Rung], now: datetime) -> None:
        """Say what is due, what is late in one room as one; on disk before it is said."""
        late: dict[str, list[Rung]] = {}
        for each in rung:
            await self._keep(each.reminder, self._after(each, now))
            if each.late_s:
                late.setdefault(each.reminder.site, []).append(each)
            else:
                self._say(each.reminder, self._text(each.reminder, now))
        for site, several in late.items():
            self._say(several[-1].reminder, self._late(several), site=site)

    def _after(self, rung: Rung, now: datetime) -> Reminder:
        reminder = rung.reminder
        if reminder.kind == "alarm" and rung.late_s > _MISSED_S:
            return reminder.done(now)
        return reminder.rang(now)

    async def _keep(self, before: Reminder, after: Reminder) -> None:
        """Write what comes next; what is over goes."""
        self._last[before.site] = _Last(replace(before, rung=after.rung), _now())
        if after.due is None:
            await self._store.remove(before.id)
        else:
            await self._store.save(after)

    def _say(self, reminder: Reminder, text: str, site: str = "") -> None:
        """Say it and listen; it was asked for at this time, so quiet hours do not hold it."""
        turn, place = new_turn(), site or reminder.site
        self._bus.publish(Say(place, text, turn, urgent=True, unasked=True))
        self._bus.publish(Listen(place, _ANSWER_S, after=turn))

    def _text(self, reminder: Reminder, now: datetime) -> str:
        say = self._phraser.phrase
        if reminder.kind == "alarm":
            key = "alarms.rings_again" if reminder.rung else "alarms.rings"
            told = say(key, hour=now.hour, time=clock_words(now.time()), text=reminder.text)
            last = reminder.insist_s and reminder.rung + 1 >= reminder.most
            return f"{told} {say('alarms.gave_up')}" if last and reminder.rung else told
        if not reminder.insist_s:
            return reminder.told
        if reminder.rung and reminder.rung + 1 >= reminder.most:
            return f"{reminder.told} {say('reminders.gave_up', text=reminder.text)}"
        return say("reminders.nudge", told=reminder.told)

    def _late(self, several: Sequence[Rung]) -> str:
        say = self._phraser.phrase
        one = several[0]
        if len(several) == 1:
            if one.reminder.kind == "alarm":
                return self._missed(one)
            return say("reminders.late", told=one.reminder.told, late=_whole(one.late_s))
        told = [
            self._missed(r)
            if r.reminder.kind == "alarm"
            else say("reminders.late_one", told=r.reminder.told, late=_whole(r.late_s))
            for r in several
        ]
        return say("reminders.late_many", told=told)

    def _missed(self, rung: Rung) -> str:
        at = (rung.reminder.at or rung.reminder.first).time()
        return self._phraser.phrase("alarms.missed", time=clock_words(at), late=_whole(rung.late_s))

    # --- the answer ----------------------------------------------------------------------------

    async def consider(self, heard: Heard, house: House, area: str | None) -> Reply | None:
        """Take an answer to what rings, or rang a moment ago; None where it is none."""
        last = self._last.get(heard.site)
        if last and _now() - last.at > _LATELY_S:
            last = None
        fresh = last is not None and last.fresh and _now() - last.at < _FRESH_S
        if last:
            last.fresh = False
        ringing = [r for r in await self._store.all() if r.ringing]
        if not ringing and last is None:
            return None
        texts = [r.text for r in ringing] + ([last.reminder.text] if last else [])
        said = self._words().read(heard.text, self._clock.now(), texts)
        if said is None:
            return None
        if not fresh and said.meant not in ("later", "done"):  # "yes" answers something else
            return None
        here = [r for r in ringing if r.site == heard.site] or ringing
        if here:
            return await self._answered(here, said)
        if last is None or said.meant not in ("later", "done", "skip"):
            return None
        return await self._answered_late(last.reminder, said)

    async def _answered(self, ringing: Sequence[Reminder], said: Said) -> Reply:
        now = self._clock.now()
        if said.meant == "heard" and all(r.kind == "reminder" for r in ringing):
            return Reply(self._phraser.phrase("reminders.heard"))
        for each in ringing:
            after = (
                each.snoozed(self._until(said, now)) if said.meant == "later" else each.done(now)
            )
            if after.due is None:
                await self._store.remove(each.id)
            else:
                await self._store.save(after)
        self._last.clear()
        self.look()
        return Reply(self._reply(said, now))

    async def _answered_late(self, reminder: Reminder, said: Said) -> Reply:
        now = self._clock.now()
        if said.meant == "later":
            again = replace(reminder, rung=0).snoozed(self._until(said, now))
            await self._store.save(again)
            self.look()
        self._last.clear()
        return Reply(self._reply(said, now))

    def _until(self, said: Said, now: datetime) -> datetime:
        return said.until or later(now, self._config.snooze_minutes * 60)

    def _reply(self, said: Said, now: datetime) -> str:
        say = self._phraser.phrase
        if said.meant == "later":
            until = self._until(said, now)
            seconds = until.timestamp() - now.timestamp()
            if seconds <= 3600:
                return say("reminders.later", seconds=round(seconds))
            return say("reminders.later_at", when=moment_words(self._phraser, until, now))
        keys = {"done": "done", "skip": "skipped", "stop": "stopped", "heard": "stopped"}
        return say(f"reminders.{keys[said.meant]}")


def _whole(seconds: float) -> float:
    """Return a length as people tell it: in whole minutes."""
    return max(60.0, round(seconds / 60) * 60.0)


def _now() -> float:
    return asyncio.get_running_loop().time()
