"""Whatever another program sends, it is a request to speak or listen, or nothing."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from hypothesis import given
from hypothesis import strategies as st

from hearth.bus import Bus
from hearth.edge.hermes.audio import SITE, HermesEars
from hearth.edge.hermes.dialogue import HermesDialogue
from hearth.event import Event, Hush, Listen, Say
from hearth.port import Command, Message


async def understands(text: str, site: str) -> tuple[Command, ...]:
    return (Command("HassTurnOn", {"name": text}),)


async def understands_nothing(text: str, site: str) -> tuple[Command, ...]:
    return ()


class FakeMqtt:
    """A client without a broker."""

    def __init__(self) -> None:
        self.handlers: dict[str, Callable[[Message], Awaitable[None]]] = {}
        self.listeners: dict[str, Callable[[Message], None]] = {}
        self.sent: list[tuple[str, object]] = []

    def subscribe(
        self, topic_filter: str, handler: Callable[[Message], Awaitable[None]], *, qos: int = 0
    ) -> None:
        self.handlers[topic_filter] = handler

    def unsubscribe(self, topic_filter: str, handler: object) -> None:
        del self.handlers[topic_filter]

    def listen(self, topic_filter: str, listener: Callable[[Message], None]) -> None:
        self.listeners[topic_filter] = listener

    async def publish(
        self, topic: str, payload: bytes | str, *, qos: int = 0, retain: bool = False
    ) -> None:
        self.sent.append((topic, json.loads(payload)))


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
near = st.fixed_dictionaries(
    {},
    optional={
        "siteId": anything | st.from_regex(SITE, fullmatch=True),
        "sessionId": anything,
        "text": anything | st.text(min_size=1),
        "input": anything | st.text(min_size=1),
        "id": anything,
        "customData": anything,
        "init": anything
        | st.fixed_dictionaries(
            {"type": st.sampled_from(["action", "notification", "nuke"])},
            optional={"text": st.text() | st.none()},
        ),
    },
)


@given(body=near | anything, data=st.data())
def test_any_body_is_survived_and_moves_nothing(body: object, data: st.DataObject) -> None:
    async def story() -> tuple[list[Event], FakeMqtt]:
        mqtt, bus = FakeMqtt(), Bus()
        events = bus.subscribe(Event)
        ears = HermesEars(mqtt, lambda site, payload: None)
        HermesDialogue(
            mqtt,
            bus,
            understand=understands,
            stop_listening=lambda site: None,
            open_ear=ears.open,
        )
        topic = data.draw(st.sampled_from(sorted(mqtt.handlers)))
        message = Message(topic.replace("+", "x"), json.dumps(body).encode())
        await mqtt.handlers[topic](message)
        for topic_filter in ("hermes/hotword/toggleOff", "hermes/hotword/toggleOn"):
            mqtt.listeners[topic_filter](Message(topic_filter, message.payload))
        await asyncio.sleep(0)
        return [events._queue[n] for n in range(len(events))], mqtt

    events, mqtt = asyncio.run(story())
    assert all(isinstance(event, Say | Listen | Hush) for event in events)
    for event in events:
        assert SITE.fullmatch(event.site)  # type: ignore[attr-defined]  # each of the three has one
        if isinstance(event, Say):
            assert event.turn == ""  # as its own thought: quiet hours hold
    for topic, _ in mqtt.sent:
        assert topic.startswith(
            ("hermes/intent/HassTurnOn", "hermes/dialogueManager/session", "hermes/tts/sayFinished")
        )


@given(st.binary())
def test_any_bytes_are_survived(payload: bytes) -> None:
    async def story() -> None:
        mqtt = FakeMqtt()
        ears = HermesEars(mqtt, lambda site, payload: None)
        HermesDialogue(
            mqtt,
            Bus(),
            understand=understands_nothing,
            stop_listening=lambda site: None,
            open_ear=ears.open,
        )
        for topic, handler in mqtt.handlers.items():
            await handler(Message(topic, payload))
        for topic, listener in mqtt.listeners.items():
            listener(Message(topic, payload))

    asyncio.run(story())
