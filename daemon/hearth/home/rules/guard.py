"""A rule that wants to run and what led to it in, whether it may out: loops and floods end here.

A loop is a rule that comes again and again in the chain of its own causes: through another rule,
or through a thing that it moved itself. Twice may be meant; ``LOOP_TIMES`` within a minute is not.
"""

from __future__ import annotations

from collections import deque

from hearth.event import Act, Changed, Event, ModeSet, Published, RuleFired
from hearth.home.rules.happen import Chain
from hearth.rule import Rule

LOOP_TIMES = 4
"""How often a rule may stand in its own chain of causes within ``LOOP_WINDOW_S``."""

LOOP_WINDOW_S = 60.0

_ECHO_S = 15.0
"""How long after an action a thing's change is still taken for its consequence, in seconds."""

_HOUR_S = 3600.0
_LONGEST_CHAIN = 64


class Causes:
    """Remembers which rules moved what, so that what follows from it can be told."""

    def __init__(self) -> None:
        self._causes: dict[str, tuple[Chain, float]] = {}

    def __len__(self) -> int:
        return len(self._causes)

    def acted(self, act: Act, chain: Chain, loop_s: float) -> None:
        """A rule does something to a thing."""
        self.note(act.entity_id, chain, loop_s)

    def note(self, what: str, chain: Chain, loop_s: float) -> None:
        """Something (a thing, a turn, a run, the mode) is moved by the last rule of ``chain``."""
        if len(self._causes) > 1000:
            self._causes = {k: v for k, v in self._causes.items() if v[1] > loop_s}
        self._causes[what] = (chain, loop_s + _ECHO_S)

    def of(self, event: Event, loop_s: float) -> Chain:
        """Return the rules that led to an event; empty where none did."""
        if not self._causes:
            return ()
        match event:
            case Changed(new=new):
                return self._find(new.id, loop_s)
            case ModeSet():
                return self._find("mode", loop_s)
            case RuleFired(run=run):
                return self._find(run, loop_s)
            case Published(entity_id=entity_id, topic=topic, turn=turn):
                chain = self._find(entity_id, loop_s) or self._find(turn, loop_s)
                if chain:
                    self.note(entity_id, chain, loop_s)
                    self.note(f"topic {topic}", chain, loop_s)
                return chain
            case _:
                turn = getattr(event, "turn", "")
                return self._find(turn, loop_s) if turn else ()

    def topic(self, topic: str, loop_s: float) -> Chain:
        """Return the rules that led to a message on a topic."""
        return self._find(f"topic {topic}", loop_s) if self._causes else ()

    def _find(self, what: str, loop_s: float) -> Chain:
        found = self._causes.get(what)
        return found[0] if found and loop_s <= found[1] else ()


def extended(chain: Chain, rule_id: str, loop_s: float) -> Chain:
    """Return the chain with one rule more, as far back as a loop is looked for."""
    kept = [link for link in chain if loop_s - link[1] <= LOOP_WINDOW_S]
    return (*kept[-_LONGEST_CHAIN:], (rule_id, loop_s))


def loop(chain: Chain, rule_id: str, loop_s: float) -> str:
    """Return the loop as words (``a -> b -> a``) where a rule caused itself too often, else ""."""
    recent = [each for each, at in chain if loop_s - at <= LOOP_WINDOW_S]
    if recent.count(rule_id) < LOOP_TIMES and len(recent) < _LONGEST_CHAIN:
        return ""
    last = len(recent) - 1 - recent[::-1].index(rule_id) if rule_id in recent else 0
    return " -> ".join([*dict.fromkeys(recent[last:]), rule_id])


class Rate:
    """How often each rule ran in the last hour."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}

    def allows(self, rule: Rule, loop_s: float) -> bool:
        """Count one more run, or tell that it would be one too many."""
        if not rule.max_per_hour:
            return True
        times = self._times.setdefault(rule.id, deque())
        while times and loop_s - times[0] >= _HOUR_S:
            times.popleft()
        if len(times) >= rule.max_per_hour:
            return False
        times.append(loop_s)
        return True

    def forget(self, rule_id: str) -> None:
        """The rule is gone, or another one."""
        self._times.pop(rule_id, None)
