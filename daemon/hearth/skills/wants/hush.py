"""What was said for how long in, until when out: "be quiet until six", "for two hours", "today"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

DAY_BEGINS = time(4)
"""What is put off to tomorrow may come from then on; the quiet hours hold it longer."""

_NOON_H, _DAY_H = 12, 24


def until(slots: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return until when it is to be quiet; None for good.

    ``quiet_minutes`` or ``quiet_hours`` from now, ``quiet_hour`` (and ``quiet_minute``,
    ``quiet_half``) on the clock, or ``quiet_for``: "m30" (minutes), "h18" (o'clock), "today",
    "tomorrow", "week", "always".
    """
    if "quiet_hour" in slots:
        hour, minute = _number(slots["quiet_hour"]), _number(slots.get("quiet_minute", 0))
        return next_clock(now, hour, minute, str(slots.get("quiet_half", "")))
    if "quiet_minutes" in slots or "quiet_hours" in slots:
        hours, minutes = (
            _number(slots.get("quiet_hours", 0)),
            _number(slots.get("quiet_minutes", 0)),
        )
        return now + timedelta(hours=hours, minutes=minutes)
    stretch = str(slots.get("quiet_for", "today"))
    if stretch[:1] in ("m", "h") and stretch[1:].isdigit():
        number = int(stretch[1:])
        late = stretch[:1] == "h"
        return next_clock(now, number, 0, "day") if late else now + timedelta(minutes=number)
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    named = {"always": None, "week": now + timedelta(days=7), "tomorrow": tomorrow(now)}
    return named.get(stretch, midnight)


def next_clock(now: datetime, hour: int, minute: int, half: str) -> datetime:
    """Return when a clock shows that next; without a half of the day whichever comes first."""
    if half == "pm" and hour < _NOON_H:
        hour += _NOON_H
    if half == "am" and hour == _NOON_H:
        hour = 0
    hours = [hour]
    if not half and 0 < hour <= _NOON_H:
        hours = [hour % _NOON_H, hour % _NOON_H + _NOON_H]
    moments = []
    for each in hours:
        at = now.replace(hour=each % _DAY_H, minute=minute, second=0, microsecond=0)
        moments.append(at if at > now else at + timedelta(days=1))
    return min(moments)


def tomorrow(now: datetime) -> datetime:
    """Return when the next day begins, for somebody who is still up after midnight, too."""
    days = 0 if now.time() < DAY_BEGINS else 1
    return datetime.combine(now.date() + timedelta(days=days), DAY_BEGINS, now.tzinfo)


def _number(value: object) -> int:
    return int(float(str(value)))
