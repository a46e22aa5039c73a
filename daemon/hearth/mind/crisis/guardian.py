"""Each sentence in, a fixed reply out where a person may be in danger: a ``skill.Guardian``.

No word of it comes from a language model, and it needs neither one nor the encoder nor a network.
The words of a crisis are neither logged nor put on the bus.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from hearth.bus import Bus
from hearth.error import HearthError
from hearth.event import Crisis, Heard
from hearth.house import House
from hearth.keep import Settings
from hearth.mind.crisis import protocol
from hearth.mind.crisis.detector import Detector, Finding
from hearth.mind.crisis.helplines import Line, Lines, spelled
from hearth.mind.crisis.protocol import GENTLE, Session, Step, YesNo
from hearth.persona import Profile
from hearth.port import Clock, Phraser, Understander
from hearth.skill import Answer, Question, Reply

log = logging.getLogger(__name__)

KEY = "crisis"
"""The setting that keeps a session over a restart: its kind, rooms and time, no words."""

_LISTEN_S = 25.0
"""How long the microphone stays open after each sentence of the protocol."""

_AMUSING = ("HassMedia", "HassPlay", "HearthJoke", "HearthJoy")
"""Intents that are not carried out while the protocol holds."""

_QUIET = ("Pause", "Mute", "Stop", "Unmute")
"""Those of them that make it quieter are."""


class Sensing(Protocol):
    """Feels danger in a sentence that the rules do not know (``mind/crisis/near.py``)."""

    async def sense(self, text: str) -> Finding | None:
        """Return what it may tell of, within a deadline of its own; None where it cannot say."""


class CrisisGuardian:
    """Watches each sentence, answers words of danger, and holds on until it is over.

    Args:
        detector: The rules.
        sensing: What the encoder adds; None without one.
        lines: Whom to call, asked anew each time, because the person may move or put it right.
        profile: What the person told; whom to call when it matters.
        yes: Tells whether a sentence is a yes or a no.
        hold: How long after the last sentence the session is over.
        settings: What was kept when Hearth last stopped.
    """

    def __init__(
        self,
        bus: Bus,
        detector: Detector,
        *,
        sensing: Sensing | None,
        lines: Callable[[], Lines],
        profile: Callable[[], Profile],
        phraser: Phraser,
        yes: Callable[[str], YesNo],
        understander: Understander,
        clock: Clock,
        hold: timedelta,
        kept: Settings,
        settings: Mapping[str, str],
    ) -> None:
        self._bus, self._detector, self._sensing = bus, detector, sensing
        self._lines, self._profile, self._phraser = lines, profile, phraser
        self._yes, self._understander, self._clock = yes, understander, clock
        self._hold, self._kept = hold, kept
        self._session = _restored(settings.get(KEY, ""), clock.now())
        self._moved = asyncio.Event()
        self._follows = {kind: _count(phraser, kind) for kind in protocol.GRAVITY}

    @property
    def kind(self) -> str:
        """The kind of danger that is held at present; empty where there is none."""
        return self._session.kind if self._session else ""

    def holds(self, site: str = "") -> bool:
        """Tell whether the protocol holds, in a room or (empty) anywhere in the house."""
        return self._session is not None and (not site or site in self._session.sites)

    async def consider(self, heard: Heard, house: House, area: str | None) -> Reply | None:
        """Return the fixed reply, or None for an ordinary sentence and for orders to the home."""
        session = self._session
        if session and heard.site in session.sites and self._detector.is_safe(heard.text):
            return await self._take(heard, protocol.safe(session))
        found = self._detector.find(heard.text)
        if found is None and self._sensing and not session:
            found = await self._sensing.sense(heard.text)
            if found and await self._understander.understand(heard.text, house, area, ()):
                found = None  # an order to the home is none
        now = self._clock.now()
        if found and found.kind == GENTLE:
            if session is None:
                return Reply(self._phraser.phrase("crisis.past"))
        elif found:
            step = protocol.begin(
                found, heard.site, heard.turn, now=now, hold=self._hold, held=session
            )
            return await self._take(heard, step)
        if session is None or heard.site not in session.sites:
            return None
        return await self._held(heard, house, area, session)

    async def run(self) -> None:
        """End a session that has been silent for long enough, until cancelled."""
        if self._session:
            self._tell(self._session, on=True)
        while True:
            self._moved.clear()
            if self._session is None:
                await self._moved.wait()
                continue
            left = (self._session.until - self._clock.now()).total_seconds()
            if left <= 0:
                await self._end()
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._moved.wait()

    async def _held(
        self, heard: Heard, house: House, area: str | None, session: Session
    ) -> Reply | None:
        """Answer an ordinary sentence of a session; orders to the home go their usual way."""
        now = self._clock.now()
        if self._detector.asks_amusement(heard.text):
            return await self._take(heard, Step(session.touched(now, self._hold), "crisis.not_now"))
        if self._detector.is_parting(heard.text):
            held = replace(session, asked=False).touched(now, self._hold)
            return await self._take(heard, Step(held, "crisis.parting"), ask=False)
        answer = self._yes(heard.text)
        if not (session.asked and answer):
            commands = await self._understander.understand(heard.text, house, area, ())
            if commands:
                if any(_amuses(command.intent) for command in commands):
                    held = session.touched(now, self._hold)
                    return await self._take(heard, Step(held, "crisis.not_now"))
                await self._keep(session.touched(now, self._hold))
                return None
        step = protocol.follow(session, answer, self._follows[session.kind], now, self._hold)
        return await self._take(heard, step)

    async def _take(self, heard: Heard, step: Step, *, ask: bool = True) -> Reply:
        """Move to the step's session and return what is said."""
        before, kind = self._session, (step.session or self._session)
        self._session = step.session
        self._moved.set()
        if step.session and (before is None or before.kind != step.session.kind):
            self._bus.publish(Crisis(heard.site, heard.turn, step.session.kind))
        elif step.session is None and before:
            self._tell(before, on=False)
        text = self._words(step.key)
        log.info("the crisis protocol answers (%s)", kind.kind if kind else "")
        await self._keep(step.session)
        if not ask or step.session is None:
            return Reply(text)
        return Reply(text, question=Question(_no_answer, _LISTEN_S))

    async def _end(self) -> None:
        session, self._session = self._session, None
        if session:
            self._tell(session, on=False)
        await self._keep(None)

    def _tell(self, session: Session, *, on: bool) -> None:
        for site in sorted(session.sites):
            self._bus.publish(Crisis(site, session.turn, session.kind, on))

    async def _keep(self, session: Session | None) -> None:
        """Keep the session over a restart; the reply never fails because of the disk."""
        self._session = session
        self._moved.set()
        try:
            await self._kept.put(KEY, _written(session))
        except HearthError as error:
            log.warning("a session of the crisis protocol could not be kept: %s", error)

    def _words(self, key: str) -> str:
        """Return a fixed sentence, filled with the numbers of this country and the trusted name."""
        lines, phrase = self._lines(), self._phraser.phrase
        trusted = self._profile().trusted

        def line(name: str, found: Line | None) -> str:
            if found is None:
                return ""
            told = phrase(
                "crisis.line",
                name=found.name,
                number=found.spoken,
                always=found.hours == "24h",
            )
            return phrase(f"crisis.{name}", line=told)

        support = line("support", lines.support) or phrase("crisis.support_unknown")
        values = {
            "emergency": spelled(lines.emergency),
            "police": spelled(lines.of_police),
            "support": support,
            "violence": line("violence", lines.violence) or support,
            "poison": line("poison", lines.poison),
            "trusted": phrase("crisis.trusted", name=trusted.name, reach=trusted.reach)
            if trusted
            else phrase("crisis.someone"),
        }
        return phrase(key, **values)


def _amuses(intent: str) -> bool:
    """Tell whether an intent is for amusement: not while the protocol holds."""
    return intent.startswith(_AMUSING) and not any(word in intent for word in _QUIET)


async def _no_answer(_: Answer) -> Reply | None:
    """Take no answer: the guardian has seen the sentence before."""
    return None


def _count(phraser: Phraser, kind: str) -> int:
    """Return how many follow-ups a language has for a kind."""
    count = 0
    with suppress(KeyError):
        while phraser.phrase(f"crisis.{kind}.follow.{count}"):
            count += 1
    return count


def _written(session: Session | None) -> str:
    if session is None:
        return ""
    return json.dumps(
        {
            "kind": session.kind,
            "sites": sorted(session.sites),
            "until": session.until.isoformat(),
            "step": session.step,
        }
    )


def _restored(text: str, now: datetime) -> Session | None:
    """Return the session that was held when Hearth last stopped; None where it is over."""
    try:
        told = json.loads(text)
        until = datetime.fromisoformat(told["until"])
        session = Session(
            str(told["kind"]),
            frozenset(map(str, told["sites"])),
            until,
            asked=False,
            step=int(told["step"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
    return session if until > now and session.kind in protocol.GRAVITY else None
