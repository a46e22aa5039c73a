"""MQTT messages in, each handed once to each handler, and acknowledged when it is safe."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain, repeat
from types import MappingProxyType
from typing import Protocol

from paho.mqtt.client import MQTTMessage, topic_matches_sub

from hearth.edge.complaint import Complaints, fault
from hearth.house import EMPTY
from hearth.port import Message

log = logging.getLogger(__name__)

Handler = Callable[[Message], Awaitable[None]]
Listener = Callable[[Message], None]
HANDLER_TIMEOUT_S = 10.0
_QUEUE = 1000
"""QoS 0 messages that may wait for one handler; the oldest is dropped. QoS 1 cannot overflow: the
broker sends no more than MAX_INFLIGHT before we acknowledge."""
_COPIES_S = 0.25
_REMEMBERED = 1024
_KEEP_RETRY_S = (0.5, 1.0, 2.0)
_KEEP_RETRY_MAX_S = 5.0


class Keeper(Protocol):
    """Keeps QoS 1 messages on disk, each under a key that is the same for a redelivery."""

    async def keep(self, message: Message, key: str) -> bool:
        """Put it on disk; return False where it was there and handled already."""

    async def handled(self, message: Message, key: str) -> None:
        """Note that its handlers are through."""


class Acknowledger(Protocol):
    """The connection that a message came by."""

    v5: bool

    def ack(self, mid: int) -> None:
        """Acknowledge one QoS 1 message."""


@dataclass(eq=False)
class _Delivery:
    """One QoS 1 message on its way to its handlers; acknowledged over the link it last came by."""

    message: Message
    key: str
    link: Acknowledger
    mid: int
    readers: tuple[_Reader, ...]
    kept: bool = False
    open: int = 0

    @property
    def done(self) -> bool:
        return self.kept and self.open == 0


@dataclass(eq=False)
class _Reader:
    """One handler and what waits for it."""

    topic_filter: str
    handler: Handler
    qos: int
    queue: deque[tuple[Message, _Delivery | None]] = field(default_factory=deque)
    loose: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class MqttInbox:
    """Knows who wants what, and when a message may be acknowledged.

    A message of QoS 1 is put on disk by ``keeper`` and handled before it is acknowledged, in the
    order of arrival (MQTT-4.6.0-2). A redelivery of what was handled is acknowledged and counted
    as a duplicate; what was only kept when Hearth died is handled then. Two subscriptions that
    overlap hand a message to each handler once: MQTT 5 names the subscription in each copy; with
    3.1.1 equal copies within 0.25 s count as one message.
    """

    def __init__(self, keeper: Keeper, max_message_bytes: int) -> None:
        self.received = 0
        self.complaints = Complaints(log)
        self._keeper = keeper
        self._max_message_bytes = max_message_bytes
        self._readers: list[_Reader] = []
        self._listeners: list[tuple[str, Listener]] = []
        self._routes: dict[str, tuple[tuple[_Reader, ...], tuple[tuple[str, Listener], ...]]] = {}
        self._unacked: OrderedDict[str, _Delivery] = OrderedDict()
        self._handled: OrderedDict[str, None] = OrderedDict()
        self._copies: OrderedDict[tuple[str, bytes, bool], tuple[float, int]] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._started = False
        self._epoch = ""

    # --- who wants what ------------------------------------------------------------------------

    def subscribe(self, topic_filter: str, handler: Handler, qos: int) -> None:
        """Add a handler; its messages wait in a queue of its own."""
        reader = _Reader(topic_filter, handler, qos)
        self._readers.append(reader)
        self._routes.clear()
        if self._started:
            self._start(reader)

    def unsubscribe(self, topic_filter: str, handler: Handler) -> bool:
        """Take a handler away with what waits for it; tell whether the filter is free now."""
        for reader in [
            r for r in self._readers if (r.topic_filter, r.handler) == (topic_filter, handler)
        ]:
            self._readers.remove(reader)
            self._routes.clear()
            reader.gone.set()
            while reader.queue:
                _, delivery = reader.queue.popleft()
                if delivery is not None:
                    delivery.open -= 1
            reader.arrived.set()
            self._acknowledge()
        return topic_filter not in self.filters()

    def listen(self, topic_filter: str, listener: Listener) -> None:
        """Add a listener that is called at once, for audio; it has to be fast."""
        self._listeners.append((topic_filter, listener))
        self._routes.clear()

    def filters(self) -> dict[str, int]:
        """Return each topic filter with the highest QoS that one of its handlers asked for."""
        wanted: dict[str, int] = {topic_filter: 0 for topic_filter, _ in self._listeners}
        for reader in self._readers:
            wanted[reader.topic_filter] = max(wanted.get(reader.topic_filter, 0), reader.qos)
        return wanted

    # --- life ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to call the handlers."""
        self._started = True
        for reader in self._readers:
            self._start(reader)

    async def close(self) -> None:
        """Stop calling handlers; what is unacknowledged stays with the broker."""
        self._started = False
        tasks = [*self._tasks, *(reader.task for reader in self._readers if reader.task)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for reader in self._readers:
            reader.task = None

    def connected(self, epoch: str) -> None:
        """A link opened; ``epoch`` names the broker's session, in which packet ids count."""
        if epoch != self._epoch:
            self._epoch = epoch
            self._handled.clear()

    # --- messages ------------------------------------------------------------------------------

    def take(self, link: Acknowledger, raw: MQTTMessage) -> None:
        """Take one message from paho; never raises."""
        self.received += 1
        try:
            self._take(link, raw)
        except Exception as error:  # noqa: BLE001  # the wall: no message may end the connection
            self.complaints.add("malformed", "mqtt: a message cannot be read", error)
            if raw.qos:
                link.ack(raw.mid)

    def _take(self, link: Acknowledger, raw: MQTTMessage) -> None:
        if len(raw.payload) > self._max_message_bytes:
            size = f"{len(raw.payload)} bytes on {raw.topic}"
            self.complaints.add("oversize", "mqtt: a message is too large and is dropped", size)
            if raw.qos:
                link.ack(raw.mid)
            return
        message = Message(raw.topic, bytes(raw.payload), raw.qos, raw.retain, _user_properties(raw))
        readers, listeners = self._route(link, message, raw)
        for _, listener in listeners:
            try:
                listener(message)
            except Exception as error:  # noqa: BLE001  # the wall around what others wrote
                what = f"mqtt: a listener failed ({fault(error)})"
                self.complaints.add("handler_errors", what, message.topic)
        if raw.qos == 0:
            for reader in readers:
                self._put(reader, message, None)
        else:
            self._accept(link, raw, message, readers)

    def _route(
        self, link: Acknowledger, message: Message, raw: MQTTMessage
    ) -> tuple[tuple[_Reader, ...], tuple[tuple[str, Listener], ...]]:
        """Return who gets this copy of the message."""
        route = self._routes.get(message.topic)
        if route is None:
            if len(self._routes) > 4096:
                self._routes.clear()
            route = self._routes[message.topic] = (
                tuple(r for r in self._readers if _fits(r.topic_filter, message.topic)),
                tuple(x for x in self._listeners if _fits(x[0], message.topic)),
            )
        readers, listeners = route
        filters = {r.topic_filter for r in readers} | {x[0] for x in listeners}
        if len(filters) < 2:
            return route
        ids = set(getattr(raw.properties, "SubscriptionIdentifier", ()))
        meant = {f for f in filters if subscription_id(f) in ids}
        if meant:
            return (
                tuple(r for r in readers if r.topic_filter in meant),
                tuple(x for x in listeners if x[0] in meant),
            )
        if self._is_copy(message, len(filters)):
            self.complaints.counts["copies"] += 1
            return (), ()
        return route

    def _is_copy(self, message: Message, copies: int) -> bool:
        """Whether an equal message came just before through another of ``copies`` filters."""
        now = asyncio.get_running_loop().time()
        while self._copies and next(iter(self._copies.values()))[0] < now:
            self._copies.popitem(last=False)
        key = (message.topic, message.payload, message.retained)
        until, left = self._copies.pop(key, (0.0, 0))
        if left:
            self._copies[key] = (until, left - 1)
            return True
        self._copies[key] = (now + _COPIES_S, copies - 1)
        return False

    # --- QoS 1: keep, handle, acknowledge ------------------------------------------------------

    def _accept(
        self, link: Acknowledger, raw: MQTTMessage, message: Message, readers: tuple[_Reader, ...]
    ) -> None:
        digest = hashlib.sha256(f"{message.topic}\0".encode() + message.payload).hexdigest()[:24]
        key = f"{self._epoch}:{raw.mid}:{digest}"
        pending = self._unacked.get(key)
        if pending and raw.dup:
            # It is still being handled and came again over a new connection: acknowledge there.
            pending.link, pending.mid = link, raw.mid
            self._unacked.move_to_end(key)
            self.complaints.counts["duplicates"] += 1
            return
        if raw.dup and key in self._handled:
            self.complaints.counts["duplicates"] += 1
            readers = ()
        delivery = _Delivery(message, key, link, raw.mid, readers, open=len(readers))
        self._unacked[key] = delivery
        if not readers:
            delivery.kept = True
            self._acknowledge()
            return
        self._tasks.add(task := asyncio.create_task(self._handle(delivery, raw.dup)))
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, delivery: _Delivery, redelivered: bool) -> None:
        """Put a message on disk, then hand it out; keep trying while the disk refuses."""
        new, handed = True, False
        for wait_s in chain(_KEEP_RETRY_S, repeat(_KEEP_RETRY_MAX_S)):
            try:
                new = await self._keeper.keep(delivery.message, delivery.key)
                delivery.kept = True
                break
            except Exception as error:  # noqa: BLE001  # the wall: the house goes on without its journal
                self.complaints.add("keep_errors", "mqtt: a message is not on disk", error)
            if not handed:
                self._hand_out(delivery)
                handed = True
            await asyncio.sleep(wait_s)
        if redelivered and not new and not handed:
            self.complaints.counts["duplicates"] += 1
            delivery.open = 0
        elif not handed:
            self._hand_out(delivery)
        self._acknowledge()

    def _hand_out(self, delivery: _Delivery) -> None:
        for reader in delivery.readers:
            self._put(reader, delivery.message, delivery)

    def _acknowledge(self) -> None:
        """Acknowledge what is done, in the order of arrival."""
        while self._unacked:
            key, delivery = next(iter(self._unacked.items()))
            if not delivery.done:
                return
            del self._unacked[key]
            self._handled[key] = None
            if len(self._handled) > _REMEMBERED:
                self._handled.popitem(last=False)
            delivery.link.ack(delivery.mid)
            if delivery.readers:
                self._tasks.add(task := asyncio.create_task(self._note(delivery)))
                task.add_done_callback(self._tasks.discard)

    async def _note(self, delivery: _Delivery) -> None:
        """Let the keeper know; where that fails a redelivery is handled twice."""
        try:
            await self._keeper.handled(delivery.message, delivery.key)
        except Exception as error:  # noqa: BLE001  # the wall: the house goes on without its journal
            self.complaints.add("keep_errors", "mqtt: a message is not noted as handled", error)

    # --- handlers ------------------------------------------------------------------------------

    def _put(self, reader: _Reader, message: Message, delivery: _Delivery | None) -> None:
        if reader.gone.is_set():
            if delivery is not None:
                delivery.open -= 1
            return
        if delivery is None:
            if reader.loose >= _QUEUE:
                self._drop_oldest(reader)
            reader.loose += 1
        reader.queue.append((message, delivery))
        reader.arrived.set()

    def _drop_oldest(self, reader: _Reader) -> None:
        index = next(i for i, (_, delivery) in enumerate(reader.queue) if delivery is None)
        del reader.queue[index]
        reader.loose -= 1
        self.complaints.add("dropped", "mqtt: a handler is too slow", reader.topic_filter)

    def _start(self, reader: _Reader) -> None:
        if reader.task is None:
            name = f"mqtt {reader.topic_filter}"
            reader.task = asyncio.create_task(self._read(reader), name=name)

    async def _read(self, reader: _Reader) -> None:
        """Call one handler with what comes, one after the other."""
        while not reader.gone.is_set():
            while not reader.queue:
                reader.arrived.clear()
                await reader.arrived.wait()
                if reader.gone.is_set():
                    return
            message, delivery = reader.queue.popleft()
            if delivery is None:
                reader.loose -= 1
            try:
                async with asyncio.timeout(HANDLER_TIMEOUT_S):
                    await reader.handler(message)
            except Exception as error:  # noqa: BLE001  # the wall around what others wrote
                what = f"mqtt: a handler failed ({fault(error)})"
                self.complaints.add("handler_errors", what, message.topic)
            finally:
                if delivery is not None:
                    delivery.open -= 1
            if delivery is not None:
                self._acknowledge()


def _fits(topic_filter: str, topic: str) -> bool:
    """Tell whether a topic matches; most filters are plain topics, and paho's matcher is slow."""
    if topic_filter == topic:
        return True
    wild = "+" in topic_filter or "#" in topic_filter
    return wild and topic_matches_sub(topic_filter, topic)


def subscription_id(topic_filter: str) -> int:
    """Return a filter's MQTT 5 subscription identifier, 1 to 268,435,455.

    It is the same in each process, because the broker keeps it with a message that waits.
    """
    digest = hashlib.sha256(topic_filter.encode()).digest()
    return int.from_bytes(digest[:4], "big") % 268_435_455 + 1


def _user_properties(raw: MQTTMessage) -> Mapping[str, str]:
    pairs = getattr(raw.properties, "UserProperty", None)
    return MappingProxyType(dict(pairs)) if pairs else EMPTY
