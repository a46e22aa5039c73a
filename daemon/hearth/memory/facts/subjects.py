"""The beginning of a clause in, who or what it is about out: me, "my sister", Mara, she."""

from __future__ import annotations

from dataclasses import replace

from hearth.memory.facts.people import Context, Who, is_role
from hearth.memory.facts.terms import word_set
from hearth.memory.facts.vocabulary import (
    KIN,
    MODIFIERS,
    PARENTS,
    PETS,
    STOP,
    TITLES,
    first_names,
    singular,
)
from hearth.memory.facts.words import TIME, Clause

_LONGEST_NAME = 3
_OWNED = frozenset(("birthday", "name", "names", "favourite", "anniversary"))
"""What a word with "s" owns where a recognizer wrote no apostrophe: "mums birthday"."""

_PRONOUNS = frozenset(("she", "he", "they"))
_THEIRS = frozenset(("his", "her", "their"))
_MINE = frozenset(("my", "our"))
_AND = frozenset(("and", "&"))
_WHICH = frozenset(("older", "younger", "little", "big", "twin", "eldest", "youngest", "oldest"))
_ONE_OF = frozenset(("oldest", "eldest", "youngest"))
_FORMER = frozenset(("ex", "former"))
_AFTER_NAME = word_set(
    "is was 's has had lives works likes loves hates came comes will just got and who does thinks"
    " says wants can always never went"
)
_NAMED_KIN = word_set(
    "sister brother wife husband son daughter friend best-friend cousin uncle aunt nephew niece"
    " girlfriend boyfriend partner neighbour neighbor colleague flatmate housemate roommate boss"
    " grandson granddaughter fiance fiancee mate"
)
"""Words behind which an unknown word is a name where a verb follows: "my sister xiomara is"."""


def subject(clause: Clause, at: int, context: Context) -> Who | None:
    """Return who the clause is about from word ``at`` on; None where nobody can be told."""
    who = _one(clause, at, context)
    if who is None or _next(clause, who.next) not in _AND or who.next + 1 >= len(clause.tokens):
        return who
    other = _one(clause, who.next + 1, context)
    if other is None or context.me in (who.label, other.label):
        return replace(who, next=other.next) if other and who.label == context.me else who
    return replace(who, next=other.next, also=(*who.also, other, *other.also))


def _one(clause: Clause, at: int, context: Context) -> Who | None:  # noqa: PLR0911  # a word a case
    tokens = clause.tokens
    if at >= len(tokens):
        return None
    word, after = tokens[at].norm, _next(clause, at + 1)
    if word in ("i", "we") or (word == "me" and after == "and"):
        return Who(context.me, at + 1)
    if word in _PRONOUNS:
        who = context.meant(word)
        return replace(who, next=at + 1) if who else None
    if word in _MINE:
        return _relative(clause, at + 1, context.me, "my ")
    if word in _THEIRS:
        who = context.meant(word)
        if who is None or who.thing:
            return None
        whole = " and ".join(one.label for one in who.each())
        return _relative(clause, at + 1, whole, f"{whole}'s ")
    if word == "the":
        who = _relative(clause, at + 1, context.me, "my ")
        return _meant_by_the(who, context) if who else _one_of_them(clause, at + 1, context)
    if word == "one":
        return _one_of_them(clause, at, context)
    if word[:-1] in PARENTS and word.endswith("s") and after in _OWNED:
        return Who(word[:-1].capitalize(), at + 1, kin=word[:-1])
    if is_role(word) and (length := name(clause, at + 1, strong=True)) and word in TITLES | PARENTS:
        said = proper(clause.said(at, at + 1 + length))  # "Uncle Desmond", "Dr Ferris"
        return Who(said, at + 1 + length, kin=word, name=said)
    if word in PARENTS and after not in ("or",):
        who = Who(word.capitalize(), at + 1, kin=word)
        return _of_theirs(clause, who, context) or who
    if length := name(clause, at, strong=True):
        said = proper(clause.said(at, at + length))
        known = context.known(said)
        who = replace(known, next=at + length) if known else Who(said, at + length, name=said)
        return _of_theirs(clause, who, context) or who
    return None


_BEGIN = frozenset((*_PRONOUNS, "i", "we", "the", "one"))
_WITH = frozenset(("with", "met", "meet", "married", "marry", "dating", "named"))
_PLACING = frozenset(("from", "in", "near", "at", "via"))
_OBJECTS = {"him": "he", "them": "they"}


