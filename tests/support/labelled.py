"""The labelled sentences of tests/mind/labelled in, what was right of what was understood out.

The format is told at the head of ``dev.mill.txt``. A sentence counts as understood where intents,
targets, the slots that the label names, and the schedule are all as they should be; the order of
commands, and whether one or two of them hold two targets, does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hearth.homefile import read
from hearth.house import Area, Entity, House
from hearth.port import Command, Schedule

FOLDER = Path(__file__).resolve().parents[1] / "mind" / "labelled"

ASKING = frozenset(
    (
        "HassGetState",
        "HassClimateGetTemperature",
        "HassGetWeather",
        "HassGetCurrentTime",
        "HassGetCurrentDate",
        "HassTimerStatus",
        "HassNevermind",
        "HassRespond",
        "HearthHelp",
        "HearthRepeat",
        "HearthStop",
        "HearthWhy",
        "HearthNotNow",  # it puts off what Hearth said, and nothing moves
        "HearthWhySaid",
        "HearthWhySilent",
        "HearthBriefing",
        "HearthRemember",  # "remember that ...": kept, and nothing moves
        "HearthRemind",  # "set a reminder to pay the rent": kept, and nothing moves
        "HearthReminderList",
        "HearthReminderCancel",
        "HearthReminderMove",
        "HearthAlarmSet",  # "wake me up at seven": it rings, and nothing in the house moves
        "HearthAlarmList",
        "HearthAlarmSkip",
        "HearthAlarmCancel",
        "HearthAlarmMove",
        "HearthAgendaTell",
        "HearthAgendaNext",
        "HearthAgendaWhen",
        "HearthAgendaFree",
        "HearthAgendaAdd",  # it reads back and asks first; so do the next two
        "HearthAgendaMove",
        "HearthAgendaCancel",
        "HearthDateTell",
        "HearthDateUntil",
    )
)
"""Intents that move nothing."""

_THINGS = (
    "HassTurn",
    "HassLight",
    "HassSetPosition",
    "HassFan",
    "HassClimate",
    "HearthLight",
    "HassMedia",
)
"""How intents begin that do nothing without a target."""


@dataclass(frozen=True, slots=True)
class Action:
    """One intent on one target (or none), with what a label asks of its slots and schedule."""

    intent: str
    target: str
    slots: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence; ``wanted`` holds the readings that are as good, none for what is no command."""

    category: str
    room: str | None
    before: str
    text: str
    wanted: tuple[tuple[Action, ...], ...] = ()

    @property
    def positive(self) -> bool:
        """Whether it is a command or a question to the house."""
        return bool(self.wanted)


@dataclass(frozen=True)
class Labelled:
    """One file of sentences with its home."""

    name: str
    house: House
    cases: tuple[Case, ...]


def load(part: str, things: int = 0) -> tuple[Labelled, ...]:
    """Return the files of one part (``dev`` or ``heldout``), each home with at least ``things``."""
    return tuple(
        Labelled(path.stem, house, _cases(path.read_text("utf-8"), house))
        for path in sorted(FOLDER.glob(f"{part}.*.txt"))
        for house in (padded(home(path.stem.split(".")[1]), things),)
    )


def home(name: str) -> House:
    """Return one of the invented homes."""
    return read(FOLDER / f"{name}.home.yaml")


def padded(house: House, things: int) -> House:
    """Return the house with an annexe that brings it to so many things."""
    kinds = ("light", "switch", "cover", "sensor", "fan", "binary_sensor")
    words = ("Alder", "Birch", "Cedar", "Elm", "Hazel", "Maple", "Rowan", "Willow")
    areas = tuple(Area(f"annexe_{w.lower()}", f"{w} Annexe") for w in words)
    more = [
        Entity(
            f"{kinds[n % 6]}.annexe_{n}",
            f"{words[n % 8]} {kinds[n % 6].replace('_', ' ')} {n}",
            area=areas[n % 8].id,
        )
        for n in range(things - len(house.entities))
    ]
    return House(house.floors, (*house.areas, *areas), (*house.entities, *more))


def understood(case: Case, commands: Iterable[Command]) -> bool:
    """Return whether the commands are what the label asks for."""
    got = [action for command in commands for action in _actions(command)]
    return any(_same(wanted, got) for wanted in case.wanted)


def acts(commands: Iterable[Command]) -> bool:
    """Return whether any of the commands would move or change something.

    What is to be switched or set and is not in this house moves nothing: "I know of no such thing".
    """
    return any(
        c.intent not in ASKING and (c.targets or c.choices or not c.intent.startswith(_THINGS))
        for c in commands
    )


