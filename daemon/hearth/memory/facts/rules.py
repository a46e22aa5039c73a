"""What may follow a subject, as patterns, and the relations that they make (``english.yaml``).

A pattern is matched at the first word behind the subject; every word is followed by one blank, a
time is the word "@". ``{v}`` is the value: what is cut from there by ``cut``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hearth.memory.facts.terms import word_set
from hearth.memory.facts.vocabulary import (
    AILMENT,
    CONDITIONS,
    JOBS,
    MEDICINES,
    STATES,
    TABLE,
)

MOST = 7
"""So many words a value has at most."""

_END = re.compile(str(TABLE["end"]))
_TRAILING = re.compile(str(TABLE["trailing"]))


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, the relation that it makes, and what has to be true of its value.

    ``ends``: the fact holds no longer.
    """

    pattern: re.Pattern[str]
    relation: str
    fits: Callable[[str], bool] = bool
    ends: bool = False


def cut(words: str, most: int = MOST) -> str:
    """Return the words of a value, without what follows or only closes it; each with its blank."""
    kept = ""
    rest = words
    for _ in range(most):
        word, blank, after = rest.partition(" ")
        if not blank or (_END.match(rest) and kept) or word in ("@", ",", "because", "when"):
            break
        kept += word + blank
        rest = after
    while (shorter := _TRAILING.sub(" ", kept).lstrip()) != kept and shorter.strip():
        kept = shorter
    return kept


def cut_place(words: str) -> str:
    """Return a place with its preposition, as far as it goes: "in the drawer under the sink"."""
    kept, rest = "", words
    for _ in range(_FARTHEST):
        word, blank, after = rest.partition(" ")
        if not blank or word in ("@", ",") or (kept and _PLACE_END.match(rest)):
            break
        kept += word + blank
        rest = after
    return kept


_FARTHEST = 12
_PLACE_END = re.compile(str(TABLE["place_end"]))
_PRONOUNS = word_set(
    "it this that these those you him her them me us he she they i we what how where who there one"
    " ones everything anything something nothing everyone someone everybody all both some any"
    " idea your"
)
_NOTHING = word_set("idea way fact thing things one ones part look sound same whole rest other")
_VAGUE = word_set("the a an your my our his their some any of")
_TO = word_set("be have think see know you hear")
_NOWHERE = word_set(
    "fear peace hope luxury sin general case time front bed pain trouble hell love work school home"
    " town hospital past moment future way here order particular shape progress"
)
_THE_NOWHERE = word_set("moment past present future way middle same end mood dark know")
_NO_JOB = word_set("good bad great terrible big huge")
_OCCUPATION = ("ist", "ologist", "ician", "grapher", "smith", "wright")
_LONG = 6
_DRUG = ("cillin", "pril", "statin", "olol", "formin")


def _thing(value: str) -> bool:
    """Tell whether something is named, not only pointed at."""
    words = value.split()
    if not words or words[0] in _PRONOUNS:
        return False
    if words[0] == "the" and (len(words) == 1 or words[1] in _NOTHING):
        return False
    if words[0] == "to":
        return len(words) > 1 and words[1] not in _TO
    return any(word not in _VAGUE and word not in _PRONOUNS for word in words)


def _place(value: str) -> bool:
    """Tell whether a place is named: not "in fear", not "in the moment"."""
    first, *rest = value.split() or [""]
    if first == "the":
        return bool(rest) and rest[0] not in _THE_NOWHERE
    return bool(first) and first not in _PRONOUNS | _NOWHERE


def _job(value: str) -> bool:
    """Tell whether an occupation is named, perhaps with words before it."""
    words = value.split()[:4]
    heads = [w for w in words if w in JOBS or (len(w) > _LONG and w.endswith(_OCCUPATION))]
    return bool(heads) and words[0] not in _NO_JOB


def _ailment(value: str) -> bool:
    return bool(AILMENT.match(value)) or any(word in CONDITIONS for word in value.split()[:4])


def _medicine(value: str) -> bool:
    return any(word in MEDICINES or word.endswith(_DRUG) for word in value.split()[:5])


_FITS: Mapping[str, Callable[[str], bool]] = {
    "": bool,
    "thing": _thing,
    "place": _place,
    "job": _job,
    "ailment": _ailment,
    "medicine": _medicine,
    "age": bool,
}


def _rules(table: Mapping[str, Any]) -> tuple[Rule, ...]:
    parts = {f"{{{key}}}": str(value) for key, value in table["parts"].items()}
    parts |= {"{v}": "(?P<v>.+)", "{states}": "|".join(STATES)}
    found = []
    for row in table["rules"]:
        pattern = str(row["says"])
        for short, long in parts.items():
            pattern = pattern.replace(short, long)
        fits = _FITS[str(row.get("fits", ""))]
        found.append(Rule(re.compile(f"^{pattern}"), str(row["is"]), fits, bool(row.get("ends"))))
    return tuple(found)


RULES = _rules(TABLE)
"""Every rule; the first that fits counts."""
