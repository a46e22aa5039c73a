"""Events in, rows out: everything that happened but audio, in order."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, timedelta
from typing import Any

from hearth.bus import Bus
from hearth.event import Event
from hearth.memory.store import Store
from hearth.port import Clock, Message

_PRUNE_EVERY_S = 86_400.0
_REDELIVERY = timedelta(days=7)
"""How long a message's key is kept to tell a redelivery; longer than any MQTT session lives."""


class Journal:
    """Keeps each event of the bus on disk, and each MQTT message before it is acknowledged."""

    def __init__(self, bus: Bus, store: Store, clock: Clock, keep_days: int) -> None:
        self._inbox = bus.subscribe(Event, size=8192)
        self._store = store
        self._clock = clock
        self._keep = timedelta(days=keep_days)

    @property
    def dropped(self) -> int:
        """How many events came faster than the disk took them."""
        return self._inbox.dropped

    async def run(self) -> None:
        """Write what the bus brings, batch by batch, until cancelled."""
        loop = asyncio.get_running_loop()
        pruned = -_PRUNE_EVERY_S
        while True:
            if loop.time() - pruned >= _PRUNE_EVERY_S:
                pruned = loop.time()
                await self.prune()
            events = [await self._inbox.get()]
            while len(self._inbox):
                events.append(await self._inbox.get())
            await self._write(events)

    async def drain(self) -> None:
        """Write what is still waiting; called once at the end."""
        events = [await self._inbox.get() for _ in range(len(self._inbox))]
        if events:
            await self._write(events)

    async def keep(self, message: Message, key: str = "") -> bool:
        """Put a QoS 1 message on disk; return False when it was there and handled already.

        ``key`` tells a redelivery from an equal new message; without one each message is new.
        """
        now = self._clock.now().astimezone(UTC).isoformat()
        unique = _unique(message, key) if key else f"{now} {_unique(message, key)}"
        row = (now, unique, message.topic, message.payload)

        def work(db: sqlite3.Connection) -> bool:
            db.execute(
                "INSERT OR IGNORE INTO inbound (time, key, topic, payload, handled)"
                " VALUES (?, ?, ?, ?, 0)",
                row,
            )
            kept = db.execute("SELECT handled FROM inbound WHERE key = ?", (unique,)).fetchone()
            return not kept["handled"]

        return await self._store.do(work)

    async def handled(self, message: Message, key: str) -> None:
        """Note that the handlers of a kept message are through."""
        row = (_unique(message, key),)
        await self._store.do(
            lambda db: db.execute("UPDATE inbound SET handled = 1 WHERE key = ?", row)
        )

    async def prune(self) -> None:
        """Drop what is older than ``keep_days`` (0 keeps everything)."""
        now = self._clock.now().astimezone(UTC)

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM inbound WHERE time < ?", ((now - _REDELIVERY).isoformat(),))
            if self._keep:
                db.execute("DELETE FROM journal WHERE time < ?", ((now - self._keep).isoformat(),))

        await self._store.do(work)

    async def _write(self, events: list[Event]) -> None:
        time = self._clock.now().astimezone(UTC).isoformat()
        rows = [row(time, event) for event in events]
        await self._store.do(
            lambda db: db.executemany(
                "INSERT INTO journal (time, kind, site, turn, body) VALUES (?, ?, ?, ?, ?)", rows
            )
        )


def _unique(message: Message, key: str) -> str:
    return hashlib.sha256(f"{key}\0{message.topic}\0".encode() + message.payload).hexdigest()


def row(time: str, event: Event) -> tuple[str, str, str, str, str]:
    """Return the journal's row for an event: time, kind, site, turn, body as JSON."""
    body = encode(event)
    site, turn = str(body.pop("site", "")), str(body.pop("turn", ""))
    return time, type(event).__name__, site, turn, json.dumps(body, ensure_ascii=False, default=str)


def encode(value: Any) -> Any:
    """Return a frozen value as plain data that JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [encode(item) for item in value]
    return value
