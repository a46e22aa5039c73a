"""What was said unasked, what became of it and what a person thinks of it: in memory and on disk.

Shared by the initiative, which asks it, and the skill that is told "not now" and "less of that".
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hearth.mind.initiative.gate import SPENDS
from hearth.mind.initiative.state import Reason
from hearth.port import Clock
from hearth.remember import Gone
from hearth.want import Became, Level, Past, PromptStore, Said, Taste, Want

EVERYTHING = ""
"""The kind that stands for all kinds."""

_KEEPS = timedelta(days=400)
"""So long a key is spent; an anniversary's bears its year."""

_MOST_HELD = 64
_LEVELS: tuple[Level, ...] = ("never", "less", "some", "more")


@dataclass(frozen=True, slots=True)
class Held:
    """A want that was held back, why, and when it last was."""

    want: Want
    reason: Reason
    time: datetime


class Kept:
    """The initiative's memory; each write is on disk when it returns."""

    def __init__(self, store: PromptStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._past = Past()
        self._loaded = False
        self._words: dict[str, tuple[Want, ...]] = {}
        self._held: OrderedDict[tuple[str, Reason], Held] = OrderedDict()

    async def load(self) -> None:
        """Read what was kept; once."""
        if not self._loaded:
            self._past = await self._store.past(self._clock.now() - _KEEPS)
            self._loaded = True

    @property
    def past(self) -> Past:
        """What was said, by its time, and what was thought of it."""
        return self._past

    async def say(self, utterance: str, site: str, wants: Sequence[Want]) -> None:
        """Note what is about to be said, before it is."""
        now = self._clock.now()
        said = [
            Said(utterance, w.key, w.kind, now, site, w.question is not None, w.duty) for w in wants
        ]
        await self._store.save(said)
        self._past = replace(self._past, said=(*self._past.said, *said))
        self._words = {utterance: tuple(wants)}  # only the last: what may be asked about

    async def became(self, utterance: str, became: Became) -> None:
        """Note what became of an utterance."""
        new = [replace(s, became=became) for s in self._past.said if s.utterance == utterance]
        await self._store.save(new)
        rest = iter(new)
        self._past = replace(
            self._past,
            said=tuple(next(rest) if s.utterance == utterance else s for s in self._past.said),
        )

    def spent(self, key: str) -> bool:
        """Return whether a key was said, and so is not said again."""
        return any(said.key == key and said.became in SPENDS for said in self._past.said)

    def last(self, within: timedelta) -> tuple[Said, ...]:
        """Return the last utterance that was heard, where it is not longer ago than ``within``."""
        heard = [said for said in self._past.said if said.became != "unheard"]
        if not heard or self._clock.now() - heard[-1].time > within:
            return ()
        return tuple(said for said in heard if said.utterance == heard[-1].utterance)

    def wants_of(self, utterance: str) -> tuple[Want, ...]:
        """Return the wants of the last utterance with their words; empty after a restart."""
        return self._words.get(utterance, ())

    async def like(self, kind: str, level: Level) -> None:
        """Keep how much of a kind the person wants."""
        taste = self._past.tastes.get(kind, Taste())
        await self._taste(kind, replace(taste, level=level, until=None))

    async def step(self, kind: str, by: int) -> Level:
        """Make a kind more or less wanted by one step; return what it is then."""
        at = _LEVELS.index(self._past.tastes.get(kind, Taste()).level)
        level = _LEVELS[min(max(at + by, 0), len(_LEVELS) - 1)]
        await self.like(kind, level)
        return level

    async def not_before(self, kind: str, until: datetime | None) -> None:
        """Say nothing of a kind (``EVERYTHING``: nothing at all) before ``until``."""
        taste = self._past.tastes.get(kind, Taste())
        await self._taste(kind, replace(taste, until=until))

    async def hold(self, want: Want, reason: Reason) -> None:
        """Note why a want was held back; on disk only where the reason is a new one."""
        new = self._held.pop((want.key, reason), None) is None
        now = self._clock.now()
        self._held[want.key, reason] = Held(want, reason, now)
        while len(self._held) > _MOST_HELD:
            self._held.popitem(last=False)
        if new:
            await self._store.held(want.key, want.kind, reason, now)

    def held(self) -> tuple[Held, ...]:
        """Return what was held back lately, the last first, with each reason there was."""
        return tuple(reversed(self._held.values()))

    async def erase(self, gone: Gone) -> None:
        """Drop the words of wants (the port ``Eraser``), whatever is being forgotten."""
        self._words.clear()
        self._held.clear()

    async def _taste(self, kind: str, taste: Taste) -> None:
        await self._store.taste(kind, taste)
        self._past = replace(self._past, tastes={**self._past.tastes, kind: taste})
