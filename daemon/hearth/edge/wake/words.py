"""The configured wake words in, each site's spotters out, whichever engine knows the word."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from hearth.edge.child import mortal
from hearth.edge.wake.namesake import Everyday, Namesake, recall
from hearth.edge.wake.shipped import SHIPPED, MicroSpotter
from hearth.edge.wake.spotter import NameSpotter
from hearth.event import Health
from hearth.port import Find, Spotter
from hearth.sections.engines import WakeConfig

log = logging.getLogger(__name__)


class WakeWords:
    """Knows every wake word: shipped models at once, other names once they are learned.

    Args:
        config: The section [wake].
        language: How names are read aloud to learn them, as ``hearth.language``.
        cache: A folder in the state directory, where learned names are kept.
        tell: Receives the health of the part ``wake``.
        also: A name that a person gave, beside the configured ones; may be empty.
    """

    def __init__(
        self,
        config: WakeConfig,
        *,
        language: str,
        cache: Path,
        tell: Callable[[Health], None],
        also: str = "",
    ) -> None:
        words = dict.fromkeys(_plain(word) for word in (*config.words, also) if word.strip())
        self._shipped = [word for word in words if word in SHIPPED]
        self._named = [word for word in words if word not in SHIPPED]
        self._sensitivity = config.sensitivity
        self._language = language
        self._cache = cache
        self._tell = tell
        self._everyday = Everyday() if self._named else None
        self._names: list[Namesake] = []
        self._learning: asyncio.Task[None] | None = None
        self.recall()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it wakes on: shipped ones, and those that were learned."""
        known = {name.word for name in self._names}
        return (*(word for word in self._named if word in known), *self._shipped)

    def answer_to(self, name: str) -> Literal["now", "soon", "restart", "never"]:
        """Wake on one more name; it is learned in the background, about a minute (``Called``)."""
        word = _plain(name)
        if word in self.names:
            return "now"
        if not word or not all(part.isalpha() for part in word.split()):
            return "never"
        if self._everyday is None or word in SHIPPED:
            return "restart"
        if word not in self._named:
            self._named.append(word)
        if self.recall():
            return "now"
        if self._learning is None or self._learning.done():
            self._learning = asyncio.create_task(self.run(), name="wake name")
        return "soon"

    def spotters(self, tell: Callable[[Find], None]) -> Sequence[Spotter]:
        """Build one site's spotters; names that are learned later are spotted from then on."""
        spotters: list[Spotter] = []
        if self._shipped:
            spotters.append(MicroSpotter(self._shipped, self._sensitivity, tell))
        if self._everyday:
            spotters.append(NameSpotter(self._names, self._everyday, self._sensitivity, tell))
        return spotters

    def recall(self) -> bool:
        """Read what was learned before; return whether every name is known."""
        for word in self._missing():
            if known := recall(word, self._language, self._cache):
                self._names.append(known)
        return not self._missing()

    async def run(self) -> None:
        """Learn what is not known yet, in a process of its own: about a minute for each name."""
        faults: list[str] = []
        if not self.recall():
            self._tell(Health("wake", "starting", "It learns how its name sounds."))
        for word in self._missing():
            if fault := await self._learn(word):
                log.warning("the wake word %r cannot be learned: %s", word, fault)
                faults.append(fault)
        self.recall()
        if faults:
            remedy = "Choose another word in [wake], or run ./deploy/run again."
            self._tell(Health("wake", "degraded", faults[0], remedy))
        else:
            self._tell(Health("wake", "ready", ", ".join([*self._named, *self._shipped])))

    def _missing(self) -> list[str]:
        known = {name.word for name in self._names}
        return [word for word in self._named if word not in known]

    async def _learn(self, word: str) -> str:
        """Learn one name and return what went wrong, or an empty text."""
        nice = ["nice"] if shutil.which("nice") else []
        learner = [sys.executable, "-m", "hearth.edge.wake.namesake"]
        process = await asyncio.create_subprocess_exec(
            *mortal([*nice, *learner, word, self._language, str(self._cache)]),
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        try:
            _, complaint = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == 0:
            return ""
        lines = complaint.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"the learner ended with {process.returncode}"


def _plain(word: str) -> str:
    """Return a name as it is compared: lower case, single blanks."""
    return " ".join(word.casefold().split())
