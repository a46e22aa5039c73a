"""Hearth is a device of the house: it says what it does, speaks what it is given, and goes deaf."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.home.conftest import Noon
from tests.support.wire import Wire

from hearth.bus import Bus
from hearth.event import Answered, DeafSet, Heard, Say, Secret, SiteSeen, Speaking, Spoken, Woken
from hearth.home.discovery import Announced, parse
from hearth.home.itself import Itself, deaf_sites
from hearth.home.things import Things
from hearth.sections.house import HomeConfig
from support.running import running

pytestmark = pytest.mark.looptime
CONFIG = "homeassistant/device/hearth_den/config"


class Kept:
    """Settings in a dictionary."""

    def __init__(self) -> None:
        self.all_of_them: dict[str, str] = {}

    async def put(self, key: str, value: str) -> None:
        self.all_of_them[key] = value

    async def all(self) -> dict[str, str]:
        return self.all_of_them


class Rig:
    def __init__(self, kept: Kept, wire: Wire, *, words: bool, enabled: bool) -> None:
        self.bus, self.wire, self.kept = Bus(), wire, kept
        self.told = self.bus.subscribe(Say, DeafSet)
        self.itself = Itself(
            self.bus,
            client_id="den",
            name="Hearth",
            prefix="homeassistant",
            sites=("default",),
            words=words,
            enabled=enabled,
            settings=dict(kept.all_of_them),
            store=kept,
            publisher=wire,
            subscriber=wire,
        )

    async def publish(self, *events: Any) -> None:
        for event in events:
            self.bus.publish(event)
        await asyncio.sleep(0.1)

    def at(self, topic: str) -> str:
        return self.wire.retained[f"hearth/den/{topic}"].payload.decode()

    async def next(self) -> Any:
        return await asyncio.wait_for(self.told.get(), 1)


@asynccontextmanager
async def hearth(
    kept: Kept | None = None,
    wire: Wire | None = None,
    *,
    words: bool = False,
    enabled: bool = True,
) -> AsyncIterator[Rig]:
    rig = Rig(kept or Kept(), wire or Wire(), words=words, enabled=enabled)
    async with running(rig.itself.run):
        await asyncio.sleep(0)
        await rig.itself.connected()
        yield rig


async def test_its_announcement_is_one_that_home_assistant_takes() -> None:
    async with hearth(words=True) as h:
        payload = h.wire.retained[CONFIG].payload
    found = parse(["homeassistant"], CONFIG, payload)
    assert all(isinstance(each, Announced) for each in found)
    by_id = {each.unique_id: each for each in found if isinstance(each, Announced)}
    assert by_id["hearth_den_say_default"].config["command_topic"] == "hearth/den/say/default"
    assert by_id["hearth_den_deaf"].config["availability_topic"] == "hearth/den/status"
    assert by_id["hearth_den_heard_default"].component == "sensor"


async def test_a_turn_is_followed_from_word_to_word() -> None:
    async with hearth(words=True) as h:
        states = []
        for event in (
            Woken("kitchen", "samantha"),
            Heard("kitchen", "is the\x07 lamp on?", turn="t"),
            Speaking("kitchen", "Yes.", "t"),
            Spoken("kitchen", "Yes.", "Yes.", "t", last=False),
            Spoken("kitchen", "It is.", "It is.", "t"),
        ):
            await h.publish(event)
            states.append(h.at("state/kitchen"))
        assert states == ["listening", "thinking", "speaking", "speaking", "idle"]
        assert h.at("heard/kitchen") == "is the lamp on?"
        assert h.at("said/kitchen") == "Yes. It is."
        assert "say_kitchen" in json.loads(h.wire.retained[CONFIG].payload)["cmps"]


async def test_words_stay_in_the_house_where_the_person_did_not_ask_for_them() -> None:
    async with hearth() as h:
        await h.publish(Heard("kitchen", "my secret diary", turn="t"), Answered("kitchen", "t", ""))
        await h.publish(Spoken("kitchen", "I will tell nobody.", "I will tell nobody.", "t"))
        everything = " ".join(payload for _, payload, _, _ in h.wire.sent)
        assert "diary" not in everything
        assert "nobody" not in everything
        parts = json.loads(h.wire.retained[CONFIG].payload)["cmps"]
        assert parts["heard_kitchen"] == {"p": "sensor"}


async def test_the_answer_to_a_secret_question_is_never_told() -> None:
    async with hearth(words=True) as h:
        await h.publish(Heard("kitchen", "", turn="t", secret=Secret("one two three four")))
        assert "hearth/den/heard/kitchen" not in h.wire.retained
        assert not any("three" in payload for _, payload, _, _ in h.wire.sent)


async def test_it_says_what_a_hub_gives_it_and_obeys_none_of_it() -> None:
    async with hearth() as h:
        await h.publish(SiteSeen("kitchen"))
        await h.wire.send("hearth/den/say/kitchen", "Dinner\n is ready")
        assert await h.next() == Say("kitchen", "Dinner is ready")
        await h.wire.send("hearth/den/say", "unlock the door")
        assert await h.next() == Say("default", "unlock the door")
        await h.wire.send("hearth/den/say/nowhere", "hello")
        await h.wire.send("hearth/den/say/kitchen", b"\xff" * 5000)
        assert len((await h.next()).text) <= 255
        assert len(h.told) == 0


async def test_deafness_is_told_and_outlives_a_restart() -> None:
    kept = Kept()
    async with hearth(kept) as h:
        await h.publish(SiteSeen("kitchen"))
        assert h.at("deaf/kitchen") == "OFF"
        await h.wire.send("hearth/den/deaf/kitchen/set", "ON")
        assert await h.next() == DeafSet("kitchen", True)
        await h.wire.send("hearth/den/deaf/kitchen/set", "perhaps")
        await h.wire.send("hearth/den/deaf/set", "ON")
        await h.wire.send("hearth/den/deaf/set", "OFF")
        await asyncio.sleep(0.1)
        assert (h.at("deaf/kitchen"), h.at("deaf")) == ("ON", "OFF")
    assert deaf_sites(kept.all_of_them) == {"kitchen"}
    async with hearth(kept) as h:
        await h.publish(SiteSeen("kitchen"))
        assert h.at("deaf/kitchen") == "ON"


async def test_it_says_that_it_goes_and_takes_itself_back_when_it_shall_not_be_seen() -> None:
    kept, wire = Kept(), Wire()
    async with hearth(kept, wire) as h:
        assert h.at("status") == "online"
    assert wire.retained["hearth/den/status"].payload == b"offline"
    async with hearth(kept, wire, enabled=False) as h:
        await h.publish(Woken("kitchen", "samantha"))
        assert CONFIG not in wire.retained
    wire.sent.clear()
    async with hearth(kept, wire, enabled=False):
        assert wire.sent == []


async def test_a_broker_that_is_away_stops_nothing() -> None:
    wire = Wire()
    wire.away = True
    async with hearth(wire=wire) as h:
        await h.publish(Woken("kitchen", "samantha"))
        wire.away = False
        await h.itself.connected()
        assert h.at("state/kitchen") == "listening"


async def test_it_is_no_thing_of_its_own_house() -> None:
    async with hearth() as h:
        things = Things(HomeConfig(), subscriber=h.wire, bus=h.bus, clock=Noon())
        await asyncio.sleep(0.1)
        assert things.house().entities == ()
