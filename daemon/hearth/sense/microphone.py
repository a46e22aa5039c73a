"""One site's sound in, its wakings and finished sentences out."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from hearth.error import EngineError
from hearth.event import Event, Heard, Hearing, Hush, Prosody, Secret, Unheard, Woken
from hearth.port import RATE_HZ, Find, Recognizer, Spotter
from hearth.sections.engines import HearingConfig
from hearth.sense.endpoint import CHUNK_BYTES, CHUNK_MS, Voice, VoiceActivity
from hearth.sense.finished import unfinished
from hearth.sense.frame import Ear
from hearth.sense.overheard import Said, is_echo, overheard
from hearth.sense.sentence import Chunk, Sentence
from hearth.sense.turns import TurnWords
from hearth.sense.wake import is_tail, without_name

log = logging.getLogger(__name__)

SpotterFactory = Callable[[Callable[[Find], None]], Sequence[Spotter]]
"""Builds one site's spotters; each tells its finds to the given callback, in the loop's thread."""

Complete = Callable[[str, str], Awaitable[bool]]
"""Tells whether (text, site) is already a whole command."""

_BESIDE_S = 120.0  # how long it listens beside what Hearth says, at most
_RING_MS = 5_000  # how late a spotter in another process may tell a find without a sample lost
_LEAD_MS = 1_000  # what spotters that take only speech get from before it
_AGAIN_MS = 1_000  # two finds closer than this are one


class Take:
    """A sentence, the name it was called by, and the recognizer's work on it.

    ``beside`` says that it is listened for while Hearth speaks, and ``interrupts`` that it is more
    than Hearth's own voice or a nod; ``asked`` that Hearth has asked, so that a nod is an answer.
    """

    def __init__(self, sentence: Sentence, word: str, *, beside: bool = False) -> None:
        self.sentence = sentence
        self.word = word
        self.beside = beside
        self.interrupts = False
        self.asked = False
        self.known = ""
        self.task: asyncio.Task[None] | None = None
        self.limit: asyncio.Timeout | None = None
        self.sound = bytearray()
        self._audio: asyncio.Queue[bytes | None] = asyncio.Queue()

    def put(self, pcm: bytes | None) -> None:
        """Hand sound to the recognizer; None ends it. The sentence's own limit bounds the queue."""
        self._audio.put_nowait(pcm)
        self.sound += pcm or b""

    async def audio(self) -> AsyncIterator[bytes]:
        """Yield the sentence's sound as it comes."""
        while (pcm := await self._audio.get()) is not None:
            yield pcm


