"""The processes that Hearth starts, found from outside."""

from __future__ import annotations

from pathlib import Path


def worker_pid(socket: Path) -> int:
    """The id of the ear's or the mouth's process, found by the socket in its command line."""
    wanted = str(socket).encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in line and b"hearth.edge.speech.worker" in line:
            return int(entry.name)
    raise AssertionError("the worker does not run")