def mentions(
    clause: Clause, at: int, who: Who | None, context: Context
) -> tuple[tuple[int, Who], ...]:
    """Return who is named or meant in a clause, with the words they begin at; they are noted.

    ``who`` is its subject, which begins at word ``at``.
    """
    found: list[tuple[int, Who]] = []
    if who is not None:
        context.note(who)
        found.append((at, who))
        at = who.next
    while at < len(clause.tokens):
        one = mention(clause, at, context)
        if one is None:
            at += 1
            continue
        context.note(one)
        found.append((at, one))
        at = max(one.next, at + 1)
    return tuple(found)


def mention(  # noqa: PLR0911  # a word a case
    clause: Clause, at: int, context: Context
) -> Who | None:
    """Return who is named or meant from word ``at`` on."""
    word = clause.tokens[at].norm
    if word in ("me", "us", "my", "our"):
        who = _relative(clause, at + 1, context.me, "my ") if word in _MINE else None
        return who or Who(context.me, at + 1)
    if word in _OBJECTS:
        who = context.meant(_OBJECTS[word])
        return replace(who, next=at + 1) if who else None
    if word in _THEIRS:
        if who := _one(clause, at, context):
            return who
        who = context.meant(word)
        return replace(who, next=at + 1) if who else None
    if word == "it":
        who = context.meant("it")
        return replace(who, next=at + 1) if who else None
    if at > 0 and clause.tokens[at - 1].norm in _PLACING and word in first_names():
        known = context.known(proper(clause.said(at, at + 1))) or word in context.names
        if not known:  # "from Valencia" is a place, whoever is called like it
            return None
    if not is_role(word) and word not in first_names() and word not in TITLES:
        said = proper(clause.said(at, at + 1))  # a word with a capital may be a place or a thing
        with_ = at > 0 and clause.tokens[at - 1].norm in _WITH and clause.capital(at)
        if word not in _BEGIN | context.names and not context.known(said) and not with_:
            return None
    return _one(clause, at, context)


_BEGINS_VERB = word_set(
    "is are 's was were has have had will lives got broke went came needs runs costs starts comes"
    " goes works smells looks ran stopped"
)


def thing(clause: Clause, at: int) -> Who | None:
    """Return the thing that a clause begins with: "the spare key to the flat", "my car"."""
    tokens = clause.tokens
    if at >= len(tokens) or tokens[at].norm not in (*_MINE, "the", "her", "his", "their"):
        return None
    for end in range(at + 2, min(at + 9, len(tokens))):
        if tokens[end].norm in _BEGINS_VERB or (end > at + 2 and tokens[end].norm.endswith("ed")):
            words = [token.norm for token in tokens[at + 1 : end]]
            if TIME in words or "," in words or is_role(singular(words[-1])):
                return None
            return Who(clause.said(at, end), end, thing=True)
    return None


def owner(clause: Clause, at: int, context: Context) -> Who | None:  # noqa: PLR0911  # a form a case
    """Return whose attribute is named from word ``at`` on: "my", "my sister's", "Mara's", "her"."""
    tokens = clause.tokens
    word = tokens[at].norm if at < len(tokens) else ""
    if word in _MINE:
        kin = _relative(clause, at + 1, context.me, "my ")
        if kin is None:
            return Who(context.me, at + 1)
        if _next(clause, kin.next) in _OWNED:
            return kin
        return _owning(clause, kin) or (None if kin.next > at + 2 else Who(context.me, at + 1))
    if word in _THEIRS:
        who = context.meant(word)
        return replace(who, next=at + 1) if who else None
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


def _meant_by_the(who: Who, context: Context) -> Who | None:
    """Return who "the older one" or "the dog" is: one who was spoken of, or one of mine."""
    if who.name:
        return who
    for _, each in reversed(context.spoken):
        if each.kin == who.kin and not each.many:
            return replace(each, next=who.next)
        if each.kin == who.kin and each.many:
            return replace(who, of=each.of, label=who.label.replace("my ", _before(each), 1))
    return who


