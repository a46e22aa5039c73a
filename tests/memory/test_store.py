"""What the store acknowledged is on disk; what failed left nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hearth.bus import Bus
from hearth.clock import LoopClock, SystemClock
from hearth.error import HearthError
from hearth.event import Heard, Hush, Understood
from hearth.memory.journal import Journal
from hearth.memory.store import Store, read_only
from hearth.memory.timers import StoredSettings, StoredTimers
from hearth.port import Message, Timer
from support.ports import AtOnce


async def test_each_write_stands_alone_in_a_batch(tmp_path: Path) -> None:
    async with Store(tmp_path / "m.db") as store:
        settings = StoredSettings(store)

        def bad(db: sqlite3.Connection) -> None:
            db.execute("INSERT INTO setting VALUES ('half', '1')")
            raise ValueError("no")

        results = await asyncio.gather(
            settings.put("a", "1"), store.do(bad), settings.put("b", "2"), return_exceptions=True
        )
        assert isinstance(results[1], ValueError)
        assert await settings.all() == {"a": "1", "b": "2"}


async def test_a_store_of_a_newer_hearth_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    async with Store(path):
        pass
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 9999")
    db.close()
    with pytest.raises(HearthError, match="newer Hearth"):
        async with Store(path):
            pass


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    path.write_text("not a database, but long enough to be looked at" * 100)
    with pytest.raises(HearthError, match="cannot be opened"):
        async with Store(path):
            pass


async def test_the_file_belongs_to_its_user_alone(tmp_path: Path) -> None:
    async with Store(tmp_path / "state" / "m.db") as store:
        assert store.path.stat().st_mode & 0o777 == 0o600


async def test_timers_come_back_as_they_were(tmp_path: Path) -> None:
    ends = datetime(2026, 3, 1, 12, tzinfo=UTC)
    async with Store(tmp_path / "m.db") as store:
        timers = StoredTimers(store)
        late = await timers.save(Timer(0, "eggs", "kitchen", 300, ends))
        paused = await timers.save(Timer(0, "", "hall", 60, remaining_s=12.5))
        changed = await timers.save(Timer(late.id, "eggs", "kitchen", 300, remaining_s=1))
    async with Store(tmp_path / "m.db") as store:
        assert set(await StoredTimers(store).all()) == {paused, changed}


async def test_the_journal_keeps_every_event_in_order(tmp_path: Path) -> None:
    bus = Bus()
    async with Store(tmp_path / "m.db") as store:
        journal = Journal(bus, store, SystemClock(), keep_days=1)
        running = asyncio.create_task(journal.run())
        bus.publish(Heard("kitchen", "turn on the lämp", turn="t1"))
        bus.publish(Understood("kitchen", "t1", "x", "HassTurnOn", {"name": "lamp"}, ("light.l",)))
        bus.publish(Hush("hall"))
        await asyncio.sleep(0.1)
        running.cancel()
        await journal.drain()
    rows = read_only(tmp_path / "m.db", "SELECT kind, site, turn, body FROM journal ORDER BY id")
    assert [(r["kind"], r["site"], r["turn"]) for r in rows] == [
        ("Heard", "kitchen", "t1"),
        ("Understood", "kitchen", "t1"),
        ("Hush", "hall", ""),
    ]
    assert '"text": "turn on the lämp"' in rows[0]["body"]
    assert '"targets": ["light.l"]' in rows[1]["body"]


@pytest.mark.looptime
async def test_what_is_older_than_keep_days_is_dropped(tmp_path: Path) -> None:
    bus = Bus()
    async with Store(tmp_path / "m.db", AtOnce()) as store:
        clock = LoopClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
        running = asyncio.create_task(Journal(bus, store, clock, keep_days=30).run())
        for day in range(33):
            bus.publish(Hush(f"day {day}"))
            await asyncio.sleep(86_400)
        running.cancel()
    rows = read_only(tmp_path / "m.db", "SELECT site FROM journal ORDER BY id")
    assert rows[0]["site"] == "day 2"


async def test_a_redelivered_message_is_told_from_an_equal_new_one(tmp_path: Path) -> None:
    async with Store(tmp_path / "m.db") as store:
        journal = Journal(Bus(), store, SystemClock(), keep_days=0)
        message = Message("door", b"open", 1)
        before = [await journal.keep(message, "m1"), await journal.keep(message, "m1")]
        await journal.handled(message, "m1")
        after = await journal.keep(message, "m1")
        again = [await journal.keep(message), await journal.keep(message)]
    assert (before, after, again) == ([True, True], False, [True, True])


_WRITER = """
import asyncio, sys
from pathlib import Path
from hearth.memory.store import Store
from hearth.memory.timers import StoredSettings

async def main():
    async with Store(Path(sys.argv[1])) as store:
        settings = StoredSettings(store)
        for number in range(100_000):
            await settings.put(str(number), "x")
            print(number, flush=True)

asyncio.run(main())
"""


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout
    acknowledged = [int(writer.stdout.readline()) for _ in range(50)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += [int(line) for line in writer.stdout.read().splitlines() if line]
    writer.stdout.close()
    writer.wait()
    db = sqlite3.connect(path)
    kept = {int(key) for (key,) in db.execute("SELECT key FROM setting")}
    db.close()
    assert set(acknowledged) <= kept
