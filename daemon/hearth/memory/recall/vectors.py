"""Turns without a vector in, their vectors on disk out: made when nothing else is to do.

A vector is kept as one signed byte for each of its dimensions, in a plain table: what is deleted
there is gone. Comparing 100,000 of them bit by bit takes numpy 5 ms, and sqlite-vec 0.1.9 42 ms
(``vec_distance_hamming``) to 74 ms (``vec0``) on two x86_64 cores; besides, many builds of Python
load no extension of SQLite. So numpy compares them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sqlite3
import string
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from hearth.error import EngineError
from hearth.memory.recall.question import STOP
from hearth.memory.store import Store
from hearth.port import Encoder

log = logging.getLogger(__name__)

_BATCH = 32
_WORDS = 64
_LOOKED_AT = 512
_LONGEST = 24
_WORD = re.compile(r"[^\W\d_]{3,}")
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
"""As ``lower`` of SQLite, which knows A to Z alone: a forgotten turn's words have to be found."""

_REST_S = 0.25
"""Between two batches: a command that is spoken meanwhile needs the encoder, too."""
_WAIT_S = 20.0
_ABSENT_S = 60.0

Progress = Callable[[int, int], None]
"""Told how many vectors are made, of how many."""


class Indexer:
    """Makes the vectors that are missing; those that another encoder than ``name`` made, again."""

    def __init__(self, store: Store, encoder: Encoder, name: str) -> None:
        self._store = store
        self._encoder = encoder
        self._name = name

    async def run(self) -> None:
        """Keep up with what is said, a small batch at a time, until cancelled."""
        await self.begin()
        while True:
            try:
                made = await self.step(_BATCH)
            except EngineError:
                await asyncio.sleep(_ABSENT_S)  # it loads, or is not there
                continue
            await asyncio.sleep(_REST_S if made else _WAIT_S)

    async def begin(self) -> None:
        """Drop the vectors that another encoder made."""
        name = self._name

        def work(db: sqlite3.Connection) -> None:
            row = db.execute("SELECT value FROM turn_index WHERE key = 'encoder'").fetchone()
            if row is not None and row["value"] == name:
                return
            db.execute("DELETE FROM turn_vector")
            db.execute("DELETE FROM word_vector")
            db.execute("INSERT OR REPLACE INTO turn_index VALUES ('encoder', ?)", (name,))
            db.execute("UPDATE turn_index SET value = value + 1 WHERE key = 'changes'")

        await self._store.do(work)

    async def missing(self) -> int:
        """Return how many turns have no vector yet."""
        return await self._store.read(
            lambda db: int(
                db.execute(
                    "SELECT (SELECT count(*) FROM turn) - (SELECT count(*) FROM turn_vector)"
                ).fetchone()[0]
            )
        )

    async def fill(self, most: int, told: Progress = lambda made, of: None) -> int:
        """Make up to ``most`` vectors at once; return how many. Raises EngineError."""
        await self.begin()
        made, of = 0, min(most, await self.missing())
        while made < of:
            step = await self.step(min(_LOOKED_AT, of - made))
            if not step:
                break
            made += step
            told(made, of)
        return made

    async def step(self, most: int) -> int:
        """Make up to ``most`` vectors; return how many. Raises EngineError."""
        if not await self.missing():  # which takes a tenth of looking for which they are
            return 0
        rows = await self._store.read(
            lambda db: db.execute(
                "SELECT seq, text FROM turn"
                " WHERE seq NOT IN (SELECT seq FROM turn_vector) ORDER BY seq LIMIT ?",
                (most,),
            ).fetchall()
        )
        rows.sort(key=lambda row: len(row["text"]))  # sentences of a length are padded least
        for at in range(0, len(rows), _BATCH):
            batch = rows[at : at + _BATCH]
            vectors = packed(await self._encoder.encode([row["text"] for row in batch]))
            await self._store.do(_writing(batch, vectors))
        await self._words({form for row in rows for form in forms(row["text"])})
        return len(rows)

    async def _words(self, found: set[str]) -> None:
        """Make the vectors of words that are new."""
        wanted = json.dumps(sorted(found))
        rows = await self._store.read(
            lambda db: db.execute(
                "SELECT value FROM json_each(?)"
                " WHERE value NOT IN (SELECT form FROM word_vector) ORDER BY length(value)",
                (wanted,),
            ).fetchall()
        )
        new = [str(row["value"]) for row in rows]
        for at in range(0, len(new), _WORDS):
            batch = new[at : at + _WORDS]
            vectors = packed(await self._encoder.encode(batch))
            await self._store.do(_writing_words(batch, vectors))


def packed(vectors: Sequence[Sequence[float]]) -> NDArray[np.int8]:
    """Return vectors as rows of signed bytes, the largest figure of each as 127."""
    floats = np.asarray(vectors, np.float32)
    largest = np.abs(floats).max(axis=1, keepdims=True)
    rounded: NDArray[np.int8] = np.rint(floats / np.maximum(largest, 1e-12) * 127).astype(np.int8)
    return rounded


def forms(text: str) -> set[str]:
    """Return the words of a text that say something, as ``word_vector`` writes them."""
    return {
        word.translate(_LOWER)
        for word in _WORD.findall(text)
        if len(word) <= _LONGEST and word.lower() not in STOP
    }


def _writing_words(batch: Sequence[str], vectors: NDArray[np.int8]) -> Callable[..., None]:
    def work(db: sqlite3.Connection) -> None:
        for form, vector in zip(batch, vectors, strict=True):
            # Only if a turn still holds the word: it may have been forgotten meanwhile.
            db.execute(
                "INSERT OR IGNORE INTO word_vector (form, vector) SELECT ?, ? WHERE EXISTS"
                " (SELECT 1 FROM turn_word WHERE turn_word MATCH ?)",
                (form, vector.tobytes(), f'"{form}"'),
            )

    return work


def _writing(rows: Sequence[sqlite3.Row], vectors: NDArray[np.int8]) -> Callable[..., None]:
    def work(db: sqlite3.Connection) -> None:
        for row, vector in zip(rows, vectors, strict=True):
            # Only if the words are still those that were encoded.
            db.execute(
                "INSERT OR REPLACE INTO turn_vector (seq, vector)"
                " SELECT seq, ? FROM turn WHERE seq = ? AND text = ?",
                (vector.tobytes(), row["seq"], row["text"]),
            )

    return work
