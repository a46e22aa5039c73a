"""Messages to send in, each acknowledged by the broker or an error that says why not."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from dataclasses import dataclass

from paho.mqtt.reasoncodes import ReasonCode

from hearth.edge.complaint import Complaints, escaped
from hearth.edge.mqtt.link import MAX_INFLIGHT, Link
from hearth.error import BrokerError

log = logging.getLogger(__name__)

EXPIRY_S = 30.0
"""How long a QoS 1 message waits for an absent broker, unless the caller says otherwise."""

_BACKLOG_BYTES = 4_000_000
_MOST_TRIES = 5
_REFUSED = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff]|[^\\x00-\\U0010ffff]"
)


@dataclass(eq=False)
class _Outgoing:
    """A QoS 1 message that was accepted and is not acknowledged yet."""

    topic: str
    payload: bytes
    retain: bool
    until: float | None
    done: asyncio.Future[None]
    mid: int | None = None
    tries: int = 0


class MqttOutbox:
    """Sends over the present link and keeps what is not acknowledged for the next one.

    Args:
        size: QoS 1 messages that may wait.
    """

    def __init__(self, size: int) -> None:
        self.sent = 0
        self.remedy = ""
        self.complaints = Complaints(log)
        self._size = size
        self._items: OrderedDict[_Outgoing, None] = OrderedDict()
        self._inflight: dict[int, _Outgoing] = {}
        self._link: Link | None = None
        self._backlog_bytes = 0

    def opened(self, link: Link) -> None:
        """Send what waited, and from now on, over ``link``."""
        self._link = link
        self._backlog_bytes = 0
        self._flush()

    def ended(self) -> None:
        """The link is gone; what it did not get acknowledged waits for the next."""
        self._link = None
        for item in self._inflight.values():
            item.mid = None
        self._inflight.clear()

    async def drain(self, timeout_s: float) -> None:
        """Wait until all is acknowledged, at most ``timeout_s``."""
        if self._items and self._link:
            await asyncio.wait({item.done for item in self._items}, timeout=timeout_s)

    def send(self, topic: str, payload: bytes, retain: bool, expiry_s: float | None) -> None:
        """Send at QoS 0, or raise BrokerError."""
        check_topic(topic)
        link = self._link
        if link is None:
            raise BrokerError("The broker is away.", self.remedy)
        self._backlog_bytes = self._backlog_bytes + len(payload) if link.congested else 0
        if self._backlog_bytes > _BACKLOG_BYTES:
            self.complaints.add("congested", "mqtt: the broker takes nothing more", topic)
            raise BrokerError("The broker does not take what we send.", self.remedy)
        _fits(link, topic, payload)
        link.publish(topic, payload, 0, retain, expiry_s)
        self.sent += 1

    async def deliver(
        self, topic: str, payload: bytes, retain: bool, expiry_s: float | None
    ) -> None:
        """Send at QoS 1 and wait for the acknowledgement, over as many links as it takes.

        Raises BrokerError: full, expired, or refused. Cancelling takes back what is not sent yet.
        """
        check_topic(topic)
        if len(self._items) >= self._size:
            self.complaints.add("outbox_full", "mqtt: too many messages wait for the broker")
            raise BrokerError(f"{self._size} messages wait for the broker already.", self.remedy)
        loop = asyncio.get_running_loop()
        until = None if expiry_s is None else loop.time() + expiry_s
        item = _Outgoing(topic, payload, retain, until, loop.create_future())
        self._items[item] = None
        self._flush()
        try:
            async with asyncio.timeout_at(until):
                await item.done
        except TimeoutError:
            self.complaints.add("expired", "mqtt: a message could not be sent in time", topic)
            state = "did not acknowledge" if item.tries else "was away"
            raise BrokerError(
                f"The broker {state} for {expiry_s:g} s; the message was dropped.", self.remedy
            ) from None
        finally:
            self._items.pop(item, None)

    def published(self, link: Link, mid: int, reason: ReasonCode) -> None:
        """Take the broker's acknowledgement."""
        item = self._inflight.pop(mid, None) if link is self._link else None
        if item is None:
            return
        self._items.pop(item, None)
        if not item.done.done():
            if reason.is_failure:
                self.complaints.add("refused", f"mqtt: publish refused ({reason})", item.topic)
                what = f"The broker refused a message to {escaped(item.topic)}: {reason}."
                item.done.set_exception(BrokerError(what, "Allow it in the broker's ACL."))
            else:
                item.done.set_result(None)
        # Not from within paho's callback: it would recurse for each acknowledgement.
        asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        """Send what waits, as far as the window allows."""
        link = self._link
        if link is None:
            return
        for item in self._items:
            if len(self._inflight) >= MAX_INFLIGHT:
                return
            if item.mid is not None or item.done.done():
                continue
            try:
                self._send_item(link, item)
            except BrokerError:
                return  # the link has just ended; the next one sends it

    def _send_item(self, link: Link, item: _Outgoing) -> None:
        try:
            _fits(link, item.topic, item.payload)
            if item.tries >= _MOST_TRIES:
                raise BrokerError(f"The connection ended {item.tries} times over a message.")
        except BrokerError as error:
            item.done.set_exception(error)
            return
        now = asyncio.get_running_loop().time()
        left_s = None if item.until is None else item.until - now
        item.mid = link.publish(item.topic, item.payload, 1, item.retain, left_s)
        item.tries += 1
        self._inflight[item.mid] = item
        self.sent += 1


def check_topic(topic: str, wildcards: str = "") -> None:
    """Raise BrokerError for what a broker would answer by ending the connection.

    That is what is no topic, and the characters that MQTT lets a broker refuse (MQTT 5, 1.5.4):
    control characters, surrogates and non-characters.
    """
    refused = not topic or len(topic) > 65_535 or _REFUSED.search(topic) is not None
    if refused or any(sign in topic for sign in "+#" if sign not in wildcards):
        raise BrokerError(f"{escaped(topic)} is not a topic that a broker would take.")
    if "#" in topic[:-1] or any(("+" in x or "#" in x) and len(x) > 1 for x in topic.split("/")):
        raise BrokerError(f"{escaped(topic)} has a wildcard that is not a whole level.")
    if len(topic.encode()) > 65_535:
        raise BrokerError("A topic can have 65,535 bytes at most.")


def _fits(link: Link, topic: str, payload: bytes) -> None:
    if len(payload) + len(topic.encode()) + 64 > link.max_packet_bytes:
        raise BrokerError(
            f"A message of {len(payload)} bytes is more than the broker takes.",
            "Raise its max_packet_size.",
        )
