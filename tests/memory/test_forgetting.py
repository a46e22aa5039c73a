"""What was forgotten is in no byte of the state directory, and no import brings it back."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hearth.bus import Bus
from hearth.clock import SystemClock
from hearth.event import Act, Acted, Answered, Heard, Hearing, RoomEvent, Say, Spoken, Understood
from hearth.memory.facts.table import StoredFacts
from hearth.memory.forgetting import Forgetting
from hearth.memory.journal import Journal
from hearth.memory.lists import StoredLists
from hearth.memory.store import Store
from hearth.memory.tombstones import Tombstones
from hearth.memory.turns import StoredTurns
from hearth.port import Message
from hearth.remember import HEARTH, PERSON, Fact, Gone, Meant, Utterance

CONFIDED = "My colleague Zebulon confessed that he gambles on greyhounds"
OTHER = "My sister Mara is coming on Tuesday"
TRACES = (b"zebulon", b"gambles on", b"greyhound", b"gambl", b"colleagu")
NOW = datetime.now(UTC).replace(microsecond=0)


class Cache:
    """Something that holds words in memory."""

    def __init__(self) -> None:
        self.gone: list[Gone] = []

    async def erase(self, gone: Gone) -> None:
        self.gone.append(gone)


@dataclass
class Memory:
    """A memory with two confided sentences, in every place where words are kept."""

    store: Store
    turns: StoredTurns
    facts: StoredFacts
    forgetting: Forgetting
    cache: Cache


def holding(folder: Path, words: tuple[bytes, ...] = TRACES) -> set[str]:
    """Return which files of a folder hold which of these words, in any case."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes().lower()
            found |= {f"{path.name}: {word.decode()}" for word in words if word in data}
    return found


async def fill(store: Store, bus: Bus, clock: SystemClock) -> None:
    """Say both sentences, as the daemon would keep them."""
    turns, journal = StoredTurns(store, clock), Journal(bus, store, clock, 365)
    rows = [
        Utterance(f"old{i}", "s", NOW - timedelta(days=9), PERSON, f"We talked of {i} boats")
        for i in range(300)
    ]
    await turns.bring(rows)
    for turn, text in (("t1", CONFIDED), ("t2", OTHER)):
        heard = Heard("hall", text, turn=turn)
        spoken = Spoken("hall", f"So: {text}.", f"So: {text}.", turn)
        await turns.heard(heard)
        await turns.spoken(spoken)
        events: tuple[RoomEvent | Acted, ...] = (
            Hearing("hall", text[:30]),
            heard,
            Understood("hall", turn, text, ""),
            Say("hall", f"So: {text}.", turn),
            Acted(Act("light.a", "turn_on", turn=turn, because=text), "done", "off", "on", 1.0),
            spoken,
            Say("hall", f"A while ago you said: {text}"),
            Answered("hall", turn, f"So: {text}."),
        )
        for event in events:
            bus.publish(event)
        await journal.drain()
        await journal.keep(Message("hermes/asr/textCaptured", text.encode()), turn)
        await StoredFacts(store, clock).keep(
            [Fact(0, "me", "told", text, text, turn, datetime.now(UTC))]
        )
    await StoredLists(store, clock).add("", ["flowers for Zebulon", "milk"])


@asynccontextmanager
async def memory(folder: Path, *, filled: bool = True) -> AsyncIterator[Memory]:
    clock, cache = SystemClock(), Cache()
    async with Store(folder / "hearth.db") as store:
        if filled:
            await fill(store, Bus(), clock)
        yield Memory(
            store,
            StoredTurns(store, clock),
            StoredFacts(store, clock),
            Forgetting(store, clock, erasers=[cache]),
            cache,
        )


async def test_an_utterance_is_gone_from_every_byte(tmp_path: Path) -> None:
    async with memory(tmp_path) as m:
        assert {f"hearth.db-wal: {word.decode()}" for word in TRACES[:4]} <= holding(tmp_path)
        doomed = await m.forgetting.find(Meant(("t1",)))
        assert (len(doomed.utterances), doomed.said, len(doomed.facts)) == (2, 1, 1)
        assert await m.forgetting.forget(doomed) == 3
        assert holding(tmp_path) == {"hearth.db: zebulon"}  # an item of the shopping list
        assert holding(tmp_path, (b"mara is coming",))
        assert [one.source for one in await m.facts.all()] == ["t2"]
        assert m.cache.gone[0].touches(f"As you said: {CONFIDED}!")
        assert not m.cache.gone[0].touches(OTHER)


async def test_a_person_is_gone_with_all_that_names_them(tmp_path: Path) -> None:
    async with memory(tmp_path) as m:
        await m.forgetting.forget(await m.forgetting.find(Meant(person="Zebulon")))
        assert holding(tmp_path) == set()
        assert await StoredLists(m.store, SystemClock()).items("") == ("milk",)
        assert await m.turns.one("t2") is not None


