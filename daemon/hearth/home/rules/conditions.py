"""A condition and the house in, whether it holds out.

What is not known does not hold, negated or not: a rule that cannot tell leaves things alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from hearth.home.rules.calendar import DAYS, Calendar
from hearth.home.rules.sight import UNAVAILABLE, UNKNOWN, Sight, meant, number, present, said
from hearth.rule import (
    Condition,
    ModeCondition,
    NumberCondition,
    PresenceCondition,
    StateCondition,
    SunCondition,
    TimeCondition,
)


def hold(
    conditions: Iterable[Condition], sight: Sight, calendar: Calendar, now: datetime, mode: str
) -> bool:
    """Tell whether all of them hold."""
    return all(
        (holds := _holds(condition, sight, calendar, now, mode)) is not None
        and holds is not condition.negate
        for condition in conditions
    )


def _holds(
    condition: Condition, sight: Sight, calendar: Calendar, now: datetime, mode: str
) -> bool | None:
    """Return whether it holds, negation aside; None where that cannot be told."""
    match condition:
        case StateCondition():
            return _state(condition, sight)
        case NumberCondition():
            return _number(condition, sight)
        case TimeCondition():
            return in_window(condition, now)
        case SunCondition(sun=sun, offset_s=offset_s):
            up = calendar.sun_is_up(now, offset_s)
            return None if up is None else up == (sun == "up")
        case PresenceCondition(is_=where, who=who):
            return present(who, where, sight)
        case ModeCondition(modes=modes):
            return mode in modes
        case _:
            assert_never(condition)


def _state(condition: StateCondition, sight: Sight) -> bool | None:
    wanted = {are.casefold() for are in condition.are}
    values = [said(entity, condition.attribute) for entity in meant(condition.which, sight)]
    if not wanted & {UNKNOWN, UNAVAILABLE}:
        known = [value for value in values if value not in (UNKNOWN, UNAVAILABLE)]
        named = condition.which.entities
        if not known or (named and len(known) < len(values) and not condition.any):
            return None
        values = known
    if not values:
        return None
    found = [value in wanted for value in values]
    return any(found) if condition.any else all(found)


def _number(condition: NumberCondition, sight: Sight) -> bool | None:
    values = [number(entity, condition.attribute) for entity in meant(condition.which, sight)]
    if not values or None in values:
        return None
    return all(
        (condition.above is None or value > condition.above)
        and (condition.below is None or value < condition.below)
        for value in values
        if value is not None
    )


def in_window(condition: TimeCondition, now: datetime) -> bool:
    """Tell whether the clock is in the window; over midnight, its day is that of its beginning."""
    clock = now.time()
    after = condition.after.replace(tzinfo=None) if condition.after else None
    before = condition.before.replace(tzinfo=None) if condition.before else None
    day = now.weekday()
    if after is not None and before is not None and after > before:
        if not (clock >= after or clock < before):
            return False
        if clock < before:
            day = (day - 1) % 7
    elif (after is not None and clock < after) or (before is not None and clock >= before):
        return False
    return not condition.days or DAYS[day] in condition.days
