"""One sentence in, its commands out: the order in which its meanings are tried.

Word for word as one command; without what the person took back; as several clauses; as a clause
with a time, an exception, or a thing that was named before; and last by guessing at one clause.
"""

from __future__ import annotations

from dataclasses import replace

from hearth.mind.exact.recognize import Reading
from hearth.mind.sentence.compound import Compound
from hearth.mind.sentence.correction import fluent, joints, repairs
from hearth.mind.sentence.discourse import Discourse, Line, line
from hearth.mind.sentence.exclusion import exceptions, without
from hearth.mind.sentence.moment import Found
from hearth.mind.sentence.reader import Reader, wild
from hearth.mind.sentence.reference import Reference
from hearth.port import Command, Schedule

DELAYED = "conversation_command"
"""The slot in which Home Assistant's timer keeps the words of a command for later.

Such a command is read now and has a schedule: what cannot be done, or needs a yes, is told at once.
The timer is left for what is understood only as words.
"""

NEVER_MIND = "HassNevermind"
_NOT_LATER = ("HassGet", "HassShoppingList", "HassListAdd", "HassList", "Hearth")
_FREE = frozenset(("HassBroadcast", "HassShoppingListAddItem", "HassListAddItem"))
"""Intents in whose words "and" joins no clauses."""

_LATER = frozenset(("HearthLightStep",))
_THERE_AND_BACK = {"HassTurnOn", "HassTurnOff"}
_TIMES = 3
_GUESSED = 2


class Sentence:
    """Reads one sentence, said in one place after what was understood ``lately``."""

    def __init__(self, reader: Reader, discourse: Discourse, lately: tuple[Command, ...]) -> None:
        self._reader = reader
        self._words = discourse
        self._lately = lately
        self._compound = Compound(reader, discourse, self._clause)

    def read(self, text: str) -> tuple[Command, ...]:
        """Return the commands in the order they were said; empty where nothing was understood."""
        return said_once(self._commands(text))

    def _commands(self, text: str) -> tuple[Command, ...]:
        whole = self._reader.exact(text)
        if not self._words.known:
            reading = whole or self._reader.anyhow(text)
            return (self._reader.command(reading),) if reading else ()
        said = line(text)
        if whole and self._plain(whole, said):
            return (self._reader.command(whole),)
        smooth = fluent(said, self._words)
        if found := self._repaired(smooth):
            return found if found[0].intent != NEVER_MIND else found[:1]
        if smooth.find(self._words.correction) and not whole:
            found = self._several(smooth, strict=True)
            reading = None if found else self._reader.loosely(smooth.text)  # "make it cooler"
            return (self._reader.command(reading),) if reading else found
        found = self._several(smooth)
        if found or whole is None:
            return found
        return (self._reader.command(whole),)

    def _plain(self, reading: Reading, said: Line) -> bool:
        """Return whether a reading of all words is sure to be what was meant."""
        if DELAYED in reading.slots:
            return False
        if wild(reading):
            return self._one_wish(reading)
        return not (self._lately and reading.here and self._refers(said))

    def _one_wish(self, reading: Reading) -> bool:
        """Return whether nothing in the free words of a reading begins another clause."""
        free = " ".join(e.text for e in reading.result.entities_list if e.is_wildcard)
        return reading.intent in _FREE or not self._compound.joined(line(free))

    def _refers(self, said: Line) -> bool:
        """Return whether a sentence may be about something that was named before."""
        words = self._words
        return bool(
            said.find(words.pronoun_one)
            or said.find(words.pronoun_many)
            or any(s.regex.match(said.text.casefold()) for s in words.short)
        )

    # --- what was taken back --------------------------------------------------------------

    def _repaired(self, said: Line) -> tuple[Command, ...]:
        spans = _merged(said.find(self._words.correction))
        for span in spans[:-3:-1]:
            rest = said.part(span[1])
            if self._words.cancel and self._words.cancel.match(rest.text.casefold()):
                return (Command(NEVER_MIND),)
            if not rest.words:
                return (Command(NEVER_MIND),) if self._several(said.part(0, span[0])) else ()
            compound = self._compound
            options = list(repairs(said, span, compound.begins, compound.classes, self._words))
            for option in options:
                found = self._repaired(option) if len(spans) > 1 else ()
                if found := found or self._several(option, strict=True):
                    return found
            before = self._several(said.part(0, span[0]), strict=True)
            reference = Reference(self._reader, self._words, before)
            if found := reference.resolve(rest) or reference.instead(rest):
                return found
            for option in options[:_GUESSED] if span[0] else ():  # "no need to turn it on" is a no
                if found := self._several(option):
                    return found
        return ()

    # --- clauses --------------------------------------------------------------------------

    def _several(self, said: Line, *, strict: bool = False) -> tuple[Command, ...]:
        """Read a sentence without corrections."""
        if self._conditional(said):
            reading = None if strict else self._reader.anyhow(said.text)
            return (self._reader.command(reading),) if reading else ()
        if reasons := [r for r in said.find(self._words.reason) if r[0] > 1]:
            return self._several(said.part(0, reasons[0][0]), strict=True)
        found = (
            self._clause(said, self._lately, guess=False)
            or self._fronted(said)
            or self._dislocated(said)
            or self._compound.read(said, self._lately)
        )
        if found:
            return found
        return () if strict else self._clause(said, self._lately, guess=True)

    def _conditional(self, said: Line) -> bool:
        """Return whether the command is for a time that nobody knows: that makes it a rule."""
        spans = said.find(self._words.condition)
        if not spans:
            return False
        times = said.spans((f.start, f.end) for f in self._words.moments.find(said.text))
        asides = said.find(self._words.any_aside)
        return any(not any(a <= s and e <= b for a, b in (*times, *asides)) for s, e in spans)

    def _fronted(self, said: Line) -> tuple[Command, ...]:
        """Read "at sunset close the blinds and turn on the lamp": the time is for all clauses."""
        times = self._words.moments.find(said.text)
        if not times or times[0].start or not self._compound.joined(said):
            return ()
        (_, end), *_ = said.spans([(times[0].start, times[0].end)])
        found = self._compound.read(said.part(end), self._lately)
        return tuple(_scheduled(c, times[0].schedule) for c in found) if _later(found) else ()

    def _dislocated(self, said: Line) -> tuple[Command, ...]:
        """Read "the desk lamp, you can turn it off now" with the name where its pronoun is."""
        pronouns = said.find(self._words.pronoun_one)
        names = self._reader.spans(said.words) if pronouns else ()
        if not names or names[0].start > 1 or names[0].end >= pronouns[0][0]:
            return ()
        (start, end), name = pronouns[0], said.words[names[0].start : names[0].end]
        words = (*said.words[names[0].end : start], *name, *said.words[end:])
        reading = self._reader.exact(self._reader.bare(" ".join(words)))
        return (self._reader.command(reading),) if reading and not wild(reading) else ()

    def _clause(
        self,
        said: Line,
        lately: tuple[Command, ...],
        guess: bool,
    ) -> tuple[Command, ...]:
        """Return the commands of one clause; several where it is about things of several kinds."""
        reading = self._reader.exact(said.text)
        if reading and not self._sure(reading):
            reading = None
        elif reading and not (lately and reading.here and self._refers(said)):
            return (self._reader.command(reading),)
        if found := self._timed(said, lately, guess):
            return found
        if found := self._excepting(said, lately):
            return found
        if found := Reference(self._reader, self._words, lately).resolve(said):
            return found
        if reading is None and guess:
            excepted = said.find(self._words.exception)
            read = self._reader.loosely if excepted else self._reader.anyhow
            reading = read(said.text)
        return (self._reader.command(reading),) if reading else ()

    def _sure(self, reading: Reading) -> bool:
        """Return whether a reading takes no other clause, and no time, for free words."""
        return DELAYED not in reading.slots and (not wild(reading) or self._one_wish(reading))

    def _timed(
        self,
        said: Line,
        lately: tuple[Command, ...],
        guess: bool,
    ) -> tuple[Command, ...]:
        """Read a clause with words about time as what is left without them, for then."""
        times = self._words.moments.find(said.text)
        if not 0 < len(times) <= _TIMES:
            return ()
        schedule = _together(times)
        if schedule is None:
            return ()
        rest = said
        for start, end in said.spans((f.start, f.end) for f in times)[::-1]:
            rest = Line((*rest.words[:start], *rest.words[end:]))
        if not rest.words:
            return ()
        found = self._clause(rest, lately, guess)
        return tuple(_scheduled(c, schedule) for c in found) if _later(found) else ()

    def _excepting(self, said: Line, lately: tuple[Command, ...]) -> tuple[Command, ...]:
        """Read "all but these": what is before the word is done to all but what is after it."""
        house = self._reader.place.house
        for start, end in said.find(self._words.exception):
            left, right = said.part(0, start), said.part(end)
            for size in range(len(right.words), 0, -1):
                ids = exceptions(right.part(0, size), house, self._reader, self._words)
                if not ids:
                    continue
                rest = Line((*left.words, *right.words[size:]))
                found = [without(c, ids) for c in self._clause(rest, lately, guess=True)]
                if found and all(found):
                    return tuple(c for c in found if c)
            for k in joints(left, right, self._compound.kinds, self._words)[:2]:
                other = self._reader.exact(Line((*left.words[:k], *right.words)).text)
                if other is None or not other.targets.ids:
                    continue
                found = [
                    without(c, frozenset(other.targets.ids))
                    for c in self._clause(left, lately, guess=False)
                ]
                if found and all(found):
                    return tuple(c for c in found if c)
        return ()


