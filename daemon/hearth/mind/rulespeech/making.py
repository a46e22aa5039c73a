"""A sentence in, the command that makes a rule, or takes back a plan, out.

The command's slots are plain data, as those of every command: ``rule`` is the rule's JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from hearth.house import House
from hearth.mind.exact.recognize import Place
from hearth.mind.rulespeech.parts import Draft, Problem
from hearth.mind.rulespeech.pattern import Compiler
from hearth.mind.rulespeech.speech import RuleSpeech
from hearth.mind.rulespeech.words import Words, words
from hearth.mind.sentence.moment import Moments as Schedules
from hearth.port import Command, Schedule
from hearth.rule import dump

MAKE = "HearthRuleMake"
UNCLEAR = "HearthRuleUnclear"
CANCEL = "HearthPlanCancel"

Plain = Callable[[str, House, str | None], tuple[Command, ...]]
"""Reads a command that stands alone: its words, the house, the area."""


class Making:
    """Reads rules in one language."""

    def __init__(self, language: str, table: Mapping[str, Any], schedules: Schedules) -> None:
        """Take the table ``rules``; ``schedules`` reads "in ten minutes" and "at nine"."""
        self._language = language
        self._table = table
        self._schedules = schedules
        if not table:
            return
        self._speech = RuleSpeech(language, table)
        expansions = {str(k): str(v) for k, v in (table.get("expansions") or {}).items()}
        compiler = Compiler(expansions)
        opens = compiler.text(table.get("reminder_opens") or ("(?!)",))
        self._opens = re.compile(rf"^(?:{opens})(?=\s|$)")
        cancels = compiler.text(table.get("cancels") or ("(?!)",))
        self._cancels = re.compile(rf"^(?:{cancels})\s+")

    def command(self, text: str, place: Place, plain: Plain) -> Command | None:
        """Return the command that keeps a rule, or takes back a plan; None where it is neither."""
        if not self._table:
            return None

        def understand(said: str, here: bool) -> tuple[Command, ...]:
            return plain(said, place.house, place.area if here else None)

        found = self._speech.draft(self._reordered(text), place, understand)
        if isinstance(found, Draft):
            rule = {"rule": dump(found.rule)}
            return Command(MAKE, rule, said={"text": text}, language=self._language)
        if isinstance(found, Problem):
            missing = {"kind": found.kind, "words": found.words}
            return Command(UNCLEAR, missing, language=self._language)
        return self._cancelled(text)

    def _cancelled(self, text: str) -> Command | None:
        """Return what takes back a plan: "cancel the blinds at sunset"."""
        joined = words(text).text
        match = self._cancels.match(joined)
        if match is None:
            return None
        about = joined[match.end() :]
        schedule, rest = self._timed(about)
        if schedule is None:
            return None
        return Command(CANCEL, {"about": rest or about}, language=self._language)

    def _reordered(self, text: str) -> str:
        """Put "remind me every day at nine to ..." as "remind me to ... every day at nine"."""
        said = words(text)
        joined = " ".join(said.folded)
        opened = self._opens.match(joined)
        if opened is None or not self._table.get("times"):
            return text
        rest = joined[opened.end() :].strip()
        after = rest
        while True:
            moment, shorter = self._speech.moments.leading(after)
            if moment is None:
                break
            after = shorter
        if after == rest or not after:
            return text
        length = len(joined[: opened.end()].split())
        times = len(rest.split()) - len(after.split())
        order = [*range(length), *range(length + times, len(said)), *range(length, length + times)]
        return Words(
            tuple(said.said[i] for i in order), tuple(said.folded[i] for i in order)
        ).original

    def _timed(self, text: str) -> tuple[Schedule | None, str]:
        """Take the time out of what is to be taken back, wherever it stands."""
        for found in reversed(self._schedules.find(text)):
            schedule = found.schedule
            begins = schedule.after_s or schedule.at is not None or schedule.sun
            if begins and not schedule.for_s and schedule.until is None:
                rest = f"{text[: found.start]} {text[found.end :]}"
                return schedule, " ".join(rest.split()).strip(" ,")
        return None, text
