"""Configuration in, a running Hearth out: the one composition root.

It opens the edges, builds the rooms with them as ports, keeps everything alive, and closes in
reverse.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hearth.bus import Bus
from hearth.clock import SystemClock
from hearth.edge.systemd import Service
from hearth.edges import ENGINES_S, Edges
from hearth.error import ConfigError
from hearth.event import Health
from hearth.home.rules.file import NO_TRIGGERS, Triggers
from hearth.sections import Config
from hearth.status import Status
from hearth.supervise import keep_alive

if TYPE_CHECKING:
    from hearth.indoors import Wits
    from hearth.rooms import Rooms

log = logging.getLogger(__name__)

_BROKER_S = 3.0
"""How long the start waits for a broker of somebody else, which may be down."""

Companion = Callable[["Hearth"], Awaitable[None]]
"""Something that runs beside Hearth in its process, such as the view on a terminal."""


class Hearth:
    """One running Hearth. ``async with Hearth(config, state) as hearth`` opens everything.

    Raises HearthError where it cannot start, with what to do.
    """

    rooms: Rooms

    def __init__(self, config: Config, state: Path, triggers: Triggers = NO_TRIGGERS) -> None:
        self.config = config
        self.state = state
        self.bus = Bus()
        self.status = Status(self.bus)
        self.clock = SystemClock(_zone(config.hearth.time_zone))
        self.edges = Edges(
            config,
            state,
            bus=self.bus,
            status=self.status,
            clock=self.clock,
            frame=self._frame,
        )
        self._triggers = triggers
        self._runs: dict[str, Callable[[], Awaitable[None]]] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Hearth:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _open(self) -> None:
        """Open the edges, and while the ear and the mouth start, load the rooms in a thread."""
        edges = await self._stack.enter_async_context(self.edges)
        wits = await asyncio.to_thread(self._load)
        from hearth.indoors import indoors  # noqa: PLC0415  # loaded by now

        inside = indoors(
            self.config,
            self.state,
            edges,
            wits,
            bus=self.bus,
            status=self.status,
            clock=self.clock,
            triggers=self._triggers,
        )
        self.rooms, self._runs = inside.rooms, inside.runs

    def _load(self) -> Wits:
        """Import the rooms and read the language."""
        from hearth.indoors import wits  # noqa: PLC0415  # 0.7 s, which the ear does not wait for

        return wits(self.config.hearth.language, self.state / "patterns")

    async def run(
        self, companions: Sequence[Companion] = (), stop: asyncio.Event | None = None
    ) -> None:
        """Serve until ``stop`` is set or this is cancelled; then end within 5 s.

        ``companions`` run beside the rooms, such as the view on a terminal.
        """
        stop = stop or asyncio.Event()
        service = Service()
        tasks = [
            asyncio.create_task(keep_alive(name, run, self.status.tell), name=name)
            for name, run in self._runs.items()
        ]
        tasks += [asyncio.create_task(_companion(each, self)) for each in companions]
        tasks.append(asyncio.create_task(self.edges.wake.run(), name="wake"))
        tasks.append(asyncio.create_task(self._announce(service), name="status"))
        tasks.append(asyncio.create_task(service.watchdog(self._alive), name="watchdog"))
        try:
            await self.status.until_ready({**ENGINES_S, "mqtt": _BROKER_S})
            self.status.tell(Health("hearth", "ready"))
            service.ready(self.status.line())
            log.info("ready: %s", self.status.line())
            _leave_what_was_built()
            await stop.wait()
        finally:
            service.stopping()
            log.info("stopping")
            await self.rooms.finish()
            for task in reversed(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _announce(self, service: Service) -> None:
        """Keep systemd's status line and the log up to date."""
        async for health in self.bus.subscribe(Health):
            service.status(self.status.line())
            level = logging.WARNING if health.state in ("down", "degraded") else logging.INFO
            told = f"{health.part} {health.state} {health.detail} {health.remedy}".strip()
            log.log(level, "%s", told, extra={"part": health.part})

    async def _alive(self) -> None:
        """Go once through the broker; where it is away, that is the reconnect loop's business."""
        if self.edges.mqtt.connected:
            await self.edges.mqtt.round_trip()

    def _frame(self, site: str, wave: bytes) -> None:
        self.rooms.listener.frame(site, wave)


async def _companion(companion: Companion, hearth: Hearth) -> None:
    try:
        await companion(hearth)
    except Exception:  # the wall: a view that fails must not end what it looks at
        log.exception("a companion ended")


def serve(
    config: Config,
    state: Path,
    companions: Sequence[Companion] = (),
    triggers: Triggers = NO_TRIGGERS,
) -> int:
    """Run Hearth until SIGTERM or SIGINT, and return the exit status.

    A second signal ends the process at once. Raises HearthError where it cannot start.
    """
    return asyncio.run(_serve(config, state, companions, triggers))


async def _serve(
    config: Config, state: Path, companions: Sequence[Companion], triggers: Triggers
) -> int:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    opening = asyncio.current_task()

    def signalled() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()
        if not opened and opening:
            opening.cancel()

    opened = False
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, signalled)
    try:
        async with Hearth(config, state, triggers) as hearth:
            opened = True
            await hearth.run(companions, stop)
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
    return 0


def _leave_what_was_built() -> None:
    """Let the collector of garbage, where it was off for the start, pass over what stays.

    The grammar alone is a million objects: to look through them would stop a sentence for 0.2 s.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(
            (f"[hearth] time_zone = {name!r}: no such zone; expected one like 'Europe/Berlin'",)
        ) from error
