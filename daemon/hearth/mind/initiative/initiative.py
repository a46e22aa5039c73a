"""Wants in, the right one at the right moment out: asks the sources, lets the gate decide, says it.

Once a minute, and when somebody comes, every source is asked what it would like to say; no model is
called for that, and staying silent costs nothing. What is said is on disk before it is spoken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Protocol

from hearth.bus import Bus
from hearth.error import HearthError
from hearth.event import (
    Answered,
    Changed,
    Crisis,
    Event,
    Heard,
    Hearing,
    Listen,
    ModeSet,
    Parted,
    Prompted,
    Say,
    Spoken,
    Unheard,
    Woken,
    new_turn,
)
from hearth.keep import HouseMode
from hearth.mind.initiative.activity import Activity
from hearth.mind.initiative.compose import together
from hearth.mind.initiative.gate import Decision, decide
from hearth.mind.initiative.hours import Hours, sleeping
from hearth.mind.initiative.kept import Kept
from hearth.mind.initiative.presence import Watch
from hearth.mind.initiative.state import Limits, State
from hearth.persona import Self
from hearth.port import Clock, Home
from hearth.sections.companion import InitiativeConfig
from hearth.skill import Answer, Question, Reply
from hearth.want import Became, Moment, Want, Wanting

log = logging.getLogger(__name__)

_EVERY_S = 60.0
_SPEECH_S = 90.0
"""How long an utterance may wait and be spoken until it counts as unheard."""

_SOURCE_S = 10.0
"""How long a source may think; they read what is on disk, and that is quick."""

_HEARD_LATE_S = 8.0
"""Whoever begins to answer in time is still being heard."""

_ABOUT_IT = frozenset(
    ("HearthNotNow", "HearthLess", "HearthMore", "HearthNoMore", "HearthQuiet", "HearthWhySaid")
)
"""What may be said to a question and is no answer to it: the skill of that intent takes it."""

_PARTED = timedelta(hours=1)
"""So long after a goodbye nothing is said unasked, unless the person speaks again."""

_NEVER_MIND = "HassNevermind"
_STOP = "HearthStop"


class Asker(Protocol):
    """Lets the next sentence in a room be an answer (``Turns``)."""

    def await_answer(self, site: str, words: str, question: Question) -> None:
        """Take the next sentence at ``site`` as the answer to ``words``, which were just said."""


@dataclass(frozen=True)
class Surroundings:
    """What the initiative lives among.

    ``speaking`` and ``turning`` tell whether Hearth speaks or answers, ``crisis`` whether a person
    may be in danger (it holds over a restart, where its event is not told again), ``later`` whether
    an answer means "not now", which ``put_off`` takes for an utterance; ``speech`` are the quiet
    hours of the configuration.
    """

    home: Home
    clock: Clock
    who: Self
    mode: HouseMode
    asker: Asker
    speaking: Callable[[], bool]
    turning: Callable[[], bool]
    crisis: Callable[[], bool]
    later: Callable[[str], bool]
    put_off: Callable[[str], Awaitable[Reply]]
    speech: Hours | None = None


class Initiative:
    """Says, of what the sources would like to say, what the gate lets through."""

    def __init__(
        self,
        bus: Bus,
        config: InitiativeConfig,
        sources: Sequence[Wanting],
        *,
        kept: Kept,
        watch: Watch,
        around: Surroundings,
    ) -> None:
        self._bus = bus
        # A sensor that tells every second must not push out a sentence: two inboxes.
        self._changes = bus.subscribe(Changed, size=1024)
        self._inbox = bus.subscribe(
            *(Heard, Hearing, Unheard, Woken, Listen, Spoken, Answered, Crisis, Parted, ModeSet),
            size=1024,
        )
        self._sources = sources
        self._kept = kept
        self._watch = watch
        self._around = around
        self._config = config
        self._limits = limits(config)
        self._usual = Hours(
            time.fromisoformat(config.quiet_from), time.fromisoformat(config.quiet_to)
        )
        self._activity = Activity(around.speaking, around.turning)
        self._crises: set[str] = set()
        self._parted: datetime | None = None
        self._nudged = asyncio.Event()
        self._spoken: dict[str, asyncio.Future[Spoken]] = {}
        self._heard = asyncio.Event()

    def nudge(self) -> None:
        """Ask the sources at once, because one of them has something that does not wait."""
        self._nudged.set()

    async def run(self) -> None:
        """Say what there is to say, until cancelled."""
        await self._kept.load()
        self._spoken.clear()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._notice(), name="initiative: who is there")
            group.create_task(self._follow(), name="initiative: what goes on")
            while True:
                decision, site = await self.consider()
                if decision.chosen:
                    await self._say(decision.chosen, site)
                self._nudged.clear()
                try:
                    async with asyncio.timeout(_EVERY_S):
                        await self._nudged.wait()
                except TimeoutError:
                    continue

    async def consider(self) -> tuple[Decision, str]:
        """Ask every source and let the gate decide; return that, and where it would be said."""
        state = self.state()
        site = state.presence.site
        house = self._around.home.house()
        seen, limit = state.presence.seen, state.limits.present
        moment = Moment(
            now=state.now,
            house=house,
            site=site,
            present=seen is not None and state.now - seen <= limit,
            alone=state.presence.alone,
        )
        wants: list[Want] = []
        for source in self._sources:
            wants += await self._asked(source, moment)
        decision = decide(wants, self.state())  # what happened while they were asked counts
        for want, reason in decision.held:
            await self._kept.hold(want, reason)
        return decision, next((want.site for want in decision.chosen if want.site), site)

    def state(self) -> State:
        """Return this moment as the gate sees it."""
        around, now = self._around, self._around.clock.now()
        profile = around.who.profile()
        budget = self._limits.budget
        if profile.talk == "little":
            budget = (budget + 1) // 2
        may_notice = "presence" in profile.notice
        return State(
            now=now,
            quiet=(sleeping(profile, around.speech, self._usual),),
            mode=around.mode.mode,
            presence=self._watch.presence(around.home.house(), now, may_notice=may_notice),
            busy=self._activity.busy(_now()),
            crisis=bool(self._crises) or around.crisis(),
            parted=self._parted is not None and now - self._parted < _PARTED,
            said=self._kept.past.said,
            tastes=self._kept.past.tastes,
            limits=replace(self._limits, budget=budget),
        )

    async def _asked(self, source: Wanting, moment: Moment) -> Sequence[Want]:
        """Return what one source would like to say; the wall behind which its fault stays."""
        try:
            async with asyncio.timeout(_SOURCE_S):
                return await source.wants(moment)
        except HearthError as error:
            log.warning("a want of %s: %s", type(source).__name__, error)
        except TimeoutError:
            log.warning("a want of %s took longer than %s s", type(source).__name__, _SOURCE_S)
        except Exception:  # the wall of a source: the others are still asked
            log.exception("a want of %s failed", type(source).__name__)
        return ()

    async def _say(self, wants: tuple[Want, ...], site: str) -> None:
        """Say wants as one utterance, see whether it was heard, and what comes of it."""
        utterance = new_turn()
        await self._kept.say(utterance, site, wants)
        spoken: asyncio.Future[Spoken] = asyncio.get_running_loop().create_future()
        self._spoken[utterance] = spoken
        urgent = any(want.duty and want.urgent for want in wants)
        text = together(wants)
        self._bus.publish(Say(site, text, utterance, urgent=urgent, unasked=True))
        said = ""
        try:
            async with asyncio.timeout(_SPEECH_S):
                said = (await spoken).said
        except TimeoutError:
            log.debug("an utterance was not spoken in time")
        finally:
            self._spoken.pop(utterance, None)
        if not said:
            await self._kept.became(utterance, "unheard")
            return
        for want in wants:
            self._bus.publish(Prompted(site, want.key, want.kind))
        question = next((want.question for want in wants if want.question), None)
        if question is None or said != text:  # interrupted: the question was not heard
            await self._settle(utterance, "said")
            return
        self._heard.clear()
        asked = replace(question, answered=self._guarded(question, utterance))
        self._around.asker.await_answer(site, text, asked)
        answered = await self._answered(question.seconds)
        await self._settle(utterance, "answered" if answered else "ignored")

    def _guarded(
        self, question: Question, utterance: str
    ) -> Callable[[Answer], Awaitable[Reply | None]]:
        """Return what takes the answer, but for what is said about the question itself."""

        async def answered(answer: Answer) -> Reply | None:
            intents = {command.intent for command in answer.commands}
            if _NEVER_MIND in intents or self._around.later(answer.words):
                return await self._around.put_off(utterance)
            if _STOP in intents:
                await self._around.put_off(utterance)
                return None
            if intents & _ABOUT_IT:
                return None
            return await question.answered(answer)

        return answered

    async def _answered(self, seconds: float) -> bool:
        """Wait until somebody speaks, or long enough; return whether somebody did."""
        try:
            async with asyncio.timeout(max(seconds, self._config.answer_s) + _HEARD_LATE_S):
                await self._heard.wait()
        except TimeoutError:
            return False
        return True

    async def _settle(self, utterance: str, became: Became) -> None:
        """Note what became of it, unless the person has said what they think of it."""
        mine = [said for said in self._kept.past.said if said.utterance == utterance]
        if mine and mine[0].became == "waiting":
            await self._kept.became(utterance, became)

    async def _notice(self) -> None:
        """Follow who is there; somebody who comes is a reason to ask at once."""
        async for event in self._changes:
            now = self._around.clock.now()
            before = self.state().presence.seen
            if self._watch.changed(event, now):
                long = before is None or now - before > self._limits.present
                if long and "presence" in self._around.who.profile().notice:
                    self.nudge()

    async def _follow(self) -> None:
        """Follow what is said and done."""
        async for event in self._inbox:
            self._activity.take(event, _now())
            self._take(event)

    def _take(self, event: Event) -> None:
        match event:
            case Heard(because=""):
                self._heard.set()
                self._parted = None
                self._watch.heard(event.site, self._around.clock.now())
            case Spoken(turn=turn):
                waiting = self._spoken.get(turn)
                if waiting and not waiting.done():
                    waiting.set_result(event)
            case Parted():
                self._parted = self._around.clock.now()
            case Crisis(on=True):
                self._crises.add(event.site)
            case Crisis():
                self._crises.discard(event.site)
            case ModeSet():
                self.nudge()


def limits(config: InitiativeConfig) -> Limits:
    """Return the configuration's limits as the gate takes them."""
    return Limits(
        enabled=config.enabled,
        budget=config.budget,
        per_kind=config.per_kind,
        pause=timedelta(minutes=config.pause_minutes),
        present=timedelta(minutes=config.present_minutes),
        back_off=timedelta(hours=config.back_off_hours),
        off=frozenset(config.off),
    )


def usual(config: InitiativeConfig) -> Hours:
    """Return the quiet hours of a house of which nobody has said when it sleeps."""
    return Hours(time.fromisoformat(config.quiet_from), time.fromisoformat(config.quiet_to))


def _now() -> float:
    return asyncio.get_running_loop().time()
