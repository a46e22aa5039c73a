"""A question in, the turns that answer it out: candidates by words and meaning, ranked by weights.

The weights are linear and were trained on dialogues that the project wrote (``deploy/train``);
without the encoder, or where nothing has a vector yet, another set ranks by words alone.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from functools import partial
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hearth.error import EngineError
from hearth.memory.recall import words
from hearth.memory.recall.features import counts, figures, near, ranked
from hearth.memory.recall.question import Question, content, names_in, read
from hearth.memory.recall.shelf import FIGURES, Places, Shelf, nearest, rows_of, signs
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

    places: Places
    rows: Figures
    meant: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: a question, the vectors of it ("") and of its words, and what its words
    alone found in an ``edition`` of the shelf, in which those that are ``counted`` were likened;
    ``onward`` is what a second step finds."""

    question: Question
    zone: tzinfo
    vectors: Mapping[str, bytes] = field(default_factory=dict)
    counted: frozenset[str] = frozenset()
    found: words.Found | None = None
    onward: tuple[Hit, ...] = ()
    edition: object = None


class Finder:
    """The port ``Recall`` over a store. ``encoder`` may be None: then by words alone."""

    def __init__(self, store: Store, clock: Clock, encoder: Encoder | None) -> None:
        self.store, self._clock, self._encoder = store, clock, encoder
        self._turns = StoredTurns(store, clock)
        self._shelf = Shelf()
        self._asked: dict[str, bytes] = {}
        self._erased = asyncio.Event()
        self._weights = weights()

    async def recall(self, query: str, most: int = 10) -> tuple[Hit, ...]:
        """Return what answers ``query`` best, the best first."""
        sought = await self._seek(query)

        def work(db: sqlite3.Connection) -> tuple[Hit, ...]:
            hits = self._best(db, sought, most)
            same = sought.edition == (self._shelf, self._shelf.edition)
            return _joined(hits, sought.onward if same else (), most)

        return await self.store.read(work) if sought.found else ()

    async def around(self, utterance_id: str, before: int, after: int) -> tuple[Utterance, ...]:
        """Return an utterance with its neighbours in its session, in order."""
        return await self._turns.around(utterance_id, before, after)

    async def looked(self, query: str) -> list[tuple[str, Figures]]:
        """Return the id and the figures of each turn that is looked at: what weights learn from."""
        sought = await self._seek(query)

        def work(db: sqlite3.Connection) -> list[tuple[str, Figures]]:
            looked = self._look(db, sought)
            seqs = self._shelf.seq[looked.places]
            ids = _rows(db, "id", seqs)
            return [(ids[int(seq)], row) for seq, row in zip(seqs, looked.rows, strict=True)]

        return await self.store.read(work) if sought.found else []

    async def run(self) -> None:
        """Read what is held in memory at the start and when something was forgotten, so that no
        question waits for it; until cancelled."""
        while True:
            self._erased.clear()
            zone = self._clock.now().tzinfo or UTC
            await self.store.read(partial(self._shelf.refresh, zone=zone))
            await self._erased.wait()

    async def erase(self, gone: Gone) -> None:
        """Drop what is held in memory; it is read again when it is next needed."""
        self._shelf = Shelf()
        self._asked = {}
        self._erased.set()

    async def _seek(self, query: str) -> Sought:
        """Return what is looked for; while the brain encodes it, its words are looked up."""
        now = self._clock.now()
        zone = now.tzinfo or UTC

        def begin(db: sqlite3.Connection) -> tuple[Question, dict[str, bytes]]:
            self._shelf.refresh(db, zone)
            question = read(query, self._shelf.speakers, now.date())
            return question, words.known(db, question.words) if self._encoder else {}

        def found(db: sqlite3.Connection) -> tuple[words.Found, tuple[Hit, ...], object] | None:
            shelf = self._shelf
            shelf.refresh(db, zone)
            if not len(shelf):
                return None
            exact = words.look(db, shelf, question.words)
            words.liken(db, shelf, exact, known)
            onward = tuple(self._onward(db, question, zone))
            return exact, onward, (shelf, shelf.edition)

        question, known = await self.store.read(begin)
        known |= {word: self._asked[word] for word in question.words if word in self._asked}
        there, new = await asyncio.gather(
            self.store.read(found), self._encoded(question, known.keys())
        )
        return Sought(question, zone, known | new, frozenset(known), *(there or (None, (), None)))

    async def _encoded(self, question: Question, known: Collection[str]) -> dict[str, bytes]:
        """Return the vectors of the question ("") and of its words that are not known, as far as
        there are any."""
        if self._encoder is None:
            return {}
        new = [word for word in question.words[:_MOST_NEW] if word not in known]
        try:
            told, *rows = packed(await self._encoder.encode([question.told, *new]))
        except EngineError as error:
            log.debug("recall goes by words alone: %s", error)
            return {}
        if len(self._asked) > _MOST_ASKED:
            self._asked.clear()
        made = {word: row.tobytes() for word, row in zip(new, rows, strict=True)}
        self._asked |= made
        return made | {"": told.tobytes()}

    def _look(self, db: sqlite3.Connection, sought: Sought) -> Looked:
        """Return the candidates and their figures."""
        shelf, found = self._shelf, sought.found
        shelf.refresh(db, sought.zone)
        new = {word: sought.vectors[word] for word in sought.vectors.keys() - sought.counted}
        if found is None or sought.edition != (shelf, shelf.edition):  # said or forgotten meanwhile
            found, new = words.look(db, shelf, sought.question.words), dict(sought.vectors)
        words.liken(db, shelf, found, new)
        about = sought.vectors.get("")
        places = self._candidates(found, about)
        close = near(shelf, places, found, about)
        self._reserve()
        if len(shelf) > _ALL and len(places) > _READ:  # those whose texts are worth reading
            rows = np.nan_to_num(figures(shelf, places, sought.question, found, close))
            scores = ranked(rows, self._weights["meaning" if close.meaning.any() else "words"])
            best = np.argpartition(-scores, _READ)[:_READ]
            places, close = places[best], close.of(best)
        self._see(db, places)
        rows = figures(shelf, places, sought.question, found, close)
        return Looked(places, rows, bool(close.meaning.any()))

    def _onward(self, db: sqlite3.Connection, question: Question, zone: tzinfo) -> Iterator[Hit]:
        """Follow a question of two steps: a name that the best turn of a clause brings up, and
        that the question lacks, is looked for with the rest, by words alone."""
        for part in question.parts:
            step = replace(question, words=content(part), parts=())
            for first in self._best(db, Sought(step, zone), 1):
                names = names_in(first.utterance.text, question, self._shelf.speakers)
                if names:
                    rest = (word for word in question.words if word not in step.words)
                    onward = replace(question, words=(*names, *rest), about=(), parts=())
                    yield from self._best(db, Sought(onward, zone), 2 * _HOP)

    def _candidates(self, found: words.Found, about: bytes | None) -> Places:
        """Return the places that are looked at: the best by each measure, and their neighbours."""
        shelf = self._shelf
        if len(shelf) <= _ALL:
            return np.arange(len(shelf))
        tops = [_top(found.exact, _BY_WORDS), _top(found.alike, _BY_ALIKE)]
        if about:
            close = nearest(shelf.bits, signs(rows_of([about])), _BY_MEANING)
            tops.append(close[shelf.known[close]])
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

    def _see(self, db: sqlite3.Connection, places: Places) -> None:
        """Count what is to be counted in the texts of these turns."""
        shelf = self._shelf
        new = places[np.isnan(shelf.seen[places, 0])]
        if len(new):
            texts = _rows(db, "text", shelf.seq[new])
            shelf.seen[new] = [counts(texts[int(seq)]) for seq in shelf.seq[new]]

    def _best(self, db: sqlite3.Connection, sought: Sought, most: int) -> tuple[Hit, ...]:
        looked = self._look(db, sought)
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
            Hit(utterance(rows[int(seq)], sought.zone), float(score))
            for seq, score in zip(seqs, scores[best], strict=True)
        )


