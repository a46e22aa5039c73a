"""What was spoken of before in, whom "she", "he", "they" and "it" mean out: by rule, or nobody."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hearth.memory.facts.terms import ME
from hearth.memory.facts.vocabulary import KIN, PETS, first_names

_FEMALE, _MALE = frozenset(("she", "her", "hers")), frozenset(("he", "his", "him"))
_MANY = frozenset(("they", "their", "them", "theirs"))
_FAR = 14
"""After so many clauses without a word of somebody, no pronoun means them any more."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a clause is about, and at which word the rest begins.

    ``label`` is what the fact is kept under, ``kin`` the word for what they are to ``of``, and
    ``name`` their name where it was said. ``many``: several of that kind; ``also``: these as well.
    ``gender`` is "f", "m", or nothing where it is not known.
    """

    label: str
    next: int
    kin: str = ""
    name: str = ""
    of: str = ME
    pet: bool = False
    many: bool = False
    also: tuple[Who, ...] = ()
    gender: str = ""
    thing: bool = False

    @property
    def sex(self) -> str:
        """Return "f" or "m" where kin, name or a pronoun told it."""
        first = self.name.split()[0].casefold() if self.name else ""
        return self.gender or KIN.get(self.kin, "") or first_names().get(first, "")

    def each(self) -> tuple[Who, ...]:
        """Return one by one whom it is about."""
        return (replace(self, also=()), *(replace(one, next=self.next) for one in self.also))


@dataclass
class Context:
    """Who and what was named in the sentences before; ``me`` is who speaks.

    ``names`` are those that are known, in lower case.
    """

    me: str = ME
    spoken: list[tuple[int, Who]] = field(default_factory=list)
    clause: int = 0
    names: frozenset[str] = frozenset()
    alias: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Begin a clause."""
        self.clause += 1

    def note(self, who: Who) -> None:
        """Remember somebody or something that was named in this clause."""
        if who.also:
            for one in who.each():
                self.note(one)
        elif who.label != self.me:
            if named := self.alias.get(who.label):
                who = replace(who, label=named, name=named)
            known = self.known(who.label)
            if known and not who.kin:  # a bare name: what they are was told before
                gender = who.gender or known.gender
                who = replace(known, next=who.next, name=who.name or known.name, gender=gender)
            self.spoken = [each for each in self.spoken if each[1].label != who.label]
            self.spoken.append((self.clause, who))

    def known(self, label: str) -> Who | None:
        """Return somebody of that name who was spoken of."""
        found = (who for _, who in self.spoken if who.label.casefold() == label.casefold())
        return next(found, None)

    def named(self, who: Who, name: str) -> None:
        """Remember that somebody bears a name."""
        self.spoken = [each for each in self.spoken if each[1].label != who.label or who.many]
        if not who.many and who.label != name:
            self.alias[who.label] = name
        self.note(replace(who, label=name, name=name, many=False, also=()))

    def meant(self, pronoun: str) -> Who | None:
        """Return whom a pronoun means; None where it is not sure."""
        near = [each for each in self.spoken if self.clause - each[0] <= _FAR]
        if pronoun in _MANY:
            return self._several(near)
        if pronoun in ("it", "its"):
            found = [each for each in near if each[1].thing or each[1].pet]
            return self._last(found, lambda who: who.thing)
        wanted = "f" if pronoun in _FEMALE else "m"
        people = [each for each in near if not (each[1].thing or each[1].many)]
        fits = [each for each in people if each[1].sex in (wanted, "")]
        who = self._last(fits, lambda who: who.sex == wanted)
        if who is not None and not who.sex:
            self.spoken = [
                (at, replace(each, gender=wanted) if each.label == who.label else each)
                for at, each in self.spoken
            ]
        return who

    def one_named(self) -> Who | None:
        """Return the one person who was named in the clause before; None for nobody or several."""
        found = [who for at, who in self.spoken if at >= self.clause - 1 and who.name]
        return found[0] if len(found) == 1 else None

    def _last(self, found: list[tuple[int, Who]], sure: object) -> Who | None:
        """Return who was spoken of last; of several in one clause, the only one that is sure."""
        if not found:
            return None
        last = max(at for at, _ in found)
        group = [who for at, who in found if at == last]
        if len(group) > 1 and callable(sure):
            group = [who for who in group if sure(who)] or group
        return group[0] if len(group) == 1 else None

    def _several(self, near: list[tuple[int, Who]]) -> Who | None:
        """Return whom "they" means: several of a kind, two who were named together, or one of
        whom nobody said "she" or "he"."""
        people = [each for each in near if not each[1].thing]
        for at in sorted({at for at, _ in people}, reverse=True):
            group = [who for each, who in people if each == at]
            many = [who for who in group if who.many]
            if len(many) == 1:
                return many[0]
            singles = [who for who in group if not who.many]
            if len(singles) > 1:
                return replace(singles[0], also=tuple(singles[1:]))
        found = self._last(people, lambda who: who.sex == "")
        return found if found and not found.sex else None


def is_role(word: str) -> bool:
    """Tell whether a word says what somebody, or an animal, is to one."""
    return word in KIN or word in PETS
