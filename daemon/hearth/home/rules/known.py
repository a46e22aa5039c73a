"""What a rule names in, what is wrong with it out: events, fields of a text, topics, templates."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import Any

from hearth import event
from hearth.home.rules.speech import FIELD, FIELDS
from hearth.home.template import TemplateError, Templates

_NOT_EVENTS = {
    "Event", "RoomEvent", "Changed", "Act", "Say", "Listen", "Hush", "Ask", "Hearing", "Secret",
    "Health", "PauseRule",
}  # fmt: skip
"""Bases, requests, and what is a trigger of its own."""


@cache
def events() -> Mapping[str, frozenset[str]]:
    """Return the events that a rule may wait for, and their fields."""
    return {
        name: frozenset(each.name for each in fields(kind))
        for name, kind in vars(event).items()
        if isinstance(kind, type) and issubclass(kind, event.Event) and name not in _NOT_EVENTS
    }


@cache
def _templates() -> Templates:
    return Templates(lambda: datetime.now(UTC))


def event_fault(name: Any, wanted: Any) -> str:
    """Return what is wrong with an event and its fields, or ""."""
    known = events()
    if not isinstance(name, str) or name not in known:
        return f"there is no event {name!r:.60}{_near(name, known)}"
    if not isinstance(wanted, Mapping):
        return f"fields: expected a table, got {wanted!r:.60}"
    for field in wanted:
        if field not in known[name]:
            return f"{name} has no field {field!r:.60}{_near(field, known[name])}"
    return ""


def text_fault(text: Any) -> str:
    """Return what is wrong with a text that is to be said, or ""."""
    if not isinstance(text, str):
        return f"expected a text, got {text!r:.60}"
    of_events = frozenset[str]().union(*events().values())
    for name in FIELD.findall(text):
        if "." not in name and name not in FIELDS and name not in of_events:
            return f"{{{name}}} is nothing that can be said{_near(name, FIELDS)}"
    return ""


def topic_fault(topic: Any, template: Any) -> str:
    """Return what is wrong with a topic filter (MQTT 5, section 4.7) or a template, or ""."""
    if not isinstance(topic, str) or not topic or "\0" in topic or len(topic.encode()) > 65_535:
        return f"topic = {topic!r:.60}: expected a topic, such as 'doorbell/state'"
    levels = topic.split("/")
    whole = all(level in ("+", "#") or not set(level) & {"+", "#"} for level in levels)
    if not whole or "#" in levels[:-1]:
        return f"topic = {topic!r:.60}: '+' stands for one whole level, '#' for all at the end"
    if not isinstance(template, str):
        return f"template: expected a text, got {template!r:.60}"
    try:
        _templates().compile(template)
    except TemplateError as error:
        return f"template: {error}"
    return ""


def _near(word: Any, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""