async def test_a_period_is_gone(tmp_path: Path) -> None:
    async with memory(tmp_path) as m:
        start = NOW - timedelta(hours=1)
        await m.forgetting.forget(await m.forgetting.find(Meant(start=start)))
        assert holding(tmp_path, (*TRACES[1:], b"mara is")) == set()
        assert (await m.turns.stats()).turns == 300
        assert await m.facts.every() == ()


async def test_a_topic_is_gone_in_singular_and_plural(tmp_path: Path) -> None:
    async with memory(tmp_path) as m:
        doomed = await m.forgetting.find(Meant(topic="greyhound"))
        assert {each.id for each in doomed.utterances} == {"t1", "t1.hearth"}


async def test_what_hearth_made_of_a_fact_goes_with_it(tmp_path: Path) -> None:
    async with memory(tmp_path) as m:
        later = datetime.now(UTC) + timedelta(minutes=1)
        said = Utterance("h9", "s", later, HEARTH, "How is Zebulon today?")
        await m.turns.bring([said])
        told = [Fact(0, "me", "colleague", "Zebulon", CONFIDED, "t1", datetime.now(UTC))]
        await m.facts.keep(told)
        doomed = await m.forgetting.find(Meant(("t1",)))
        assert "h9" in {each.id for each in doomed.utterances}


async def test_what_was_forgotten_stays_out_of_imports(tmp_path: Path) -> None:
    async with memory(tmp_path) as m:
        whole = await m.turns.newest(1000)
        await m.forgetting.forget(await m.forgetting.find(Meant(("t1",))))
        done = await m.turns.bring(whole, m.forgetting.refused)
        refused = m.forgetting.refused
        assert (done.added, done.forgotten) == (0, 2)
        secret = next(each for each in whole if each.id == "t1")
        for other in (
            replace(secret, id="new"),
            replace(secret, id="new", time=secret.time - timedelta(days=2)),
            replace(secret, id="new", text=secret.text.upper() + "!"),
        ):
            assert refused([other]) == {"new"}
        again = replace(secret, id="new", time=datetime.now(UTC) + timedelta(days=1))
        assert refused([again]) == frozenset()


async def test_a_restored_backup_is_cleaned_at_the_start(tmp_path: Path) -> None:
    home, backup = tmp_path / "home", tmp_path / "backup"
    async with memory(home):
        pass
    shutil.copytree(home, backup)
    async with memory(home, filled=False) as m:
        await m.forgetting.forget(await m.forgetting.find(Meant(person="Zebulon")))
    shutil.copy(backup / "hearth.db", home / "hearth.db")
    assert holding(home)
    async with memory(home, filled=False) as m:
        await m.forgetting.finish()
        assert holding(home) == {"hearth.db: zebulon"}  # the list: no tombstone names it
        assert await m.turns.one("t1") is None
        assert await m.turns.one("t2") is not None


async def test_hashes_travel_with_an_export(tmp_path: Path) -> None:
    here, there = Tombstones(_folder(tmp_path, "a")), Tombstones(_folder(tmp_path, "b"))
    secret = Utterance("t1", "s", NOW, PERSON, CONFIDED)
    here.add([secret], NOW)
    lines = list(here.export())
    assert there.merge(lines) == 3
    assert there.merge(lines) == 0
    assert Tombstones(tmp_path / "b").has(replace(secret, id="other"))
    assert holding(tmp_path) == set()


CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from memory.test_forgetting import memory
from hearth.remember import Meant

class Killer:
    async def erase(self, gone):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    async with memory(Path({home!r})) as m:
        doomed = await m.forgetting.find(Meant(person="Zebulon"))
        if {when!r} == "before":
            m.store.do = killed
        else:
            m.forgetting._erasers = [Killer()]
        await m.forgetting.forget(doomed)

async def killed(work):
    if (m.store.path.parent / "forgotten").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return await type(m.store).do(m.store, work)

asyncio.run(main())
"""


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_kill_in_the_middle_is_finished_at_the_next_start(
    tmp_path: Path, when: str
) -> None:
    code = CHILD.format(tests=str(Path(__file__).parents[1]), home=str(tmp_path), when=when)
    code = code.replace("async with memory(", "global m\n    async with memory(")
    child = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], env={**os.environ}, check=False
    )
    assert child.returncode == -signal.SIGKILL
    assert holding(tmp_path)
    async with memory(tmp_path, filled=False) as m:
        await m.forgetting.finish()
        left = {"hearth.db: zebulon"} if when == "before" else set()
        assert holding(tmp_path) == left
        assert await m.turns.one("t2") is not None
        if when == "after":
            assert m.cache.gone[0].unsure


def _folder(path: Path, name: str) -> Path:
    (path / name).mkdir()
    return path / name
