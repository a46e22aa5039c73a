"""Rules by voice: read back, asked once, kept, told, paused, forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hearth.bus import Bus
from hearth.error import HearthError
from hearth.event import Heard, RuleFired
from hearth.house import Area, Entity, House
from hearth.mind.answers import Answers
from hearth.port import Command
from hearth.rule import ActStep, Rule, SayStep, StateTrigger, Which, dump, parse
from hearth.skill import Answer, Reply, Request
from hearth.skills.rules import Rules, matching, new_id
from hearth.voice.phrasing import Phrasing
from support.ports import Keeper

pytestmark = pytest.mark.looptime

HOUSE = House(
    areas=(Area("hall", "Hall"),),
    entities=(
        Entity("binary_sensor.d", "Front Door", area="hall", attributes={"device_class": "door"}),
        Entity("light.h", "Hall Light", area="hall"),
        Entity("lock.l", "Front Lock", area="hall"),
    ),
)
DOOR = Rule(
    "draft",
    (StateTrigger(Which(("binary_sensor.d",)), ("on",)),),
    (ActStep(Which(("light.h",)), "turn_on"), SayStep("{name} is open.")),
    said="when the front door opens turn on the hall light and tell me",
    origin="voice",
)
NIGHT = parse(
    {
        "id": "night",
        "name": "Every day at 23:00",
        "when": [{"trigger": "time", "at": "23:00"}],
        "then": [{"step": "act", "which": {"entities": ["light.h"]}, "service": "turn_off"}],
        "origin": "voice",
    }
)


class Hall:
    """The skill with a keeper in memory; locks are refused to rules."""

    def __init__(self, *rules: Rule) -> None:
        self.keeper = Keeper(*rules)
        self.bus = Bus()
        refuses = lambda act: act.service == "unlock"  # noqa: E731 - the door's whole judgement
        self.rules = Rules(self.bus, self.keeper, Phrasing("en"), Answers("en"), refuses)

    def ask(self, intent: str, *, because: str = "", **slots: Any) -> Request:
        return Request(Command(intent, slots), Heard("hall", "words", because=because), HOUSE)

    async def make(self, rule: Rule = DOOR, because: str = "") -> Reply:
        return await self.rules.make(self.ask("HearthRuleMake", rule=dump(rule), because=because))


async def say(reply: Reply, words: str) -> Reply | None:
    assert reply.question is not None
    return await reply.question.answered(Answer(Heard("hall", words), (), HOUSE))


async def test_it_reads_back_and_keeps_only_on_a_yes() -> None:
    hall = Hall()
    asked = await hall.make()
    assert asked.text == (
        "When Front Door becomes open, I will turn on Hall Light and say: Front Door is open. "
        "Shall I keep it?"
    )
    assert hall.keeper.rules() == ()
    assert await say(asked, "yes please") == Reply("I will.")
    (kept,) = hall.keeper.rules()
    assert (kept.id, kept.site, kept.once) == ("when-front-door-becomes-open", "hall", False)


async def test_a_no_or_another_sentence_keeps_nothing() -> None:
    hall = Hall()
    assert await say(await hall.make(), "no") == Reply("All right, I will not.")
    assert await say(await hall.make(), "turn on the lamp") is None
    assert hall.keeper.rules() == ()


async def test_only_once_is_an_answer_too() -> None:
    hall = Hall()
    assert await say(await hall.make(), "yes but only once") == Reply("I will, once.")
    assert [rule.once for rule in hall.keeper.rules()] == [True]


async def test_what_the_door_would_refuse_is_said_at_once() -> None:
    hall = Hall()
    unlock = replace(DOOR, then=(ActStep(Which(("lock.l",)), "unlock"),))
    reply = await hall.make(unlock)
    assert (reply.outcome, reply.question) == ("failed", None)
    assert "unlock Front Lock" in reply.text


async def test_a_rule_makes_no_rule() -> None:
    reply = await Hall().make(because="rule:x")
    assert (reply.outcome, reply.question) == ("failed", None)


async def test_a_rule_that_makes_no_sense_is_told() -> None:
    hall = Hall()
    hall.keeper.fault = HearthError("There is no sun.", "Set it.")
    reply = await say(await hall.make(), "yes")
    assert reply is not None
    assert "There is no sun." in reply.text


async def test_rules_are_told_and_those_about_something() -> None:
    hall = Hall(replace(DOOR, id="door", name="When Front Door becomes open"), NIGHT)
    every = await hall.rules.tell(hall.ask("HearthRuleList"))
    assert every.text.startswith("There are 2 rules.")
    one = await hall.rules.tell(hall.ask("HearthRuleList", about="the front door opens"))
    assert one.text.startswith("When Front Door")
    none = await hall.rules.tell(hall.ask("HearthRuleList", about="the cellar"))
    assert none.text == "There is no rule about the cellar."


async def test_that_is_the_rule_that_ran_last() -> None:
    hall = Hall(replace(DOOR, id="door", name="door"), NIGHT)
    hall.bus.publish(RuleFired("night", "run"))
    reply = await hall.rules.pause(hall.ask("HearthRulePause"))
    assert "23:00" in reply.text
    assert [r.id for r in hall.keeper.rules() if not r.enabled] == ["night"]
    await hall.rules.resume(hall.ask("HearthRuleResume"))
    assert all(r.enabled for r in hall.keeper.rules())


async def test_of_two_it_asks_which_and_forgets_that_one() -> None:
    hall = Hall(replace(DOOR, id="door", name="When Front Door becomes open"), NIGHT)
    asked = await hall.rules.forget(hall.ask("HearthRuleForget"))
    assert asked.outcome == "failed"
    assert await say(asked, "the one about the front door") is not None
    assert [rule.id for rule in hall.keeper.rules()] == ["night"]


async def test_a_rule_of_the_file_stays() -> None:
    hall = Hall(replace(NIGHT, origin="configuration"))
    await hall.rules.forget(hall.ask("HearthRuleForget"))
    assert len(hall.keeper.rules()) == 1


def test_ids_are_new_and_plain() -> None:
    assert new_id("Jeden Tag: Küche!", ()) == "jeden-tag-kuche"
    assert new_id("night", (NIGHT,)) == "night-2"
    assert new_id("灯", ()) == "rule"


def test_words_find_rules() -> None:
    found = matching("hall light", [NIGHT], lambda rule: "turn off Hall Light")
    assert found == [NIGHT]
    assert matching("xy", [NIGHT], lambda rule: rule.name) == []
