"""Jobs in, pieces of text or drafts out: the one thread in which the model loads and computes.

Replies are made in the order they were asked for. Reading a prompt ahead of time gives way to them.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from hearth.brain.reply import Counts, Taste
from hearth.port import ChatMessage

if TYPE_CHECKING:
    from hearth.brain.load import Loaded

log = logging.getLogger(__name__)

_ROLES = ("system", "user", "assistant")

MOST_DRAFTS = 8
"""More replies at once than this are not worth their time on any machine that was measured."""

Kind = Literal["generate", "draft", "prepare", "forget"]
Piece = str | tuple[str, float]
"""A piece of a reply, or a whole one with its score."""


@dataclass(slots=True, eq=False)
class Job:
    """One thing to do: a reply, several drafts of one, reading a prompt ahead, or forgetting.

    ``put`` is called in the worker's thread; None ends it.
    """

    messages: tuple[ChatMessage, ...]
    max_tokens: int
    put: Callable[[Piece | None], None]
    kind: Kind = "generate"
    most: int = 1
    sentences: int = 2
    taste: Taste = field(default_factory=Taste)
    seed: int | None = None
    deadline_s: float = 60.0
    fault: str = ""
    counts: Counts = field(default_factory=Counts)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _began: float = field(default_factory=time.monotonic)

    @classmethod
    def parse(cls, kind: Kind, data: Mapping[str, Any], put: Callable[[Piece | None], None]) -> Job:
        """Read a request. Raises KeyError, TypeError or ValueError where it is malformed."""
        if kind == "forget":
            return cls((), 1, put, kind)
        messages = tuple(
            ChatMessage(entry["role"], str(entry["text"]), bool(entry.get("lasting")))
            for entry in data["messages"]
            if entry["role"] in _ROLES
        )
        if not messages or len(messages) != len(data["messages"]):
            raise ValueError(f"messages need a role of {', '.join(_ROLES)} and a text")
        if kind == "prepare":
            return cls(messages, 1, put, kind)
        max_tokens = int(data["max_tokens"])
        if max_tokens < 1:
            raise ValueError("max_tokens is at least 1")
        most, sentences = int(data.get("most", 1)), int(data.get("sentences", 2))
        if not (1 <= most <= MOST_DRAFTS and sentences >= 1):
            raise ValueError(f"most is 1 to {MOST_DRAFTS}, sentences at least 1")
        keys = ("temperature", "top_p", "repetition_penalty")
        return cls(
            messages,
            max_tokens,
            put,
            kind,
            most,
            sentences,
            taste=Taste(**{key: float(data[key]) for key in keys if data.get(key) is not None}),
            seed=None if data.get("seed") is None else int(data["seed"]),
            deadline_s=float(data.get("deadline_s") or 60.0),
        )

    def stop(self) -> None:
        """End it at the next token, or the next piece of a prompt."""
        self._stopped.set()

    def is_over(self) -> bool:
        """Say whether it was stopped or its time is over."""
        return self._stopped.is_set() or time.monotonic() - self._began > self.deadline_s


class Worker:
    """Loads the model and then does one job after another.

    Args:
        load: Builds the engine; given a function that is told the part that is loaded, 0 to 1.
            None where there is no language model, and every job fails.
        changed: Called, in the worker's thread, when the model is ready or failed.
    """

    def __init__(
        self,
        load: Callable[[Callable[[float], None]], Loaded] | None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._load = load
        self._changed = changed
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._latest: Job | None = None
        self._now: Job | None = None
        self._beat = time.monotonic()
        self._state: dict[str, Any] = {"state": "loading", "part": 0.0, "fault": "", "kind": ""}
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)

    def start(self) -> None:
        """Begin to load."""
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Do this job after those before it; what only reads ahead gives way to it."""
        latest, self._latest = self._latest, job
        if latest and latest.kind == "prepare":
            latest.stop()
        self._jobs.put(job)

    def state(self) -> dict[str, Any]:
        """Return ``state`` (loading, ready, failed), ``part``, ``fault``, ``kind``, ``stuck_s``."""
        stuck = time.monotonic() - self._beat if self._now else 0.0
        return {**self._state, "stuck_s": round(stuck, 1)}

    def stop_all(self) -> None:
        """End the present job at the next token, and those that wait before they begin."""
        while True:
            try:
                self._jobs.get_nowait().put(None)
            except queue.Empty:
                break
        if now := self._now:
            now.stop()

    def _run(self) -> None:
        loaded = self._loaded()
        self._changed()
        while True:
            job = self._jobs.get()
            self._now, self._beat = job, time.monotonic()
            try:
                if loaded is None:
                    job.fault = self._state["fault"]
                elif not job.is_over():
                    self._do(loaded, job)
            except Exception as error:  # a wall: one reply fails, the brain lives
                log.warning("a reply failed", exc_info=True)
                job.fault = f"{type(error).__name__}: {error}"
            finally:
                self._now = None
                job.put(None)
            if loaded and self._jobs.empty():
                self._rest(loaded)

    def _rest(self, loaded: Loaded) -> None:
        """Do what can wait, now that nobody does."""
        try:
            loaded.engine.idle()
        except Exception:  # a wall: what is only kept for later must not end the brain
            log.warning("what can wait failed", exc_info=True)

    def _loaded(self) -> Loaded | None:
        def part(share: float) -> None:
            self._state = {**self._state, "part": round(share, 2)}

        if self._load is None:
            none = "there is no language model"
            self._state = {"state": "ready", "part": 1.0, "fault": none, "kind": none}
            return None
        began = time.monotonic()
        try:
            loaded = self._load(part)
        except Exception as error:  # noqa: BLE001  # a wall: libraries raise anything; it is told
            log.error("the model cannot be loaded: %s", error)
            self._state = {**self._state, "state": "failed", "fault": str(error)}
            return None
        took = time.monotonic() - began
        log.info("the model is ready after %.1f s (%s)", took, loaded.kind)
        self._state = {"state": "ready", "part": 1.0, "fault": "", "kind": loaded.kind}
        return loaded

    def _do(self, loaded: Loaded, job: Job) -> None:
        def stopped() -> bool:
            self._beat = time.monotonic()
            return job.is_over()

        engine, counts = loaded.engine, job.counts
        pieces: Iterable[Piece] = ()
        match job.kind:
            case "forget":
                engine.forget()
            case "prepare":
                engine.prepare(job.messages, counts, stopped=stopped)
            case "draft":
                pieces = engine.draft(
                    job.messages,
                    job.most,
                    job.max_tokens,
                    job.sentences,
                    counts,
                    taste=job.taste,
                    seed=job.seed,
                    stopped=stopped,
                )
            case "generate":
                pieces = engine.generate(
                    job.messages,
                    job.max_tokens,
                    counts,
                    taste=job.taste,
                    seed=job.seed,
                    stopped=stopped,
                )
        for piece in pieces:
            job.put(piece)
