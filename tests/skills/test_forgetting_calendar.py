"""What a calendar elsewhere holds of somebody who is forgotten: it is said, and asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from hearth.agenda import Appointment
from hearth.error import HearthError
from hearth.event import Heard
from hearth.house import House
from hearth.mind.answers import Answers
from hearth.port import Command
from hearth.remember import Doomed, Meant, Utterance
from hearth.skill import Answer, Reply, Request
from hearth.skills.memory.forgetting import Forgetting, Said
from hearth.skills.memory.quoting import Quoting
from hearth.voice.phrasing import Phrasing

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
WALK = Appointment("1", "caldav", "Walk with Tom", NOW, NOW)
TEA = Appointment("2", "caldav", "Tea", NOW, NOW)
OURS = Appointment("3", "hearth", "Lunch with Tom", NOW, NOW)


class Clock:
    def now(self) -> datetime:
        return NOW


class Shelf:
    """A calendar with three entries, of which Hearth's own is erased with its memory."""

    def __init__(self, fault: str = "") -> None:
        self.fault, self.removed = fault, list[Appointment]()

    async def between(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        return WALK, TEA, OURS

    async def add(self, appointment: Appointment, rule: str = "") -> Appointment:
        return appointment

    async def move(self, appointment: Appointment, start: datetime, end: datetime) -> None:
        raise NotImplementedError

    async def remove(self, appointment: Appointment) -> None:
        if self.fault:
            raise HearthError(self.fault)
        self.removed.append(appointment)


class Memory:
    """Knows one thing about Tom."""

    async def find(self, meant: Meant) -> Doomed:
        one = Utterance("9", "s", NOW, "person", "Tom has a new bike")
        return Doomed(meant, (one,), ())

    async def forget(self, doomed: Doomed, also: Sequence[str] = ()) -> None:
        pass


def heard(text: str) -> Heard:
    return Heard("kitchen", text, "t")


async def forgets(shelf: Shelf, *answers: str) -> list[str]:
    """Say "forget everything about Tom", and give these answers; return the replies."""
    skill = Forgetting(
        Memory(),
        cast(Said, None),
        cast(Quoting, None),
        clock=Clock(),
        phraser=Phrasing("en"),
        answers=Answers("en"),
        when=lambda _words, _now: None,
        diary=shelf,
    )
    command = Command("HearthForgetAbout", {"topic": "Tom"})
    reply: Reply | None = await skill.about(
        Request(command, heard("forget everything about Tom"), House())
    )
    told = [reply.text if reply else ""]
    for each in answers:
        assert reply
        assert reply.question
        reply = await reply.question.answered(Answer(heard(each), (), House()))
        told.append(reply.text if reply else "")
    return told


async def test_it_says_what_a_calendar_still_holds_and_takes_it_out_after_a_yes() -> None:
    shelf = Shelf()
    told = await forgets(shelf, "yes", "yes")
    assert "There's one entry about it in your calendar, too." in told[1]
    assert (told[2], shelf.removed) == ("That's out of the calendar, too.", [WALK])


async def test_a_no_leaves_the_calendar_as_it_is() -> None:
    shelf = Shelf()
    told = await forgets(shelf, "yes", "no")
    assert (told[2], shelf.removed) == ("All right. That stays in the calendar.", [])


async def test_a_calendar_that_cannot_be_changed_is_said_so() -> None:
    told = await forgets(Shelf("I can only read that calendar."), "yes", "yes")
    assert told[2] == "What's in the calendar is still there. I can only read that calendar."
