"""Changes and sentences in, who seems to be there out.

What a house can know of people is little: a sensor that saw someone move, a phone that is at home,
a sentence that was said. It is used only as far as the person allows it ("presence"); without that,
only speech tells that somebody is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from hearth.event import Changed
from hearth.house import Entity, House
from hearth.mind.initiative.state import Presence

_SENSES = frozenset(("motion", "occupancy", "presence", "moving"))
_TRACKS = ("person", "device_tracker")
_OUT = frozenset(("not_home", "away"))
_UNKNOWN = frozenset(("unknown", "unavailable", ""))

_BESIDE = timedelta(minutes=3)
"""Two rooms in which something has stirred for that long at the same time: two people. A sensor
holds "motion" for a minute or two after somebody has gone to the next room."""


def senses(entity: Entity) -> bool:
    """Return whether a thing tells that somebody is near it."""
    return (
        entity.domain == "binary_sensor"
        and entity.attributes.get("device_class") in _SENSES
        and not entity.attributes.get("entity_category")
    )


def tracks(entity: Entity) -> bool:
    """Return whether a thing tells whether a person is at home."""
    return entity.domain in _TRACKS


class Watch:
    """Remembers when somebody was last noticed, and where.

    Args:
        site: Where it speaks if the room that a person is in has no loudspeaker of its own.
        sites: The audio site of each area, by the area's id.
    """

    def __init__(self, site: str, sites: Mapping[str, str]) -> None:
        self._site = site
        self._sites = sites
        self._spoke: tuple[datetime, str] | None = None
        self._moved: tuple[datetime, str] | None = None
        self._since: dict[str, datetime] = {}

    def heard(self, site: str, now: datetime) -> None:
        """A person spoke."""
        self._spoke = (now, site)

    def changed(self, event: Changed, now: datetime) -> bool:
        """Take a change; return whether it tells that somebody is there."""
        new = event.new
        if event.kept or not (senses(new) or tracks(new)) or event.old.state == new.state:
            return False
        if tracks(new):
            came = new.state == "home" and event.old.state not in (None, *_UNKNOWN)
            if came:
                self._moved = (now, self._site)
            return came
        if new.state != "on" or not new.available:
            self._since.pop(new.id, None)
            if event.old.state == "on":  # until now somebody was there
                self._moved = (now, self._place(new))
            return False
        self._since[new.id] = now
        self._moved = (now, self._place(new))
        return True

    def presence(self, house: House, now: datetime, *, may_notice: bool) -> Presence:
        """Return who seems to be there; from speech alone where no more may be noticed."""
        if not may_notice:
            return _of(self._spoke, self._site)
        moved = self._moved
        steady = [e for e in house.entities if e.id in self._since and e.state == "on"]
        if steady:  # somebody is where a sensor still says so
            latest = max(steady, key=lambda e: self._since[e.id])
            moved = (now, self._place(latest))
        noticed = [each for each in (self._spoke, moved) if each]
        last = max(noticed, key=lambda each: each[0], default=None)
        trackers = [e for e in house.entities if tracks(e)]
        persons = [e for e in trackers if e.domain == "person"]
        home = [e for e in persons if (e.state or "") not in _OUT | _UNKNOWN]
        places = {self._room(e) for e in steady if now - self._since[e.id] >= _BESIDE}
        everybody = persons or trackers
        out = bool(everybody) and all(e.state in _OUT for e in everybody)
        recent = last is not None and now - last[0] < _BESIDE
        return Presence(
            seen=last[0] if last else None,
            site=last[1] if last else self._site,
            alone=len(home) < 2 and len(places) < 2,  # two are company
            away=out and not recent,  # a phone may be dead; what moves or speaks is there
        )

    def _place(self, entity: Entity) -> str:
        return self._sites.get(entity.area or "", self._site)

    def _room(self, entity: Entity) -> str:
        return entity.area or entity.id


def _of(noticed: tuple[datetime, str] | None, site: str) -> Presence:
    return Presence(*noticed) if noticed else Presence(site=site)
