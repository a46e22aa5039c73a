"""The beginning of a clause in, who or what it is about out: me, "my sister", Mara, she."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hearth.memory.facts.terms import ME
from hearth.memory.facts.vocabulary import KIN, MODIFIERS, PARENTS, PETS, STOP, first_names
from hearth.memory.facts.words import Clause

_LONGEST_NAME = 3
_OWNED = frozenset(("birthday", "name", "favourite", "anniversary"))
"""What a word with "s" owns where a recognizer wrote no apostrophe: "mums birthday"."""

_FEMALE, _MALE = ("she", "her", "hers"), ("he", "his", "him")


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a clause is about, and at which word the rest begins.

    ``label`` is what the fact is kept under, ``kin`` the word for what they are to ``of``, and
    ``name`` their name where it was said.
    """

    label: str
    next: int
    kin: str = ""
    name: str = ""
    of: str = ME
    pet: bool = False


@dataclass
class Context:
    """Who was named in the sentences before, for "she" and "he"; ``me`` is who speaks."""

    me: str = ME
    people: list[Who] = field(default_factory=list)

    def note(self, who: Who) -> None:
        """Remember somebody who was named."""
        if who.label != self.me:
            self.people = [p for p in self.people if p.label != who.label] + [who]

    def named(self, who: Who, name: str) -> None:
        """Remember that somebody bears a name."""
        self.people = [p for p in self.people if p.label != who.label]
        self.note(replace(who, label=name, name=name))

    def meant(self, pronoun: str) -> str:
        """Return whom a pronoun means; empty where it is not sure."""
        wanted = "f" if pronoun in _FEMALE else "m"
        fits = [p for p in self.people if KIN.get(p.kin, wanted) in (wanted, "")]
        return fits[0].label if len(fits) == 1 else ""


def subject(clause: Clause, at: int, context: Context) -> Who | None:  # noqa: PLR0911  # a word a case
    """Return who the clause is about from word ``at`` on; None where nobody can be told."""
    tokens = clause.tokens
    if at >= len(tokens):
        return None
    word = tokens[at].norm
    if word in ("i", "we"):
        return Who(context.me, at + 1)
    if word in ("she", "he"):
        label = context.meant(word)
        return Who(label, at + 1) if label else None
    if word in ("my", "our"):
        return _relative(clause, at + 1, context.me, f"{word} ".replace("our", "my"))
    if word in ("his", "her"):
        label = context.meant(word)
        return _relative(clause, at + 1, label, f"{label}'s ") if label else None
    if word[:-1] in PARENTS and word.endswith("s") and _next(clause, at + 1) in _OWNED:
        return Who(word[:-1].capitalize(), at + 1, kin=word[:-1])
    if word in PARENTS and _next(clause, at + 1) not in ("and", "or"):
        who = Who(word.capitalize(), at + 1, kin=word)
        return _of_theirs(clause, who, context) or who
    if length := name(clause, at, strong=True):
        said = proper(clause.said(at, at + length))
        who = Who(said, at + length, name=said)
        return _of_theirs(clause, who, context) or who
    return None


def owner(clause: Clause, at: int, context: Context) -> Who | None:  # noqa: PLR0911  # a form a case
    """Return whose attribute is named from word ``at`` on: "my", "my sister's", "Mara's", "her"."""
    tokens = clause.tokens
    word = tokens[at].norm if at < len(tokens) else ""
    if word in ("my", "our"):
        kin = _relative(clause, at + 1, context.me, "my ")
        if kin is None:
            return Who(context.me, at + 1)
        if _next(clause, kin.next) in _OWNED:
            return kin
        return _owning(clause, kin) or (None if kin.next > at + 2 else Who(context.me, at + 1))
    if word in ("his", "her"):
        label = context.meant(word)
        return Who(label, at + 1) if label else None
    if who := subject(clause, at, context):
        if tokens[who.next - 1].norm.endswith("s") and _next(clause, who.next) in _OWNED:
            return who
        return _owning(clause, who)
    bare = word.removesuffix("s")
    if bare != word and bare in first_names() and _next(clause, at + 1) in _OWNED:
        return Who(proper(bare), at + 1, name=proper(bare))
    for length in (1, 2):  # a name that only its "'s" tells: "mara's birthday"
        if _next(clause, at + length) == "'s" and _all_names(clause, at, length):
            label = proper(clause.said(at, at + length))
            return Who(label, at + length + 1, name=label)
    return None


