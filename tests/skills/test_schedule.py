"""Commands for later: when they are due, what is kept, what is put back."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hearth.clock import LoopClock
from hearth.event import Heard
from hearth.house import Entity, House
from hearth.mind.answers import Answers
from hearth.port import Command, Schedule, Timer
from hearth.rule import ActStep, SunTrigger, TimeTrigger, WaitStep, Which
from hearth.skill import Reply, Request
from hearth.skills.moment import due, trigger
from hearth.skills.schedule import Plans
from hearth.voice.phrasing import Phrasing
from support.ports import Book, Keeper

pytestmark = pytest.mark.looptime


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
LAMP = Entity("light.a", "Lamp", state="on", attributes={"brightness": 100})
HOUSE = House(
    entities=(
        LAMP,
        Entity("light.b", "Light B", state="off"),
        Entity("cover.c", "Blind", state="open", attributes={"current_position": 30}),
        Entity("lock.d", "Lock", state="locked"),
        Entity("scene.s", "Scene", state="unknown"),
    )
)


@pytest.mark.parametrize(
    ("schedule", "moment"),
    [
        (Schedule(after_s=90), at(2, 8, 1, 30)),
        (Schedule(at=time(9)), at(2, 9)),
        (Schedule(at=time(7)), at(3, 7)),
        (Schedule(at=time(7), half_day=True), at(2, 19)),
        (Schedule(at=time(9), half_day=True), at(2, 9)),
        (Schedule(at=time(7), half_day=True, days_ahead=1), at(3, 7)),
        (Schedule(at=time(7), weekday=0), at(9, 7)),
        (Schedule(at=time(9), weekday=0), at(2, 9)),
        (Schedule(at=time(9), weekday=4), at(6, 9)),
    ],
)
def test_when_it_is_due(schedule: Schedule, moment: datetime) -> None:
    assert due(schedule, NOW) == moment


def test_an_hour_is_an_hour_when_the_clocks_change() -> None:
    night = datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert trigger(Schedule(after_s=3600), night) == TimeTrigger(time(3, 30), date="2026-03-29")


def test_the_sun_of_tomorrow() -> None:
    schedule = Schedule(sun="sunset", offset_s=-600, days_ahead=1)
    assert trigger(schedule, NOW) == SunTrigger("sunset", -600, ("tue",))


class NoTimers:
    """A store of timers with one command in it."""

    async def save(self, timer: Timer) -> Timer:
        return timer

    async def remove(self, timer_id: int) -> None:
        """It holds on to its own."""

    async def all(self) -> tuple[Timer, ...]:
        return ()


class Den:
    """The skill, its keeper, and a skill for what is done now."""

    def __init__(self, outcome: Any = "done") -> None:
        self.keeper = Keeper()
        self.done: list[Command] = []
        self.plans = Plans(
            self.keeper,
            LoopClock(NOW),
            Phrasing("en"),
            Answers("en"),
            understander=Book({}),
            timers=NoTimers(),
            refuses=lambda act: act.service == "unlock",
            skills={
                "HassTurnOn": self._now,
                "HassTurnOff": self._now,
                "HassSetPosition": self._now,
            },
        )
        self._outcome = outcome

    async def _now(self, request: Request) -> Reply:
        self.done.append(request.command)
        return Reply("Done.", self._outcome)

    async def say(self, intent: str, target: str, schedule: Schedule, **slots: Any) -> Reply:
        command = Command(intent, slots, (target,), schedule=schedule)
        return await self.plans.later(Request(command, Heard("den", "words"), HOUSE))

    async def ask(self, intent: str, **slots: Any) -> Reply:
        handlers = {
            "list": self.plans.tell,
            "cancel": self.plans.cancel,
        }
        schedule = slots.pop("schedule", None)
        command = Command(intent, slots, schedule=schedule)
        return await handlers[intent](Request(command, Heard("den", "words"), HOUSE))


async def test_a_command_for_later_is_kept_and_not_done() -> None:
    den = Den()
    reply = await den.say("HassTurnOff", "light.a", Schedule(at=time(19, 30)))
    assert reply == Reply("I'll turn off Lamp at 19:30.")
    (rule,) = den.keeper.rules()
    assert rule.once
    assert rule.when == (TimeTrigger(time(19, 30), date="2026-03-02"),)
    assert rule.then == (ActStep(Which(("light.a",)), "turn_off"),)
    assert den.done == []


async def test_for_a_while_it_is_done_now_and_put_back_later() -> None:
    den = Den()
    reply = await den.say("HassTurnOff", "light.a", Schedule(for_s=600))
    assert reply == Reply("Done for 10 minutes.")
    assert [command.schedule for command in den.done] == [None]
    (rule,) = den.keeper.rules()
    assert rule.when == (TimeTrigger(time(8, 10), date="2026-03-02"),)
    assert rule.then == (ActStep(Which(("light.a",)), "turn_on", {"brightness": 100}),)


async def test_a_position_comes_back_and_what_was_on_goes_off() -> None:
    den = Den()
    await den.say("HassSetPosition", "cover.c", Schedule(for_s=60), position=80)
    await den.say("HassTurnOn", "light.a", Schedule(for_s=60))
    first, second = (rule.then[0] for rule in den.keeper.rules())
    assert isinstance(first, ActStep)
    assert (first.service, first.data) == ("set_cover_position", {"position": 30})
    assert second == ActStep(Which(("light.a",)), "turn_off")


async def test_what_fails_now_leaves_no_plan() -> None:
    den = Den("failed")
    await den.say("HassTurnOn", "light.b", Schedule(for_s=600))
    assert den.keeper.rules() == ()


async def test_until_a_time() -> None:
    den = Den()
    reply = await den.say("HassTurnOn", "light.b", Schedule(until=Schedule(at=time(22))))
    assert reply == Reply("Done, until 22:00.")
    assert den.keeper.rules()[0].when == (TimeTrigger(time(22), date="2026-03-02"),)


async def test_later_for_a_while_waits_in_between() -> None:
    den = Den()
    await den.say("HassTurnOn", "light.b", Schedule(at=time(9), for_s=60))
    steps = [type(step) for step in den.keeper.rules()[0].then]
    assert steps == [ActStep, WaitStep, ActStep]


async def test_what_the_door_would_refuse_later_is_said_now() -> None:
    den = Den()
    for schedule in (Schedule(at=time(9)), Schedule(after_s=60)):
        reply = await den.say("HassTurnOff", "lock.d", schedule)
        assert (reply.outcome, den.keeper.rules()) == ("failed", ())


async def test_what_has_no_way_back_is_not_done_for_a_while() -> None:
    den = Den()
    reply = await den.say("HassVacuumReturnToBase", "scene.s", Schedule(for_s=60))
    assert (reply.outcome, den.done, den.keeper.rules()) == ("failed", [], ())


async def test_plans_are_told_and_taken_back() -> None:
    den = Den()
    await den.say("HassTurnOff", "light.a", Schedule(at=time(19, 30)))
    told = await den.ask("list")
    assert told.text == "At 19:30: turn off Lamp."
    assert (await den.ask("cancel", about="the lamp")).outcome == "done"
    assert (await den.ask("list")).text == "Nothing is planned."
    assert (await den.ask("cancel")).outcome == "failed"


async def test_a_moment_ago_is_what_cancel_that_means() -> None:
    den = Den()
    request = Request(Command("HassNevermind"), Heard("den", "cancel that"), HOUSE)
    assert await den.plans.take_back(request) is None
    await den.say("HassTurnOff", "light.a", Schedule(at=time(19, 30)))
    assert await den.plans.take_back(request) == Reply("Cancelled: turn off Lamp.")
    assert den.keeper.rules() == ()
