"""A sentence of several clauses in, each clause whole out: what one leaves out, another has.

"turn off the lamp and the heater in the office, then close the blinds": the second clause has its
verb from the first, the first its place from the second, and the third its place from both. Either
every clause is understood or the sentence is not: nobody shall find half of it done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from hearth.mind.exact.recognize import Reading
from hearth.mind.sentence.correction import joined, joints
from hearth.mind.sentence.discourse import Discourse, Line
from hearth.mind.sentence.reader import AREAS, Reader, wild
from hearth.port import Command

_MOST = 6
"""More clauses than these are a story."""

_MIDDLE_TRIES = 5
_STUCK = 3


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with all its words, and what it means."""

    line: Line
    commands: tuple[Command, ...]
    lent: bool = False
    """Whether its beginning is that of the clause before it."""


ReadClause = Callable[[Line, tuple[Command, ...], bool], tuple[Command, ...]]
"""A clause, what was understood before it, and whether to guess: the commands that it means."""


class Compound:
    """Reads the clauses of one sentence."""

    def __init__(self, reader: Reader, discourse: Discourse, read: ReadClause) -> None:
        self._reader = reader
        self._words = discourse
        self._read_clause = read
        self._lately: tuple[Command, ...] = ()

    def read(self, line: Line, lately: tuple[Command, ...]) -> tuple[Command, ...]:
        """Return the commands of all clauses in order; empty where one is not understood."""
        self._lately = lately
        for parts in self.ways(line):
            if 2 <= len(parts) <= _MOST and (clauses := self._all(parts)):
                return tuple(c for clause in self._placed(clauses) for c in clause.commands)
            shorter = len(parts) == 1 and len(parts[0].words) < len(line.words)
            if shorter and (found := self._read_clause(parts[0], lately, True)):
                return found
        return self._adjoining(line)

    def joined(self, line: Line) -> bool:
        """Return whether something in the sentence joins clauses."""
        return bool(self._joints(line)) or bool(line.stops)

    def ways(self, line: Line) -> Iterator[list[Line]]:
        """Yield how a sentence may fall into clauses: at joints and stops, at joints, at verbs."""
        spans = self._joints(line)
        verbs = self._beginnings(line)
        told: list[list[Line]] = []
        none: frozenset[int] = frozenset()
        for stops in (line.stops, none, verbs if spans else line.stops):
            cuts = sorted({*spans, *((s, s) for s in stops)})
            parts, at = [], 0
            for start, end in cuts:
                parts.append(line.part(at, max(at, start)))
                at = max(at, end)
            parts.append(line.part(at))
            parts = [p for p in parts if p.words and not self._aside(p)]
            if parts and parts not in told:
                told.append(parts)
                yield parts

    def _beginnings(self, line: Line) -> frozenset[int]:
        """Return the words with which a clause may begin that nothing joins to the one before."""
        words, filler = line.words, self._words.filler
        named = {
            one.end
            for one, other in pairwise(self._reader.spans(words))
            if one.kind == other.kind and all(filler(w) for w in words[one.end : other.start])
        }
        return frozenset(
            p
            for p in range(2, len(words) - 1)
            if p in named or (self._reader.verb(words[p]) and not filler(words[p - 1]))
        )

    def kinds(self, line: Line) -> tuple[str, ...]:
        """Return of what kind each word is: of a name, of a place, a number, or empty."""
        kinds = ["number" if self._words.number.match(w) else "" for w in line.words]
        for span in self._reader.spans(line.words):
            kind = "place" if span.kind in AREAS else "name"
            kinds[span.start : span.end] = [kind] * (span.end - span.start)
        return tuple(kinds)

    def classes(self, line: Line) -> tuple[str, ...]:
        """Return ``kinds``, and of words like "on", "red", "left" the class that they are of."""
        kinds = self.kinds(line)
        of = self._words.classes
        return tuple(k or of.get(w.casefold(), "") for k, w in zip(kinds, line.words, strict=True))

    def begins(self, line: Line) -> bool:
        """Return whether words begin like a command."""
        return bool(line.words) and self._reader.verb(line.words[0])

    def _aside(self, line: Line) -> bool:
        return bool(self._words.aside and self._words.aside.match(line.text.casefold()))

    def _joints(self, line: Line) -> list[tuple[int, int]]:
        """Return the words that join clauses, and no names, numbers or durations."""
        whole = [(s.start, s.end) for s in self._reader.spans(line.words)]
        whole += line.spans(self._words.moments.durations(line.text))
        whole += line.spans((f.start, f.end) for f in self._words.moments.find(line.text))
        return [
            (start, end)
            for start, end in line.find(self._words.joint)
            if not any(a < end and start < b for a, b in whole)
        ]

    # --- clauses that have something in common --------------------------------------------

    def _all(self, parts: list[Line]) -> list[Clause] | None:
        done: list[Clause] = []
        at = 0
        first = parts[0].text
        rest = [Line(tuple(self._reader.asked(first, p.text).split())) for p in parts[1:]]
        parts = [parts[0], *rest]
        while at < len(parts):
            end = at + 1
            while end < len(parts) and not self.begins(parts[end]):
                end += 1
            group = self._group(parts[at:end], done)
            if group is None:
                return None
            done += group
            at = end
        return done

    def _group(self, parts: list[Line], done: list[Clause]) -> list[Clause] | None:
        """Return the clauses of parts of which only the first may have a verb of its own."""
        before = done[-1].line if done else None
        if len(parts) == 1:
            one = self._alone(parts[0], done) or (self._after(before, parts[0]) if before else None)
            one = one or self._alone(parts[0], done, guess=True)
            return [one] if one else None
        first, *middle, last = parts
        head = Line(tuple(self._reader.bare(first.text).split()))
        end = self._last(head, last, done)
        if end is None:
            return None
        found: list[Clause] = []
        for part in (head, *middle):
            clause = self._with_tail(part, last, head if part is not head else None, done)
            if clause is None:
                return None
            found.append(clause)
        return [*found, end]

    def _last(self, head: Line, last: Line, done: list[Clause]) -> Clause | None:
        return (
            self._after(head, last)
            or self._alone(last, done)
            or (self._after(done[-1].line, last) if done else None)
            or self._after(head, last, guess=True)
            or self._alone(last, done, guess=True)
        )

    def _alone(self, line: Line, done: list[Clause], *, guess: bool = False) -> Clause | None:
        """Read a part by itself; a mere name is no clause."""
        if not self._says_what(line):
            return None
        lately = tuple(c for clause in done for c in clause.commands) or self._lately
        commands = self._read_clause(line, lately, guess)
        return Clause(line, commands) if commands else None

    def _after(self, head: Line, part: Line, *, guess: bool = False) -> Clause | None:
        """Read a part that has its beginning from the clause before it."""
        order = joints(head, part, self.kinds, self._words)
        for k in order[: 1 if guess else _MIDDLE_TRIES]:
            words = joined(head.part(0, k), part)
            if commands := self._read_clause(words, (), guess):
                return Clause(words, commands, lent=True)
        return None

    def _with_tail(
        self, part: Line, last: Line, head: Line | None, done: list[Clause]
    ) -> Clause | None:
        """Read a part that may have its end from the last one, and its beginning from the first."""

        def read(line: Line, *, guess: bool = False) -> Clause | None:
            return (
                self._after(head, line, guess=guess)
                if head
                else self._alone(line, done, guess=guess)
            )

        alone = read(part)
        tails = self._tails(last, complete=alone is not None)
        for tail in tails:
            clause = read(joined(part, tail))
            if clause and all(c.targets or c.choices for c in clause.commands):
                return clause
        guesses = [*tails[:1], *tails[1:][-1:]] if alone is None else []
        for tail in guesses:
            clause = read(joined(part, tail), guess=True)
            if clause and all(c.targets for c in clause.commands):
                return clause
        return alone or read(part, guess=True)

    def _tails(self, last: Line, *, complete: bool) -> list[Line]:
        """Return ends of a part that the parts before it may share, the longest first."""
        filler = [self._words.filler(w) for w in last.words]
        starts = [p for p in range(1, len(last.words)) if filler[p] and not filler[p - 1]]
        if not complete:
            more = [p for p in range(1, len(last.words)) if not filler[p - 1] or not filler[p]]
            starts = sorted({*starts, *more})
        return [last.part(p) for p in starts][-_MIDDLE_TRIES:]

    # --- a place said once ----------------------------------------------------------------

    def _placed(self, clauses: list[Clause]) -> list[Clause]:
        """Give clauses without a place that of the next, or of the last before, that has one."""
        placed = list(clauses)
        for i in range(len(placed) - 2, -1, -1):
            placed[i] = self._moved(placed[i], placed[i + 1], clauses)
        for i in range(1, len(placed)):
            placed[i] = self._moved(placed[i], placed[i - 1], placed[:i])
        return placed

    def _moved(self, clause: Clause, other: Clause, before: list[Clause]) -> Clause:
        place = self._place(other, anywhere=clause.lent)
        if not place or len(clause.commands) != 1 or self._place(clause):
            return clause
        (command,) = clause.commands
        reading = self._reader.anyhow(clause.line.text)
        if reading is None or not (reading.here or command.choices or self._boundless(reading)):
            return clause
        if command.schedule or self._says_here(clause.line):
            return clause
        for end in (place, self._words.in_place.replace("{place}", place)):
            words = Line((*clause.line.words, *end.split()))
            found = self._reader.exact(words.text)
            if found and found.targets.ids and found.intent == command.intent:
                moved = self._reader.command(found)
                others = [c for b in before for c in b.commands if b is not clause]
                if any({*moved.targets} & {*c.targets} for c in others):
                    return clause  # "turn the kitchen light on and the lights off"
                return replace(clause, line=words, commands=(moved,))
        return clause

    @staticmethod
    def _boundless(reading: Reading) -> bool:
        """Return whether a reading is about all of a kind in the house: no room was known."""
        return not {"name", *AREAS} & reading.slots.keys() and reading.confidence < 1

    def _says_here(self, line: Line) -> bool:
        return bool(self._words.here and self._words.here.search(line.text))

    def _place(self, clause: Clause, *, anywhere: bool = False) -> str:
        """Return the area or floor that ends a clause's words, or is in them; empty for none."""
        spans = self._reader.spans(clause.line.words)
        if anywhere:
            return next((s.value for s in spans if s.kind in AREAS), "")
        if not spans or spans[-1].kind not in AREAS:
            return ""
        return spans[-1].value if spans[-1].end == len(clause.line.words) else ""

    # --- clauses with nothing between them ------------------------------------------------

    def _adjoining(self, line: Line) -> tuple[Command, ...]:
        """Read "turn on the lamp turn off the fan": each clause has to stand by itself."""
        kinds = self.kinds(line)
        points = [
            p
            for p in range(2, len(line.words) - 1)
            if not self._words.filler(line.words[p - 1])
            and (
                self._reader.verb(line.words[p])
                or (kinds[p] and not kinds[p - 1] and not self._reader.verb(line.words[p - 1]))
                or (
                    self._words.filler(line.words[p])
                    and not kinds[p]
                    and kinds[p + 1]
                    and not kinds[p - 1]
                )
            )
        ]
        for p in points[:_STUCK]:
            first = self._reader.exact(line.part(0, p).text)
            if first is None or wild(first):
                continue
            right = line.part(p)
            second = self._reader.exact(right.text)
            if second is not None and not wild(second) and self._says_what(right):
                return (self._reader.command(first), self._reader.command(second))
            if rest := self._adjoining(right):
                return (self._reader.command(first), *rest)
        return ()

    def _says_what(self, line: Line) -> bool:
        """Return whether there is more in a part than a name."""
        kinds = self.kinds(line)
        return not all(k or self._words.filler(w) for k, w in zip(kinds, line.words, strict=True))
