"""The state directory in, the memory out, opened beside a daemon that runs or without one."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hearth.cli.common import err
from hearth.clock import SystemClock
from hearth.config import run_dir, state_dir
from hearth.error import EngineError
from hearth.memory.facts.table import StoredFacts
from hearth.memory.forgetting import Forgetting
from hearth.memory.recall.finder import Finder
from hearth.memory.recall.vectors import Indexer, Progress
from hearth.memory.store import Store
from hearth.memory.turns import Refused, StoredTurns
from hearth.port import Encoder

if TYPE_CHECKING:
    from hearth.sections import Config

_START_S = 60.0
"""How long the encoder may take to start on a small computer."""


class Memory:
    """What a command needs of the memory."""

    def __init__(self, config: Config, state: Path, store: Store) -> None:
        zone = config.hearth.time_zone
        self.clock = SystemClock(ZoneInfo(zone) if zone else None)
        self.zone: tzinfo = self.clock.now().tzinfo or UTC
        self.config, self.state, self.store = config, state, store
        self.path = store.path
        self.turns = StoredTurns(store, self.clock)
        self.refused: Refused = Forgetting(store, self.clock).refused
        self.facts = StoredFacts(store, self.clock)
        self._encoder: Encoder | None = None

    def recall(self, encoder: Encoder | None) -> Finder:
        """Return what finds turns."""
        return Finder(self.store, self.clock, encoder)

    async def fill(self, most: int, told: Progress) -> int:
        """Make up to ``most`` vectors that are missing; return how many still are."""
        if self._encoder is None:
            return 0
        indexer = Indexer(self.store, self._encoder, self.config.brain.encoder)
        await indexer.fill(most, told)
        return await indexer.missing()

    @asynccontextmanager
    async def encoder(self, *, needed: bool) -> AsyncIterator[Encoder | None]:
        """Open the sentence encoder: the daemon's, or one of our own that is started for this.

        None where there is none, which is said on standard error.
        """
        from hearth.edge import models
        from hearth.edge.brain import Brain

        if not needed or not self.config.brain.encoder:
            yield None
            return
        theirs = Path(self.config.brain.socket or run_dir(self.state) / "brain.sock")
        joined = replace(self.config.brain, socket=str(theirs))
        if await asyncio.to_thread(theirs.exists):
            async with Brain(joined, state=self.state, run=theirs.parent, tell=_quiet) as brain:
                try:
                    await brain.encode(["good morning"])
                except EngineError:
                    pass  # left behind by one that was killed, or still loading
                else:
                    self._encoder = brain
                    yield brain
                    return
        alone = replace(self.config.brain, model="", socket="")
        there = models.encoder(alone, self.state)
        if there.state != "ready":
            err.print(f"By words alone: {there.detail}. {there.remedy}", soft_wrap=True)
            yield None
            return
        with tempfile.TemporaryDirectory(prefix="hearth-") as run:
            async with Brain(alone, state=self.state, run=Path(run), tell=_quiet) as brain:
                try:
                    await brain.wait_ready(_START_S)
                    await brain.encode(["good morning"])
                except EngineError as error:
                    err.print(f"By words alone: {error}", soft_wrap=True)
                    yield None
                    return
                self._encoder = brain
                yield brain


@asynccontextmanager
async def memory(config: Config) -> AsyncIterator[Memory]:
    """Open the memory of the state directory. Raises HearthError."""
    state = state_dir()
    async with Store(state / "hearth.db") as store:
        yield Memory(config, state, store)


def _quiet(_: object) -> None:
    """A command tells of the encoder itself."""
