"""Lists, announcements, the weather: asked for in words."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hearth.event import Answered, Heard, Say
from support.story import Story, story

pytestmark = pytest.mark.looptime


async def ask(s: Story, text: str) -> str:
    s.bus.publish(Heard("hall", text, origin="client"))
    await asyncio.sleep(4)
    return str(s.of(Answered)[-1].text)


async def test_the_shopping_list_is_kept_over_a_restart(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        assert "empty" in await ask(s, "what is on my shopping list")
        assert "milk and eggs" in await ask(s, "add milk and some eggs to the shopping list")
        await ask(s, "put bread on my list")
    async with story(tmp_path) as s:
        assert "milk, eggs" in await ask(s, "what's on the shopping list")
        assert "Removed eggs" in await ask(s, "take egg off the shopping list")
        assert "do not find" in await ask(s, "remove caviar from my shopping list")
        assert "milk and bread" in await ask(s, "read me the shopping list")
        await ask(s, "clear the shopping list")
        assert "empty" in await ask(s, "what is on my shopping list")
        await ask(s, "undo that")
        assert "milk and bread" in await ask(s, "what is on my shopping list")


async def test_a_list_has_a_name_of_its_own(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        assert "packing" in await ask(s, "add socks to my packing list")
        assert "socks" in await ask(s, "what is on my packing list")
        assert "empty" in await ask(s, "what is on my shopping list")


async def test_an_announcement_is_made_in_the_other_rooms(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await ask(s, "announce that dinner is ready")
        said = {e.site: e.text for e in s.of(Say)}
        assert said["kitchen-sat"] == "dinner is ready"
        assert said["hall"] != "dinner is ready"


async def test_the_weather_is_not_made_up(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        assert "do not know the weather" in await ask(s, "what is the weather like")
        sensor = {
            "name": "Balcony temperature", "uniq_id": "b", "stat_t": "b",
            "dev_cla": "temperature", "unit_of_meas": "°C",
        }  # fmt: skip
        await s.wire.send("homeassistant/sensor/b/config", sensor, retain=True)
        await s.wire.send("b", "7.5")
        assert "7.5 °C" in await ask(s, "what's the weather")
