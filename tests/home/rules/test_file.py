"""triggers.toml: what people write, and what is said about mistakes."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.home.rules import file
from hearth.home.rules.shorthand import KEYS, SERVICES, STEPS, TRIGGERS, seconds
from hearth.rule import (
    ActStep,
    AskStep,
    EventTrigger,
    NumberTrigger,
    PresenceTrigger,
    Rule,
    SayStep,
    StateTrigger,
    SunTrigger,
    TimeTrigger,
    WaitStep,
    Which,
    dump,
    load,
)

SHIPPED = Path(__file__).parent.parent.parent.parent / "configs" / "triggers.toml"


def read(text: str) -> file.Triggers:
    return file.read(tomllib.loads(text), "t.toml")


def one(text: str) -> Rule:
    found = read(f"[rules.r]\n{text}")
    assert found.faults == ()
    return found.rules[0]


def test_the_shipped_file_is_right_and_does_nothing() -> None:
    found = file.load(SHIPPED)
    assert found.faults == ()
    assert len(found.rules) > 5
    assert [rule.id for rule in found.rules if rule.enabled] == []


def test_every_example_of_its_comments_is_right() -> None:
    part, count = "when", 0
    for line in SHIPPED.read_text("utf-8").splitlines():
        if line.startswith("# --- "):
            part = line.split()[2]
        if not line.startswith("# {"):
            continue
        for table in map(str.strip, line.removeprefix("# ").split("   ")):
            if not (table.startswith("{") and table.endswith("}")):
                continue
            parts = {
                "when": '{ at = "07:00" }',
                "if": '{ sun = "up" }',
                "then": '{ say = "x" }',
            }
            lines = [f"{key} = {table if key == part else value}" for key, value in parts.items()]
            found = read(
                '[rules.another]\nwhen={at="07:00"}\nthen={say="x"}\n[rules.r]\n' + "\n".join(lines)
            )
            assert found.faults == (), table
            count += 1
    assert count > 20


def test_what_kind_of_trigger_it_is_follows_from_its_keys() -> None:
    rule = one(
        """
        when = [
          { entity = "binary_sensor.d", to = true, from = "off", for = "1 h 30 min" },
          { domain = "sensor", area = "bath", above = 70, hysteresis = 5 },
          { at = "7:05", days = ["Monday", "weekend"] },
          { sun = "sunset", offset = "-30 min" },
          { who = "everyone", to = "away", for = 60 },
          { event = "Woken", fields = { site = "hall" } },
          { mode = "night" },
        ]
        then = { say = "x" }
        """
    )
    assert rule.when == (
        StateTrigger(Which(entities=("binary_sensor.d",)), ("true",), ("off",), "", 5400),
        NumberTrigger(Which(domain="sensor", area="bath"), above=70, hysteresis=5),
        TimeTrigger(time(7, 5), ("mon", "sat", "sun")),
        SunTrigger("sunset", -1800),
        PresenceTrigger("away", "everyone", 60),
        EventTrigger("Woken", {"site": "hall"}),
        EventTrigger("ModeSet", {"mode": "night"}),
    )


def test_steps() -> None:
    rule = one(
        """
        when = { at = "07:00" }
        then = [
          { turn_on = ["light.a", "light.b"], brightness = 10 },
          { do = "set_temperature", entity = "climate.x", temperature = 21 },
          { scene = "scene.movie" },
          { wait = "90 s" },
          { ask = "Well?", within = "1 min", yes = { turn_off = { area = "b" } }, room = "b" },
        ]
        """
    )
    assert rule.then == (
        ActStep(Which(entities=("light.a", "light.b")), "turn_on", {"brightness": 10}),
        ActStep(Which(entities=("climate.x",)), "set_temperature", {"temperature": 21}),
        ActStep(Which(entities=("scene.movie",)), "turn_on"),
        WaitStep(90),
        AskStep("Well?", (ActStep(Which(area="b"), "turn_off"),), (), "b", 60),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 min", 600),
        ("1 h 30 min", 5400),
        ("1 hour and 5 minutes", 3900),
        ("-30 min", -1800),
        ("0:10", 600),
        ("90", 90),
        (2.5, 2.5),
        ("500 ms", 0.5),
    ],
)
def test_durations(text: str | float, expected: float) -> None:
    assert seconds(text, "for") == expected


def test_every_fault_is_told_at_once_and_stops_no_other_rule() -> None:
    found = read(
        """
        [rulez]
        [rules.good]
        when = { at = "07:00" }
        then = { say = "x" }
        [rules.typo]
        when = { entity = "light.a", too = "on" }
        thn = { say = "x" }
        then = { turn_onn = "light.a" }
        [rules.wrong]
        when = [ { at = "25:00" }, { sun = "noon" } ]
        then = { say = "{nmae} is open" }
        [rules.events]
        when = [ { event = "Wokn" }, { topic = "a/#/b" } ]
        then = { rule = "god" }
        [rules.lasts]
        when = { entity = "light.a", for = "10 parsec" }
        then = { say = "x" }
        [rules."Bad Id"]
        when = { at = "07:00" }
        then = { say = "x" }
        [rules.missing]
        then = { say = "x" }
        """
    )
    assert [rule.id for rule in found.rules] == ["good"]
    told = "\n".join(found.faults)
    for part in (
        "unknown section 'rulez'; did you mean 'rules'?",
        "[rules.typo] when: unknown key 'too'; did you mean 'to'?",
        "[rules.typo] unknown key 'thn'; did you mean 'then'?",
        "'turn_onn' is no step; did you mean 'turn_on'?",
        "{nmae} is nothing that can be said; did you mean 'name'?",
        "there is no event 'Wokn'; did you mean 'Woken'?",
        "topic = 'a/#/b'",
        "[rules.lasts] when.for = '10 parsec': expected a duration",
        "[rules.Bad Id]",
        "[rules.missing] when: is missing",
    ):
        assert part in told, part
    assert all(fault.startswith("t.toml: ") for fault in found.faults)


def test_a_file_that_is_no_toml_or_not_there_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "t.toml"
    wrong.write_bytes(b"[rules\xff")
    assert "not valid TOML" in file.load(wrong).faults[0]
    assert "cannot be read" in file.load(tmp_path / "none.toml").faults[0]
    assert file.load(None) == file.NO_TRIGGERS


def test_a_rule_survives_the_database() -> None:
    for rule in file.load(SHIPPED).rules:
        assert load(dump(rule)) == rule
    assert load(dump(replace(file.load(SHIPPED).rules[0], said="x"))).said == "x"


_WORDS = sorted(
    {key for keys in (*TRIGGERS.values(), *STEPS.values(), *KEYS.values()) for key in keys}
    | {*SERVICES, "trigger", "step", "condition", "until", "is", "are", "after", "before"}
)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["on", "light.a", "10 min", "07:00", "sunset", "home", "state", "act", "say"])
    | st.times()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_WORDS) | st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)
_TABLE = st.dictionaries(st.sampled_from(_WORDS), _VALUES, max_size=4)
_RULE = st.fixed_dictionaries(
    {"when": _TABLE | st.lists(_TABLE, max_size=2) | _VALUES, "then": _TABLE | st.lists(_TABLE)},
    optional={"if": _TABLE | _VALUES, "mode": _VALUES, "name": _VALUES, "max_per_hour": _VALUES},
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.text(max_size=8), _VALUES, max_size=2), st.dictionaries(st.just("r"), _RULE)
)
def test_any_document_gives_rules_and_told_faults(
    rest: dict[str, object], rules: dict[str, object]
) -> None:
    found = file.read({**rest, "rules": rules}, "t.toml")
    assert all(isinstance(rule, Rule) for rule in found.rules)
    assert found.rules or found.faults or not rules
    assert all(fault and "\n" not in fault for fault in found.faults)


def test_a_date_of_toml() -> None:
    rule = one('when = { at = 07:00:00, date = 2026-12-24 }\nthen = { say = "x" }')
    assert rule.when == (TimeTrigger(time(7), date="2026-12-24"),)
    assert rule.then == (SayStep("x"),)
    assert datetime(2026, 12, 24, tzinfo=UTC).date().isoformat() == "2026-12-24"
