"""The table of turns in, figures about each out, held in memory: who, when, how long, what meaning.

No word of a turn is in here but the speakers' names. About 120 bytes a turn: 12 MB for 100,000.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, tzinfo

import numpy as np
from numpy.typing import NDArray

_DIMENSIONS = 384
"""Of all-MiniLM-L6-v2; another encoder's vectors are folded to as many bits."""

_AT_ONCE = 4096

FIGURES = ("asks", "times", "numbers", "names", "own")
"""What is counted in a turn's text when it is first looked at (``features.counts``)."""

K1, B = 1.2, 0.75
"""Of BM25: how soon a word more counts no more, and how much a long turn is held against it."""

Bits = NDArray[np.uint64]


class Shelf:
    """Figures about every turn, in the order in which they were kept; ``refresh`` first.

    ``counts`` is what one occurrence of a word counts by BM25, ``seen`` what was counted in a
    text, NaN where nobody looked.
    """

    def __init__(self) -> None:
        self._changes = -1
        self._clear()

    def __len__(self) -> int:
        return len(self.seq)

    def refresh(self, db: sqlite3.Connection, zone: tzinfo) -> None:
        """Take in what was kept since; all of it where something was deleted or edited."""
        row = db.execute("SELECT value FROM turn_index WHERE key = 'changes'").fetchone()
        if int(row["value"]) != self._changes:
            self._clear()
            self._changes = int(row["value"])
        self._turns(db, zone)
        self._vectors(db)
        self._words(db)

    def at(self, seqs: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the places of turns that are here, by their numbers."""
        if len(self) and self.seq[-1] - self.seq[0] == len(self) - 1:  # none is missing
            near: NDArray[np.intp] = (seqs - self.seq[0]).astype(np.intp)
            return near[(near >= 0) & (near < len(self))]
        places = np.searchsorted(self.seq, seqs)
        inside = places < len(self.seq)
        places, seqs = places[inside], seqs[inside]
        there: NDArray[np.intp] = places[self.seq[places] == seqs]
        return there

    def beside(self, places: NDArray[np.intp], step: int) -> NDArray[np.intp]:
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
        self.seen = np.zeros((0, len(FIGURES)), np.float32)
        self.bits: Bits = np.zeros((_DIMENSIONS // 64, 0), np.uint64)
        self.known = np.zeros(0, np.bool_)
        self.speakers: list[str] = []
        self.word = np.zeros(0, np.int64)
        self.word_bits: Bits = np.zeros((_DIMENSIONS // 64, 0), np.uint64)
        self._sessions: dict[str, int] = {}
        self._made = 0

    def _turns(self, db: sqlite3.Connection, zone: tzinfo) -> None:
        rows = db.execute(
            "SELECT seq, session, speaker, time, length(text) AS n FROM turn WHERE seq > ?"
            " ORDER BY seq",
            (int(self.seq[-1]) if len(self) else 0,),
        ).fetchall()
        if not rows:
            return
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
        relative = self.length / max(1.0, float(self.length.mean()))
        self.counts = ((K1 + 1) / (1 + K1 * (1 - B + B * relative))).astype(np.float32)
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
            bits = signs([row["vector"] for row in some])
            self.bits[:, places[there]] = bits[:, there]
            self.known[places[there]] = True

    def _words(self, db: sqlite3.Connection) -> None:
        rows = db.execute(
            "SELECT made, vector FROM word_vector WHERE made > ? ORDER BY made",
            (int(self.word[-1]) if len(self.word) else 0,),
        ).fetchall()
        if rows:
            self.word = np.append(self.word, np.array([row["made"] for row in rows], np.int64))
            new = signs([row["vector"] for row in rows])
            self.word_bits = np.concatenate((self.word_bits, new), axis=1)


def signs(vectors: list[bytes]) -> Bits:
    """Return the signs of vectors of signed bytes, 64 to a word: a row of words for each 64
    dimensions, a column for each vector."""
    whole = np.frombuffer(b"".join(vectors), np.int8).reshape(len(vectors), -1)
    bits = np.packbits(whole[:, :_DIMENSIONS] > 0, axis=1)
    full = np.zeros((len(vectors), _DIMENSIONS // 8), np.uint8)
    full[:, : bits.shape[1]] = bits
    return np.ascontiguousarray(full.view(np.uint64).T)


def distance(bits: Bits, to: Bits) -> NDArray[np.uint16]:
    """Return in how many signs each vector differs from one.

    The share of differing signs is the angle over pi (random hyperplanes: Charikar, STOC 2002).
    """
    differ = np.zeros(bits.shape[1], np.uint16)
    for row, one in zip(bits, to[:, 0], strict=True):
        differ += np.bitwise_count(row ^ one)
    return differ
