"""A Wyoming server for one engine: ``python -m hearth.edge.speech.worker ear|mouth ...``.

Recognizers and voices are native code that can crash or hang, so each lives in a process of its
own. The daemon starts it as a child and speaks Wyoming with it over a Unix socket that only its
user can open (``workers.py``, ``wyoming.py``).

Beside Wyoming's own events the ear sends ``partial-transcript {text}`` after each 200 ms of sound:
what it has understood so far, which a later one may correct (Wyoming's ``transcript-chunk`` can
only append). A ``transcribe`` with other ``transcript_names`` (things) and ``transcript_terms``
(areas, floors) than before makes the ear learn them in the background, even without audio. The
mouth takes a factor ``pace`` beside the voice of a ``synthesize``.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from wyoming.asr import Transcribe
from wyoming.asr import Transcript as WyomingTranscript
from wyoming.audio import AudioChunk, AudioChunkConverter, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info, TtsProgram, TtsVoice
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler, AsyncServer
from wyoming.tts import Synthesize

from hearth import sentences
from hearth.edge.speech.engine import Ear, Sentence, Voice
from hearth.error import HearthError
from hearth.port import RATE_HZ, Manner

log = logging.getLogger(__name__)

PARTIAL = "partial-transcript"
PACE = "pace"
_SOUND_BYTES = 8192


class EarServer:
    """What all connections to the ear share: the engine, its threads and its vocabulary."""

    def __init__(self, ear: Ear) -> None:
        self.ear = ear
        self.slots = asyncio.Semaphore(ear.at_once)
        self.threads: Executor = ThreadPoolExecutor(ear.at_once, "sentence")
        self._teacher = ThreadPoolExecutor(1, "vocabulary")
        self._wanted: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._learning: Future[None] | None = None

    def expect(self, names: tuple[str, ...], terms: tuple[str, ...]) -> None:
        """Learn a vocabulary in the background if it is another than the last."""
        if (names, terms) != self._wanted:
            self._wanted = (names, terms)
            self._learning = self._teacher.submit(self._learn, names, terms)

    async def learned(self) -> None:
        """Wait until the last vocabulary that was wished for is in use."""
        if self._learning:
            await asyncio.wrap_future(self._learning)

    def _learn(self, names: tuple[str, ...], terms: tuple[str, ...]) -> None:
        if self._wanted != (names, terms):
            return  # a newer one waits already
        try:
            self.ear.learn(names, terms)
        except HearthError as error:
            log.warning("the new vocabulary is not used: %s", error)


class EarHandler(AsyncEventHandler):
    """One connection to the ear: one sentence at a time."""

    def __init__(
        self, server: EarServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        super().__init__(reader, writer)
        self._server = server
        self._converter = AudioChunkConverter(rate=RATE_HZ, width=2, channels=1)
        self._sentence: Sentence | None = None
        self._task: asyncio.Task[None] | None = None

    async def handle_event(self, event: Event) -> bool:
        """Answer one event."""
        if AudioChunk.is_type(event.type):
            if self._sentence:
                chunk = self._converter.convert(AudioChunk.from_event(event))
                self._sentence.put(chunk.audio)
        elif AudioStart.is_type(event.type):
            await self.disconnect()
            self._begin()
        elif AudioStop.is_type(event.type):
            if self._sentence:
                self._sentence.end()
        elif Transcribe.is_type(event.type):
            wish = Transcribe.from_event(event)
            if wish.transcript_names is not None:
                names, terms = wish.transcript_names, wish.transcript_terms or ()
                self._server.expect(tuple(names), tuple(terms))
        elif Ping.is_type(event.type):  # asked after a wish: answered once it is learned
            await self._server.learned()
            await self.write_event(Pong(Ping.from_event(event).text).event())
        elif Describe.is_type(event.type):
            await self.write_event(_asr_info(self._server.ear.name).event())
        return True

    async def disconnect(self) -> None:
        """Give up the sentence of a client that went away."""
        if self._sentence:
            self._sentence.abandon()
        if self._task:
            self._task.cancel()
        self._sentence = self._task = None

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        partials: asyncio.Queue[str | None] = asyncio.Queue()

        def tell(text: str) -> None:
            loop.call_soon_threadsafe(partials.put_nowait, text)

        self._sentence = Sentence(self._server.ear, tell)
        self._task = asyncio.create_task(self._transcribe(self._sentence, partials))
        self._task.add_done_callback(_report)

    async def _transcribe(self, sentence: Sentence, partials: asyncio.Queue[str | None]) -> None:
        loop = asyncio.get_running_loop()
        async with self._server.slots:
            result = loop.run_in_executor(self._server.threads, sentence.decode)
            result.add_done_callback(lambda _: partials.put_nowait(None))
            try:
                while (text := await partials.get()) is not None:
                    await self.write_event(Event(PARTIAL, {"text": text}))
                heard = await result
                answer = WyomingTranscript(heard.text).event()
                answer.data["confidence"] = round(heard.confidence, 3)
            except HearthError as error:
                answer = Error(str(error), code=type(error).__name__).event()
            finally:
                # When cancelled: the slot stays taken until the thread has let its decoder go.
                sentence.abandon()
                await asyncio.wait({result})
                result.exception()  # that it was abandoned is no news
        await self.write_event(answer)


class MouthHandler(AsyncEventHandler):
    """One connection to the mouth: sentences one after the other."""

    def __init__(
        self,
        voice: Voice,
        thread: Executor,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        super().__init__(reader, writer)
        self._voice = voice
        self._thread = thread

    async def handle_event(self, event: Event) -> bool:
        """Answer one event."""
        if Synthesize.is_type(event.type):
            await self._speak(Synthesize.from_event(event).text, _manner(event))
        elif Describe.is_type(event.type):
            await self.write_event(_tts_info(self._voice.name).event())
        return True

    async def _speak(self, text: str, manner: Manner) -> None:
        loop = asyncio.get_running_loop()
        try:
            sound = await loop.run_in_executor(self._thread, self._voice.speak, text, manner)
        except HearthError as error:
            await self.write_event(Error(str(error), code=type(error).__name__).event())
            return
        form = {"rate": sound.rate_hz, "width": 2, "channels": 1}
        await self.write_event(AudioStart(**form).event())
        for at in range(0, len(sound.data), _SOUND_BYTES):
            piece = sound.data[at : at + _SOUND_BYTES]
            await self.write_event(AudioChunk(audio=piece, **form).event())
        await self.write_event(AudioStop().event())


def _manner(event: Event) -> Manner:
    """Return how a sentence is to be said; the configured way where the event does not tell."""
    wish, pace = Synthesize.from_event(event), event.data.get(PACE, 1.0)
    name = wish.voice.name if wish.voice else None
    return Manner(str(name or ""), float(pace) if isinstance(pace, int | float) else 1.0)


def _report(task: asyncio.Task[None]) -> None:
    """Log why a sentence's task failed, unless its client went away."""
    if not task.cancelled() and (error := task.exception()):
        quiet = isinstance(error, ConnectionError)
        log.log(logging.DEBUG if quiet else logging.ERROR, "a sentence failed", exc_info=error)


