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

from hearth.memory.recall.shelf import Places, Shelf, matching, nearest, rows_of, signs

_MOST_WORDS = 12
_ALIKE = 0.6
"""Words whose vectors are less alike than this mean something else."""

_ALIKES = 6
_SHORTLIST = 24
_COMMON, _ALIKE_COMMON = 3000, 800
"""What stands in more turns than this says little: it is looked for beside rarer words only."""

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """For each turn: BM25, the same with words of like meaning, and the share of the words that it
    has. ``having`` are the words with their weights and the places of the turns that have them."""

    exact: Rows
    alike: Rows
    share: Rows
    having: Mapping[str, tuple[float, Places]]


def look(db: sqlite3.Connection, shelf: Shelf, words: Sequence[str]) -> Found:
    """Return how well each turn of the shelf has these words themselves."""
    turns = len(shelf)
    exact, alike, share = (np.zeros(turns, np.float32) for _ in range(3))
    having = {}
    for word, places in _places(db, shelf, words[:_MOST_WORDS]):
        weight = math.log(1 + (turns - len(places) + 0.5) / (len(places) + 0.5))
        exact[places] += weight * shelf.counts[places]
        alike[places] += weight
        share[places] += 1 / len(words)
        having[word] = (weight, places)
    return Found(exact, alike, share, having)


def liken(db: sqlite3.Connection, shelf: Shelf, found: Found, vectors: Mapping[str, bytes]) -> None:
    """Count what words of like meaning say; ``vectors`` are those of words that were looked for."""
    for word, (weight, places) in found.having.items():
        if word in vectors:
            best = np.zeros(len(shelf), np.float32)
            for other, likely in _others(db, shelf, word, vectors[word]):
                there = shelf.lists.of(db, shelf, f'"{other}"', _ALIKE_COMMON + 1)
                if len(there) <= _ALIKE_COMMON:
                    best[there] = np.maximum(best[there], likely)
            best[places] = 0  # counted already
            found.alike[:] += weight * best


def _places(db: sqlite3.Connection, shelf: Shelf, words: Sequence[str]) -> list[tuple[str, Places]]:
    """Return the places of the turns that have each word; of a common one, those that have a rarer
    one as well, or the newest."""
    found = [(word, shelf.lists.of(db, shelf, f'"{word}"', _COMMON + 1)) for word in words]
    rare = [word for word, places in found if 0 < len(places) <= _COMMON]
    beside = " OR ".join(f'"{word}"' for word in rare)
    return [
        (word, matching(db, shelf, f'"{word}" AND ({beside})', 0, _COMMON + 1))
        if rare and len(places) > _COMMON
        else (word, places)
        for word, places in found
    ]


def known(db: sqlite3.Connection, words: Sequence[str]) -> dict[str, bytes]:
    """Return the vectors of those words that have one."""
    found: dict[str, bytes] = {}
    for word in words:
        row = db.execute("SELECT vector FROM word_vector WHERE form = ?", (word,)).fetchone()
        if row is not None:
            found[word] = row["vector"]
    return found


def _others(
    db: sqlite3.Connection, shelf: Shelf, word: str, vector: bytes
) -> list[tuple[str, float]]:
    """Return the words of the turns that are most alike, and from 0 to 1 how much."""
    if not len(shelf.word):
        return []
    short = nearest(shelf.word_bits, signs(rows_of([vector])), _SHORTLIST)
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
    rows = rows_of(vectors).astype(np.float32)
    unit: Rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
