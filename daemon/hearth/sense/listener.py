"""Audio frames of many sites in, facts out: Woken, Hearing, Heard, Unheard, SiteSeen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

from hearth.bus import Bus
from hearth.event import DeafSet, Listen, Prosody, SiteSeen, Speaking, Spoken
from hearth.port import Recognizer
from hearth.sections.engines import HearingConfig
from hearth.sense.endpoint import Voice
from hearth.sense.frame import FrameError, parse
from hearth.sense.microphone import Complete, Microphone, SpotterFactory
from hearth.sense.turns import TurnWords

_GONE_S = 2.0  # a satellite that sends nothing for so long has ended its sentence
_ASLEEP_S = 60.0  # after so long its next frame is told as SiteSeen, and its place may be taken
_TICK_S = 0.25
_SPEECH_S = 60.0  # the longest that a question may be in being said; then its Listen is dropped


class Complain(Protocol):
    """Counts a fault and logs it at a limited rate (``edge.complaint.Complaints.add``)."""

    def __call__(self, kind: str, what: str, detail: object = "") -> None:
        """``kind`` is the counter, ``what`` our sentence, ``detail`` what came from outside."""


class Listener:
    """Keeps one Microphone for each site and ends what a vanished site left open.

    Args:
        config: Times and thresholds.
        bus: Where facts are published and ``Listen`` is awaited.
        recognizer: Speech to words; ``timeout_s`` bounds its work after the end of a sentence.
        voice: Builds one site's voice activity model.
        spotters: Builds one site's wake word spotters.
        complain: Counts faulty frames.
        max_sites: Further sites are refused until one has been silent for a minute.
        deaf: Sites that are deaf from the start; an empty one stands for all.
        tone: Measures how a sentence was said, where that may be noticed.
        turns: The language's words of turn-taking.
        complete: Tells whether a text is already a whole command; None where nothing tells.
    """

    def __init__(
        self,
        config: HearingConfig,
        bus: Bus,
        *,
        recognizer: Recognizer,
        timeout_s: float,
        voice: Callable[[], Voice],
        spotters: SpotterFactory,
        complain: Complain,
        max_sites: int = 32,
        deaf: Iterable[str] = (),
        tone: Callable[[bytes], Prosody | None] = lambda _: None,
        turns: TurnWords | None = None,
        complete: Complete | None = None,
    ) -> None:
        self._config = config
        self._bus = bus
        self._recognizer = recognizer
        self._timeout_s = timeout_s
        self._voice = voice
        self._spotters = spotters
        self._complain = complain
        self._max_sites = max_sites
        self._sites: dict[str, Microphone] = {}
        self._deaf = set(deaf)
        self._tone = tone
        self._turns = turns or TurnWords()
        self._complete = complete
        self._asked = bus.subscribe(Listen, Speaking, Spoken, DeafSet, size=1024)
        self._waiting: dict[str, tuple[Listen, float]] = {}
        self._stirred = asyncio.Event()

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites that have been heard."""
        return tuple(self._sites)

    def frame(self, site: str, payload: bytes) -> None:
        """Take a Hermes audio frame: a WAV chunk of any form. Faults are counted, never raised."""
        if self.is_deaf(site):
            return
        try:
            wave = parse(payload)
        except FrameError as error:
            self._complain("frame", f"An audio frame is dropped, {error}", site)
            return
        if wave.truncated:
            self._complain("frame_cut", "An audio frame ends early; what there is is used", site)
        microphone = self._microphone(site)
        if microphone:
            microphone.hear(microphone.ear.pcm(wave), self._now())

    def feed(self, site: str, pcm: bytes) -> None:
        """Take 16 kHz mono 16-bit PCM, as the machine's own microphone gives it."""
        if self.is_deaf(site):
            return
        if microphone := self._microphone(site):
            microphone.hear(pcm, self._now())

    def is_deaf(self, site: str) -> bool:
        """Tell whether the sound of a site is dropped before anything looks at it."""
        return bool(self._deaf) and not self._deaf.isdisjoint((site, ""))

    def deafen(self, site: str, deaf: bool) -> None:
        """Drop all sound of a site (empty: of all) from now on, and what was begun; or hear it."""
        (self._deaf.add if deaf else self._deaf.discard)(site)
        for gone in [known for known in self._sites if self.is_deaf(known)]:
            self._sites.pop(gone).close()

    def listen(self, site: str, patience_s: float) -> None:
        """Take the next sentence at ``site`` without a wake word, as ``Listen`` asks for."""
        if microphone := self._sites.get(site):
            microphone.seen = self._now()  # it may have been silent meanwhile
            microphone.listen(patience_s)
            self._stirred.set()

    def keep_secret(self, request: Listen) -> None:
        """From now on the site's next sentence is secret, or no longer so: it may be said before
        the question has ended, or after the name."""
        if microphone := self._sites.get(request.site):
            lasts_s = request.seconds + (_SPEECH_S if request.after else 0.0)
            microphone.secret_until = self._now() + lasts_s if request.secret else 0.0

    def finish(self, site: str) -> None:
        """Say that no more sound comes from ``site``: what was begun there ends."""
        if microphone := self._sites.get(site):
            microphone.finish()

    async def drain(self) -> None:
        """Wait until no sentence that has ended is still being recognised."""
        for microphone in list(self._sites.values()):
            await microphone.drain()

    async def run(self) -> None:
        """Serve ``Listen`` requests and end the sentences of vanished sites, until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._serve())
                tasks.create_task(self._watch())
        finally:
            self.close()

    def close(self) -> None:
        """Forget every site: stop recognising and release what was built for it."""
        for microphone in self._sites.values():
            microphone.close()
        self._sites.clear()

    async def _serve(self) -> None:
        async for event in self._asked:
            match event:
                case DeafSet():
                    self.deafen(event.site, event.deaf)
                case Listen(after=""):
                    self.keep_secret(event)
                    self.listen(event.site, event.seconds)
                case Listen():
                    self.keep_secret(event)
                    self._waiting[event.after] = (event, self._now() + _SPEECH_S)
                case Speaking(site=site, text=text):
                    if microphone := self._sites.get(site):
                        microphone.speaking(text)
                case Spoken(last=last, whole=whole):
                    if microphone := self._sites.get(event.site):
                        microphone.spoken(self._now())
                    if not last and whole:
                        continue
                    request, until = self._waiting.pop(event.turn, (None, 0.0))
                    if request and self._now() <= until:
                        self.listen(request.site, request.seconds)
            self._waiting = {t: w for t, w in self._waiting.items() if w[1] > self._now()}

    async def _watch(self) -> None:
        """End the sentences of sites that send no more; while none sends, nothing ticks."""
        while True:
            self._stirred.clear()
            await self._stirred.wait()
            gone, known = 0, 1
            while gone < known:
                await asyncio.sleep(_TICK_S)
                gone, known = 0, len(self._sites)
                for microphone in list(self._sites.values()):
                    if self._now() - microphone.seen >= _GONE_S:
                        microphone.finish()
                        gone += 1

    def _microphone(self, site: str) -> Microphone | None:
        now = self._now()
        self._stirred.set()
        found = self._sites.get(site)
        if found is None:
            if len(self._sites) >= self._max_sites and not self._make_room(now):
                self._complain("site", f"More than {self._max_sites} sites; one is refused", site)
                return None
            found = self._sites[site] = Microphone(
                site,
                self._config,
                recognizer=self._recognizer,
                timeout_s=self._timeout_s,
                voice=self._voice(),
                spotters=self._spotters,
                publish=self._bus.publish,
                tone=self._tone,
                turns=self._turns,
                complete=self._complete,
            )
            self._bus.publish(SiteSeen(site))
        elif now - found.seen > _ASLEEP_S:
            self._bus.publish(SiteSeen(site))
        return found

    def _make_room(self, now: float) -> bool:
        """Forget the site that has been silent longest, if any has for long enough."""
        oldest = min(self._sites.values(), key=lambda microphone: microphone.seen)
        if now - oldest.seen <= _ASLEEP_S or oldest.busy:
            return False
        del self._sites[oldest.site]
        oldest.close()
        return True

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
