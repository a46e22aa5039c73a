"""A database with deleted rows in, a file without their bytes out.

``secure_delete`` overwrites what is deleted, but three places keep words all the same: the full
text index writes a deleted word once more until its segments are merged (FTS5, before SQLite 3.42
has no 'secure-delete'), the write-ahead log keeps old pages until it is cut, and a page that was
split keeps what moved to another. So: merge, cut, look at the bytes, and rewrite the file where one
of the words is still found.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from hearth.error import HearthError

_CHUNK = 1 << 22
_TELLING = 8


def compact(db: sqlite3.Connection, path: Path, texts: Iterable[str], *, whole: bool) -> None:
    """Clean the file ``path`` of what was deleted from it; outside of any transaction.

    ``texts`` are the words to look for; ``whole`` rewrites the file without looking. Raises
    sqlite3.Error, and HearthError where somebody reads the file and keeps the log from being cut.
    """
    db.execute("INSERT INTO turn_word (turn_word) VALUES ('optimize')")
    _cut(db, path)
    if whole or _holds(path, texts):
        db.execute("VACUUM")
        _cut(db, path)


def _cut(db: sqlite3.Connection, path: Path) -> None:
    """Write the log into the file and cut it to nothing."""
    busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise HearthError(
            f"The log of {path} could not be cut: another program is reading it.",
            "It is tried again; close what reads the memory.",
        )


def _holds(path: Path, texts: Iterable[str]) -> bool:
    """Tell whether the file holds one of these texts, as text or as JSON, in any case of ASCII."""
    wanted = {form for text in texts for form in _forms(text)}
    if not wanted:
        return False
    longest = max(map(len, wanted))
    with path.open("rb") as file:
        rest = b""
        while piece := file.read(_CHUNK):
            seen = (rest + piece).lower()
            if any(form in seen for form in wanted):
                return True
            rest = seen[-longest:]
    return False


def _forms(text: str) -> Iterator[bytes]:
    text = text.strip()
    if len(text) >= _TELLING or text.isalpha():
        yield text.encode().lower()
        yield json.dumps(text, ensure_ascii=False)[1:-1].encode().lower()
