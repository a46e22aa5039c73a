"""Keeps shopping and other lists: add to them, strike from them, read them out, empty them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from rapidfuzz import fuzz, process

from hearth.port import Phraser
from hearth.skill import Reply, Request, intent
from hearth.skills.deeds import Deeds

_NEAR = 80.0
"""How alike (``rapidfuzz.fuzz.ratio``) an item has to be to the one that is struck."""

_LONGEST = 100
_ARTICLES = re.compile(
    r"^(?:a|an|the|some|any|more|einen?|eine|den|die|das|etwas) +", re.IGNORECASE
)


class ListStore(Protocol):
    """Keeps lists on disk (``memory.lists.StoredLists``)."""

    async def add(self, name: str, items: Sequence[str]) -> None:
        """Append items."""

    async def remove(self, name: str, items: Sequence[str]) -> None:
        """Delete items, each once."""

    async def items(self, name: str) -> Sequence[str]:
        """Return the items of a list."""


class Lists:
    """The shopping list is the one without a name."""

    def __init__(self, store: ListStore, phraser: Phraser, deeds: Deeds) -> None:
        self._store = store
        self._phraser = phraser
        self._deeds = deeds
        self._parts = re.compile(rf" *, *| +(?:and|{re.escape(phraser.phrase('words.and'))}) +")

    @intent("HassShoppingListAddItem", "HearthListAdd")
    async def add(self, request: Request) -> Reply:
        """Write one thing or several on a list; they are on disk when this is said."""
        name, items = _name(request), self._items(request)
        if not items:
            return Reply(self._phraser.phrase("errors.not_understood"), "failed")
        await self._store.add(name, items)
        self._deeds.note(request, lambda: self._store.remove(name, items))
        return self._say("lists.added", name, items=items)

    @intent("HassShoppingListCompleteItem", "HearthListRemove")
    async def remove(self, request: Request) -> Reply:
        """Strike one thing or several from a list."""
        name = _name(request)
        have = await self._store.items(name)
        wanted = {item: _found(item, have) for item in self._items(request)}
        struck = [found for found in wanted.values() if found]
        missing = [item for item, found in wanted.items() if not found]
        if not struck:
            return Reply(self._say("lists.missing", name, items=missing).text, "failed")
        await self._store.remove(name, struck)
        self._deeds.note(request, lambda: self._store.add(name, struck))
        return self._say("lists.removed", name, items=struck)

    @intent("HearthListRead")
    async def read(self, request: Request) -> Reply:
        """Read a list out."""
        name = _name(request)
        items = list(await self._store.items(name))
        return self._say("lists.read" if items else "lists.empty", name, items=items)

    @intent("HearthListHas")
    async def has(self, request: Request) -> Reply:
        """Say whether something is on a list."""
        name = _name(request)
        have = await self._store.items(name)
        there = [found for item in self._items(request) if (found := _found(item, have))]
        key = "lists.there" if there else "lists.missing"
        return self._say(key, name, items=there or list(self._items(request)))

    @intent("HearthListClear")
    async def clear(self, request: Request) -> Reply:
        """Empty a list; an undo brings it back."""
        name = _name(request)
        items = await self._store.items(name)
        await self._store.remove(name, items)
        self._deeds.note(request, lambda: self._store.add(name, items))
        return self._say("lists.cleared", name, items=list(items))

    def _items(self, request: Request) -> tuple[str, ...]:
        """Return the things that were named, each by itself."""
        text = str(request.command.slots.get("item", "")).strip()
        parts = (_ARTICLES.sub("", part.strip()) for part in self._parts.split(text))
        return tuple(part[:_LONGEST] for part in parts if part)

    def _say(self, key: str, name: str, *, items: Sequence[str]) -> Reply:
        return Reply(self._phraser.phrase(key, list=name, items=list(items)))


def _name(request: Request) -> str:
    return str(request.command.slots.get("list", "")).strip().casefold()


def _found(item: str, have: Sequence[str]) -> str:
    """Return what of a list is meant: the same, the nearest, or the only one with that word."""
    close = process.extractOne(
        item.casefold(), [known.casefold() for known in have], scorer=fuzz.ratio, score_cutoff=_NEAR
    )
    if close:
        return have[close[2]]
    words = {*item.casefold().split()}
    fits = [known for known in have if words <= {*known.casefold().split()}]
    return fits[0] if len(fits) == 1 else ""
