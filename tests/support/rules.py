"""A rule in, one short line of it out, and a file of labelled sentences in, its score out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from hearth.homefile import read
from hearth.house import House
from hearth.mind.grammar import Grammar
from hearth.rule import Rule, Which, load

FOLDER = Path(__file__).parents[1] / "mind" / "rules"
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Score:
    """What was right, and what was not: the sentence, what was wanted, what came."""

    right: int
    asked: int
    false: tuple[str, ...]
    told: int
    wrong: tuple[tuple[str, str, str], ...]


def score(name: str, grammar: Grammar) -> Score:
    """Read every sentence of a file and compare."""
    data = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    house = read(FOLDER / data["home"])
    wrong: list[tuple[str, str, str]] = []
    right = 0
    for row in data["rules"]:
        got = made(row["say"], house, data["room"], grammar)
        if row.get("beyond"):  # beyond what is promised: anything but a wrong rule is right
            continue
        when, conditions, then = (part.strip() for part in row["is"].split("|"))
        parts = [", ".join(sorted(p.split(", "))) for p in (when, conditions)]
        wanted = " | ".join((*parts, then))
        if got == wanted:
            right += 1
        else:
            wrong.append((row["say"], wanted, got))
    false = tuple(s for s in data["not_rules"] if made(s, house, data["room"], grammar))
    asked = sum(not row.get("beyond") for row in data["rules"])
    return Score(right, asked, false, len(data["not_rules"]), tuple(wrong))


def made(text: str, house: House, room: str, grammar: Grammar) -> str:
    """Return the rule that a sentence makes as a line; "" where it makes none."""
    for command in grammar.understand(text, house, room):
        if command.intent == "HearthRuleMake":
            return line(load(command.slots["rule"]), house)
    return ""


def line(rule: Rule, house: House) -> str:
    """Return "what sets it off | what has to hold | what is done"."""
    when = sorted(_trigger(t, house) for t in rule.when)
    conditions = sorted(_condition(c, house) for c in rule.if_)
    return f"{', '.join(when)} | {', '.join(conditions)} | {', '.join(_step(s) for s in rule.then)}"


def _which(which: Which, house: House) -> str:
    ids = list(which.entities) or [
        e.id
        for e in house.entities
        if (not which.domain or e.domain == which.domain)
        and (not which.device_class or e.attributes.get("device_class") == which.device_class)
        and (not which.area or e.area == which.area)
    ]
    return "+".join(sorted(i.partition(".")[2] for i in ids))


def _held(seconds: float) -> str:
    return f"@{seconds:.0f}" if seconds else ""


def _days(days: tuple[str, ...]) -> str:
    if not days:
        return ""
    return " mon-fri" if tuple(days) == WEEK[:5] else " " + ",".join(days)


def _trigger(t: Any, house: House) -> str:
    match t.trigger:
        case "state":
            state = next((s for s in t.to if s != "opening"), "any")
            return f"{_which(t.which, house)}:{state}{_held(t.for_s)}"
        case "number":
            limit = f">{t.above:g}" if t.above is not None else f"<{t.below:g}"
            return f"{_which(t.which, house)}{limit}{_held(t.for_s)}"
        case "time":
            return f"{t.at:%H:%M}{_days(t.days)}"
        case "sun":
            moved = f"{t.offset_s:+.0f}" if t.offset_s else ""
            return f"{t.sun}{moved}{_days(t.days)}"
        case "presence":
            return f"{t.who.removeprefix('person.')} {t.to}{_held(t.for_s)}"
    return f"said {t.fields['text']}" if t.event == "Heard" else t.event


def _condition(c: Any, house: House) -> str:
    no = "!" if c.negate else ""
    match c.condition:
        case "state":
            return f"{no}{_which(c.which, house)}={c.are[0]}"
        case "number":
            limit = f">{c.above:g}" if c.above is not None else f"<{c.below:g}"
            return f"{no}{_which(c.which, house)}{limit}"
        case "time":
            after, before = (f"{t:%H:%M}" if t else "" for t in (c.after, c.before))
            return no + (f"{after}-{before}" if after or before else "") + _days(c.days).strip()
        case "sun":
            return no + ("dark" if c.sun == "down" else "light")
        case "presence":
            return f"{no}{c.who.removeprefix('person.')} {c.is_}"
    return no + "/".join(c.modes)


def _step(s: Any) -> str:
    match s.step:
        case "act":
            ids = s.which.entities
            things = ids[0].partition(".")[2] if len(ids) == 1 else "things" if ids else "all"
            return f"{s.service} {things}"
        case "say":
            return f"say@{s.site}" if s.site else "say"
        case "wait":
            return f"wait {s.seconds:g}"
        case "mode":
            return f"mode {s.mode}"
    return str(s.step)
