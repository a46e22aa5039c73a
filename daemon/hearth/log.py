"""Log records in, log records out that nothing from outside can forge."""

from __future__ import annotations

import logging


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
