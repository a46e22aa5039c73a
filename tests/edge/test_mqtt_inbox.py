"""Who gets a message, how often, and when it is acknowledged: decisions without a broker."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from paho.mqtt.client import MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from hearth.edge.mqtt import inbox as mqtt_inbox
from hearth.edge.mqtt.inbox import MqttInbox, subscription_id
from hearth.port import Message


class FakeLink:
    """A connection that notes what is acknowledged."""

    v5 = True

    def __init__(self) -> None:
        self.acked: list[int] = []

    def ack(self, mid: int) -> None:
        self.acked.append(mid)


def raw(
    topic: str = "a/b", payload: bytes = b"x", qos: int = 1, mid: int = 1, **more: object
) -> MQTTMessage:
    message = MQTTMessage(mid, topic.encode())
    message.payload, message.qos = payload, qos
    message.dup = bool(more.get("dup"))
    message.retain = bool(more.get("retain"))
    if filters := more.get("by"):
        message.properties = Properties(PacketTypes.PUBLISH)
        for topic_filter in filters:  # type: ignore[attr-defined]  # a tuple of filters
            message.properties.SubscriptionIdentifier = subscription_id(topic_filter)
    return message


class Handled(list[bytes]):
    """A handler that notes what it got, and waits where it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, message: Message) -> None:
        await self.go.wait()
        self.append(message.payload)


async def kept(_message: Message, _key: str) -> bool:
    return True


async def known(_message: Message, _key: str) -> bool:
    return False


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class Disk:
    """Keeps as it is told to, and knows what was handled."""

    def __init__(self, keep: Callable[[Message, str], Awaitable[bool]]) -> None:
        self.keep = keep
        self.done: list[bytes] = []

    async def handled(self, message: Message, key: str) -> None:
        self.done.append(message.payload)


@pytest.fixture
def make() -> Callable[..., MqttInbox]:
    def make(keep: Callable[[Message, str], Awaitable[bool]] = kept) -> MqttInbox:
        inbox = MqttInbox(Disk(keep), 1000)
        inbox.start()
        inbox.connected("session")
        return inbox

    return make


Make = Callable[..., MqttInbox]


async def test_a_message_is_acknowledged_only_after_disk_and_handler(make: Make) -> None:
    on_disk = asyncio.Event()

    async def keep(_message: Message, _key: str) -> bool:
        await on_disk.wait()
        return True

    inbox, link, handled = make(keep), FakeLink(), Handled()
    handled.go.clear()
    inbox.subscribe("a/#", handled, 1)
    inbox.take(link, raw())
    await settled()
    assert (link.acked, handled) == ([], [])
    on_disk.set()
    await settled()
    assert link.acked == []
    handled.go.set()
    await settled()
    assert (link.acked, handled) == ([1], [b"x"])


async def test_acknowledgements_leave_in_the_order_of_arrival(make: Make) -> None:
    inbox, link, slow, quick = make(), FakeLink(), Handled(), Handled()
    slow.go.clear()
    inbox.subscribe("slow", slow, 1)
    inbox.subscribe("quick", quick, 1)
    inbox.take(link, raw("slow", mid=1))
    inbox.take(link, raw("quick", mid=2))
    await settled()
    assert (quick, link.acked) == ([b"x"], [])
    slow.go.set()
    await settled()
    assert link.acked == [1, 2]


async def test_what_was_handled_and_comes_again_is_only_acknowledged(make: Make) -> None:
    inbox, first, second, handled = make(), FakeLink(), FakeLink(), Handled()
    inbox.subscribe("a/#", handled, 1)
    inbox.take(first, raw())
    await settled()
    inbox.take(second, raw(dup=True))
    await settled()
    assert (handled, first.acked, second.acked) == ([b"x"], [1], [1])
    assert inbox.complaints.counts["duplicates"] == 1


async def test_what_is_being_handled_and_comes_again_is_acknowledged_there(make: Make) -> None:
    inbox, first, second, handled = make(), FakeLink(), FakeLink(), Handled()
    handled.go.clear()
    inbox.subscribe("a/#", handled, 1)
    inbox.take(first, raw())
    await settled()
    inbox.take(second, raw(dup=True))
    handled.go.set()
    await settled()
    assert (handled, first.acked, second.acked) == ([b"x"], [], [1])


async def test_what_an_earlier_process_kept_is_not_handled_again(make: Make) -> None:
    inbox, link, handled = make(known), FakeLink(), Handled()
    inbox.subscribe("a/#", handled, 1)
    inbox.take(link, raw(dup=True))
    await settled()
    assert (handled, link.acked) == ([], [1])


async def test_an_equal_new_message_is_not_a_duplicate(make: Make) -> None:
    """Packet ids come round again; only the broker's DUP makes a redelivery."""
    inbox, link, handled = make(known), FakeLink(), Handled()
    inbox.subscribe("a/#", handled, 1)
    inbox.take(link, raw())
    await settled()
    inbox.take(link, raw())
    await settled()
    assert (handled, link.acked) == ([b"x", b"x"], [1, 1])


