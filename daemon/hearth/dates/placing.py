"""Pieces put together in, the time that they mean out. Pure.

An hour without its half of the day is the next one that comes where no day was told; on another day
one to six are afternoon and evening, seven to eleven morning (``half_day`` tells that it may be the
other one).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from hearth.dates import recurrence
from hearth.dates.piece import Every, Piece
from hearth.dates.when import When
from hearth.dates.words import Part

Prefer = Literal["future", "past"]
"""Which "Friday" is meant where the words do not say."""

_DEFAULT = time(9)
"""When something recurs on days without an hour."""

_EARLIEST_H = 7
_DAY_MIN = 24 * 60


def placed(  # noqa: PLR0911 - a kind of time a return
    piece: Piece, now: datetime, prefer: Prefer, *, morning: bool = False
) -> When | None:
    """Return what a whole phrase means at ``now``; None where it means no time."""
    if piece.moment is not None:
        return When(piece.moment, piece.moment, dated=True)
    if piece.every is not None:
        return _recurring(piece, piece.every, now, morning=morning)
    if piece.clock is not None:
        return _clocked(piece, piece.clock, now, prefer, morning=morning)
    day = piece.day
    if piece.stretch is not None:
        if piece.weekday is not None and day is not None:
            first, last = piece.stretch
            day = first + timedelta(days=(piece.weekday - first.weekday()) % 7)
            if day >= last:
                return None
        else:
            return _days(*piece.stretch, now, grain="span")
    if piece.part is not None:
        return _parted(day, piece.part, now, prefer)
    if day is not None:
        return _days(day, day + timedelta(days=1), now)
    return None


def _days(first: date, last: date, now: datetime, grain: Literal["day", "span"] = "day") -> When:
    start = datetime.combine(first, time(), now.tzinfo)
    return When(start, datetime.combine(last, time(), now.tzinfo), grain, timed=False)


def _parted(day: date | None, part: Part, now: datetime, prefer: Prefer) -> When | None:
    """Return the hours of a part of the day: of that day, or of the next one that comes."""
    if part.start is None or part.end is None:
        return None
    dated = day is not None
    day = day or now.date()
    end = _on(day, part.end, now)
    if not dated and end <= now and prefer == "future":
        day += timedelta(days=1)
    return When(_on(day, part.start, now), _on(day, part.end, now), "span", dated=dated)


def _clocked(
    piece: Piece, clock: int, now: datetime, prefer: Prefer, *, morning: bool
) -> When | None:
    minutes, half = _in_half(piece, clock, morning=morning)
    day = piece.day or (piece.stretch[0] if piece.stretch else None)
    if piece.stretch and piece.weekday is not None:
        first = piece.stretch[0]
        day = first + timedelta(days=(piece.weekday - first.weekday()) % 7)
    if day is None:
        moment = _next(minutes, now, prefer, half=half and not morning)
        if moment is None:
            return None
        half = half and not morning
    else:
        if half and day > now.date() and not morning:
            minutes = _likely(minutes)
        moment = _at(day, minutes, now)
        if half and day == now.date() and moment <= now and prefer == "future":
            later = _at(day, minutes + 720, now)
            moment = later if minutes < 720 and later > now else moment
    end = moment
    if piece.clock_end is not None:
        length = (piece.clock_end - clock) % 720 or 720
        end = moment + timedelta(minutes=length)
    return When(
        moment, end, "span" if end > moment else "moment", half_day=half, dated=day is not None
    )


def _in_half(piece: Piece, clock: int, *, morning: bool) -> tuple[int, bool]:
    """Return the minutes of the day, and whether they may be twelve hours later."""
    half = piece.part.half if piece.part else ""
    if piece.sure or not half:
        return clock, not piece.sure and clock <= 12 * 60 + 59
    hour = clock // 60
    if half == "am" and hour == 12:
        return clock - 720, False
    if half == "pm" and hour < 12:
        return clock + 720, False
    if half == "night":
        if 5 <= hour < 12:
            return clock + 720, False
        return (clock + 720) % _DAY_MIN if hour == 12 else clock, False
    return clock, False


def _likely(minutes: int) -> int:
    """Return the more likely half of the day for an hour without it on another day."""
    return minutes + 720 if 0 < minutes // 60 < _EARLIEST_H else minutes


def _next(minutes: int, now: datetime, prefer: Prefer, *, half: bool) -> datetime | None:
    """Return the next time (or the last) that the clock shows it."""
    fits = (minutes, (minutes + 720) % _DAY_MIN) if half else (minutes,)
    step = -1 if prefer == "past" else 1
    moments = [
        _at(now.date() + timedelta(days=ahead), each, now) for ahead in (0, step) for each in fits
    ]
    if prefer == "past":
        return max((m for m in moments if m <= now), default=None)
    return min((m for m in moments if m > now), default=None)


def _recurring(piece: Piece, every: Every, now: datetime, *, morning: bool) -> When | None:
    """Return a recurrence with its first time."""
    if every.freq == "SECONDLY":
        return None
    timed = piece.clock is not None or piece.part is not None or "BYHOUR" in every.rule
    half = False
    if piece.clock is not None:
        minutes, half = _in_half(piece, piece.clock, morning=morning)
        minutes = _likely(minutes) if half and not morning else minutes
        at = time(minutes // 60 % 24, minutes % 60)
    elif piece.part is not None and piece.part.at is not None:
        at = piece.part.at
    elif every.freq in ("HOURLY", "MINUTELY"):
        step = (
            timedelta(hours=every.interval)
            if every.freq == "HOURLY"
            else timedelta(minutes=every.interval)
        )
        first = (now.astimezone(UTC) + step).astimezone(now.tzinfo).replace(second=0, microsecond=0)
        return When(first, first, rule=_until(every, piece, now), dated=False)
    else:
        at = _DEFAULT
    if "BYHOUR" in every.rule:
        at = time()
    every = _anchored(every, piece)
    begin = piece.day or (piece.stretch[0] if piece.stretch else now.date())
    rule = _until(every, piece, now)
    seed = _seed(every, begin, at, now)
    found = recurrence.after(rule, seed, max(now, seed - timedelta(microseconds=1)))
    if found is None:
        return None
    whole = not timed
    end = found if timed else found + timedelta(days=1)
    if whole:
        found = found.replace(hour=0, minute=0)
        end = datetime.combine(found.date() + timedelta(days=1), time(), now.tzinfo)
    return When(found, end, "day" if whole else "moment", rule, half, timed, dated=True)


def _anchored(every: Every, piece: Piece) -> Every:
    """Put "every month on the third" and "every week on Friday" together."""
    if piece.day is None or every.more:
        return every
    if every.freq == "MONTHLY":
        return replace(every, more=(f"BYMONTHDAY={piece.day.day}",))
    if every.freq == "YEARLY":
        return replace(every, more=(f"BYMONTH={piece.day.month}", f"BYMONTHDAY={piece.day.day}"))
    return every


def _seed(every: Every, begin: date, at: time, now: datetime) -> datetime:
    """Return the first day on which it falls, so that every second one counts from it."""
    seed = datetime.combine(begin, at, now.tzinfo)
    if every.interval > 1 and any(m.startswith("BYDAY") for m in every.more):
        once = replace(every, interval=1).rule
        start = max(seed, now) - timedelta(microseconds=1)
        return recurrence.after(once, seed - timedelta(days=7), start) or seed
    return (
        seed
        if every.freq in ("HOURLY", "MINUTELY") or seed > now or every.interval == 1
        else seed + _step(every)
    )


def _step(every: Every) -> timedelta:
    return timedelta(days={"DAILY": 1, "WEEKLY": 7}.get(every.freq, 0))


def _until(every: Every, piece: Piece, now: datetime) -> str:
    if piece.until is None:
        return every.rule
    return f"{every.rule};UNTIL={piece.until:%Y%m%d}T235959"


def _at(day: date, minutes: int, now: datetime) -> datetime:
    days, rest = divmod(minutes, _DAY_MIN)
    plain = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
    return recurrence.placed(plain, now.tzinfo)


def _on(day: date, at: time, now: datetime) -> datetime:
    if at == time.max:
        return datetime.combine(day + timedelta(days=1), time(), now.tzinfo)
    return datetime.combine(day, at, now.tzinfo)
