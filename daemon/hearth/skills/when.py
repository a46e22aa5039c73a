"""A moment, or a day, in; the words for it out: "tomorrow at 9:00", "on Friday the 24th"."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hearth.dates import When
from hearth.port import Phraser
from hearth.skills.telling import clock


def day_words(phraser: Phraser, day: date, now: datetime, *, exact: bool = False) -> str:
    """Return a day as seen from now; ``exact`` with its weekday, month and year."""
    return phraser.phrase(
        "when.exact" if exact else "when.day",
        ahead=(day - now.date()).days,
        weekday=day.weekday(),
        day=day.day,
        month=day.month,
        year=day.year,
    )


def moment_words(phraser: Phraser, moment: datetime, now: datetime) -> str:
    """Return a moment as seen from now: "at 9:00" for one of today."""
    local = moment.astimezone(now.tzinfo)
    if local.date() == now.date():
        return phraser.phrase("when.today_at", time=clock(local.time()))
    day = day_words(phraser, local.date(), now)
    return phraser.phrase("when.at", day=day, time=clock(local.time()))


def when_words(phraser: Phraser, when: When, now: datetime) -> str:
    """Return what a time means: a moment, a day, a stretch of hours or of days."""
    if when.grain == "moment":
        return moment_words(phraser, when.start, now)
    first = day_words(phraser, when.start.date(), now)
    last_day = (when.end - timedelta(seconds=1)).date()
    if when.timed and last_day == when.start.date():
        begin, end = clock(when.start.time()), clock(when.end.time())
        return phraser.phrase("when.from_to", day=first, time=begin, end=end)
    if last_day == when.start.date():
        return first
    return phraser.phrase("when.span", first=first, last=day_words(phraser, last_day, now))