def _same(wanted: tuple[Action, ...], got: list[Action]) -> bool:
    left = list(got)
    for action in wanted:
        match = next((g for g in left if _fits(action, g)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def _fits(wanted: Action, got: Action) -> bool:
    step = got.intent.endswith(("Step", "Relative"))
    if wanted.intent != got.intent and not (wanted.intent == "Step" and step):
        return False
    if wanted.target != got.target:
        return False
    have = dict(got.slots)
    for key, value in wanted.slots:
        name = next((k for k in have if k == key or (key == "step" and k.endswith("step"))), None)
        if name is None or not (value == "*" or _equal(value, have[name])):
            return False
    asked = {key for key, _ in wanted.slots}
    return all(key in asked for key in have if key in ("after", "for", "at", "sun"))


def _equal(one: str, other: str) -> bool:
    try:
        return abs(float(one) - float(other)) < 1.01
    except ValueError:
        return one.casefold() == other.casefold()


def _actions(command: Command) -> list[Action]:
    slots = {k: str(v) for k, v in command.slots.items()} | _schedule(command.schedule)
    units = {"hours": 3600, "minutes": 60, "seconds": 1}
    if units.keys() & slots.keys():
        slots["dur"] = str(sum(float(slots[k]) * n for k, n in units.items() if k in slots))
    if "Timer" not in command.intent:
        slots.pop("name", None)
    targets = [*command.targets, *(f"?{c}" for c in command.choices)] or [""]
    return [Action(command.intent, t, tuple(slots.items())) for t in targets]


def _schedule(schedule: Schedule | None) -> dict[str, str]:
    if schedule is None:
        return {}
    told = {
        "after": schedule.after_s,
        "for": schedule.for_s,
        "at": schedule.at.strftime("%H:%M") if schedule.at else "",
        "sun": schedule.sun,
    }
    return {key: str(value) for key, value in told.items() if value}


def _cases(text: str, house: House) -> tuple[Case, ...]:
    cases: list[Case] = []
    category = ""
    for number, line in enumerate(text.splitlines(), 1):
        row = line.strip()
        if not row or row.startswith("#"):
            continue
        if row.startswith("["):
            category = row.strip("[]")
            continue
        parts = [p.strip() for p in row.split(" | ")]
        if len(parts) != (2 if category.startswith("no:") else 3):
            raise ValueError(f"line {number}: {row!r} has {len(parts)} columns")
        before, _, sentence = parts[1].rpartition(" >> ")
        room = None if parts[0] == "-" else parts[0]
        if room and house.area(room) is None:
            raise ValueError(f"line {number}: no room {room!r}")
        case = Case(category, room, before, sentence)
        if len(parts) == 3:
            readings = tuple(_reading(r, house) for r in parts[2].split(" or "))
            case = replace(case, wanted=readings)
        cases.append(case)
    twice = [t for t, n in Counter((c.text, c.room, c.before) for c in cases).items() if n > 1]
    if twice:
        raise ValueError(f"said twice: {twice}")
    return tuple(cases)


def _reading(text: str, house: House) -> tuple[Action, ...]:
    actions: list[Action] = []
    for part in text.split(";"):
        first, *words = part.split()
        intent = first if first.startswith(("Hearth", "Step")) else f"Hass{first}"
        slots = tuple((k, v) for k, _, v in (w.partition("=") for w in words if "=" in w))
        targets: dict[str, None] = {}
        for word in (w for w in words if "=" not in w):
            if word.startswith("-"):
                targets.pop(word[1:], None)
            else:
                targets |= dict.fromkeys(_targets(word, house))
        actions += [Action(intent, target, slots) for target in targets or ("",)]
    return tuple(actions)


def _targets(word: str, house: House) -> list[str]:
    domain, at, where = word.partition("@")
    if not at:
        if house.entity(word.removeprefix("?")) is None:
            raise ValueError(f"no thing {word!r} in this home")
        return [word]
    areas = {a.id for a in house.areas if where in (a.id, a.floor)}
    found = [
        e.id for e in house.entities if e.domain == domain and (where == "*" or e.area in areas)
    ]
    if not found:
        raise ValueError(f"nothing is {word!r} in this home")
    return found


def schedule_of(command: Command) -> Mapping[str, str]:
    """Return a schedule as the labels write it."""
    return _schedule(command.schedule)
