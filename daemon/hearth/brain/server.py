"""A Unix socket in, conversations with the engine out: the brain's own small service.

Events are framed as in Wyoming. A client sends ``generate`` (``id``, ``messages`` of ``role`` and
``text``, ``max_tokens``, and if it likes ``temperature``, ``top_p``, ``repetition_penalty``,
``seed``, ``deadline_s``) and receives ``piece`` (``id``, ``text``) for each piece of text, then
``generated`` (``id`` and the counts) or ``error`` (``id``, ``text``, ``code``). ``stop`` (``id``)
ends a reply at the next token; so does closing the connection. ``draft`` (the same, and ``most``,
``sentences``) receives a ``draft`` (``id``, ``text``, ``score``) for each reply when it is whole,
then ``drafted``. ``prepare`` (``id``, ``messages``) reads a prompt ahead of time, gives way to
whatever is asked after it, and is answered by ``prepared``; ``forget`` (``id``) by ``forgotten``
when nothing of any prompt is kept any more, in memory or on disk. A message may be ``lasting``: see
``port.ChatMessage``. While one of these takes long and is alive, ``working`` comes.

``encode`` (``id``, ``texts``) is answered by ``encoded`` (``id``, ``width``), whose payload are the
vectors, little-endian float32, beside whatever the language model does. ``status`` is answered by
``state``, ``ping`` by ``pong``.
What comes while a model loads waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import stat
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from wyoming.error import Error
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.ping import Ping, Pong

from hearth.brain.encoding import Encoding
from hearth.brain.worker import Job, Kind, Piece, Worker
from hearth.error import EngineError

log = logging.getLogger(__name__)


_BEAT_S = 2.0
"""How often a client is told that something which takes long is alive."""

_STUCK_S = 5.0
"""A token, or a piece of a prompt, that takes longer is no sign of life."""

_DONE: dict[Kind, str] = {
    "generate": "generated",
    "draft": "drafted",
    "prepare": "prepared",
    "forget": "forgotten",
}

MAX_TEXTS = 64
"""The most sentences of one request; the next request waits no longer than for these."""


class Server:
    """Serves a worker on a socket, and an encoder where there is one.

    ``about`` is told beside the worker's state.
    """

    def __init__(
        self,
        path: Path,
        worker: Worker,
        about: dict[str, Any],
        mode: int = 0o600,
        encoding: Encoding | None = None,
    ) -> None:
        self._path = path
        self._worker = worker
        self._encoding = encoding
        self._about = about
        self._mode = mode
        self._clients: set[asyncio.Task[None]] = set()

    async def serve(self, until: asyncio.Event) -> None:
        """Answer clients until ``until`` is set. Raises EngineError where the socket is taken."""
        door = listen(self._path, self._mode)
        server = await asyncio.start_unix_server(self._accept, sock=door)
        try:
            await until.wait()
        finally:
            server.close()
            self._worker.stop_all()
            self._path.unlink(missing_ok=True)
            for client in self._clients:
                client.cancel()
            await asyncio.gather(*self._clients, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # a stream callback is a task
        self._clients.add(task)
        client = _Client(reader, writer, self._worker, self._about, self._encoding)
        try:
            await client.run()
        except (ConnectionError, asyncio.IncompleteReadError, KeyError, TypeError, ValueError) as e:
            log.warning("a client is dropped: %s: %r", type(e).__name__, str(e)[:200])
        finally:
            self._clients.discard(task)
            writer.close()


class _Client:
    """One connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        worker: Worker,
        about: dict[str, Any],
        encoding: Encoding | None,
    ) -> None:
        self._encoding = encoding
        self._reader = reader
        self._writer = writer
        self._worker = worker
        self._about = about
        self._jobs: dict[str, Job] = {}
        self._verbs: dict[str, Callable[[Event], Awaitable[None]]] = {
            "generate": partial(self._work, "generate"),
            "draft": partial(self._work, "draft"),
            "prepare": partial(self._work, "prepare"),
            "forget": partial(self._work, "forget"),
            "stop": self._stop,
            "encode": self._encode,
            "status": self._status,
            "ping": self._ping,
        }

    async def run(self) -> None:
        """Read requests until the client leaves; then whatever it asked for stops."""
        answers: set[asyncio.Task[None]] = set()
        try:
            while event := await async_read_event(self._reader):
                verb = self._verbs.get(event.type)
                if verb is None:
                    known = ", ".join(self._verbs)
                    await self._fail(event, f"unknown request; the brain knows {known}", "verb")
                    continue
                task = asyncio.create_task(self._answer(verb, event))
                answers.add(task)
                task.add_done_callback(answers.discard)
        finally:
            for job in self._jobs.values():
                job.stop()
            for task in answers:
                task.cancel()

    async def _answer(self, verb: Callable[[Event], Awaitable[None]], event: Event) -> None:
        with suppress(ConnectionError):
            try:
                await verb(event)
            except (KeyError, TypeError, ValueError) as error:
                await self._fail(event, f"{type(error).__name__}: {error}", "request")

    async def _work(self, kind: Kind, event: Event) -> None:
        name = str(event.data["id"])
        if name in self._jobs:
            raise ValueError("this id is in use")
        pieces: asyncio.Queue[Piece | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def put(piece: Piece | None) -> None:
            with suppress(RuntimeError):  # the loop is closed: the brain is ending
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

        job = self._jobs[name] = Job.parse(kind, event.data, put)
        try:
            self._worker.submit(job)
            while (piece := await self._next(pieces, name)) is not None:
                if isinstance(piece, str):
                    await self._write("piece", {"id": name, "text": piece})
                else:
                    await self._write("draft", {"id": name, "text": piece[0], "score": piece[1]})
            if job.fault:
                await self._fail(event, job.fault, "engine")
            else:
                await self._write(_DONE[kind], {"id": name, **asdict(job.counts)})
        finally:
            job.stop()
            del self._jobs[name]

    async def _next(self, pieces: asyncio.Queue[Piece | None], name: str) -> Piece | None:
        """Return the next piece; while it takes long, tell the client that we live."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_BEAT_S):
                    return await pieces.get()
            if self._worker.state()["stuck_s"] < _STUCK_S:
                await self._write("working", {"id": name})

    async def _stop(self, event: Event) -> None:
        if job := self._jobs.get(str(event.data["id"])):
            job.stop()

    async def _encode(self, event: Event) -> None:
        texts = [str(text) for text in event.data["texts"]]
        if not 1 <= len(texts) <= MAX_TEXTS:
            raise ValueError(f"texts: 1 to {MAX_TEXTS} of them")
        if self._encoding is None:
            await self._fail(event, "there is no sentence encoder", "engine")
            return
        try:
            vectors = await self._encoding.encode(texts)
        except RuntimeError as error:
            await self._fail(event, str(error), "engine")
            return
        width = len(vectors) // 4 // len(texts)
        about = {"id": event.data["id"], "width": width}
        await async_write_event(Event("encoded", about, vectors), self._writer)

    async def _status(self, _: Event) -> None:
        encoder = self._encoding.state() if self._encoding else "absent"
        about = {**self._about, "encoder": encoder, "rss_mb": _rss_mb()}
        await self._write("state", {**self._worker.state(), **about})

    async def _ping(self, event: Event) -> None:
        pong = Pong(text=Ping.from_event(event).text).event()
        await self._write(pong.type, pong.data)

    async def _fail(self, event: Event, text: str, code: str) -> None:
        error = Error(text=text, code=code).event()
        await self._write(error.type, {**error.data, "id": event.data.get("id")})

    async def _write(self, kind: str, data: dict[str, Any]) -> None:
        await async_write_event(Event(kind, data), self._writer)


def listen(path: Path, mode: int) -> socket.socket:
    """Return a listening socket that only its owner (or ``mode``) may use.

    A socket that a dead brain left is replaced. Raises EngineError where a living one answers, or
    where the path is something else.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise EngineError(f"{path} is not a socket.", "Choose another --socket.")
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
            except OSError:
                path.unlink()
            else:
                raise EngineError(f"A brain serves {path} already.", "Stop it first.")
    door = socket.socket(socket.AF_UNIX)
    before = os.umask(0o777 & ~mode)
    try:
        door.bind(str(path))
    finally:
        os.umask(before)
    door.listen(16)
    return door


def _rss_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000
