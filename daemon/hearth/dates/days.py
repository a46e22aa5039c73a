"""Days told by how they relate to today in; dates and stretches of dates out. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

WEEK = 7
Stretch = tuple[date, date]
"""The first day, and the day after the last."""

_SEASON_MONTHS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""The first month of each season, as weather services count them in the northern half."""

_UNITS = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "weekend": relativedelta(weeks=1),
    "fortnight": relativedelta(weeks=2),
    "month": relativedelta(months=1),
    "year": relativedelta(years=1),
}
SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}


def weekday(today: date, day: int, which: str, prefer: str) -> date:
    """Return a weekday (0 is Monday).

    ``coming`` is today or later (earlier where the past is preferred), ``next`` that of next week,
    ``last`` the one before today, ``week-1`` last week's.
    """
    monday = today - timedelta(days=today.weekday())
    if which.startswith("week"):
        return monday + timedelta(days=day + WEEK * int(which[4:]))
    if which == "next":
        return monday + timedelta(days=day + WEEK)
    if which == "last" or (which == "coming" and prefer == "past"):
        back = (today.weekday() - day) % WEEK
        return today - timedelta(days=back or (WEEK if which == "last" else 0))
    return today + timedelta(days=(day - today.weekday()) % WEEK)


def of_year(today: date, month: int, day: int, year: int | None, prefer: str) -> date | None:
    """Return a date; without a year the next one (or the last). None where there is no such."""
    try:
        if year is not None:
            return date(year, month, day)
        for ahead in range(9):  # the 29th of February comes at most eight years later
            try:
                found = date(today.year + (-ahead if prefer == "past" else ahead), month, day)
            except ValueError:
                continue
            if (found <= today) if prefer == "past" else (found >= today):
                return found
    except ValueError:
        return None
    return None


def of_month(today: date, day: int, months: int | None, prefer: str) -> date | None:
    """Return the day of a month: of the one ``months`` ahead, or the next (or last) that comes."""
    step = -1 if prefer == "past" else 1
    for ahead in (months,) if months is not None else range(0, 13 * step, step):
        first = today.replace(day=1) + relativedelta(months=ahead)
        try:
            found = first.replace(day=day)
        except ValueError:
            continue
        if months is not None or ((found <= today) if prefer == "past" else (found >= today)):
            return found
    return None


def nth(first: date, n: int, day: int) -> date | None:
    """Return the n-th weekday of the month that begins with ``first``; -1 is the last."""
    if n < 0:
        last = first + relativedelta(months=1, days=-1)
        return last - timedelta(days=(last.weekday() - day) % WEEK)
    found = first + timedelta(days=(day - first.weekday()) % WEEK + WEEK * (n - 1))
    return found if found.month == first.month else None


def holiday(today: date, rule: str, year: int | None, prefer: str) -> date | None:
    """Return a holiday: ``12-25``, or ``easter+1``."""
    if not rule.startswith("easter"):
        month, day = rule.split("-")
        return of_year(today, int(month), int(day), year, prefer)
    offset = timedelta(days=int(rule.removeprefix("easter") or 0))
    if year is not None:
        return easter(year) + offset
    found = easter(today.year) + offset
    if prefer == "past":
        return found if found <= today else easter(today.year - 1) + offset
    return found if found >= today else easter(today.year + 1) + offset


def week(today: date, weeks: int) -> Stretch:
    """Return a week from Monday; 0 is this one."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return monday, monday + timedelta(days=WEEK)


def weekend(today: date, weeks: int) -> Stretch:
    """Return a Saturday and Sunday."""
    saturday = week(today, weeks)[0] + timedelta(days=5)
    return saturday, saturday + timedelta(days=2)


def month(first: date) -> Stretch:
    """Return the month of a date."""
    begin = first.replace(day=1)
    return begin, begin + relativedelta(months=1)


def named_month(today: date, number: int, year: int | None, which: str, prefer: str) -> Stretch:
    """Return a month by its number; the one that is on counts as coming."""
    if year is None:
        year = today.year
        if which == "last" or (which == "" and prefer == "past"):
            gone = number < today.month or (number == today.month and which != "last")
            year -= 0 if gone else 1
        elif which == "next":
            year += 0 if number > today.month else 1
        else:
            year += 0 if number >= today.month else 1
    return month(date(year, number, 1))


def season(today: date, name: str, year: int | None, which: str, prefer: str) -> Stretch:
    """Return a season by its months; that of winter begins in December."""
    first = _SEASON_MONTHS[name]

    def of(begin_year: int) -> Stretch:
        begin = date(begin_year, first, 1)
        return begin, begin + relativedelta(months=3)

    if year is not None:
        return of(year)
    years = [of(today.year + ahead) for ahead in (-2, -1, 0, 1, 2)]
    if which == "last" or (which == "" and prefer == "past"):
        return [s for s in years if s[1] <= today][-1]
    coming = [s for s in years if s[1] > today]
    return coming[1] if which == "next" and coming[0][0] <= today else coming[0]


def moved(day: date, count: float, unit: str, sign: int) -> date | None:
    """Return a day some days, weeks, months or years later; None for units of hours."""
    step = _UNITS.get(unit)
    if step is None:
        return None
    if count != int(count):
        if unit not in ("week", "fortnight", "month", "year"):
            return None
        days = {"week": 7.0, "fortnight": 14.0, "month": 30.4, "year": 365.25}[unit]
        return day + timedelta(days=round(count * days) * sign)
    return day + step * int(count) * sign
