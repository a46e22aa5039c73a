"""The files of ``configs/talk`` in, situations out, with file and line for every fault.

A situation is something that people tell a friend, or ask of one: how they say it, and what is
said to it, turn by turn. The files are data, written by people, and anybody may add their own in
``~/.config/hearth/talk/<language>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

import platformdirs

from hearth.sentences import at, read_yaml

Mood = Literal["low", "even", "high"]
"""How somebody in a situation usually feels."""

_LISTS = ("first", "tell", "unsure", "advice")
_KEYS = frozenset({"mood", "act", "says", "needs", "never", "then", *_LISTS})
_BRACES = re.compile(r"\{(\w*)\}")
_FILLS = frozenset({"who", "name", "hearth"})


@dataclass(frozen=True, slots=True)
class Situation:
    """How people say it (``says``), and what is said to it.

    ``first`` answers the first sentence, ``then`` holds a list for each later turn, ``tell`` has no
    question, ``unsure`` answers "I don't know", ``advice`` is only for who asks for it. With an
    ``act`` it has no lines of its own: those of that kind of sentence are said. ``asks`` is true
    for what is asked of Hearth, which alone may answer a question.

    A sentence tells of it only if it has one of the words of ``needs`` (none: any sentence may),
    and none of ``never``. They are for what would hurt or be wrong if it were misunderstood: who
    speaks of a husband is not to be answered as a widow.
    """

    id: str
    says: tuple[str, ...]
    needs: re.Pattern[str] | None = None
    never: re.Pattern[str] | None = None
    mood: Mood = "even"
    act: str = ""
    asks: bool = False
    first: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    then: tuple[tuple[str, ...], ...] = ()
    unsure: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()

    def may(self, plain: str) -> bool:
        """Return whether a sentence (small letters) may tell of it, by the words that it has."""
        if self.never and self.never.search(plain):
            return False
        return self.needs is None or self.needs.search(plain) is not None


def directories() -> tuple[Path, ...]:
    """Return where the folders of the languages are looked for; Hearth's own comes first.

    Hearth's own: ``configs/talk`` of the checkout, or ``hearth/talk_files`` of an installed wheel.
    """
    package = Path(__file__).resolve().parents[2]
    checkout = package.parents[1] / "configs" / "talk"
    own = checkout if checkout.is_dir() else package / "talk_files"
    return own, Path("/etc/hearth/talk"), platformdirs.user_config_path("hearth") / "talk"


def load(
    language: str, folders: Iterable[Path] | None = None
) -> tuple[tuple[Situation, ...], tuple[str, ...]]:
    """Return the situations of a language, and what is wrong with its files, with file and line.

    A situation of the user's replaces ours of the same id; one with a fault is left out.
    """
    faults: list[str] = []
    found: dict[str, Situation] = {}
    for folder in directories() if folders is None else folders:
        here: dict[str, Path] = {}
        for path in sorted((folder / language).glob("*.yaml")):
            for situation in _situations(path, faults):
                if other := here.get(situation.id):
                    faults.append(f"{path}: '{situation.id}' stands in {other.name}, too")
                    continue
                here[situation.id] = path
                found[situation.id] = situation
    return tuple(found.values()), tuple(faults)


def _situations(path: Path, faults: list[str]) -> Iterator[Situation]:
    data = read_yaml(path, faults)
    if data is None:
        return
    talk = data.get("talk")
    if not isinstance(talk, dict):
        faults.append(f"{path}:1: 'talk' is missing; it holds the situations by their names")
        return
    for name, row in talk.items():
        wrong = list(_faults(path, name, row))
        faults += wrong
        if not wrong:
            yield _situation(str(name), row, asks=data.get("asks") is True)


def _situation(name: str, row: Mapping[str, Any], *, asks: bool) -> Situation:
    lists = {key: tuple(map(str, row.get(key) or ())) for key in _LISTS}
    return Situation(
        id=name,
        says=tuple(map(str, row["says"])),
        needs=_words(row.get("needs") or ()),
        never=_words(row.get("never") or ()),
        mood=cast(Mood, str(row.get("mood", "even"))),
        act=str(row.get("act", "")),
        asks=asks,
        then=tuple(tuple(map(str, beat)) for beat in row.get("then") or ()),
        **lists,
    )


def _words(needs: Iterable[object]) -> re.Pattern[str] | None:
    """Return a pattern of whole words, in which ``*`` stands for any ending."""
    parts = [re.escape(str(word).lower()).replace(r"\*", r"\w*") for word in needs]
    return re.compile(rf"\b(?:{'|'.join(parts)})\b") if parts else None


def _faults(path: Path, name: object, row: object) -> Iterator[str]:
    """Yield what is wrong with one situation."""
    place = f"{at(path, name)}: '{name}'"
    if not isinstance(row, dict):
        yield f"{place} has to be a mapping with 'says' and 'first'"
        return
    for key in row:
        if str(key) not in _KEYS:
            yield f"{at(path, key)}: unknown key '{key}'; known: {', '.join(sorted(_KEYS))}"
    if str(row.get("mood", "even")) not in get_args(Mood):
        yield f"{place}: 'mood' is low, even or high"
    for key in ("says", "first", "tell"):
        needed = key == "says" or not row.get("act")
        if needed and not (isinstance(row.get(key), list) and row[key]):
            yield f"{place} needs '{key}', a list"
    for key in ("needs", "never"):
        if not isinstance(row.get(key) or [], list):
            yield f"{place}: '{key}' is a list of words"
    beats = row.get("then") or []
    if not isinstance(beats, list) or any(not isinstance(beat, list) or not beat for beat in beats):
        yield f"{place}: 'then' is a list of lists, one for each later turn"
        beats = []
    lines = [line for key in _LISTS for line in row.get(key) or () if isinstance(row[key], list)]
    for line in (*lines, *(line for beat in beats for line in beat)):
        for brace in _BRACES.findall(str(line)):
            if brace not in _FILLS:
                yield f"{at(path, line)}: {{{brace}}} cannot be filled; known: who, name, hearth"
