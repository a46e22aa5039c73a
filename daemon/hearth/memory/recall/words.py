"""Words of a question in, how well each turn has them out: BM25, and words that mean the like.

BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75) over SQLite's full text index, which stems
the words and finds the turns. A word counts once a turn, as turns are short.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hearth.memory.recall.shelf import Shelf, likeness, signs

_K1, _B = 1.2, 0.75
_MOST_WORDS = 12
_ALIKE = 0.5
"""Words whose vectors are less alike than this mean something else."""

_ALIKES = 7
_SHORTLIST = 24
_MOST_ROWS = 30_000
"""Of turns that are looked at for one query: what is in more of them says little."""

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """For each turn: BM25 over the largest of it, the same with words of like meaning, and the
    share of the words that it has."""

    exact: Rows
    alike: Rows
    share: Rows


def look(
    db: sqlite3.Connection,
    shelf: Shelf,
    words: Sequence[str],
    vectors: Mapping[str, bytes],
) -> Found:
    """Return how well each turn of the shelf has these words; ``vectors`` are of those known."""
    turns = len(shelf)
    exact, alike, share = (np.zeros(turns, np.float32) for _ in range(3))
    saturation = _saturation(shelf)
    rest = _MOST_ROWS
    rare = sorted(
        ((word, _with(db, shelf, word, _MOST_ROWS)) for word in words[:_MOST_WORDS]),
        key=lambda found: len(found[1]),
    )
    for word, places in rare:
        if rest <= 0:
            break
        rest -= len(places)
        weight = math.log(1 + (turns - len(places) + 0.5) / (len(places) + 0.5))
        exact[places] += weight * saturation[places]
        share[places] += 1 / len(words)
        best = np.zeros(turns, np.float32)
        if word in vectors:
            for other, likely in _others(db, shelf, word, vectors[word]):
                there = _with(db, shelf, other, max(0, rest))
                rest -= len(there)
                best[there] = np.maximum(best[there], likely)
        best[places] = 1
        alike += weight * best
    return Found(_scaled(exact), _scaled(alike), share)


def known(db: sqlite3.Connection, words: Sequence[str]) -> dict[str, bytes]:
    """Return the vectors of those words that have one."""
    found: dict[str, bytes] = {}
    for word in words:
        row = db.execute("SELECT vector FROM word_vector WHERE form = ?", (word,)).fetchone()
        if row is not None:
            found[word] = row["vector"]
    return found


def _with(db: sqlite3.Connection, shelf: Shelf, word: str, most: int) -> NDArray[np.intp]:
    """Return the places of the turns that have a word, in any form of it."""
    rows = db.execute(
        "SELECT rowid FROM turn_word WHERE turn_word MATCH ? LIMIT ?", (f'"{word}"', most)
    ).fetchall()
    return shelf.at(np.array([row[0] for row in rows], np.int64))


def _others(
    db: sqlite3.Connection, shelf: Shelf, word: str, vector: bytes
) -> list[tuple[str, float]]:
    """Return the words of the turns that are most alike, and from 0 to 1 how much."""
    if not len(shelf.word):
        return []
    near = likeness(shelf.word_bits, signs([vector])[0])
    most = min(_SHORTLIST, len(near))
    short = np.argpartition(-near, most - 1)[:most]
    marks = ", ".join("?" for _ in short)
    rows = db.execute(
        f"SELECT form, vector FROM word_vector WHERE made IN ({marks})",  # noqa: S608  # marks
        [int(made) for made in shelf.word[short]],
    ).fetchall()
    mine = _unit([vector])[0]
    like = _unit([row["vector"] for row in rows]) @ mine if rows else np.zeros(0, np.float32)
    order = np.argsort(-like)
    found = [(str(rows[at]["form"]), float(like[at])) for at in order]
    return [
        (form, (cosine - _ALIKE) / (1 - _ALIKE))
        for form, cosine in found
        if cosine > _ALIKE and form != word
    ][:_ALIKES]


def _unit(vectors: Sequence[bytes]) -> Rows:
    """Return vectors of signed bytes as rows of length 1."""
    rows = np.frombuffer(b"".join(vectors), np.int8).reshape(len(vectors), -1).astype(np.float32)
    unit: Rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def _saturation(shelf: Shelf) -> Rows:
    """Return what one occurrence of a word counts in each turn, by its length."""
    if not len(shelf):
        return shelf.length
    relative = shelf.length / max(1.0, float(shelf.length.mean()))
    counts: Rows = ((_K1 + 1) / (1 + _K1 * (1 - _B + _B * relative))).astype(np.float32)
    return counts


def _scaled(rows: Rows) -> Rows:
    largest = float(rows.max()) if len(rows) else 0.0
    return rows / largest if largest else rows
