"""What was forgotten in, keyed hashes out: enough to know it again, not enough to read it.

The hashes stand in a file of their own beside ``hearth.db``, so that they outlast a restored older
backup of it, and they travel with exports together with their key: whoever holds an export can test
a guess against them, but reads no word. Of each utterance three things are hashed (HMAC-SHA256, 128
bits kept): its id with its words, its time with its words, and, where the words are many enough to
be its own, the words alone; the last counts only against what was said before it was forgotten.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from hearth.error import HearthError
from hearth.remember import Utterance, plain

FILE = "forgotten"
_OWN_WORDS = 5
"""So many words in a row hardly anybody says twice the same."""


class Tombstones:
    """The file ``forgotten`` of the state directory; made with the first thing forgotten."""

    def __init__(self, folder: Path) -> None:
        """Take the state directory. Raises HearthError where the file cannot be read."""
        self._path = folder / FILE
        self._keys: dict[str, bytes] = {}
        self._gone: dict[tuple[str, str], datetime] = {}
        if self._path.exists():
            try:
                for line in self._path.read_text("ascii").splitlines():
                    self._take(line.split())
            except (OSError, ValueError) as error:
                raise HearthError(
                    f"What was forgotten cannot be read from {self._path} ({error}).",
                    "Bring the file back from a backup, or move it away: then what was forgotten "
                    "is no longer kept out of imports.",
                ) from error

    @property
    def count(self) -> int:
        """How many hashes there are."""
        return len(self._gone)

    def add(self, utterances: Iterable[Utterance], now: datetime) -> None:
        """Keep the hashes of what is about to be forgotten; they are on disk on return."""
        utterances, lines = tuple(utterances), list[str]()
        if utterances and not self._keys:
            lines.append(f"key {secrets.token_hex(4)} {secrets.token_hex(32)}")
            self._take(lines[0].split())
        name, key = next(iter(self._keys.items()), ("", b""))
        at = now.astimezone(UTC).isoformat()
        for each in utterances:
            for digest in _digests(key, each):
                if digest and (name, digest) not in self._gone:
                    lines.append(f"gone {name} {digest} {at}")
                    self._take(lines[-1].split())
        self._write(lines)

    def has(self, utterance: Utterance) -> bool:
        """Tell whether an utterance was forgotten."""
        for name, key in self._keys.items():
            *exact, alone = _digests(key, utterance)
            if any((name, digest) in self._gone for digest in exact):
                return True
            at = self._gone.get((name, alone))
            if at is not None and utterance.time <= at:
                return True
        return False

    def export(self) -> Iterator[dict[str, str]]:
        """Yield the lines of an export that keep it forgotten elsewhere, too."""
        for name, key in self._keys.items():
            yield {"kind": "key", "key": name, "secret": key.hex()}
        for (name, digest), at in self._gone.items():
            yield {"kind": "forgotten", "key": name, "hash": digest, "time": at.isoformat()}

    def merge(self, rows: Iterable[Mapping[str, object]]) -> int:
        """Take the lines of an export; return how many hashes are new. Raises HearthError."""
        lines: list[str] = []
        before = self.count
        for row in rows:
            if row.get("kind") == "key":
                line = f"key {row.get('key')} {row.get('secret')}"
                new = str(row.get("key")) not in self._keys
            else:
                line = f"gone {row.get('key')} {row.get('hash')} {row.get('time')}"
                new = (str(row.get("key")), str(row.get("hash"))) not in self._gone
            if not new:
                continue
            try:
                self._take(line.split())
            except ValueError as error:
                raise HearthError(f"A line about what was forgotten is wrong: {error}.") from error
            lines.append(line)
        self._write(lines)
        return self.count - before

    def _take(self, parts: list[str]) -> None:
        match parts:
            case ["key", name, secret]:
                self._keys[name] = bytes.fromhex(secret)
            case ["gone", name, digest, at]:
                moment = datetime.fromisoformat(at)
                if moment.tzinfo is None:
                    raise ValueError(f"{at!r} bears no zone")
                self._gone[name, digest] = moment
            case _:
                raise ValueError(f"{' '.join(parts)[:40]!r} is neither key nor hash")

    def _write(self, lines: list[str]) -> None:
        """Append lines; the file is its user's alone."""
        if not lines:
            return
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, "".join(f"{line}\n" for line in lines).encode("ascii"))
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise HearthError(
                f"What is forgotten cannot be noted in {self._path} ({error}).",
                "Check the free space and the rights of the folder.",
            ) from error


def _digests(key: bytes, each: Utterance) -> tuple[str, str, str]:
    """Return the three hashes; the last is empty where the words are too few to be its own."""
    text = plain(each.text)
    time = each.time.astimezone(UTC).replace(microsecond=0).isoformat()
    own = text if text.count(" ") + 1 >= _OWN_WORDS else ""
    return (
        _digest(key, "id", each.id, text),
        _digest(key, "time", time, text),
        _digest(key, "words", own) if own else "",
    )


def _digest(key: bytes, *parts: str) -> str:
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).digest()[:16].hex()
