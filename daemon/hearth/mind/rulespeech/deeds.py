"""What shall be done in, the steps of a rule out: "turn on the hall light and tell me".

What moves things is understood by the grammar, as when it is said alone; speaking, asking and
waiting are read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from hearth.house import Entity, House
from hearth.mind.rulespeech.moments import Moments
from hearth.mind.rulespeech.pattern import Compiler, slots
from hearth.mind.rulespeech.subjects import Subjects
from hearth.mind.rulespeech.words import Words
from hearth.port import Command
from hearth.rule import (
    ActStep,
    AskStep,
    CommandStep,
    ModeStep,
    PlainStep,
    SayStep,
    Step,
    WaitStep,
    Which,
)
from hearth.service import moves, services

TELL = "\0"
"""Stands for what a rule tells by itself, where the person did not say what."""

Understand = Callable[[str, bool], tuple[Command, ...]]
"""Reads a command that stands alone; whether it is said in the person's room or for the house."""

SPEAKING = frozenset(("HassBroadcast",))
ALLOWED = frozenset(
    (
        "HassStartTimer",
        "HassVacuumCleanArea",
        "HassMediaPause",
        "HassMediaUnpause",
        "HassMediaNext",
        "HassMediaPrevious",
        "HassMediaSearchAndPlay",
        "HassSetVolume",
        "HassSetVolumeRelative",
        "HassMediaPlayerMute",
        "HassMediaPlayerUnmute",
        "HassLawnMowerStartMowing",
        "HassLawnMowerDock",
        "HassShoppingListAddItem",
        "HassListAddItem",
        *SPEAKING,
    )
)
"""Intents besides those that move things which a rule may carry out as a sentence."""

TOLD = frozenset(
    (
        "HassGetState",
        "HassClimateGetTemperature",
        "HassGetCurrentTime",
        "HassGetCurrentDate",
        "HassGetWeather",
        "HassTimerStatus",
    )
)
"""Questions that a rule may answer, where it is asked to tell."""

_MOST_PARTS = 6


@dataclass(frozen=True, slots=True)
class Deeds:
    """What shall be done: the steps, the things they move, and what could not be resolved."""

    steps: tuple[Step, ...] = ()
    things: tuple[Entity, ...] = ()
    moving: bool = False
    unclear: tuple[str, ...] = ()


