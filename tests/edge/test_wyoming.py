"""The ports over somebody else's Wyoming service, here a small one in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStart
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.server import AsyncEventHandler, AsyncServer
from wyoming.tts import Synthesize

from hearth import port
from hearth.edge.speech import workers
from hearth.edge.speech.sphinx import remembered
from hearth.edge.speech.wyoming import Wire, WyomingMouth, WyomingRecognizer
from hearth.error import ConfigError, EngineError, MissingError
from hearth.event import Health
from hearth.sections.engines import RecognitionConfig, SpeechConfig

Answer = Callable[[Event], list[Event]]


class Service:
    """A Wyoming service that answers as ``answer`` says, and keeps what it was sent."""

    def __init__(self, path: Path) -> None:
        self.uri = f"unix://{path}"
        self.got: list[Event] = []
        self.answer: Answer = lambda event: []

    def handler(self, reader: Any, writer: Any) -> AsyncEventHandler:
        service = self

        class Handler(AsyncEventHandler):
            async def handle_event(self, event: Event) -> bool:
                if Describe.is_type(event.type):
                    await self.write_event(Info().event())
                    return True
                service.got.append(event)
                for reply in service.answer(event):
                    if reply.type == "close":
                        return False
                    await self.write_event(reply)
                return True

        return Handler(reader, writer)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    service = Service(tmp_path / "s.sock")
    server = AsyncServer.from_uri(service.uri)
    await server.start(service.handler)
    yield service
    await server.stop()


async def sound(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def after(kind: str, *replies: Event) -> Answer:
    return lambda event: list(replies) if event.type == kind else []


async def test_a_service_that_streams_its_words(service: Service) -> None:
    service.answer = after(
        "audio-stop",
        TranscriptStart().event(),
        TranscriptChunk("turn on").event(),
        TranscriptChunk(" the lamp").event(),
        Transcript(" turn on the lamp ").event(),
    )
    partials: list[str] = []
    recognizer = WyomingRecognizer(Wire("ear", service.uri, 2))
    await recognizer.expect(["Lamp", "Fan"], ["Attic"])
    heard = await recognizer.recognize(sound(b"ab", b"cd"), partials.append)
    assert heard == port.Transcript("turn on the lamp", 1.0)
    assert partials == ["turn on", "turn on the lamp"]
    wish = Transcribe(language="en", transcript_names=["Fan", "Lamp"], transcript_terms=["Attic"])
    form = {"rate": 16_000, "width": 2, "channels": 1, "timestamp": None}
    assert [(event.type, event.data, event.payload) for event in service.got[2:]] == [
        ("transcribe", wish.event().data, None),
        ("audio-start", form, None),
        ("audio-chunk", form, b"ab"),
        ("audio-chunk", form, b"cd"),
        ("audio-stop", {"timestamp": None}, None),
    ]
    assert [event.type for event in service.got[:2]] == ["transcribe", "ping"]


@pytest.mark.parametrize("text", ["", "[]", "[1, 2]", '{"a": 1}', "\x00", '[["Lamp"], ["Hall"]]'])
def test_names_of_the_last_run_are_read_and_rubbish_is_not(tmp_path: Path, text: str) -> None:
    file = tmp_path / "names.json"
    assert remembered(file) == ((), ())
    file.write_text(text)
    known = (("Lamp",), ("Hall",)) if "Lamp" in text else ((), ())
    assert remembered(file) == known


async def test_a_worker_corrects_what_it_heard_and_says_how_sure_it_is(service: Service) -> None:
    answer = Event("transcript", {"text": "turn it on", "confidence": 0.4})
    partial = Event("partial-transcript", {"text": "turn"})
    service.answer = after("audio-stop", partial, answer)
    partials: list[str] = []
    recognizer = WyomingRecognizer(Wire("ear", service.uri, 2))
    heard = await recognizer.recognize(sound(b"ab"), partials.append)
    assert (heard, partials) == (port.Transcript("turn it on", 0.4), ["turn"])


async def test_a_service_may_answer_before_the_sound_ends(service: Service) -> None:
    service.answer = after("audio-chunk", Transcript("stop").event())

    async def endless() -> AsyncIterator[bytes]:
        yield b"ab"
        await asyncio.Event().wait()

    recognizer = WyomingRecognizer(Wire("ear", service.uri, 2))
    assert (await recognizer.recognize(endless(), lambda _: None)).text == "stop"


async def test_an_error_and_a_closed_connection_are_told(service: Service) -> None:
    recognizer = WyomingRecognizer(Wire("ear", service.uri, 2))
    service.answer = after("audio-stop", Error("no model").event())
    with pytest.raises(EngineError, match="no model"):
        await recognizer.recognize(sound(b"ab"), lambda _: None)
    service.answer = after("audio-chunk", Event("close"))
    with pytest.raises(EngineError, match="stopped in the middle of a sentence"):
        await recognizer.recognize(sound(b"ab"), lambda _: None)


async def test_a_service_that_does_not_answer_is_reported(service: Service) -> None:
    wire = Wire("ear", service.uri, 0.1)
    reasons: list[str] = []
    wire.hung = reasons.append
    with pytest.raises(EngineError, match="stuck"):
        await WyomingRecognizer(wire).recognize(sound(b"ab"), lambda _: None)
    assert reasons == ["it did not answer within 0.1 s"]


async def test_a_service_that_is_not_there_is_told(tmp_path: Path) -> None:
    wire = Wire("mouth", f"unix://{tmp_path}/nothing.sock", 0.2)
    with pytest.raises(EngineError, match="cannot be reached"):
        await anext(WyomingMouth(wire).synthesize("Hello."))


async def test_a_voice_in_stereo_becomes_mono(service: Service) -> None:
    form = {"rate": 22_050, "width": 2, "channels": 2}
    service.answer = after(
        "synthesize",
        AudioStart(**form).event(),
        AudioChunk(audio=b"\x02\x00\x00\x00" * 4, **form).event(),
        AudioStop().event(),
    )
    mouth = WyomingMouth(Wire("mouth", service.uri, 2), "amy")
    pieces = [piece async for piece in mouth.synthesize("Hello.")]
    assert pieces == [port.Pcm(b"\x02\x00" * 4, 22_050)]
    wish = Synthesize.from_event(service.got[0])
    assert (wish.text, wish.voice and wish.voice.name) == ("Hello.", "amy")


async def test_somebody_elses_service_is_watched(service: Service, tmp_path: Path) -> None:
    told: asyncio.Queue[Health] = asyncio.Queue()
    config = SpeechConfig(engine="wyoming", uri=service.uri)
    async with workers.mouth(config, run=tmp_path, tell=told.put_nowait):
        states = [(await told.get()).state for _ in range(2)]
    assert states == ["starting", "ready"]


async def test_a_configuration_that_cannot_work_is_refused(tmp_path: Path) -> None:
    async def start(config: RecognitionConfig, language: str = "en") -> None:
        places = {"state": tmp_path, "run": tmp_path}
        async with workers.ear(config, **places, language=language, tell=lambda _: None):
            raise AssertionError("it started")

    with pytest.raises(ConfigError, match=r"\[recognition\] uri = ''"):
        await start(RecognitionConfig(engine="wyoming"))
    with pytest.raises(MissingError, match=r"vosk-small-en is not there.*hearth models fetch"):
        await start(RecognitionConfig(engine="vosk"))
    with pytest.raises(MissingError, match="only English, not 'de'"):
        await start(RecognitionConfig(), "de")


def test_vosk_is_used_where_its_model_is(tmp_path: Path) -> None:
    assert workers.vosk_model(RecognitionConfig(), tmp_path) is None
    (tmp_path / workers.VOSK_MODEL).mkdir(parents=True)
    assert workers.vosk_model(RecognitionConfig(), tmp_path) == tmp_path / workers.VOSK_MODEL
    assert workers.vosk_model(RecognitionConfig(engine="pocketsphinx"), tmp_path) is None
