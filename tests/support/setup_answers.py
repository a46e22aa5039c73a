"""Answers to the set-up's questions in, what came of each out, as one short text to compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path

from hearth import sentences
from hearth.house import House
from hearth.mind import personas
from hearth.mind.answers import Answers
from hearth.mind.grammar import Grammar
from hearth.mind.sentence.moment import Moments
from hearth.mind.setup.course import Taken
from hearth.mind.setup.reading import Reading, reading
from hearth.mind.setup.step import PARENT, Course
from hearth.persona import Profile, Trusted
from hearth.skills.setup import commanded

FOLDER = Path(__file__).parents[1] / "mind" / "setup"
TEMPERS = ("warm", "calm", "cheerful", "quiet", "thoughtful", "plain")
NOTICED = frozenset({"mood", "presence", "sleep"})


@dataclass(frozen=True)
class Answered:
    """One line of the files: the open question, what was said, what should come of it."""

    step: str
    text: str
    outcome: str


def load(part: str) -> list[Answered]:
    """Return the answers of one file."""
    lines = (FOLDER / f"{part}.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [Answered(step, text, outcome) for step, text, outcome in rows]


@cache
def answers(language: str) -> Answers:
    """Return what reads yes and no."""
    return Answers(language)


@cache
def read(language: str) -> Reading:
    """Return what reads answers, as the set-up builds it."""
    moments = Moments(sentences.load(language).table("discourse")["time"], language)
    cast = personas.load(language, folders=[personas.directories()[0]])
    return reading(language, cast, moments, answers(language).digits)


def outcome(language: str, grammar: Grammar, home: House, each: Answered) -> str:
    """Return what came of an answer, in the order of the files' last column."""
    course = Course(
        each.step,
        tempers=("calm",) if each.step in ("named", "rename") else (),
        sex="female" if each.step in ("named", "rename") else "",
        start=time(23) if each.step == "wake" else None,
        trusted=Trusted("Mara") if each.step == "reach" else None,
    )
    profile = Profile(notice=NOTICED if each.step == "hear" else frozenset())
    command = commanded(grammar.understand(each.text, home, None))
    taken = read(language).questions.take(
        course, each.text, answers(language).yes(each.text), profile, command=command
    )
    return told(course, taken)


def same(one: str, other: str) -> bool:
    """Return whether two outcomes say the same, in whatever order."""
    return _parts(one) == _parts(other)


def _parts(text: str) -> set[tuple[str, frozenset[str]]]:
    found = set()
    for part in text.replace("; ", " ; ").split(" ; "):
        for word in _words(part.strip()):
            key, _, values = word.partition("=")
            found.add((key, frozenset(values.split(",")) if values else frozenset()))
    return found


def _words(part: str) -> list[str]:
    """Return the key=value words of a part; a name may have blanks."""
    if part.startswith(("call_me=", "name=", "trusted=", "reach=")):
        return [part]
    return part.split()


def told(course: Course, taken: Taken) -> str:
    """Return what an answer came to, as one text."""
    keys = [key.removeprefix("setup.") for key, _ in taken.said]
    change, after = taken.change, taken.course
    found: list[str] = []
    for key, is_so in (
        ("else", bool(taken.stray)),
        ("later", taken.later),
        ("why", any(key.startswith("why.") for key in keys)),
        ("skip", "skipped" in keys),
        ("again", any(key.startswith("again.") for key in keys)),
        ("nobody", "kept.nobody" in keys),
        ("same", "kept.same" in keys),
        ("sleep=never", "kept.awake" in keys),
    ):
        found += [key] if is_so else []
    if "call_me" in change:
        found.append(f"call_me={change['call_me']}")
    if "brings" in change:
        found.append("brings")
    found += _wishes(course, taken, keys)
    if "talk" in change:
        found.append(f"talk={change['talk']}")
    found += _hours(course, taken)
    if "trusted" in change and "skip" not in found:
        trusted = change["trusted"]
        at_reach = course.step == "reach"
        reach = f"reach={trusted.reach}"
        found.append(reach if at_reach else f"trusted={trusted.name}|{trusted.reach}")
    if "country" in change:
        found.append(f"country={change['country']}")
    if "notice" in change and course.step == "hear":
        found.append("hear=yes" if "voice" in change["notice"] else "hear=no")
    elif "notice" in change:
        asks = " hear" if after and after.step == "hear" else ""
        found.append(f"notice={','.join(sorted(change['notice']))}{asks}")
    if taken.name:
        found.append(f"name={taken.name}")
    if after and after.step == "rename" != course.step and "again" not in found:
        found.append("rename")
    if course.step in ("named", "rename") and after and after.offered != course.offered:
        found.append("other")
    return "; ".join(found)


def _wishes(course: Course, taken: Taken, keys: list[str]) -> list[str]:
    after = taken.course
    if PARENT.get(course.step, course.step) != "voice" or after is None:
        return []
    found = []
    if tempers := [temper for temper in after.tempers if temper in TEMPERS]:
        found.append(f"temper={','.join(tempers)}")
    if after.sex:
        found.append(f"sex={after.sex}")
    if pace := taken.change.get("pace"):
        found.append(f"pace={'slower' if pace < 1 else 'faster'}")
    return found or (["any"] if "kept.any" in keys else [])


def _hours(course: Course, taken: Taken) -> list[str]:
    after, change = taken.course, taken.change
    if "sleeps_from" in change:
        start, end = f"{change['sleeps_from']:%H:%M}", f"{change['sleeps_to']:%H:%M}"
        return [f"wake={end}" if course.step == "wake" else f"sleep={start}-{end}"]
    if after and after.step == "wake" and course.step == "sleep" and after.start:
        return [f"sleep={after.start:%H:%M}"]
    if after and after.step == "bed" and after.end:
        return [f"sleep=-{after.end:%H:%M}"]
    return []
