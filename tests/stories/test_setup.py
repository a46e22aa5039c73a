"""Getting to know each other by voice, on virtual time: the questions, a restart, nothing told."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from hearth.event import Answered, Heard, Listen, PersonaSet, Say, Spoken
from hearth.persona import Profile, Trusted
from hearth.sections import Config
from hearth.sections.companion import PersonaConfig
from hearth.sections.house import AreaConfig, HomeConfig
from support.story import QUIET, Story, sound, story, unasked, walks_by

pytestmark = pytest.mark.looptime
SITE = "kitchen-sat"
NIGHT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


async def answer(s: Story, text: str) -> str:
    """Somebody types or says a sentence, and waits for the reply to its end."""
    before = len(s.of(Answered))
    s.bus.publish(Heard(SITE, text, origin="client"))
    return await reply(s, before)


async def reply(s: Story, before: int) -> str:
    for _ in range(400):
        await asyncio.sleep(0.25)
        if len(s.of(Answered)) > before and not s.rooms.speaker.busy:
            return str(s.of(Answered)[-1].text)
    raise AssertionError("no answer came")


async def test_its_questions_are_answered_without_its_name(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await s.person(SITE, "set up")
        await reply(s, 0)
        await s.hear(SITE, sound(QUIET, 600))  # a person does not answer at once
        await s.person(SITE, "Anna", name=False)
        assert "Nice to meet you, Anna" in await reply(s, 1)


async def test_a_whole_set_up_by_voice_one_question_after_the_other(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        assert "What should I call you" in await answer(s, "let's get to know each other")
        assert "Nice to meet you, Anna" in await answer(s, "you can call me Anna")
        assert "What should I be like" in await answer(
            s, "I live alone and would like some company"
        )
        assert "How much should I talk" in await answer(s, "calm please, with a woman's voice")
        assert "When does the house sleep" in await answer(s, "not too much")
        assert "who should I suggest" in await answer(s, "between eleven and half past six")
        asked = await answer(s, "my sister mara")
        assert "number for Mara" in asked
        assert "Which country" in await answer(s, "oh one five one two three four")
        assert "1 1 2" in await answer(s, "germany")
        assert "sound of your voice" in await answer(s, "everything but my sleep and who's here")
        noticed = await answer(s, "yes please")
        assert "how you sound" in noticed  # reading mood from the voice is announced
        assert "Henrietta" in noticed
        over = await answer(s, "call yourself Ada")
        me = s.rooms.company.me
        for part in ("I'm Ada", "Anna", "software, not a person", "on this computer", "forget"):
            assert part in over
        assert str(tmp_path) not in over  # a path is for a terminal
        assert me.profile() == Profile(
            call_me="Anna",
            brings="I live alone and would like some company",
            talk="little",
            sleeps_from=time(23),
            sleeps_to=time(6, 30),
            trusted=Trusted("Mara", "0151234"),
            country="DE",
            notice=frozenset({"mood", "voice"}),
            set_up=True,
        )
        assert (me.persona().id, me.persona().name) == ("dry", "Ada")
        assert [e.persona for e in s.of(PersonaSet)] == ["dry", "dry"]
        assert s.voice.manners[-1].voice == me.persona().voice
        assert s.rooms.company.setup.course is None


async def test_everything_can_be_skipped_and_it_still_says_what_it_is(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        text = await answer(s, "set up")
        for words in (
            "skip",
            "I'd rather not say",
            "next question please",
            "I don't know",
            "pass",
            "I'd rather not say",
            "skip that",
            "no",
            "yes",
        ):
            text = await answer(s, words)
        assert "software, not a person" in text
        me = s.rooms.company.me
        assert me.profile() == Profile(set_up=True)
        assert me.persona().id == "warm"


async def test_a_question_is_explained_asked_once_more_and_then_left(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await answer(s, "set up")
        why = await answer(s, "why do you ask?")
        assert "address you" in why
        assert why.endswith("What should I call you?")
        again = await answer(s, "the rain in spain")
        assert "didn't catch a name" in again
        left = await answer(s, "a dark and stormy night")
        assert "What brings you here" in left
        assert s.rooms.company.me.profile().call_me == ""


async def test_a_power_cut_in_the_middle_costs_no_answer(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await answer(s, "set up")
        await answer(s, "Anna")
        await answer(s, "company")
    async with story(tmp_path) as s:
        text = await answer(s, "let's continue the set up")
        assert "pick up where we stopped" in text
        assert "What should I be like" in text
        assert s.rooms.company.me.profile().call_me == "Anna"


async def test_later_is_later(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await answer(s, "set up")
        await answer(s, "Anna")
        assert "another time" in await answer(s, "let's do that later")
        assert s.of(Listen)[-1].after != s.of(Answered)[-1].turn  # nobody waits for an answer
        assert "What brings you here" in await answer(s, "set up")


async def test_a_command_in_the_middle_is_carried_out_and_the_set_up_waits(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as s:
        await answer(s, "set up")
        done = await answer(s, "turn on the kitchen lamp")
        assert s.state("light.kitchen_lamp") == "on"
        assert s.rooms.company.me.profile().call_me == ""
        assert done.endswith("Now, where were we? What should I call you?")
        assert "Nice to meet you, Sam" in await answer(s, "Sam")


async def test_when_first_spoken_to_it_answers_and_then_offers_once(tmp_path: Path) -> None:
    async with story(tmp_path, known=False) as s:
        await s.person(SITE, "turn on the kitchen lamp")
        await asyncio.sleep(14)
        assert s.state("light.kitchen_lamp") == "on"
        assert "get to know" not in s.of(Answered)[-1].text
        offers = [e.text for e in s.of(Say) if "I'm new here" in e.text]
        assert len(offers) == 1
        assert "What should I call you" in await answer(s, "yes please")
        await answer(s, "later")
        await answer(s, "turn off the kitchen lamp")
        assert len([e for e in s.of(Say) if "I'm new here" in e.text]) == 1
    async with story(tmp_path, known=False) as s:
        await s.person(SITE, "turn on the kitchen lamp")
        await asyncio.sleep(20)
        assert not [e for e in s.of(Say) if "I'm new here" in e.text]


async def test_the_offer_can_be_declined_is_not_made_at_night_and_can_be_off(
    tmp_path: Path,
) -> None:
    async with story(tmp_path / "a", known=False) as s:
        await s.person(SITE, "turn on the kitchen lamp")
        await asyncio.sleep(14)
        assert "whenever you like" in await answer(s, "no thanks")
    home = HomeConfig(areas={"kitchen": AreaConfig("Kitchen", sites=(SITE,))})
    off = Config(home=home, persona=PersonaConfig(offer_setup=False))
    async with story(tmp_path / "b", known=False, config=off) as s:
        await s.person(SITE, "turn on the kitchen lamp")
        await asyncio.sleep(20)
        assert not [e for e in s.of(Say) if "I'm new here" in e.text]
    async with story(tmp_path / "c", known=False, start=NIGHT) as s:
        await s.rooms.company.me.change(sleeps_from=time(22), sleeps_to=time(7))
        await s.person(SITE, "turn on the kitchen lamp")
        await asyncio.sleep(20)
        assert not [e for e in s.of(Spoken) if "I'm new here" in e.said]


async def test_all_of_it_is_changed_later_by_saying_so(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        me = s.rooms.company.me
        await me.be("bright")
        assert "Sam" in await answer(s, "call me Sam")
        assert "Ada" in await answer(s, "change your name to Ada")
        await answer(s, "talk less")
        slow = me.manner().pace
        await answer(s, "speak slower please")
        assert me.manner().pace < slow
        voice = me.manner().voice
        await answer(s, "use another voice")
        assert me.manner().voice != voice
        await answer(s, "my trusted person is Tom, 0151 234 567")
        await answer(s, "the house sleeps from ten to six now")
        assert me.quiet() == (time(22), time(6))
        on = await answer(s, "you may listen to my mood in my voice")
        assert "how you sound" in on
        assert "voice" in me.profile().notice
        await answer(s, "stop listening to my mood")
        assert me.profile().notice == frozenset()
        assert await answer(s, "what's your name") == "I'm Ada."
        assert await answer(s, "what do you call me") == "You're Sam."
        assert me.profile().trusted == Trusted("Tom", "0151 234 567")
        assert (me.profile().talk, me.persona().id) == ("little", "bright")


async def test_it_becomes_somebody_else_and_comes_back(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        me = s.rooms.company.me
        await me.be("bright")
        assert "Sebastian" in await answer(s, "be more like Sebastian")
        assert me.persona().id == "dry"
        assert "Felicity again" in await answer(s, "go back to how you were")
        assert me.persona().id == "bright"
        await answer(s, "be a bit less cheerful")
        assert me.persona().id == "dry"
        assert "Amelia" in await answer(s, "who else could you be")


@pytest.mark.parametrize(
    "text",
    [
        "call me a taxi",
        "I'll call you later",
        "be quiet",
        "call me when dinner is ready",
        "be careful",
    ],
)
async def test_what_only_sounds_like_it_changes_nothing(tmp_path: Path, text: str) -> None:
    async with story(tmp_path) as s:
        await answer(s, text)
        me = s.rooms.company.me
        assert (me.profile(), me.persona().id) == (Profile(), "plain")


# --- what people say in the middle -------------------------------------------------------------


async def test_a_hard_day_in_the_middle_is_heard_and_the_set_up_waits(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await answer(s, "set up")
        await answer(s, "Anna")
        await answer(s, "company")
        heard = await answer(s, "I had a really rough day at work today")
        assert "Warm, calm, cheerful" not in heard
        assert s.rooms.company.setup.course is not None
        assert "What should I be like" in await answer(s, "let's continue the set-up")


async def test_words_of_danger_come_first_at_every_question(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await answer(s, "set up")
        reply = await answer(s, "I don't want to live any more")
        assert "1 1 2" in reply
        assert "call you" not in reply
        held = await answer(s, "Anna")
        assert "Nice to meet you" not in held
        assert s.rooms.company.me.profile().call_me == ""


async def test_a_question_in_the_middle_is_answered_and_the_open_one_asked_again_once(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as s:
        await answer(s, "set up")
        await answer(s, "Anna")
        await answer(s, "company")
        first = await answer(s, "what time is it")
        assert "8" in first
        assert first.endswith("or just plain?")
        assert "or just plain" not in await answer(s, "what time is it")
        assert "woman's voice" in await answer(s, "calm")  # it still waits for the answer


async def test_several_answers_in_one_sentence_are_taken_where_they_belong(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await answer(s, "set up")
        told = await answer(s, "call me Sam, I sleep eleven to seven and talk little please")
        profile = s.rooms.company.me.profile()
        assert (profile.call_me, profile.talk, profile.sleeps_from, profile.sleeps_to) == (
            "Sam",
            "little",
            time(23),
            time(7),
        )
        assert "What brings you here" in told
        await answer(s, "company")
        after = await answer(s, "calm, with a man's voice")
        assert "who should I suggest" in after  # talk and sleep are not asked again


async def test_an_answer_is_put_right_one_question_later(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await answer(s, "set up")
        for words in ("Anna", "company", "calm, a woman", "some", "eleven to seven"):
            await answer(s, words)
        again = await answer(s, "no wait, half past ten")
        assert s.rooms.company.me.quiet() == (time(22, 30), time(7))
        assert "who should I suggest" in again


@pytest.mark.parametrize("vague", ["okay", "that's fine", "if you like"])
async def test_a_vague_yes_never_lets_it_listen_to_the_voice(tmp_path: Path, vague: str) -> None:
    async with story(tmp_path) as s:
        await answer(s, "set up")
        await skip_to(s, "sound of your voice", {"May I notice": "yes"})
        assert "yes or no" in await answer(s, vague)
        await answer(s, vague)
        assert s.rooms.company.me.profile().notice == {"mood", "presence", "sleep"}


async def test_the_repair_differs_and_the_second_goes_on(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        asked = await answer(s, "set up")
        again = await answer(s, "the rain in spain")
        left = await answer(s, "the rain in spain")
        assert len({asked, again, left}) == 3
        assert "What brings you here" in left


async def test_a_set_up_that_was_left_is_offered_once_more_hours_later(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await answer(s, "set up")
        await answer(s, "Anna")
        await answer(s, "later")
        await s.rooms.company.me.change(notice=frozenset({"presence"}))
        for _ in range(8):
            await asyncio.sleep(3600)
            await walks_by(s)
        assert len([text for text in unasked(s) if "never finished" in text]) == 1


async def skip_to(s: Story, part: str, said: dict[str, str]) -> str:
    """Skip questions until one has ``part`` in it; some get an answer."""
    text = ""
    for _ in range(12):
        words = next((answer for asked, answer in said.items() if asked in text), "skip")
        text = await answer(s, words)
        if part in text:
            return text
    raise AssertionError(f"never asked: {part}")
