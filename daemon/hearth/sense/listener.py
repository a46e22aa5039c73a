"""Audio frames of many sites in, facts out: Woken, Hearing, Heard, Unheard, SiteSeen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from hearth.bus import Bus
from hearth.config import HearingConfig
from hearth.event import Listen, SiteSeen
from hearth.port import Recognizer
from hearth.sense.endpoint import Voice
from hearth.sense.frame import FrameError, parse
from hearth.sense.microphone import Microphone, SpotterFactory

_GONE_S = 2.0  # a satellite that sends nothing for so long has ended its sentence
_ASLEEP_S = 60.0  # after so long its next frame is told as SiteSeen, and its place may be taken
_TICK_S = 0.25


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
        self._listens = bus.subscribe(Listen)

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites that have been heard."""
        return tuple(self._sites)

    def frame(self, site: str, payload: bytes) -> None:
        """Take a Hermes audio frame: a WAV chunk of any form. Faults are counted, never raised."""
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
        if microphone := self._microphone(site):
            microphone.hear(pcm, self._now())

    def listen(self, site: str, patience_s: float) -> None:
        """Take the next sentence at ``site`` without a wake word, as ``Listen`` asks for."""
        if microphone := self._sites.get(site):
            microphone.listen(patience_s)

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
        async for request in self._listens:
            self.listen(request.site, request.seconds)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            for microphone in list(self._sites.values()):
                if self._now() - microphone.seen >= _GONE_S:
                    microphone.finish()

    def _microphone(self, site: str) -> Microphone | None:
        now = self._now()
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
