"""Learns what people call their things, and where they stand: "the new lamp is in the kitchen"."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from hearth.bus import Bus, Inbox
from hearth.event import Acted
from hearth.house import Area, Entity, Floor, House
from hearth.keep import Naming as Names
from hearth.keep import Placing
from hearth.port import Phraser
from hearth.skill import Answer, Question, Reply, Request, intent

_KINDS = {
    "light": ("light", "switch"),
    "plug": ("switch", "light"),
    "switch": ("switch", "event", "light"),
    "cover": ("cover",),
    "heating": ("climate", "water_heater"),
    "fan": ("fan",),
    "lock": ("lock",),
    "sensor": ("binary_sensor", "sensor"),
    "robot": ("vacuum", "lawn_mower"),
    "thing": (
        "light", "switch", "cover", "climate", "fan", "lock", "vacuum", "valve", "humidifier",
        "siren", "lawn_mower", "water_heater", "alarm_control_panel", "binary_sensor", "sensor",
    ),
}  # fmt: skip
"""The domains that a person's word for a kind of thing may mean, the likeliest first."""

_MAX_NAME = 60
_MOST = 64
_LATELY_S = 180.0
"""How long "that lamp" may mean the one that was moved last, in seconds."""

Do = Callable[[Entity], Awaitable[str]]
"""Does what was asked to the one thing that is meant, and returns what is said then."""


class Naming:
    """Keeps names and places that people give, and says back what it understood."""

    def __init__(self, bus: Bus, names: Names, placing: Placing, phraser: Phraser) -> None:
        self._acted: Inbox[Acted] = bus.subscribe(Acted, size=32)
        self._lately: dict[str, float] = {}
        self._names = names
        self._placing = placing
        self._phraser = phraser

    async def run(self) -> None:
        """Remember which things were moved lately: "that lamp" is one of them."""
        async for acted in self._acted:
            self._lately.pop(acted.act.entity_id, None)
            self._lately[acted.act.entity_id] = _now()
            while len(self._lately) > _MOST:
                del self._lately[next(iter(self._lately))]

    @intent("HearthPlace")
    async def place(self, request: Request) -> Reply:
        """Put a thing into an area."""
        place = str(request.command.slots["place"])

        async def do(thing: Entity) -> str:
            await self._placing.place(thing.id, place)
            return self._phraser.phrase("naming.placed", thing=thing.name, place=place)

        return await self._with_one(request, do)

    @intent("HearthPlaceSelf")
    async def settle(self, request: Request) -> Reply:
        """Learn in which area this microphone is."""
        place = str(request.command.slots["place"])
        await self._placing.settle(request.site, place)
        return Reply(self._phraser.phrase("naming.settled", place=place))

    @intent("HearthName")
    async def call(self, request: Request) -> Reply:
        """Give a thing one more name."""
        return await self._call(request, instead=False)

    @intent("HearthRename")
    async def rename(self, request: Request) -> Reply:
        """Give a thing the name that Hearth calls it by, too."""
        return await self._call(request, instead=True)

    @intent("HearthForgetName")
    async def forget(self, request: Request) -> Reply:
        """Take back a name that a person gave."""
        name = str(request.command.slots["name"])
        if not [id_ for each in _spellings(name) for id_ in await self._names.forget(each)]:
            return Reply(self._phraser.phrase("naming.not_given", name=name), "failed")
        return Reply(self._phraser.phrase("naming.forgotten", name=name))

    async def _call(self, request: Request, *, instead: bool) -> Reply:
        name = str(request.command.slots["alias"]).strip(" .!?,'\"")
        if not name or len(name) > _MAX_NAME:
            return Reply(self._phraser.phrase("errors.not_understood"), "failed")
        taken = _bearer(name, request.house)

        async def do(thing: Entity) -> str:
            if taken is not None and taken.id != thing.id:
                return self._phraser.phrase("naming.taken", name=name, thing=taken.name)
            for spelling in reversed(_spellings(name)):
                await self._names.call(thing.id, spelling, instead=instead and spelling == name)
            return self._phraser.phrase("naming.called", thing=thing.name, name=name)

        return await self._with_one(request, do)

    async def _with_one(self, request: Request, do: Do) -> Reply:
        """Do it to the thing that is meant, or ask which of several."""
        found = self._meant(request)
        if not found:
            return Reply(self._phraser.phrase("errors.no_target"), "failed")
        if len(found) == 1:
            return Reply(await do(found[0]))

        async def answered(answer: Answer) -> Reply | None:
            said = answer.heard.text.casefold()
            fits = [e for e in found if any(n.casefold() in said for n in (e.name, *e.aliases))]
            longest = max(fits, key=lambda e: len(e.name), default=None)
            return Reply(await do(longest)) if longest else None

        names = [thing.name for thing in found[:5]]
        asked = self._phraser.phrase("errors.which_one", names=names)
        return Reply(asked, question=Question(answered))

    def _meant(self, request: Request) -> list[Entity]:
        """Return the things that may be meant: by name, as the new one, or as the one at hand."""
        command, house = request.command, request.house
        if "name" in command.slots:
            return _all(house, command.targets or command.choices)
        domains = _KINDS.get(str(command.slots.get("kind")), ())
        if command.slots.get("which") != "new":
            fresh = [id_ for id_, at in self._lately.items() if _now() - at < _LATELY_S]
            if at_hand := [e for e in _all(house, reversed(fresh)) if e.domain in domains]:
                return at_hand[:1]
            here = [e for e in house.entities if e.area and e.area == request.area]
            if len(sole := _of(domains, here)) == 1:
                return sole
            if command.slots.get("kind") == "thing":
                return []  # "that thing" is said of so much else
        for batch in self._placing.newest():
            if found := _of(domains, _all(house, batch)):
                return [e for e in found if e.area is None] or found
        return []


def _all(house: House, ids: Iterable[str]) -> list[Entity]:
    return [entity for id_ in ids if (entity := house.entity(id_))]


def _of(domains: Iterable[str], things: Iterable[Entity]) -> list[Entity]:
    """Return the things of the first domain of which there are any; settings are none."""
    proper = [e for e in things if not e.attributes.get("entity_category")]
    return next((found for d in domains if (found := [e for e in proper if e.domain == d])), [])


def _spellings(name: str) -> list[str]:
    """Return a name as it was said, and without "my" or "the" before it."""
    first, _, rest = name.partition(" ")
    articles = ("my", "our", "the", "mein", "meine", "unser", "unsere", "der", "die", "das")
    return [name, rest] if rest and first.casefold() in articles else [name]


def _bearer(name: str, house: House) -> Entity | Area | Floor | None:
    """Return the thing, area or floor that has exactly this name already, or None."""
    named: list[Entity | Area | Floor] = [*house.entities, *house.areas, *house.floors]
    wanted = {spelling.casefold() for spelling in _spellings(name)}
    return next((e for e in named if wanted & {n.casefold() for n in (e.name, *e.aliases)}), None)


def _now() -> float:
    return asyncio.get_running_loop().time()
