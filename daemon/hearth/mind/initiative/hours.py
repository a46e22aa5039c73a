"""Hours of the day in, whether now is within them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hearth.persona import Profile


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of local time from ``start`` to ``end``; it may span midnight, and is empty where
    both are the same."""

    start: time
    end: time

    def hold(self, now: datetime) -> bool:
        """Return whether ``now`` (aware, local) is within."""
        at = now.time()
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def ended(self, now: datetime) -> datetime:
        """Return when they last ended, at or before ``now``."""
        end = datetime.combine(now.date(), self.end, now.tzinfo)
        return end if end <= now else end - timedelta(days=1)

    def begin(self, now: datetime) -> datetime:
        """Return when they begin next, at or after ``now``."""
        start = datetime.combine(now.date(), self.start, now.tzinfo)
        return start if start >= now else start + timedelta(days=1)


def hours(start: str, end: str) -> Hours | None:
    """Return hours as they stand in the configuration ("22:30", "07:00"); None for empty ones."""
    if not start or not end:
        return None
    return Hours(time.fromisoformat(start), time.fromisoformat(end))


def sleeping(profile: Profile, speech: Hours | None, usual: Hours) -> Hours:
    """Return when the person sleeps: as they said, else the voice's quiet hours, else the usual."""
    if profile.sleeps_from is not None and profile.sleeps_to is not None:
        return Hours(profile.sleeps_from, profile.sleeps_to)
    return speech or usual
