"""What is to be remembered at a time, and when to wake: kept on disk before "I will" is said.

The times are read here, when the sentence is asked for: a command holds their words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from hearth.reminder import Kind, Reminder
from hearth.skill import Answer, Question, Reply, Request, intent
from hearth.skills.kept_reminders import MOST_TOLD, KeptReminders, bare


class Reminders(KeptReminders):
    """Sets, tells, moves and cancels reminders and alarms."""

    # --- setting -------------------------------------------------------------------------------

    @intent("HearthRemind")
    async def remind(self, request: Request) -> Reply:
        """Keep a reminder, or ask when."""
        slots = request.command.slots
        words = str(slots.get("when", ""))
        text = str(slots.get("text", ""))
        if not text and not words:
            return self._ask(request, "reminders.what", self._about)
        when = await self.read(words) if words else None
        if when is None:
            return self._ask(request, "reminders.unknown_day" if words else "reminders.when")
        told = str(slots.get("told") or text) or self._say("reminders.plain")
        insist_s, most = await self._insisting(str(slots.get("insist", "")))
        first = self.first(when)
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
            words=bare(words) if when.recurs else "",
            insist_s=insist_s,
            most=most,
        )
        await self._keep(reminder)
        values = {
            "when": self.moment(first, now),
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
        when = await self.read(str(slots.get("when", "")), morning=True)
        now = self._clock.now()
        if when is None or (when.grain != "moment" and not when.recurs and not when.timed):
            return self._ask(request, "alarms.when")
        first = self.first(when) or when.start
        if not when.recurs and first.timestamp() <= now.timestamp():
            return self._ask(request, "alarms.when")
        most = max(1, round(self._config.alarm_minutes * 60 / self._config.alarm_every_s))
        words = bare(str(slots["when"])) if when.recurs else ""
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
        told = self.moment(first, now)
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
            if await self.read(words, morning=morning):
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
        self._spoken_of(request.site, found)
        told = [self._told(each, now) for each in found[:MOST_TOLD]]
        if len(found) > MOST_TOLD:
            told.append(self._say("reminders.more", n=len(found) - MOST_TOLD))
        return Reply(" ".join(told) or self._say(f"{kind}s.none"))

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
