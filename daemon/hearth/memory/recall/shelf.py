"""The table of turns in, figures about each out, held in memory: who, when, how long, what meaning.

Of the words of a turn only those are in here that were looked for (``Lists``), and the speakers'
names. About 500 bytes a turn: 50 MB for 100,000.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, tzinfo

import numpy as np
from numpy.typing import NDArray

_DIMENSIONS = 384
"""Of all-MiniLM-L6-v2; another encoder's vectors are folded to as many bits."""

_AT_ONCE = 4096

FIGURES = ("times", "numbers", "names", "own")
"""What is counted in a turn's text when it is first looked at (``features.counts``)."""

K1, B = 1.2, 0.75
"""Of BM25: how soon a word more counts no more, and how much a long turn is held against it."""

Bits = NDArray[np.uint64]
Places = NDArray[np.intp]

_MOST_LISTED = 2_000_000


class Lists:
    """Which turns have a word, kept once it was read: places, the newest first."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], tuple[int, Places]] = {}
        self._listed = 0

    def of(self, db: sqlite3.Connection, shelf: Shelf, match: str, most: int) -> Places:
        """Return the places of the turns that match, the newest, and at most so many."""
        newest = int(shelf.seq[-1]) if len(shelf) else 0
        upto, places = self._known.get((match, most), (0, np.zeros(0, np.intp)))
        if upto < newest:
            new = matching(db, shelf, match, upto, most)
            places = np.concatenate((new, places))[:most]
            if self._listed > _MOST_LISTED:
                self._known, self._listed = {}, 0
            self._known[match, most] = newest, places
            self._listed += len(new)
        return places


class Shelf:
    """Figures about every turn, in the order in which they were kept; ``refresh`` first.

    ``counts`` is what one occurrence of a word counts by BM25, ``asks`` tells which end with a
    question mark, ``seen`` what was counted in a text, NaN where nobody looked. ``vectors`` and
    ``bits``, their signs, are those of the places that are ``known``.
    """

    def __init__(self) -> None:
        self._changes = -1
        self._clear()

    def __len__(self) -> int:
        return len(self.seq)

    @property
    def edition(self) -> tuple[int, int]:
        """What changes when places mean other turns, or more than before."""
        return self._changes, len(self)

    def refresh(self, db: sqlite3.Connection, zone: tzinfo) -> None:
        """Take in what was kept since; all of it where something was deleted or edited."""
        row = db.execute("SELECT value FROM turn_index WHERE key = 'changes'").fetchone()
        if int(row["value"]) != self._changes:
            self._clear()
            self._changes = int(row["value"])
        self._turns(db, zone)
        self._vectors(db)
        self._words(db)

    def at(self, seqs: NDArray[np.int64]) -> Places:
        """Return the places of turns that are here, by their numbers."""
        if len(self) and self.seq[-1] - self.seq[0] == len(self) - 1:  # none is missing
            near: Places = (seqs - self.seq[0]).astype(np.intp)
            return near[(near >= 0) & (near < len(self))]
        places = np.searchsorted(self.seq, seqs)
        inside = places < len(self.seq)
        places, seqs = places[inside], seqs[inside]
        there: Places = places[self.seq[places] == seqs]
        return there

    def beside(self, places: Places, step: int) -> Places:
        """Return the neighbours ``step`` turns on in the same session; -1 where there is none."""
        there = places + step
        inside = (there >= 0) & (there < len(self))
        kept = np.where(inside, there, 0)
        same = inside & (self.session[kept] == self.session[places])
        return np.where(same, there, -1)

    def _clear(self) -> None:
        self.seq = np.zeros(0, np.int64)
        self.session = np.zeros(0, np.int32)
        self.speaker = np.zeros(0, np.int32)
        self.day = np.zeros(0, np.int32)
        self.length = np.zeros(0, np.float32)
        self.counts = np.zeros(0, np.float32)
        self.first = np.zeros(0, np.bool_)
        self.asks = np.zeros(0, np.bool_)
        self.seen = np.zeros((0, len(FIGURES)), np.float32)
        self.bits: Bits = np.zeros((_DIMENSIONS // 64, 0), np.uint64)
        self.known = np.zeros(0, np.bool_)
        self.vectors = np.zeros((0, _DIMENSIONS), np.int8)
        self.lists = Lists()
        self.speakers: list[str] = []
        self.word = np.zeros(0, np.int64)
        self.word_bits: Bits = np.zeros((_DIMENSIONS // 64, 0), np.uint64)
        self._sessions: dict[str, int] = {}
        self._made = 0

    def _turns(self, db: sqlite3.Connection, zone: tzinfo) -> None:
        rows = db.execute(
            "SELECT seq, session, speaker, time, length(text) AS n,"
            " rtrim(text) LIKE '%?' AS asks FROM turn WHERE seq > ? ORDER BY seq",
            (int(self.seq[-1]) if len(self) else 0,),
        )
        while some := rows.fetchmany(_AT_ONCE):
            self._take(some, zone)
        if len(self.counts) < len(self):
            relative = self.length / max(1.0, float(self.length.mean()))
            self.counts = ((K1 + 1) / (1 + K1 * (1 - B + B * relative))).astype(np.float32)

    def _take(self, rows: Sequence[sqlite3.Row], zone: tzinfo) -> None:
        days: dict[str, int] = {}
        names = {name: number for number, name in enumerate(self.speakers)}
        session, speaker, day = [], [], []
        for row in rows:
            session.append(self._sessions.setdefault(row["session"], len(self._sessions)))
            speaker.append(names.setdefault(row["speaker"], len(names)))
            time = row["time"]
            if time not in days:
                days[time] = datetime.fromisoformat(time).astimezone(zone).date().toordinal()
            day.append(days[time])
        before = self.session[-1:]
        self.speakers = list(names)
        self.seq = np.append(self.seq, np.array([row["seq"] for row in rows], np.int64))
        new = np.array(session, np.int32)
        self.first = np.append(
            self.first, np.diff(new, prepend=before if len(before) else np.array([-1])) != 0
        )
        self.session = np.append(self.session, new)
        self.speaker = np.append(self.speaker, np.array(speaker, np.int32))
        self.day = np.append(self.day, np.array(day, np.int32))
        self.length = np.append(self.length, np.array([row["n"] for row in rows], np.float32))
        asks = np.array([row["asks"] for row in rows], np.bool_)
        self.asks = np.append(self.asks, asks)
        empty = np.zeros((len(self.bits), len(rows)), np.uint64)
        self.bits = np.concatenate((self.bits, empty), axis=1)
        self.known = np.append(self.known, np.zeros(len(rows), np.bool_))

    def _vectors(self, db: sqlite3.Connection) -> None:
        rows = db.execute(
            "SELECT made, seq, vector FROM turn_vector WHERE made > ? ORDER BY made", (self._made,)
        )
        while some := rows.fetchmany(_AT_ONCE):
            self._made = some[-1]["made"]
            seqs = np.array([row["seq"] for row in some], np.int64)
            places = np.searchsorted(self.seq, seqs)
            there = places < len(self)
            there[there] = self.seq[places[there]] == seqs[there]
            whole = rows_of([row["vector"] for row in some])
            bits = signs(whole)
            self.bits[:, places[there]] = bits[:, there]
            self._keep(places[there], whole[there])
            self.known[places[there]] = True

    def _keep(self, places: Places, vectors: NDArray[np.int8]) -> None:
        """Keep vectors; the room for them grows by a half, so that few are moved."""
        if len(self.vectors) < len(self) or self.vectors.shape[1] != vectors.shape[1]:
            room = np.zeros((len(self) * 3 // 2, vectors.shape[1]), np.int8)
            if self.vectors.shape[1] == vectors.shape[1]:
                room[: len(self.vectors)] = self.vectors
            self.vectors = room
        self.vectors[places] = vectors

    def _words(self, db: sqlite3.Connection) -> None:
        rows = db.execute(
            "SELECT made, vector FROM word_vector WHERE made > ? ORDER BY made",
            (int(self.word[-1]) if len(self.word) else 0,),
        ).fetchall()
        if rows:
            self.word = np.append(self.word, np.array([row["made"] for row in rows], np.int64))
            new = signs(rows_of([row["vector"] for row in rows]))
            self.word_bits = np.concatenate((self.word_bits, new), axis=1)


def rows_of(vectors: Sequence[bytes]) -> NDArray[np.int8]:
    """Return vectors of signed bytes as rows."""
    return np.frombuffer(b"".join(vectors), np.int8).reshape(len(vectors), -1)


def signs(whole: NDArray[np.int8]) -> Bits:
    """Return the signs of rows of signed bytes, 64 to a word: a row of words for each 64
    dimensions, a column for each vector."""
    bits = np.packbits(whole[:, :_DIMENSIONS] > 0, axis=1)
    full = np.zeros((len(whole), _DIMENSIONS // 8), np.uint8)
    full[:, : bits.shape[1]] = bits
    return np.ascontiguousarray(full.view(np.uint64).T)


def nearest(bits: Bits, to: Bits, most: int) -> Places:
    """Return the places of the vectors that differ from one in the fewest signs: so many, and
    those that are as near as the last of them.

    The share of differing signs is the angle over pi (random hyperplanes: Charikar, STOC 2002).
    """
    differ = np.zeros(bits.shape[1], np.uint16)
    for row, one in zip(bits, to[:, 0], strict=True):
        differ += np.bitwise_count(row ^ one)
    enough = np.searchsorted(np.cumsum(np.bincount(differ)), most)
    return np.flatnonzero(differ <= enough)


def matching(db: sqlite3.Connection, shelf: Shelf, match: str, after: int, most: int) -> Places:
    """Return the places of the turns after one that match, the newest first and at most so many."""
    row = db.execute(
        "SELECT group_concat(rowid) FROM (SELECT rowid FROM turn_word WHERE turn_word MATCH ?"
        " AND rowid > ? ORDER BY rowid DESC LIMIT ?)",
        (match, after, most),
    ).fetchone()
    return shelf.at(np.fromstring(row[0], np.int64, sep=",")) if row[0] else np.zeros(0, np.intp)
