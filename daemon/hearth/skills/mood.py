"""Tells a person how they seemed to feel, takes their word for it, and stops when asked to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from hearth.event import Mood
from hearth.feeling import Felt, MoodLog
from hearth.persona import Profile
from hearth.port import Clock, Phraser
from hearth.skill import Reply, Request, intent

_FEW = 4
"""Fewer moods than this make no picture."""

_SEVERAL_DAYS = 3
_TREND = 0.25
"""How much the second half of a time has to differ in valence from the first to be told."""


class Feeling(Protocol):
    """What reads moods (``mind/mood/moods.py``)."""

    @property
    def noticing(self) -> bool:
        """Whether moods are kept."""

    async def correct(self, site: str, turn: str, feels: str, feels_not: str) -> Mood:
        """Put the last mood of a room right."""

    async def clear(self) -> int:
        """Forget every mood."""


class Person(Protocol):
    """What the person allowed, and how that is changed (``mind/me.py``)."""

    def profile(self) -> Profile:
        """Return what the person told."""

    async def change(self, **fields: Any) -> Profile:
        """Change it; returns once it is on disk. Raises HearthError."""


class MoodTalk:
    """The intents about moods."""

    def __init__(
        self, moods: Feeling, me: Person, kept: MoodLog, clock: Clock, phraser: Phraser
    ) -> None:
        self._moods, self._me, self._kept = moods, me, kept
        self._clock, self._phraser = clock, phraser

    @intent("HearthMoodLately")
    async def lately(self, request: Request) -> Reply:
        """Tell how the person seemed to feel, in careful words."""
        span = str(request.command.slots.get("span", "week"))
        start, end = _span(span, self._clock.now())
        felt = [f for f in await self._kept.between(start, end) if not f.replaced]
        if not felt and not self._moods.noticing:
            return Reply(self._phraser.phrase("mood.not_allowed"))
        counted = Counter(f.mood.feeling for f in felt if f.mood.feeling)
        names = [self._name(name) for name, _ in counted.most_common(2)]
        told = self._phraser.phrase(f"mood.spans.{span}")
        if not names:
            return Reply(self._phraser.phrase("mood.none"))
        if sum(counted.values()) < _FEW:
            return Reply(self._phraser.phrase("mood.few", span=told, first=names[0]))
        return Reply(
            self._phraser.phrase(
                "mood.told",
                span=told,
                first=names[0],
                second=names[1] if len(names) > 1 else "",
                trend=self._trend(felt),
            )
        )

    @intent("HearthMoodCorrect")
    async def correct(self, request: Request) -> Reply:
        """Take the person's own word for how they feel."""
        slots = request.command.slots
        right, wrong = str(slots.get("right", "")), str(slots.get("wrong", ""))
        await self._moods.correct(request.site, request.turn, right, wrong)
        key = "mood.corrected" if wrong else "mood.noted"
        named = {"right": self._name(right), "wrong": self._name(wrong) if wrong else ""}
        return Reply(self._phraser.phrase(key, **named))

    @intent("HearthMoodStop")
    async def stop(self, request: Request) -> Reply:
        """Notice the mood, or the voice, no more."""
        voice = request.command.slots.get("what") == "voice"
        gone = {"voice"} if voice else {"mood", "voice"}
        await self._me.change(notice=frozenset(self._me.profile().notice - gone))
        return Reply(self._phraser.phrase("mood.stopped_voice" if voice else "mood.stopped"))

    @intent("HearthMoodStart")
    async def start(self, request: Request) -> Reply:
        """Notice it, because the person said that it may be; the voice is announced as such."""
        voice = request.command.slots.get("what") == "voice"
        more = {"mood", "voice"} if voice else {"mood"}
        await self._me.change(notice=frozenset(self._me.profile().notice | more))
        return Reply(self._phraser.phrase("mood.started_voice" if voice else "mood.started"))

    @intent("HearthMoodForget")
    async def forget(self, request: Request) -> Reply:
        """Delete the line over time, and what was learned of the voice."""
        await self._moods.clear()
        return Reply(self._phraser.phrase("mood.forgotten"))

    def _name(self, feeling: str) -> str:
        return self._phraser.phrase(f"mood.names.{feeling}")

    def _trend(self, felt: Sequence[Felt]) -> str:
        """Return whether it became lighter or heavier; empty where it did not, or is not known."""
        days = {f.time.date() for f in felt}
        if len(days) < _SEVERAL_DAYS:
            return ""
        half = len(felt) // 2
        step = _mean(felt[half:]) - _mean(felt[:half])
        if abs(step) < _TREND:
            return ""
        return self._phraser.phrase("mood.brighter" if step > 0 else "mood.darker")


def _mean(felt: Sequence[Felt]) -> float:
    return sum(f.mood.valence for f in felt) / max(len(felt), 1)


def _span(span: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the time that a span means."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if span == "day":
        return midnight, now
    if span == "yesterday":
        return midnight - timedelta(days=1), midnight
    return midnight - timedelta(days=30 if span == "month" else 7), now
