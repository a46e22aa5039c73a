"""Forgets by voice: the last thing, a person or a topic, a time; asks before it is many things."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from hearth.agenda import OWN, Appointment, Diary
from hearth.dates import Found, When
from hearth.error import HearthError
from hearth.mind.answers import Answers
from hearth.port import Clock, Phraser
from hearth.remember import PERSON, Doomed, Fact, Forgetter, Gone, Meant, Utterance, plain
from hearth.skill import Answer, Question, Reply, Request, intent
from hearth.skills.memory.quoting import Quoting

_NIGHT = timedelta(hours=6)
"""A night ends in the morning: "last night" is from the evening on until then."""

_ALIKE = 0.6
"""The share of its words that a sentence has in common with the one that is to be forgotten."""

_LONG = timedelta(days=366)
"""So far back and ahead a calendar is looked through for what is to be forgotten."""

_BEGAN = datetime(1970, 1, 2, tzinfo=UTC)


class Times(Protocol):
    """Reads a time (``dates.Dates``)."""

    def find(self, text: str, now: datetime, *, prefer: str = "past") -> Sequence[Found]:
        """Return the times that a text tells."""


class Said(Protocol):
    """What was said lately (``memory.turns.StoredTurns``)."""

    async def newest(
        self, most: int, *, since: datetime | None = None, speaker: str = ""
    ) -> tuple[Utterance, ...]:
        """Return the last utterances, in order."""


class Forgetting:
    """Answers "forget that", "forget everything about Tom", "forget what I said last night"."""

    def __init__(
        self,
        forgetter: Forgetter,
        said: Said,
        quoting: Quoting,
        *,
        clock: Clock,
        phraser: Phraser,
        answers: Answers,
        when: Callable[[str, datetime], When | None],
        diary: Diary | None = None,
    ) -> None:
        """``when`` reads a time that is over; ``diary`` may hold what memory cannot erase."""
        self._diary = diary
        self._forgetter, self._said, self._quoting = forgetter, said, quoting
        self._clock, self._phraser, self._answers, self._when = clock, phraser, answers, when

    @intent("HearthForgetThat")
    async def that(self, request: Request) -> Reply:
        """Forget what was quoted last in this room, or else what was said last."""
        quoted = [one.source for one in self._quoting.last(request.site) if one.source]
        ids = tuple(dict.fromkeys(quoted)) or await self._last(request)
        return await self._forget(request, Meant(ids), ask_from=2)

    @intent("HearthForgetFact")
    async def fact(self, request: Request) -> Reply:
        """Forget one thing that was told: "forget that my sister is called Mara"."""
        wanted = set(plain(str(request.command.slots.get("fact", ""))).split())
        said = await self._said.newest(5000, speaker=PERSON)
        fits = [
            each
            for each in said
            if each.id != request.turn and wanted and _share(wanted, plain(each.text)) >= _ALIKE
        ]
        return await self._forget(request, Meant(tuple(each.id for each in fits)), ask_from=2)

    @intent("HearthForgetAbout")
    async def about(self, request: Request) -> Reply:
        """Forget all about a person or a topic; asked once, with how much it is."""
        topic = str(request.command.slots.get("topic", "")).strip(" .!?")
        if plain(topic) in ("me", "us", "mich", "uns"):
            return await self.everything(request)
        return await self._forget(request, Meant(person=topic, topic=topic), ask_from=1)

    @intent("HearthForgetAll")
    async def everything(self, request: Request) -> Reply:
        """Forget all that was ever said; asked once."""
        return await self._forget(request, Meant(start=_BEGAN), ask_from=1)

    @intent("HearthForgetPeriod")
    async def period(self, request: Request) -> Reply:
        """Forget what was said in a time; asked once."""
        words = str(request.command.slots.get("when", ""))
        span = span_of(words, self._clock.now(), self._when)
        if span is None:
            return Reply(self._phraser.phrase("memory.which_time"), "failed")
        return await self._forget(request, Meant(start=span[0], end=span[1]), ask_from=1)

    async def _last(self, request: Request) -> tuple[str, ...]:
        """Return the id of the last sentence before this one in the room."""
        since = self._clock.now() - timedelta(hours=1)
        said = await self._said.newest(50, since=since, speaker=PERSON)
        before = [e for e in said if e.site == request.site and e.id != request.turn]
        return (before[-1].id,) if before else ()

    async def _forget(self, request: Request, meant: Meant, *, ask_from: int) -> Reply:
        doomed = _without(await self._forgetter.find(meant), request.turn)
        count = doomed.said or len(doomed.facts)
        elsewhere = await self._elsewhere(meant)
        if not count and elsewhere:
            return self._ask_out("", elsewhere)
        if not count:
            return Reply(self._phraser.phrase("memory.nothing_to_forget"), "failed")
        if count < ask_from:
            await self._forgetter.forget(doomed, [request.turn])
            return Reply(self._phraser.phrase("memory.forgotten", count=count))

        async def answered(answer: Answer) -> Reply | None:
            said = self._answers.yes(answer.words)
            own = [request.turn, answer.heard.turn]
            if said == "no":
                return Reply(self._phraser.phrase("memory.kept_all"))
            if said != "yes":
                return None
            done = _without(await self._forgetter.find(meant), *own)
            await self._forgetter.forget(done, own)
            told = self._phraser.phrase("memory.forgotten", count=done.said)
            return self._ask_out(told, elsewhere) if elsewhere else Reply(told)

        text = self._phraser.phrase("memory.shall_i_forget", count=count)
        return Reply(text, question=Question(answered))

    async def _elsewhere(self, meant: Meant) -> tuple[Appointment, ...]:
        """Return what calendars that are not Hearth's own hold of what is to be forgotten."""
        if self._diary is None or not meant.names:
            return ()
        now = self._clock.now()
        found = await self._diary.between(now - _LONG, now + _LONG)
        gone = Gone(frozenset(), frozenset(), names=meant.names)
        return tuple(a for a in found if a.calendar != OWN and gone.touches(f"{a.title} {a.place}"))

    def _ask_out(self, told: str, left: Sequence[Appointment]) -> Reply:
        """Say what stays in a calendar, and take it out after a yes (the third door)."""
        phrase = self._phraser.phrase

        async def answered(answer: Answer) -> Reply | None:
            said = self._answers.yes(answer.words)
            if said == "no":
                return Reply(phrase("memory.calendar_kept"), "stopped")
            if said != "yes" or self._diary is None:
                return None
            try:
                for each in left:
                    await self._diary.remove(each)
            except HearthError as error:
                return Reply(phrase("memory.calendar_stays", why=error.what), "failed")
            return Reply(phrase("memory.calendar_out", count=len(left)))

        asks = phrase("memory.in_calendar", count=len(left))
        return Reply(f"{told} {asks}".strip(), question=Question(answered))