async def test_a_new_session_knows_no_duplicates(make: Make) -> None:
    inbox, link, handled = make(), FakeLink(), Handled()
    inbox.subscribe("a/#", handled, 1)
    inbox.take(link, raw())
    await settled()
    inbox.connected("another session")
    inbox.take(link, raw(dup=True))
    await settled()
    assert handled == [b"x", b"x"]


@pytest.mark.looptime
async def test_a_full_disk_holds_the_acknowledgement_but_not_the_house(make: Make) -> None:
    full = True

    async def keep(_message: Message, _key: str) -> bool:
        if full:
            raise OSError("No space left on device")
        return True

    inbox, link, handled = make(keep), FakeLink(), Handled()
    inbox.subscribe("a/#", handled, 1)
    inbox.take(link, raw())
    await asyncio.sleep(20)
    assert (handled, link.acked) == ([b"x"], [])
    full = False
    await asyncio.sleep(6)
    assert (handled, link.acked) == ([b"x"], [1])


async def test_what_waits_for_a_handler_that_leaves_is_acknowledged(make: Make) -> None:
    inbox, link, handled = make(), FakeLink(), Handled()
    handled.go.clear()
    inbox.subscribe("a/#", handled, 1)
    for mid in (1, 2, 3):
        inbox.take(link, raw(mid=mid))
    await settled()
    assert inbox.unsubscribe("a/#", handled)
    assert not inbox.filters()
    handled.go.set()
    await settled()
    assert (handled, link.acked) == ([b"x"], [1, 2, 3])


async def test_a_message_nobody_wants_is_acknowledged(make: Make) -> None:
    inbox, link = make(), FakeLink()
    inbox.take(link, raw())
    assert link.acked == [1]


@pytest.mark.parametrize(
    "message", [raw(payload=bytes(1001)), raw(), raw("a/b")], ids=["large", "topic", "control"]
)
async def test_what_cannot_be_read_is_acknowledged_and_counted(
    make: Make, message: MQTTMessage
) -> None:
    inbox, link, handled = make(), FakeLink(), Handled()
    if len(message.payload) <= 1000:
        message.topic = b"a/\xff"  # type: ignore[assignment]  # what paho stores
    inbox.subscribe("a/#", handled, 1)
    inbox.take(link, message)
    await settled()
    assert (handled, link.acked) == ([], [1])
    assert sum(inbox.complaints.counts.values()) == 1


async def test_a_slow_handler_keeps_the_newest_of_qos_0_and_all_of_qos_1(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt_inbox, "_QUEUE", 3)
    inbox, link, handled = make(), FakeLink(), Handled()
    handled.go.clear()
    inbox.subscribe("a/#", handled, 1)
    inbox.take(link, raw(payload=b"taken", qos=0))
    await settled()
    for n in range(5):
        inbox.take(link, raw(payload=b"loose %d" % n, qos=0))
        inbox.take(link, raw(payload=b"sure %d" % n, mid=n + 1))
    await settled()
    handled.go.set()
    for _ in range(10):
        await settled()
    assert [x for x in handled if x.startswith(b"loose")] == [b"loose 2", b"loose 3", b"loose 4"]
    assert [x for x in handled if x.startswith(b"sure")] == [b"sure %d" % n for n in range(5)]
    assert inbox.complaints.counts["dropped"] == 2


async def test_mqtt_5_names_the_subscription_of_each_copy(make: Make) -> None:
    inbox, link, wide, narrow = make(), FakeLink(), Handled(), Handled()
    inbox.subscribe("a/#", wide, 1)
    inbox.subscribe("a/+", narrow, 1)
    inbox.take(link, raw(mid=1, by=("a/#",)))
    inbox.take(link, raw(mid=2, by=("a/+",)))
    inbox.take(link, raw(mid=3, payload=b"both", by=("a/#", "a/+")))
    await settled()
    assert (wide, narrow) == ([b"x", b"both"], [b"x", b"both"])
    assert link.acked == [1, 2, 3]


@pytest.mark.looptime
async def test_copies_by_mqtt_3_1_1_count_once_but_a_later_repeat_counts(make: Make) -> None:
    inbox, link, wide, narrow = make(), FakeLink(), Handled(), Handled()
    inbox.subscribe("a/#", wide, 0)
    inbox.subscribe("a/+", narrow, 0)
    for _ in range(2):  # a press, and another a second later, each in two copies
        inbox.take(link, raw(qos=0))
        inbox.take(link, raw(qos=0))
        await asyncio.sleep(1)
    assert (wide, narrow) == ([b"x", b"x"], [b"x", b"x"])


async def test_user_properties_come_with_the_message(make: Make) -> None:
    inbox, got = make(), list[Message]()
    inbox.listen("a/#", got.append)
    message = raw(qos=0)
    message.properties = Properties(PacketTypes.PUBLISH)
    message.properties.UserProperty = ("unit", "°C")
    inbox.take(FakeLink(), message)
    assert got == [Message("a/b", b"x", properties={"unit": "°C"})]


def test_subscription_ids_are_those_of_any_process() -> None:
    """They are stored by the broker, so they may never change."""
    assert subscription_id("zigbee2mqtt/#") == subscription_id("zigbee2mqtt/#")
    assert subscription_id("a/#") != subscription_id("a/+")
    assert 1 <= subscription_id("hermes/audioServer/+/audioFrame") <= 268_435_455
