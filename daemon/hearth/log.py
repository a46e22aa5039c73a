"""Log records in, log records out that cannot lie: escaped, and no more often than is useful."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable


def escape(text: str, keep: str = "") -> str:
    """Return ``text`` with every character that is not printable written as its escape.

    Control characters, terminal sequences, line breaks, bidirectional marks and lone surrogates
    become ``\\x1b``, ``\\u202e`` and so on, so that nothing from outside can forge a log line.
    ``keep`` names characters that pass.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in keep else c.encode("unicode_escape").decode("ascii")
        for c in text
    )


class EscapeFilter(logging.Filter):
    """Escapes the message, and the exception's text but for its line breaks, of every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Escape the record in place; it always passes."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # a wrong log call is itself worth a line, not a crash
            message = f"{record.msg!r} {record.args!r}"
        record.msg, record.args = escape(message), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = escape(record.exc_text, keep="\n")
        return True


class Seldom:
    """Logs the first of many like messages, then one a period that says how many were held back.

    Args:
        log: Where they go.
        period_s: The least time between two lines of one kind, in seconds.
        most_kinds: How many kinds are remembered; the one unseen for longest is forgotten first.
        now: Monotonic seconds.
    """

    def __init__(
        self,
        log: logging.Logger,
        period_s: float = 30.0,
        most_kinds: int = 256,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._period_s = period_s
        self._most_kinds = most_kinds
        self._now = now
        self._kinds: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def warning(self, kind: str, message: str, *args: object) -> bool:
        """Log a warning unless one of its ``kind`` was just logged; return whether it was.

        ``kind`` is what the limit counts by: take a topic's family, never the topic itself.
        """
        now = self._now()
        last, held = self._kinds.get(kind, (float("-inf"), 0))
        due = now - last >= self._period_s
        self._kinds[kind] = (now, 0) if due else (last, held + 1)
        self._kinds.move_to_end(kind)
        if len(self._kinds) > self._most_kinds:
            self._kinds.popitem(last=False)
        if not due:
            return False
        if held:
            message += f" ({held} more of this kind since the last line)"
        self._log.warning(message, *args)
        return True
