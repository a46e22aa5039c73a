"""Events in, rows out: everything that happened but audio, in order."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, timedelta
from typing import Any

from hearth.bus import Bus
from hearth.event import Acted, Changed, Event, Published
from hearth.memory.calm import Calm
from hearth.memory.store import Store
from hearth.port import Clock, Message

_PRUNE_EVERY_S = 86_400.0
_SETTLES_S = 1.0
_AT_ONCE, _BATCH = 32, 2000
_REDELIVERY = timedelta(days=7)
"""How long a message's key is kept to tell a redelivery; longer than any MQTT session lives."""


class Journal:
    """Keeps each event of the bus on disk, and each MQTT message before it is acknowledged."""

    def __init__(
        self, bus: Bus, store: Store, clock: Clock, keep_days: int, sensor_every_s: float = 0.0
    ) -> None:
        self._inbox = bus.subscribe(Event, size=16_384)
        self._calm = Calm(sensor_every_s)
        self._store = store
        self._clock = clock
        self._keep = timedelta(days=keep_days)
        self._writing = False
        self._written = asyncio.Event()

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
            events: list[Event] = []
            with suppress(TimeoutError):
                async with asyncio.timeout(self._calm.wait_s(loop.time())):
                    events += self._calm.take(await self._inbox.get(), loop.time())
            while len(self._inbox):
                events += self._calm.take(await self._inbox.get(), loop.time())
                if len(events) >= _BATCH:
                    break
            events += self._calm.due(loop.time())
            if events:
                await self._write(events)

    async def settled(self) -> None:
        """Wait until what has happened by now is on disk, a second at most: before it is asked."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_SETTLES_S):
                while len(self._inbox) or self._writing:
                    self._written.clear()
                    await self._written.wait()

    async def drain(self) -> None:
        """Write what is still waiting; called once at the end."""
        events: list[Event] = list(self._calm.due(math.inf))
        events += [await self._inbox.get() for _ in range(len(self._inbox))]
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
        self._writing = True
        try:
            rows = []
            for number, event in enumerate(events, 1):
                rows.append(row(time, event))
                if number % _AT_ONCE == 0:  # a flood is written out while others have their turn
                    await asyncio.sleep(0)
            await self._store.do(
                lambda db: db.executemany(
                    "INSERT INTO journal (time, kind, site, turn, entity, body)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    rows,
                )
            )
        finally:
            self._writing = False
            self._written.set()


def _unique(message: Message, key: str) -> str:
    return hashlib.sha256(f"{key}\0{message.topic}\0".encode() + message.payload).hexdigest()


def row(time: str, event: Event) -> tuple[str, str, str, str, str, str]:
    """Return the journal's row: time, kind, site, turn, the thing's id, body as JSON.

    An action bears the site and the turn of who asked for it.
    """
    body, entity = _changed(event) if isinstance(event, Changed) else encode(event), ""
    site, turn = str(body.pop("site", "")), str(body.pop("turn", ""))
    match event:
        case Changed(new=new):
            entity = new.id
        case Published(entity_id=id_):
            entity = id_
        case Acted(act=act):
            entity, site, turn = act.entity_id, act.site, act.turn
    kept = json.dumps(body, ensure_ascii=False, default=str)
    return time, type(event).__name__, site, turn, entity, kept


def _changed(event: Changed) -> dict[str, Any]:
    """Return a change as plain data: of the attributes only those that differ, None for none."""
    old, new = event.old, event.new
    before, after = old.attributes, new.attributes
    keys: list[str] = []
    if before is not after:
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    told = {
        "old": {
            "id": old.id,
            "state": old.state,
            "available": old.available,
            "attributes": {key: encode(before.get(key)) for key in keys},
        },
        "new": {
            "id": new.id,
            "name": new.name,
            "area": new.area,
            "state": new.state,
            "available": new.available,
            "attributes": {key: encode(after.get(key)) for key in keys},
        },
    }
    return {**told, "kept": True} if event.kept else told


def encode(value: Any) -> Any:
    """Return a frozen value as plain data that JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [encode(item) for item in value]
    return value
