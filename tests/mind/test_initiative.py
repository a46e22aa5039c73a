"""The gate: what may be said unasked, as a table of cases and over random weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.event import Changed
from hearth.house import Entity, House
from hearth.mind.initiative.compose import together
from hearth.mind.initiative.gate import (
    MOST_CHARACTERS,
    MOST_TOGETHER,
    Decision,
    decide,
    refusal,
    resting_until,
    spent_today,
)
from hearth.mind.initiative.hours import Hours, sleeping
from hearth.mind.initiative.later import Later
from hearth.mind.initiative.presence import Watch
from hearth.mind.initiative.state import Limits, Presence, Reason, State
from hearth.persona import Profile
from hearth.sentences import load
from hearth.skill import Answer, Question, Reply
from hearth.want import Became, Said, Taste, Want

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
NIGHT = Hours(time(22), time(7))
HERE = Presence(NOON, "kitchen-sat")


async def _answered(answer: Answer) -> Reply | None:
    return None


ASKS = Question(_answered)
LATER = Later()


def a_want(key: str = "w", kind: str = "midday", **given: Any) -> Want:
    given.setdefault("until", NOON + timedelta(hours=2))
    return Want(key, kind, given.pop("text", "A small thing."), **given)


def at(now: datetime = NOON, **given: Any) -> State:
    given.setdefault("presence", Presence(now, "kitchen-sat"))
    return State(now=now, quiet=(NIGHT,), **given)


def said(
    became: Became = "said",
    *,
    ago: timedelta = timedelta(hours=1),
    key: str = "old",
    kind: str = "evening",
    asked: bool = False,
    duty: bool = False,
) -> Said:
    time_ = NOON - ago
    return Said(f"{key}@{time_}", key, kind, time_, asked=asked, duty=duty, became=became)


def ignored(*hours_ago: float) -> tuple[Said, ...]:
    return tuple(
        said("ignored", ago=timedelta(hours=h), key=f"i{h}", asked=True)
        for h in sorted(hours_ago, reverse=True)
    )


DUTY = {"duty": True}
URGENT = {"duty": True, "urgent": True}
LATE = NOON.replace(hour=23)

CASES: Mapping[str, tuple[dict[str, Any], State, str | None]] = {
    "a quiet moment": ({}, at(), None),
    "switched off": ({}, at(limits=Limits(enabled=False)), "off"),
    "switched off, but asked for": (DUTY, at(limits=Limits(enabled=False)), None),
    "a kind switched off": ({}, at(limits=Limits(off=frozenset(["midday"]))), "off"),
    "too late for it": ({"until": NOON}, at(), "expired"),
    "said before": ({"key": "old"}, at(said=(said(),)), "said"),
    "being said": ({"key": "old"}, at(said=(said("waiting"),)), "said"),
    "said long ago": ({"key": "old"}, at(said=(said(ago=timedelta(days=300)),)), "said"),
    "refused, in other words": ({"key": "old"}, at(said=(said("refused"),)), "said"),
    "put off, another day": (
        {"key": "old"},
        at(said=(said("later", ago=timedelta(days=1)),)),
        None,
    ),
    "no loudspeaker a minute ago": (
        {"key": "old"},
        at(said=(said("unheard", ago=timedelta(minutes=1)),)),
        "unheard",
    ),
    "no loudspeaker half an hour ago": (
        {"key": "old"},
        at(said=(said("unheard", ago=timedelta(minutes=30)),)),
        None,
    ),
    "no loudspeaker three times": (
        {"key": "old"},
        at(said=tuple(said("unheard", ago=timedelta(hours=h)) for h in (3, 2, 1))),
        "unheard",
    ),
    "after a goodbye": ({}, at(parted=True), "parted"),
    "a reminder after a goodbye": (DUTY, at(parted=True), None),
    "a crisis": ({}, at(crisis=True), "crisis"),
    "a reminder in a crisis": (DUTY, at(crisis=True), "crisis"),
    "an alarm in a crisis": (URGENT, at(crisis=True), None),
    "in the night": ({"until": LATE + timedelta(hours=2)}, at(LATE), "quiet_hours"),
    "a reminder in the night": (
        {"until": LATE + timedelta(hours=2), **DUTY},
        at(LATE),
        "quiet_hours",
    ),
    "an alarm in the night": ({"until": LATE + timedelta(hours=2), **URGENT}, at(LATE), None),
    "the house sleeps": ({}, at(mode="Night"), "night"),
    "the house is away": ({}, at(mode="away"), "away"),
    "everybody is out": ({}, at(presence=Presence(NOON, away=True)), "away"),
    "a reminder when everybody is out": (DUTY, at(presence=Presence(away=True)), "away"),
    "nobody was ever noticed": ({}, at(presence=Presence()), "nobody"),
    "nobody lately": ({}, at(presence=Presence(NOON - timedelta(hours=1))), "nobody"),
    "a reminder where nobody was noticed": (DUTY, at(presence=Presence()), None),
    "guests": ({}, at(mode="guests"), "company"),
    "two people": ({}, at(presence=Presence(NOON, alone=False)), "company"),
    "two people may hear it": (
        {"private": False},
        at(presence=Presence(NOON, alone=False)),
        None,
    ),
    "somebody speaks": ({}, at(busy="speech"), "busy"),
    "a turn": ({}, at(busy="turn"), "busy"),
    "an open question": ({}, at(busy="question"), "busy"),
    "a reminder while somebody speaks": (DUTY, at(busy="speech"), "busy"),
    "be quiet until two": (
        {},
        at(tastes={"": Taste(until=NOON + timedelta(hours=2))}),
        "hushed",
    ),
    "be quiet was until eleven": (
        {},
        at(tastes={"": Taste(until=NOON - timedelta(hours=1))}),
        None,
    ),
    "be quiet for good": ({}, at(tastes={"": Taste("never")}), "hushed"),
    "a reminder while quiet": (DUTY, at(tastes={"": Taste("never")}), None),
    "never that kind": ({}, at(tastes={"midday": Taste("never")}), "unwanted"),
    "never another kind": ({}, at(tastes={"evening": Taste("never")}), None),
    "not now": ({}, at(tastes={"midday": Taste(until=NOON + timedelta(hours=9))}), "not_now"),
    "less of it, two days ago": (
        {},
        at(
            tastes={"midday": Taste("less")},
            said=(said(ago=timedelta(days=2), kind="midday"),),
        ),
        "seldom",
    ),
    "less of it, four days ago": (
        {},
        at(
            tastes={"midday": Taste("less")},
            said=(said(ago=timedelta(days=4), kind="midday"),),
        ),
        None,
    ),
    "one ignored": ({}, at(said=ignored(1)), None),
    "two ignored": ({}, at(said=ignored(1, 2)), "back_off"),
    "two ignored, five hours ago": ({}, at(said=ignored(5, 6)), None),
    "three ignored, five hours ago": ({}, at(said=ignored(5, 6, 7)), "back_off"),
    "four ignored, thirteen hours ago": ({}, at(said=ignored(13, 14, 15, 16)), "back_off"),
    "four ignored, two days ago": ({}, at(said=ignored(48, 49, 50, 51)), None),
    "two ignored, one welcomed since": (
        {},
        at(said=(*ignored(2, 3), said("answered", asked=True))),
        None,
    ),
    "two ignored, one without a question since": (
        {},
        at(said=(*ignored(2, 3), said("said"))),
        "back_off",
    ),
    "a reminder after two ignored": (DUTY, at(said=ignored(1, 2)), None),
    "the budget is spent": ({}, at(limits=Limits(budget=1), said=(said(),)), "budget"),
    "no budget": ({}, at(limits=Limits(budget=0)), "budget"),
    "yesterday's is not today's": (
        {},
        at(limits=Limits(budget=1), said=(said(ago=timedelta(hours=13)),)),
        None,
    ),
    "reminders cost nothing": ({}, at(limits=Limits(budget=1), said=(said(duty=True),)), None),
    "a reminder without a budget": (DUTY, at(limits=Limits(budget=0)), None),
    "enough of that kind": (
        {},
        at(said=tuple(said(ago=timedelta(hours=h), kind="midday") for h in (3, 2))),
        "kind_budget",
    ),
    "more of that kind": (
        {},
        at(
            tastes={"midday": Taste("more")},
            said=tuple(said(ago=timedelta(hours=h), kind="midday") for h in (3, 2)),
        ),
        None,
    ),
    "a moment ago": ({}, at(said=(said(ago=timedelta(minutes=5)),)), "pause"),
    "a reminder a moment after": (DUTY, at(said=(said(ago=timedelta(minutes=5)),)), None),
}


@pytest.mark.parametrize("case", CASES)
def test_each_reason_to_stay_silent(case: str) -> None:
    given, state, expected = CASES[case]
    assert refusal(a_want(**given), state) == expected


def test_every_reason_can_be_said_to_a_person_in_every_language() -> None:
    for language in ("en", "de"):
        told = load(language).table("phrases")["initiative"]["held"]
        assert set(told) >= set(get_args(Reason)) - {"outweighed"}


def test_small_things_become_one_utterance_and_the_question_comes_last() -> None:
    question = a_want("q", "follow_up", weight=0.9, question=ASKS)
    small = a_want("s", "midday", weight=0.5)
    decision = decide([small, question], at())
    assert decision == Decision((small, question))
    assert together(decision.chosen) == "A small thing. A small thing."


def test_there_is_one_question_at_most_and_one_of_each_kind() -> None:
    first = a_want("a", "follow_up", weight=0.9, question=ASKS)
    second = a_want("b", "evening", weight=0.8, question=ASKS)
    third = a_want("c", "follow_up", weight=0.7)
    decision = decide([third, second, first], at())
    assert decision.chosen == (first,)
    assert {(want.key, reason) for want, reason in decision.held} == {
        ("b", "outweighed"),
        ("c", "outweighed"),
    }


def test_a_duty_goes_first_and_is_not_mixed_with_small_talk() -> None:
    duty = a_want("d", "reminder", duty=True, weight=0.1)
    talk = a_want("t", weight=0.9)
    assert decide([talk, duty], at()).chosen == (duty,)


def test_two_sources_that_offer_the_same_key_are_one() -> None:
    assert len(decide([a_want(), a_want()], at()).chosen) == 1


def test_what_was_ignored_makes_it_rest_longer_each_time() -> None:
    rests = []
    for count in range(2, 7):
        state = at(said=ignored(*range(1, count + 1)))
        until = resting_until(state)
        assert until is not None
        rests.append((until - (NOON - timedelta(hours=1))).total_seconds() / 3600)
    assert rests == [4, 12, 24, 24, 24]


def test_quiet_hours_are_the_persons_then_the_voices_then_the_usual() -> None:
    mine = Profile(sleeps_from=time(23), sleeps_to=time(6, 30))
    wall = Hours(time(21), time(8))
    assert sleeping(Profile(), None, NIGHT) == NIGHT
    assert sleeping(Profile(), wall, NIGHT) == wall
    assert sleeping(mine, wall, NIGHT) == Hours(time(23), time(6, 30))


@pytest.mark.parametrize(
    ("text", "puts_off"),
    [
        ("later", True),
        ("Not now, please.", True),
        ("I'm a bit busy", True),
        ("no, another time", True),
        ("I don't feel like talking today", True),
        ("I\u2019m too tired to talk", True),
        ("it was great", False),
        ("I was busy all day but it was good", False),
        ("it started later than planned", False),
        ("", False),
    ],
)
def test_not_now_is_told_from_an_answer(text: str, puts_off: bool) -> None:
    assert LATER.means(text) == puts_off


# --- random weeks ----------------------------------------------------------------------------

KINDS = ("morning", "midday", "evening", "follow_up", "joy")
MOMENT = st.fixed_dictionaries(
    {
        "minutes": st.integers(1, 180),
        "kinds": st.lists(st.sampled_from(KINDS), max_size=4),
        "asks": st.booleans(),
        "duty": st.sampled_from(("", "", "", "duty", "urgent")),
        "answers": st.booleans(),
        "there": st.booleans(),
        "alone": st.booleans(),
        "mode": st.sampled_from(("home", "home", "home", "night", "away", "guests")),
        "crisis": st.sampled_from((False, False, False, False, True)),
        "taste": st.sampled_from(("", "", "", "", "never", "less", "more", "not now")),
    }
)
WEEK = st.lists(MOMENT, min_size=20, max_size=120)
LIMITS = st.builds(
    Limits,
    budget=st.integers(0, 6),
    per_kind=st.integers(1, 3),
    pause=st.integers(0, 60).map(lambda minutes: timedelta(minutes=minutes)),
    back_off=st.integers(1, 8).map(lambda hours: timedelta(hours=hours)),
)


@given(week=WEEK, limits=LIMITS)
@settings(max_examples=60, deadline=None)
def test_over_any_week_it_keeps_quiet_hours_budget_and_back_off(
    week: list[dict[str, Any]], limits: Limits
) -> None:
    now, past, tastes = NOON, [], dict[str, Taste]()
    for number, moment in enumerate(week):
        now += timedelta(minutes=moment["minutes"])
        if moment["taste"] and past:
            taste = (
                Taste(until=now + timedelta(hours=12))
                if moment["taste"] == "not now"
                else Taste(moment["taste"])
            )
            tastes[past[-1].kind] = taste
        wants = [
            Want(
                f"{kind}/{number}",
                kind,
                f"A word of {kind}.",
                until=now + timedelta(hours=1),
                weight=0.5,
                question=ASKS if moment["asks"] else None,
                duty=bool(moment["duty"]),
                urgent=moment["duty"] == "urgent",
            )
            for kind in moment["kinds"]
        ]
        state = State(
            now=now,
            quiet=(NIGHT,),
            mode=moment["mode"],
            presence=Presence(now if moment["there"] else None, alone=moment["alone"]),
            crisis=moment["crisis"],
            said=tuple(past),
            tastes=tastes,
            limits=limits,
        )
        decision = decide(wants, state)
        chosen = decision.chosen
        assert {w.key for w in chosen} | {w.key for w, _ in decision.held} == {w.key for w in wants}
        if not chosen:
            continue
        assert len(chosen) <= MOST_TOGETHER
        assert len(together(chosen)) <= MOST_CHARACTERS
        assert sum(want.question is not None for want in chosen) <= 1
        urgent = all(want.duty and want.urgent for want in chosen)
        if not urgent:
            assert not NIGHT.hold(now)
            assert moment["mode"] not in ("night", "away")
            assert not moment["crisis"]
        if not chosen[0].duty:
            assert moment["there"]
            assert moment["alone"]
            assert moment["mode"] != "guests"
            assert spent_today(state) < limits.budget
            asked = [each for each in past if each.asked and not each.duty]
            if len(asked) > 1 and all(each.became == "ignored" for each in asked[-2:]):
                assert now - asked[-1].time >= limits.back_off
            for want in chosen:
                assert tastes.get(want.kind, Taste()).level != "never"
        for want in chosen:
            became: Became = "said"
            if want.question:
                became = "answered" if moment["answers"] else "ignored"
            asks = want.question is not None
            past.append(Said(f"u{number}", want.key, want.kind, now, "", asks, want.duty, became))
    days = {each.time.date() for each in past}
    for day in days:
        spoken = {e.utterance for e in past if e.time.date() == day and not e.duty}
        assert len(spoken) <= limits.budget


# --- who is there ----------------------------------------------------------------------------


def sensor(name: str, state: str, area: str, kind: str = "motion") -> Entity:
    id_ = f"binary_sensor.{name}"
    return Entity(id_, name, area=area, state=state, attributes={"device_class": kind})


def moved(watch: Watch, new: Entity, now: datetime, *, kept: bool = False) -> bool:
    old = replace(new, state="off" if new.state == "on" else "on")
    return watch.changed(Changed(old, new, kept), now)


def test_somebody_who_moves_is_there_and_is_spoken_to_in_that_room() -> None:
    watch = Watch("hall-sat", {"kitchen": "kitchen-sat"})
    motion = sensor("kitchen", "on", "kitchen")
    assert moved(watch, motion, NOON)
    house = House(entities=(motion,))
    assert watch.presence(house, NOON, may_notice=True) == Presence(NOON, "kitchen-sat")
    later = NOON + timedelta(minutes=30)
    still = watch.presence(house, later, may_notice=True)
    assert still.seen == later  # the sensor still says so
    gone = replace(motion, state="off")
    assert not moved(watch, gone, later)
    after = watch.presence(House(entities=(gone,)), later + timedelta(minutes=5), may_notice=True)
    assert after.seen == later


def test_without_leave_to_notice_only_speech_tells() -> None:
    watch = Watch("hall-sat", {"kitchen": "kitchen-sat"})
    motion = sensor("kitchen", "on", "kitchen")
    moved(watch, motion, NOON)
    house = House(entities=(motion,))
    assert watch.presence(house, NOON, may_notice=False).seen is None
    watch.heard("bedroom-sat", NOON)
    assert watch.presence(house, NOON, may_notice=False) == Presence(NOON, "bedroom-sat")


def test_what_the_broker_kept_and_other_things_tell_nothing() -> None:
    watch = Watch("hall-sat", {})
    assert not moved(watch, sensor("kitchen", "on", "kitchen"), NOON, kept=True)
    assert not moved(watch, sensor("door", "on", "hall", kind="door"), NOON)
    assert watch.presence(House(), NOON, may_notice=True).seen is None


def test_two_rooms_that_stir_for_long_are_two_people_and_a_walk_is_not() -> None:
    watch = Watch("hall-sat", {})
    kitchen, bedroom = sensor("kitchen", "on", "kitchen"), sensor("bedroom", "on", "bedroom")
    house = House(entities=(kitchen, bedroom))
    moved(watch, kitchen, NOON)
    moved(watch, bedroom, NOON + timedelta(minutes=1))
    assert watch.presence(house, NOON + timedelta(minutes=2), may_notice=True).alone
    assert not watch.presence(house, NOON + timedelta(minutes=5), may_notice=True).alone


@pytest.mark.parametrize(
    ("states", "alone", "away"),
    [
        (("home", "not_home"), True, False),
        (("home", "home"), False, False),
        (("not_home", "not_home"), True, True),
        (("not_home", "unknown"), True, False),
        ((None, None), True, False),
    ],
)
def test_persons_tell_who_is_at_home(
    states: tuple[str | None, ...], alone: bool, away: bool
) -> None:
    people = [Entity(f"person.p{n}", f"P{n}", state=state) for n, state in enumerate(states)]
    presence = Watch("hall", {}).presence(House(entities=tuple(people)), NOON, may_notice=True)
    assert (presence.alone, presence.away) == (alone, away)
