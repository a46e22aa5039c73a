"""The wall of a room: one that fails is told, waits, and is started again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from hearth.backoff import Backoff
from hearth.event import Health

log = logging.getLogger(__name__)

_FIRST_WAIT_S, _LONGEST_WAIT_S, _STEADY_S = 0.5, 30.0, 60.0


async def keep_alive(
    name: str, run: Callable[[], Awaitable[None]], tell: Callable[[Health], None]
) -> None:
    """Run a room until cancelled; after a failure start it again with growing, jittered waits.

    Its inboxes belong to the room's object, so what came meanwhile is still there.
    """
    waits = Backoff(_FIRST_WAIT_S, _LONGEST_WAIT_S, _STEADY_S)
    while True:
        waits.begin()
        try:
            await run()
            why = "it ended"
        except Exception as error:  # the wall of the room
            log.exception("%s failed", name)
            why = f"{type(error).__name__}: {error}"
        tell(Health(name, "down", why, "It is restarted by itself."))
        await asyncio.sleep(waits.next_s())
        tell(Health(name, "ready"))
