"""One trigger and a thing that changed in, whether what it waits for began or ended out.

What is remembered of a thing is its last known value (or, of a number and of people, whether the
limit is passed). Not to know is no value: a sensor that was away and comes back as it was has not
changed, and neither has one that tells for the first time what the broker had kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from hearth.home.rules.sight import (
    MOMENTARY,
    UNAVAILABLE,
    UNKNOWN,
    Sight,
    happening,
    number,
    present,
    said,
)
from hearth.house import Entity
from hearth.rule import NumberTrigger, PresenceTrigger, StateTrigger

Known = bool | str
"""What is remembered: a value, or whether it is so."""

Verdict = Literal["", "began", "ended", "lasts"]

ThingTrigger = StateTrigger | NumberTrigger | PresenceTrigger


@dataclass(frozen=True)
class Watch:
    """A trigger of a rule that waits for things; ``key`` names it over restarts."""

    rule: str
    trigger: ThingTrigger
    key: str

    @cached_property
    def _to(self) -> frozenset[str]:
        trigger = self.trigger
        return _folded(trigger.to) if isinstance(trigger, StateTrigger) else frozenset()

    @cached_property
    def _was(self) -> frozenset[str]:
        trigger = self.trigger
        return _folded(trigger.was) if isinstance(trigger, StateTrigger) else frozenset()

    @cached_property
    def _may_be_unknown(self) -> bool:
        return not (self._to | self._was).isdisjoint((UNKNOWN, UNAVAILABLE))

    def mark(self, entity: Entity) -> str:
        """Return the key of what is remembered of it for this thing."""
        if isinstance(self.trigger, PresenceTrigger):
            return self.key
        return f"{self.key}/{entity.id}"

    def is_momentary(self, entity: Entity) -> bool:
        """Tell whether each message of the thing is a happening of its own."""
        return entity.domain in MOMENTARY and isinstance(self.trigger, StateTrigger)

    def happens(self, old: Entity, new: Entity) -> bool:
        """Tell whether a happening is one that is waited for; to be there again is none."""
        if not (old.available and new.available) or new.state is None:
            return False
        attribute = getattr(self.trigger, "attribute", "")
        value = said(new, attribute) if attribute else happening(new)
        return not self._to or value in self._to

    def judge(
        self, entity: Entity, before: Known | None, sight: Sight
    ) -> tuple[Known | None, Verdict]:
        """Return what is known now (None: nothing), and what that means after ``before``."""
        trigger = self.trigger
        if isinstance(trigger, StateTrigger):
            value = said(entity, trigger.attribute)
            if value in (UNKNOWN, UNAVAILABLE) and not self._may_be_unknown:
                return None, ""
            return value, self._state_verdict(value, before)
        if isinstance(trigger, NumberTrigger):
            figure = number(entity, trigger.attribute)
            now = None if figure is None else is_over(trigger, figure, before is True)
        else:
            now = present(trigger.who, trigger.to, sight, settled=False)
        if now is None:
            return None, ""
        if now:
            return now, "lasts" if before is True else "began"
        return now, "ended" if before is True else ""

    def _state_verdict(self, value: str, before: Known | None) -> Verdict:
        fits = not self._to or value in self._to
        if value == before:
            return "lasts" if fits else ""
        if not fits:
            return "ended"
        if self._was:
            return "began" if before in self._was else "ended"
        if before is None:
            return "began" if self._to else ""
        return "lasts" if before in self._to else "began"


def is_over(trigger: NumberTrigger, value: float, before: bool) -> bool:
    """Tell whether a number is beyond the limits.

    ``before``: it was, and then it still is until it is back by more than the hysteresis.
    """
    slack = trigger.hysteresis if before else 0.0
    low, high = trigger.above, trigger.below
    above = low is None or (value >= low - slack if slack else value > low)
    below = high is None or (value <= high + slack if slack else value < high)
    return above and below


def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)
