"""Sentences of people in, a reminder every three hours that Hearth is software out.

The law asks for it at the beginning and at least every three hours of continuous use (NY GBL
art. 47; Cal. SB 243); the set-up says it at the beginning. What is said here stands in the house's
own phrases, which no persona may change, and nothing in the configuration turns it off.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from hearth.bus import Bus
from hearth.event import Crisis, Heard, Listen, Say, Spoken, new_turn
from hearth.keep import Settings
from hearth.persona import Self
from hearth.port import Clock, Phraser

log = logging.getLogger(__name__)

EVERY = timedelta(hours=3)
"""How often it is said within continuous use, at least."""

PAUSE = timedelta(minutes=30)
"""A pause this long ends continuous use."""

KEY = "self/use"
"""The setting under which the present use is kept, so that a restart does not begin it anew."""

_KEEP_EVERY = timedelta(minutes=5)
_CRISIS = timedelta(minutes=15)
"""So long it waits while somebody is in danger; the fixed replies say what Hearth is, too."""


@dataclass(frozen=True, slots=True)
class Use:
    """Continuous use: when it began, the last sentence in it, when it was last told what Hearth is.

    Times are aware.
    """

    began: datetime
    last: datetime
    told: datetime

    def after(self, now: datetime) -> Use:
        """Return the use after one more sentence at ``now``; a pause begins it anew."""
        if now - self.last > PAUSE or now < self.last - PAUSE:
            return Use(now, now, now)
        return replace(self, last=now)

    def due(self, now: datetime) -> bool:
        """Return whether it is time to say it again."""
        return now - self.told >= EVERY


class Disclosure:
    """Says again what Hearth is, at the next fitting moment: after an answer, not in a question.

    Args:
        bus: Where sentences come from, and the reminder goes.
        clock: The calendar's time.
        phraser: The house's own phrases, not the persona's.
        who: Tells whether the mood is read from the voice, which is said along.
        kept: Where the use is kept; ``settings`` is what was kept at the start.
    """

    def __init__(
        self,
        bus: Bus,
        clock: Clock,
        phraser: Phraser,
        who: Self,
        *,
        kept: Settings,
        settings: Mapping[str, str],
    ) -> None:
        self._bus, self._clock, self._phraser, self._who = bus, clock, phraser, who
        self._kept = kept
        self._inbox = bus.subscribe(Heard, Spoken, Listen, Crisis, size=1024)
        self._use = _read(settings.get(KEY, ""))
        self._written: datetime | None = None
        self._turns: dict[str, str] = {}
        self._asking: set[str] = set()
        self._crisis: datetime | None = None

    async def run(self) -> None:
        """Count, and say it when it is time, until cancelled."""
        async for event in self._inbox:
            match event:
                case Heard(because="") if event.origin != "hearth":
                    self._turns[event.site] = event.turn
                    await self._count()
                case Listen(after=after) if after:
                    self._asking = {after}
                case Crisis(on=on):
                    self._crisis = self._clock.now() if on else None
                case Spoken(site=site, turn=turn, last=True) if turn:
                    if self._turns.get(site) == turn and turn not in self._asking:
                        await self._say(site)

    async def _count(self) -> None:
        now = self._clock.now()
        self._use = self._use.after(now) if self._use else Use(now, now, now)
        if self._written is None or now - self._written >= _KEEP_EVERY:
            await self._keep(now)

    async def _say(self, site: str) -> None:
        now = self._clock.now()
        if self._use is None or not self._use.due(now):
            return
        if self._crisis and now - self._crisis < _CRISIS:
            return
        keys = ["disclosure.reminder"]
        if "voice" in self._who.profile().notice:
            keys.append("disclosure.voice")
        text = " ".join(self._phraser.phrase(key) for key in keys)
        # Urgent: somebody is talking with it, so the quiet hours are not quiet.
        self._bus.publish(Say(site, text, new_turn(), urgent=True))
        self._use = replace(self._use, told=now)
        await self._keep(now)

    async def _keep(self, now: datetime) -> None:
        if self._use:
            # Not asdict: it copies, and the zone of a real clock cannot be copied.
            use = {f.name: getattr(self._use, f.name).isoformat() for f in fields(self._use)}
            await self._kept.put(KEY, json.dumps(use))
            self._written = now


def _read(text: str) -> Use | None:
    try:
        told = json.loads(text) if text else {}
        return Use(**{name: datetime.fromisoformat(at) for name, at in told.items()})
    except (ValueError, TypeError):
        return None
