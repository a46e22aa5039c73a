"""Conversations in, streamed text out, through the Unix socket of the brain: the Thinker.

It is the Drafter, too: several whole replies at once; and the Encoder: sentences in, vectors out.

The brain is a child of ours, or a service of its own (``hearth-brain.service``) whose socket is
configured. Torch is never imported here.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from pathlib import Path
from typing import Any, Self

from hearth.edge import models
from hearth.edge.brain_client import BrainClient, GoneError
from hearth.edge.child import Child
from hearth.error import EngineError
from hearth.event import Health
from hearth.port import ChatMessage, Draft
from hearth.remember import Gone
from hearth.sections.engines import BrainConfig

log = logging.getLogger(__name__)

_PATH_BYTES = 100  # a Unix socket's path may have 107
_ASK_PAUSE_S = 1.0
_WATCH_PAUSE_S = 5.0
_LONGEST_WAIT_S = 10.0
"""How long a reply waits for a model that loads or is started again."""

_START_TIMEOUT_S = 300.0
"""Loading takes seconds; on a small computer with a cold card and a larger model, minutes."""


class Brain:
    """The Thinker with its brain kept alive: ``async with Brain(...) as brain``.

    Entering returns at once; the model loads in the background, and until then ``think`` waits for
    it within its deadline.

    Args:
        config: The section [brain].
        state: The state directory, in which the models lie.
        run: A directory for the socket, made with mode 0700.
        tell: Receives a Health event at each change.
        after: Returns when it may begin to load, where something else has to go before.
        silence_s: A brain without a word for so long in the middle of a reply is killed.
    """

    def __init__(
        self,
        config: BrainConfig,
        *,
        state: Path,
        run: Path,
        tell: Callable[[Health], None],
        after: Callable[[], Awaitable[None]] | None = None,
        silence_s: float = 10.0,
    ) -> None:
        self._config = config
        self._state = state
        self._run = run
        self._tell = tell
        self._after = after
        self._silence_s = silence_s
        self._stack = AsyncExitStack()
        self._child: Child | None = None
        self._client: BrainClient | None = None
        self._absent: Health | None = None
        self._encoder = ""

    @property
    def pid(self) -> int | None:
        """The brain's process id, where it is our child and runs."""
        return self._child.pid if self._child else None

    @property
    def last_counts(self) -> Mapping[str, Any]:
        """What the last reply took (``tokens``, ``first_token_ms``, ``tokens_per_s`` ...)."""
        return self._client.last_counts if self._client else {}

    async def think(
        self, messages: Sequence[ChatMessage], max_tokens: int
    ) -> AsyncGenerator[str, None]:
        """Stream the reply in pieces of text. Closing the iterator stops the model.

        Raises EngineError when the model is absent, failed or took too long.
        """
        client = await self._with_model()
        async with aclosing(client.think(messages, max_tokens)) as pieces:
            async for piece in pieces:
                yield piece

    async def draft(
        self, messages: Sequence[ChatMessage], most: int, max_tokens: int, sentences: int = 2
    ) -> AsyncGenerator[Draft, None]:
        """Yield up to ``most`` replies, each when it is whole. Closing the iterator stops them all.

        Raises EngineError when the model is absent, failed or took too long.
        """
        client = await self._with_model()
        async with aclosing(client.draft(messages, most, max_tokens, sentences)) as drafts:
            async for draft in drafts:
                yield draft

    async def prepare(self, messages: Sequence[ChatMessage]) -> None:
        """Have a prompt's beginning read before it is needed. Raises EngineError."""
        await (await self._with_model()).prepare(messages)

    async def erase(self, gone: Gone) -> None:
        """Drop all that is kept of prompts, whatever is being forgotten: the port Eraser.

        Raises EngineError where it fails.
        """
        await self.forget_all()

    async def forget_all(self) -> None:
        """Drop all that the model keeps of prompts, in memory and on disk.

        A brain that is not there keeps nothing in memory. Raises EngineError where it fails.
        """
        if self._client and not self._absent:
            with suppress(GoneError):
                await self._client.forget()

    async def _with_model(self) -> BrainClient:
        """Return the client once the model is loaded, for which it waits a while.

        Raises EngineError.
        """
        if self._client is None or self._absent:
            raise self._no_model()
        if self._child:
            await self._child.wait_ready(min(_LONGEST_WAIT_S, self._config.deadline_s))
        return self._client

    async def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        """Return one vector of length 1 for each text, 64 texts at most; waits for nothing.

        Raises EngineError where the encoder is absent, loads, or failed.
        """
        if self._client is None or not self._encoder:
            raise EngineError("There is no sentence encoder.")
        return await self._client.encode(texts)

    async def state(self) -> Mapping[str, Any]:
        """Return what the brain says of itself. Raises EngineError when it is not there."""
        if self._client is None:
            raise self._no_model()
        return await self._client.state()

    async def wait_ready(self, timeout_s: float) -> None:
        """Wait until the model is loaded. Raises EngineError after ``timeout_s``."""
        if self._client is None:
            raise self._no_model()
        try:
            async with asyncio.timeout(timeout_s):
                await self._client.wait_loaded()
        except TimeoutError:
            raise EngineError("The language model is not ready.") from None
        if self._child:
            await self._child.wait_ready(timeout_s)

    async def __aenter__(self) -> Self:
        encoder = models.encoder(self._config, self._state)
        if self._config.enabled and self._config.socket:
            self._encoder = self._config.encoder
            await self._join(Path(self._config.socket))
            return self
        if encoder.state == "ready":
            self._encoder = str(models.installed(self._config.encoder, self._state))
        found = models.inspect(self._config, self._state)
        model = models.installed(self._config.model, self._state)
        if found.state != "ready" or not model:
            self._absent, model = found, None
            self._tell(found)
        if model or self._encoder:
            await self._start(model)
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._client = None
        await self._stack.aclose()

    def _new_client(self, path: Path) -> BrainClient:
        return BrainClient(
            path,
            deadline_s=self._config.deadline_s,
            temperature=self._config.temperature,
            silence_s=self._silence_s,
            stuck=self._kill,
        )

    def _no_model(self) -> EngineError:
        why = self._absent
        return EngineError(
            f"There is no language model: {why.detail}." if why else "The brain is closed.",
            why.remedy if why else "",
        )

    def _kill(self, why: str) -> None:
        if self._child:
            self._child.kill(why)

    async def _start(self, model: Path | None) -> None:
        """Start the brain as a child with a socket that only we can reach.

        Without a language model it is the encoder's process alone.
        """
        path = self._run / "brain.sock"
        if len(os.fsencode(path)) > _PATH_BYTES:
            short = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="hearth-"))
            path = Path(short) / "brain.sock"
        self._client = self._new_client(path)
        self._child = Child(
            models.PART if model else models.ENCODER,
            command(self._config, str(model or ""), path, self._encoder, self._state / "prefixes"),
            ready=self._loaded,
            tell=self._tell,
            env=environment(),
            after=self._after,
            start_timeout_s=_START_TIMEOUT_S,
        )
        await self._stack.enter_async_context(self._child)

    async def _loaded(self) -> None:
        assert self._client is not None  # noqa: S101  # the child is built after it
        await self._client.wait_loaded()

    async def _join(self, path: Path) -> None:
        """Follow the state of a brain that is a service of its own."""
        self._client = self._new_client(path)
        watch = asyncio.create_task(self._watch(self._client), name="watch brain")
        self._stack.push_async_callback(_ended, watch)

    async def _watch(self, client: BrainClient) -> None:
        last: Health | None = None
        while True:
            try:
                state = await client.state()
            except EngineError as error:
                health = Health(models.PART, "down", error.what, "systemctl status hearth-brain")
            else:
                health = _health(state)
            if health != last:
                self._tell(health)
            last = health
            await asyncio.sleep(_WATCH_PAUSE_S if health.state == "ready" else _ASK_PAUSE_S)


def command(
    config: BrainConfig, model: str, path: Path, encoder: str = "", shelf: Path | None = None
) -> list[str]:
    """Return the argument vector that starts a brain; ``shelf`` is where it keeps beginnings."""
    return [
        *(sys.executable, "-m", "hearth.brain"),
        *("--socket", str(path), "--model", model, "--encoder", encoder),
        *("--quantization", config.quantization, "--threads", str(config.threads)),
        *("--context-tokens", str(config.context_tokens)),
        *("--memory-mb", str(config.memory_mb)),
        *(("--shelf", str(shelf)) if shelf else ()),
    ]


def environment() -> dict[str, str]:
    """Return the variables that a brain is started with; ``hearth.brain`` sets the rest itself."""
    threads = {} if "OMP_WAIT_POLICY" in os.environ else {"OMP_WAIT_POLICY": "PASSIVE"}
    return {"HF_HUB_OFFLINE": "1", **threads}


def _health(state: Mapping[str, Any]) -> Health:
    if state["state"] == "failed":
        return Health(models.PART, "down", str(state["fault"]), "Look at brain.model.")
    if state["state"] == "loading":
        return Health(models.PART, "starting", "the model is loading")
    return Health(models.PART, "ready", str(state["kind"]))


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
