"""What was done in, the sentence that tells it out.

Replies to Home Assistant's intents are rendered from ``home-assistant-intents``' own templates, as
Home Assistant does it: Jinja2 in its sandbox with ``slots``, ``state``, ``query`` and
``state_attr``. Hearth's own sentences stand in ``configs/sentences/<lang>.yaml`` under ``phrases``;
where a language lacks one, English steps in.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hearth import sentences
from hearth.house import Entity, House
from hearth.port import Command
from hearth.voice.spoken import Spoken

log = logging.getLogger(__name__)

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class StateView:
    """An entity as the templates know it."""

    entity: Entity
    state: str

    @property
    def name(self) -> str:
        """The entity's name."""
        return self.entity.name

    @property
    def domain(self) -> str:
        """The entity's domain."""
        return self.entity.domain

    @property
    def entity_id(self) -> str:
        """The entity's id."""
        return self.entity.id

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The entity's attributes."""
        return self.entity.attributes

    @property
    def state_with_unit(self) -> str:
        """The state, and its unit where it has one."""
        unit = self.entity.attributes.get("unit_of_measurement")
        return f"{self.state} {unit}" if unit else self.state


class Phrasing:
    """Speaks one language (the port ``Phraser``)."""

    def __init__(self, language: str = "en", folders: Iterable[Path] | None = None) -> None:
        """Read the language's files.

        Raises:
            ConfigError: a sentence file is wrong; every fault is named.
        """
        folders = None if folders is None else tuple(folders)
        own = sentences.load(language, folders)
        fallback = sentences.load(FALLBACK, folders) if language != FALLBACK else own
        self._phrases = (_flat(own.table("phrases")), _flat(fallback.table("phrases")))
        theirs = _responses(language)
        self._errors = theirs.get("errors") or {}
        self._replies = (
            own.table("responses").get("intents") or {},
            theirs.get("intents") or {},
            fallback.table("responses").get("intents") or {},
            _responses(FALLBACK).get("intents") or {},
        )
        self._spoken = Spoken({**self._phrases[1], **self._phrases[0]})
        self._env = ImmutableSandboxedEnvironment(autoescape=False)
        self._env.filters |= self._spoken.filters()
        self._template = lru_cache(maxsize=512)(self._env.from_string)

    def respond(self, command: Command, house: House, values: Mapping[str, Any]) -> str:
        """Return the reply to a command; an empty one where nothing needs to be said.

        ``values`` may hold ``slots`` (more of them, or other values), ``state`` (the entity that
        the reply is about), ``matched`` and ``unmatched`` (entities that a question found).
        """
        source = self._reply(command)
        if source is None:
            return self.phrase("talk.done")
        matched = [self._view(e) for e in values.get("matched") or ()]
        unmatched = [self._view(e) for e in values.get("unmatched") or ()]
        state = values.get("state")
        view = self._view(state) if isinstance(state, Entity) else None
        if not (matched or unmatched) and view:
            matched = [view]
        context = {
            "slots": self._slots(command, values.get("slots") or {}),
            "state": view or next(iter([*matched, *unmatched]), None),
            "query": {
                "matched": matched,
                "unmatched": unmatched,
                "total_results": len(matched) + len(unmatched),
            },
            "state_attr": partial(_state_attr, house),
        }
        try:
            return _tidy(self._template(source).render(context))
        except (TemplateError, ArithmeticError, TypeError, ValueError, AttributeError) as error:
            log.warning("reply %s/%s: %s", command.intent, command.response, error)
            return self.phrase("talk.done")

    def phrase(self, key: str, **values: object) -> str:
        """Return one of Hearth's own sentences, or one of Home Assistant's error texts.

        Raises:
            KeyError: no language has a sentence for ``key``.
        """
        own, fallback = self._phrases
        source = own.get(key) or self._errors.get(key.removeprefix("errors.")) or fallback.get(key)
        if source is None:
            raise KeyError(f"no phrase '{key}' in configs/sentences/{FALLBACK}.yaml")
        return _tidy(self._template(str(source)).render(values))

    def _reply(self, command: Command) -> str | None:
        """Return the template of the reply, the language's own first."""
        for replies in self._replies:
            keys = replies.get(command.intent)
            if keys and (command.response in keys or "default" in keys):
                return str(keys.get(command.response, keys.get("default", "")))
        return None

    def _slots(self, command: Command, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the slots as they were said, and those that only the skill knows."""
        slots: dict[str, Any] = {**command.slots}
        slots |= {name: text for name, text in command.said.items() if name in slots}
        return slots | {
            name: value
            for name, value in given.items()
            if name not in command.slots or value != command.slots[name]
        }

    def _view(self, entity: Entity) -> StateView:
        state = entity.state if entity.state is not None else "unknown"
        return StateView(entity, self._spoken.state(entity, state))


def _responses(language: str) -> Mapping[str, Any]:
    """Return Home Assistant's replies in a language; empty where it has none."""
    folder = resources.files("home_assistant_intents") / "data"
    for name in (language, language.partition("-")[0]):
        file = folder / f"{name}.json"
        if file.is_file():
            responses: Mapping[str, Any] = json.loads(file.read_text("utf-8"))["responses"]
            return responses
    return {}


def _state_attr(house: House, entity_id: str, name: str) -> Any:
    """Return an attribute of an entity, as Home Assistant's template function does."""
    entity = house.entity(entity_id)
    return entity.attributes.get(name) if entity else None


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return a nested table with dotted keys; of a list each has its number: ``hello.0``."""
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            flat |= {f"{prefix}{key}.{number}": str(each) for number, each in enumerate(value)}
        else:
            flat[f"{prefix}{key}"] = str(value)
    return flat


def _tidy(text: str) -> str:
    """Return text with single blanks, and none before a comma or full stop."""
    return " ".join(text.split()).replace(" ,", ",").replace(" .", ".")
