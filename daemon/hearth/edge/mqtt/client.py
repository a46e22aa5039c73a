"""The MQTT client: one visible loop that connects, subscribes, hands out, sends and comes back.

Fills the ports ``Publisher`` and ``Subscriber``. Usage::

    async with Mqtt(config.mqtt, keeper=journal, tell=bus.publish) as mqtt:
        mqtt.subscribe("zigbee2mqtt/#", handler, qos=1)
        mqtt.listen("hermes/audioServer/+/audioFrame", frames)
        await mqtt.run()
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from hearth.backoff import Backoff
from hearth.edge.complaint import Complaints, fault
from hearth.edge.mqtt.account import VersionRefusedError
from hearth.edge.mqtt.inbox import Handler, Keeper, Listener, MqttInbox, subscription_id
from hearth.edge.mqtt.link import Link
from hearth.edge.mqtt.outbox import EXPIRY_S, MqttOutbox, check_topic
from hearth.error import BrokerError
from hearth.event import Health
from hearth.port import Message
from hearth.sections.engines import MqttConfig

log = logging.getLogger(__name__)

_FIRST_WAIT_S, _LONGEST_WAIT_S, _STEADY_S = 0.25, 30.0, 30.0

_AT_ONCE = 128
"""How many subscriptions may wait for the broker's answer."""


