"""Answers from the journal: why is the light on, who closed the blinds, when did the door open.

It never claims what the journal does not hold: a change that none of Hearth's commands came before
was made at the device, or by something else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from hearth.event import Act
from hearth.house import Entity
from hearth.port import Clock, Phraser
from hearth.skill import Reply, Request, intent
from hearth.skills.report import action_of

_MOST_TOLD = 4

_NIGHT_BEGINS_H, _NIGHT_ENDS_H, _NOON_H, _EVENING_H = 22, 6, 12, 17

_MEANS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "binary_sensor": dict.fromkeys(("on", "open", "unlocked"), ("on",))
    | dict.fromkeys(("off", "closed", "locked"), ("off",)),
    "cover": dict.fromkeys(("on", "open"), ("open", "opening"))
    | dict.fromkeys(("off", "closed"), ("closed", "closing")),
    "lock": dict.fromkeys(("off", "unlocked", "open"), ("unlocked", "open", "unlocking"))
    | dict.fromkeys(("on", "locked", "closed"), ("locked", "locking")),
    "vacuum": {"on": ("cleaning",), "off": ("docked", "idle", "returning")},
    "lawn_mower": {"on": ("mowing",), "off": ("docked", "returning")},
}
"""What a word for a state is in the states of a domain."""


class Cause(Protocol):
    """Who or what was behind a change (``memory.history.Cause``)."""

    @property
    def by(self) -> str:
        """``person``, ``rule``, ``timer``, ``hearth`` or ``device``."""

    @property
    def words(self) -> str:
        """What the person said."""

    @property
    def site(self) -> str:
        """Where."""

    @property
    def id(self) -> str:
        """The rule's or the timer's."""

    @property
    def time(self) -> datetime | None:
        """When it was said or done."""


class Past(Protocol):
    """One change (``memory.history.Past``)."""

    @property
    def entity_id(self) -> str:
        """What changed."""

    @property
    def became(self) -> str:
        """Into what."""

    @property
    def time(self) -> datetime:
        """When."""

    @property
    def cause(self) -> Cause:
        """Why."""


class Deed(Protocol):
    """One action (``memory.history.Deed``)."""

    @property
    def entity_id(self) -> str:
        """What was moved."""

    @property
    def service(self) -> str:
        """How."""

    @property
    def time(self) -> datetime:
        """When."""

    @property
    def cause(self) -> Cause:
        """Why."""


class History(Protocol):
    """What the journal can be asked (``memory.history.History``)."""

    async def last(self, entities: Collection[str], states: Collection[str] = ()) -> Past | None:
        """Return the last change of these things into one of these states."""

    async def deeds(self, since: datetime, until: datetime) -> Sequence[Deed]:
        """Return what was carried out in that time."""

    async def begin(self) -> datetime | None:
        """Return since when there is a journal."""


class Why:
    """Tells why, who, when and what.

    Args:
        history: The journal.
        clock: For "today", and the zone in which times are told.
        phraser: Its sentences.
        areas: The area of each audio site.
        rule_name: Returns what a rule is called.
    """

    def __init__(
        self,
        history: History,
        clock: Clock,
        phraser: Phraser,
        *,
        areas: Mapping[str, str],
        rule_name: Callable[[str], str],
    ) -> None:
        self._history = history
        self._clock = clock
        self._phraser = phraser
        self._areas = areas
        self._rule_name = rule_name

    @intent("HearthWhy")
    async def why(self, request: Request) -> Reply:
        """Tell who or what was behind the last change."""
        things = _things(request)
        if not things:
            return await self._last_deed(request)
        past = await self._find(request, things)
        if past is None:
            return await self._never(things)
        return Reply(self._cause(request, past.cause, past.entity_id, past.time))

    @intent("HearthWhen")
    async def when(self, request: Request) -> Reply:
        """Tell when something was last so."""
        things = _things(request)
        if not things:
            return Reply(self._phraser.phrase("errors.no_target"), "failed")
        past = await self._find(request, things)
        if past is None:
            return await self._never(things)
        name = _name(request, past.entity_id)
        return Reply(self._phraser.phrase("why.when", name=name, when=self._when(past.time)))

    @intent("HearthDeeds")
    async def deeds(self, request: Request) -> Reply:
        """Tell what was done today, last night ..., the last things first."""
        since, until = self._period(str(request.command.slots.get("period", "today")))
        deeds = await self._history.deeds(since, until)
        if not deeds:
            return Reply(self._phraser.phrase("why.nothing_done"))
        groups: dict[tuple[str, str, str], list[Deed]] = {}
        for deed in reversed(deeds):
            cause = deed.cause
            groups.setdefault((cause.by, cause.words, cause.id), []).append(deed)
        told = [self._told(request, group) for group in list(groups.values())[:_MOST_TOLD]]
        return Reply(
            self._phraser.phrase("why.deeds", count=len(deeds), told=told, all=len(groups))
        )

    async def _last_deed(self, request: Request) -> Reply:
        """Answer "why did you do that?"."""
        now = self._clock.now()
        deeds = await self._history.deeds(now - timedelta(hours=1), now + timedelta(seconds=1))
        if not deeds:
            return Reply(self._phraser.phrase("why.nothing_done"))
        last = deeds[-1]
        return Reply(self._cause(request, last.cause, last.entity_id, last.time))

    async def _find(self, request: Request, things: Sequence[Entity]) -> Past | None:
        """Return the last change that was asked about."""
        word = str(request.command.slots.get("state", ""))
        found = [
            past
            for thing in things
            if (past := await self._history.last([thing.id], _states(thing, word))) is not None
        ]
        return max(found, key=lambda past: past.time, default=None)

    async def _never(self, things: Sequence[Entity]) -> Reply:
        begin = await self._history.begin()
        since = self._when(begin) if begin else ""
        names = [thing.name for thing in things]
        return Reply(self._phraser.phrase("why.never", names=names, since=since))

    def _cause(self, request: Request, cause: Cause, entity_id: str, time: datetime) -> str:
        room = self._room(request, cause.site)
        return self._phraser.phrase(
            f"why.{cause.by}",
            name=_name(request, entity_id),
            words=cause.words,
            room=room,
            rule=self._rule_name(cause.id) if cause.by == "rule" else "",
            when=self._when(cause.time or time),
        )

    def _told(self, request: Request, group: Sequence[Deed]) -> str:
        names = list(dict.fromkeys(_name(request, deed.entity_id) for deed in group))
        action = action_of(Act(group[0].entity_id, group[0].service))
        cause = group[0].cause
        return self._phraser.phrase(
            "why.deed",
            when=self._when(group[0].time),
            names=names,
            action=self._phraser.phrase(f"door.actions.{action}"),
            by=cause.by,
            words=cause.words,
            rule=self._rule_name(cause.id) if cause.by == "rule" else "",
        )

    def _room(self, request: Request, site: str) -> str:
        area = request.house.area(self._areas.get(site))
        return area.name if area else ""

    def _when(self, time: datetime) -> str:
        """Say a moment in the house's time: today, yesterday, or with its date."""
        now = self._clock.now()
        moment = time.astimezone(now.tzinfo)
        days = (now.date() - moment.date()).days
        key = {0: "today", 1: "yesterday"}.get(days, "before")
        return self._phraser.phrase(f"why.moment.{key}", moment=moment)

    def _period(self, name: str) -> tuple[datetime, datetime]:
        """Return begin and end of a part of the day."""
        now = self._clock.now()
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        later = now + timedelta(seconds=1)
        night = today - timedelta(hours=24 - _NIGHT_BEGINS_H)
        parts: dict[str, tuple[datetime, datetime]] = {
            "yesterday": (today - timedelta(days=1), today),
            "night": (night, min(later, today.replace(hour=_NIGHT_ENDS_H))),
            "morning": (today, min(later, today.replace(hour=_NOON_H))),
            "afternoon": (today.replace(hour=_NOON_H), later),
            "evening": (today.replace(hour=_EVENING_H), later),
            "hour": (now - timedelta(hours=1), later),
            "week": (today - timedelta(days=7), later),
        }
        return parts.get(name, (today, later))


def _things(request: Request) -> list[Entity]:
    """Return what was asked about; of several with one name, all."""
    ids = request.command.targets or request.command.choices
    return [entity for id_ in ids if (entity := request.house.entity(id_))]


def _name(request: Request, entity_id: str) -> str:
    entity = request.house.entity(entity_id)
    return entity.name if entity else entity_id


def _states(entity: Entity, word: str) -> tuple[str, ...]:
    """Return the states of a thing that a word means; empty for any change."""
    if not word:
        return ()
    if entity.domain in ("climate", "water_heater", "media_player") and word == "on":
        modes: Any = entity.attributes.get("hvac_modes") or ()
        return tuple(str(mode) for mode in modes if mode != "off")
    domain = "cover" if entity.domain == "valve" else entity.domain
    return _MEANS.get(domain, {}).get(word, (word,))
