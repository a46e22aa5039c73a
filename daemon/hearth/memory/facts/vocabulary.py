"""The English words that facts are read by, as data (``english.yaml``): kin, pets, events, jobs."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import yaml


def load(name: str) -> Any:
    """Return a file of words."""
    text = resources.files("hearth.memory.facts").joinpath(name).read_text("utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # a safe one


TABLE: dict[str, Any] = load("english.yaml")
"""The whole file; ``words.py`` and ``rules.py`` read their parts of it."""


def _words(key: str) -> frozenset[str]:
    return frozenset(str(TABLE[key]).split())


JOBS = _words("jobs")

KIN: dict[str, str] = dict.fromkeys(JOBS, "") | {
    word: gender
    for gender, key in (("f", "she"), ("m", "he"), ("", "either"))
    for word in str(TABLE["kin"][key]).split()
}
"""Each word for a person by what they are to one, and "m", "f" or nothing; and each job."""

PARENTS = _words("parents")
"""Words that are used like a name, without "my"."""

PETS = _words("pets")
MODIFIERS = _words("modifiers")
EVENTS = _words("events")
CONDITIONS = _words("conditions")
MEDICINES = _words("medicines")
TITLES = _words("titles")

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
def first_names() -> dict[str, str]:
    """Return first names in lower case, without everyday words, each with "f", "m" or nothing."""
    table = load("first_names.yaml")
    genders = (("either", ""), ("she", "f"), ("he", "m"))
    return {name: gender for key, gender in genders for name in str(table[key]).split()}


def singular(word: str) -> str:
    """Return the word for one of several people or pets: "kids" and "children" are "kid"."""
    one = str(TABLE["plurals"].get(word, ""))
    if one or word in KIN or word in PETS:
        return one or word
    bare = word.removesuffix("s")
    if bare.endswith("ie") and f"{bare[:-2]}y" in PETS:
        bare = f"{bare[:-2]}y"
    return bare if bare in KIN or bare in PETS else word


def relation(kin: str) -> str:
    """Return the term for a word of kin: "mum" and "mother" are one relation."""
    return str(TABLE["same"].get(kin, kin))
