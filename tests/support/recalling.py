"""Dialogues in, a memory that holds them out, with the real encoder or without."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from hearth.clock import SystemClock
from hearth.config import state_dir
from hearth.edge import models
from hearth.edge.brain import Brain
from hearth.memory.dialogue import read
from hearth.memory.recall.finder import Finder
from hearth.memory.recall.vectors import Indexer
from hearth.memory.store import Store
from hearth.memory.turns import StoredTurns
from hearth.port import Encoder
from hearth.sections.engines import BrainConfig

CLOCK = SystemClock(ZoneInfo("UTC"))
_START_S = 120.0


class Once:
    """An encoder that encodes each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.known: dict[str, tuple[float, ...]] = {}

    async def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if new:
            self.known |= zip(new, await self.encoder.encode(new), strict=True)
        return tuple(self.known[text] for text in texts)


@asynccontextmanager
async def encoder() -> AsyncIterator[Brain]:
    """The real encoder in its process. Raises HearthError where the model is not installed."""
    config = BrainConfig(model="")
    models.fetch(models.find(config.encoder), state_dir())
    with tempfile.TemporaryDirectory() as run:
        async with Brain(config, state=state_dir(), run=Path(run), tell=lambda _: None) as brain:
            await brain.wait_ready(_START_S)
            await brain.encode(["good morning"])
            yield brain


@asynccontextmanager
async def memory(lines: Iterable[str], encoder: Encoder | None) -> AsyncIterator[Finder]:
    """A memory that holds a dialogue, with its vectors where there is an encoder."""
    with tempfile.TemporaryDirectory() as folder:
        async with Store(Path(folder) / "hearth.db") as store:
            await StoredTurns(store, CLOCK).bring(read(lines, ZoneInfo("UTC")))
            if encoder:
                await Indexer(store, encoder, "test").fill(1_000_000)
            yield Finder(store, CLOCK, encoder)