class Mqtt:
    """Hearth's connection to the broker.

    Args:
        config: The broker; ``host`` has to be set (the embedded broker returns such a section).
        keeper: Puts a QoS 1 message on disk before it is acknowledged (``Journal``).
        tell: Receives ``Health("mqtt", ...)`` at each change, with what to do.
        session_file: Where the name of the broker's session is kept, so that a message that was
            delivered to an earlier process is recognised. None forgets it.
        outbox: QoS 1 messages that may wait for an absent broker.
        max_message_bytes: Larger messages are dropped.
        will: What the broker publishes when we die.
    """

    def __init__(
        self,
        config: MqttConfig,
        *,
        tell: Callable[[Health], None],
        keeper: Keeper | None = None,
        session_file: Path | None = None,
        outbox: int = 1000,
        max_message_bytes: int = 1_000_000,
        will: Message | None = None,
    ) -> None:
        self.connections = 0
        self.denied: set[str] = set()
        self._config = config
        self._tell_health = tell
        self._session_file = session_file
        self._outbox = MqttOutbox(outbox)
        self._max_message_bytes = max_message_bytes
        self._will = will
        self._inbox = MqttInbox(keeper or _NoKeeper(), max_message_bytes)
        self._complaints = Complaints(log)
        self._link: Link | None = None
        self._ready = asyncio.Event()
        self._v5 = True
        self._v5_worked = False
        self._session = ""
        self._told: Health | None = None
        self._subscribed: set[str] = set()
        self._openers: list[Callable[[], Awaitable[None]]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._ping_topic = f"hearth/{config.client_id}/ping"
        self._pings: dict[bytes, asyncio.Future[None]] = {}
        self.listen(self._ping_topic, self._pong)

    # --- what others use -----------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether the broker has taken us and our subscriptions."""
        return self._ready.is_set()

    @property
    def counters(self) -> Mapping[str, int]:
        """What has been counted since the start."""
        return {
            "connections": self.connections,
            "received": self._inbox.received,
            "sent": self._outbox.sent,
            **dict.fromkeys(("dropped", "duplicates", "handler_errors", "malformed"), 0),
            **self._inbox.complaints.counts,
            **self._outbox.complaints.counts,
            **self._complaints.counts,
        }

    def subscribe(self, topic_filter: str, handler: Handler, *, qos: int = 0) -> None:
        """Call ``handler`` for each message that matches, now and after each reconnection.

        Raises BrokerError for a filter that no broker takes.
        """
        check_topic(topic_filter, "+#")
        self._inbox.subscribe(topic_filter, handler, min(qos, 1))
        self._subscribe_now(topic_filter)

    def unsubscribe(self, topic_filter: str, handler: Handler) -> None:
        """Stop calling ``handler`` for that filter; nothing happens where it was not subscribed."""
        if self._inbox.unsubscribe(topic_filter, handler) and self._link:
            self._subscribed.discard(topic_filter)
            self._link.unsubscribe(topic_filter)

    def listen(self, topic_filter: str, listener: Callable[[Message], None]) -> None:
        """Call ``listener`` at once, from the network callback: for audio, at QoS 0."""
        self._inbox.listen(topic_filter, listener)
        self._subscribe_now(topic_filter)

    def when_connected(self, opener: Callable[[], Awaitable[None]]) -> None:
        """Call ``opener`` after each connection, once all subscriptions stand."""
        self._openers.append(opener)

    async def wait_connected(self, timeout_s: float) -> None:
        """Wait for the broker. Raises BrokerError after ``timeout_s`` with the last reason."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._ready.wait()
        except TimeoutError:
            health = self._told
            what = (health and health.detail) or "The broker is not reachable."
            raise BrokerError(what, health.remedy if health else "") from None

    async def publish(
        self,
        topic: str,
        payload: bytes | str,
        *,
        qos: int = 0,
        retain: bool = False,
        expiry_s: float | None = EXPIRY_S,
    ) -> None:
        """Send one message; at QoS 1 it returns after the broker's acknowledgement.

        While the broker is away, QoS 0 is refused. QoS 1 waits for it at most ``expiry_s`` seconds
        (None: for ever) and is then dropped, so that a lamp never goes on unannounced long after
        it was asked for; MQTT 5 brokers drop it after that time for an absent receiver, too.
        Cancelling the call takes back what has not been sent.

        Raises BrokerError: away, outbox full, expired, or refused by the broker.
        """
        data = payload.encode() if isinstance(payload, str) else bytes(payload)
        if qos:
            await self._outbox.deliver(topic, data, retain, expiry_s)
        else:
            self._outbox.send(topic, data, retain, expiry_s)

    async def round_trip(self, timeout_s: float = 5.0) -> float:
        """Send a message to ourselves and return the seconds until it arrived.

        Raises BrokerError, after dropping a connection that only seems to stand.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        link = self._link
        if link is None or not self.connected:
            raise BrokerError("The broker is away.", self._outbox.remedy)
        nonce = uuid.uuid4().bytes
        pong = self._pings[nonce] = loop.create_future()
        try:
            async with asyncio.timeout(timeout_s):
                if self._ping_topic in self.denied:
                    await self.publish(self._ping_topic, nonce, qos=1, expiry_s=None)
                else:
                    link.publish(self._ping_topic, nonce, 0, False, None)
                    await pong
        except TimeoutError:
            link.drop("it does not answer")
            raise BrokerError(f"The broker has not answered for {timeout_s:g} s.") from None
        finally:
            self._pings.pop(nonce, None)
        return loop.time() - began

    # --- life ----------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        self._inbox.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._outbox.drain(1.0)
        await self._inbox.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        link, self._link = self._link, None
        self._ready.clear()
        self._outbox.ended()
        if link:
            await link.close()

    async def run(self) -> None:
        """Connect, serve until the connection ends, wait a little longer each time, repeat."""
        waits = Backoff(_FIRST_WAIT_S, _LONGEST_WAIT_S, _STEADY_S)
        while True:
            waits.begin()
            try:
                link, present = await self._open()
                why = await self._serve(link, present)
                self._tell("down", f"The connection to the broker ended ({why}).")
            except BrokerError as error:
                self._tell("down", error.what, error.remedy)
            await asyncio.sleep(waits.next_s())

    async def _open(self) -> tuple[Link, bool]:
        """Connect with MQTT 5, or with 3.1.1 where the broker refuses that."""
        if not self._v5 or self._v5_worked:
            return await self._open_version(self._v5)
        try:
            return await self._open_version(True)
        except VersionRefusedError as refused:
            log.info("mqtt: MQTT 5 failed (%s); trying 3.1.1", refused)
            try:
                return await self._open_version(False)
            except BrokerError as error:
                raise error from refused

    async def _open_version(self, v5: bool) -> tuple[Link, bool]:
        link = Link(
            self._config,
            v5=v5,
            max_message_bytes=self._max_message_bytes,
            on_message=self._inbox.take,
            on_published=self._outbox.published,
            will=self._will,
        )
        # What a resumed session brings may come before open() returns.
        self._inbox.connected(self._epoch(True))
        present = await link.open()
        if not present:
            self._inbox.connected(self._epoch(False))
        self._v5, self._v5_worked = v5, self._v5_worked or v5
        return link, present

    async def _serve(self, link: Link, present: bool) -> str:
        """Subscribe, send what waited, and return why the connection ended."""
        self._link = link
        self.connections += 1
        try:
            self._subscribed.clear()
            while late := [f for f in self._inbox.filters() if f not in self._subscribed]:
                # A message may ask for more before we are ready. Many at once: one that waited for
                # the answer to the one before took 20 ms each at a broker with Nagle's wait.
                some = (self._subscribe(link, topic_filter) for topic_filter in late[:_AT_ONCE])
                await asyncio.gather(*some)
            version = "MQTT 5" if link.v5 else "MQTT 3.1.1"
            log.info("mqtt: connected with %s, session %s", version, "kept" if present else "new")
            self._tell_standing(version)
            self._ready.set()
            self._outbox.opened(link)
            for opener in self._openers:
                self._spawn(opener())
            return await asyncio.shield(link.ended)
        finally:
            self._ready.clear()
            self._link = None
            self._outbox.ended()
            if not link.ended.done():
                await link.close()

    # --- subscriptions -------------------------------------------------------------------------

    def _subscribe_now(self, topic_filter: str) -> None:
        if self._link and self.connected:
            self._spawn(self._subscribe(self._link, topic_filter))

    async def _subscribe(self, link: Link, topic_filter: str) -> None:
        self._subscribed.add(topic_filter)
        if (qos := self._inbox.filters().get(topic_filter)) is None:
            return
        reason = await link.subscribe(topic_filter, qos, subscription_id(topic_filter))
        if not reason.is_failure:
            self.denied.discard(topic_filter)
            return
        self.denied.add(topic_filter)
        self._complaints.add("denied", f"mqtt: the broker denies a topic ({reason})", topic_filter)
        if self.connected:
            self._tell_standing("MQTT 5" if link.v5 else "MQTT 3.1.1")

    def _tell_standing(self, version: str) -> None:
        where = f"{self._config.host}:{self._config.port}, {version}"
        if not self.denied:
            self._tell("ready", where)
            return
        self._tell(
            "degraded",
            f"{where}; the broker denies {', '.join(sorted(self.denied))}.",
            f"Allow user {self._config.username!r} these topics in the broker's ACL.",
        )

    # --- small things --------------------------------------------------------------------------

    def _pong(self, message: Message) -> None:
        if (future := self._pings.get(message.payload)) and not future.done():
            future.set_result(None)

    def _tell(self, state: str, detail: str, remedy: str = "") -> None:
        health = Health("mqtt", state, detail, remedy)  # type: ignore[arg-type]  # our own literals
        if health != self._told:
            self._told = health
            self._outbox.remedy = remedy
            self._tell_health(health)

    def _spawn(self, work: Awaitable[None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except BrokerError as error:
                log.info("mqtt: %s", error)
            except Exception as error:  # noqa: BLE001  # the wall around what others wrote
                what = f"mqtt: a connection handler failed ({fault(error)})"
                self._complaints.add("opener_errors", what)

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _epoch(self, present: bool) -> str:
        """Return the name of the broker's session; a new one where the broker has forgotten it."""
        if present and self._session:
            return self._session
        file = self._session_file
        if present and file:
            with suppress(OSError, UnicodeDecodeError):
                self._session = file.read_text("ascii").strip()[:32]
        if not present or not self._session:
            self._session = uuid.uuid4().hex
            if file:
                try:
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(self._session, "ascii")
                except OSError as error:
                    self._complaints.add("session_file", "mqtt: cannot write", error)
        return self._session


class _NoKeeper:
    """Keeps nothing."""

    async def keep(self, message: Message, key: str) -> bool:
        return True

    async def handled(self, message: Message, key: str) -> None:
        """Nothing was kept."""


__all__ = ["EXPIRY_S", "Handler", "Keeper", "Listener", "Mqtt"]
