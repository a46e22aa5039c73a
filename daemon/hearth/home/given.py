"""What a person said of things in, kept: other names, and where they stand."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from hearth.keep import Settings

log = logging.getLogger(__name__)

THING = "thing/"
"""What was said of a thing is kept as the setting ``thing/<entity_id>``."""

MAX_ALIASES = 16
"""A seventeenth name takes the place of the oldest."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person said of one thing; ``area`` is an area's id or name."""

    name: str = ""
    aliases: tuple[str, ...] = ()
    area: str = ""


class Givens:
    """What was said of every thing. ``settings`` is what the store kept, ``store`` keeps the rest.

    Without a store it holds as long as it lives.
    """

    def __init__(
        self, settings: Mapping[str, str] | None = None, store: Settings | None = None
    ) -> None:
        self._store = store
        self._all = {
            key.removeprefix(THING): _read(key, text)
            for key, text in (settings or {}).items()
            if key.startswith(THING)
        }

    def of(self, entity_id: str) -> Given:
        """Return what was said of a thing."""
        return self._all.get(entity_id, _NOTHING)

    @property
    def all(self) -> Mapping[str, Given]:
        """What was said, by entity id."""
        return self._all

    async def keep(self, entity_id: str, given: Given) -> None:
        """Put it in place of what was said before; returns once it is on disk."""
        self._all[entity_id] = given
        if self._store:
            await self._store.put(THING + entity_id, json.dumps(asdict(given), ensure_ascii=False))


_NOTHING = Given()


def _read(key: str, text: str) -> Given:
    try:
        said = json.loads(text)
        aliases = tuple(str(alias) for alias in said.get("aliases", ()))
        return Given(str(said.get("name", "")), aliases, str(said.get("area", "")))
    except (ValueError, TypeError, AttributeError):
        log.warning("What was said of %s cannot be read; it is left out", key[:100])
        return Given()
