"""Says something in every other room: "announce that dinner is ready"."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hearth.bus import Bus
from hearth.event import Say
from hearth.port import Phraser
from hearth.skill import Reply, Request, intent


class Broadcast:
    """Speaks in each room that has a voice but the one that asked; ``sites`` names them all."""

    def __init__(self, bus: Bus, phraser: Phraser, sites: Callable[[], Iterable[str]]) -> None:
        self._bus = bus
        self._phraser = phraser
        self._sites = sites

    @intent("HassBroadcast")
    async def broadcast(self, request: Request) -> Reply:
        """Say the message there, as an answer is said: a person asked for it."""
        message = str(request.command.slots.get("message", "")).strip()
        others = [site for site in dict.fromkeys(self._sites()) if site != request.site]
        if not message or not others:
            return Reply(self._phraser.phrase("broadcast.nowhere"), "failed")
        for site in others:
            self._bus.publish(Say(site, message, request.turn))
        return Reply(self._phraser.phrase("broadcast.done", count=len(others)))
