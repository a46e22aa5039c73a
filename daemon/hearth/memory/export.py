"""A memory in, readable lines out; and such lines in again: turns, facts, what stays forgotten.

A turn is a line as an import of a dialogue has it, with the room where there is one. Every other
line bears a "kind": "fact" (with its words, its source and both its times; "by" is the fact that
took its place), "key" and "forgotten" (hashes: see ``tombstones.py``).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from hearth.error import HearthError
from hearth.memory.tombstones import Tombstones
from hearth.remember import PERSON, Fact, Utterance

_MOMENTS = ("told", "since", "until", "superseded", "due")
_TEXTS = ("subject", "relation", "value", "quote", "source")


def lines(db: sqlite3.Connection, tombstones: Tombstones) -> Iterator[dict[str, Any]]:
    """Yield every line of an export: turns in order, facts in order, hashes."""
    for row in db.execute("SELECT * FROM turn ORDER BY seq"):
        told = {key: row[key] for key in ("id", "session", "time", "speaker", "text")}
        if row["site"]:
            told["site"] = row["site"]
        yield told
    for row in db.execute("SELECT * FROM fact ORDER BY id"):
        told = {"kind": "fact", "id": row["id"], **{key: row[key] for key in _TEXTS}}
        told |= {key: row[key] for key in _MOMENTS if row[key]}
        told |= {"confidence": row["confidence"], "origin": row["origin"]}
        if row["successor"]:
            told["by"] = row["successor"]
        yield told
    yield from tombstones.export()


def parted(text_lines: Iterable[str]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the lines of turns as they are, and those that bear a kind as values."""
    turns: list[str] = []
    others: list[dict[str, Any]] = []
    for line in text_lines:
        try:
            found = json.loads(line) if '"kind"' in line else None
        except ValueError:
            found = None
        if isinstance(found, dict) and isinstance(found.get("kind"), str):
            others.append(found)
        else:
            turns.append(line)
    return turns, others


def bring(db: sqlite3.Connection, rows: Iterable[Mapping[str, Any]], gone: Tombstones) -> int:
    """Insert facts whose words are there and were not forgotten; return how many are new.

    Raises HearthError for a line that is no fact.
    """
    new: dict[int, int] = {}
    successors: dict[int, int] = {}
    added = 0
    for row in rows:
        values = _values(row)
        there = db.execute("SELECT 1 FROM turn WHERE id = ?", (values["source"],)).fetchone()
        if (values["source"] and not there) or gone.has(trace(values)):
            continue
        known = db.execute(
            "SELECT id FROM fact WHERE source = :source AND subject = :subject"
            " AND relation = :relation AND value = :value AND told = :told",
            values,
        ).fetchone()
        if known is None:
            cursor = db.execute(
                "INSERT INTO fact (subject, relation, value, quote, source, told, since, until,"
                " superseded, due, confidence, origin) VALUES (:subject, :relation, :value, :quote,"
                " :source, :told, :since, :until, :superseded, :due, :confidence, :origin)",
                values,
            )
            added += 1
        id_ = int(known["id"]) if known else int(cursor.lastrowid or 0)
        if isinstance(row.get("id"), int):
            new[row["id"]] = id_
        if isinstance(row.get("by"), int) and known is None:
            successors[id_] = row["by"]
    for id_, by in successors.items():
        if by in new:
            db.execute("UPDATE fact SET successor = ? WHERE id = ?", (new[by], id_))
    return added


def trace(fact: Fact | Mapping[str, Any]) -> Utterance:
    """Return a fact as an utterance, so that one without words of its own can stay forgotten."""
    if isinstance(fact, Fact):
        told, parts = fact.told, (fact.subject, fact.relation, fact.value)
    else:
        told = datetime.fromisoformat(fact["told"])
        parts = (fact["subject"], fact["relation"], fact["value"])
    return Utterance("fact", "", told, PERSON, " ".join(parts))


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line's fact, checked. Raises HearthError."""
    values: dict[str, Any] = {key: row.get(key) for key in (*_TEXTS, *_MOMENTS, "origin")}
    values["confidence"] = row.get("confidence", 1.0)
    try:
        wrong = [key for key in _TEXTS if not isinstance(values[key], str)]
        for key in _MOMENTS:
            if values[key] is not None and datetime.fromisoformat(values[key]).tzinfo is None:
                wrong.append(key)
        if not values["told"] or not isinstance(values["confidence"], int | float):
            wrong.append("told or confidence")
    except (TypeError, ValueError):
        wrong = ["a time"]
    if values["origin"] not in ("said", "told", "edited"):
        wrong.append("origin")
    if wrong:
        raise HearthError(
            f"A fact of the export cannot be read: {', '.join(wrong)}.", "Nothing was imported."
        )
    return values
