"""Whatever happens, the lookout neither fails nor hangs, and finds only rules that exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.event import Changed
from hearth.home.rules.calendar import Calendar
from hearth.home.rules.conditions import hold
from hearth.home.rules.lookout import Lookout
from hearth.home.rules.notes import Notes
from hearth.home.rules.replay import Row, replay
from hearth.house import Entity, House
from hearth.rule import (
    Condition,
    NumberCondition,
    NumberTrigger,
    PresenceCondition,
    PresenceTrigger,
    Rule,
    SayStep,
    StateCondition,
    StateTrigger,
    SunCondition,
    SunTrigger,
    TimeCondition,
    TimeTrigger,
    Which,
)

IDS = ("sensor.a", "binary_sensor.b", "device_tracker.c", "event.d", "light.e")
_state = st.none() | st.sampled_from(["on", "off", "home", "not_home", "1", "20", "nan", "é", ""])
_which = st.sampled_from(
    [*(Which(entities=(each,)) for each in IDS), Which(domain="sensor"), Which(area="x")]
)
_for = st.sampled_from([0.0, 1.0, 90.0])
_words = st.lists(st.sampled_from(["on", "off", "unknown", "20"]), max_size=2).map(tuple)
_number = st.none() | st.floats(allow_nan=False, width=32)
_triggers = st.one_of(
    st.builds(StateTrigger, _which, _words, _words, st.sampled_from(["", "k"]), _for),
    st.builds(NumberTrigger, _which, st.floats(-30, 30), _number, st.just(""), st.just(2.0), _for),
    st.builds(TimeTrigger, st.times()),
    st.builds(SunTrigger, st.sampled_from(["sunset", "dawn"]), st.floats(-90_000, 90_000)),
    st.builds(
        PresenceTrigger,
        st.sampled_from(["home", "away"]),
        st.sampled_from(["anyone", "everyone", IDS[2]]),
        _for,
    ),
)
_conditions: st.SearchStrategy[Condition] = st.one_of(
    st.builds(StateCondition, _which, _words, negate=st.booleans(), any=st.booleans()),
    st.builds(NumberCondition, _which, _number, _number, negate=st.booleans()),
    st.builds(TimeCondition, st.none() | st.times(), st.none() | st.times()),
    st.builds(SunCondition, st.sampled_from(["up", "down"]), st.floats(-1e5, 1e5)),
    st.builds(PresenceCondition, st.sampled_from(["home", "away"]), st.just("everyone")),
)
_change = st.tuples(
    st.sampled_from(IDS), _state, st.booleans(), st.booleans(), st.sampled_from([{}, {"k": 1}])
)
_events = st.lists(
    st.one_of(_change, st.floats(0, 90_000), st.sampled_from(["back", "forth", "restart"])),
    max_size=40,
)


class House_:  # noqa: N801  # a house under another name
    """A house that can be changed."""

    def __init__(self) -> None:
        self.things = {id_: Entity(id_, id_) for id_ in IDS}

    def entity(self, entity_id: str) -> Entity | None:
        return self.things.get(entity_id)

    def house(self) -> House:
        return House(entities=tuple(self.things.values()))


class Nothing:
    async def notes(self) -> dict[tuple[str, str], str]:
        return {}

    async def note(self, changes: object) -> None:
        """Forget."""


@settings(max_examples=80, deadline=None)
@given(
    st.lists(_triggers, min_size=1, max_size=3),
    st.lists(_conditions, max_size=2),
    _events,
    st.sampled_from([None, (52.5, 13.4), (89.9, 0.0), (-90.0, 180.0)]),
)
def test_random_days_never_fail(
    triggers: list[object],
    conditions: list[Condition],
    happened: list[object],
    where: tuple[float, float] | None,
) -> None:
    sight, notes, calendar = House_(), Notes(Nothing()), Calendar(where)
    now, loop_s = datetime(2026, 3, 28, 22, 0, tzinfo=UTC), 5.0
    rule = Rule("r", tuple(triggers), (SayStep("x"),), tuple(conditions))  # type: ignore[arg-type]  # drawn as object

    def lookout() -> Lookout:
        made = Lookout(sight, calendar, notes, now=lambda: now, loop_s=loop_s, catch_up_s=3600)
        made.set([rule])
        return made

    watching = lookout()
    for event in happened:
        found = []
        match event:
            case (str(id_), state, bool(kept), bool(available), dict(attributes)):
                old = sight.things[id_]
                new = replace(
                    old,
                    state=state,
                    available=available,
                    attributes=MappingProxyType(attributes),
                )
                sight.things[id_] = new
                found = watching.changed(Changed(old, new, kept), loop_s)
            case float(passed):
                now, loop_s = now + timedelta(seconds=passed), loop_s + passed
                found = watching.due(loop_s)
            case "restart":
                watching = lookout()
            case word:
                now += timedelta(hours=5 if word == "forth" else -5)
                found = watching.due(loop_s)
        assert {firing.rule for firing in found} <= {"r"}
        assert all(firing.late_s >= 0 for firing in found)
        assert watching.next_s(loop_s, 5.0) <= 5.0
        assert hold(conditions, sight, calendar, now, "home") in (True, False)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 100_000),
            st.sampled_from(["Changed", "Appeared", "Vanished", "ModeSet", "Woken", "?"]),
            st.dictionaries(
                st.sampled_from(["old", "new", "entity", "mode", "site", "word", "entity_id"]),
                st.none()
                | st.text(max_size=4)
                | st.fixed_dictionaries(
                    {"id": st.sampled_from(IDS), "state": _state},
                    optional={"attributes": st.none()},
                ),
            ),
        ),
        max_size=12,
    )
)
def test_any_journal_can_be_replayed(rows: list[tuple[int, str, dict[str, object]]]) -> None:
    begin = datetime(2026, 3, 28, tzinfo=UTC)
    told = [
        Row(begin + timedelta(seconds=at), kind, body)
        for at, kind, body in sorted(rows, key=lambda r: r[0])
    ]
    rule = Rule(
        "r",
        (StateTrigger(Which(domain="sensor")), TimeTrigger(time(7))),
        (SayStep("x"),),
    )
    until = begin + timedelta(days=2)
    found = list(replay([rule], told, Calendar(), UTC, until))
    assert all(begin <= would.time <= until for would in found)
