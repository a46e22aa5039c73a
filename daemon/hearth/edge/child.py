"""A program of its own kept alive as a child: started, watched, restarted, and ended with us."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Self

from hearth.backoff import Backoff
from hearth.error import EngineError, MissingError
from hearth.event import Health

log = logging.getLogger(__name__)

_SYSTEMDS = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
_FIRST_WAIT_S, _LONGEST_WAIT_S, _STEADY_S = 0.25, 30.0, 60.0
_LAST_WORDS_S = 0.2
"""How long the output of a child that ended is read on: it says why."""


class Child:
    """Keeps one child process running.

    Args:
        name: The part's name in the status (``brain``, ``ear`` ...).
        command: The argument vector; its first element is looked up in PATH.
        ready: Returns once the child answers; called after each start, given ``start_timeout_s``.
        tell: Receives a Health event at each change.
        env: Variables beside the inherited ones.
        after: Returns when the first start may begin, where something else has to go before.

    Used as ``async with Child(...) as child``: once entered, the process runs (unless it waits for
    ``after``) and becomes ready in the background; on leaving, the child gets SIGTERM and after
    ``stop_timeout_s`` SIGKILL. The kernel kills it, too, when this process dies (``setpriv
    --pdeathsig``), so none is left behind.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        ready: Callable[[], Awaitable[None]],
        tell: Callable[[Health], None],
        env: Mapping[str, str] | None = None,
        after: Callable[[], Awaitable[None]] | None = None,
        start_timeout_s: float = 60.0,
        stop_timeout_s: float = 2.0,
    ) -> None:
        self.name = name
        self.restarts = 0
        self._command = list(command)
        self._probe = ready
        self._tell = tell
        # What systemd tells us is not for a child: Mosquitto would answer in our name.
        inherited = {k: v for k, v in os.environ.items() if k not in _SYSTEMDS}
        self._env = {**inherited, **(env or {})}
        self._after = after
        self._start_timeout_s = start_timeout_s
        self._stop_timeout_s = stop_timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._is_begun, self._is_ready = asyncio.Event(), asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def wait_ready(self, timeout_s: float) -> None:
        """Wait until the child answers. Raises EngineError after ``timeout_s``."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._is_ready.wait()
        except TimeoutError:
            raise EngineError(f"The {self.name} is not ready.") from None

    def kill(self, reason: str) -> None:
        """End a child that hangs; it is then started again."""
        if self._process and self._process.returncode is None:
            log.warning("%s is killed: %s", self.name, reason)
            with suppress(ProcessLookupError):
                self._process.kill()

    async def __aenter__(self) -> Self:
        if shutil.which(self._command[0]) is None:
            raise MissingError(
                f"The program {self._command[0]!r} for the {self.name} is not installed.",
                "Run ./deploy/run, which installs it.",
            )
        self._keeper = asyncio.create_task(self._keep(), name=f"child {self.name}")
        if self._after is None:
            try:
                await self._is_begun.wait()
            except BaseException:
                await self.__aexit__()
                raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._keeper:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        await self._end()

    async def _keep(self) -> None:
        if self._after is not None:
            self._tell(Health(self.name, "starting"))
            await self._after()
        waits = Backoff(_FIRST_WAIT_S, _LONGEST_WAIT_S, _STEADY_S)
        while True:
            waits.begin()
            try:
                why = await self._once()
            except (OSError, TimeoutError, EngineError) as error:
                why = str(error) or "it did not answer in time"
            self._is_ready.clear()
            await self._end()
            wait_s = waits.next_s()
            self.restarts += 1
            self._tell(Health(self.name, "down", why, "It is restarted by itself."))
            log.warning("%s ended (%s); restarted in about %.1f s", self.name, why, wait_s)
            await asyncio.sleep(wait_s)

    async def _once(self) -> str:
        """Start the child, say when it is ready, and return why it ended."""
        self._tell(Health(self.name, "starting"))
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                *mortal(self._command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=self._env,
                start_new_session=True,  # Ctrl+C is for us: we end our children in order
            )
        finally:
            self._is_begun.set()
        telling = asyncio.create_task(self._tell_output(process.stdout))
        ended = asyncio.create_task(process.wait())
        probe = asyncio.ensure_future(self._probe())
        try:
            async with asyncio.timeout(self._start_timeout_s):
                await asyncio.wait({ended, probe}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                await probe
                self._is_ready.set()
                self._tell(Health(self.name, "ready"))
            await ended
        finally:
            probe.cancel()
            ended.cancel()
            if process.returncode is not None:
                await asyncio.wait({telling}, timeout=_LAST_WORDS_S)
            telling.cancel()
            with suppress(asyncio.CancelledError, Exception):  # its failure was told by the exit
                await probe
        return _why(process.returncode)

    async def _tell_output(self, output: asyncio.StreamReader | None) -> None:
        """Put what the child prints into our log; a line of any length, told in parts."""
        while output and (text := await output.read(4096)):
            for line in text.decode("utf-8", "replace").splitlines():
                log.info("%s: %s", self.name, line)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
            try:
                async with asyncio.timeout(self._stop_timeout_s):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


def mortal(command: Sequence[str]) -> list[str]:
    """Return a command that the kernel kills when we die, so that none is left behind.

    The shell between closes a gap: had we died before ``setpriv`` asked for the signal, none would
    come, so the child goes on only while we are still its parent.
    """
    if not shutil.which("setpriv"):
        return list(command)
    guard = ["setpriv", "--pdeathsig", "KILL", "--"]
    return [*guard, "sh", "-c", '[ "$PPID" = "$0" ] && exec "$@"', str(os.getpid()), *command]


def _why(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit status {code}"
