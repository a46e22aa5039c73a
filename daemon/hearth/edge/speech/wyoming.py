"""Wyoming services as ports: a recognizer and a mouth over ``unix://`` or ``tcp://``.

The service may be Hearth's own worker (``worker.py``) or anybody's (faster-whisper, piper ...).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from wyoming.asr import Transcribe, TranscriptChunk
from wyoming.asr import Transcript as WyomingTranscript
from wyoming.audio import AudioChunk, AudioChunkConverter, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize, SynthesizeVoice

from hearth.error import EngineError
from hearth.port import PLAIN, RATE_HZ, Manner, Pcm, Transcript

PARTIAL = "partial-transcript"
"""The worker's event beside Wyoming's own: what is understood so far, as a whole."""

PACE = "pace"
"""What Hearth's own mouth takes beside a ``synthesize``: a factor; other services ignore it."""

_RETRY_S = 0.1
_CLOSE_S = 0.2
_LOST = "The {} stopped in the middle of a sentence."
_REMEDY = "It is restarted by itself; `hearth check` shows its state."


class Wire:
    """How to reach one service.

    Args:
        part: The part's name in errors (``ear``, ``mouth``).
        uri: ``unix:///path`` or ``tcp://host:port``.
        timeout_s: The longest wait for the service to be reached, to read, or to answer.

    Attributes:
        hung: Called with the reason when it did not answer in time, to have it killed.
    """

    def __init__(self, part: str, uri: str, timeout_s: float) -> None:
        self.hung: Callable[[str], None] | None = None
        self.part = part
        self.timeout_s = timeout_s
        self._uri = uri

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[AsyncClient]:
        """Connect to a service that answers, and disconnect.

        Waits for one that is just being started again. Turns lost connections and timeouts into
        EngineError, and reports a service that hangs.
        """
        client: AsyncClient | None = None
        try:
            client, _ = await self._reach()
            yield client
        except TimeoutError:
            reason = f"it did not answer within {self.timeout_s:g} s"
            if self.hung:
                self.hung(reason)
            raise EngineError(f"The {self.part} is stuck: {reason}.", _REMEDY) from None
        except (OSError, EOFError) as error:
            raise EngineError(_LOST.format(self.part), _REMEDY) from error
        finally:
            if client:
                await _disconnect(client)

    async def info(self) -> Info:
        """Ask what the service is. Raises EngineError."""
        try:
            client, info = await self._reach()
        except TimeoutError:
            raise EngineError(f"The {self.part} does not answer.", _REMEDY) from None
        await _disconnect(client)
        return info

    async def _reach(self) -> tuple[AsyncClient, Info]:
        """Connect and exchange ``describe`` and ``info``: only an answer shows that it lives.

        Raises TimeoutError where it takes the connection and does not answer, EngineError where
        there is nothing to connect to.
        """
        until = asyncio.get_running_loop().time() + self.timeout_s
        while True:
            client = AsyncClient.from_uri(self._uri)
            try:
                async with asyncio.timeout_at(until):
                    await client.connect()
                    await client.write_event(Describe().event())
                    while not Info.is_type((event := await self.read(client)).type):
                        pass
                    return client, Info.from_event(event)
            except (OSError, EOFError, EngineError) as error:
                await _disconnect(client)
                if isinstance(error, TimeoutError):
                    raise
                if asyncio.get_running_loop().time() + _RETRY_S >= until:
                    what = f"The {self.part} cannot be reached at {self._uri}."
                    raise EngineError(what, _REMEDY) from error
                await asyncio.sleep(_RETRY_S)
            except BaseException:
                await _disconnect(client)
                raise

    async def write(self, client: AsyncClient, event: Event) -> None:
        """Send one event. Raises TimeoutError when the service does not take it."""
        async with asyncio.timeout(self.timeout_s):
            await client.write_event(event)

    async def read(self, client: AsyncClient) -> Event:
        """Wait for the next event, without a limit. Raises EngineError for an error or the end."""
        event = await client.read_event()
        if event is None:
            raise EngineError(_LOST.format(self.part), _REMEDY)
        if Error.is_type(event.type):
            raise EngineError(f"The {self.part} failed: {Error.from_event(event).text}")
        return event


async def _disconnect(client: AsyncClient) -> None:
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_CLOSE_S):  # a stopped peer never takes what is left
            await client.disconnect()


