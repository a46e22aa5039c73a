"""Topics in, the things that follow them out; and the subscriptions that this needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from hearth.home.template import Payload
from hearth.home.thing import Route
from hearth.port import Message, Subscriber

_KEPT_CHARACTERS = 65_536


class Routes:
    """Who follows which topic. The last payload of each topic is kept for who comes later."""

    def __init__(
        self, subscriber: Subscriber, handler: Callable[[Message], Awaitable[None]]
    ) -> None:
        self._subscriber = subscriber
        self._handler = handler
        self._by_topic: dict[str, list[Route]] = {}
        self._wild: dict[str, list[Route]] = {}
        self._last: dict[str, Payload] = {}

    def find(self, topic: str) -> list[Route]:
        """Return the routes of a topic."""
        found = self._by_topic.get(topic, [])
        if self._wild:
            found = found + [
                route
                for pattern, routes in self._wild.items()
                if _fits(pattern, topic)
                for route in routes
            ]
        return found

    def keep(self, topic: str, payload: Payload) -> None:
        """Remember the last payload of a topic that is followed by its own name."""
        if topic in self._by_topic and len(payload.text) <= _KEPT_CHARACTERS:
            self._last[topic] = payload

    def last(self, topic: str) -> Payload | None:
        """Return the last payload of a topic, or None."""
        return self._last.get(topic)

    def replace(self, old: Iterable[Route], new: Iterable[Route]) -> None:
        """Take routes away and put others in; subscribe and unsubscribe what that changes."""
        new = tuple(new)
        staying = {route.topic for route in new}
        for route in old:
            table = self._table(route.topic)
            routes = table.get(route.topic, [])
            if route in routes:
                routes.remove(route)
            if not routes and route.topic in table and route.topic not in staying:
                del table[route.topic]
                self._last.pop(route.topic, None)
                self._subscriber.unsubscribe(route.topic, self._handler)
        for route in new:
            table = self._table(route.topic)
            fresh = route.topic not in table
            table.setdefault(route.topic, []).append(route)
            if fresh:
                self._subscriber.subscribe(route.topic, self._handler, qos=route.qos)

    def _table(self, topic: str) -> dict[str, list[Route]]:
        return self._wild if "+" in topic or "#" in topic else self._by_topic


def _fits(pattern: str, topic: str) -> bool:
    """Tell whether a topic matches a filter with wildcards (MQTT 5, section 4.7)."""
    wanted, levels = pattern.split("/"), topic.split("/")
    if topic.startswith("$") and wanted[0] in ("+", "#"):
        return False
    for position, level in enumerate(wanted):
        if level == "#":
            return True
        if position >= len(levels) or level not in ("+", levels[position]):
            return False
    return len(wanted) == len(levels)
