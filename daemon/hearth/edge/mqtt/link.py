"""One connection to an MQTT broker: paho's client driven by the event loop, to its end.

The network is read and written on the event loop, so there is no second thread and no lock; only
what may block (name look-up, TCP connect, TLS handshake) happens in a thread of its own. A link is
never used twice: after its end a new one is made, so no half-dead state of paho's survives.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any, cast

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from hearth.edge.mqtt.account import (
    CONNECT_TIMEOUT_S,
    VersionRefusedError,
    explain,
    read_password,
    refusal,
    tls_context,
)
from hearth.error import BrokerError
from hearth.port import Message
from hearth.sections.engines import MqttConfig

log = logging.getLogger(__name__)

MAX_INFLIGHT = 20
"""QoS 1 messages that may be under way in one direction (Mosquitto's own default)."""

_TICK_S = 1.0
_READS = 32
"""Packets that are read at once, before others have their turn."""


class Link:
    """One connection. ``ended`` is a future that tells why it ended.

    Args:
        config: The broker's address and account.
        v5: MQTT 5, else 3.1.1.
        max_message_bytes: Larger messages are refused (by the broker, where it speaks MQTT 5).
        on_message: Called on the loop with each message; must not raise.
        on_published: Called with the packet id and the broker's word at each PUBACK.
        will: What the broker publishes when we die.
    """

    def __init__(
        self,
        config: MqttConfig,
        *,
        v5: bool,
        max_message_bytes: int,
        on_message: Callable[[Link, MQTTMessage], None],
        on_published: Callable[[Link, int, ReasonCode], None],
        will: Message | None = None,
    ) -> None:
        self.v5 = v5
        self.max_packet_bytes = 268_435_455
        self.subscription_ids = v5
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._config = config
        self._max_message_bytes = max_message_bytes
        self._on_message = on_message
        self._on_published = on_published
        self._loop = asyncio.get_running_loop()
        self._greeting: asyncio.Future[tuple[ReasonCode, bool]] = self._loop.create_future()
        self._grants: dict[int, asyncio.Future[ReasonCode]] = {}
        self._reader: int | None = None
        self._writer: int | None = None
        self._ticker: asyncio.TimerHandle | None = None
        self._abandoned = threading.Event()
        self._client = self._new_client()
        if will:
            self._client.will_set(will.topic, will.payload, will.qos, will.retained)

    async def open(self) -> bool:
        """Connect and return whether the broker still had our session.

        Raises:
            VersionRefusedError: MQTT 5 was refused, or never answered.
            BrokerError: names what went wrong and what to do.
        """
        where = f"{self._config.host}:{self._config.port}"
        try:
            await _in_thread(self._connect)
        except Exception as error:  # whatever the network or TLS raised: it becomes our error
            self.drop("not connected")
            raise explain(error, where) from error
        except asyncio.CancelledError:
            self.drop("given up")
            raise
        try:
            sock = self._client.socket()
            if sock is None:
                raise BrokerError(f"The broker at {where} closed the connection at once.")
            self._reader = sock.fileno()
            self._loop.add_reader(self._reader, self._readable)
            self._after()
            self._tick()
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await _either(self._greeting, self.ended)
        except TimeoutError:
            self.drop("no CONNACK")
            what = f"The broker at {where} took the connection but does not answer."
            remedy = "Check that an MQTT broker listens on that port."
            raise (VersionRefusedError if self.v5 else BrokerError)(what, remedy) from None
        except BaseException:
            self.drop("given up")
            raise
        if not self._greeting.done():
            what = f"The broker at {where} closed the connection ({self.ended.result()})."
            remedy = "Check whether that port expects TLS, and the broker's log."
            raise (VersionRefusedError if self.v5 else BrokerError)(what, remedy)
        reason, present = self._greeting.result()
        if reason.is_failure:
            self.drop("refused")
            raise refusal(reason, where, self._config)
        return present

    def publish(
        self, topic: str, payload: bytes, qos: int, retain: bool, expiry_s: float | None
    ) -> int:
        """Send one message now and return its packet id. Raises BrokerError when that failed."""
        properties = None
        if self.v5 and expiry_s is not None:
            properties = _properties(PacketTypes.PUBLISH)
            properties.MessageExpiryInterval = max(1, round(expiry_s))
        try:
            info = self._client.publish(topic, payload, qos, retain, properties)
        except ValueError as error:
            raise BrokerError(f"This cannot be published: {error}") from error
        self._after()
        if info.rc:
            raise BrokerError("The connection to the broker has just ended.")
        return info.mid

    async def subscribe(self, topic_filter: str, qos: int, identifier: int) -> ReasonCode:
        """Subscribe and return the broker's word; raises BrokerError when the link ends first."""
        if self.v5:
            properties = _properties(PacketTypes.SUBSCRIBE)
            if self.subscription_ids:
                properties.SubscriptionIdentifier = identifier
            result = self._client.subscribe(
                topic_filter, options=SubscribeOptions(qos=qos), properties=properties
            )
        else:
            result = self._client.subscribe(topic_filter, qos)
        mid = result[1]
        if result[0] or mid is None:
            raise BrokerError("The connection to the broker has just ended.")
        grant: asyncio.Future[ReasonCode] = self._loop.create_future()
        self._grants[mid] = grant
        self._after()
        try:
            await _either(grant, self.ended)
        finally:
            self._grants.pop(mid, None)
        if not grant.done():
            raise BrokerError("The connection to the broker ended while subscribing.")
        return grant.result()

    def unsubscribe(self, topic_filter: str) -> None:
        """Take a subscription back; nothing happens when the link has ended."""
        if not self.ended.done():
            self._client.unsubscribe(topic_filter)
            self._after()

    def ack(self, mid: int) -> None:
        """Acknowledge a QoS 1 message; nothing happens when the link has ended."""
        if not self.ended.done():
            self._client.ack(mid, 1)
            self._after()

    @property
    def congested(self) -> bool:
        """Whether what was published has not left this machine yet."""
        return self._client.want_write()

    async def close(self) -> None:
        """Say goodbye and close; the broker keeps the session."""
        if not self.ended.done():
            self._client.disconnect()
            self._after()
            await asyncio.wait({self.ended}, timeout=0.5)
        self.drop("closed")

    def drop(self, why: str) -> None:
        """End the connection without a goodbye."""
        self._abandoned.set()
        if self._ticker:
            self._ticker.cancel()
        self._unwatch()
        sock = self._client.socket()
        if sock is not None:
            sock.close()
        if not self.ended.done():
            self.ended.set_result(why)

    # --- paho ----------------------------------------------------------------------------------

    def _new_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._config.client_id,
            clean_session=None if self.v5 else self._config.session_expiry_s == 0,
            protocol=MQTTProtocolVersion.MQTTv5 if self.v5 else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(MAX_INFLIGHT)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_message = self._message
        client.on_subscribe = self._subscribed
        client.on_publish = self._published
        client.on_socket_close = self._closing
        return client

    def _connect(self) -> None:
        """Resolve, connect, shake hands and send CONNECT; runs in a thread."""
        config = self._config
        if config.username:
            self._client.username_pw_set(config.username, read_password(config))
        if config.tls:
            self._client.tls_set_context(tls_context(config))
        options: dict[str, Any] = {}
        if self.v5:
            properties = _properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = config.session_expiry_s
            properties.ReceiveMaximum = MAX_INFLIGHT
            properties.MaximumPacketSize = self._max_message_bytes + 1024
            options = {
                "clean_start": config.session_expiry_s == 0,
                "properties": properties,
            }
        self._client.connect(config.host, config.port, config.keepalive_s, **options)
        if (sock := self._client.socket()) is None:
            return
        if self._abandoned.is_set():
            sock.close()
        else:
            # Else a command waits up to 40 ms for the broker's delayed TCP acknowledgement of
            # the small message before it (Nagle's algorithm).
            cast(socket.socket, sock).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _readable(self) -> None:
        """Read what has arrived, some packets at once: a turn of the loop for each costs as much
        as the packet. TLS may hold more than the socket shows, so it is emptied."""
        try:
            for _ in range(_READS):
                self._client.loop_read()
                sock = self._client.socket()
                if sock is None or not _has_more(cast(socket.socket, sock)):
                    break
            else:
                if isinstance(sock, ssl.SSLSocket):
                    self._loop.call_soon(self._readable)
        except Exception as error:  # noqa: BLE001  # a malformed packet must cost the link, not the loop
            log.warning("mqtt: the broker's data cannot be read (%s)", type(error).__name__)
            self.drop("malformed data")
        self._after()

    def _writable(self) -> None:
        try:
            self._client.loop_write()
        except Exception as error:  # noqa: BLE001  # as above
            log.warning("mqtt: writing failed (%s)", type(error).__name__)
            self.drop("writing failed")
        self._after()

    def _tick(self) -> None:
        self._ticker = self._loop.call_later(_TICK_S, self._tick)
        self._client.loop_misc()
        self._after()

    def _after(self) -> None:
        """Flush what paho has queued, and watch the socket for the rest."""
        if self.ended.done():
            return
        sock = self._client.socket()
        if sock is None:
            self.drop("connection lost")
        elif self._client.want_write() and self._writer is None:
            self._writer = sock.fileno()
            self._loop.add_writer(self._writer, self._writable)
        elif not self._client.want_write() and self._writer is not None:
            self._loop.remove_writer(self._writer)
            self._writer = None

    def _unwatch(self) -> None:
        if self._reader is not None:
            self._loop.remove_reader(self._reader)
        if self._writer is not None:
            self._loop.remove_writer(self._writer)
        self._reader = self._writer = None

    # --- callbacks; paho calls them on the loop, because it is driven from there ---------------

    def _connected(
        self, _c: Client, _u: object, flags: Any, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if self.v5 and getattr(properties, "SubscriptionIdentifierAvailable", 1) == 0:
            self.subscription_ids = False
        self.max_packet_bytes = getattr(properties, "MaximumPacketSize", self.max_packet_bytes)
        if not self._greeting.done():
            self._greeting.set_result((reason, bool(flags.session_present)))

    def _disconnected(
        self, _c: Client, _u: object, flags: Any, reason: ReasonCode, _p: Properties | None
    ) -> None:
        if not self.ended.done():
            by = "the broker said: " if flags.is_disconnect_packet_from_server else ""
            self.ended.set_result(f"{by}{reason}")
        if self._ticker:
            self._ticker.cancel()

    def _closing(self, _c: Client, _u: object, _sock: Any) -> None:
        if not self._abandoned.is_set():
            self._unwatch()

    def _subscribed(
        self, _c: Client, _u: object, mid: int, reasons: list[ReasonCode], _p: Properties | None
    ) -> None:
        if (grant := self._grants.get(mid)) and not grant.done():
            grant.set_result(reasons[0])

    def _published(
        self, _c: Client, _u: object, mid: int, reason: ReasonCode, _p: Properties | None
    ) -> None:
        self._on_published(self, mid, reason)

    def _message(self, _c: Client, _u: object, message: MQTTMessage) -> None:
        self._on_message(self, message)


def _has_more(sock: socket.socket) -> bool:
    """Tell whether there is more to read, without waiting."""
    if isinstance(sock, ssl.SSLSocket):
        return bool(sock.pending())
    try:
        return bool(sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except BlockingIOError:
        return False


async def _either(one: asyncio.Future[Any], other: asyncio.Future[Any]) -> None:
    await asyncio.wait({one, other}, return_when=asyncio.FIRST_COMPLETED)


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]  # paho leaves it untyped


async def _in_thread(work: Callable[[], None]) -> None:
    """Run ``work`` in a daemon thread, so that a hanging name look-up never delays our end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def settle(error: Exception | None) -> None:
        if done.done():
            return
        if error:
            done.set_exception(error)
        else:
            done.set_result(None)

    def run() -> None:
        error: Exception | None = None
        try:
            work()
        except Exception as caught:  # noqa: BLE001  # carried to the awaiting task
            error = caught
        if not loop.is_closed():
            try:
                loop.call_soon_threadsafe(settle, error)
            except RuntimeError:  # the loop closed in between: nobody waits any more
                log.debug("mqtt: a connection attempt outlived the loop")

    threading.Thread(target=run, name="mqtt connect", daemon=True).start()
    await done
