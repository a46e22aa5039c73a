"""What may be published and subscribed, and what becomes of it while links come and go."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from hearth.edge.mqtt.link import MAX_INFLIGHT
from hearth.edge.mqtt.outbox import MqttOutbox, check_topic
from hearth.error import BrokerError

FINE = ReasonCode(PacketTypes.PUBACK, "Success")


class FakeLink:
    """A connection that takes what it is given."""

    congested = False
    max_packet_bytes = 1000

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, float | None]] = []

    def publish(
        self, topic: str, payload: bytes, qos: int, retain: bool, expiry_s: float | None
    ) -> int:
        self.sent.append((payload, expiry_s))
        return len(self.sent)

    @property
    def payloads(self) -> list[bytes]:
        return [payload for payload, _ in self.sent]


def deliver(outbox: MqttOutbox, payload: bytes, expiry_s: float | None = 30) -> asyncio.Task[None]:
    return asyncio.create_task(outbox.deliver("lamp/set", payload, False, expiry_s))


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_is_not_acknowledged_goes_over_the_next_link() -> None:
    outbox, first, second = MqttOutbox(10), FakeLink(), FakeLink()
    outbox.opened(first)  # type: ignore[arg-type]  # a fake
    task = deliver(outbox, b"ON")
    await settled()
    outbox.ended()
    outbox.published(first, 1, FINE)  # type: ignore[arg-type]  # too late: that link is gone
    assert not task.done()
    outbox.opened(second)  # type: ignore[arg-type]  # a fake
    outbox.published(second, 1, FINE)  # type: ignore[arg-type]  # a fake
    await task
    assert (first.payloads, second.payloads) == ([b"ON"], [b"ON"])


async def test_no_more_than_the_window_is_under_way() -> None:
    outbox, link = MqttOutbox(100), FakeLink()
    outbox.opened(link)  # type: ignore[arg-type]  # a fake
    tasks = [deliver(outbox, b"%d" % n) for n in range(50)]
    await settled()
    assert len(link.sent) == MAX_INFLIGHT
    for mid in range(1, 51):
        outbox.published(link, mid, FINE)  # type: ignore[arg-type]  # a fake
        await settled()
    await asyncio.gather(*tasks)
    assert link.payloads == [b"%d" % n for n in range(50)]


@pytest.mark.looptime
async def test_the_broker_is_told_the_time_that_is_left() -> None:
    outbox, link = MqttOutbox(10), FakeLink()
    tasks = [deliver(outbox, b"a", 30), deliver(outbox, b"b", None)]
    await asyncio.sleep(20)
    outbox.opened(link)  # type: ignore[arg-type]  # a fake
    assert link.sent == [(b"a", pytest.approx(10)), (b"b", None)]
    for mid in (1, 2):
        outbox.published(link, mid, FINE)  # type: ignore[arg-type]  # a fake
    await asyncio.gather(*tasks)


async def test_a_message_that_ends_each_link_is_given_up() -> None:
    outbox = MqttOutbox(10)
    task = deliver(outbox, b"poison")
    await settled()
    for _ in range(6):
        outbox.opened(FakeLink())  # type: ignore[arg-type]  # a fake
        outbox.ended()
    with pytest.raises(BrokerError, match="ended 5 times over a message"):
        await task


async def test_a_link_that_has_just_ended_is_not_a_try() -> None:
    class Dead(FakeLink):
        def publish(self, *_: object) -> int:
            raise BrokerError("The connection to the broker has just ended.")

    outbox, alive = MqttOutbox(100), FakeLink()
    outbox.opened(Dead())  # type: ignore[arg-type]  # a fake
    tasks = [deliver(outbox, b"%d" % n) for n in range(50)]
    await settled()
    outbox.ended()
    outbox.opened(alive)  # type: ignore[arg-type]  # a fake
    assert alive.payloads == [b"%d" % n for n in range(MAX_INFLIGHT)]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_is_larger_than_the_broker_takes_is_refused_at_once() -> None:
    outbox = MqttOutbox(10)
    outbox.opened(FakeLink())  # type: ignore[arg-type]  # a fake
    with pytest.raises(BrokerError, match="1001 bytes is more than the broker takes"):
        await outbox.deliver("lamp/set", bytes(1001), False, None)
    with pytest.raises(BrokerError, match="more than the broker takes"):
        outbox.send("lamp/set", bytes(1001), False, None)


async def test_a_broker_that_reads_nothing_is_not_fed_for_ever() -> None:
    outbox, link = MqttOutbox(10), FakeLink()
    link.congested, link.max_packet_bytes = True, 10_000_000
    outbox.opened(link)  # type: ignore[arg-type]  # a fake
    for _ in range(4):
        outbox.send("hermes/audio", bytes(1_000_000), False, None)
    with pytest.raises(BrokerError, match="does not take what we send"):
        outbox.send("hermes/audio", bytes(1_000_000), False, None)
    assert len(link.sent) == 4


@pytest.mark.parametrize(
    "topic",
    ["", "a/+", "#", "a\0b", "a\nb", "a\x7f", "a\ud800", "a\ufffe", "x" * 65_536, "é" * 40_000],
)
def test_what_is_no_topic_is_refused(topic: str) -> None:
    with pytest.raises(BrokerError):
        check_topic(topic)


@pytest.mark.parametrize("topic", ["a#", "a/#/b", "a+/b", "#/a", "\x01/#"])
def test_what_is_no_filter_is_refused(topic: str) -> None:
    with pytest.raises(BrokerError):
        check_topic(topic, "+#")


@pytest.mark.parametrize("topic", ["#", "+", "a/+/b", "a/#", "+/+", "a b/é/\U0001f4a1"])
def test_filters_are_taken(topic: str) -> None:
    check_topic(topic, "+#")


@given(
    st.text(
        st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="+#"), min_size=1
    )
)
def test_any_plain_text_is_a_topic(text: str) -> None:
    check_topic(text)


@given(st.text(), st.characters(categories=("Cc", "Cs")))
def test_a_control_character_anywhere_is_refused_in_plain_words(text: str, bad: str) -> None:
    with pytest.raises(BrokerError) as refused:
        check_topic(text + bad)
    assert str(refused.value).isascii()
    assert str(refused.value).isprintable()
