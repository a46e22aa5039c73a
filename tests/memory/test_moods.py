"""Moods are kept without words, put right without being lost, and forgotten with their turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hearth.event import Mood
from hearth.feeling import Felt, Usual
from hearth.memory.moods import StoredMoods, erase, read
from hearth.memory.store import Store
from hearth.remember import Gone

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SAD = Mood("kitchen", "t1", -0.7, -0.4, (("sadness", 0.8),), 0.7)
TIRED = Mood("kitchen", "t2", -0.2, -0.8, (("tired", 0.95),), 0.95, "told")


async def test_a_correction_marks_what_it_replaces(tmp_path: Path) -> None:
    async with Store(tmp_path / "hearth.db") as store:
        moods = StoredMoods(store)
        first = await moods.add(Felt(0, NOON, SAD))
        await moods.add(Felt(0, NOON + timedelta(minutes=1), TIRED), replaces=first)
        found = await moods.between(NOON, NOON + timedelta(hours=1))
        assert [(f.mood, f.replaced) for f in found] == [(SAD, True), (TIRED, False)]
        assert read(tmp_path / "hearth.db", NOON, NOON + timedelta(hours=1)) == found


async def test_corrections_lean_within_one(tmp_path: Path) -> None:
    async with Store(tmp_path / "hearth.db") as store:
        moods = StoredMoods(store)
        for _ in range(9):
            await moods.lean({"sadness": -0.25, "tired": 0.25})
        assert await moods.biases() == {"sadness": -1.0, "tired": 1.0}


async def test_what_is_usual_outlives_a_restart(tmp_path: Path) -> None:
    usual = {("kitchen", "pace"): Usual(20, 4.1, 3.2)}
    async with Store(tmp_path / "hearth.db") as store:
        await StoredMoods(store).note(usual)
    async with Store(tmp_path / "hearth.db") as store:
        assert await StoredMoods(store).usual() == usual


async def test_moods_go_with_their_turns_their_time_and_when_told(tmp_path: Path) -> None:
    later = NOON + timedelta(days=1)
    async with Store(tmp_path / "hearth.db") as store:
        moods = StoredMoods(store)
        await moods.add(Felt(0, NOON, SAD))
        await moods.add(Felt(0, later, TIRED))
        await store.do(lambda db: erase(db, Gone(turns=frozenset({"t1"}))))
        assert [f.mood for f in await moods.between(NOON, later + timedelta(1))] == [TIRED]
        await store.do(lambda db: erase(db, Gone(start=later, end=later + timedelta(hours=1))))
        assert await moods.between(NOON, later + timedelta(1)) == ()
        await moods.add(Felt(0, NOON, SAD))
        assert await moods.clear() == 1
        assert await moods.between(NOON, later) == ()


async def test_what_is_too_old_goes(tmp_path: Path) -> None:
    async with Store(tmp_path / "hearth.db") as store:
        moods = StoredMoods(store, keep_days=30)
        await moods.add(Felt(0, NOON - timedelta(days=31), SAD))
        await moods.add(Felt(0, NOON, TIRED))
        found = await moods.between(NOON - timedelta(days=60), NOON + timedelta(days=1))
        assert [f.mood for f in found] == [TIRED]
