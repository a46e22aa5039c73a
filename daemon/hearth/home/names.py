"""What a person says of things in, the house as that person knows it out.

Names and places said aloud stand over those of the configuration, which stand over those that the
devices announce. They survive a restart, and what hears and understands is told at once.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import replace

from hearth.bus import Bus
from hearth.event import Appeared
from hearth.home.given import MAX_ALIASES, Given, Givens
from hearth.home.naming import clean
from hearth.home.things import Things
from hearth.house import Entity
from hearth.keep import Settings

log = logging.getLogger(__name__)

SITE = "site/"
"""Where a microphone stands is kept as the setting ``site/<site>``."""

KNOWN = "home.known"
"""The setting that holds which things have come into the house, and which of them together."""

_SETTLE_S = 2.0
_BATCHES, _IDS = 40, 4000

_MOVED = frozenset(
    (
        "alarm_control_panel", "climate", "cover", "fan", "humidifier", "lawn_mower", "light",
        "lock", "siren", "switch", "vacuum", "valve", "water_heater",
    )
)  # fmt: skip
"""Domains of things that are a device's purpose; a sensor or a setting goes with them."""


class Names:
    """Fills the ports ``Naming`` and ``Placing``.

    Args:
        sites: The area of each audio site, as configured; what is said is put into it.
    """

    def __init__(
        self,
        bus: Bus,
        things: Things,
        givens: Givens,
        *,
        sites: dict[str, str],
        settings: Mapping[str, str],
        store: Settings,
    ) -> None:
        self._inbox = bus.subscribe(Appeared, size=8192)
        self._things = things
        self._givens = givens
        self._sites = sites
        self._store = store
        self._batches = _read(settings.get(KNOWN, ""))
        for key, area in settings.items():
            if key.startswith(SITE) and (id_ := things.area(area)):
                sites[key.removeprefix(SITE)] = id_

    async def run(self) -> None:
        """Note which things come, and which come together, until cancelled."""
        while True:
            new = [(await self._inbox.get()).entity.id]
            await asyncio.sleep(_SETTLE_S)
            while len(self._inbox):
                new.append((await self._inbox.get()).entity.id)
            known = {id_ for batch in self._batches for id_ in batch}
            fresh = tuple(dict.fromkeys(id_ for id_ in new if id_ not in known))
            if fresh:
                self._batches = [fresh[:_IDS], *self._batches[: _BATCHES - 1]]
                await self._store.put(KNOWN, json.dumps(self._batches, separators=(",", ":")))

    # --- the port Naming -----------------------------------------------------------------------

    async def call(self, entity_id: str, name: str, *, instead: bool = False) -> None:
        """Give a thing one more name; ``instead``: the one that Hearth calls it by, too."""
        name = clean(name)
        given = self._givens.of(entity_id)
        aliases = [alias for alias in given.aliases if alias.casefold() != name.casefold()]
        if instead:
            aliases += [given.name] if given.name else []
            given = replace(given, name=name)
        else:
            aliases.append(name)
        await self._keep(entity_id, replace(given, aliases=tuple(aliases[-MAX_ALIASES:])))

    async def forget(self, name: str) -> tuple[str, ...]:
        """Take back a name that was given; return the ids of the things that bore it."""
        wanted, bore = name.strip().casefold(), []
        for entity_id, given in list(self._givens.all.items()):
            left = tuple(alias for alias in given.aliases if alias.casefold() != wanted)
            named = "" if given.name.casefold() == wanted else given.name
            if (left, named) != (given.aliases, given.name):
                bore.append(entity_id)
                await self._keep(entity_id, replace(given, aliases=left, name=named))
        return tuple(bore)

    # --- the port Placing ----------------------------------------------------------------------

    async def place(self, entity_id: str, area: str) -> None:
        """Put a thing, and what belongs to its device, into an area; a new one where none is."""
        for thing in _together(entity_id, self._things.device_of(entity_id)):
            await self._keep(thing, replace(self._givens.of(thing), area=clean(area)))

    async def settle(self, site: str, area: str) -> None:
        """Put an audio site into an area."""
        if id_ := self._things.area(area):
            self._sites[site] = id_
            await self._store.put(SITE + site, clean(area))

    def newest(self) -> tuple[tuple[str, ...], ...]:
        """Return the ids of things as they came into the house, the last first."""
        return tuple(self._batches)

    async def _keep(self, entity_id: str, given: Given) -> None:
        await self._givens.keep(entity_id, given)
        self._things.again(entity_id)


def _together(entity_id: str, device: tuple[Entity, ...]) -> list[str]:
    """Return what moves with a thing: all of its device, unless that has several purposes.

    A strip of four plugs is one device, but each plug has a purpose of its own.
    """
    mains = {e.id for e in device if e.domain in _MOVED and not e.attributes.get("entity_category")}
    if mains - {entity_id} and entity_id in mains:
        return [entity_id]
    return [entity_id, *(e.id for e in device if e.id != entity_id)]


def _read(text: str) -> list[tuple[str, ...]]:
    try:
        return [tuple(str(id_) for id_ in batch) for batch in json.loads(text or "[]")]
    except (ValueError, TypeError):
        log.warning("Which things have come when cannot be read; all count as known")
        return []
