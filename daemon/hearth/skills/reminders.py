"""What is to be remembered at a time, and when to wake: kept on disk before "I will" is said.

The times are read here, when the sentence is asked for: a command holds their words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from hearth.dates import Dates, Named, When
from hearth.mind.answers import Answers
from hearth.port import Clock, Phraser
from hearth.reminder import Kind, Reminder, ReminderStore, later
from hearth.sections.companion import RemindersConfig
from hearth.skill import Answer, Question, Reply, Request, intent
from hearth.skills.rules import matching
from hearth.skills.when import day_words, moment_words

_MOST_TOLD = 6
_MORNING_H = 9
_SOON_S = 7200.0

Look = Callable[[], None]
Resolver = Callable[[datetime], Awaitable[Named]]


class Reminders:
    """Sets, tells, moves and cancels reminders and alarms.

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

    # --- setting -------------------------------------------------------------------------------

    @intent("HearthRemind")
    async def remind(self, request: Request) -> Reply:
        """Keep a reminder, or ask when."""
        slots = request.command.slots
        words = str(slots.get("when", ""))
        text = str(slots.get("text", ""))
        if not text and not words:
            return self._ask(request, "reminders.what", self._about)
        when = await self._read(words) if words else None
        if when is None:
            return self._ask(request, "reminders.unknown_day" if words else "reminders.when")
        told = str(slots.get("told") or text) or self._say("reminders.plain")
        insist_s, most = await self._insisting(str(slots.get("insist", "")))
        first = self._first(when)
        now = self._clock.now()
        if first is None or (not when.recurs and first.timestamp() <= now.timestamp()):
            return self._ask(request, "reminders.past")
        reminder = Reminder(
            0,
            "reminder",
            text,
            told,
            request.site,
            first,
            when.rule,
            words=_bare(words) if when.recurs else "",
            insist_s=insist_s,
            most=most,
        )
        await self._keep(reminder)
        values = {
            "when": self._moment(first, now),
            "text": text,
            "insist_s": insist_s,
            "most": most,
        }
        if when.recurs:
            return Reply(self._say("reminders.again", words=reminder.words, **values))
        return Reply(self._say("reminders.will", **values))

    @intent("HearthAlarmSet")
    async def wake(self, request: Request) -> Reply:
        """Keep an alarm, or ask for when."""
        slots = request.command.slots
        when = await self._read(str(slots.get("when", "")), morning=True)
        now = self._clock.now()
        if when is None or (when.grain != "moment" and not when.recurs and not when.timed):
            return self._ask(request, "alarms.when")
        first = self._first(when) or when.start
        if not when.recurs and first.timestamp() <= now.timestamp():
            return self._ask(request, "alarms.when")
        most = max(1, round(self._config.alarm_minutes * 60 / self._config.alarm_every_s))
        words = _bare(str(slots["when"])) if when.recurs else ""
        text = str(slots.get("text", ""))
        await self._keep(
            Reminder(
                0,
                "alarm",
                text,
                "",
                request.site,
                first,
                when.rule,
                words=words,
                insist_s=self._config.alarm_every_s,
                most=most,
            )
        )
        told = self._moment(first, now)
        if when.recurs:
            return Reply(self._say("alarms.again", words=words, when=told))
        return Reply(self._say("alarms.will", when=told))

    def _ask(
        self,
        request: Request,
        key: str,
        answered: Callable[[Request, Answer], Awaitable[Reply | None]] | None = None,
    ) -> Reply:
        """Ask for what is missing; the answer completes the request."""
        take = answered or self._at
        return Reply(self._say(key), "failed", Question(lambda answer: take(request, answer)))

    async def _at(self, request: Request, answer: Answer) -> Reply | None:
        """Take the answer to "when?"."""
        if self._answers.yes(answer.words) == "no":
            return Reply(self._say("talk.never_mind"), "stopped")
        morning = request.command.intent == "HearthAlarmSet"
        for words in (answer.words, f"{self._say('reminders.at')} {answer.words}"):
            if await self._read(words, morning=morning):
                slots = {**request.command.slots, "when": words}
                again = replace(request, command=replace(request.command, slots=slots))
                return await (self.wake(again) if morning else self.remind(again))
        return None

    async def _about(self, request: Request, answer: Answer) -> Reply | None:
        if self._answers.yes(answer.words) == "no":
            return Reply(self._say("talk.never_mind"), "stopped")
        if answer.commands:
            return None
        slots = {**request.command.slots, "text": answer.words, "told": answer.words}
        return await self.remind(replace(request, command=replace(request.command, slots=slots)))

    # --- telling -------------------------------------------------------------------------------

    @intent("HearthReminderList")
    async def tell(self, request: Request) -> Reply:
        """Tell the reminders that are to come."""
        return await self._tell("reminder", request)

    @intent("HearthAlarmList")
    async def tell_alarms(self, request: Request) -> Reply:
        """Tell the alarms that are set."""
        return await self._tell("alarm", request)

    async def _tell(self, kind: Kind, request: Request) -> Reply:
        now = self._clock.now()
        found = await self._meant(kind, request)
        told = [self._told(each, now) for each in found[:_MOST_TOLD]]
        if len(found) > _MOST_TOLD:
            told.append(self._say("reminders.more", n=len(found) - _MOST_TOLD))
        return Reply(" ".join(told) or self._say(f"{kind}s.none"))

    # --- changing ------------------------------------------------------------------------------

    @intent("HearthReminderCancel", "HearthAlarmCancel")
    async def cancel(self, request: Request) -> Reply:
        """Take back one, those that are meant, or all where all were said."""
        kind = _kind(request)
        return await self._each(kind, request, self._cancel, several=_plural(request))

    @intent("HearthAlarmSkip")
    async def skip(self, request: Request) -> Reply:
        """Leave out the next time of an alarm, or that of a day."""
        return await self._each("alarm", request, self._skip)

    @intent("HearthReminderMove", "HearthAlarmMove")
    async def move(self, request: Request) -> Reply:
        """Put one to another time."""
        kind = _kind(request)
        words = str(request.command.slots.get("when", ""))
        when = await self._read(words, morning=kind == "alarm")
        if when is None:
            return Reply(self._say(f"{kind}s.when"), "failed")

        async def to(found: Sequence[Reminder]) -> Reply:
            return await self._move(found, when, words)

        slots = dict(request.command.slots)
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
            when = found[0].words or self._moment(found[0].at or found[0].first, now)
            return Reply(self._say("alarms.cancelled", when=when))
        return Reply(self._say("reminders.cancelled", what=[r.text for r in found]))

    async def _skip(self, found: Sequence[Reminder]) -> Reply:
        now = self._clock.now()
        at = min(r.at or r.first for r in found)
        for each in found:
            await self._put(each.skipped(), each.id)
        left = [r.at for r in await self._store.all() if r.kind == "alarm" and r.at]
        following = self._moment(min(left), now) if left else ""
        return Reply(self._say("alarms.skipped", when=self._moment(at, now), next=following))

    async def _move(self, found: Sequence[Reminder], when: When, words: str) -> Reply:
        one, now = found[0], self._clock.now()
        moment = self._first(when) or when.start
        if when.recurs:
            moved = replace(one, first=moment, rule=when.rule, words=_bare(words)).begun()
        else:
            at = one.at or one.first
            day = moment if when.dated else at.replace(hour=moment.hour, minute=moment.minute)
            if day.timestamp() <= now.timestamp():
                day = moment
            moved = replace(one, first=day).begun()
            if one.rule and not when.dated:  # the words told the old hour
                moved = replace(
                    moved, words=one.words and _without_clock(one.words, self._dates, now)
                )
        await self._put(moved, one.id)
        told = self._moment(moved.first, now)
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
            return await then(fits[:1]) if len(fits) == 1 else None

        names = [self._name(r, now) for r in found[:_MOST_TOLD]]
        return Reply(self._say("reminders.which", names=names), "failed", Question(answered))

    async def _meant(self, kind: Kind, request: Request) -> list[Reminder]:
        """Return those of a kind that the words and the time fit, the next first."""
        slots = request.command.slots
        found = [r for r in await self._store.all() if r.kind == kind and r.due]
        if about := str(slots.get("about", "")):
            now = self._clock.now()
            found = matching(about, found, lambda r: self._words(r, now), self._small())
        if when := str(slots.get("when", "")):
            found = await self._at_time(found, when)
        return found

    async def _at_time(self, found: Sequence[Reminder], words: str) -> list[Reminder]:
        """Return those whose next time lies in what the words tell, or shows the same clock."""
        alarm = bool(found) and found[0].kind == "alarm"
        when = await self._read(words, morning=alarm) or await self._read(
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
        when = self._moment(each.due if each.ringing and each.due else each.at or each.first, now)
        key = f"{each.kind}s.one_again" if each.rule and each.words else f"{each.kind}s.one"
        text = each.text or (self._say("reminders.plain") if each.kind == "reminder" else "")
        return self._say(key, when=when, words=each.words, text=text.rstrip("."))

    def _name(self, each: Reminder, now: datetime) -> str:
        if each.kind == "reminder" and each.text:
            return each.text
        return self._say("alarms.name", when=self._moment(each.at or each.first, now))

    def _words(self, each: Reminder, now: datetime) -> str:
        when = self._moment(each.at or each.first, now)
        return f"{each.text} {each.told} {each.words} {when}"

    def _moment(self, moment: datetime, now: datetime) -> str:
        if 0 < moment.timestamp() - now.timestamp() < _SOON_S and moment.second:
            return self._say("plans.in", seconds=moment.timestamp() - now.timestamp())
        if moment.hour == 0 and moment.minute == 0:
            return day_words(self._phraser, moment.date(), now)
        return moment_words(self._phraser, moment, now)

    def _small(self) -> str:
        return self._say("rules.small")

    # --- times ---------------------------------------------------------------------------------

    async def _read(self, words: str, *, morning: bool = False) -> When | None:
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

    def _first(self, when: When) -> datetime | None:
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

    async def _insisting(self, words: str) -> tuple[float, int]:
        """Return how often it rings, and how many times at most."""
        if not words:
            return 0.0, 1
        now = self._clock.now()
        found = self._dates.read(self._say("plans.length", length=words), now)
        seconds = found.start.timestamp() - now.timestamp() if found else 0.0
        return (
            seconds if seconds >= 30 else self._config.insist_minutes * 60
        ), self._config.insist_times

    async def _keep(self, reminder: Reminder) -> None:
        await self._store.save(reminder.begun())
        self._look()

    async def _put(self, reminder: Reminder, reminder_id: int) -> None:
        """Write a changed one; one that comes no more goes."""
        if reminder.due is None:
            await self._store.remove(reminder_id)
        else:
            await self._store.save(reminder)
        self._look()


def _kind(request: Request) -> Kind:
    return "alarm" if "Alarm" in request.command.intent else "reminder"


def _plural(request: Request) -> bool:
    """Return whether all that fit were meant: "my alarms", "every reminder"."""
    words = request.heard.text.casefold().replace(",", " ").split()
    return any(w in _ALL or w in _PLURALS for w in words)


_ALL = frozenset(("all", "every", "any", "alle", "jeden", "sämtliche"))
_PLURALS = frozenset(("alarms", "reminders", "wecker", "erinnerungen"))


def _bare(words: str) -> str:
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
