"""Ports in, a memory of what was said out: each turn kept, found again, made into facts, forgotten.

A part of the composition root: ``company.py`` builds it and takes over its parts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hearth.bus import Bus
from hearth.kit import Kit
from hearth.memory.facts.table import StoredFacts
from hearth.memory.recall.finder import Finder
from hearth.memory.recall.vectors import Indexer
from hearth.memory.turns import Scribe, StoredTurns
from hearth.ports import Ports
from hearth.sections import Config
from hearth.skills.memory.parts import Outside, Parts


class Recollection(Kit):
    """What Hearth remembers of what was said.

    Args:
        config: Its sections ``brain`` and ``hearth``.
        ports: Where it is kept, and the encoder.
        bus: Where what was said comes from.
        everything: The kit whose erasers and tables forget: those of all parts of Hearth.
        settled: Waits until the journal has what has happened.
    """

    def __init__(
        self,
        config: Config,
        ports: Ports,
        bus: Bus,
        everything: Kit,
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__()
        store, encoder = ports.store, ports.encoder
        self.turns = StoredTurns(store, ports.clock)
        self.rooms["turns"] = Scribe(bus, self.turns).run
        self.recall = Finder(store, ports.clock, encoder)
        self.rooms["finder"] = self.recall.run
        if encoder:
            self.rooms["recall"] = Indexer(store, encoder, config.brain.encoder).run
        self.facts = StoredFacts(store, ports.clock)
        outside = Outside(
            store,
            ports.clock,
            bus,
            ports.phraser,
            ports.answers,
            recall=self.recall,
            erasers=everything.erasers,
            tables=everything.tables,
            settled=settled,
            language=config.hearth.language,
            understander=ports.understander,
            agenda=ports.calendar,
            diary=ports.calendar,
        )
        self.parts = Parts(outside, self.turns, self.facts)
        self.skills += self.parts.skills
        self.guardians += self.parts.guardians
        self.rooms |= self.parts.rooms
        self.erasers += [self.recall, self.parts.keeping]