_MOST_NEW, _MOST_ASKED = 12, 2000


def weights() -> dict[str, Weights]:
    """Return the weights that ship: ``meaning`` with the encoder, ``words`` without."""
    file = resources.files("hearth.memory.recall") / "weights.toml"
    return tomllib.loads(file.read_text("utf-8"))


def _joined(hits: tuple[Hit, ...], onward: tuple[Hit, ...], most: int) -> tuple[Hit, ...]:
    """Return hits with what a second step found, which comes last."""
    known = {hit.utterance.id for hit in hits[: most - _HOP]}
    fresh = {hit.utterance.id: hit for hit in onward if hit.utterance.id not in known}
    added = tuple(fresh.values())[:_HOP]
    kept = [hit for hit in hits if hit.utterance.id not in fresh][: max(1, most - len(added))]
    least = kept[-1].score if kept else 1.0
    return (*kept, *(replace(hit, score=min(hit.score, least)) for hit in added))[:most]


def _top(scores: Figures, most: int) -> Places:
    """Return the places of the highest scores above 0."""
    most = min(most, len(scores))
    best = np.argpartition(-scores, most - 1)[:most]
    return best[scores[best] > 0]


def _rows(
    db: sqlite3.Connection,
    column: str,
    seqs: NDArray[np.int64],
) -> dict[int, Any]:
    """Return one column of these rows by their number."""
    found: dict[int, Any] = {}
    for at in range(0, len(seqs), 500):
        some = [int(seq) for seq in seqs[at : at + 500]]
        marks = ", ".join("?" for _ in some)
        rows = db.execute(
            f"SELECT seq, {column} FROM turn WHERE seq IN ({marks})",  # noqa: S608  # names of ours
            some,
        )
        found |= {row[0]: row[1] for row in rows}
    return found
