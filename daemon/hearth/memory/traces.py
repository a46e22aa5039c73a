"""What is being forgotten in, fewer rows out: the words that the journal and its like hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from hearth.remember import Gone, plain

_OF_THINGS = ("Changed", "Appeared", "Vanished", "Published", "Health")
"""Kinds of the journal in which the words of a device stand, never those of a person."""

_ORDERS = {
    "list_item": ("item",),
    "timer": ("command", "name"),
    "reminder": ("text", "told", "words"),
}
"""What a person asked to be kept for them: it goes where it names what is forgotten whole."""

_AT_ONCE = 500


def erase(db: sqlite3.Connection, gone: Gone) -> None:
    """Delete what the journal, moods, the messages kept, lists, timers and reminders hold."""
    _partial(db, gone)
    for turns in _pieces(gone.turns):
        for table in ("journal", "mood", "joy"):
            db.execute(f"DELETE FROM {table} WHERE turn IN ({_marks(turns)})", turns)  # noqa: S608  # marks
    things = _marks(_OF_THINGS)
    if gone.start or gone.end:
        where, values = _during(gone.start, gone.end)
        db.execute(
            f"DELETE FROM journal WHERE kind NOT IN ({things}) AND entity = '' AND {where}",  # noqa: S608  # marks
            (*_OF_THINGS, *values),
        )
        db.execute(
            f"UPDATE inbound SET payload = X'' WHERE topic LIKE 'hermes/%' AND {where}",  # noqa: S608  # marks
            values,
        )
    wanted = tuple(f" {words} " for words in gone.wanted())
    if not wanted:
        return
    db.create_function("touched", 1, lambda text: _touched(wanted, text), deterministic=True)
    db.execute(
        f"DELETE FROM journal WHERE kind NOT IN ({things}) AND touched(body)",  # noqa: S608  # marks
        _OF_THINGS,
    )
    db.execute("UPDATE inbound SET payload = X'' WHERE payload <> X'' AND touched(payload)")
    for table, columns in _ORDERS.items():
        where = " OR ".join(f"touched({column})" for column in columns)
        db.execute(f"DELETE FROM {table} WHERE {where}")  # noqa: S608  # names of ours


def _partial(db: sqlite3.Connection, gone: Gone) -> None:
    """Delete what was recognised of these sentences before they were finished."""
    for turns in _pieces(gone.turns):
        heard = db.execute(
            f"SELECT id, site FROM journal WHERE kind = 'Heard' AND turn IN ({_marks(turns)})",  # noqa: S608  # marks
            turns,
        ).fetchall()
        for row in heard:
            db.execute(
                "DELETE FROM journal WHERE kind = 'Hearing' AND site = ? AND id < ? AND id >"
                " coalesce((SELECT max(id) FROM journal WHERE kind = 'Heard' AND site = ?"
                " AND id < ?), 0)",
                (row["site"], row["id"], row["site"], row["id"]),
            )


def _touched(wanted: tuple[str, ...], value: object) -> bool:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    folded = f" {plain(value)} " if isinstance(value, str) else ""
    return any(words in folded for words in wanted)


def _during(start: datetime | None, end: datetime | None) -> tuple[str, tuple[str, ...]]:
    """Return a condition on ``time`` and its values."""
    parts = [("time >= ?", start), ("time < ?", end)]
    given = [(sql, at.astimezone(UTC).isoformat()) for sql, at in parts if at]
    return " AND ".join(sql for sql, _ in given) or "1", tuple(at for _, at in given)


def _pieces(values: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(values)
    for at in range(0, len(every), _AT_ONCE):
        yield every[at : at + _AT_ONCE]


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)
