"""Keeps the rules that a person says, and tells, pauses and forgets them."""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from hearth.bus import Bus
from hearth.error import HearthError
from hearth.event import Act, RuleFired
from hearth.house import House
from hearth.keep import RuleKeeper
from hearth.mind.answers import Answers
from hearth.port import Phraser
from hearth.rule import ActStep, AskStep, Rule, Step, load
from hearth.skill import Answer, Question, Reply, Request, intent
from hearth.skills.telling import Telling

T = TypeVar("T")
Refuses = Callable[[Act], bool]
"""Whether the door of the home would refuse an action that no person asks for."""

PLAN = "plan-"
REMINDER = "reminder-"
_MOST_TOLD = 5
_ID_LETTERS = 40
_ROOMS = 64


class Rules:
    """Reads a rule back, asks once, and keeps it on a yes."""

    def __init__(
        self, bus: Bus, keeper: RuleKeeper, phraser: Phraser, answers: Answers, refuses: Refuses
    ) -> None:
        self._fired = bus.subscribe(RuleFired, size=64)
        self._keeper = keeper
        self._phraser = phraser
        self._answers = answers
        self._refuses = refuses
        self._telling = Telling(phraser)
        self._lately: OrderedDict[str, str] = OrderedDict()

    # --- making ---------------------------------------------------------------------------

    @intent("HearthRuleMake")
    async def make(self, request: Request) -> Reply:
        """Read the rule back and ask whether to keep it."""
        if request.heard.origin == "hearth" or request.heard.because:
            return self._no("rules.not_person")
        rule = replace(load(str(request.command.slots["rule"])), site=request.site)
        house = request.house
        if refused := refused_steps(rule.then, house, self._refuses):
            return self._no("rules.refused", what=self._telling.step(refused, house))
        name = self._telling.trigger(rule.when[0], house)
        rule = replace(rule, name=name, id=new_id(name, self._keeper.rules()))
        told = self._telling.rule(rule, house)
        return Reply(
            self._phraser.phrase("rules.keep", rule=told), question=Question(self._keep(rule))
        )

    def _keep(self, rule: Rule) -> Callable[[Answer], Awaitable[Reply | None]]:
        async def answered(answer: Answer) -> Reply | None:
            if answer.heard.origin == "hearth" or answer.heard.because:
                return None
            once = self._once(answer.words)
            said = self._answers.yes(answer.words)
            if said == "no" and not once:
                return Reply(self._phraser.phrase("rules.dropped"))
            if said not in ("yes", "starts_yes") and not once:
                return None
            if said == "starts_yes" and not once:
                question = Question(self._keep(rule))
                return Reply(self._phraser.phrase("rules.yes_or_no"), question=question)
            kept = replace(rule, once=rule.once or once)
            try:
                await self._keeper.keep(kept)
            except HearthError as error:
                return self._no("rules.senseless", why=error.what)
            self._remember(answer.heard.site, kept.id)
            return Reply(self._phraser.phrase("rules.once_kept" if kept.once else "rules.kept"))

        return answered

    def _once(self, words: str) -> bool:
        """Return whether the answer was "only once", with a yes or without."""
        said = " ".join(re.findall(r"\w+", words.casefold()))
        once = self._phraser.phrase("rules.once_words").casefold().split(", ")
        return any(said == o or said.endswith(f" {o}") for o in once)

    @intent("HearthRuleUnclear")
    async def unclear(self, request: Request) -> Reply:
        """Say what of a rule was not found."""
        slots = request.command.slots
        key = "rules.which" if slots.get("kind") == "which" else "rules.no_thing"
        return self._no(key, words=str(slots.get("words", "")))

    # --- telling --------------------------------------------------------------------------

    @intent("HearthRuleList")
    async def tell(self, request: Request) -> Reply:
        """Tell the rules, or those about something."""
        about = str(request.command.slots.get("about", ""))
        rules = self._standing()
        found = (
            matching(about, rules, self._words(request.house), self._small()) if about else rules
        )
        if not found:
            key = "rules.none_about" if about and rules else "rules.none"
            return Reply(self._phraser.phrase(key, words=about))
        told = [] if about else [self._phraser.phrase("rules.count", n=len(found))]
        for rule in found[:_MOST_TOLD]:
            text = self._telling.rule(rule, request.house)
            told.append(
                text if rule.enabled else self._phraser.phrase("rules.is_paused", rule=text)
            )
        if len(found) > _MOST_TOLD:
            told.append(self._phraser.phrase("rules.more", n=len(found) - _MOST_TOLD))
        if len(found) == 1:
            self._remember(request.site, found[0].id)
        return Reply(" ".join(told))

    # --- pausing and forgetting -----------------------------------------------------------

    @intent("HearthRulePause")
    async def pause(self, request: Request) -> Reply:
        """Let a rule rest."""

        async def do(rule: Rule) -> str:
            await self._keeper.pause(rule.id, True)
            return self._phraser.phrase("rules.paused", name=rule.name or rule.id)

        return await self._with_one(request, [r for r in self._standing() if r.enabled], do)

    @intent("HearthRuleResume")
    async def resume(self, request: Request) -> Reply:
        """Let a paused rule go on."""

        async def do(rule: Rule) -> str:
            await self._keeper.pause(rule.id, False)
            return self._phraser.phrase("rules.resumed", name=rule.name or rule.id)

        return await self._with_one(request, [r for r in self._standing() if not r.enabled], do)

    @intent("HearthRuleForget")
    async def forget(self, request: Request) -> Reply:
        """Remove a rule for good."""

        async def do(rule: Rule) -> str:
            if rule.origin == "configuration":
                return self._phraser.phrase("rules.of_file")
            await self._keeper.forget(rule.id)
            return self._phraser.phrase("rules.forgotten", name=rule.name or rule.id)

        return await self._with_one(request, self._standing(), do)

    async def _with_one(
        self, request: Request, rules: list[Rule], do: Callable[[Rule], Awaitable[str]]
    ) -> Reply:
        """Do it to the one rule that is meant, or ask which."""
        about = str(request.command.slots.get("about", ""))
        if not rules:
            return self._no("rules.none")
        found = (
            matching(about, rules, self._words(request.house), self._small()) if about else rules
        )
        if not about and len(found) > 1:
            last = await self._last(request.site)
            found = [r for r in rules if r.id == last] or found
        if not found:
            return self._no("rules.none_about", words=about)
        if len(found) > 1:
            return self._ask(found, request.house, do)
        self._remember(request.site, found[0].id)
        return Reply(await do(found[0]))

    def _ask(self, rules: list[Rule], house: House, do: Callable[[Rule], Awaitable[str]]) -> Reply:
        async def answered(answer: Answer) -> Reply | None:
            found = matching(answer.words, rules, self._words(house), self._small())
            return Reply(await do(found[0])) if len(found) == 1 else None

        names = [rule.name or rule.id for rule in rules[:_MOST_TOLD]]
        text = self._phraser.phrase("rules.which_rule", names=names)
        return Reply(text, "failed", Question(answered))

    def _standing(self) -> list[Rule]:
        """Return the rules that stay: plans and reminders are not among them."""
        return [r for r in self._keeper.rules() if not r.id.startswith((PLAN, REMINDER))]

    def _words(self, house: House) -> Callable[[Rule], str]:
        def words(rule: Rule) -> str:
            return f"{rule.name} {rule.said} {rule.id} {self._telling.rule(rule, house)}"

        return words

    def _small(self) -> str:
        """Return the words that tell no rule from another."""
        return self._phraser.phrase("rules.small")

    def _remember(self, site: str, rule_id: str) -> None:
        self._lately[site] = rule_id
        self._lately.move_to_end(site)
        while len(self._lately) > _ROOMS:
            self._lately.popitem(last=False)

    async def _last(self, site: str) -> str:
        """Return the rule that "that" means: the one that ran last, or was last spoken of."""
        ran = ""
        while len(self._fired):
            ran = (await self._fired.get()).rule
        if ran and not ran.startswith((PLAN, REMINDER)):
            self._remember(site, ran)
        return self._lately.get(site, "")

    def _no(self, key: str, **values: object) -> Reply:
        return Reply(self._phraser.phrase(key, **values), "failed")


