"""A flood of figures in, one a sensor and second out: what the journal keeps of a busy sensor.

The first figure is kept at once, the last of each interval at its end; nothing but numbers of
sensors is thinned out, and neither what is known nor what rules see is touched by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hearth.event import Changed, Event

_LONGEST_WAIT_S = 3600.0


class Calm:
    """Holds back what a sensor tells more often than each ``every_s`` seconds (0: never)."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._next: dict[str, float] = {}
        self._held: dict[str, Changed] = {}

    def take(self, event: Event, now_s: float) -> Iterator[Event]:
        """Take an event; yield it, or nothing where it is held back."""
        if not self._every_s or not isinstance(event, Changed):
            yield event
            return
        id_ = event.new.id
        if not _is_figure(event):
            if (held := self._held.pop(id_, None)) is not None:
                yield held
            yield event
        elif (held := self._held.get(id_)) is not None:
            self._held[id_] = replace(event, old=held.old)
        elif now_s < self._next.get(id_, 0.0):
            self._held[id_] = event
        else:
            self._next[id_] = now_s + self._every_s
            yield event

    def due(self, now_s: float) -> Iterator[Event]:
        """Yield what has been held back long enough."""
        for id_ in [id_ for id_ in self._held if self._next[id_] <= now_s]:
            self._next[id_] = now_s + self._every_s
            yield self._held.pop(id_)

    def wait_s(self, now_s: float) -> float:
        """Return in how many seconds something is due."""
        if not self._held:
            return _LONGEST_WAIT_S
        return max(0.0, min(self._next[id_] for id_ in self._held) - now_s)


def _is_figure(event: Changed) -> bool:
    """Tell whether a sensor told another number, and nothing else happened."""
    old, new = event.old, event.new
    if new.domain != "sensor" or old.available is not new.available:
        return False
    try:
        float(old.state or "")
        float(new.state or "")
    except ValueError:
        return False
    return True