@dataclass
class Doing:
    """Reads what shall be done, in one language."""

    table: Mapping[str, Any]
    compiler: Compiler
    moments: Moments
    _joints: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = self.compiler.pattern
        joints = sorted(self.table.get("joints") or ("and",), key=len, reverse=True)
        self._joints = re.compile(
            r"\s*,\s*(?:"
            + "|".join(map(re.escape, joints))
            + r")\s+|\s+(?:"
            + "|".join(map(re.escape, joints))
            + r")\s+|\s*,\s*"
        )
        self._say = [
            (pattern(*row["says"]), bool(row["content"])) for row in self.table.get("say") or ()
        ]
        self._remind = [
            (pattern(*row["says"]), str(row["told"])) for row in self.table.get("remind") or ()
        ]
        self._ask = pattern(*(self.table.get("ask") or ("(?!)",)))
        waiting = Compiler(self.compiler.rules, dict(self.moments.fragments))
        self._wait = waiting.pattern(*(self.table.get("wait") or ("(?!)",)))
        self._mode = pattern(*(self.table.get("mode_steps") or ("(?!)",)))
        self._fillers = re.compile(
            "^(?:" + "|".join(map(re.escape, self.table.get("fillers") or ())) + r")\s+"
        )
        self._everywhere = frozenset(self.table.get("everywhere") or ())
        self._here = frozenset(self.table.get("here") or ())
        self._narrators = frozenset(self.table.get("narrator") or ())

    def bare(self, text: str) -> str:
        """Take "please", "then" off the beginning."""
        while True:
            shorter = self._fillers.sub("", text.strip(" ,"))
            if shorter == text:
                return text
            text = shorter

    def read(self, said: Words, subjects: Subjects, understand: Understand) -> Deeds | None:
        """Return what the words ask for; None where any part of them is not understood."""
        text = self.bare(" ".join(said.folded))
        if not text or text.split()[0] in self._narrators:
            return None
        originals = dict(zip(said.folded, said.said, strict=True))
        return self._parts(text, subjects, understand, originals, 0)

    def _parts(
        self,
        text: str,
        subjects: Subjects,
        understand: Understand,
        originals: Mapping[str, str],
        depth: int,
    ) -> Deeds | None:
        text = self.bare(text)
        if not text or depth > _MOST_PARTS:
            return None
        speaks = self._speaks(text, subjects)
        splits = list(self._joints.finditer(text))
        if not speaks:
            # "turn on the lamp and the heater and tell me": the grammar takes all but the speech
            for split in splits:
                rest = self.bare(text[split.end() :])
                if not self._speaks(rest, subjects):
                    continue
                first = self._moved(text[: split.start()], subjects, understand)
                after = self._parts(rest, subjects, understand, originals, depth + 1)
                if first and after:
                    return _both(first, after)
            if whole := self._moved(text, subjects, understand):
                return whole
        for split in splits:
            before = text[: split.start()]
            if speaks:
                first = self._speech(before, subjects, understand, originals)
            else:
                first = self._moved(before, subjects, understand)
            if first is None:
                continue
            after = self._parts(text[split.end() :], subjects, understand, originals, depth + 1)
            if after:
                return _both(first, after)
        return self._speech(text, subjects, understand, originals) if speaks else None

    def _speaks(self, text: str, subjects: Subjects) -> bool:
        """Return whether words begin like something that Hearth does by itself."""
        speech = (p for p, _ in (*self._say, *self._remind))
        fitting = (*speech, self._ask, self._wait, self._mode)
        words = " ".join(text.replace(",", " ").split())
        noun, _ = subjects.place_of(words)
        return any(p.fullmatch(words) or p.fullmatch(noun) for p in fitting)

    def _speech(  # noqa: PLR0911 - a case a form
        self,
        text: str,
        subjects: Subjects,
        understand: Understand,
        originals: Mapping[str, str],
    ) -> Deeds | None:
        text = " ".join(text.replace(",", " ").split())
        if match := self._wait.fullmatch(text):
            seconds = self.moments.duration(slots(match)["duration"])
            return Deeds((WaitStep(seconds),)) if seconds else None
        if match := self._mode.fullmatch(text):
            return Deeds((ModeStep(slots(match)["mode"].replace(" ", "_")),))
        if match := self._ask.fullmatch(text):
            return self._asked(slots(match)["action"], subjects, understand)
        for pattern, told in self._remind:
            if match := pattern.fullmatch(text):
                what = slots(match)["text"]
                said = told.replace("{text}", self._cased(what, originals))
                return Deeds((SayStep(sentence(said)),), self.mentioned(what, subjects))
        tried = [(text, "")]
        noun, place = subjects.place_of(text)
        if place is not None and place.area and noun:
            tried.append((noun, place.area))
        for words, site in tried[::-1]:  # "tell me in the office": the office is where
            for pattern, content in self._say:
                match = pattern.fullmatch(words)
                if match is None:
                    continue
                if not content:
                    return Deeds((SayStep(TELL, site),))
                told = slots(match)["text"]
                commands = understand(words, True)
                if commands and all(c.intent in TOLD for c in commands):
                    return Deeds((CommandStep(words, site),))
                return Deeds((SayStep(self.spoken(told, originals), site),))
        return None

    def _asked(self, action: str, subjects: Subjects, understand: Understand) -> Deeds | None:
        deeds = self._moved(action, subjects, understand)
        if deeds is None:
            return None
        asked = str(self.table.get("ask_text", "{action}?")).replace(
            "{action}", self.turned(action)
        )
        plain = cast(tuple[PlainStep, ...], deeds.steps)
        return Deeds((AskStep(asked, plain),), deeds.things, deeds.moving, deeds.unclear)

    def _moved(self, text: str, subjects: Subjects, understand: Understand) -> Deeds | None:
        """Let the grammar understand what is to be moved."""
        text = self.bare(text)
        if not text or text.split()[0] in self._narrators:
            return None
        words = " ".join(text.replace(",", " ").split())
        here = self._everywhere.isdisjoint(words.split()) or not self._here.isdisjoint(
            words.split()
        )
        commands = understand(text, here) or (understand(words, here) if words != text else ())
        if here and commands and not all(c.targets or c.choices for c in commands):
            commands = understand(text, False) or commands  # there is none in this room
        if not commands:
            return None
        all_deeds = Deeds()
        for command in commands:
            deeds = self._of_command(command, words, subjects, alone=len(commands) == 1)
            if deeds is None:
                return None
            all_deeds = _both(all_deeds, deeds)
        return all_deeds

    def _of_command(
        self, command: Command, text: str, subjects: Subjects, *, alone: bool
    ) -> Deeds | None:
        house = subjects.house
        if command.choices and not command.targets:
            names = tuple(e.name for i in command.choices if (e := house.entity(i)))
            return Deeds(unclear=names or (text,), moving=True)
        later = command.schedule
        plain = later is None or (later.at is None and not later.sun and later.until is None)
        if command.intent in ALLOWED or not plain or (later and later.for_s):
            known = command.intent in ALLOWED or moves(command.intent)
            if not alone or not known:
                return None
            things = tuple(e for i in command.targets if (e := house.entity(i)))
            return Deeds((CommandStep(text),), things, moving=True)
        if not moves(command.intent) or not command.targets:
            return None
        things = tuple(e for i in command.targets if (e := house.entity(i)))
        steps: tuple[Step, ...] = acts(command, house, subjects)
        if later and later.after_s:
            steps = (WaitStep(later.after_s), *steps)
        return Deeds(steps, things, moving=True)

    def mentioned(self, text: str, subjects: Subjects) -> tuple[Entity, ...]:
        """Return the things that some words mention: "it" may mean one of them."""
        words = text.split()
        for start in range(len(words)):
            for end in range(len(words), start, -1):
                part = " ".join(words[start:end])
                if found := subjects.find(part, lambda _: 0):
                    return found.things
        return ()

    def turned(self, text: str) -> str:
        """Say the person's words as Hearth says them: "my" becomes "your"."""
        swap = self.table.get("person") or {}
        return " ".join(str(swap.get(word, word)) for word in text.split())

    def spoken(self, text: str, originals: Mapping[str, str]) -> str:
        """Return words as a sentence, with the capitals of the person."""
        return sentence(self._cased(text, originals))

    def _cased(self, text: str, originals: Mapping[str, str]) -> str:
        return " ".join(originals.get(w, w) for w in self.turned(text).split())


