"""A persona that is changed at a terminal: those in the house are told of it, once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hearth.skills.self import OUTSIDE
from support.story import story, unasked, walks_by

pytestmark = pytest.mark.looptime


async def test_it_is_told_when_somebody_comes_by_and_only_once(tmp_path: Path) -> None:
    async with story(tmp_path) as s:
        await s.rooms.company.me.change(notice=frozenset({"presence"}))
        await s.rooms.company.me.be("dry", "female", f"{OUTSIDE} use")
        for _ in range(3):
            await asyncio.sleep(1800)
            await walks_by(s)
        told = [text for text in unasked(s) if "Henrietta" in text]
        assert len(told) == 1
        assert "go back to how you were" in told[0]
