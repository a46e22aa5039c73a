"""A recurrence in, its moments out, on the house's clock: nine stays nine over a change of clocks.

The rules are RFC 5545's, expanded by ``dateutil`` without a zone; the zone is put on afterwards. A
time that the clock leaps over in spring comes at the moment at which it would have been without the
leap; one that comes twice in autumn counts the first time (PEP 495, fold 0).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from dateutil.rrule import rrule, rrulestr

from hearth.error import HearthError

_HOUR = timedelta(hours=1)
"""What a change of clocks moves a time by."""

_MOST = 100_000
"""Steps that are looked at, so that a rule that never comes ends."""


def check(rule: str, first: datetime) -> None:
    """Raise HearthError where a rule cannot be read."""
    _expanded(rule, first.replace(tzinfo=None))


def after(rule: str, first: datetime, moment: datetime) -> datetime | None:
    """Return the next time later than ``moment``; None where there is none any more.

    ``first`` (aware) is the first time and tells the zone and the hour.
    """
    zone = first.tzinfo
    if not rule:
        return first if first.timestamp() > moment.timestamp() else None
    plain = moment.astimezone(zone).replace(tzinfo=None) - _HOUR
    expanded = _expanded(rule, first.replace(tzinfo=None))
    for each in expanded.xafter(plain, count=_MOST, inc=True):
        found = placed(each, zone)
        if found.timestamp() > moment.timestamp():
            return found
    return None


def times(rule: str, first: datetime, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield each time from ``start`` to ``end``, the end excluded."""
    zone = first.tzinfo
    if not rule:
        if start <= first < end:
            yield first
        return
    begin = start.astimezone(zone).replace(tzinfo=None) - _HOUR
    for each in _expanded(rule, first.replace(tzinfo=None)).xafter(begin, count=_MOST, inc=True):
        found = placed(each, zone)
        if found.timestamp() >= end.timestamp():
            return
        if found.timestamp() >= start.timestamp():
            yield found


def placed(plain: datetime, zone: tzinfo | None) -> datetime:
    """Return a time of the clock as a moment in a zone that exists there."""
    return plain.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


@lru_cache(maxsize=256)
def _expanded(rule: str, first: datetime) -> rrule:
    try:
        found = rrulestr(f"RRULE:{rule}", dtstart=first)
    except (ValueError, TypeError, KeyError) as error:
        raise HearthError(f"The recurrence {rule[:80]!r} cannot be read: {error}.") from error
    if not isinstance(found, rrule):
        raise HearthError(f"The recurrence {rule[:80]!r} cannot be read.")
    return found
