"""What was journaled in, when a rule would have run out.

The same lookout that serves the living house reads the past here; nothing is moved. What rules did
to the house then is part of the past, so a rule that would have changed it is seen without that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from hearth import event as events
from hearth.event import Changed, Event
from hearth.home.rules.calendar import Calendar
from hearth.home.rules.conditions import hold
from hearth.home.rules.happen import Firing
from hearth.home.rules.known import events as known_events
from hearth.home.rules.lookout import Lookout
from hearth.home.rules.mode import HOME
from hearth.home.rules.notes import Notes
from hearth.house import Entity, House
from hearth.rule import Rule

KINDS = ("Changed", "Appeared", "Vanished", "ModeSet")
"""What is always needed of the journal, beside the events that the rules wait for."""

_STEP_S = 3600.0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the journal: when, the event's class, and its fields as plain data."""

    time: datetime
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Would:
    """A rule would have come at ``time``; ``held``: its conditions held, so it would have run."""

    time: datetime
    firing: Firing
    held: bool


class _NoLedger:
    async def notes(self) -> Mapping[tuple[str, str], str]:
        return {}

    async def note(self, changes: Mapping[tuple[str, str], str | None]) -> None:
        del changes


class Past:
    """The house as the journal tells it, moment by moment."""

    def __init__(self) -> None:
        self.mode = HOME
        self._entities: dict[str, Entity] = {}
        self._house: House | None = None

    def entity(self, entity_id: str) -> Entity | None:
        """Return one thing as it was, or None."""
        return self._entities.get(entity_id)

    def house(self) -> House:
        """Return the house as it was."""
        if self._house is None:
            self._house = House(entities=tuple(self._entities.values()))
        return self._house

    def take(self, row: Row) -> Event | None:
        """Take one row; return the event that a rule may wait for. Unreadable rows are left out."""
        try:
            return self._take(row)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def _take(self, row: Row) -> Event | None:
        match row.kind:
            case "Appeared":
                self._put(_entity(row.body["entity"], None))
            case "Vanished":
                self._entities.pop(row.body["entity_id"], None)
                self._house = None
            case "Changed":
                before = self._entities.get(row.body["new"]["id"])
                old = _entity(row.body["old"], before)
                new = _entity(row.body["new"], old)
                self._put(new)
                return Changed(old, new, bool(row.body.get("kept", False)))
            case kind if kind in known_events():
                made: Event = getattr(events, kind)(**row.body)
                if kind == "ModeSet":
                    self.mode = str(row.body["mode"])
                return made
        return None

    def _put(self, entity: Entity) -> None:
        self._entities[entity.id] = entity
        self._house = None


def replay(
    rules: Sequence[Rule], rows: Iterable[Row], calendar: Calendar, zone: tzinfo, until: datetime
) -> Iterator[Would]:
    """Yield when the rules would have come; ``rows`` are in the order of their times.

    Triggers on MQTT topics are left out: the journal has no messages of others.
    """
    past = Past()
    lookout: Lookout | None = None
    by_id = {rule.id: rule for rule in rules}
    now = until

    def present() -> datetime:
        return now

    def would(firing: Firing) -> Would:
        held = hold(by_id[firing.rule].if_, past, calendar, now, past.mode)
        return Would(now, firing, held)

    def advance(lookout: Lookout, moment: datetime) -> Iterator[Would]:
        nonlocal now
        while now < moment:
            wait_s = lookout.next_s(now.timestamp(), _STEP_S)
            step = min(moment.timestamp(), now.timestamp() + max(wait_s, 0.001))
            now = datetime.fromtimestamp(step, UTC).astimezone(zone)
            for firing in lookout.due(now.timestamp()):
                yield would(firing)

    for row in rows:
        moment = row.time.astimezone(zone)
        if lookout is None:
            now = moment
            lookout = Lookout(
                past,
                calendar,
                Notes(_NoLedger()),
                now=present,
                loop_s=now.timestamp(),
                catch_up_s=_STEP_S,
            )
            lookout.set(rules)
        yield from advance(lookout, moment)
        event = past.take(row)
        if isinstance(event, Changed):
            for firing in lookout.changed(event, now.timestamp()):
                yield would(firing)
        elif event is not None:
            for firing in lookout.event(event):
                yield would(firing)
    if lookout is not None:
        yield from advance(lookout, until)


def _entity(body: Mapping[str, Any], before: Entity | None) -> Entity:
    """Read a thing; the journal may tell only what changed of it since ``before``."""
    told = dict(body.get("attributes") or {})
    attributes = {**before.attributes, **told} if before else told
    return Entity(
        body["id"],
        body.get("name") or (before.name if before else body["id"]),
        tuple(body.get("aliases") or (before.aliases if before else ())),
        body.get("domain") or (before.domain if before else ""),
        body.get("area", before.area if before else None),
        body.get("state"),
        {key: value for key, value in attributes.items() if value is not None},
        bool(body.get("available", True)),
    )
