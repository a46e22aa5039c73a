"""Facts in, who is meant by a label out: "my sister" is Mara, "Mara's husband" is Tom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from hearth.memory.facts.people import is_role
from hearth.memory.facts.terms import ME
from hearth.memory.facts.vocabulary import KIN, PARENTS, PETS, relation, singular
from hearth.remember import Fact, plain

_DETERMINERS = frozenset(("my", "our", "the"))
_LONGEST = 3


def canonical(label: str) -> str:
    """Return a label as labels are compared: "Mum" and "my mum" are "my mother"."""
    parts = label.casefold().replace("\u2019", "'").split("'s ")
    words = [plain(parts[0]), *(plain(part) for part in parts[1:])]
    first = words[0].split()
    if len(first) == 1 and first[0] in PARENTS:
        first = ["my", *first]
    if len(first) > 1 and first[0] in _DETERMINERS:
        first[0] = "my"
    words[0] = " ".join(first)
    return "'s ".join(_same(part) for part in words)


def _same(words: str) -> str:
    *before, last = words.split() or [""]
    one = singular(last)
    return " ".join((*before, relation(one) if is_role(one) else last))


def bare(value: str) -> str:
    """Return a name without what sort of pet it is."""
    return value.partition(" (")[0]


class Labels:
    """Who is who, by the facts that hold."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._named: defaultdict[str, list[str]] = defaultdict(list)
        self._is: defaultdict[str, list[str]] = defaultdict(list)
        self.names: set[str] = set()
        for one in facts:
            if keys := _keys(one):
                value = bare(one.value)
                self.names |= {word for word in plain(value).split() if len(word) > 1}
                for key in keys:
                    if value.casefold() not in self._named[key]:
                        self._named[key].append(value.casefold())
                        self._is[value.casefold()].append(key)

    def meant(self, label: str) -> frozenset[str]:
        """Return everybody who may be meant by a label, by their names; else the label."""
        if label == ME:
            return frozenset((ME,))
        key = canonical(label)
        owner, apart, kin = key.rpartition("'s ")
        keys = {key}
        if apart:
            keys |= {f"{each}'s {kin}" for each in self.meant(owner)}
        if key in self._is or key in self.names:  # a name
            single = (each for each in self._is.get(key, ()) if len(self._named[each]) == 1)
            return frozenset((key, *single))
        found = {name for each in keys for name in self._named.get(each, ())}
        return frozenset(found | keys)

    def one(self, label: str) -> str:
        """Return the name of somebody, where there is one name; else ""."""
        found = self._named.get(canonical(label), ())
        return found[0] if len(found) == 1 else ""


def _keys(one: Fact) -> list[str]:
    """Return the labels of whoever a fact names; none where it names nobody."""
    of = "my " if one.subject == ME else f"{canonical(one.subject)}'s "
    if one.relation == "called":
        return [canonical(one.subject)]
    if one.relation == "pet" and "(" in one.value:
        kind = one.value.partition("(")[2].rstrip(")")
        return [f"{of}{kind}", f"{of}pet"]
    if one.relation in KIN or one.relation in PETS:
        named = len(one.value.split()) <= _LONGEST
        return [f"{of}{one.relation}"] if named else []
    return [f"{of}spouse"] if one.relation == "spouse" else []
