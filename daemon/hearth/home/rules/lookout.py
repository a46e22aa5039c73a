"""Changes, messages, events and the time in, the rules whose triggers came out.

It only looks: it decides without waiting, and touches nothing. So the same code serves the living
house and a replay of the journal.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from hearth.event import Changed, Event
from hearth.home.rules.calendar import Calendar
from hearth.home.rules.happen import Firing, of_event, of_thing
from hearth.home.rules.holds import Holds
from hearth.home.rules.notes import Notes
from hearth.home.rules.sight import Sight, fits, is_person, plain
from hearth.home.rules.timetable import Timed, Timetable
from hearth.home.rules.watch import Known, Watch
from hearth.house import Entity
from hearth.rule import (
    EventTrigger,
    MqttTrigger,
    NumberTrigger,
    PresenceTrigger,
    Rule,
    StateTrigger,
    SunTrigger,
    TimeTrigger,
    Trigger,
)

SEEN = "seen"

_YOUNG_S = 600.0
"""A clock that is set so soon after the start was wrong before, as on boards without one."""

_LONG_REACH_S = 12 * 3600.0
"""How far a clock may be set forward later on without a rule being skipped."""

_JUMP_S = 2.0


@dataclass(frozen=True, slots=True)
class Told:
    """An MQTT trigger of a rule."""

    rule: str
    trigger: MqttTrigger


class Lookout:
    """Watches for the triggers of rules.

    Args:
        sight: The house as it is.
        calendar: Knows times and the sun.
        notes: What is kept over a restart; loaded.
        now: The calendar's time, called where it is needed.
        loop_s: The loop's time in seconds at which it begins.
        catch_up_s: How late a rule may fire that Hearth was away for.
    """

    def __init__(
        self,
        sight: Sight,
        calendar: Calendar,
        notes: Notes,
        *,
        now: Callable[[], datetime],
        loop_s: float,
        catch_up_s: float,
    ) -> None:
        self.jumped = False
        self.hurry = False
        self._sight = sight
        self._notes = notes
        self._now = now
        self._began_s = loop_s
        self._catch_up_s = catch_up_s
        moment = now()
        self._offset_s = moment.timestamp() - loop_s
        self._times = Timetable(calendar, notes, moment)
        self._long_away = self._times.away_s(moment) > catch_up_s
        self._holds = Holds(notes)
        self._holds.restore(moment, loop_s)
        self._memory: dict[str, Known] = dict(notes.of(SEEN))
        self._watches: tuple[Watch, ...] = ()
        self._of_entity: dict[str, tuple[str | None, Any, tuple[Watch, ...]]] = {}
        self._of_event: dict[str, list[tuple[str, EventTrigger]]] = {}

    # --- what is watched -----------------------------------------------------------------------

    def set(self, rules: Iterable[Rule]) -> None:
        """Watch for these rules from now on; what is remembered of the same triggers stays."""
        watches: list[Watch] = []
        timed: list[Timed] = []
        events: dict[str, list[tuple[str, EventTrigger]]] = defaultdict(list)
        for rule in rules:
            for trigger in rule.when:
                match trigger:
                    case StateTrigger() | NumberTrigger() | PresenceTrigger():
                        watches.append(Watch(rule.id, trigger, _key(rule.id, trigger)))
                    case TimeTrigger() | SunTrigger():
                        timed.append(Timed(rule.id, trigger, _key(rule.id, trigger)))
                    case EventTrigger():
                        events[trigger.event].append((rule.id, trigger))
                    case MqttTrigger():
                        pass  # the engine subscribes to these, and asks `message`
        self._watches = tuple(watches)
        self._of_event = dict(events)
        self._of_entity.clear()
        self._times.set(timed, self._now())
        keys = {watch.key for watch in watches}
        self._holds.keep(lambda key: key.partition("/")[0] in keys)
        for mark in [m for m in self._memory if m.partition("/")[0] not in keys]:
            del self._memory[mark]
            self._notes.put(SEEN, mark, None)
        self._look_at_unsure()

    def _look_at_unsure(self) -> None:
        """See whether what lasted before a restart still does, where the thing is there already."""
        by_key = {watch.key: watch for watch in self._watches}
        for mark in self._holds.unsure():
            key, _, entity_id = mark.partition("/")
            entity = self._sight.entity(entity_id or self._holds.of(mark).entity_id)
            if entity is not None:
                _, verdict = by_key[key].judge(entity, self._memory.get(mark), self._sight)
                if verdict == "lasts":
                    self._holds.confirm(mark)
                elif verdict == "ended":
                    self._holds.end(mark)

    def forget(self, entity_id: str) -> None:
        """A thing came, went or changed its place: find anew who watches it."""
        self._of_entity.pop(entity_id, None)

    # --- what comes ----------------------------------------------------------------------------

    def changed(self, event: Changed, loop_s: float) -> list[Firing]:
        """Take a change of a thing."""
        new = event.new
        known = self._of_entity.get(new.id)
        kind = new.attributes.get("device_class")
        if known is None or known[0] != new.area or known[1] != kind:
            known = self._of_entity[new.id] = (new.area, kind, self._watching(new))
        found: list[Firing] = []
        for watch in known[2]:
            self._judge(watch, event, loop_s, found)
        return found

    def _judge(self, watch: Watch, event: Changed, loop_s: float, found: list[Firing]) -> None:
        old, new = event.old, event.new
        if watch.is_momentary(new):
            if not event.kept and watch.happens(old, new):
                found.append(of_thing(watch.rule, old, new, self._area(new)))
            return
        mark = watch.mark(new)
        before = self._memory.get(mark)
        if before is None and not isinstance(watch.trigger, PresenceTrigger):
            before, _ = watch.judge(old, None, self._sight)
        now, verdict = watch.judge(new, before, self._sight)
        if now is None:
            return
        began = verdict == "began"
        if now != self._memory.get(mark):
            self._memory[mark] = now
            self._notes.put(SEEN, mark, now, lazy=not began)
        if verdict == "lasts":
            if self._holds.confirm(mark):
                self.hurry = True
        elif not began:
            self._holds.end(mark)
        elif not (event.kept and (before is None or self._long_away)):
            firing = of_thing(watch.rule, old, new, self._area(new), _because(watch, new))
            if for_s := watch.trigger.for_s:
                self._holds.begin(mark, firing, for_s, self._now(), loop_s)
                self.hurry = True
            else:
                found.append(firing)

    def message(self, told: Told, topic: str, text: str, value: str) -> Firing | None:
        """Take an MQTT message; ``value`` is what the trigger's template made of it."""
        trigger = told.trigger
        if trigger.payload is not None and trigger.payload != value:
            return None
        values = {"topic": topic, "payload": text[:255], "value": value[:255]}
        return Firing(told.rule, f"mqtt {topic[:200]}", values=values)

    def event(self, event: Event) -> list[Firing]:
        """Take an event of the bus."""
        triggers = self._of_event.get(type(event).__name__)
        if not triggers:
            return []
        had = {f.name: getattr(event, f.name) for f in fields(event)}
        return [
            of_event(rule, trigger.event, had)
            for rule, trigger in triggers
            if all(plain(had.get(k)) == plain(v) for k, v in trigger.fields.items())
        ]

    def due(self, loop_s: float) -> list[Firing]:
        """Return what the time has brought since the last call."""
        now = self._now()
        offset_s = now.timestamp() - loop_s
        self.jumped = abs(offset_s - self._offset_s) > _JUMP_S
        self._offset_s = offset_s
        if self.jumped:
            self._holds.rewrite(now, loop_s)
            self._times.look_again(now)
        young = loop_s - self._began_s < _YOUNG_S
        reach_s = self._catch_up_s if young else max(_LONG_REACH_S, self._catch_up_s)
        return self._holds.due(loop_s) + self._times.due(now, reach_s)

    def next_s(self, loop_s: float, longest_s: float) -> float:
        """Return in how many seconds ``due`` should be called again, at most ``longest_s``."""
        waits = [longest_s]
        if (held := self._holds.next()) is not None:
            waits.append(held - loop_s)
        if (moment := self._times.next()) is not None:
            waits.append((moment - self._now()).total_seconds())
        return max(0.0, min(waits))

    # --- helpers -------------------------------------------------------------------------------

    def _watching(self, entity: Entity) -> tuple[Watch, ...]:
        house = self._sight.house()
        person = is_person(entity)
        found = []
        for watch in self._watches:
            trigger = watch.trigger
            if isinstance(trigger, PresenceTrigger):
                if trigger.who == entity.id or (person and trigger.who in ("anyone", "everyone")):
                    found.append(watch)
            elif fits(trigger.which, entity, house):
                found.append(watch)
        return tuple(found)

    def _area(self, entity: Entity) -> str:
        area = self._sight.house().area(entity.area) if entity.area else None
        return area.name if area else ""


def _because(watch: Watch, entity: Entity) -> str:
    trigger = watch.trigger
    if isinstance(trigger, PresenceTrigger):
        return f"{trigger.who} {trigger.to}"
    return f"{entity.id} {plain(entity.attributes.get(trigger.attribute))}" * bool(
        trigger.attribute
    )


def _key(rule_id: str, trigger: Trigger) -> str:
    """Return a name for a trigger that is the same as long as it is not written differently."""
    return f"{rule_id}:{hashlib.sha256(repr(trigger).encode()).hexdigest()[:8]}"


def catching(rules: Sequence[Rule]) -> list[Told]:
    """Return the MQTT triggers of rules."""
    return [Told(r.id, t) for r in rules for t in r.when if isinstance(t, MqttTrigger)]


def with_chain(firing: Firing, chain: tuple[tuple[str, float], ...]) -> Firing:
    """Return the same firing, caused by the rules of ``chain``."""
    return replace(firing, chain=chain) if chain else firing
