"""What is wrong with the rules in, one word of health with what to do out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from hearth.error import HearthError
from hearth.event import Health
from hearth.home.rules.sight import Sight
from hearth.rule import Rule, RuleStep, SunCondition, SunTrigger, Which

_SETTLED_S = 60.0
"""How long things may take to announce themselves before a rule's thing counts as missing."""

_NO_PLACE = "needs the sun, and the place of the house is not known"
_PLACE_REMEDY = "Set latitude and longitude in [home] of hearth.toml."


class Troubles:
    """Collects what is wrong, and tells it as ``Health("rules", ...)`` when it changes."""

    def __init__(self, tell: Callable[[Health], None], faults: Sequence[str] = ()) -> None:
        self._tell = tell
        self._file = tuple(faults)
        self._wrong: dict[str, tuple[str, str]] = {}
        self._told: Health | None = None
        self._since_s: float | None = None
        self._count = 0

    def __call__(self, rule_id: str, what: str) -> None:
        """A rule cannot be used in part."""
        self._put(f"{rule_id} topic", f"{rule_id}: {what}", "Mend it in triggers.toml.")

    def rules(self, rules: Sequence[Rule], placed: bool) -> None:
        """These are the rules that are in force."""
        self._count = len(rules)
        for key in [key for key in self._wrong if key.endswith((" sun", " rule"))]:
            del self._wrong[key]
        ids = {rule.id for rule in rules}
        for rule in rules:
            if not placed and needs_sun(rule):
                self._wrong[f"{rule.id} sun"] = (f"{rule.id} {_NO_PLACE}", _PLACE_REMEDY)
            for other in called(rule):
                if other not in ids:
                    what = f"{rule.id} calls the rule {other}, which is not there or paused"
                    self._wrong[f"{rule.id} rule"] = (what, "`hearth rules list` shows them all.")
        self._say()

    def check(self, rule: Rule, rules: Mapping[str, Rule], placed: bool) -> None:
        """Raise HearthError for what makes no sense in this house."""
        if not placed and needs_sun(rule):
            raise HearthError(f"This rule {_NO_PLACE}.", _PLACE_REMEDY)
        for other in called(rule):
            if other not in rules and other != rule.id:
                raise HearthError(f"There is no rule {other[:80]!r}.")

    def things(self, rules: Sequence[Rule], sight: Sight, loop_s: float) -> None:
        """Look whether the things that rules name are there, once they had time to appear."""
        if self._since_s is None:
            self._since_s = loop_s
        if loop_s - self._since_s < _SETTLED_S:
            return
        missing: dict[str, tuple[str, str]] = {}
        known: Mapping[str, Any] | None = None
        for rule in rules:
            for name in named_things(rule):
                if sight.entity(name) is None:
                    known = sight.house().by_id if known is None else known
                    close = difflib.get_close_matches(name, known, n=1)
                    remedy = f"Did you mean {close[0]}?" if close else "Is it on the broker?"
                    what = f"{rule.id} names {name}, which is not there"
                    missing[f"{rule.id} {name} thing"] = (what, remedy)
        old = {key: value for key, value in self._wrong.items() if key.endswith(" thing")}
        if missing != old:
            self._wrong = {k: v for k, v in self._wrong.items() if k not in old} | missing
            self._say()

    def looping(self, rule: Rule, going_round: str) -> None:
        """A rule sets itself off, and was paused."""
        remedy = f"Change one of them, then `hearth rules resume {rule.id}`."
        self._put(f"{rule.id} loop", f"{rule.id} is paused: {going_round}", remedy)

    def limited(self, rule: Rule) -> None:
        """A rule would run more often than it may."""
        what = f"{rule.id} came more than {rule.max_per_hour} times in an hour"
        self._put(f"{rule.id} rate", what, "Set its max_per_hour higher, or 0 for no limit.")

    def resumed(self, rule_id: str) -> None:
        """A person has looked at it."""
        for kind in ("loop", "rate"):
            self._wrong.pop(f"{rule_id} {kind}", None)
        self._say()

    def _put(self, key: str, what: str, remedy: str) -> None:
        if self._wrong.get(key) != (what, remedy):
            self._wrong[key] = (what, remedy)
            self._say()

    def _say(self) -> None:
        details = [*self._file, *(what for what, _ in self._wrong.values())]
        if details:
            remedies = list(dict.fromkeys(remedy for _, remedy in self._wrong.values()))
            if self._file:
                remedies.insert(0, "`hearth rules test` checks the file.")
            health = Health("rules", "degraded", "; ".join(details), " ".join(remedies))
        else:
            health = Health("rules", "ready", f"{self._count} in force")
        if health != self._told:
            self._told = health
            self._tell(health)


def _values(value: Any) -> Iterator[Any]:
    """Yield a value and all that it is made of."""
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from _values(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _values(getattr(value, name))


def named_things(rule: Rule) -> Iterable[str]:
    """Return the ids of the things that a rule names, each once."""
    found: dict[str, None] = {}
    for value in _values((rule.when, rule.if_, rule.then)):
        if isinstance(value, Which):
            found |= dict.fromkeys(value.entities)
        elif (who := getattr(value, "who", "anyone")) not in ("anyone", "everyone"):
            found[who] = None
    return tuple(found)


def needs_sun(rule: Rule) -> bool:
    """Tell whether a rule has to know where the house stands."""
    values = _values((rule.when, rule.if_, rule.then))
    return any(isinstance(value, SunTrigger | SunCondition) for value in values)


def called(rule: Rule) -> Iterable[str]:
    """Return the ids of the rules that a rule calls."""
    return {value.rule for value in _values(rule.then) if isinstance(value, RuleStep)}