def acts(command: Command, house: House, subjects: Subjects) -> tuple[ActStep, ...]:
    """Return a command as steps; "all lights" stays all lights, later ones too."""
    grouped: dict[tuple[str, str], list[str]] = {}
    data: dict[tuple[str, str], Mapping[str, Any]] = {}
    for one in services(command, house):
        key = (one.service, repr(sorted(one.data.items())))
        grouped.setdefault(key, []).append(one.entity_id)
        data[key] = dict(one.data)
    whole = "name" not in command.slots and len(command.targets) > 1
    steps = []
    for key, ids in grouped.items():
        things = tuple(e for i in ids if (e := house.entity(i)))
        which = Which(tuple(ids))
        if whole:
            which = _dynamic(things, house, subjects)
        steps.append(ActStep(which, key[0], data[key]))
    return tuple(steps)


def _dynamic(things: tuple[Entity, ...], house: House, subjects: Subjects) -> Which:
    """Return "all lights of the kitchen" where these are exactly they."""
    ids = {e.id for e in things}
    domains, areas = {e.domain for e in things}, {e.area for e in things}
    if len(domains) == 1:
        domain = next(iter(domains))
        tries = [Which(domain=domain)]
        if len(areas) == 1 and (area := next(iter(areas))):
            tries.append(Which(domain=domain, area=area))
        tries += [Which(domain=domain, floor=floor.id) for floor in house.floors]
        for which in tries:
            if {e.id for e in subjects.matching(which)} == ids:
                return which
    return Which(tuple(e.id for e in things))


def _both(first: Deeds, second: Deeds) -> Deeds:
    return Deeds(
        first.steps + second.steps,
        first.things + second.things,
        first.moving or second.moving,
        first.unclear + second.unclear,
    )


def sentence(text: str) -> str:
    """Return words as a sentence: a capital letter, and a full stop."""
    text = text.strip(" ,.")
    text = text[:1].upper() + text[1:]
    return text if text[-1:] in ("?", "!", ".") else text + "."
