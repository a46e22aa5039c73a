"""Health events in, the present state of every part out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from hearth.bus import Bus
from hearth.event import Health


class Status:
    """Remembers the last word of each part, and tells the bus what changed."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._parts: dict[str, Health] = {}

    def tell(self, health: Health) -> None:
        """Take a part's word; publish it when it is new."""
        if self._parts.get(health.part) != health:
            self._parts[health.part] = health
            self._bus.publish(health)

    def parts(self) -> tuple[Health, ...]:
        """Return the last word of each part, in the order in which they first spoke."""
        return tuple(self._parts.values())

    def is_ready(self, part: str) -> bool:
        """Return whether a part's last word was that it is ready."""
        health = self._parts.get(part)
        return health is not None and health.state == "ready"

    async def until_ready(self, longest_s: Mapping[str, float]) -> None:
        """Wait until each of these parts is ready, or its seconds are over."""
        inbox = self._bus.subscribe(Health)
        began = asyncio.get_running_loop().time()
        try:
            for part, seconds in longest_s.items():
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(began + seconds):
                        while not self.is_ready(part):
                            await inbox.get()
        finally:
            self._bus.unsubscribe(inbox)

    def line(self) -> str:
        """Return one line for a person: what is not as it should be, or that all is."""
        wrong = [p for p in self._parts.values() if p.state in ("down", "degraded", "starting")]
        if not wrong:
            return "listening"
        return "; ".join(f"{p.part} {p.state}{': ' + p.detail if p.detail else ''}" for p in wrong)
