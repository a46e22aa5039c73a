"""What is to be written into the calendar read back, and written after a yes.

What leaves the house for a calendar server goes through this file alone, and only once a person
said yes to its words (the third door).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hearth.agenda import Appointment, Diary
from hearth.dates import When
from hearth.error import HearthError
from hearth.mind.answers import Answers
from hearth.port import Clock, Phraser
from hearth.reminder import later
from hearth.skill import Answer, Question, Reply, Request, intent
from hearth.skills.agenda import LENGTH, MOST_TOLD, Agenda, stretch
from hearth.skills.rules import matching

Then = Callable[[Appointment], Awaitable[Reply]]


class Calendar:
    """Adds, moves and cancels appointments; ``agenda`` finds and tells them."""

    def __init__(
        self, diary: Diary, agenda: Agenda, clock: Clock, phraser: Phraser, answers: Answers
    ) -> None:
        self._diary = diary
        self._agenda = agenda
        self._clock = clock
        self._say = phraser.phrase
        self._answers = answers

    # --- writing -------------------------------------------------------------------------------

    @intent("HearthAgendaAdd")
    async def add(self, request: Request) -> Reply:
        """Read a new appointment back, and write it after a yes."""
        slots = request.command.slots
        title = _titled(str(slots.get("title", "")))
        words = str(slots.get("when", ""))
        when = await self._agenda.read(words) if words else None
        now = self._clock.now()
        if when is None or (not when.recurs and when.end.timestamp() <= now.timestamp() - 60):
            return self._ask_when(request, self.add)
        when = self._evening(when, title)
        one = _new(title, when)
        if one is None:
            return self._ask_when(request, self.add)
        clash = [a for a in await self._diary.between(one.start, one.end) if not a.whole_day]
        told = self._agenda.at(one, now)
        if when.recurs:
            text = self._say("calendar.ask_add_again", title=title, words=words, when=told)
        elif clash and not one.whole_day:
            text = self._say("calendar.ask_clash", title=title, when=told, clash=clash[0].title)
        else:
            text = self._say("calendar.ask_add", title=title, when=told)

        async def write() -> Reply:
            kept = await self._diary.add(one, when.rule)
            self._agenda.spoke_of(request.site, (kept,))
            if kept.aside:
                return Reply(self._say("calendar.added_aside", why=kept.aside))
            return Reply(self._say("calendar.added"))

        return self._confirmed(text, write)

    @intent("HearthAgendaMove")
    async def move(self, request: Request) -> Reply:
        """Read a move back, and carry it out after a yes."""
        slots = request.command.slots
        words = str(slots.get("when", ""))
        about, earlier = str(slots.get("about", "")), str(slots.get("from", ""))
        if not words and not {"by", "past"} & set(slots):
            return self._ask_when(request, self.move, "calendar.until_when")

        async def to(one: Appointment) -> Reply:
            return await self._move(one, request)

        return await self._each(request, about, earlier, to)

    async def _move(self, one: Appointment, request: Request) -> Reply:
        now = self._clock.now()
        start = await self._goal(one, request.command.slots)
        if start is None:
            return Reply(self._say("calendar.until_when"), "failed")
        end = start + (one.end - one.start)

        async def write() -> Reply:
            await self._diary.move(one, start, end)
            self._agenda.spoke_of(request.site, (replace(one, start=start, end=end),))
            return Reply(self._say("calendar.moved"))

        after = replace(one, start=start, end=end)
        text = self._say(
            "calendar.ask_move",
            title=one.title,
            before=self._agenda.at(one, now),
            when=self._agenda.at(after, now),
        )
        return self._confirmed(text, write)

    @intent("HearthAgendaCancel")
    async def cancel(self, request: Request) -> Reply:
        """Read back what goes, and take it out after a yes."""
        slots = request.command.slots

        async def out(one: Appointment) -> Reply:
            async def write() -> Reply:
                await self._diary.remove(one)
                return Reply(self._say("calendar.cancelled"))

            told = self._agenda.at(one, self._clock.now())
            return self._confirmed(
                self._say("calendar.ask_cancel", title=one.title, when=told), write
            )

        return await self._each(
            request, str(slots.get("about", "")), str(slots.get("when", "")), out
        )

    async def _goal(self, one: Appointment, slots: Mapping[str, Any]) -> datetime | None:
        """Return where one goes: to a time, some time earlier or later, or "to half past"."""
        now = self._clock.now()
        if by := str(slots.get("by", "")):
            length = await self._agenda.read(self._say("plans.length", length=by))
            if length is None:
                return None
            seconds = length.start.timestamp() - now.timestamp()
            return later(one.start, -seconds if slots.get("way") == "earlier" else seconds)
        words = str(slots.get("when", ""))
        if past := str(slots.get("past", "")):
            words = f"{self._say('reminders.at')} {past} {one.start.hour % 12 or 12}"
        when = await self._agenda.read(words)
        return None if when is None or when.recurs else self._moved(one, when)

    def _confirmed(self, text: str, write: Callable[[], Awaitable[Reply]]) -> Reply:
        """Ask a question of yes and no; only a yes writes."""

        async def answered(answer: Answer) -> Reply | None:
            said = self._answers.yes(answer.words)
            if said == "no":
                return Reply(self._say("calendar.not_done"), "stopped")
            if said != "yes":
                return None
            try:
                return await write()
            except HearthError as error:
                return Reply(self._say("calendar.failed", why=error.what), "failed")

        return Reply(text, "done", Question(answered))

    def _ask_when(
        self,
        request: Request,
        again: Callable[[Request], Awaitable[Reply]],
        key: str = "calendar.when",
    ) -> Reply:
        async def answered(answer: Answer) -> Reply | None:
            if self._answers.yes(answer.words) == "no":
                return Reply(self._say("talk.never_mind"), "stopped")
            words = next((w for w in self._spoken(answer.words) if self._agenda.plainly(w)), "")
            if not words:
                return None
            slots = {**request.command.slots, "when": words}
            return await again(replace(request, command=replace(request.command, slots=slots)))

        return Reply(self._say(key), "failed", Question(answered))

    # --- which one -----------------------------------------------------------------------------

    async def _each(self, request: Request, about: str, when: str, then: Then) -> Reply:
        """Do something to the appointment that is meant; ask where several fit."""
        last = self._agenda.last(request.site) if "last" in request.command.slots else None
        found = [last] if last else await self._agenda.meant(about, when)
        now = self._clock.now()
        if not found:
            return Reply(self._say("calendar.not_found", title=about), "failed")
        first = [a for a in found if a.uid == found[0].uid]
        if len(found) == len(first):  # one, or the times of one that recurs: the next
            return await then(first[0])
        choices = _unique(found)[:MOST_TOLD]

        async def answered(answer: Answer) -> Reply | None:
            def words(a: Appointment) -> str:
                return f"{a.title} {self._agenda.at(a, now)}"

            fits = matching(answer.words, choices, words, self._say("rules.small"))
            if not fits and (day := self._agenda.plainly(answer.words)):
                start, end = stretch(day)
                fits = [a for a in choices if start <= a.start < max(end, start + LENGTH)]
            return await then(fits[0]) if len(fits) == 1 else None

        names = [f"{a.title} {self._agenda.at(a, now)}" for a in choices]
        return Reply(self._say("calendar.which", names=names), "failed", Question(answered))

    # --- times

    def _spoken(self, words: str) -> tuple[str, ...]:
        return words, f"{self._say('reminders.at')} {words}"

    def _evening(self, when: When, title: str) -> When:
        """Read "dinner at eight" as the evening, "breakfast at seven" as the morning."""
        if not when.half_day:
            return when
        late, early = self._say("calendar.late_words"), self._say("calendar.early_words")
        said = set(re.findall(r"\w+", title.casefold()))
        hour = when.start.hour
        if (said & set(late.split()) and 5 <= hour < 12) or (
            said & set(early.split()) and hour >= 17
        ):
            return when.other_half()
        return when

    def _moved(self, one: Appointment, when: When) -> datetime:
        """Return where an appointment goes: a day alone keeps its hour, an hour alone its day."""
        if when.grain != "moment":
            if when.timed:
                return when.start
            return one.start.replace(
                year=when.start.year, month=when.start.month, day=when.start.day
            )
        if when.dated:
            if when.half_day and abs(when.other_half().start.hour - one.start.hour) < abs(
                when.start.hour - one.start.hour
            ):
                return when.other_half().start
            return when.start
        start = one.start.replace(hour=when.start.hour, minute=when.start.minute)
        if when.half_day and start.hour < 7:
            start += timedelta(hours=12)
        return start


def _new(title: str, when: When) -> Appointment | None:
    """Return the appointment that a time means; a day alone is a whole day."""
    if not title:
        return None
    if when.grain == "day":
        return Appointment("", "", title, when.start, when.end, whole_day=True)
    if when.grain == "span" and not when.timed:
        return Appointment("", "", title, when.start, when.end, whole_day=True)
    end = when.end if when.end > when.start else when.start + LENGTH
    return Appointment("", "", title, when.start, end)


def _titled(title: str) -> str:
    return title[:1].upper() + title[1:]


def _unique(found: Sequence[Appointment]) -> list[Appointment]:
    """Return each series once, with its next time."""
    return list({a.uid: a for a in reversed(found)}.values())[::-1]
