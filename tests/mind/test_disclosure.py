"""That it is software is said again every three hours of talk, whoever it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hearth.bus import Bus
from hearth.clock import LoopClock
from hearth.event import Crisis, Heard, Listen, Say, Spoken
from hearth.mind import personas
from hearth.mind.disclosure import EVERY, KEY, PAUSE, Disclosure, Use
from hearth.mind.personas import VOICED
from hearth.persona import Persona, Profile
from hearth.voice.ownwords import OwnWords
from hearth.voice.phrasing import Phrasing
from support.ports import Recorder
from support.running import running

pytestmark = pytest.mark.looptime
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REMINDER = "I'm a computer program, not a person"


class Someone:
    """A self that can be told what it may notice."""

    def __init__(self, profile: Profile | None = None) -> None:
        self._profile = profile or Profile()

    def persona(self) -> Persona:
        return Persona("x", 1, "X")

    def profile(self) -> Profile:
        return self._profile


class Kept:
    """Settings in memory."""

    def __init__(self) -> None:
        self.settings: dict[str, str] = {}

    async def put(self, key: str, value: str) -> None:
        self.settings[key] = value

    async def all(self) -> dict[str, str]:
        return self.settings


class Scene:
    """One Hearth that is talked with."""

    def __init__(self, profile: Profile | None, settings: Mapping[str, str]) -> None:
        self.bus, self.kept = Bus(), Kept()
        self.told = Recorder(self.bus)
        phraser = OwnWords(Phrasing("en"), lambda key: "I am a human." if key in VOICED else None)
        self.clock = LoopClock(NOON)
        self.room = Disclosure(
            self.bus, self.clock, phraser, Someone(profile), kept=self.kept, settings=settings
        )

    async def talk(self, minutes: float, every: float = 10, *, asking: bool = False) -> None:
        """Somebody says something every ``every`` minutes, and is answered."""
        for number in range(int(minutes / every)):
            await asyncio.sleep(every * 60)
            turn = f"{self.clock.now():%H%M%S}{number}"
            self.bus.publish(Heard("hall", "hello", turn=turn))
            if asking:
                self.bus.publish(Listen("hall", after=turn))
            self.bus.publish(Spoken("hall", "Hello.", "Hello.", turn))
            await asyncio.sleep(0)

    @property
    def reminders(self) -> list[Say]:
        return [say for say in self.told.of(Say) if REMINDER in say.text]


@asynccontextmanager
async def scene(
    profile: Profile | None = None, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Scene]:
    made = Scene(profile, settings or {})
    async with running(made.room.run):
        await asyncio.sleep(0)
        yield made


async def test_it_is_said_every_three_hours_of_continuous_use() -> None:
    async with scene() as s:
        await s.talk(179)
        assert s.reminders == []
        await s.talk(20)
        assert len(s.reminders) == 1
        assert s.reminders[0].urgent  # the person is awake and talking: quiet hours do not hold it
        await s.talk(190)
        assert len(s.reminders) == 2


async def test_a_pause_of_more_than_half_an_hour_begins_anew() -> None:
    async with scene() as s:
        for _ in range(6):
            await s.talk(120)
            await asyncio.sleep(PAUSE.total_seconds() + 60)
        assert s.reminders == []


async def test_a_persona_that_calls_itself_human_changes_nothing(tmp_path: Path) -> None:
    text = (personas.directories()[0] / "warm.toml").read_text()
    text += '"disclosure.reminder" = "I am as human as you."\n'
    (tmp_path / "warm.toml").write_text(text)
    cast = personas.load("de", folders=[tmp_path])
    assert "warm" not in cast.files
    assert any("disclosure.reminder" in fault for fault in cast.faults)
    async with scene() as s:  # and one that got past the file's check
        await s.talk(200)
        assert len(s.reminders) == 1
        assert "human" not in s.reminders[0].text


async def test_no_setting_of_the_house_names_it() -> None:
    shipped = (personas.directories()[0].parent / "hearth.toml").read_text()
    assert "disclos" not in shipped
    assert not any(key.startswith(("disclosure", "setup", "crisis")) for key in VOICED)


async def test_it_waits_for_a_question_and_for_somebody_in_danger() -> None:
    async with scene() as s:
        await s.talk(200, asking=True)
        assert s.reminders == []
        s.bus.publish(Crisis("hall", "t", "self"))
        await s.talk(10)
        assert s.reminders == []
        s.bus.publish(Crisis("hall", "t", "self", on=False))
        await s.talk(10)
        assert len(s.reminders) == 1


async def test_reading_the_mood_from_the_voice_is_said_along() -> None:
    async with scene(Profile(notice=frozenset({"voice"}))) as s:
        await s.talk(200)
        assert "how you sound" in s.reminders[0].text


async def test_a_restart_does_not_begin_it_anew() -> None:
    async with scene() as s:
        await s.talk(120)
        kept = s.kept.settings
        assert KEY in kept
    settings = {KEY: kept[KEY].replace("T12", "T10").replace("T13", "T11").replace("T14", "T12")}
    async with scene(settings=settings) as s:
        await s.talk(80)
        assert len(s.reminders) == 1


@pytest.mark.parametrize(("minutes", "due"), [(0, False), (179, False), (180, True), (400, True)])
async def test_when_it_is_due(minutes: int, due: bool) -> None:
    await asyncio.sleep(0)
    use = Use(NOON, NOON + timedelta(minutes=minutes), NOON)
    assert use.due(NOON + timedelta(minutes=minutes)) == due
    assert timedelta(hours=3) == EVERY
