"""What is heard and said is kept word for word, at once, and what must not be kept is not."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from hearth.bus import Bus
from hearth.clock import LoopClock
from hearth.error import HearthError
from hearth.event import Heard, Secret, Spoken
from hearth.memory.store import Store, read_only
from hearth.memory.turns import Scribe, StoredTurns
from hearth.remember import HEARTH, PERSON, Utterance
from support.ports import AtOnce
from support.running import running

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Kept:
    """A scribe at work on virtual time."""

    def __init__(self, bus: Bus, turns: StoredTurns, clock: LoopClock, path: Path) -> None:
        self.bus, self.turns, self.clock, self.path = bus, turns, clock, path

    async def said(self) -> list[tuple[str, str]]:
        await asyncio.sleep(0.1)
        return [(each.speaker, each.text) for each in await self.turns.newest(100)]


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    bus, clock = Bus(), LoopClock(MORNING)
    async with Store(tmp_path / "hearth.db", AtOnce()) as store:
        turns = StoredTurns(store, clock)
        async with running(Scribe(bus, turns).run):
            yield Kept(bus, turns, clock, tmp_path / "hearth.db")


def told(id_: str, text: str, speaker: str = "Ann", session: str = "1") -> Utterance:
    return Utterance(id_, session, MORNING, speaker, text)


@pytest.mark.looptime
async def test_the_sentences_of_a_reply_are_one_turn_as_far_as_they_were_heard(kept: Kept) -> None:
    kept.bus.publish(Heard("kitchen", "I met Tom today", turn="t1"))
    kept.bus.publish(Spoken("kitchen", "How nice.", "How nice.", "t1", last=False))
    kept.bus.publish(Spoken("kitchen", "What did he say to you?", "What did", "t1"))
    assert await kept.said() == [(PERSON, "I met Tom today"), (HEARTH, "How nice. What did")]
    first, reply = await kept.turns.newest(2)
    assert (first.id, first.site, reply.id) == ("t1", "kitchen", "t1.hearth")
    assert first.session == reply.session
    assert first.time.utcoffset() is not None


@pytest.mark.looptime
async def test_secrets_rules_and_silence_are_not_kept(kept: Kept) -> None:
    kept.bus.publish(Heard("kitchen", "", secret=Secret("1234")))
    kept.bus.publish(Heard("kitchen", "turn on the lamp", because="rule:evening"))
    kept.bus.publish(Heard("kitchen", "  "))
    kept.bus.publish(Spoken("kitchen", "Never heard.", "", "t2"))
    assert await kept.said() == []
    assert b"1234" not in b"".join(file.read_bytes() for file in kept.path.parent.iterdir())


@pytest.mark.looptime
async def test_a_pause_begins_another_session_in_that_room_only(kept: Kept) -> None:
    for text, after_s in (("one", 0), ("two", 19 * 60), ("three", 21 * 60)):
        await asyncio.sleep(after_s)
        kept.bus.publish(Heard("kitchen", text))
        await kept.said()
    kept.bus.publish(Heard("attic", "four"))
    await kept.said()
    sessions = [each.session for each in await kept.turns.newest(10)]
    assert sessions[0] == sessions[1]
    assert len(set(sessions)) == 3


@pytest.mark.looptime
async def test_what_it_says_of_its_own_accord_is_kept_sentence_after_sentence(kept: Kept) -> None:
    kept.bus.publish(Spoken("kitchen", "Good morning.", "Good morning.", last=False))
    kept.bus.publish(Spoken("kitchen", "It is eight.", "It is eight."))
    assert await kept.said() == [(HEARTH, "Good morning. It is eight.")]
    kept.bus.publish(Spoken("kitchen", "Lunch?", "Lunch?"))
    assert (await kept.said())[-1] == (HEARTH, "Lunch?")


@pytest.mark.looptime
async def test_a_turn_that_comes_twice_loses_nothing(kept: Kept) -> None:
    kept.bus.publish(Heard("kitchen", "yes", turn="t1"))
    kept.bus.publish(Heard("kitchen", "no, wait", turn="t1"))
    assert await kept.said() == [(PERSON, "yes"), (PERSON, "no, wait")]


async def test_an_import_is_whole_and_may_come_twice(kept: Kept) -> None:
    both = (told("a", "Good morning"), told("b", "And to you", "Ben"))
    assert (await kept.turns.bring(both)).added == 2
    again = await kept.turns.bring((*both, told("c", "New")))
    assert (again.added, again.known) == (1, 2)
    with pytest.raises(HearthError, match="'a' is in the memory already, with other words"):
        await kept.turns.bring((told("d", "Fine"), told("a", "Something else")))
    assert await kept.turns.one("d") is None, "nothing is half imported"


async def test_what_was_forgotten_is_not_imported(kept: Kept) -> None:
    done = await kept.turns.bring(
        (told("a", "x"), told("b", "y")), lambda every: frozenset({every[0].id})
    )
    assert (done.added, done.forgotten) == (1, 1)
    assert await kept.turns.one("a") is None


async def test_neighbours_end_with_the_session(kept: Kept) -> None:
    await kept.turns.bring([told(str(n), f"sentence {n}", session=str(n // 3)) for n in range(6)])
    around = await kept.turns.around("3", 2, 1)
    assert [each.id for each in around] == ["3", "4"]
    assert await kept.turns.around("none", 1, 1) == ()


async def test_index_and_vectors_go_with_the_turn(kept: Kept) -> None:
    await kept.turns.bring((told("a", "The zeppelin flew"), told("b", "A zebra and zeppelins")))
    with sqlite3.connect(kept.path) as db:
        db.execute("INSERT INTO turn_vector (seq, vector) VALUES (1, x'01'), (2, x'02')")
        forms = ("zeppelin", "flew", "zebra", "zeppelins")
        db.executemany(
            "INSERT INTO word_vector (form, vector) VALUES (?, x'00')", [(f,) for f in forms]
        )
        db.execute("DELETE FROM turn WHERE id = 'b'")
        found = db.execute("SELECT rowid FROM turn_word WHERE turn_word MATCH 'zeppelins'")
        assert found.fetchall() == [(1,)], "the index stems"
        assert db.execute("SELECT seq FROM turn_vector").fetchall() == [(1,)]
        assert {row[0] for row in db.execute("SELECT form FROM word_vector")} == {
            "zeppelin",
            "flew",
        }
        db.execute("UPDATE turn SET text = 'The airship flew' WHERE id = 'a'")
        assert db.execute("SELECT count(*) FROM turn_vector").fetchone() == (0,)
        assert {row[0] for row in db.execute("SELECT form FROM word_vector")} == {"flew"}
    db.close()


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "hearth.db"
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from hearth.clock import SystemClock\n"
        "from hearth.event import Heard\n"
        "from hearth.memory.store import Store\n"
        "from hearth.memory.turns import StoredTurns\n"
        "async def main():\n"
        "    async with Store(Path(sys.argv[1])) as store:\n"
        "        turns = StoredTurns(store, SystemClock())\n"
        "        for n in range(100_000):\n"
        "            print(await turns.heard(Heard('kitchen', f'sentence {n}')), flush=True)\n"
        "asyncio.run(main())\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE)
    assert child.stdout
    ids = [child.stdout.readline().decode().strip() for _ in range(20)]
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    kept = {row["id"] for row in read_only(path, "SELECT id FROM turn")}
    assert set(ids) <= kept


async def test_a_write_takes_milliseconds(tmp_path: Path) -> None:
    async with Store(tmp_path / "hearth.db") as store:
        turns = StoredTurns(store, LoopClock(MORNING))
        loop, took = asyncio.get_running_loop(), []
        for number in range(100):
            began = loop.time()
            await turns.heard(Heard("kitchen", f"sentence {number}, as long as people speak"))
            took.append((loop.time() - began) * 1000)
    assert min(took) < 5, "milliseconds; the least, as other tests run beside"


async def test_a_reader_sees_what_was_acknowledged_and_cannot_write(tmp_path: Path) -> None:
    async with Store(tmp_path / "hearth.db") as store:
        turns = StoredTurns(store, LoopClock(MORNING + timedelta(days=1)))
        id_ = await turns.heard(Heard("kitchen", "hello"))
        assert (await turns.one(id_)) is not None
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await store.read(lambda db: db.execute("DELETE FROM turn"))
