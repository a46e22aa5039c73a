"""Things that stay as they are in, those that stayed so long enough out: the ``for`` of triggers.

Time here is the loop's, so that setting the clock neither shortens nor lengthens it; what is kept
over a restart is the calendar's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hearth.home.rules.happen import Firing
from hearth.home.rules.notes import Notes

KIND = "hold"


@dataclass(frozen=True, slots=True)
class Hold:
    """Something lasts since a while and fires at ``due`` (loop time, seconds).

    ``unsure``: it was read from disk, and the thing has not told yet that it still is so.
    """

    firing: Firing
    due: float
    unsure: bool = False


class Holds:
    """Every ``for`` that is running."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._holds: dict[str, Hold] = {}

    def __len__(self) -> int:
        return len(self._holds)

    def begin(self, key: str, firing: Firing, for_s: float, now: datetime, loop_s: float) -> None:
        """Something began to be so."""
        self._holds[key] = Hold(firing, loop_s + for_s)
        self._write(key, now, loop_s)

    def end(self, key: str) -> None:
        """It is no longer so."""
        if self._holds.pop(key, None) is not None:
            self._notes.put(KIND, key, None)

    def confirm(self, key: str) -> bool:
        """The thing told that it still is so; return whether that was not sure."""
        hold = self._holds.get(key)
        if hold is None or not hold.unsure:
            return False
        self._holds[key] = replace(hold, unsure=False)
        return True

    def unsure(self) -> list[str]:
        """Return the keys of those that nobody has confirmed since the restart."""
        return [key for key, hold in self._holds.items() if hold.unsure]

    def of(self, key: str) -> Firing:
        """Return what will fire."""
        return self._holds[key].firing

    def due(self, loop_s: float) -> list[Firing]:
        """Take those that have lasted long enough, each with how late it is."""
        ripe = [k for k, hold in self._holds.items() if hold.due <= loop_s and not hold.unsure]
        found = []
        for key in ripe:
            hold = self._holds.pop(key)
            self._notes.put(KIND, key, None)
            found.append(hold.firing.late(loop_s - hold.due))
        return found

    def next(self) -> float | None:
        """Return the loop's time at which the next one is due."""
        return min((h.due for h in self._holds.values() if not h.unsure), default=None)

    def keep(self, known: Callable[[str], bool]) -> None:
        """Drop those whose key is of no rule any more."""
        for key in [key for key in self._holds if not known(key)]:
            self.end(key)

    def restore(self, now: datetime, loop_s: float) -> None:
        """Read those of before the restart."""
        for key, body in self._notes.of(KIND).items():
            try:
                due = datetime.fromisoformat(body["due"])
                firing = Firing(**body["firing"] | {"chain": ()})
                left = (due - now).total_seconds()
            except (KeyError, TypeError, ValueError):
                self._notes.put(KIND, key, None)
                continue
            self._holds[key] = Hold(firing, loop_s + left, unsure=True)

    def rewrite(self, now: datetime, loop_s: float) -> None:
        """The clock was set: what is on disk has to say the new time."""
        for key in self._holds:
            self._write(key, now, loop_s)

    def _write(self, key: str, now: datetime, loop_s: float) -> None:
        hold = self._holds[key]
        due = (now + timedelta(seconds=hold.due - loop_s)).astimezone(UTC)
        self._notes.put(KIND, key, {"due": due.isoformat(), "firing": _plain(hold.firing)})


def _plain(firing: Firing) -> dict[str, Any]:
    return asdict(replace(firing, values=dict(firing.values), chain=()))