class WyomingRecognizer:
    """Fills the port Recognizer by a Wyoming speech-to-text service."""

    def __init__(self, wire: Wire, language: str = "en") -> None:
        self._wire = wire
        self._language = language
        self._names: list[str] = []
        self._terms: list[str] = []

    async def recognize(
        self, audio: AsyncIterator[bytes], partial: Callable[[str], None]
    ) -> Transcript:
        """Send 16 kHz PCM while it comes and return the words; see the port."""
        async with self._wire.connected() as client:
            alive = asyncio.Event()
            reading = asyncio.create_task(self._read(client, partial, alive))
            sending = asyncio.create_task(self._send(client, audio))
            try:
                # A service may answer before the audio ends; a crash shows by its closed end.
                await asyncio.wait({reading, sending}, return_when=asyncio.FIRST_COMPLETED)
                if not reading.done():
                    await sending
                while not reading.done():
                    alive.clear()
                    progress = asyncio.create_task(alive.wait())
                    done, _ = await asyncio.wait(
                        {reading, progress},
                        timeout=self._wire.timeout_s,
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                    progress.cancel()
                    if not done:
                        raise TimeoutError
                return reading.result()
            finally:
                for task in (reading, sending):
                    task.cancel()
                await asyncio.gather(reading, sending, return_exceptions=True)

    async def expect(self, names: Sequence[str], terms: Sequence[str]) -> None:
        """Tell the service the names of things, and of areas and floors, that it may hear.

        Hearth's own ear learns them in the background, and this returns once it has (about 2 s);
        a service that knows no ping is not waited for beyond the timeout. They are repeated with
        each sentence, so a service that was restarted learns them, too. Raises EngineError if it
        is not reached.
        """
        self._names, self._terms = sorted(set(names)), sorted(set(terms))
        async with self._wire.connected() as client:
            await self._wire.write(client, self._wish())
            await self._wire.write(client, Ping().event())
            with suppress(TimeoutError):
                async with asyncio.timeout(self._wire.timeout_s):
                    while not Pong.is_type((await self._wire.read(client)).type):
                        pass

    async def remind(self) -> None:
        """Repeat the vocabulary, for a service that was restarted. Raises EngineError."""
        async with self._wire.connected() as client:
            await self._wire.write(client, self._wish())

    def _wish(self) -> Event:
        names, terms = self._names or None, self._terms or None
        wish = Transcribe(language=self._language, transcript_names=names, transcript_terms=terms)
        return wish.event()

    async def _send(self, client: AsyncClient, audio: AsyncIterator[bytes]) -> None:
        form = {"rate": RATE_HZ, "width": 2, "channels": 1}
        await self._wire.write(client, self._wish())
        await self._wire.write(client, AudioStart(**form).event())
        async for pcm in audio:
            await self._wire.write(client, AudioChunk(audio=pcm, **form).event())
        await self._wire.write(client, AudioStop().event())

    async def _read(
        self, client: AsyncClient, partial: Callable[[str], None], alive: asyncio.Event
    ) -> Transcript:
        """Return the words; ``alive`` is set by each event: what is slow does not hang."""
        said = ""
        while True:
            event = await self._wire.read(client)
            alive.set()
            if WyomingTranscript.is_type(event.type):
                text = WyomingTranscript.from_event(event).text.strip()
                confidence = float(event.data.get("confidence", 1.0))
                return Transcript(text, min(1.0, max(0.0, confidence)))
            before = said
            if event.type == PARTIAL:
                said = str(event.data.get("text", ""))
            elif TranscriptChunk.is_type(event.type):
                said += TranscriptChunk.from_event(event).text
            if said != before:
                partial(said.strip())


class WyomingMouth:
    """Fills the port Mouth by a Wyoming text-to-speech service; an empty voice is its default."""

    def __init__(self, wire: Wire, voice: str = "") -> None:
        self._wire = wire
        self._voice = voice

    async def synthesize(self, text: str, manner: Manner = PLAIN) -> AsyncGenerator[Pcm, None]:
        """Yield the sound as it comes; closing the iterator ends the request."""
        converter = AudioChunkConverter(width=2, channels=1)
        async with self._wire.connected() as client:
            voice = manner.voice or self._voice
            wish = Synthesize(text, SynthesizeVoice(voice) if voice else None).event()
            if manner.pace != 1.0:
                wish.data[PACE] = manner.pace
            await self._wire.write(client, wish)
            while True:
                async with asyncio.timeout(self._wire.timeout_s):
                    event = await self._wire.read(client)
                if AudioStop.is_type(event.type):
                    return
                if AudioChunk.is_type(event.type):
                    chunk = converter.convert(AudioChunk.from_event(event))
                    if chunk.audio:
                        yield Pcm(chunk.audio, chunk.rate)
