"""Recordings in, the facts of each turn with their times out: a whole Hearth with a satellite.

The demo shows one such turn, the bench measures many.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from hearth.daemon import Hearth
from hearth.edge.hermes.satellite import Satellite
from hearth.error import HearthError, MissingError
from hearth.event import Event, Health, Heard, Spoken, Unheard
from hearth.sections import Config

E = TypeVar("E", bound=Event)

_TAIL_S = 1.2
"""Silence that a microphone sends after a sentence, so that its end can be heard."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was published, at the loop's time (seconds)."""

    at: float
    event: Event


@dataclass(frozen=True)
class Turn:
    """Everything that happened from the first audio frame to the last spoken word."""

    facts: tuple[Fact, ...]

    def first(
        self, kind: type[E], where: Callable[[E], bool] = lambda _: True
    ) -> tuple[float, E] | None:
        """Return the time and the event of the first of that kind, or None."""
        for fact in self.facts:
            if isinstance(fact.event, kind) and where(fact.event):
                return fact.at, fact.event
        return None

    @property
    def ended(self) -> float | None:
        """The loop's time at which the last sample of speech arrived; None if nothing was heard."""
        heard = self.first(Heard)
        return heard[1].ended if heard else None

    def ms(self, kind: type[E], where: Callable[[E], bool] = lambda _: True) -> float | None:
        """Return when the first of that kind happened, in ms after the end of speech."""
        found, ended = self.first(kind, where), self.ended
        return None if found is None or ended is None else (found[0] - ended) * 1000


class Rehearsal:
    """A running Hearth, and a satellite in one of its rooms."""

    def __init__(self, hearth: Hearth, satellite: Satellite, ready_s: float) -> None:
        self.hearth = hearth
        self.satellite = satellite
        self.ready_s = ready_s

    async def turn(self, recording: bytes, timeout_s: float = 30.0) -> Turn:
        """Send a recording as audio frames in real time and wait until the reply is spoken."""
        inbox = self.hearth.bus.subscribe(Event, size=4096)
        facts: list[Fact] = []
        loop = asyncio.get_running_loop()

        async def follow() -> None:
            turn = ""
            async for event in inbox:
                facts.append(Fact(loop.time(), event))
                match event:
                    case Heard(site=self.satellite.site):
                        turn = event.turn
                    case Unheard(site=self.satellite.site):
                        return
                    case Spoken(last=True) if turn and event.turn == turn:
                        return

        following = asyncio.create_task(follow())
        try:
            await self.satellite.say(recording)
            await self.satellite.hush(_TAIL_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await asyncio.shield(following)
        finally:
            following.cancel()
            await asyncio.wait({following})
            self.hearth.bus.unsubscribe(inbox)
        return Turn(tuple(facts))


@asynccontextmanager
async def rehearsal(
    config: Config, models: Path, site: str, *, thing: str = "", timeout_s: float = 20.0
) -> AsyncIterator[Rehearsal]:
    """Start a Hearth in a state directory of its own and wait until it and ``thing`` are there.

    ``models`` is a state directory whose models are borrowed. Raises HearthError where it does not
    become ready within ``timeout_s``.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    with tempfile.TemporaryDirectory(prefix="hearth-") as folder:
        state = Path(folder)
        if (models / "models").is_dir():
            (state / "models").symlink_to((models / "models").resolve())
        for learned in ("ear", "wake", "patterns"):
            if (models / learned).is_dir():
                shutil.copytree(models / learned, state / learned)
        async with Hearth(config, state) as hearth:
            stop = asyncio.Event()
            running = asyncio.create_task(hearth.run(stop=stop))
            try:
                ready_s = await _ready(hearth, running, thing, timeout_s) - began
                own = replace(hearth.edges.mqtt_config, client_id=f"rehearsal-{site}")
                async with Satellite(own, site) as satellite:
                    yield Rehearsal(hearth, satellite, ready_s)
            finally:
                stop.set()
                await asyncio.wait({running})
                running.result()


async def _ready(
    hearth: Hearth, running: asyncio.Task[None], thing: str, timeout_s: float
) -> float:
    """Wait until Hearth is ready and knows the thing; return the time of the former."""
    loop = asyncio.get_running_loop()
    inbox = hearth.bus.subscribe(Event)
    at = 0.0
    try:
        async with asyncio.timeout(timeout_s):
            while not (at and _known(hearth, thing) and hearth.status.is_ready("vocabulary")):
                event = await inbox.get()
                if isinstance(event, Health) and event.part == "hearth" and event.state == "ready":
                    at = loop.time()
    except TimeoutError:
        raise HearthError(
            f"Hearth was not ready within {timeout_s:g} s ({hearth.status.line()}).",
            "`hearth check` says more.",
        ) from None
    finally:
        hearth.bus.unsubscribe(inbox)
    if running.done():
        running.result()
    return at


def _known(hearth: Hearth, thing: str) -> bool:
    return not thing or any(
        entity.name == thing and entity.state is not None
        for entity in hearth.rooms.home.house().entities
    )


async def flite(text: str, voice: str = "slt") -> bytes:
    """Return a WAV of ``text`` spoken by Flite, a voice that is not Hearth's own."""
    if shutil.which("flite") is None:
        raise MissingError("The program 'flite' is not installed.", "Run ./deploy/run demo.")
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        process = await asyncio.create_subprocess_exec(
            "flite", "-voice", voice, "-t", text, "-o", file.name
        )
        if await process.wait() != 0:
            raise HearthError("Flite failed to speak.", "Try: flite -voice slt -t hello -o x.wav")
        return await asyncio.to_thread(Path(file.name).read_bytes)