def _merged(spans: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """Return spans with those that follow each other as one: "or actually, make that"."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        follows = merged and merged[-1][1] == start
        merged.append((merged.pop()[0] if follows else start, end))
    return merged


def _later(found: tuple[Command, ...]) -> bool:
    """Return whether commands are such as can be carried out later."""
    return bool(found) and all(
        c.schedule is None
        and "Timer" not in c.intent
        and (c.intent in _LATER or not c.intent.startswith(_NOT_LATER))
        and c.intent not in (NEVER_MIND, "HassRespond", "HassBroadcast")
        for c in found
    )


def _scheduled(command: Command, schedule: Schedule) -> Command:
    return replace(command, schedule=schedule)


def _together(times: tuple[Found, ...]) -> Schedule | None:
    """Return several words about time as one schedule; None where they contradict each other."""
    whole = Schedule()
    empty = Schedule()
    for found in times:
        told = {
            key: getattr(found.schedule, key)
            for key in Schedule.__slots__
            if getattr(found.schedule, key) != getattr(empty, key)
        }
        if any(getattr(whole, key) != getattr(empty, key) for key in told):
            return None
        try:
            whole = replace(whole, **told)
        except ValueError:
            return None
    return whole


def said_once(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Drop what a duration says already: "for ten minutes, then turn it off" again."""
    kept: list[Command] = []
    for command in commands:
        before = kept[-1] if kept else None
        if (
            before is None
            or before.schedule is None
            or not before.schedule.for_s
            or command.schedule is not None
            or before.targets != command.targets
            or {before.intent, command.intent} != _THERE_AND_BACK
        ):
            kept.append(command)
    return tuple(kept)
