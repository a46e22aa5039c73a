"""Entity ids: the same after every restart, in whatever order things come."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.support.shelf import Shelf

from hearth.home.identity import SETTING, Identities


class Kept:
    """Settings in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.writes = 0

    async def put(self, key: str, value: str) -> None:
        self.rows[key] = value
        self.writes += 1

    async def all(self) -> dict[str, str]:
        return self.rows


async def lived(kept: Kept, *announced: tuple[str, str]) -> dict[str, str]:
    """Live once with these things (unique id, name) and return their entity ids."""
    ids = Identities(await kept.all(), kept)
    shelf = Shelf(ids=ids)
    room = asyncio.create_task(ids.run())
    for unique_id, name in announced:
        config = {"name": name, "unique_id": unique_id, "state_topic": "s"}
        await shelf.announce(f"sensor/{unique_id}/t", config)
    await asyncio.sleep(2)
    room.cancel()
    keys: dict[str, str] = {}
    for entity in shelf.things.house().entities:
        thing = shelf.things.thing(entity.id)
        assert thing is not None
        keys[str(thing.announced.unique_id)] = entity.id
    return keys


@pytest.mark.looptime
async def test_two_of_a_name_keep_their_ids_whoever_comes_first() -> None:
    kept = Kept()
    first = await lived(kept, ("a", "Heat"), ("b", "Heat"), ("c", "Other"))
    assert first == {"a": "sensor.heat", "b": "sensor.heat_2", "c": "sensor.other"}

    assert await lived(kept, ("b", "Heat"), ("c", "Other"), ("a", "Heat")) == first
    assert await lived(kept, ("b", "Heat")) == {"b": "sensor.heat_2"}
    assert await lived(kept, ("d", "Heat"), ("b", "Heat")) == {
        "d": "sensor.heat_3", "b": "sensor.heat_2",
    }  # fmt: skip
    assert "Other" not in kept.rows[SETTING]


@pytest.mark.looptime
async def test_who_is_named_anew_keeps_its_id_after_a_restart() -> None:
    kept = Kept()
    await lived(kept, ("a", "Heat"), ("a", "Warmth"))

    assert await lived(kept, ("a", "Warmth"), ("b", "Heat")) == {
        "a": "sensor.heat", "b": "sensor.heat_2",
    }  # fmt: skip


@pytest.mark.looptime
async def test_where_nothing_is_contested_nothing_is_written() -> None:
    kept = Kept()
    await lived(kept, ("a", "Heat"), ("b", "Cold"))

    assert kept.writes == 0


@pytest.mark.parametrize("text", ["{", "3", "[[1]]", '{"a":1}', "[[1,2,3,4]]"])
def test_what_cannot_be_read_is_given_anew(text: str) -> None:
    ids = Identities({SETTING: text})

    assert ids.give(("sensor", "a"), "sensor.heat", ()) == "sensor.heat"


def test_a_flood_of_contested_ids_does_not_fill_the_memory() -> None:
    ids: Any = Identities()
    for number in range(25_000):
        ids.give(("sensor", str(number)), f"sensor.heat{number % 100}", ())
        wanted = f"sensor.heat{number % 100}"
        ids.give(("sensor", f"{number}b"), wanted, {wanted})

    assert len(ids._known) <= 20_000
    assert len(ids._kept) <= 2_000
    assert len(ids._reserved) <= 2_000
    assert len(ids._holders) <= 40_000
