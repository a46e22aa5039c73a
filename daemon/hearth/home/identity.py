"""What identifies a thing in, its entity id out: the same one after every restart.

Two things may want one id; who comes second gets a number. After a restart they may come the other
way round, so whoever holds or wants a contested id is kept by its unique id, and so is one whose
name has changed since. All other ids follow from the announcement alone and need no keeping.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Container, Mapping

from hearth.home.naming import unique
from hearth.keep import Settings

log = logging.getLogger(__name__)

Mark = tuple[str, str]
"""What identifies a thing over several topics: its component and unique id, else its topic."""

SETTING = "home.ids"
"""The key under which contested ids are kept."""

_KNOWN = 20_000
_KEPT = 2_000
_SETTLE_S = 1.0


class Identities:
    """Who has which entity id. ``settings`` is what the store kept, ``store`` where it is put.

    Without a store the ids hold as long as it lives.
    """

    def __init__(
        self, settings: Mapping[str, str] | None = None, store: Settings | None = None
    ) -> None:
        self._store = store
        self._kept = _read((settings or {}).get(SETTING, ""))
        self._reserved = {id_: mark for mark, id_ in self._kept.items()}
        self._known: OrderedDict[Mark, str] = OrderedDict(self._kept)
        self._holders: dict[str, Mark] = dict(self._reserved)
        self._news = asyncio.Event()

    def give(self, mark: Mark, wanted: str, taken: Container[str]) -> str:
        """Return the id of a thing that wants ``wanted``; never one of ``taken``."""
        known = self._known.get(mark)
        if known is None or known in taken:
            known = unique(wanted, _Other(mark, taken, self._reserved))
        self.hold(mark, wanted, known)
        return known

    def hold(self, mark: Mark, wanted: str, id_: str) -> None:
        """Take note that a thing has an id; it is kept where the thing would get another one."""
        self._known[mark] = id_
        self._known.move_to_end(mark)
        self._holders[id_] = mark
        if id_ != wanted:
            self._keep(mark, id_)
            if (holder := self._holders.get(wanted)) is not None and holder != mark:
                self._keep(holder, wanted)
        while len(self._known) > _KNOWN:
            old, dropped = self._known.popitem(last=False)
            if self._holders.get(dropped) == old:
                del self._holders[dropped]

    async def run(self) -> None:
        """Put on disk what has to be kept, until cancelled."""
        while self._store is not None:
            await self._news.wait()
            await asyncio.sleep(_SETTLE_S)
            self._news.clear()
            rows = [[*mark, id_] for mark, id_ in self._kept.items()]
            await self._store.put(SETTING, json.dumps(rows, separators=(",", ":")))

    def _keep(self, mark: Mark, id_: str) -> None:
        if self._kept.get(mark) == id_:
            return
        self._kept[mark] = id_
        self._reserved[id_] = mark
        while len(self._kept) > _KEPT:
            _, dropped = self._kept.popitem(last=False)
            self._reserved.pop(dropped, None)
        self._news.set()


class _Other:
    """The ids that a thing cannot have: those in use, and those kept for another one."""

    def __init__(self, mark: Mark, taken: Container[str], reserved: Mapping[str, Mark]) -> None:
        self._mark, self._taken, self._reserved = mark, taken, reserved

    def __contains__(self, id_: object) -> bool:
        return id_ in self._taken or self._reserved.get(str(id_), self._mark) != self._mark


def _read(text: str) -> OrderedDict[Mark, str]:
    if not text:
        return OrderedDict()
    try:
        return OrderedDict(((str(a), str(b)), str(id_)) for a, b, id_ in json.loads(text))
    except (ValueError, TypeError):
        log.warning("The kept entity ids cannot be read; contested ones are given anew")
        return OrderedDict()