def _one_of_them(clause: Clause, at: int, context: Context) -> Who | None:
    """Return who "one" and "the older one" is, of several who were spoken of."""
    begin = at
    while _next(clause, at) in MODIFIERS:
        at += 1
    several = context.meant("they") if _next(clause, at) == "one" else None
    if several is None or not several.many:
        return None
    which = " ".join(t.norm for t in clause.tokens[begin:at] if t.norm in _WHICH | {"other"})
    label = f"{_before(several)}{which or 'one'} {several.kin}"
    return replace(several, label=label, next=at + 1, many=False)


def _before(who: Who) -> str:
    return "my " if who.label.startswith("my ") else f"{who.of}'s "


def _owning(clause: Clause, who: Who) -> Who | None:
    if _next(clause, who.next) == "'s":
        return replace(who, next=who.next + 1)
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
    kin, many = _next(clause, at), False
    owns = False
    if not is_role(singular(kin)) and at > start and tokens[at - 1].norm in _ONE_OF:
        kin, at = "child", at - 1  # "my youngest, Mila"
    follows = _next(clause, at + 1)
    if not is_role(kin) and (one := singular(kin)) != kin:
        bare = kin.endswith("s") and kin[:-1] == one
        owns = bare and (is_role(singular(follows)) or follows in _OWNED)
        kin, many = one, not owns  # "my sisters husband", as a recognizer writes it
    if not is_role(kin):
        return None
    modified = "best-" if tokens[at - 1].norm == "best" and at > start else ""
    kin = f"{modified}{kin}" if f"{modified}{kin}" in KIN else kin
    former = any(token.norm in _FORMER for token in tokens[start:at])
    kin = f"ex-{kin}" if former and f"ex-{kin}" in KIN else kin
    which = " ".join(t.norm for t in tokens[start:at] if t.norm in _WHICH)
    label = f"{before}{which + ' ' if which else ''}{kin.replace('best-', 'best ')}"
    at += 1
    if owns or _next(clause, at) == "'s":
        behind = at if owns else at + 1
        if deeper := _relative(clause, behind, label, f"{label}'s "):
            return deeper
        if owns:
            return Who(label, at, kin, "", of, kin in PETS)
    who = Who(label, at, kin, "", of, kin in PETS, many)
    if many:
        return who
    return _called(clause, at, who) or who


def _called(clause: Clause, at: int, who: Who) -> Who | None:
    """Return who it is with the name that follows: "my sister Mara", "my brother, Tom"."""
    comma = int(_next(clause, at) == "," and at + 1 < len(clause.tokens) and clause.capital(at + 1))
    length = name(clause, at + comma, strong=True)
    if not length and not comma and who.kin in _NAMED_KIN and _verbal(clause, at + 1):
        length = int(_next(clause, at) not in KIN and name(clause, at, strong=False) == 1)
    if not length:
        return None
    at += comma
    said = proper(clause.said(at, at + length))
    closing = comma if _next(clause, at + length) == "," else 0
    return replace(who, label=said, next=at + length + closing, name=said)


def _verbal(clause: Clause, at: int) -> bool:
    word = _next(clause, at)
    return word in _AFTER_NAME or (word.endswith("ed") and len(word) > _SHORT_VERB)


_SHORT_VERB = 4


def name(clause: Clause, at: int, *, strong: bool) -> int:
    """Return of how many words the name that begins at word ``at`` is, 0 for none.

    ``strong``: nothing before it says that it is one ("my sister mara"), so it has to be written
    like one or to be a first name; else ("is called") any word that is no everyday one will do.
    """
    tokens = clause.tokens
    if at >= len(tokens) or not _is_name(clause, at):
        return 0
    if tokens[at].norm in TITLES:  # "mr okafor", "Dr Ferris"
        behind = (
            at + 1 < len(tokens) and tokens[at + 1].norm not in KIN and _is_name(clause, at + 1)
        )
        sure = tokens[at].norm in _ABBREVIATED or clause.capital(at + 1) if behind else False
        if sure or (behind and not strong):
            return 2
    known = tokens[at].norm in first_names()
    if strong and not clause.capital(at) and not known:
        return 0
    if strong and clause.capital(at) and is_role(tokens[at].norm):
        return 0
    length = 1
    while length < _LONGEST_NAME and at + length < len(tokens):
        if not (clause.capital(at + length) and _is_name(clause, at + length)):
            break
        length += 1
    return length


_ABBREVIATED = frozenset(
    ("doctor", "professor", "mr", "mrs", "ms", "miss", "dr", "prof", "frau", "herr", "madame")
)


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
