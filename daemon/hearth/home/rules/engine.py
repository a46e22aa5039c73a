"""Rules and what happens in; their actions, speech and waits out: the room of the rules."""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from hearth.error import HearthError
from hearth.event import (
    Appeared,
    Changed,
    Event,
    Health,
    PauseRule,
    Published,
    Replied,
    RuleFired,
    RulePaused,
    Vanished,
)
from hearth.home.rules.guard import Rate, extended, loop
from hearth.home.rules.happen import Firing
from hearth.home.rules.listening import Listening
from hearth.home.rules.lookout import Lookout, Told, with_chain
from hearth.home.rules.notes import Notes
from hearth.home.rules.runs import Runs
from hearth.home.rules.steps import Steps, World
from hearth.home.rules.troubles import Troubles, named_things
from hearth.home.template import Templates
from hearth.keep import Ledger, RuleStore
from hearth.port import Message, Subscriber
from hearth.rule import Rule, dump

log = logging.getLogger(__name__)

PAUSED = "paused"

_INBOX = 16_384
_TICK_S = 5.0
"""The clock may be set at any time; it is looked at this often."""

_BATCH = 64
"""Events taken at once before others have their turn."""


@dataclass(frozen=True)
class Memory:
    """Where rules are kept, and what they remember."""

    rules: RuleStore
    ledger: Ledger


