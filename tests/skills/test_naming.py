"""People say where their things are and what they call them, and are understood so from then on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from hearth.event import Answered, Appeared, Published
from hearth.sections import Config
from hearth.sections.house import HomeConfig
from support.story import QUIET, Story, sound, story

pytestmark = pytest.mark.looptime
BARE = Config(home=HomeConfig(publish_itself=False))


class Nothing:
    """A home without any device."""

    def birth(self) -> list[Any]:
        return []

    def handle(self, topic: str, payload: bytes) -> list[Any]:
        return []


async def lamp(s: Story, name: str, **entries: Any) -> None:
    """A lamp of Zigbee2MQTT comes into the house; it says nothing of where it stands."""
    ieee = f"0x{abs(hash(name)):016x}"
    await s.wire.send(
        f"homeassistant/light/{ieee}/light/config",
        {"name": None, "schema": "json", "brightness": True, "brightness_scale": 254,
         "command_topic": f"zigbee2mqtt/{name}/set", "state_topic": f"zigbee2mqtt/{name}",
         "unique_id": f"{ieee}_light", "device": {"identifiers": [ieee], "name": name}, **entries},
        retain=True,
    )  # fmt: skip
    await s.wire.send(
        f"homeassistant/sensor/{ieee}/battery/config",
        {"name": "Battery", "state_topic": f"zigbee2mqtt/{name}", "unique_id": f"{ieee}_battery",
         "value_template": "{{ value_json.battery }}", "entity_category": "diagnostic",
         "device": {"identifiers": [ieee], "name": name}},
        retain=True,
    )  # fmt: skip
    await asyncio.sleep(5)


async def said(s: Story, text: str, site: str = "hall") -> str:
    before = len(s.of(Answered))
    await s.person(site, text)
    await asyncio.sleep(6)
    answers = s.of(Answered)[before:]
    return answers[0].text if answers else ""


def areas(s: Story) -> dict[str, str | None]:
    return {e.name: e.area for e in s.rooms.home.house().entities}


def published(s: Story) -> list[str]:
    return [e.topic for e in s.of(Published)]


async def test_the_new_lamp_is_the_one_that_came_last_and_its_room_is_remembered(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, config=BARE, home=Nothing()) as s:  # type: ignore[arg-type]  # an empty one
        await lamp(s, "0xabc")
        await lamp(s, "Bulb 2")
        assert "Kitchen" in await said(s, "the new lamp is in the kitchen")
        assert areas(s) == {
            "0xabc": None, "0xabc Battery": None, "Bulb 2": "kitchen", "Bulb 2 Battery": "kitchen",
        }  # fmt: skip
        await said(s, "turn on the lights in the kitchen")
        assert published(s) == ["zigbee2mqtt/Bulb 2/set"]
    async with story(tmp_path, config=BARE, home=Nothing()) as s:  # type: ignore[arg-type]  # an empty one
        await lamp(s, "Bulb 2")
        await lamp(s, "0xabc")
        assert areas(s)["Bulb 2"] == "kitchen"
        await said(s, "the new lamp is in the office")
        assert areas(s)["Bulb 2"] == "office", "both were known: the last that was new is meant"


async def test_two_that_came_together_are_asked_between(tmp_path: Path) -> None:
    async with story(tmp_path, config=BARE, home=Nothing()) as s:  # type: ignore[arg-type]  # an empty one
        await asyncio.gather(lamp(s, "Bulb one"), lamp(s, "Bulb two"))
        await s.person("hall", "the new lamp is in the living room")
        await s.hear("hall", sound(QUIET, 3500))
        assert "Bulb one" in s.of(Answered)[-1].text
        await s.person("hall", "bulb two", name=False)
        await asyncio.sleep(5)
        assert (areas(s)["Bulb one"], areas(s)["Bulb two"]) == (None, "living_room")


async def test_a_name_of_ones_own_works_at_once_and_after_a_restart(tmp_path: Path) -> None:
    async with story(tmp_path, config=BARE, home=Nothing()) as s:  # type: ignore[arg-type]  # an empty one
        await lamp(s, "Office lamp")
        await said(s, "call the office lamp my reading light")
        await said(s, "turn on my reading light")
        await said(s, "turn off the reading light")
        assert published(s) == ["zigbee2mqtt/Office lamp/set"] * 2
        assert "my reading light" in s.of(Appeared)[-1].entity.aliases
    async with story(tmp_path, config=BARE, home=Nothing()) as s:  # type: ignore[arg-type]  # an empty one
        await lamp(s, "Office lamp")
        await said(s, "turn on my reading light")
        assert published(s) == ["zigbee2mqtt/Office lamp/set"]
        assert "no name" in await said(s, "forget the name office lamp")
        await said(s, "forget the name my reading light")
        await said(s, "turn on my reading light")
        assert len(published(s)) == 1


async def test_that_lamp_is_the_one_that_was_just_moved(tmp_path: Path) -> None:
    async with story(tmp_path, config=BARE, home=Nothing()) as s:  # type: ignore[arg-type]  # an empty one
        await lamp(s, "Desk lamp")
        await lamp(s, "Floor lamp")
        await said(s, "turn on the desk lamp")
        assert "Otto" in await said(s, "that lamp is called Otto")
        await said(s, "turn off otto")
        assert published(s) == ["zigbee2mqtt/Desk lamp/set"] * 2
        assert "already" in await said(s, "that lamp is called floor lamp")
        await said(s, "rename the floor lamp to Anna")
        assert {"Anna", "Desk lamp"} <= areas(s).keys()


async def test_a_thing_goes_where_it_is_said_to_be_over_what_it_says(tmp_path: Path) -> None:
    async with story(tmp_path, config=BARE, home=Nothing()) as s:  # type: ignore[arg-type]  # an empty one
        device = {"identifiers": ["x"], "name": "Desk lamp", "suggested_area": "Attic"}
        await lamp(s, "Desk lamp", device=device)
        assert areas(s)["Desk lamp"] == "attic"
        await said(s, "put the desk lamp into the office")
        assert areas(s)["Desk lamp"] == "office"
        assert [area.name for area in s.rooms.home.house().areas] == ["Office"]


async def test_it_learns_in_which_room_it_hears(tmp_path: Path) -> None:
    async with story(tmp_path, config=BARE, home=Nothing()) as s:  # type: ignore[arg-type]  # an empty one
        await lamp(s, "Lamp one")
        await lamp(s, "Lamp two")
        await said(s, "put lamp one in the kitchen")
        await said(s, "put lamp two in the bedroom")
        await said(s, "you are in the kitchen", site="sat1")
        await said(s, "turn on the light", site="sat1")
        assert published(s) == ["zigbee2mqtt/Lamp one/set"]
    async with story(tmp_path, config=BARE, home=Nothing()) as s:  # type: ignore[arg-type]  # an empty one
        await lamp(s, "Lamp one")
        await lamp(s, "Lamp two")
        await said(s, "turn on the light", site="sat1")
        assert published(s) == ["zigbee2mqtt/Lamp one/set"]
