"""Faults that may come a thousand a second in, one escaped log line every few seconds out."""

from __future__ import annotations

import logging
import time
import traceback
from collections import Counter
from pathlib import Path


def escaped(value: object, limit: int = 120) -> str:
    """Return text or bytes from outside as printable ASCII of at most ``limit`` characters."""
    plain = bytes(value) if isinstance(value, bytes | bytearray | memoryview) else str(value)
    text = ascii(plain[: limit + 1])
    return text if len(text) <= limit else f"{text[:limit]}..."


def fault(error: BaseException) -> str:
    """Return an exception's type and place; its message may hold text from outside."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place


class Complaints:
    """Counts faults by their kind and logs each kind at most once in ``every_s`` seconds.

    What comes from outside is given in ``detail``; it is escaped and cut, so it cannot break or
    flood the log.
    """

    def __init__(self, log: logging.Logger, every_s: float = 10.0) -> None:
        self.counts: Counter[str] = Counter()
        self._log = log
        self._every_s = every_s
        self._next: dict[str, float] = {}
        self._silent: Counter[str] = Counter()

    def add(self, kind: str, what: str, detail: object = "", level: int = logging.WARNING) -> None:
        """Count a fault of ``kind``; ``what`` is our own sentence about it."""
        self.counts[kind] += 1
        now = time.monotonic()
        if now < self._next.get(kind, 0.0):
            self._silent[kind] += 1
            return
        self._next[kind] = now + self._every_s
        more = f" ({self._silent.pop(kind)} more before)" if self._silent[kind] else ""
        about = f": {escaped(detail)}" if detail not in ("", b"") else ""
        self._log.log(level, "%s%s%s", what, about, more)
