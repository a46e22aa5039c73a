"""The one place where events are published and subscribed, by type."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

from hearth.event import Event

E = TypeVar("E", bound=Event)


class Inbox(Generic[E]):
    """A bounded queue of events for one reader.

    It lives as long as its reader's room, so a room that is restarted finds what came meanwhile.
    When it is full the oldest event is dropped and counted in ``dropped``.
    """

    def __init__(self, types: tuple[type[E], ...], size: int) -> None:
        self.types = types
        self.dropped = 0
        self._queue: deque[E] = deque()
        self._size = size
        self._arrived = asyncio.Event()

    def put(self, event: E) -> None:
        """Append an event; drop the oldest when full."""
        if len(self._queue) >= self._size:
            self._queue.popleft()
            self.dropped += 1
        self._queue.append(event)
        self._arrived.set()

    def __len__(self) -> int:
        return len(self._queue)

    def __aiter__(self) -> Inbox[E]:
        return self

    async def __anext__(self) -> E:
        return await self.get()

    async def get(self) -> E:
        """Wait for the next event and take it."""
        while not self._queue:
            self._arrived.clear()
            await self._arrived.wait()
        return self._queue.popleft()


class Bus:
    """Hands each published event to every inbox that asked for its type or a base of it."""

    def __init__(self) -> None:
        self._inboxes: list[Inbox[Event]] = []

    def subscribe(self, *types: type[E], size: int = 256) -> Inbox[E]:
        """Return an inbox that receives events of ``types`` from now on."""
        inbox = Inbox(types, size)
        self._inboxes.append(inbox)  # type: ignore[arg-type]  # an Inbox[E] only ever gets its own types
        return inbox

    def unsubscribe(self, inbox: Inbox[E]) -> None:
        """Stop filling that inbox."""
        self._inboxes = [kept for kept in self._inboxes if kept is not inbox]

    def publish(self, event: Event) -> None:
        """Hand out an event; never waits and never raises."""
        for inbox in self._inboxes:
            if isinstance(event, inbox.types):
                inbox.put(event)

    @property
    def dropped(self) -> int:
        """How many events overflowed an inbox since the start."""
        return sum(inbox.dropped for inbox in self._inboxes)
