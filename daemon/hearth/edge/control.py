"""The daemon's own door for its command line: a Unix socket that only its user can open."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any, Self

from wyoming.event import Event as Frame
from wyoming.event import async_read_event, async_write_event

from hearth.bus import Bus
from hearth.error import HearthError
from hearth.event import (
    Answered,
    Event,
    Health,
    Heard,
    Listen,
    PauseRule,
    RulePaused,
    Say,
    Secret,
    Spoken,
    new_turn,
)

log = logging.getLogger(__name__)

SOCKET = "hearth.sock"
_SECRET_S = 60.0
"""How long a typed answer to a secret question may take, beside the question's own seconds."""

_PAUSE_S = 3.0
_SENTENCE = 2000
"""The longest sentence taken from a client, in characters."""

Encode = Callable[[Any], Any]

Verb = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"""What a part of Hearth does for its command line: the request's data in, the answer's out."""


class Control:
    """Serves ``ask``, ``say``, ``watch`` and ``status`` to ``hearth ask`` and its siblings.

    Who can open the socket has the rights of the daemon's user, so a sentence typed here counts as
    one from an authenticated client.
    """

    def __init__(
        self,
        folder: Path,
        bus: Bus,
        *,
        parts: Callable[[], tuple[Health, ...]],
        facts: Callable[[], dict[str, object]],
        encode: Encode,
        site: str,
    ) -> None:
        self.path = folder / SOCKET
        self._bus = bus
        self._parts = parts
        self._facts = facts
        self._encode = encode
        self._site = site
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()
        self._listens = bus.subscribe(Listen)
        self._secret_until: dict[str, float] = {}
        self._verbs: dict[str, Verb] = {}

    def add(self, kind: str, verb: Verb) -> None:
        """Answer requests of this kind with ``done`` and what ``verb`` returns.

        A HearthError that it raises goes to the client as ``error`` with its words.
        """
        self._verbs[kind] = verb

    def add_all(self, verbs: Mapping[str, Verb]) -> None:
        """Answer requests of several kinds."""
        self._verbs |= verbs

    async def __aenter__(self) -> Self:
        if await _answers(self.path):
            raise HearthError(
                f"Another Hearth is running on {self.path.parent}.",
                "Stop it first, or set HEARTH_STATE to another directory.",
            )
        self.path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, self.path)
        finally:
            os.umask(mask)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        for task in self._clients:
            task.cancel()
        if self._clients:
            await asyncio.wait(self._clients)
        self.path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._clients.add(task)
            task.add_done_callback(self._clients.discard)
        try:
            while (frame := await async_read_event(reader)) is not None:
                await self._request(frame, writer)
        except (OSError, ValueError, asyncio.CancelledError) as error:
            log.debug("a client ended: %s", error)
        except Exception:  # the wall: a client's request must not end the others'
            log.exception("a request failed")
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _request(self, frame: Frame, writer: asyncio.StreamWriter) -> None:
        text = str(frame.data.get("text", ""))[:_SENTENCE]
        site = str(frame.data.get("site") or self._site)
        match frame.type:
            case "ask" if text.strip():
                await self._ask(await self._heard(site, text), writer)
            case "say" if text.strip():
                await self._say(Say(site, text, new_turn()), writer)
            case "watch":
                await self._watch(writer)
            case "pause":
                await self._pause(PauseRule(text, bool(frame.data.get("paused"))), writer)
            case "status":
                parts = [self._encode(part) for part in self._parts()]
                await _send(writer, "status", {"parts": parts, **self._facts()})
            case kind if kind in self._verbs:
                await self._do(self._verbs[kind], frame.data, writer)
            case _:
                await _send(writer, "error", {"text": "unknown or empty request"})

    async def _do(self, verb: Verb, data: Mapping[str, Any], writer: asyncio.StreamWriter) -> None:
        try:
            await _send(writer, "done", dict(await verb(data)))
        except HearthError as error:
            await _send(writer, "error", {"text": str(error)})

    async def _heard(self, site: str, text: str) -> Heard:
        """Return what was typed; as a secret where a secret question is open in that room."""
        now = asyncio.get_running_loop().time()
        while len(self._listens):
            asked = await self._listens.get()
            lasts_s = asked.seconds + _SECRET_S
            self._secret_until[asked.site] = now + lasts_s if asked.secret else 0.0
        if now < self._secret_until.pop(site, 0.0):
            return Heard(site, "", origin="client", secret=Secret(text))
        return Heard(site, text, origin="client")

    async def _ask(self, heard: Heard, writer: asyncio.StreamWriter) -> None:
        inbox = self._bus.subscribe(Event)
        self._bus.publish(heard)
        try:
            async for event in inbox:
                if getattr(event, "turn", "") == heard.turn:
                    await self._tell(event, writer)
                if isinstance(event, Answered) and event.turn == heard.turn:
                    return
        finally:
            self._bus.unsubscribe(inbox)

    async def _say(self, say: Say, writer: asyncio.StreamWriter) -> None:
        inbox = self._bus.subscribe(Spoken)
        self._bus.publish(say)
        try:
            async for event in inbox:
                if event.turn == say.turn:
                    return await self._tell(event, writer)
        finally:
            self._bus.unsubscribe(inbox)

    async def _pause(self, pause: PauseRule, writer: asyncio.StreamWriter) -> None:
        inbox = self._bus.subscribe(RulePaused)
        self._bus.publish(pause)
        try:
            async with asyncio.timeout(_PAUSE_S):
                async for event in inbox:
                    if event.rule == pause.rule:
                        return await self._tell(event, writer)
        except TimeoutError:
            await _send(writer, "error", {"text": f"There is no rule {pause.rule!r}."})
        finally:
            self._bus.unsubscribe(inbox)

    async def _watch(self, writer: asyncio.StreamWriter) -> None:
        inbox = self._bus.subscribe(Event)
        try:
            async for event in inbox:
                await self._tell(event, writer)
        finally:
            self._bus.unsubscribe(inbox)

    async def _tell(self, event: Event, writer: asyncio.StreamWriter) -> None:
        await _send(writer, type(event).__name__, self._encode(event))


async def request(
    folder: Path, kind: str, data: dict[str, Any] | None = None
) -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
    """Ask a running Hearth; yield (kind, data) of each thing that it tells, until it hangs up.

    Raises HearthError where none is running on that state directory.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(folder / SOCKET)
    except OSError as error:
        raise HearthError(
            f"No Hearth is running on {folder}.", "Start it with ./deploy/run or `hearth run`."
        ) from error
    try:
        await async_write_event(Frame(kind, data or {}), writer)
        while (frame := await async_read_event(reader)) is not None:
            yield frame.type, frame.data
    finally:
        writer.close()


async def done(folder: Path, kind: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """Have a part of a running Hearth do something; return its answer.

    Raises HearthError where none is running, or with what it said against it.
    """
    async with aclosing(request(folder, kind, data)) as answers:
        async for told, answer in answers:
            if told == "done":
                return answer
            raise HearthError(str(answer.get("text", told)))
    raise HearthError("Hearth hung up.", "Look at its log.")


async def _send(writer: asyncio.StreamWriter, kind: str, data: dict[str, Any]) -> None:
    plain = json.loads(json.dumps(data, default=str))
    await async_write_event(Frame(kind, plain), writer)


async def _answers(path: Path) -> bool:
    """Return whether somebody listens on the socket; a left-over file does not."""
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return False
    writer.close()
    return True
