"""Readiness, health and log records in; systemd's notifications and journal out.

Without systemd, or without the package ``systemd-python``, nothing is notified and the log goes to
the terminal: every function here may be called anywhere.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from rich.console import Console
from rich.highlighter import NullHighlighter
from rich.logging import RichHandler

from hearth.edge.complaint import Complaints
from hearth.log import EscapeFilter, escape
from hearth.sections.engines import LogConfig

try:
    from systemd import daemon as _daemon
    from systemd import journal as _journal
except ImportError:  # not installed: no systemd to speak to
    _daemon = _journal = None

log = logging.getLogger(__name__)

_PINGS_A_PERIOD = 3  # sd_watchdog_enabled(3) asks for at least two


class Service:
    """What systemd knows about us.

    Args:
        notify: Sends one state string (sd_notify(3)); by default through systemd-python.
        env: The environment, for NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    """

    def __init__(
        self, notify: Callable[[str], object] | None = None, env: Mapping[str, str] = os.environ
    ) -> None:
        under_systemd = bool(env.get("NOTIFY_SOCKET"))
        default = _daemon.notify if _daemon else None
        self._notify = (notify or default) if under_systemd else None
        if under_systemd and self._notify is None:
            log.warning(
                "systemd waits for a notification, but the package systemd-python is not "
                "installed; run deploy/install again."
            )
        ours = env.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        usec = env.get("WATCHDOG_USEC", "") if under_systemd and ours else ""
        self.watchdog_s = int(usec) / 1_000_000 if usec.isdigit() else 0.0
        """The time within which systemd expects a ping, in seconds; 0 where it expects none."""
        self._told = ""
        self._complaints = Complaints(log)

    def ready(self, status: str = "Ready") -> None:
        """Say that everything needed is up: ``systemctl start`` returns now."""
        self._told = status
        self._send(f"READY=1\nSTATUS={escape(status)}")

    def status(self, text: str) -> None:
        """Put one line about our state beside ``systemctl status``; repeated ones are not sent."""
        if text != self._told:
            self._told = text
            self._send(f"STATUS={escape(text)}")

    def stopping(self) -> None:
        """Say that we are closing."""
        self._send("STOPPING=1\nSTATUS=Stopping")

    async def watchdog(self, probe: Callable[[], Awaitable[object]]) -> None:
        """Ping the watchdog for as long as ``probe`` returns in time; runs until cancelled.

        ``probe`` makes one round trip through what must not hang (a message to the broker and
        back), and returns at once where the broker is known to be away: that is the reconnect
        loop's business, and a restart would not bring it back. When it raises or takes longer than
        a third of the period the ping is left out; after a whole period systemd restarts us.
        Returns at once where systemd expects no pings.
        """
        if not self.watchdog_s:
            return
        interval_s = self.watchdog_s / _PINGS_A_PERIOD
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                async with asyncio.timeout(interval_s):
                    await probe()
            except Exception as error:  # noqa: BLE001  # a wall: whatever failed, there is no ping
                why = str(error) or type(error).__name__
                self._complaints.add("probe", "No watchdog ping, the probe failed", why)
            else:
                self._send("WATCHDOG=1")
            await asyncio.sleep(max(0.0, began + interval_s - loop.time()))

    def _send(self, state: str) -> None:
        if self._notify:
            with suppress(OSError):  # the manager is restarting itself; the next one arrives
                self._notify(state)


class JournalHandler(logging.Handler):
    """Writes records to the journal with fields to search by.

    ``journalctl -t hearthd HEARTH_PART=edge.mqtt`` or ``HEARTH_SITE=kitchen``: the part is the
    logger's name, site and turn come from ``log.info(..., extra={"site": ..., "turn": ...})``.
    """

    def __init__(self, send: Callable[..., object] | None = None) -> None:
        super().__init__()
        self._write: Callable[..., object] = send or _journal.send

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; a journal that refuses it is told to logging's own last resort."""
        fields = {
            "SYSLOG_IDENTIFIER": "hearthd",
            "PRIORITY": str(_priority(record.levelno)),
            "LOGGER": record.name,
            "HEARTH_PART": record.name.removeprefix("hearth."),
        }
        for name in ("site", "turn"):
            if value := getattr(record, name, None):
                fields[f"HEARTH_{name.upper()}"] = escape(str(value))
        if record.exc_info and record.exc_info[0]:
            fields["HEARTH_ERROR"] = record.exc_info[0].__name__
        try:
            self._write(
                self.format(record),
                CODE_FILE=record.pathname,
                CODE_LINE=record.lineno,
                CODE_FUNC=record.funcName,
                **fields,
            )
        except OSError:
            self.handleError(record)


def setup_logging(config: LogConfig, console: Console | None = None) -> None:
    """Send the log of this process to the journal under systemd, else to the terminal.

    On a terminal it is coloured (through ``console``, by default standard error), in a file or
    pipe it is plain lines with the time. Every record's control characters are escaped.
    """
    if _journal and _stderr_is_journal():
        handler: logging.Handler = JournalHandler()
    elif console or sys.stderr.isatty():
        handler = RichHandler(
            console=console or Console(stderr=True),
            show_path=False,
            highlighter=NullHighlighter(),
            log_time_format="%H:%M:%S",
            omit_repeated_times=False,
        )
        handler.setFormatter(logging.Formatter("%(message)s"))
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    handler.addFilter(EscapeFilter())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)  # of other people's libraries
    logging.getLogger("hearth").setLevel(config.level.upper())
    logging.captureWarnings(True)


def _stderr_is_journal() -> bool:
    """Whether standard error is the journal's own stream (systemd.exec(5), JOURNAL_STREAM)."""
    try:
        stat = os.fstat(2)
    except OSError:
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{stat.st_dev}:{stat.st_ino}"


def _priority(level: int) -> int:
    """Return syslog's priority for one of logging's levels."""
    for least, priority in ((50, 2), (40, 3), (30, 4), (20, 6)):
        if level >= least:
            return priority
    return 7
