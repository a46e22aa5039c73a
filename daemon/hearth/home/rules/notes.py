"""Small facts in, kept over a restart out: what rules remember, written behind in batches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from hearth.keep import Ledger

_BEHIND_S = 0.2
"""What changes more often than this is written once."""

_LAZY_S = 30.0
"""How long a lazy note may wait, where nothing else is written."""


class Notes:
    """Notes by kind and key; read from memory, written to the ledger a moment later."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[tuple[str, str], Any] = {}
        self._changed: dict[tuple[str, str], Any] = {}
        self._dirty = asyncio.Event()

    async def load(self) -> None:
        """Read what was kept; a note that cannot be read is left out."""
        for mark, text in (await self._ledger.notes()).items():
            try:
                self._known[mark] = json.loads(text)
            except ValueError:
                self._changed[mark] = None

    def get(self, kind: str, key: str) -> Any:
        """Return a note, or None."""
        return self._known.get((kind, key))

    def of(self, kind: str) -> Mapping[str, Any]:
        """Return every note of a kind."""
        return {key: value for (k, key), value in self._known.items() if k == kind}

    def put(self, kind: str, key: str, value: Any, *, lazy: bool = False) -> None:
        """Keep a note; None forgets it. A ``lazy`` one is written with the next, or much later."""
        mark = (kind, key)
        if value is None:
            if self._known.pop(mark, None) is None:
                return
        else:
            self._known[mark] = value
        self._changed[mark] = value
        if not lazy:
            self._dirty.set()

    async def flush(self) -> None:
        """Write what has changed; returns once it is on disk. Raises HearthError."""
        changed, self._changed = self._changed, {}
        if not changed:
            return
        try:
            await self._ledger.note(
                {
                    mark: None if value is None else json.dumps(value, ensure_ascii=False)
                    for mark, value in changed.items()
                }
            )
        except BaseException:
            self._changed = changed | self._changed
            raise

    async def run(self) -> None:
        """Write behind, until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAZY_S):
                    await self._dirty.wait()
                    await asyncio.sleep(_BEHIND_S)
            self._dirty.clear()
            await self.flush()
