"""The English words that facts are read by, as data (``english.yaml``): kin, pets, events, jobs."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import yaml


def _load(name: str) -> Any:
    text = resources.files("hearth.memory.facts").joinpath(name).read_text("utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # a safe one


TABLE: dict[str, Any] = _load("english.yaml")
"""The whole file; ``words.py`` and ``rules.py`` read their parts of it."""


def _words(key: str) -> frozenset[str]:
    return frozenset(str(TABLE[key]).split())


KIN: dict[str, str] = {
    word: gender
    for gender, key in (("f", "she"), ("m", "he"), ("", "either"))
    for word in str(TABLE["kin"][key]).split()
}
"""Each word for a person by what they are to one, and "m", "f" or nothing."""

PARENTS = _words("parents")
"""Words that are used like a name, without "my"."""

PETS = _words("pets")
MODIFIERS = _words("modifiers")
EVENTS = _words("events")
CONDITIONS = _words("conditions")
MEDICINES = _words("medicines")
JOBS = _words("jobs")

STATES: dict[str, str] = {str(k): str(v) for k, v in TABLE["states"].items()}
"""What somebody is, and the relation that it makes."""

STOP = _words("no_name") | {"a", "i", "'s"}
"""Words that are no name, whatever stands before them."""

AILMENT = re.compile(str(TABLE["ailment"]))
ATTRIBUTES = re.compile(str(TABLE["attributes"]))


def pattern(name: str) -> re.Pattern[str]:
    """Return a pattern of the file by its name."""
    events = "|".join(sorted(map(re.escape, EVENTS), key=len, reverse=True))
    text = str(TABLE["patterns"][name]).replace("{events}", events)
    return re.compile(text.replace("{attributes}", ATTRIBUTES.pattern))


@cache
def first_names() -> frozenset[str]:
    """Return first names in lower case, without those that are everyday words."""
    return frozenset(str(_load("first_names.yaml")["names"]).split())


def relation(kin: str) -> str:
    """Return the term for a word of kin: "mum" and "mother" are one relation."""
    return str(TABLE["same"].get(kin, kin))