class Rules:
    """Fills the port ``RuleKeeper`` and carries the rules out.

    Args:
        configured: The rules of the configuration; they change only in their file.
        memory: Keeps those that a person said, and what runs, over a restart.
        world: What they act upon.
        subscriber: Brings the messages that rules wait for.
        tell: Receives ``Health("rules", ...)``.
        catch_up_s: How late a rule may fire that Hearth was away for, in seconds.
        faults: What is wrong with the configuration's file; told with the rest.
    """

    def __init__(
        self,
        configured: Iterable[Rule],
        memory: Memory,
        world: World,
        *,
        subscriber: Subscriber,
        tell: Callable[[Health], None],
        catch_up_s: float,
        faults: Sequence[str] = (),
    ) -> None:
        self.counters: Counter[str] = Counter()
        self._world = world
        self._store = memory.rules
        self._inbox = world.bus.subscribe(Event, size=_INBOX)
        self._rules = {rule.id: rule for rule in configured}
        self._catch_up_s = catch_up_s
        self._notes = Notes(memory.ledger)
        self._rate = Rate()
        self._troubles = Troubles(tell, faults)
        self._listening = Listening(subscriber, Templates(world.clock.now), self._on_message)
        self._steps = Steps(world, self._consider)
        self._runs = Runs(
            self._steps, self._notes, world.clock, counters=self.counters, ended=self._after
        )
        self._lookout: Lookout | None = None
        self._tick = asyncio.Event()
        self._known = asyncio.Event()
        self._changes = asyncio.Lock()
        self._asked: asyncio.Queue[tuple[str, bool | None]] = asyncio.Queue()

    # --- the port RuleKeeper -------------------------------------------------------------------

    def rules(self) -> tuple[Rule, ...]:
        """Return every rule: those of the configuration, then those that were said."""
        return tuple(self._rules.values())

    async def keep(self, rule: Rule) -> None:
        """Add or replace a rule by its id; returns once it is on disk and in force.

        Raises HearthError where it makes no sense in this house, or is of the configuration.
        """
        await self._known.wait()
        async with self._changes:
            old = self._rules.get(rule.id)
            if old is not None and old.origin == "configuration":
                raise HearthError(
                    f"The rule {rule.id} is of the configuration.", "Change it in triggers.toml."
                )
            self._check(rule)
            kept = replace(rule, origin="voice")
            await self._store.save(kept)
            self._notes.put(PAUSED, rule.id, None)
            await self._notes.flush()
            self._runs.stop(rule.id)
            self._rate.forget(rule.id)
            self._rules[rule.id] = kept
            self._watch()

    async def forget(self, rule_id: str) -> None:
        """Remove a rule. Raises HearthError where there is none, or it is of the configuration."""
        await self._known.wait()
        async with self._changes:
            rule = self._rule(rule_id)
            if rule.origin == "configuration":
                raise HearthError(
                    f"The rule {rule_id} is of the configuration.", "Remove it from triggers.toml."
                )
            await self._store.remove(rule_id)
            self._notes.put(PAUSED, rule_id, None)
            self._runs.stop(rule_id)
            await self._notes.flush()
            del self._rules[rule_id]
            self._watch()

    async def pause(self, rule_id: str, paused: bool) -> None:
        """Let a rule rest, or go on; returns once it is on disk. Raises HearthError: no such."""
        await self._known.wait()
        async with self._changes:
            await self._pause(self._rule(rule_id), paused, "a person asked for it")

    # --- life ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Watch and carry out until cancelled; what was interrupted before goes on."""
        if not self._known.is_set():
            await self._load()
        self._lookout = Lookout(
            self._world.sight,
            self._world.calendar,
            self._notes,
            now=self._world.clock.now,
            loop_s=_now(),
            catch_up_s=self._catch_up_s,
        )
        self._watch()
        async with asyncio.TaskGroup() as group:
            self._runs.open(group, self._rules)
            group.create_task(self._notes_behind(), name="rules notes")
            group.create_task(self._time(), name="rules time")
            group.create_task(self._do_asked(), name="rules asked")
            taken = 0
            async for event in self._inbox:
                self._take(event)
                taken += 1
                if taken % _BATCH == 0:
                    await asyncio.sleep(0)

    async def drain(self) -> None:
        """Write what is not on disk yet; called once at the end."""
        with suppress(HearthError):
            await self._notes.flush()

    async def _load(self) -> None:
        await self._notes.load()
        for rule in await self._store.all():
            if rule.id not in self._rules:
                self._rules[rule.id] = rule
        for rule_id, digest in self._notes.of(PAUSED).items():
            kept = self._rules.get(rule_id)
            if kept is None or _digest(kept) != digest:
                self._notes.put(PAUSED, rule_id, None)
            else:
                self._rules[rule_id] = replace(kept, enabled=False)
        self._known.set()

    async def _notes_behind(self) -> None:
        while True:
            try:
                await self._notes.run()
            except HearthError as error:
                log.warning("rules: %s", error)
                await asyncio.sleep(1)

    async def _time(self) -> None:
        """Fire what the time brings."""
        lookout = self._seen()
        while True:
            self._tick.clear()
            for firing in lookout.due(_now()):
                self._consider(firing)
            if lookout.jumped:
                self._runs.rewrite()
            self._check_things()
            with suppress(TimeoutError):
                async with asyncio.timeout(lookout.next_s(_now(), _TICK_S) + 0.001):
                    await self._tick.wait()

    async def _do_asked(self) -> None:
        """Pause and resume what was asked for, and forget each rule that was to run once."""
        while True:
            rule_id, paused = await self._asked.get()
            rule = self._rules.get(rule_id)
            if rule is None or (paused is None and self._runs.busy(rule_id)):
                continue
            try:
                if paused is not None:
                    await self.pause(rule_id, paused)
                elif rule.origin == "configuration":
                    await self.pause(rule_id, True)
                else:
                    await self.forget(rule_id)
            except HearthError as error:
                log.warning("rules: %s", error)

    # --- what comes ----------------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        lookout, loop_s = self._seen(), _now()
        match event:
            case Changed():
                firings = lookout.changed(event, loop_s)
                self._steps.look()
                if lookout.hurry:
                    lookout.hurry = False
                    self._tick.set()
            case Appeared(entity=entity):
                lookout.forget(entity.id)
                return
            case Vanished(entity_id=entity_id):
                lookout.forget(entity_id)
                return
            case PauseRule(rule=rule, paused=paused):
                self._asked.put_nowait((rule, paused))
                return
            case Published():
                self._world.causes.of(event, loop_s)
                firings = lookout.event(event)
            case Replied():
                self._steps.replied(event)
                firings = lookout.event(event)
            case _:
                firings = lookout.event(event)
                self._steps.look()
        if firings:
            chain = self._world.causes.of(event, loop_s)
            for firing in firings:
                self._consider(with_chain(firing, chain))

    async def _on_message(self, told: Told, message: Message, value: str) -> None:
        if self._lookout is None:
            return
        text = message.payload.decode("utf-8", "replace")
        firing = self._lookout.message(told, message.topic, text, value)
        if firing is not None:
            chain = self._world.causes.topic(message.topic, _now())
            self._consider(with_chain(firing, chain))

    def _consider(self, firing: Firing) -> None:
        """Let a rule run whose trigger came, if its conditions hold and nothing is amiss."""
        rule = self._rules.get(firing.rule)
        if rule is None or not rule.enabled:
            return
        if not self._world.holds(rule.if_):
            self.counters["conditions"] += 1
            return
        loop_s = _now()
        if going_round := loop(firing.chain, rule.id, loop_s):
            self._stop_loop(rule, going_round)
            return
        if not self._rate.allows(rule, loop_s):
            self.counters["limited"] += 1
            self._troubles.limited(rule)
            return
        chain = extended(firing.chain, rule.id, loop_s)
        run = self._runs.start(rule, replace(firing, chain=chain))
        if run:
            self.counters["fired"] += 1
            self._world.causes.note(run, chain, loop_s)
            self._world.bus.publish(
                RuleFired(rule.id, run, firing.because, firing.entity_id, round(firing.late_s, 3))
            )

    def _stop_loop(self, rule: Rule, going_round: str) -> None:
        self.counters["loops"] += 1
        log.warning("rule %s is paused: it sets itself off (%s)", rule.id, going_round)
        self._rest(rule, True, f"it sets itself off: {going_round}")
        self._troubles.looping(rule, going_round)

    # --- helpers -------------------------------------------------------------------------------

    async def _pause(self, rule: Rule, paused: bool, why: str) -> None:
        self._rest(rule, paused, why)
        if not paused:
            self._troubles.resumed(rule.id)
        if rule.origin == "voice":
            await self._store.save(self._rules[rule.id])
        await self._notes.flush()

    def _rest(self, rule: Rule, paused: bool, why: str) -> None:
        """Put a rule to rest, or let it go on, in memory; the notes follow."""
        changed = self._rules[rule.id] = replace(rule, enabled=not paused)
        self._notes.put(PAUSED, rule.id, _digest(rule) if paused else None)
        if paused:
            self._runs.stop(rule.id)
        self._world.bus.publish(RulePaused(changed.id, paused, why))
        self._watch()

    def _watch(self) -> None:
        """Watch for the rules as they are now."""
        rules = [rule for rule in self._rules.values() if rule.enabled]
        if self._lookout is not None:
            self._lookout.set(rules)
        self._listening.set(rules, self._troubles)
        self._troubles.rules(rules, self._world.calendar.where is not None)
        self._tick.set()

    def _check(self, rule: Rule) -> None:
        """Raise HearthError for a rule that names what is not there."""
        known = self._world.sight.house().by_id
        for name in named_things(rule):
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                meant = f"Did you mean {close[0]}?" if close else "See what `hearth check` lists."
                raise HearthError(f"There is no thing {name[:80]!r} in this house.", meant)
        self._troubles.check(rule, self._rules, self._world.calendar.where is not None)

    def _check_things(self) -> None:
        enabled = [rule for rule in self._rules.values() if rule.enabled]
        self._troubles.things(enabled, self._world.sight, _now())

    def _after(self, rule: Rule) -> None:
        if rule.once:
            self._asked.put_nowait((rule.id, None))

    def _rule(self, rule_id: str) -> Rule:
        rule = self._rules.get(rule_id)
        if rule is None:
            close = difflib.get_close_matches(rule_id, self._rules, n=1)
            raise HearthError(
                f"There is no rule {rule_id[:80]!r}.", f"Did you mean {close[0]}?" if close else ""
            )
        return rule

    def _seen(self) -> Lookout:
        if self._lookout is None:
            raise RuntimeError("the room of the rules is not open")
        return self._lookout


def _digest(rule: Rule) -> str:
    """Return what tells a rule from an edited one."""
    text = dump(replace(rule, enabled=True))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _now() -> float:
    return asyncio.get_running_loop().time()
