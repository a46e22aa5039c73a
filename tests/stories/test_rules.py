"""Rules in the living house: whole days of rules on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hearth.error import HearthError
from hearth.event import Acted, Ask, Health, Heard, RuleFired, RulePaused, Say, Woken
from hearth.port import Message
from hearth.rule import ActStep, Rule, SayStep, StateTrigger, TimeTrigger, Which
from hearth.sections import Config
from hearth.sections.house import HomeConfig
from support.story import MORNING, QUIET, Story, sound, story

pytestmark = pytest.mark.looptime

BERLIN = ZoneInfo("Europe/Berlin")
DOOR = {
    "name": "Back door",
    "unique_id": "door1",
    "state_topic": "test/door",
    "device_class": "door",
    "object_id": "back_door",
}
MOTION = {"name": "Motion", "unique_id": "m1", "state_topic": "test/motion", "object_id": "motion"}
WARMTH = {
    "name": "Warmth",
    "unique_id": "t1",
    "state_topic": "test/warmth",
    "object_id": "warmth",
    "unit_of_measurement": "°C",
}
LAMPS = [
    {
        "name": f"Lamp {letter}",
        "unique_id": f"lamp_{letter}",
        "object_id": f"lamp_{letter}",
        "state_topic": f"test/lamp_{letter}",
        "command_topic": f"test/lamp_{letter}/set",
    }
    for letter in "abc"
]


@asynccontextmanager
async def house(folder: Path, triggers: str, **options: Any) -> AsyncIterator[Story]:
    """A house with a door, a motion sensor, a thermometer and three lamps that answer."""
    async with story(folder, triggers=triggers, **options) as s:
        before = s.wire.device

        async def device(topic: str, payload: bytes) -> None:
            if topic.startswith("test/lamp") and topic.endswith("/set"):
                await asyncio.sleep(0.02)
                await s.wire.send(topic.removesuffix("/set"), payload)
            elif before:
                await before(topic, payload)

        s.wire.device = device
        for kind, things in (
            ("binary_sensor", (DOOR, MOTION)),
            ("sensor", (WARMTH,)),
            ("switch", LAMPS),
        ):
            for thing in things:
                topic = f"homeassistant/{kind}/{thing['object_id']}/config"
                await s.wire.send(topic, thing, retain=True)
        await asyncio.sleep(0.5)
        yield s


def fired(s: Story) -> list[str]:
    return [e.rule for e in s.of(RuleFired)]


def acts(s: Story) -> list[tuple[str, str]]:
    return [(e.act.entity_id, e.act.service) for e in s.of(Acted)]


async def test_a_door_that_opens_turns_on_the_light_and_is_told(tmp_path: Path) -> None:
    rules = """
    [rules.hall]
    when = { entity = "binary_sensor.back_door", to = "on" }
    then = [ { turn_on = "switch.lamp_a" }, { say = "{name} is open", room = "kitchen" } ]
    """
    async with house(tmp_path, rules) as s:
        await s.wire.send("test/door", "ON")
        await asyncio.sleep(1)
        acted = s.of(Acted)
        assert [(e.act.entity_id, e.act.origin, e.act.because, e.outcome) for e in acted] == [
            ("switch.lamp_a", "hearth", "rule:hall", "done")
        ]
        assert [(e.site, e.text) for e in s.of(Say)] == [("kitchen-sat", "Back door is open")]
        await s.wire.send("test/door", "ON")
        await asyncio.sleep(1)
        assert fired(s) == ["hall"]


async def test_what_the_broker_had_kept_is_no_happening(tmp_path: Path) -> None:
    rules = """
    [rules.hall]
    when = { entity = "binary_sensor.back_door", to = "on" }
    then = { turn_on = "switch.lamp_a" }
    """
    async with story(tmp_path, triggers=rules) as s:
        s.wire.retained["test/door"] = Message("test/door", b"ON")
        await s.wire.send("homeassistant/binary_sensor/back_door/config", DOOR, retain=True)
        await asyncio.sleep(1)
        assert s.state("binary_sensor.back_door") == "on"
        assert fired(s) == []


async def test_it_runs_only_if_its_conditions_hold(tmp_path: Path) -> None:
    rules = """
    [rules.night]
    when = { entity = "binary_sensor.motion", to = "on" }
    if = [ { after = "22:00", before = "06:00" }, { entity = "switch.lamp_b", is = "off" } ]
    then = { turn_on = "switch.lamp_a" }
    """
    async with house(tmp_path, rules, start=MORNING.replace(hour=21)) as s:
        await s.wire.send("test/lamp_b", "OFF")
        await s.wire.send("test/motion", "ON")
        await asyncio.sleep(2 * 3600)
        assert fired(s) == []
        await s.wire.send("test/motion", "OFF")
        await s.wire.send("test/motion", "ON")
        await asyncio.sleep(1)
        assert fired(s) == ["night"]
        await s.wire.send("test/lamp_b", "ON")
        await s.wire.send("test/motion", "OFF")
        await s.wire.send("test/motion", "ON")
        await asyncio.sleep(1)
        assert fired(s) == ["night"]


FOR = """
[rules.left_open]
when = { entity = "binary_sensor.back_door", to = "on", for = "10 min" }
then = { say = "The door is open", room = "hall" }
"""


async def test_a_for_is_broken_by_the_state_that_ends(tmp_path: Path) -> None:
    async with house(tmp_path, FOR) as s:
        await s.wire.send("test/door", "ON")
        await asyncio.sleep(9 * 60)
        await s.wire.send("test/door", "OFF")
        await asyncio.sleep(5 * 60)
        await s.wire.send("test/door", "ON")
        await asyncio.sleep(599)
        assert fired(s) == []
        await asyncio.sleep(2)
        assert fired(s) == ["left_open"]


async def test_a_for_goes_on_over_a_restart(tmp_path: Path) -> None:
    async with house(tmp_path, FOR) as s:
        await s.wire.send("test/door", "ON")
        await asyncio.sleep(240)
    async with house(tmp_path, FOR, start=MORNING + timedelta(seconds=360)) as s:
        await s.wire.send("test/door", "ON")
        await asyncio.sleep(200)
        assert fired(s) == []
        await asyncio.sleep(60)
        assert fired(s) == ["left_open"]


async def test_a_for_that_ended_while_hearth_was_away_fires_late(tmp_path: Path) -> None:
    async with house(tmp_path, FOR) as s:
        await s.wire.send("test/door", "ON")
        await asyncio.sleep(240)
    async with house(tmp_path, FOR, start=MORNING + timedelta(minutes=20)) as s:
        await asyncio.sleep(60)
        assert fired(s) == []  # nobody has said that the door is still open
        await s.wire.send("test/door", "ON")
        await asyncio.sleep(1)
        assert [(e.rule, round(e.late_s / 60)) for e in s.of(RuleFired)] == [("left_open", 11)]


async def test_a_for_is_over_where_the_door_was_shut_meanwhile(tmp_path: Path) -> None:
    async with house(tmp_path, FOR) as s:
        await s.wire.send("test/door", "ON")
        await asyncio.sleep(240)
    async with house(tmp_path, FOR, start=MORNING + timedelta(minutes=20)) as s:
        await s.wire.send("test/door", "OFF")
        await asyncio.sleep(3600)
        assert fired(s) == []


WAITS = """
[rules.bath]
when = { entity = "binary_sensor.motion", to = "on" }
then = [ { turn_on = "switch.lamp_a" }, { wait = "10 min" }, { turn_off = "switch.lamp_a" } ]
mode = "restart"
"""


async def test_a_wait_goes_on_over_a_restart(tmp_path: Path) -> None:
    async with house(tmp_path, WAITS) as s:
        await s.wire.send("test/motion", "ON")
        await asyncio.sleep(240)
        assert acts(s) == [("switch.lamp_a", "turn_on")]
    async with house(tmp_path, WAITS, start=MORNING + timedelta(seconds=300)) as s:
        await asyncio.sleep(280)
        assert acts(s) == []
        await asyncio.sleep(30)
        assert acts(s) == [("switch.lamp_a", "turn_off")]
    async with house(tmp_path, WAITS, start=MORNING + timedelta(seconds=3600)) as s:
        await asyncio.sleep(60)
        assert acts(s) == []


async def test_motion_again_begins_the_wait_anew(tmp_path: Path) -> None:
    async with house(tmp_path, WAITS) as s:
        await s.wire.send("test/motion", "ON")
        await asyncio.sleep(500)
        await s.wire.send("test/motion", "OFF")
        await s.wire.send("test/motion", "ON")
        await asyncio.sleep(500)
        assert ("switch.lamp_a", "turn_off") not in acts(s)
        await asyncio.sleep(110)
        assert acts(s)[-1] == ("switch.lamp_a", "turn_off")


async def test_modes_single_queued_and_parallel(tmp_path: Path) -> None:
    rules = "".join(
        f"""
        [rules.{mode}]
        mode = "{mode}"
        when = {{ topic = "bell" }}
        then = [ {{ wait = 10 }}, {{ say = "{mode} {{payload}}" }} ]
        """
        for mode in ("single", "queued", "parallel")
    )
    async with house(tmp_path, rules) as s:
        for payload in "123":
            await s.wire.send("bell", payload)
            await asyncio.sleep(1)
        await asyncio.sleep(60)
        said = [e.text for e in s.of(Say)]
        assert [t for t in said if t.startswith("single")] == ["single 1"]
        assert [t for t in said if t.startswith("queued")] == ["queued 1", "queued 2", "queued 3"]
        assert [t for t in said if t.startswith("parallel")] == [
            "parallel 1",
            "parallel 2",
            "parallel 3",
        ]


async def test_a_number_fires_once_until_it_was_back_by_its_hysteresis(tmp_path: Path) -> None:
    rules = """
    [rules.hot]
    when = { entity = "sensor.warmth", above = 25, hysteresis = 1 }
    then = { say = "{value} in here" }
    """
    async with house(tmp_path, rules) as s:
        for figure in ("24", "25.5", "24.5", "26", "23.9", "25.1", "unreadable", "25.2"):
            await s.wire.send("test/warmth", figure)
            await asyncio.sleep(1)
        assert [e.text for e in s.of(Say)] == ["25.5 °C in here", "25.1 °C in here"]


async def test_a_rule_that_sets_itself_off_is_paused_and_told(tmp_path: Path) -> None:
    rules = """
    [rules.on]
    when = { entity = "switch.lamp_a", to = "on" }
    then = { turn_off = "switch.lamp_a" }
    [rules.off]
    when = { entity = "switch.lamp_a", to = "off" }
    then = { turn_on = "switch.lamp_a" }
    """
    async with house(tmp_path, rules) as s:
        await s.wire.send("test/lamp_a", "ON")
        await asyncio.sleep(30)
        assert len(fired(s)) <= 10
        paused = s.of(RulePaused)
        assert len(paused) == 1
        told = [e for e in s.of(Health) if e.part == "rules" and e.state == "degraded"][-1]
        assert "on -> off -> on" in told.detail or "off -> on -> off" in told.detail
        assert "hearth rules resume" in told.remedy
    async with house(tmp_path, rules, start=MORNING + timedelta(hours=1)) as s:
        assert [r.enabled for r in s.rooms.rules.rules()].count(False) == 1
        await s.rooms.rules.pause(paused[0].rule, False)
        assert all(r.enabled for r in s.rooms.rules.rules())


async def test_rules_that_call_one_another_for_ever_are_stopped(tmp_path: Path) -> None:
    rules = """
    [rules.a]
    when = { event = "Woken" }
    then = { rule = "b" }
    [rules.b]
    when = { mode = "party" }
    then = { rule = "a" }
    """
    async with house(tmp_path, rules) as s:
        s.bus.publish(Woken("hall", "samantha"))
        await asyncio.sleep(5)
        assert len(fired(s)) <= 10
        assert len(s.of(RulePaused)) == 1


async def test_a_rule_runs_no_more_than_its_rate(tmp_path: Path) -> None:
    rules = """
    [rules.bell]
    max_per_hour = 3
    when = { topic = "bell/+" }
    then = { say = "ding" }
    """
    async with house(tmp_path, rules) as s:
        for _ in range(6):
            await s.wire.send("bell/door", "x")
            await asyncio.sleep(1)
        assert len(fired(s)) == 3
        await asyncio.sleep(3600)
        await s.wire.send("bell/door", "x")
        await asyncio.sleep(1)
        assert len(fired(s)) == 4


async def test_a_clock_that_is_set_neither_repeats_nor_skips(tmp_path: Path) -> None:
    rules = """
    [rules.seven]
    when = { at = "07:00" }
    then = { say = "seven" }
    [rules.after]
    when = { entity = "binary_sensor.motion", to = "on", for = "10 min" }
    then = { say = "ten minutes" }
    """
    start = datetime(2026, 5, 4, 5, 0, tzinfo=BERLIN)
    async with house(tmp_path, rules, start=start) as s:
        await asyncio.sleep(30 * 60)
        await s.wire.send("test/motion", "ON")
        s.clock.jump(2 * 3600)
        await asyncio.sleep(20)
        assert fired(s) == ["seven"]
        s.clock.jump(-3600)
        await asyncio.sleep(9 * 60)
        assert fired(s) == ["seven"]
        await asyncio.sleep(60)
        assert fired(s) == ["seven", "after"]
        await asyncio.sleep(3 * 3600)
        assert fired(s) == ["seven", "after"]


async def test_a_time_that_passed_while_hearth_was_away_is_late_but_not_skipped(
    tmp_path: Path,
) -> None:
    rules = """
    [rules.seven]
    when = { at = "08:30" }
    then = { say = "good morning" }
    """
    async with house(tmp_path, rules) as s:
        await asyncio.sleep(120)
    async with house(tmp_path, rules, start=MORNING + timedelta(minutes=40)) as s:
        await asyncio.sleep(1)
        assert [(e.rule, round(e.late_s / 60)) for e in s.of(RuleFired)] == [("seven", 10)]
    async with house(tmp_path, rules, start=MORNING + timedelta(minutes=45)) as s:
        await asyncio.sleep(60)
        assert fired(s) == []


async def test_the_sun_needs_a_place_and_says_so(tmp_path: Path) -> None:
    rules = """
    [rules.dusk]
    when = { sun = "sunset", offset = "-30 min" }
    then = { turn_on = "switch.lamp_a" }
    """
    start = datetime(2026, 6, 21, 20, tzinfo=BERLIN)
    async with house(tmp_path, rules, start=start) as s:
        told = [e for e in s.of(Health) if e.part == "rules"][-1]
        assert told.state == "degraded"
        assert "latitude" in told.remedy
    placed = Config(home=HomeConfig(latitude=52.52, longitude=13.40))
    async with house(tmp_path, rules, start=start, config=placed) as s:
        # Sunset in Berlin on 2026-06-21 is at 21:33 (timeanddate.com).
        await asyncio.sleep(62 * 60)
        assert fired(s) == []
        await asyncio.sleep(4 * 60)
        assert fired(s) == ["dusk"]


async def test_the_last_to_go_and_the_first_to_come(tmp_path: Path) -> None:
    rules = """
    [rules.empty]
    when = { who = "everyone", to = "away" }
    then = { mode = "away" }
    [rules.back]
    when = { who = "anyone", to = "home" }
    then = { mode = "home" }
    [rules.told]
    when = { mode = "away" }
    then = { say = "nobody is here" }
    """
    async with house(tmp_path, rules) as s:
        for name in ("ann", "bob"):
            tracker = {"unique_id": name, "object_id": name, "state_topic": f"test/{name}"}
            await s.wire.send(
                f"homeassistant/device_tracker/{name}/config", {**tracker, "name": name}
            )
        for name, where in (("ann", "home"), ("bob", "home"), ("ann", "not_home")):
            await s.wire.send(f"test/{name}", where)
            await asyncio.sleep(70)
        assert s.rooms.mode.mode == "home"
        await s.wire.send("test/bob", "not_home")
        await asyncio.sleep(1)
        assert s.rooms.mode.mode == "away"
        assert "nobody is here" in [e.text for e in s.of(Say)]
    async with house(tmp_path, rules, start=MORNING + timedelta(hours=1)) as s:
        assert s.rooms.mode.mode == "away"


async def test_a_button_fires_each_time_it_is_pressed(tmp_path: Path) -> None:
    rules = """
    [rules.press]
    when = { entity = "event.button", to = "double" }
    then = { toggle = "switch.lamp_a" }
    """
    button = {
        "name": "Button",
        "unique_id": "b1",
        "object_id": "button",
        "state_topic": "test/button",
        "event_types": ["single", "double"],
    }
    async with house(tmp_path, rules) as s:
        await s.wire.send("homeassistant/event/button/config", button)
        for kind in ("double", "double", "single", "double"):
            await s.wire.send("test/button", {"event_type": kind})
            await asyncio.sleep(1)
        assert fired(s) == ["press"] * 3


async def test_a_rule_waits_until_something_holds(tmp_path: Path) -> None:
    rules = """
    [rules.shut]
    when = { entity = "switch.lamp_a", to = "on" }
    then = [
      { wait_until = { entity = "binary_sensor.back_door", is = "off" }, at_most = "1 h" },
      { say = "shut" },
    ]
    """
    async with house(tmp_path, rules) as s:
        await s.wire.send("test/door", "ON")
        await s.wire.send("test/lamp_a", "ON")
        await asyncio.sleep(600)
        assert s.of(Say) == []
        await s.wire.send("test/door", "OFF")
        await asyncio.sleep(1)
        assert [e.text for e in s.of(Say)] == ["shut"]


ASKS = """
[rules.ask]
room = "hall"
when = { entity = "binary_sensor.motion", to = "on" }
[[rules.ask.then]]
ask = "Shall I put the light on?"
yes = { turn_on = "switch.lamp_a" }
no = { say = "Then not" }
"""


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("yes please", [("switch.lamp_a", "turn_on")]),
        ("no", []),
        ("", []),
    ],
)
async def test_a_rule_asks_before_it_acts(
    tmp_path: Path, answer: str, expected: list[tuple[str, str]]
) -> None:
    async with house(tmp_path, ASKS) as s:
        await s.hear("hall", sound(QUIET, 300))
        await s.wire.send("test/motion", "ON")
        await s.hear("hall", sound(QUIET, 5000))
        assert [e.text for e in s.of(Ask)] == ["Shall I put the light on?"]
        if answer:
            await s.person("hall", answer, name=False)
        await asyncio.sleep(60)
        assert acts(s) == expected
        assert ("Then not" in [e.text for e in s.of(Say)]) == (answer == "no")


async def test_a_sentence_of_a_rule_is_a_turn_of_hearth_itself(tmp_path: Path) -> None:
    rules = """
    [rules.says]
    when = { entity = "binary_sensor.motion", to = "on" }
    then = { command = "turn on the kitchen lamp", room = "kitchen" }
    """
    async with house(tmp_path, rules) as s:
        await s.wire.send("test/motion", "ON")
        await asyncio.sleep(3)
        (heard,) = s.of(Heard)
        assert (heard.origin, heard.because, heard.site) == ("hearth", "rule:says", "kitchen-sat")
        assert s.state("light.kitchen_lamp") == "on"


async def test_a_rule_that_was_said_is_kept_paused_and_forgotten(tmp_path: Path) -> None:
    rule = Rule(
        id="said",
        when=(StateTrigger(Which(entities=("binary_sensor.motion",)), to=("on",)),),
        then=(ActStep(Which(entities=("switch.lamp_a",)), "turn_on"), SayStep("on")),
        origin="voice",
        said="when there is motion turn on lamp a",
    )
    async with house(tmp_path, "") as s:
        await s.rooms.rules.keep(rule)
        await s.wire.send("test/motion", "ON")
        await asyncio.sleep(1)
        assert fired(s) == ["said"]
        await s.rooms.rules.pause("said", True)
    async with house(tmp_path, "", start=MORNING + timedelta(hours=1)) as s:
        assert [(r.id, r.enabled) for r in s.rooms.rules.rules()] == [("said", False)]
        await s.wire.send("test/motion", "OFF")
        await s.wire.send("test/motion", "ON")
        await asyncio.sleep(1)
        assert fired(s) == []
        await s.rooms.rules.pause("said", False)
        await s.wire.send("test/motion", "OFF")
        await s.wire.send("test/motion", "ON")
        await asyncio.sleep(1)
        assert fired(s) == ["said"]
        await s.rooms.rules.forget("said")
    async with house(tmp_path, "", start=MORNING + timedelta(hours=2)) as s:
        assert s.rooms.rules.rules() == ()


async def test_a_rule_for_once_is_gone_after_it_ran(tmp_path: Path) -> None:
    async with house(tmp_path, "") as s:
        at = (MORNING + timedelta(minutes=5)).time()
        once = Rule("once", (TimeTrigger(at),), (SayStep("now"),), once=True, origin="voice")
        await s.rooms.rules.keep(once)
        await asyncio.sleep(301)
        assert fired(s) == ["once"]
        assert s.rooms.rules.rules() == ()


async def test_a_rule_that_names_nothing_here_is_refused_with_what_was_meant(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, WAITS) as s:
        wrong = Rule(
            "wrong",
            (StateTrigger(Which(entities=("binary_sensor.moton",)), to=("on",)),),
            (SayStep("x"),),
        )
        with pytest.raises(HearthError, match=r"Did you mean binary_sensor\.motion"):
            await s.rooms.rules.keep(wrong)
        with pytest.raises(HearthError, match="configuration"):
            await s.rooms.rules.forget("bath")
