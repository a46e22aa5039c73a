"""A step of a rule in, what it does done: through the door of the home, the voice, the mind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, assert_never

from hearth.bus import Bus
from hearth.event import Act, Ask, Heard, Replied, Say, new_turn
from hearth.home.rules.calendar import Calendar
from hearth.home.rules.conditions import hold
from hearth.home.rules.guard import Causes
from hearth.home.rules.happen import Firing
from hearth.home.rules.run import Run
from hearth.home.rules.sight import Sight, meant
from hearth.home.rules.speech import filled
from hearth.keep import HouseMode
from hearth.port import Clock, Home
from hearth.rule import (
    ActStep,
    AskStep,
    CommandStep,
    Condition,
    ModeStep,
    PlainStep,
    RuleStep,
    SayStep,
    WaitStep,
)

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.05
_LOOK_AT_LEAST_S = 5.0
_SPEECH_S = 30.0
"""Beyond the time for the answer: the question has to be said first, and may have to wait."""


@dataclass(frozen=True)
class World:
    """What steps act upon, and what conditions look at."""

    bus: Bus
    home: Home
    sight: Sight
    calendar: Calendar
    mode: HouseMode
    clock: Clock
    causes: Causes
    sites: Mapping[str, Sequence[str]]
    """The audio sites of each area."""
    site: str
    """The site where nothing names one."""

    def holds(self, conditions: Sequence[Condition]) -> bool:
        """Tell whether all of these conditions hold now."""
        if not conditions:
            return True
        return hold(conditions, self.sight, self.calendar, self.clock.now(), self.mode.mode)


class Steps:
    """Carries out one step after the other.

    Args:
        world: What they act upon.
        again: Takes the firing of another rule that a step names.
    """

    def __init__(self, world: World, again: Callable[[Firing], None]) -> None:
        self._world = world
        self._again = again
        self._asked: dict[str, asyncio.Future[bool | None]] = {}
        self._waiting: set[asyncio.Event] = set()

    def look(self) -> None:
        """Something changed: who waits for it looks again."""
        for waiting in self._waiting:
            waiting.set()

    def replied(self, replied: Replied) -> None:
        """Take the answer to a question."""
        if (future := self._asked.get(replied.id)) is not None and not future.done():
            future.set_result(replied.yes)

    async def do(self, step: PlainStep, run: Run) -> None:
        """Carry out one step. ``run.due`` says when a wait ends."""
        match step:
            case ActStep():
                await self._act(step, run)
            case SayStep(text=text, site=site, urgent=urgent):
                for each in self._places(site, run):
                    self._world.bus.publish(Say(each, self._text(text, run), urgent=urgent))
            case CommandStep(sentence=sentence, site=site):
                turn = new_turn()
                self._world.causes.note(turn, run.firing.chain, _now())
                place = self._places(site, run)[0]
                text = self._text(sentence, run)
                self._world.bus.publish(
                    Heard(place, text, origin="hearth", turn=turn, because=f"rule:{run.rule.id}")
                )
            case WaitStep(until=until):
                await (self._until(until, run.due) if until else _sleep_until(run.due))
            case RuleStep(rule=rule):
                because = f"rule {run.rule.id}"
                self._again(
                    Firing(
                        rule,
                        because,
                        run.firing.entity_id,
                        run.firing.values,
                        run.firing.site,
                        chain=run.firing.chain,
                    )
                )
            case ModeStep(mode=mode):
                self._world.causes.note("mode", run.firing.chain, _now())
                await self._world.mode.set_mode(mode)
            case _:
                assert_never(step)

    async def ask(self, step: AskStep, run: Run) -> bool | None:
        """Ask, and return the answer; None where none came in time."""
        id_ = new_turn()
        future: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
        self._asked[id_] = future
        place = self._places(step.site, run)[0]
        self._world.bus.publish(Ask(place, self._text(step.text, run), id_, step.seconds))
        try:
            async with asyncio.timeout(step.seconds + _SPEECH_S):
                return await future
        except TimeoutError:
            return None
        finally:
            del self._asked[id_]

    async def _act(self, step: ActStep, run: Run) -> None:
        things = [entity.id for entity in meant(step.which, self._world.sight)]
        if not things:
            log.warning("rule %s: nothing there to %s", run.rule.id, step.service)
            return
        data = {key: self._data(value, run) for key, value in step.data.items()}
        because = f"rule:{run.rule.id}"
        acts = [Act(id_, step.service, data, origin="hearth", because=because) for id_ in things]
        for act in acts:
            self._world.causes.acted(act, run.firing.chain, _now())
        if len(acts) == 1:
            await self._world.home.act(acts[0])
        else:
            await asyncio.gather(*(self._world.home.act(act) for act in acts))

    async def _until(self, conditions: Sequence[Condition], due: float | None) -> None:
        """Wait until all of the conditions hold, or until ``due``."""
        changed = asyncio.Event()
        self._waiting.add(changed)
        try:
            while not self._world.holds(conditions):
                left = _LOOK_AT_LEAST_S if due is None else min(_LOOK_AT_LEAST_S, due - _now())
                if left <= 0:
                    return
                changed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await changed.wait()
                        await asyncio.sleep(_LOOK_EVERY_S)
        finally:
            self._waiting.discard(changed)

    def _places(self, site: str, run: Run) -> Sequence[str]:
        """Return the audio sites that are meant: one by its name, or those of an area."""
        named = site or run.rule.site or run.firing.site
        return self._world.sites.get(named) or (named or self._world.site,)

    def _text(self, text: str, run: Run) -> str:
        values = {
            **run.firing.values,
            "late": f"{run.firing.late_s / 60:.0f}",
            "mode": self._world.mode.mode,
        }
        return filled(text, values, self._world.sight, self._world.clock.now())

    def _data(self, value: Any, run: Run) -> Any:
        return self._text(value, run) if isinstance(value, str) and "{" in value else value


async def _sleep_until(due: float | None) -> None:
    if due is not None and (left := due - _now()) > 0:
        await asyncio.sleep(left)


def _now() -> float:
    return asyncio.get_running_loop().time()
