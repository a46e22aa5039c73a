"""Hermes with a satellite, through the real Mosquitto: sound both ways, and the dialogue."""

import asyncio
import contextlib
import io
import json
import wave
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hearth.bus import Bus, Inbox
from hearth.edge.broker import Broker
from hearth.edge.hermes.audio import HermesEars, HermesSpeaker
from hearth.edge.hermes.dialogue import HermesDialogue
from hearth.edge.hermes.satellite import Satellite
from hearth.edge.mqtt.client import Mqtt
from hearth.error import EngineError
from hearth.event import (
    Answered,
    Event,
    Heard,
    Hush,
    Listen,
    Say,
    Spoken,
    Understood,
    Unheard,
    Woken,
)
from hearth.port import Command, Message, Pcm
from hearth.sections.engines import MqttConfig

pytestmark = pytest.mark.live

RATE_HZ = 22_050


@dataclass
class House:
    """Hearth's side of Hermes, and what reached it."""

    config: MqttConfig
    mqtt: Mqtt
    bus: Bus
    events: Inbox[Event]
    ears: HermesEars
    frames: list[tuple[str, bytes]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    async def event(self, kind: type[Event]) -> Event:
        """Return the next event of a kind."""
        async with asyncio.timeout(5):
            while True:
                if isinstance(event := await self.events.get(), kind):
                    return event


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    bus, frames, stopped = Bus(), [], []
    async with (
        Broker(tmp_path, lambda health: None) as broker,
        Mqtt(broker.mqtt(MqttConfig()), tell=lambda health: None) as mqtt,
    ):
        ears = HermesEars(mqtt, lambda site, payload: frames.append((site, payload)))
        dialogue = HermesDialogue(
            mqtt,
            bus,
            understand=understand,
            stop_listening=stopped.append,
            open_ear=ears.open,
        )
        tasks = [asyncio.create_task(mqtt.run()), asyncio.create_task(dialogue.run())]
        await mqtt.wait_connected(10)
        config = broker.mqtt(MqttConfig())
        yield House(config, mqtt, bus, bus.subscribe(Event), ears, frames, stopped)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def understand(text: str, _site: str) -> tuple[Command, ...]:
    if text != "turn on the lamp":
        return ()
    return (Command("HassTurnOn", {"name": "lamp"}, ("light.lamp",), 0.9),)


@dataclass
class Other:
    """Another program at the same broker: it sends, and sees what Hearth says."""

    mqtt: Mqtt
    got: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    async def send(self, topic: str, body: object) -> None:
        payload = body if isinstance(body, bytes) else json.dumps(body)
        await self.mqtt.publish(topic, payload, qos=1)

    async def until(self, *topics: str) -> list[dict[str, object]]:
        """Wait for messages on these topics; return their bodies in that order."""
        async with asyncio.timeout(5):
            while not {t for t, _ in self.got} >= set(topics):  # noqa: ASYNC110  # a list
                await asyncio.sleep(0.01)
        return [next(body for topic, body in self.got if topic == wanted) for wanted in topics]


@pytest.fixture
async def other(house: House) -> AsyncIterator[Other]:
    config = MqttConfig(
        host=house.config.host,
        port=house.config.port,
        username=house.config.username,
        password_file=house.config.password_file,
        client_id="other",
    )
    async with Mqtt(config, tell=lambda health: None) as mqtt:
        program = Other(mqtt)

        def note(message: Message) -> None:
            with contextlib.suppress(ValueError):
                program.got.append((message.topic, json.loads(message.payload)))

        for topics in ("asr", "nlu", "hotword", "intent", "dialogueManager", "tts", "error"):
            mqtt.listen(f"hermes/{topics}/#", note)
        task = asyncio.create_task(mqtt.run())
        await mqtt.wait_connected(10)
        yield program
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def sound(seconds: float) -> AsyncGenerator[Pcm, None]:
    """A sentence in pieces, as a voice makes it."""
    for _ in range(4):
        yield Pcm(b"\x10\x00" * int(RATE_HZ * seconds / 4), RATE_HZ)


def nothing() -> None:
    """Nobody asked when the sound began."""


async def test_frames_of_several_rooms_arrive_in_order(house: House) -> None:
    samples = b"".join(n.to_bytes(2, "little") for n in range(16_000))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(samples)
    async with (
        Satellite(house.config, "kitchen", speed=0) as kitchen,
        Satellite(house.config, "bath.room-2", speed=0) as bath,
    ):
        await asyncio.gather(kitchen.say(file.getvalue()), bath.say(file.getvalue()))
        async with asyncio.timeout(5):
            while len(house.frames) < 32:  # noqa: ASYNC110  # a list, not an event
                await asyncio.sleep(0.01)
    for site in ("kitchen", "bath.room-2"):
        chunks = [payload for name, payload in house.frames if name == site]
        assert b"".join(_frames(chunk) for chunk in chunks) == samples


def _frames(chunk: bytes) -> bytes:
    with wave.open(io.BytesIO(chunk)) as file:
        return file.readframes(file.getnframes())


async def test_a_frame_that_is_none_is_counted_and_nothing_else(house: House) -> None:
    async with Satellite(house.config, "kitchen", speed=0) as kitchen:
        await kitchen.send(b"no WAV at all")  # the listener's matter: it is handed on as it is
        for topic in ("hermes/audioServer/bad site/audioFrame", "hermes/audioServer//audioFrame"):
            await kitchen.mqtt.publish(topic, b"x")
        await kitchen.mqtt.publish("hermes/audioServer/attic/audioFrame", b"old", retain=True)
        await house.mqtt.round_trip()
        await kitchen.mqtt.round_trip()
        await house.mqtt.round_trip()
    assert ("kitchen", b"no WAV at all") in house.frames
    assert {site for site, _ in house.frames} <= {"kitchen", "attic"}


async def test_a_site_that_is_toggled_off_is_deaf_until_it_is_asked(
    house: House, other: Other
) -> None:
    async with Satellite(house.config, "kitchen", speed=0) as kitchen:
        await other.send("hermes/hotword/toggleOff", {"siteId": "kitchen"})
        await other.mqtt.round_trip()
        await house.mqtt.round_trip()
        await kitchen.send(b"1")
        await other.send("hermes/asr/startListening", {"siteId": "kitchen"})
        assert await house.event(Listen) == Listen("kitchen", 8.0)
        await kitchen.send(b"2")
        await other.send("hermes/hotword/toggleOn", {"siteId": "kitchen"})
        await other.mqtt.round_trip()
        await kitchen.send(b"3")
        await kitchen.mqtt.round_trip()
        await house.mqtt.round_trip()
    assert [payload for _, payload in house.frames] == [b"2", b"3"]


@pytest.mark.parametrize("piece_ms", [0, 100])
async def test_a_sentence_is_played_whole(house: House, piece_ms: int, tmp_path: Path) -> None:
    speaker = HermesSpeaker(house.mqtt, finished_timeout_s=2, piece_ms=piece_ms)
    began: list[int] = []
    async with Satellite(house.config, "kitchen") as kitchen:
        heard_ms = await speaker.play(
            "kitchen", sound(1.0), lambda: began.append(len(kitchen.playbacks))
        )
        await kitchen.silent(2)
        played_ms = kitchen.save(tmp_path / "played.wav")
    assert began == [0]
    assert heard_ms == pytest.approx(1000, abs=1)
    assert played_ms == pytest.approx(1000, abs=1)
    assert len(kitchen.playbacks) == (1 if piece_ms == 0 else 10)


@pytest.mark.parametrize(("piece_ms", "obeys"), [(0, True), (100, True), (100, False)])
async def test_a_stop_is_heard_within_200_ms(house: House, piece_ms: int, obeys: bool) -> None:
    """Even by a satellite that cannot be stopped, where sentences go in pieces.

    The best of five counts: the machine may be busy with other things.
    """
    speaker = HermesSpeaker(house.mqtt, finished_timeout_s=2, piece_ms=piece_ms)
    loop = asyncio.get_running_loop()
    silent_after_s = []
    async with Satellite(house.config, "kitchen", stops=obeys) as kitchen:
        for _ in range(5):
            kitchen.playbacks.clear()
            speech = asyncio.create_task(speaker.play("kitchen", sound(5.0), nothing))
            await asyncio.sleep(0.5)
            stopped = loop.time()
            speech.cancel()
            await asyncio.gather(speech, return_exceptions=True)
            await kitchen.silent(5)
            silent_after_s.append(loop.time() - stopped)
            assert sum(playback.played_ms for playback in kitchen.playbacks) < 2000
        # It speaks again at once.
        assert await speaker.play("kitchen", sound(0.2), nothing) == pytest.approx(200, abs=1)
    assert min(silent_after_s) < 0.2


async def test_a_room_without_a_speaker_is_an_error_in_time(house: House) -> None:
    speaker = HermesSpeaker(house.mqtt, finished_timeout_s=0.2)
    with pytest.raises(EngineError, match=r"speaker of attic does not answer.*satellite is on"):
        await speaker.play("attic", sound(0.1), nothing)
    with pytest.raises(EngineError, match="not the name of a site"):
        await speaker.play("a/#", sound(0.1), nothing)


async def test_a_word_of_another_satellite_does_not_end_a_sentence(house: House) -> None:
    speaker = HermesSpeaker(house.mqtt, finished_timeout_s=0.3)
    speech = asyncio.create_task(speaker.play("attic", sound(0.1), nothing))
    for body in (b"{", b"[]", b"", b"\xff", b'{"id": ["x"]}', b'{"id":"other"}', b"[" * 100_000):
        await house.mqtt.publish("hermes/audioServer/attic/playFinished", body)
    with pytest.raises(EngineError):
        await speech


async def test_a_text_by_mqtt_is_spoken_and_never_obeyed(house: House, other: Other) -> None:
    await other.send(
        "hermes/tts/say", {"text": "turn on\n the lamp", "siteId": "kitchen", "id": "7"}
    )
    assert await house.event(Say) == Say("kitchen", "turn on the lamp")
    house.bus.publish(Spoken("kitchen", "turn on the lamp", "turn on the lamp"))
    (finished,) = await other.until("hermes/tts/sayFinished")
    assert finished == {"id": "7", "siteId": "kitchen", "sessionId": None}


async def test_a_query_is_answered_and_moves_nothing(house: House, other: Other) -> None:
    await other.send("hermes/nlu/query", {"input": "turn on the lamp", "id": "1"})
    await other.send("hermes/nlu/query", {"input": "sing", "id": "2"})
    intent, unknown = await other.until(
        "hermes/intent/HassTurnOn", "hermes/nlu/intentNotRecognized"
    )
    assert intent == {
        "input": "turn on the lamp",
        "id": "1",
        "siteId": "default",
        "sessionId": None,
        "intent": {"intentName": "HassTurnOn", "confidenceScore": 0.9},
        "slots": [
            {
                "entity": "name",
                "slotName": "name",
                "rawValue": "lamp",
                "value": {"kind": "Unknown", "value": "lamp"},
            }
        ],
    }
    assert unknown["input"] == "sing"
    assert len(house.events) == 0


async def test_a_turn_is_told_from_its_word_to_its_end(house: House, other: Other) -> None:
    publish: Callable[[Event], None] = house.bus.publish
    publish(Woken("kitchen", "okay nabu", 0.8))
    publish(Heard("kitchen", "turn on the lamp", 0.7, turn="t", audio_ms=1500))
    publish(Understood("kitchen", "t", "turn on the lamp", "HassTurnOn", {"name": "lamp"}))
    publish(Answered("kitchen", "t", "Done."))
    await other.until("hermes/dialogueManager/sessionEnded")
    bodies = dict(other.got)
    sessions = {body["sessionId"] for body in bodies.values()}
    assert [topic for topic, _ in other.got] == [
        "hermes/dialogueManager/sessionStarted",
        "hermes/hotword/okay_nabu/detected",
        "hermes/asr/textCaptured",
        "hermes/intent/HassTurnOn",
        "hermes/dialogueManager/sessionEnded",
    ]
    assert len(sessions) == 1
    assert bodies["hermes/asr/textCaptured"]["seconds"] == 1.5
    assert bodies["hermes/dialogueManager/sessionEnded"]["termination"] == {"reason": "nominal"}
    # Our own word came back to us, and is not taken for a satellite's.
    await house.mqtt.round_trip()
    assert not [e for e in house.events._queue if isinstance(e, Listen | Hush)]


async def test_silence_and_faults_end_a_session_too(house: House, other: Other) -> None:
    house.bus.publish(Woken("kitchen", "hey"))
    house.bus.publish(Unheard("kitchen", "silence"))
    (ended,) = await other.until("hermes/dialogueManager/sessionEnded")
    assert ended["termination"] == {"reason": "timeout"}


async def test_a_satellites_own_wake_word_opens_the_ear(house: House, other: Other) -> None:
    await other.send("hermes/hotword/porcupine/detected", {"siteId": "kitchen", "modelId": "x"})
    assert await house.event(Hush) == Hush("kitchen", "barge_in")
    assert await house.event(Listen) == Listen("kitchen", 8.0)


async def test_other_programs_lead_a_dialogue(house: House, other: Other) -> None:
    topic = "hermes/dialogueManager"
    init = {"type": "action", "text": "Shall I?", "canBeEnqueued": True, "intentFilter": None}
    await other.send(f"{topic}/startSession", {"init": init, "siteId": "hall", "customData": "c"})
    assert await house.event(Say) == Say("hall", "Shall I?")
    house.bus.publish(Spoken("hall", "Shall I?", "Shall I?"))
    assert await house.event(Listen) == Listen("hall", 8.0)
    (started,) = await other.until(f"{topic}/sessionStarted")
    session = started["sessionId"]
    await other.send(f"{topic}/continueSession", {"sessionId": session, "text": "Really?"})
    assert await house.event(Say) == Say("hall", "Really?")
    await other.send(f"{topic}/endSession", {"sessionId": session, "text": "Bye."})
    assert await house.event(Say) == Say("hall", "Bye.")
    house.bus.publish(Spoken("hall", "Bye.", "Bye."))
    (ended,) = await other.until(f"{topic}/sessionEnded")
    assert ended == {
        "sessionId": session,
        "siteId": "hall",
        "customData": "c",
        "termination": {"reason": "nominal"},
    }


async def test_a_notification_is_spoken(house: House, other: Other) -> None:
    init = {"type": "notification", "text": "The door is open."}
    await other.send("hermes/dialogueManager/startSession", {"init": init, "siteId": "hall"})
    assert await house.event(Say) == Say("hall", "The door is open.")
    house.bus.publish(Spoken("hall", "The door is open.", ""))  # quiet hours: not said
    (ended,) = await other.until("hermes/dialogueManager/sessionEnded")
    assert ended["siteId"] == "hall"


async def test_a_request_to_stop_listening_is_kept(house: House, other: Other) -> None:
    await other.send("hermes/asr/stopListening", {"siteId": "kitchen"})
    async with asyncio.timeout(5):
        while not house.stopped:  # noqa: ASYNC110  # a list, not an event
            await asyncio.sleep(0.01)
    assert house.stopped == ["kitchen"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        {"siteId": "../etc", "text": "x", "input": "x"},
        {"siteId": "a b\n", "text": "x", "input": "x"},
        {"siteId": 7, "text": "x", "input": "x"},
        {"siteId": "kitchen", "text": ["x"], "input": {"x": 1}, "sessionId": 5, "init": "go"},
        {"siteId": "k" * 65, "text": "x" * 3000, "input": "x" * 3000, "init": {"type": "nuke"}},
    ],
    ids=str,
)
async def test_a_wrong_request_is_counted_and_the_next_is_served(
    house: House, other: Other, body: object
) -> None:
    for topic in (
        "tts/say",
        "asr/startListening",
        "nlu/query",
        "dialogueManager/startSession",
        "dialogueManager/continueSession",
        "hotword/x/detected",
        "hotword/toggleOff",
    ):
        await other.send(f"hermes/{topic}", body)
    await other.send("hermes/tts/say", {"text": "fine"})
    assert await house.event(Event) == Say("default", "fine")
    assert house.ears.deaf <= {"kitchen"}  # one of them is a right `toggleOff`
    assert await house.mqtt.round_trip() < 1