def _owning(clause: Clause, who: Who) -> Who | None:
    if _next(clause, who.next) == "'s":
        return Who(who.label, who.next + 1, who.kin, who.name, who.of, who.pet)
    return None


def _of_theirs(clause: Clause, who: Who, context: Context) -> Who | None:
    """Return "Mara's husband" where that is what follows."""
    if _next(clause, who.next) != "'s":
        return None
    return _relative(clause, who.next + 1, who.label, f"{who.label}'s ")


def _relative(clause: Clause, at: int, of: str, before: str) -> Who | None:
    """Return the person or pet after "my": "little sister Mara", "sister's husband"."""
    tokens, start = clause.tokens, at
    while at < len(tokens) and tokens[at].norm in MODIFIERS and tokens[at].norm not in KIN:
        at += 1
    if at >= len(tokens):
        return None
    kin = tokens[at].norm
    owns = False
    if (
        kin not in KIN
        and kin not in PETS
        and kin.endswith("s")
        and kin[:-1] in KIN | dict.fromkeys(PETS)
    ):
        follows = _next(clause, at + 1)  # "my sisters husband", as a recognizer writes it
        if follows in KIN or follows in PETS or follows in _OWNED:
            kin, owns = kin[:-1], True
    if kin not in KIN and kin not in PETS:
        return None
    modified = "best-" if tokens[at - 1].norm == "best" and at > start else ""
    kin = f"{modified}{kin}" if f"{modified}{kin}" in KIN else kin
    former = any(token.norm in ("ex", "former", "late") for token in tokens[start:at])
    kin = f"ex-{kin}" if former and f"ex-{kin}" in KIN else kin
    which = " ".join(
        t.norm for t in tokens[start:at] if t.norm in ("older", "younger", "little", "big", "twin")
    )
    label = f"{before}{which + ' ' if which else ''}{kin.replace('best-', 'best ')}"
    at += 1
    if owns or _next(clause, at) == "'s":
        behind = at if owns else at + 1
        if deeper := _relative(clause, behind, label, f"{label}'s "):
            return deeper
        if owns:
            return Who(label, at, kin, "", of, kin in PETS)
    comma = int(_next(clause, at) == "," and at + 1 < len(tokens) and clause.capital(at + 1))
    if length := name(clause, at + comma, strong=True):
        at += comma
        said = proper(clause.said(at, at + length))
        closing = comma if _next(clause, at + length) == "," else 0
        return Who(said, at + length + closing, kin, said, of, kin in PETS)
    return Who(label, at, kin, "", of, kin in PETS)


def name(clause: Clause, at: int, *, strong: bool) -> int:
    """Return of how many words the name that begins at word ``at`` is, 0 for none.

    ``strong``: nothing before it says that it is one ("my sister mara"), so it has to be written
    like one or to be a first name; else ("is called") any word that is no everyday one will do.
    """
    tokens = clause.tokens
    if at >= len(tokens) or not _is_name(clause, at):
        return 0
    known = tokens[at].norm in first_names()
    if strong and not clause.capital(at) and not known:
        return 0
    if strong and clause.capital(at) and tokens[at].norm in KIN | dict.fromkeys(PETS):
        return 0
    length = 1
    while length < _LONGEST_NAME and at + length < len(tokens):
        if not (clause.capital(at + length) and _is_name(clause, at + length)):
            break
        length += 1
    return length


def proper(name: str) -> str:
    """Return a name as it is written, where a recognizer wrote it small."""
    return name.title() if name.islower() else name


def _is_name(clause: Clause, at: int) -> bool:
    token = clause.tokens[at]
    bare = token.norm.replace("-", "").replace(".", "")
    ends = token.norm.endswith(("ing", "ly", "ed")) and not clause.capital(at)
    sure = token.norm in first_names()
    return bare.isalpha() and len(bare) > 1 and (sure or (token.norm not in STOP and not ends))


def _all_names(clause: Clause, at: int, length: int) -> bool:
    return all(_is_name(clause, n) for n in range(at, at + length)) and (
        clause.tokens[at].cased or clause.tokens[at].norm in first_names()
    )


def _next(clause: Clause, at: int) -> str:
    return clause.tokens[at].norm if at < len(clause.tokens) else ""
