"""Rules that fired in, their steps carried out: one at a time, anew, in a row, or side by side."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Literal

from hearth.error import HearthError
from hearth.event import new_turn
from hearth.home.rules.happen import Firing
from hearth.home.rules.notes import Notes
from hearth.home.rules.run import KIND, Run, restored
from hearth.home.rules.steps import Steps
from hearth.port import Clock
from hearth.rule import AskStep, Rule, WaitStep

log = logging.getLogger(__name__)

MOST = 16
"""Runs of one rule that may be under way, or wait in its queue."""


class Runs:
    """Every run that is under way.

    Args:
        steps: Carries out one step.
        notes: Keeps runs over a restart.
        clock: The calendar's time, for what is kept.
        counters: Counts what was not carried out.
        ended: Called with a rule whose run came to its end.
    """

    def __init__(
        self,
        steps: Steps,
        notes: Notes,
        clock: Clock,
        *,
        counters: Counter[str],
        ended: Callable[[Rule], None],
    ) -> None:
        self._steps = steps
        self._notes = notes
        self._clock = clock
        self._counters = counters
        self._ended = ended
        self._running: defaultdict[str, list[Run]] = defaultdict(list)
        self._queued: defaultdict[str, deque[Run]] = defaultdict(deque)
        self._group: asyncio.TaskGroup | None = None

    def open(self, group: asyncio.TaskGroup, rules: Mapping[str, Rule]) -> None:
        """Run in this group from now on, and go on with what a restart has interrupted."""
        self._group = group
        self._running.clear()
        self._queued.clear()
        now, loop_s = self._clock.now(), _now()
        for id_, body in sorted(self._notes.of(KIND).items()):
            run = restored(id_, body, dict(rules), now, loop_s)
            if run is None:
                self._notes.put(KIND, id_, None)
            elif run.rule.mode == "queued" and self._running[run.rule.id]:
                self._queued[run.rule.id].append(run)
            else:
                self._begin(run)

    def busy(self, rule_id: str) -> bool:
        """Tell whether a rule is being carried out."""
        return bool(self._running[rule_id])

    def start(self, rule: Rule, firing: Firing) -> str:
        """Carry a rule out as its mode says; return the run's id, or "" where it is left out."""
        under_way, waiting = self._running[rule.id], self._queued[rule.id]
        if under_way:
            full = len(waiting if rule.mode == "queued" else under_way) >= MOST
            if rule.mode == "single" or (full and rule.mode != "restart"):
                self._counters["busy"] += 1
                return ""
            if rule.mode == "restart":
                self.stop(rule.id)
        # Ids in the order of their making, so that a queue is in order after a restart, too.
        run = Run(f"{self._clock.now().timestamp():017.6f}-{new_turn()}", rule, firing)
        if under_way and rule.mode == "queued":
            waiting.append(run)
            self._keep(run)
        else:
            self._begin(run)
        return run.id

    def stop(self, rule_id: str) -> None:
        """End what a rule has under way and forget it."""
        for run in [*self._running.pop(rule_id, []), *self._queued.pop(rule_id, [])]:
            self._notes.put(KIND, run.id, None)
            if run.task:
                run.task.cancel()

    def rewrite(self) -> None:
        """The clock was set: what is on disk has to say the new time."""
        for runs in self._running.values():
            for run in runs:
                self._keep(run)

    def _begin(self, run: Run) -> None:
        if self._group is None:
            return
        self._running[run.rule.id].append(run)
        self._keep(run)
        run.task = self._group.create_task(self._carry(run), name=f"rule {run.rule.id}")

    async def _carry(self, run: Run) -> None:
        """Carry a run to its end; the wall behind which a fault costs that run only."""
        try:
            await self._all(run)
        except HearthError as error:
            self._counters["failed"] += 1
            log.warning("rule %s: %s", run.rule.id, error)
        except Exception:  # the wall of a run: whatever a step does, the other rules go on
            self._counters["failed"] += 1
            log.exception("rule %s failed", run.rule.id)
        self._notes.put(KIND, run.id, None)
        under_way = self._running[run.rule.id]
        if run in under_way:
            under_way.remove(run)
        self._ended(run.rule)
        if not under_way and (waiting := self._queued[run.rule.id]):
            self._begin(waiting.popleft())

    async def _all(self, run: Run) -> None:
        while run.step < len(run.rule.then):
            step = run.rule.then[run.step]
            if isinstance(step, AskStep):
                await self._ask(step, run)
            else:
                await self._one(step, run)
            run.step, run.branch, run.inner, run.due = run.step + 1, "", 0, None
            self._keep(run)

    async def _ask(self, step: AskStep, run: Run) -> None:
        if not run.branch:
            answer = await self._steps.ask(step, run)
            if answer is None:
                return
            branch: Literal["yes", "no"] = "yes" if answer else "no"
            run.branch, run.inner = branch, 0
        steps = step.yes if run.branch == "yes" else step.no
        while run.inner < len(steps):
            await self._one(steps[run.inner], run)
            run.inner, run.due = run.inner + 1, None
            self._keep(run)

    async def _one(self, step: object, run: Run) -> None:
        if isinstance(step, WaitStep) and run.due is None and (step.seconds or not step.until):
            run.due = _now() + step.seconds
            self._keep(run)
        await self._steps.do(step, run)  # type: ignore[arg-type]  # a plain step, as AskStep is not

    def _keep(self, run: Run) -> None:
        if run.lasts:
            self._notes.put(KIND, run.id, run.note(self._clock.now(), _now()))


def _now() -> float:
    return asyncio.get_running_loop().time()
