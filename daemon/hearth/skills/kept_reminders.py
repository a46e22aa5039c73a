"""What is to be remembered is found again: put off, moved to another time, or taken back.

The part of ``skills/reminders.py`` that changes what was kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hearth.dates import Dates, Named, When
from hearth.mind.answers import Answers
from hearth.port import Clock, Phraser
from hearth.reminder import Kind, Reminder, ReminderStore, later
from hearth.sections.companion import RemindersConfig
from hearth.skill import Answer, Question, Reply, Request, intent
from hearth.skills.rules import matching
from hearth.skills.when import day_words, moment_words

MOST_TOLD = 6
_MORNING_H = 9
_SOON_S = 7200.0
_AWAKE_H = (7, 23)

Look = Callable[[], None]
Resolver = Callable[[datetime], Awaitable[Named]]


class KeptReminders:
    """Finds reminders and alarms by what a person says of them, and changes them.

    Args:
        store: Keeps them on disk.
        look: Called when one was kept or changed.
        dates: Reads the words of a time.
        named: Returns what knows the days that a person named.
    """

    def __init__(
        self,
        store: ReminderStore,
        clock: Clock,
        phraser: Phraser,
        answers: Answers,
        *,
        look: Look,
        dates: Dates,
        named: Resolver,
        config: RemindersConfig,
    ) -> None:
        self._store = store
        self._clock = clock
        self._say = phraser.phrase
        self._phraser = phraser
        self._answers = answers
        self._look = look
        self._dates = dates
        self._named = named
        self._config = config
        self._last: dict[str, tuple[int, ...]] = {}

    # --- changing ------------------------------------------------------------------------------

    @intent("HearthReminderCancel", "HearthAlarmCancel")
    async def cancel(self, request: Request) -> Reply:
        """Take back one, those that are meant, or all where all were said."""
        kind = _kind(request)
        when = await self.read(str(request.command.slots.get("when", "")))
        once = when is not None and not when.recurs and when.grain == "day"

        async def gone(found: Sequence[Reminder]) -> Reply:
            if kind == "alarm" and once and all(each.rule for each in found):
                return await self._skip(found)  # "switch off tomorrow's alarm"
            return await self._cancel(found)

        return await self._each(kind, request, gone, several=_plural(request))

    @intent("HearthAlarmSkip")
    async def skip(self, request: Request) -> Reply:
        """Leave out the next time of an alarm, or that of a day."""
        return await self._each("alarm", request, self._skip)

    @intent("HearthReminderMove", "HearthAlarmMove")
    async def move(self, request: Request) -> Reply:
        """Put one to another time, or some time earlier or later."""
        kind, slots = _kind(request), dict(request.command.slots)
        words = str(slots.get("when", ""))
        when = await self.read(words, morning=kind == "alarm")
        day = await self.read(str(slots.get("from", "")))
        if when is None and not {"by", "past"} & set(slots):
            return Reply(self._say(f"{kind}s.when"), "failed")

        async def to(found: Sequence[Reminder]) -> Reply:
            at = await self._goal(found[0], slots, when)
            if at is None:
                return Reply(self._say(f"{kind}s.when"), "failed")
            if found[0].rule and when is None and day and day.grain == "day" and not day.recurs:
                return await self._move_once(found[0], at)
            return await self._move(found[0], when, at, words)

        slots["when"] = slots.pop("from", "")
        earlier = replace(request, command=replace(request.command, slots=slots))
        return await self._each(kind, earlier, to)

    async def _cancel(self, found: Sequence[Reminder]) -> Reply:
        now = self._clock.now()
        for each in found:
            await self._store.remove(each.id)
        self._look()
        if found[0].kind == "alarm":
            if len(found) > 1:
                return Reply(self._say("alarms.cancelled_all", n=len(found)))
            when = found[0].words or self.moment(found[0].at or found[0].first, now)
            return Reply(self._say("alarms.cancelled", when=when))
        return Reply(self._say("reminders.cancelled", what=[r.text for r in found]))

    async def _skip(self, found: Sequence[Reminder]) -> Reply:
        now = self._clock.now()
        at = min(r.at or r.first for r in found)
        for each in found:
            await self._put(each.skipped(), each.id)
        left = [r.at for r in await self._store.all() if r.kind == "alarm" and r.at]
        following = self.moment(min(left), now) if left else ""
        return Reply(self._say("alarms.skipped", when=self.moment(at, now), next=following))

    async def _goal(
        self, one: Reminder, slots: Mapping[str, Any], when: When | None
    ) -> datetime | None:
        """Return when one is to be said: at a time, some time from its own, or "at half past"."""
        at, now = one.at or one.first, self._clock.now()
        if by := str(slots.get("by", "")):
            length = self._dates.read(self._say("plans.length", length=by), now)
            if length is None:
                return None
            seconds = length.start.timestamp() - now.timestamp()
            moved = later(at, -seconds if slots.get("way") == "earlier" else seconds)
            return moved if moved.timestamp() > now.timestamp() else None
        if past := str(slots.get("past", "")):
            words = f"{self._say('reminders.at')} {past} {at.hour % 12 or 12}"
            when = self._dates.read(words, now)
        if when is None:
            return None
        moment = self.first(when) or when.start
        if when.dated or when.recurs:
            return moment
        day = at.replace(hour=moment.hour, minute=moment.minute)
        if when.half_day:
            day = _nearer(day, at)
        return day if day.timestamp() > now.timestamp() else moment

    async def _move(self, one: Reminder, when: When | None, at: datetime, words: str) -> Reply:
        now = self._clock.now()
        if when and when.recurs:
            moved = replace(one, first=at, rule=when.rule, words=bare(words)).begun()
        else:
            moved = replace(one, first=at).begun()
            if one.rule and not (when and when.dated):  # the words told the old hour
                moved = replace(
                    moved, words=one.words and _without_clock(one.words, self._dates, now)
                )
        await self._put(moved, one.id)
        return self._told_moved(one, moved.first)

    async def _move_once(self, one: Reminder, at: datetime) -> Reply:
        """Put one time of a series elsewhere; the others stay."""
        await self._put(one.skipped(), one.id)
        await self._keep(replace(one, id=0, first=at, rule="", words=""))
        return self._told_moved(one, at)

    def _told_moved(self, one: Reminder, at: datetime) -> Reply:
        told = self.moment(at, self._clock.now())
        if one.kind == "alarm":
            return Reply(self._say("alarms.moved", when=told))
        return Reply(self._say("reminders.moved", text=one.text, when=told))

    # --- which one -----------------------------------------------------------------------------

    async def _each(
        self,
        kind: Kind,
        request: Request,
        then: Callable[[Sequence[Reminder]], Awaitable[Reply]],
        *,
        several: bool = False,
    ) -> Reply:
        """Do something to those that are meant; ask where one is meant and several fit."""
        found = await self._meant(kind, request)
        self._spoken_of(request.site, found)
        if not found:
            return Reply(self._say(f"{kind}s.not_found"), "failed")
        if len(found) == 1 or several:
            return await then(found)
        now = self._clock.now()

        async def answered(answer: Answer) -> Reply | None:
            if self._answers.all_of_them(answer.words):
                return await then(found)
            if self._answers.yes(answer.words) == "no":
                return Reply(self._say("talk.never_mind"), "stopped")
            fits = matching(answer.words, found, lambda r: self._words(r, now), self._small())
            fits = fits or await self._at_time(found, answer.words)
            self._spoken_of(request.site, fits)
            return await then(fits[:1]) if len(fits) == 1 else None

        names = [self._name(r, now) for r in found[:MOST_TOLD]]
        return Reply(self._say("reminders.which", names=names), "failed", Question(answered))

    async def _meant(self, kind: Kind, request: Request) -> list[Reminder]:
        """Return those of a kind that the words and the time fit, the next first."""
        slots = request.command.slots
        found = [r for r in await self._store.all() if r.kind == kind and r.due]
        if "last" in slots and (last := self._last.get(request.site)):
            found = [r for r in found if r.id in last]
        if about := str(slots.get("about", "")):
            now = self._clock.now()
            found = matching(about, found, lambda r: self._words(r, now), self._small())
        if when := str(slots.get("when", "")):
            found = await self._at_time(found, when)
        return found

    def _spoken_of(self, site: str, found: Sequence[Reminder]) -> None:
        """Note what "it" means from now on in a room."""
        if found:
            self._last[site] = tuple(each.id for each in found)

    async def _at_time(self, found: Sequence[Reminder], words: str) -> list[Reminder]:
        """Return those whose next time lies in what the words tell, or shows the same clock."""
        alarm = bool(found) and found[0].kind == "alarm"
        when = await self.read(words, morning=alarm) or await self.read(
            f"{self._say('reminders.at')} {words}", morning=alarm
        )
        if when is None:
            return []
        if when.grain != "moment":
            start, end = when.start.timestamp(), when.end.timestamp()
            return [r for r in found if start <= (r.at or r.first).timestamp() < end]
        clocks = {(when.start.hour, when.start.minute)}
        if when.half_day:
            clocks.add(((when.start.hour + 12) % 24, when.start.minute))
        same = [r for r in found if ((r.at or r.first).hour, (r.at or r.first).minute) in clocks]
        days = [r for r in same if (r.at or r.first).date() == when.start.date()]
        return days or ([] if when.dated else same)

    # --- words ---------------------------------------------------------------------------------

    def _told(self, each: Reminder, now: datetime) -> str:
        when = self.moment(each.due if each.ringing and each.due else each.at or each.first, now)
        key = f"{each.kind}s.one_again" if each.rule and each.words else f"{each.kind}s.one"
        text = each.text or (self._say("reminders.plain") if each.kind == "reminder" else "")
        return self._say(key, when=when, words=each.words, text=text.rstrip("."))

    def _name(self, each: Reminder, now: datetime) -> str:
        if each.kind == "reminder" and each.text:
            return each.text
        return self._say("alarms.name", when=self.moment(each.at or each.first, now))

    def _words(self, each: Reminder, now: datetime) -> str:
        when = self.moment(each.at or each.first, now)
        return f"{each.text} {each.told} {each.words} {when}"

    def moment(self, moment: datetime, now: datetime) -> str:
        if 0 < moment.timestamp() - now.timestamp() < _SOON_S and moment.second:
            return self._say("plans.in", seconds=moment.timestamp() - now.timestamp())
        if moment.hour == 0 and moment.minute == 0:
            return day_words(self._phraser, moment.date(), now)
        return moment_words(self._phraser, moment, now)

    def _small(self) -> str:
        return self._say("rules.small")

    # --- times ---------------------------------------------------------------------------------

    async def read(self, words: str, *, morning: bool = False) -> When | None:
        """Return what the words of a time tell; of several, what they tell together or first."""
        if not words:
            return None
        now = self._clock.now()
        named = await self._named(now)
        whole = self._dates.read(words, now, named=named, morning=morning)
        if whole is not None:
            return whole
        found = self._dates.find(words, now, named=named, morning=morning)
        timed = [f.when for f in found if f.when.timed]
        return next(iter(timed), found[0].when if found else None)

    def first(self, when: When) -> datetime | None:
        """Return when a reminder is said: a day at nine, a part of the day when it begins."""
        if when.grain == "moment":
            return when.start
        now = self._clock.now()
        if when.timed:  # "tonight", "in the afternoon"
            start = when.start if when.start.timestamp() > now.timestamp() else later(now, 60.0)
            return start if start.timestamp() < when.end.timestamp() else None
        first = when.at(_MORNING_H).start
        if first.timestamp() <= now.timestamp() < when.end.timestamp():
            first = later(now, 3600.0)  # "today", and nine is over
        return first

    async def _keep(self, reminder: Reminder) -> None:
        kept = await self._store.save(reminder.begun())
        self._spoken_of(reminder.site, (kept,))
        self._look()

    async def _put(self, reminder: Reminder, reminder_id: int) -> None:
        """Write a changed one; one that comes no more goes."""
        if reminder.due is None:
            await self._store.remove(reminder_id)
        else:
            await self._store.save(reminder)
        self._look()


def _nearer(moment: datetime, to: datetime) -> datetime:
    """Return the half of the day that is meant where one at ``to`` is put to "five": while people
    are awake, else the nearer one."""
    other = moment.replace(hour=(moment.hour + 12) % 24)
    first, last = _AWAKE_H
    awake = [m for m in (moment, other) if first <= m.hour < last]
    fits = awake if first <= to.hour < last and awake else [moment, other]
    return min(fits, key=lambda m: abs((m - to).total_seconds()))


def _kind(request: Request) -> Kind:
    return "alarm" if "Alarm" in request.command.intent else "reminder"


def _plural(request: Request) -> bool:
    """Return whether all that fit were meant: "my alarms", "every reminder"."""
    words = request.heard.text.casefold().replace(",", " ").split()
    return any(w in _ALL or w in _PLURALS for w in words)


_ALL = frozenset(("all", "every", "any", "alle", "jeden", "sämtliche"))
_PLURALS = frozenset(("alarms", "reminders", "wecker", "erinnerungen"))


def bare(words: str) -> str:
    return " ".join(words.split()).strip(" ,.")


def _without_clock(words: str, dates: Dates, now: datetime) -> str:
    """Return a recurrence's words without its hour: "every Tuesday at nine" as "every Tuesday"."""
    pieces = words.split()
    for length in range(len(pieces), 0, -1):
        text = " ".join(pieces[:length])
        when = dates.read(text, now)
        if when and when.recurs and not when.timed:
            return text
    return ""
