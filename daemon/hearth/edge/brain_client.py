"""Requests to a brain out through its Unix socket, replies, drafts and vectors in.

Torch is never imported here. Closing a stream closes its connection, which stops the model.
"""

from __future__ import annotations

import array
import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

from wyoming.event import Event, async_read_event, async_write_event

from hearth.error import EngineError
from hearth.port import ChatMessage, Draft

log = logging.getLogger(__name__)

_ASK_PAUSE_S = 0.25
_ANSWER_S = 10.0
"""How long a question that is answered at once may take on a busy small computer."""

_LAST = frozenset({"generated", "drafted", "prepared", "forgotten"})
"""What ends the answer to a request."""


class GoneError(EngineError):
    """No brain answers at the socket, so that nothing is kept in its memory either."""


class BrainClient:
    """Asks a brain at a socket; a ``hearth.port.Thinker`` and ``Drafter``.

    Args:
        path: The brain's socket.
        deadline_s: The longest a reply may take.
        silence_s: The longest without a piece of text; then ``stuck`` is called.
        temperature: 0 always takes the likeliest word, 2 is wild.
        stuck: Told when the brain is silent for too long.
    """

    def __init__(
        self,
        path: Path,
        *,
        deadline_s: float,
        temperature: float,
        silence_s: float | None = None,
        stuck: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._deadline_s = deadline_s
        self._silence_s = deadline_s if silence_s is None else silence_s
        self._temperature = temperature
        self._stuck = stuck
        self.last_counts: Mapping[str, Any] = {}

    async def think(
        self, messages: Sequence[ChatMessage], max_tokens: int
    ) -> AsyncGenerator[str, None]:
        """Stream the reply in pieces of text. Closing the iterator stops the model.

        Raises EngineError when the brain is not there, failed, or took too long.
        """
        request = {"messages": _plain(messages), "max_tokens": max_tokens}
        async with aclosing(self._stream("generate", request)) as events:
            async for event in events:
                if event.type == "piece":
                    yield str(event.data["text"])

    async def draft(
        self, messages: Sequence[ChatMessage], most: int, max_tokens: int, sentences: int = 2
    ) -> AsyncGenerator[Draft, None]:
        """Yield up to ``most`` replies, each when it is whole. Closing the iterator stops them all.

        Raises EngineError when the brain is not there, failed, or took too long.
        """
        request = {
            "messages": _plain(messages),
            "max_tokens": max_tokens,
            "most": most,
            "sentences": sentences,
        }
        async with aclosing(self._stream("draft", request)) as events:
            async for event in events:
                if event.type == "draft":
                    yield Draft(str(event.data["text"]), float(event.data["score"]))

    async def prepare(self, messages: Sequence[ChatMessage]) -> None:
        """Have a prompt's beginning read before it is needed. Raises EngineError."""
        request = {"messages": _plain(messages)}
        async with aclosing(self._stream("prepare", request)) as events:
            async for _ in events:
                pass

    async def forget(self) -> None:
        """Have everything dropped that is kept of prompts. Raises EngineError."""
        async with aclosing(self._stream("forget", {})) as events:
            async for _ in events:
                pass

    async def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one vector of length 1 for each text, 64 texts at most.

        Raises EngineError where the encoder is not there, failed, or took too long.
        """
        event = await self._ask(Event("encode", {"id": "encode", "texts": list(texts)}))
        if event.type != "encoded":
            raise EngineError(f"The sentence encoder failed: {event.data.get('text')}.")
        floats = array.array("f", event.payload or b"")
        width = int(event.data["width"])
        return tuple(tuple(floats[at : at + width]) for at in range(0, len(floats), width))

    async def state(self) -> Mapping[str, Any]:
        """Return what the brain says of itself (``state``, ``part``, ``fault``, ``rss_mb`` ...).

        Raises EngineError when it is not there.
        """
        return (await self._ask(Event("status"))).data

    async def _stream(self, verb: str, request: Mapping[str, Any]) -> AsyncGenerator[Event, None]:
        """Send a request and yield what comes for it, but the last, whose counts are kept.

        Closing it closes the connection, which stops the model. Raises EngineError.
        """
        about = {"temperature": self._temperature, "deadline_s": self._deadline_s}
        end = asyncio.get_running_loop().time() + self._deadline_s
        reader, writer = await self._connect()
        try:
            asked = Event(verb, {"id": uuid.uuid4().hex, **about, **request})
            await async_write_event(asked, writer)
            while True:
                event = await self._next(reader, end)
                if event.type == "error":
                    raise EngineError(f"The language model failed: {event.data.get('text')}.")
                if event.type in _LAST:
                    self.last_counts = event.data
                    log.debug("%s: %s", event.type, event.data)
                    return
                yield event
        except (ConnectionError, asyncio.IncompleteReadError):
            raise EngineError("The language model ended in the middle of a reply.") from None
        finally:
            writer.close()  # that is what stops the model, should it still be at work

    async def _ask(self, request: Event) -> Event:
        """Return the one event that answers a request. Raises EngineError."""
        reader, writer = await self._connect()
        try:
            await async_write_event(request, writer)
            return await self._next(reader, asyncio.get_running_loop().time() + _ANSWER_S)
        except (ConnectionError, asyncio.IncompleteReadError):
            raise EngineError("The language model's process ended.") from None
        finally:
            writer.close()

    async def wait_loaded(self) -> Mapping[str, Any]:
        """Wait until the model is loaded and return the state. Raises EngineError if it failed."""
        while True:
            with suppress(EngineError):
                state = await self.state()
                if state["state"] == "ready" and state.get("encoder") != "loading":
                    return state
                if state["state"] == "failed":
                    break
            await asyncio.sleep(_ASK_PAUSE_S)
        raise EngineError(
            f"The language model cannot be loaded: {state['fault']}.",
            "Look at brain.model and brain.memory_mb in the configuration.",
        )

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            return await asyncio.open_unix_connection(str(self._path))
        except OSError as error:
            raise GoneError(
                f"The language model is not running ({error.strerror}).",
                "It starts again by itself; `hearth check` tells more.",
            ) from None

    async def _next(self, reader: asyncio.StreamReader, end: float) -> Event:
        """Return the next event. Raises EngineError at the deadline, in silence, at the end."""
        left = end - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(left, self._silence_s)):
                event = await async_read_event(reader)
        except TimeoutError:
            if left > self._silence_s:
                self._stuck(f"no word for {self._silence_s:g} s")
            raise EngineError("The language model did not answer in time.") from None
        if event is None:
            raise EngineError("The language model ended in the middle of a reply.")
        return event


def _plain(messages: Sequence[ChatMessage]) -> list[dict[str, Any]]:
    """Return messages as they travel."""
    return [
        {"role": message.role, "text": message.text, "lasting": message.lasting}
        for message in messages
    ]
