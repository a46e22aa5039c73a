"""What a device says of its own presence in, available or not out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hearth.home.component.base import Config
from hearth.home.discovery import DiscoveryError
from hearth.home.template import Payload, Template, TemplateError, Templates

_MODES = ("all", "any", "latest")


@dataclass(frozen=True, slots=True)
class Presence:
    """One topic on which a device says whether it is there."""

    topic: str
    template: Template | None
    here: str
    away: str

    def read(self, payload: Payload) -> bool | None:
        """Return whether it is there, or None for a word that means neither."""
        word = self.template.value(payload) if self.template else payload.text
        return {self.away: False, self.here: True}.get(word)


@dataclass(slots=True)
class Availability:
    """The topics of one thing and what was said on each last; without topics it is available."""

    presences: tuple[Presence, ...]
    mode: str
    said: dict[Presence, bool] = field(default_factory=dict)

    def hear(self, presence: Presence, payload: Payload) -> bool | None:
        """Take a message; return whether the thing is available now, None where nothing was said.

        Raises TemplateError.
        """
        if (here := presence.read(payload)) is None:
            return None
        self.said.pop(presence, None)
        self.said[presence] = here
        return self.available

    @property
    def available(self) -> bool:
        """Whether the thing is available; not before it has said so."""
        if not self.presences:
            return True
        if self.mode == "all":
            return all(self.said.get(presence, False) for presence in self.presences)
        if self.mode == "any":
            return any(self.said.values())
        return next(reversed(self.said.values()), False)


def availability_of(config: Config, templates: Templates) -> Availability:
    """Read the availability of an announcement, in both of its forms. Raises DiscoveryError."""
    mode = config.text("availability_mode", "latest")
    if mode not in _MODES:
        raise DiscoveryError("A discovery payload was not used: the availability mode is unknown.")
    given: Any = config.raw.get("availability")
    items: list[Mapping[str, Any]] = given if isinstance(given, list) else []
    if topic := config.topic("availability_topic"):
        items = [{"topic": topic, "value_template": config.raw.get("availability_template"),
                  "payload_available": config.raw.get("payload_available"),
                  "payload_not_available": config.raw.get("payload_not_available")}]  # fmt: skip
    return Availability(tuple(_presence(item, templates) for item in items), mode)


def _presence(item: Mapping[str, Any], templates: Templates) -> Presence:
    source = item.get("value_template")
    try:
        template = templates.compile(source) if isinstance(source, str) else None
    except TemplateError as error:
        raise DiscoveryError(f"A discovery payload was not used: availability: {error}.") from None
    words = (item.get("payload_available"), item.get("payload_not_available"))
    here, away = (
        default if word is None else str(word)
        for word, default in zip(words, ("online", "offline"), strict=True)
    )
    return Presence(str(item["topic"]), template, here, away)
