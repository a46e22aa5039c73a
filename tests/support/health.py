"""What a child tells about its health, waited for."""

from __future__ import annotations

import asyncio

from hearth.event import Health


class Told(asyncio.Queue[Health]):
    """What a child told about its health."""

    async def until(self, state: str) -> Health:
        """Wait for the next word that it is in this state, 40 s at most."""
        async with asyncio.timeout(40):
            while (health := await self.get()).state != state:
                pass
            return health
