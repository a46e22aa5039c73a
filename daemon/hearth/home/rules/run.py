"""One carrying out of a rule's steps, and where it stands, so that a restart can go on from there.

A step that was not ended when Hearth died is done again: an action at least once, never not at all.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from hearth.home.rules.happen import Firing
from hearth.rule import AskStep, Rule, WaitStep

KIND = "run"

Branch = Literal["", "yes", "no"]


@dataclass(eq=False)
class Run:
    """A run of ``rule``. ``step`` counts its steps, ``inner`` those of an answer's ``branch``.

    ``due`` is the loop's time at which the present wait ends, in seconds.
    """

    id: str
    rule: Rule
    firing: Firing
    step: int = 0
    branch: Branch = ""
    inner: int = 0
    due: float | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def lasts(self) -> bool:
        """Whether it takes so long that it has to outlive a restart."""
        return any(isinstance(step, WaitStep | AskStep) for step in self.rule.then)

    def note(self, now: datetime, loop_s: float) -> dict[str, Any]:
        """Return it as plain data."""
        firing = asdict(replace(self.firing, values=dict(self.firing.values), chain=()))
        due = None
        if self.due is not None:
            moment = now + timedelta(seconds=self.due - loop_s)
            due = moment.astimezone(UTC).isoformat()
        return {
            "rule": self.rule.id,
            "steps": len(self.rule.then),
            "at": [self.step, self.branch, self.inner],
            "due": due,
            "firing": firing,
        }


def restored(
    id_: str, body: Any, rules: dict[str, Rule], now: datetime, loop_s: float
) -> Run | None:
    """Read a run of before the restart; None where its rule is gone, or another one by now."""
    try:
        rule = rules[body["rule"]]
        step, branch, inner = body["at"]
        firing = Firing(**body["firing"] | {"chain": ()})
        due = None
        if body["due"] is not None:
            due = loop_s + (datetime.fromisoformat(body["due"]) - now).total_seconds()
        if body["steps"] != len(rule.then) or not 0 <= step <= len(rule.then):
            return None
    except (KeyError, TypeError, ValueError):
        return None
    if due is not None and due < loop_s:
        firing = firing.late(loop_s - due)
    return Run(id_, rule, firing, int(step), branch, int(inner), due)