def span_of(
    words: str, now: datetime, when: Callable[[str, datetime], When | None]
) -> tuple[datetime, datetime] | None:
    """Return from when to when a time that is over was: "last night", "the last ten minutes"."""
    folded = plain(words)
    if match := re.fullmatch(
        r"(?:in |for |over |during |within )?(?:the |this )?(?:last|past) (.+)", folded
    ):
        length = match[1] if match[1][0].isdigit() or " " in match[1] else f"one {match[1]}"
        if match[1] != "night" and (back := when(f"{length} ago", now)):
            unit = timedelta(days=1) if back.grain != "moment" else timedelta()
            return min(back.start, now - unit), now
    since = re.fullmatch(r"since (.+)", folded)
    found = when(since[1] if since else folded, now)
    if found is None or found.start > now:
        return None
    end = now if since else found.end
    if "night" in folded and not since:
        end = min(max(end, found.start + timedelta(hours=4)) + _NIGHT, now)
    return (
        (found.start, end) if end > found.start else (found.start, found.start + timedelta(days=1))
    )


def _share(wanted: set[str], text: str) -> float:
    have = set(text.split())
    return len(wanted & have) / max(len(wanted), 1) if len(have) < len(wanted) * 4 else 0.0


def _without(doomed: Doomed, *turns: str) -> Doomed:
    """Return it without the sentences in which it was asked for: those go by themselves."""
    said = tuple(each for each in doomed.utterances if each.id.partition(".")[0] not in turns)
    facts: tuple[Fact, ...] = tuple(one for one in doomed.facts if one.source not in turns)
    return Doomed(doomed.meant, said, facts)
