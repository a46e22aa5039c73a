"""Talk about the talk: repeat that, stop, never mind, what can you do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hearth.bus import Bus
from hearth.event import Hush, Spoken
from hearth.port import Phraser
from hearth.remember import Gone
from hearth.skill import Reply, Request, intent


class Talk:
    """Repeats what was last said in a room, and falls silent when it is told to."""

    def __init__(
        self,
        bus: Bus,
        phraser: Phraser,
        take_back: Callable[[Request], Awaitable[Reply | None]] | None = None,
    ) -> None:
        """Take what cancels that which was planned a moment ago, where there is such a thing."""
        self._bus = bus
        self._take_back = take_back
        self._phraser = phraser
        self._inbox = bus.subscribe(Spoken, size=1024)
        self._turns: dict[str, tuple[str, list[str]]] = {}

    async def run(self) -> None:
        """Keep the last answer of each room, whole, even if its end was not heard."""
        async for spoken in self._inbox:
            turn, texts = self._turns.get(spoken.site, ("", []))
            if spoken.turn != turn or not turn:
                texts = []
            self._turns[spoken.site] = (spoken.turn, [*texts, spoken.text])

    async def erase(self, gone: Gone) -> None:
        """Forget what was last answered (the port ``Eraser``)."""
        self._turns.clear()

    @intent("HearthRepeat")
    async def repeat(self, request: Request) -> Reply:
        """Say the last answer in this room once more."""
        await asyncio.sleep(0)  # lets run() take what was just spoken
        _, texts = self._turns.get(request.site, ("", []))
        text = " ".join(text for text in texts if text)
        return Reply(text or self._phraser.phrase("talk.nothing_said"))

    @intent("HearthStop")
    async def stop(self, request: Request) -> Reply:
        """Fall silent in this room."""
        self._bus.publish(Hush(request.site))
        return Reply("", "stopped")

    @intent("HassNevermind")
    async def never_mind(self, request: Request) -> Reply:
        """Let it be: no action, a short word; what was just planned is cancelled."""
        self._bus.publish(Hush(request.site))
        if self._take_back and (taken := await self._take_back(request)):
            return taken
        return Reply(self._phraser.phrase("talk.never_mind"), "stopped")

    @intent("HassRespond")
    async def respond(self, request: Request) -> Reply:
        """Say hello, and what becomes of what is heard, in words of Hearth's own."""
        key = request.command.response
        known = key if key in ("hello", "listening", "data", "creator") else ""
        if key == "commands":
            return await self.help(request)
        return Reply(self._phraser.phrase(f"talk.{known or 'hello'}"))

    @intent("HearthHelp")
    async def help(self, request: Request) -> Reply:
        """Say what it can do here."""
        names = sorted({e.name for e in request.house.entities if e.area in (request.area, None)})
        example = names[0] if names else ""
        key = "talk.help_with_thing" if example else "talk.help"
        return Reply(self._phraser.phrase(key, thing=example))