_MAKER = Attribution(name="Hearth", url="")


def _asr_info(name: str) -> Info:
    about: dict[str, Any] = {
        "attribution": _MAKER,
        "installed": True,
        "description": None,
        "version": None,
    }
    model = AsrModel(name=name, languages=["en"], **about)
    return Info(asr=[AsrProgram(name=name, models=[model], **about)])


def _tts_info(name: str) -> Info:
    about: dict[str, Any] = {
        "attribution": _MAKER,
        "installed": True,
        "description": None,
        "version": None,
    }
    voice = TtsVoice(name=name, languages=["en"], speakers=None, **about)
    return Info(tts=[TtsProgram(name=name, voices=[voice], **about)])


def _ear(options: argparse.Namespace) -> Ear:
    if options.engine == "vosk":
        from hearth.edge.speech.vosk import VoskEar  # noqa: PLC0415  # one engine's library a process

        return VoskEar(Path(options.model))
    from hearth.edge.speech.sphinx import SphinxEar  # noqa: PLC0415  # one engine's library a process

    return SphinxEar(Path(options.cache), sentences.load("en"), options.at_once)


def _voice(options: argparse.Namespace) -> Voice:
    from hearth.edge.speech.pyttsx import PyttsxVoice  # noqa: PLC0415  # one engine's library a process

    return PyttsxVoice(options.voice, options.words_per_minute)


async def _serve(options: argparse.Namespace) -> None:
    """Load the engine, then listen: a socket that answers means an engine that is ready."""
    socket = Path(options.socket)
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = AsyncServer.from_uri(f"unix://{socket}")
    if options.part == "ear":
        shared = EarServer(_ear(options))
        await server.run(lambda reader, writer: EarHandler(shared, reader, writer))
    else:
        voice, thread = _voice(options), ThreadPoolExecutor(1, "voice")
        await server.run(lambda reader, writer: MouthHandler(voice, thread, reader, writer))


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hearth.edge.speech.worker", description=__doc__)
    parser.add_argument("part", choices=("ear", "mouth"))
    parser.add_argument("--socket", required=True)
    parser.add_argument("--engine", choices=("pocketsphinx", "vosk", "pyttsx3"))
    parser.add_argument("--model", default="", help="folder of the Vosk model")
    parser.add_argument("--cache", default=".", help="folder for what is built from models")
    parser.add_argument("--at-once", type=int, default=4, help="sentences decoded side by side")
    parser.add_argument("--voice", default="en-us")
    parser.add_argument("--words-per-minute", type=int, default=165)
    return parser.parse_args(arguments)


def main() -> None:
    """Run until SIGTERM; exit status 0 then, 1 where the engine could not start."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    os.umask(0o077)
    code = 0
    try:
        asyncio.run(_serve(_arguments(sys.argv[1:])))
    except HearthError as error:
        log.error("%s", error)
        code = 1
    logging.shutdown()
    os._exit(code)  # a thread that still decodes native code must not hold the end up


if __name__ == "__main__":
    main()