def matching(about: str, rules: Iterable[T], words: Callable[[T], str], small: str = "") -> list[T]:
    """Return the rules (plans, reminders) that hold each word that was said but ``small`` ones."""
    wanted = [w for w in _folded(about) if len(w) > 2 and w not in _folded(small)]
    if not wanted:
        return []
    scored = []
    for rule in rules:
        known = _folded(words(rule))
        hits = sum(any(k.startswith(w[:5]) for k in known) for w in wanted)
        scored.append((hits, rule))
    best = max((hits for hits, _ in scored), default=0)
    enough = best == len(wanted) or (len(wanted) > 2 and best >= len(wanted) * 0.6)
    return [rule for hits, rule in scored if hits == best] if enough else []


def refused_steps(steps: Iterable[Step], house: House, refuses: Refuses) -> Step | None:
    """Return the first step that the door would refuse when nobody is there to ask."""
    for step in steps:
        inner = step.yes + step.no if isinstance(step, AskStep) else ()
        if found := refused_steps(inner, house, refuses):
            return found
        if not isinstance(step, ActStep):
            continue
        ids = step.which.entities or tuple(
            e.id
            for e in house.entities
            if (not step.which.domain or e.domain == step.which.domain)
            and (not step.which.area or e.area == step.which.area)
        )
        if any(refuses(Act(i, step.service, step.data, because="rule:new")) for i in ids):
            return step
    return None


def new_id(name: str, rules: Iterable[Rule], prefix: str = "") -> str:
    """Return an id from a name that no rule bears yet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    base = prefix + re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_ID_LETTERS].strip("-")
    base = base.strip("-") or "rule"
    taken = {rule.id for rule in rules}
    number, id_ = 1, base
    while id_ in taken:
        number += 1
        id_ = f"{base}-{number}"
    return id_


def _folded(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