class Microphone:
    """Follows one site: voice activity, wake words, sentences.

    All decisions are taken in ``hear``, which is synchronous; only the recognizer is awaited, in a
    task for each sentence.
    """

    def __init__(
        self,
        site: str,
        config: HearingConfig,
        *,
        recognizer: Recognizer,
        timeout_s: float,
        voice: Voice,
        spotters: SpotterFactory,
        publish: Callable[[Event], None],
        tone: Callable[[bytes], Prosody | None] = lambda _: None,
        turns: TurnWords,
        complete: Complete | None,
    ) -> None:
        self.site = site
        self.said = Said()
        self._turns = turns
        self._complete = complete
        self.ear = Ear()
        self.seen = 0.0
        self.secret_until = 0.0
        self.activity = VoiceActivity(config, voice)
        self._config = config
        self._recognizer = recognizer
        self._timeout_s = timeout_s
        self._publish = publish
        self._tone = tone
        self._rest = b""
        self._at = 0
        self._ring: deque[Chunk] = deque(maxlen=_RING_MS // CHUNK_MS)
        self._fed = 0
        self._following = False
        self._last_find = -RATE_HZ * 60
        self._take: Take | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking: set[asyncio.Task[None]] = set()
        self._spotters = spotters(self.found)

    @property
    def busy(self) -> bool:
        """Whether a sentence is awaited or taken, or still being recognised."""
        return self._take is not None or bool(self._tasks)

    def hear(self, pcm: bytes, now: float) -> None:
        """Take the next 16 kHz PCM, which arrived at the loop's time ``now``."""
        self.seen = now
        sound = self._rest + pcm
        whole = len(sound) - len(sound) % CHUNK_BYTES
        for begin in range(0, whole, CHUNK_BYTES):
            self._chunk(sound[begin : begin + CHUNK_BYTES], now)
        self._rest = sound[whole:]

    def listen(self, patience_s: float) -> None:
        """Take the next sentence without a wake word, unless one is already awaited."""
        if self._take and self._take.beside:
            self._take.asked = True
            if self._take.sentence.phase != "waiting":
                return  # the answer came before the question had ended
            self._take = None
        if self._take is None:
            self._open(Sentence(self._config, self._at, patience_s, fresh=True), "")

    def speaking(self, text: str) -> None:
        """Hearth begins to say ``text`` here."""
        self.said.begin(text)
        self._beside()

    def spoken(self, now: float) -> None:
        """Hearth has ended its sentence here."""
        self.said.end(now)
        if self._take and self._take.beside and self._take.sentence.phase == "waiting":
            self._take = None

    def _beside(self) -> None:
        """Listen beside what Hearth says, where that may be interrupted by speech."""
        if self._config.barge_in == "speech" and self._take is None and self.said.speaking:
            sentence = Sentence(self._config, self._at, _BESIDE_S, fresh=True)
            self._open(sentence, "", beside=True)

    def found(self, find: Find) -> None:
        """A wake word was found; a sentence that was begun before gives way to what follows."""
        if find.end - self._last_find < _AGAIN_MS * RATE_HZ // 1000:
            return
        self._last_find = find.end
        self._publish(Woken(self.site, find.word, find.score))
        if self._take and self._take.task:
            self._take.task.cancel()
        self._open(Sentence(self._config, find.end, self._config.wait_for_speech_s), find.word)

    def finish(self) -> None:
        """No more sound comes (the recording or the satellite ended): end what was begun."""
        if self._rest:
            self.hear(bytes(CHUNK_BYTES - len(self._rest)), self.seen)
        self.activity.reset()
        self._settle()
        if self._take:
            self._take.sentence.finish()
            self._move(self._take)

    async def drain(self) -> None:
        """Wait until no sentence that has ended is still being recognised."""
        while ended := self._tasks - {self._take.task if self._take else None}:
            await asyncio.wait(ended)

    def close(self) -> None:
        """Stop recognising and release the spotters."""
        for task in (*self._tasks, *self._asking):
            task.cancel()
        for spotter in self._spotters:
            spotter.close()

    # --- one chunk -------------------------------------------------------------------------

    def _chunk(self, pcm: bytes, now: float) -> None:
        chunk = Chunk(self._at, pcm, self.activity.step(pcm), now)
        self._at = chunk.end
        if self._take:
            self._give(self._take, chunk)
        self._ring.append(chunk)
        for spotter in self._spotters:
            if spotter.always:
                spotter.feed(pcm, chunk.at)
        if chunk.state in ("speaking", "stopping"):
            self._follow()
        elif chunk.state == "quiet":
            self._settle()

    def _follow(self) -> None:
        """Give the speech, and a pre-roll before it, to the spotters that want no more than it."""
        if not self._following:
            lead = (_LEAD_MS + self._config.start_ms) * RATE_HZ // 1000
            self._fed = max(self._fed, self._at - lead)
            self._following = True
        for chunk in [chunk for chunk in self._ring if chunk.at >= self._fed]:
            self._fed = chunk.end
            for spotter in self._spotters:
                if not spotter.always:
                    spotter.feed(chunk.pcm, chunk.at)

    def _settle(self) -> None:
        if self._following:
            self._following = False
            for spotter in self._spotters:
                if not spotter.always:
                    spotter.reset()

    # --- one sentence ----------------------------------------------------------------------

    def _open(self, sentence: Sentence, word: str, *, beside: bool = False) -> None:
        """Begin a sentence; what was already heard of it is in the ring."""
        self._take = take = Take(sentence, word, beside=beside)
        for chunk in list(self._ring):
            if self._take is take:
                self._give(take, chunk)

    def _give(self, take: Take, chunk: Chunk) -> None:
        if pcm := take.sentence.step(chunk):
            if take.task is None:
                take.task = asyncio.get_running_loop().create_task(self._recognize(take))
                self._tasks.add(take.task)
                take.task.add_done_callback(self._tasks.discard)
            take.put(pcm)
        self._move(take)

    def _move(self, take: Take) -> None:
        """Act on the phase that the sentence has reached."""
        if take.sentence.phase == "ended":
            self._take = None
            take.put(None)
            if take.limit:
                loop = asyncio.get_running_loop()
                take.limit.reschedule(loop.time() + self._timeout_s)
        elif take.sentence.phase == "silent":
            self._take = None
            if not take.beside:
                self._publish(Unheard(self.site, "silence"))

    async def _recognize(self, take: Take) -> None:
        def partial(text: str) -> None:
            if self._secret():
                return
            if self._take in (take, None) and (said := without_name(text, take.word)):
                self._partly(take, said)

        ended = take.sentence.phase == "ended"
        try:
            async with asyncio.timeout(self._timeout_s if ended else None) as take.limit:
                transcript = await self._recognizer.recognize(take.audio(), partial)
        except (EngineError, TimeoutError) as error:
            log.warning("site %r: the recognizer failed: %s", self.site, error or "no answer")
            if self._take is take:
                self._take = None
            if not take.beside:
                self._publish(Unheard(self.site, "engine"))
            return
        self._heard(take, without_name(transcript.text.strip(), take.word), transcript.confidence)

    def _partly(self, take: Take, text: str) -> None:
        """Take a partial result: who speaks, and whether they are done."""
        if take.beside and not self._interrupts(take, text, over=False):
            return
        if not take.word and self._is_own(take, text):
            return
        self._publish(Hearing(self.site, text))
        if text == take.known:
            return
        take.known = text
        config = self._config
        if unfinished(text, self._turns):
            take.sentence.patience_ms = max(config.unfinished_ms, config.silence_ms)
            return
        take.sentence.patience_ms = config.silence_ms
        if self._complete and config.finished_ms < config.silence_ms:
            task = asyncio.get_running_loop().create_task(self._ask_complete(take, text))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _ask_complete(self, take: Take, text: str) -> None:
        """End it sooner where it is a whole command already."""
        assert self._complete  # noqa: S101  # asked only where it is
        if await self._complete(text, self.site) and take.known == text:
            take.sentence.patience_ms = self._config.finished_ms

    def _interrupts(self, take: Take, text: str, *, over: bool) -> bool:
        """Tell whether what is heard beside Hearth's speech is a turn; then Hearth falls silent."""
        if take.interrupts:
            return True
        now = asyncio.get_running_loop().time()
        kind = overheard(text, self.said.text(now), self._turns, over=over)
        if over and take.asked and kind in ("nod", ""):
            return bool(text)  # it has asked: this is the answer
        if kind in ("stop", "talk"):
            take.interrupts = True
            if self.said.speaking:
                self._publish(Hush(self.site, "barge_in"))
        return take.interrupts

    def _is_own(self, take: Take, text: str) -> bool:
        """Tell whether it is the last of Hearth's own voice, with which a sentence began."""
        sentence, now = take.sentence, asyncio.get_running_loop().time()
        length_s = (sentence.spoken_end - sentence.start) / RATE_HZ
        began = sentence.spoken_at - length_s
        return self.said.sounds_at(began) and is_echo(text, self.said.text(now))

    def _heard(self, take: Take, text: str, confidence: float) -> None:
        sentence = take.sentence
        if self._take is take:  # the recognizer ended by itself before the person did
            self._take = None
        if take.beside and not self._interrupts(take, text, over=True):
            self._beside()
            return
        if not take.word and text and self._is_own(take, text):
            text = ""
        audio_ms = (sentence.spoken_end - sentence.start) * 1000 // RATE_HZ
        tail = bool(take.word) and not sentence.fresh and is_tail(text, audio_ms)
        if text and not tail:
            secret = Secret(text) if self._secret() else None
            self.secret_until = 0.0
            self._publish(
                Heard(
                    self.site,
                    "" if secret else text,
                    confidence,
                    ended=sentence.spoken_at,
                    audio_ms=audio_ms,
                    secret=secret,
                    prosody=None if secret else self._tone(bytes(take.sound)),
                )
            )
        elif self._take is None and self._at < sentence.deadline:
            # A cough, or the tail of the name: the sentence itself may still come.
            left_s = (sentence.deadline - self._at) / RATE_HZ
            self._open(Sentence(self._config, self._at, left_s, fresh=True), take.word)
        elif self._take is None:
            self._publish(Unheard(self.site, "no_words"))

    def _secret(self) -> bool:
        """Tell whether the next sentence is the answer to a secret question."""
        return asyncio.get_running_loop().time() < self.secret_until
