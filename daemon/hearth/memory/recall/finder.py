"""A question in, the turns that answer it out: candidates by words and meaning, ranked by weights.

The weights are linear and were trained on dialogues that the project wrote (``deploy/train``);
without the encoder, or where nothing has a vector yet, another set ranks by words alone.
"""

from __future__ import annotations

import logging
import sqlite3
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hearth.error import EngineError
from hearth.memory.recall import words
from hearth.memory.recall.features import counts, figures, ranked
from hearth.memory.recall.question import Question, content, names_in, read
from hearth.memory.recall.shelf import FIGURES, Shelf, distance, signs
from hearth.memory.recall.vectors import packed
from hearth.memory.store import Store
from hearth.memory.turns import StoredTurns, utterance
from hearth.port import Clock, Encoder
from hearth.remember import Gone, Hit, Utterance

log = logging.getLogger(__name__)

_ALL = 1500
"""So many turns are all looked at; of more, those that words or meaning bring up."""

_BY_WORDS, _BY_ALIKE, _BY_MEANING = 60, 30, 80

_READ = 100
"""Of more turns than that, only the best by what is known without their texts are read."""

_HOP = 2
"""So many turns a second step may bring."""

Weights = Mapping[str, float]
Figures = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at for a question: places on the shelf, and a row of figures for each."""

    places: NDArray[np.intp]
    rows: Figures
    meant: bool


class Finder:
    """The port ``Recall`` over a store. ``encoder`` may be None: then by words alone."""

    def __init__(self, store: Store, clock: Clock, encoder: Encoder | None) -> None:
        self.store, self._clock, self._encoder = store, clock, encoder
        self._turns = StoredTurns(store, clock)
        self._shelf = Shelf()
        self._asked: dict[str, bytes] = {}
        self._weights = weights()

    async def recall(self, query: str, most: int = 10) -> tuple[Hit, ...]:
        """Return what answers ``query`` best, the best first."""
        now = self._clock.now()
        zone = now.tzinfo or UTC
        question = await self.store.read(lambda db: self._read(db, query, now))
        if not len(self._shelf):
            return ()
        vectors = await self._encoded(question)

        def work(db: sqlite3.Connection) -> tuple[Hit, ...]:
            hits = self._best(db, self._look(db, question, vectors, zone), most, zone)
            return self._hopped(db, question, hits, most, zone) if question.parts else hits

        return await self.store.read(work)

    async def around(self, utterance_id: str, before: int, after: int) -> tuple[Utterance, ...]:
        """Return an utterance with its neighbours in its session, in order."""
        return await self._turns.around(utterance_id, before, after)

    async def looked(self, query: str) -> list[tuple[str, Figures]]:
        """Return the id and the figures of each turn that is looked at: what weights learn from."""
        now = self._clock.now()
        zone = now.tzinfo or UTC
        question = await self.store.read(lambda db: self._read(db, query, now))
        vectors = await self._encoded(question)

        def work(db: sqlite3.Connection) -> list[tuple[str, Figures]]:
            found = self._look(db, question, vectors, zone)
            ids = _rows(db, "id", self._shelf.seq[found.places])
            seqs = self._shelf.seq[found.places]
            return [(ids[int(seq)], row) for seq, row in zip(seqs, found.rows, strict=True)]

        return await self.store.read(work)

    async def erase(self, gone: Gone) -> None:
        """Drop what is held in memory; it is read again when it is next needed."""
        self._shelf = Shelf()
        self._asked = {}

    def _read(self, db: sqlite3.Connection, query: str, now: datetime) -> Question:
        self._shelf.refresh(db, now.tzinfo or UTC)
        return read(query, self._shelf.speakers, now.date())

    async def _encoded(self, question: Question) -> dict[str, bytes]:
        """Return the vectors of the question ("") and of its words, as far as there are any."""
        if self._encoder is None:
            return {}
        found = await self.store.read(lambda db: words.known(db, question.words))
        found |= {word: self._asked[word] for word in question.words if word in self._asked}
        new = [word for word in question.words[:_MOST_NEW] if word not in found]
        try:
            told = packed(await self._encoder.encode([question.told]))[0].tobytes()
            # Apart from the question: in one batch each word would cost as much as the question.
            rows = packed(await self._encoder.encode(new)) if new else ()
        except EngineError as error:
            log.debug("recall goes by words alone: %s", error)
            return {}
        if len(self._asked) > _MOST_ASKED:
            self._asked.clear()
        self._asked |= {word: row.tobytes() for word, row in zip(new, rows, strict=True)}
        return found | {"": told} | {word: self._asked[word] for word in new}

    def _look(
        self,
        db: sqlite3.Connection,
        question: Question,
        vectors: Mapping[str, bytes],
        zone: tzinfo,
    ) -> Looked:
        """Return the candidates and their figures."""
        shelf = self._shelf
        shelf.refresh(db, zone)
        found = words.look(db, shelf, question.words, vectors)
        about = vectors.get("")
        places = self._candidates(found, about)
        meaning = self._meaning(db, places, about)
        self._reserve()
        if len(shelf) > _ALL and len(places) > _READ:  # those whose texts are worth reading
            rows = np.nan_to_num(figures(shelf, places, question, found, meaning))
            scores = ranked(rows, self._weights["meaning" if meaning.any() else "words"])
            best = np.argpartition(-scores, _READ)[:_READ]
            places, meaning = places[best], meaning[best]
        self._see(db, places)
        rows = figures(shelf, places, question, found, meaning)
        return Looked(places, rows, bool(meaning.any()))

    def _hopped(
        self,
        db: sqlite3.Connection,
        question: Question,
        hits: tuple[Hit, ...],
        most: int,
        zone: tzinfo,
    ) -> tuple[Hit, ...]:
        """Follow a question of two steps: a name that the best turn of a clause brings up, and
        that the question lacks, is looked for with the rest; what that finds comes last."""
        new: list[Hit] = []
        for part in question.parts:
            step = replace(question, words=content(part), parts=())
            first = self._best(db, self._look(db, step, {}, zone), 1, zone)
            names = (
                names_in(first[0].utterance.text, question, self._shelf.speakers) if first else ()
            )
            if names:
                rest = (word for word in question.words if word not in step.words)
                onward = replace(question, words=(*names, *rest), about=(), parts=())
                new += self._best(db, self._look(db, onward, {}, zone), 2 * _HOP, zone)
        known = {hit.utterance.id for hit in hits[: most - _HOP]}
        fresh = {hit.utterance.id: hit for hit in new if hit.utterance.id not in known}
        added = tuple(fresh.values())[:_HOP]
        kept = [hit for hit in hits if hit.utterance.id not in fresh][: max(1, most - len(added))]
        least = kept[-1].score if kept else 1.0
        return (*kept, *(replace(hit, score=min(hit.score, least)) for hit in added))[:most]

    def _candidates(self, found: words.Found, about: bytes | None) -> NDArray[np.intp]:
        """Return the places that are looked at: the best by each measure, and their neighbours."""
        shelf = self._shelf
        if len(shelf) <= _ALL:
            return np.arange(len(shelf))
        tops = [_top(found.exact, _BY_WORDS), _top(found.alike, _BY_ALIKE)]
        if about:
            far = distance(shelf.bits, signs([about]))
            near = np.argpartition(far, _BY_MEANING)[:_BY_MEANING]
            tops.append(near[shelf.known[near]])
        best = np.unique(np.concatenate(tops))
        beside = [shelf.beside(best, step) for step in (-1, 1)]
        every = np.unique(np.concatenate((best, *beside)))
        return every[every >= 0]

    def _reserve(self) -> None:
        """Make room for what will be counted in the texts."""
        shelf = self._shelf
        if len(shelf.seen) < len(shelf):
            more = np.full((len(shelf) - len(shelf.seen), len(FIGURES)), np.nan, np.float32)
            shelf.seen = np.concatenate((shelf.seen, more))

    def _see(self, db: sqlite3.Connection, places: NDArray[np.intp]) -> None:
        """Count what is to be counted in the texts of these turns and of those before them."""
        shelf = self._shelf
        before = shelf.beside(places, -1)
        both = np.unique(np.concatenate((places, before[before >= 0])))
        new = both[np.isnan(shelf.seen[both, 0])]
        if len(new):
            texts = _rows(db, "text", shelf.seq[new])
            shelf.seen[new] = [counts(texts[int(seq)]) for seq in shelf.seq[new]]

    def _meaning(
        self, db: sqlite3.Connection, places: NDArray[np.intp], about: bytes | None
    ) -> Figures:
        """Return the cosine of each turn to the question; 0 where it has no vector."""
        cosines = np.zeros(len(places), np.float32)
        if not about:
            return cosines
        at = {int(seq): number for number, seq in enumerate(self._shelf.seq[places])}
        vectors = _rows(db, "vector", self._shelf.seq[places], "turn_vector")
        if not vectors:
            return cosines
        rows = np.frombuffer(b"".join(vectors.values()), np.int8).astype(np.float32)
        rows = rows.reshape(len(vectors), -1)
        mine = np.frombuffer(about, np.int8).astype(np.float32)
        if rows.shape[1] == len(mine):
            lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(mine)
            cosines[[at[seq] for seq in vectors]] = rows @ mine / np.maximum(lengths, 1e-9)
        return cosines

    def _best(
        self, db: sqlite3.Connection, looked: Looked, most: int, zone: tzinfo
    ) -> tuple[Hit, ...]:
        chosen = self._weights["meaning" if looked.meant else "words"]
        scores = ranked(looked.rows, chosen)
        scores = 1 / (1 + np.exp(-(scores + chosen["offset"])))
        best = np.argsort(-scores, kind="stable")[:most]
        seqs = self._shelf.seq[looked.places[best]]
        marks = ", ".join("?" for _ in seqs)
        rows = {
            row["seq"]: row
            for row in db.execute(
                f"SELECT * FROM turn WHERE seq IN ({marks})",  # noqa: S608  # marks
                [int(seq) for seq in seqs],
            )
        }
        return tuple(
            Hit(utterance(rows[int(seq)], zone), float(score))
            for seq, score in zip(seqs, scores[best], strict=True)
        )


_MOST_NEW, _MOST_ASKED = 12, 2000


def weights() -> dict[str, Weights]:
    """Return the weights that ship: ``meaning`` with the encoder, ``words`` without."""
    file = resources.files("hearth.memory.recall") / "weights.toml"
    return tomllib.loads(file.read_text("utf-8"))


def _top(scores: Figures, most: int) -> NDArray[np.intp]:
    """Return the places of the highest scores above 0."""
    most = min(most, len(scores))
    best = np.argpartition(-scores, most - 1)[:most]
    return best[scores[best] > 0]


def _rows(
    db: sqlite3.Connection,
    column: str,
    seqs: NDArray[np.int64],
    table: str = "turn",
) -> dict[int, Any]:
    """Return one column of these rows by their number."""
    found: dict[int, Any] = {}
    for at in range(0, len(seqs), 500):
        some = [int(seq) for seq in seqs[at : at + 500]]
        marks = ", ".join("?" for _ in some)
        rows = db.execute(
            f"SELECT seq, {column} FROM {table} WHERE seq IN ({marks})",  # noqa: S608  # names of ours
            some,
        )
        found |= {row[0]: row[1] for row in rows}
    return found
