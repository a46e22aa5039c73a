"""Keeps what is to be done later, or undone later, on disk: commands with a time.

A plan is a rule that fires once, so that it outlives a restart as a rule does. What is only to be
said at a time is a reminder (``skills/reminders.py``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hearth.error import HearthError
from hearth.event import Act, Acted
from hearth.home.undo import back
from hearth.house import Entity, House
from hearth.keep import RuleKeeper, TimerStore
from hearth.mind.answers import Answers
from hearth.port import Clock, Phraser, Schedule, Understander
from hearth.rule import ActStep, Rule, Step, Trigger, WaitStep, Which
from hearth.service import Service, services
from hearth.skill import Answer, Handler, Question, Reply, Request, intent
from hearth.skills.moment import Whens, begins, trigger
from hearth.skills.rules import PLAN, Refuses, matching, new_id, refused_steps
from hearth.skills.telling import Telling

_REVERSE: Mapping[str, str] = {
    "turn_on": "turn_off",
    "turn_off": "turn_on",
    "toggle": "toggle",
    "open_cover": "close_cover",
    "close_cover": "open_cover",
    "open_valve": "close_valve",
    "close_valve": "open_valve",
    "lock": "unlock",
    "unlock": "lock",
    "start": "return_to_base",
    "start_mowing": "dock",
}
"""What takes back a service that begins later: the state before is not known yet."""

_TAKE_BACK_S = 60.0
"""How long after a plan was made "cancel that" means it."""

_MOST_TOLD = 5


class Plans:
    """Does things later; ``skills`` answer the part of a command that is for now."""

    def __init__(
        self,
        keeper: RuleKeeper,
        clock: Clock,
        phraser: Phraser,
        answers: Answers,
        *,
        understander: Understander,
        timers: TimerStore,
        refuses: Refuses,
        skills: Mapping[str, Handler],
    ) -> None:
        self._keeper = keeper
        self._clock = clock
        self._phraser = phraser
        self._answers = answers
        self._understander = understander
        self._timers = timers
        self._refuses = refuses
        self._skills = skills
        self._telling = Telling(phraser)
        self._whens = Whens(phraser)
        self._made: dict[str, tuple[tuple[str, ...], float]] = {}

    # --- commands -------------------------------------------------------------------------

    @intent("HearthSchedule")
    async def later(self, request: Request) -> Reply:
        """Plan a command, or do it now and plan its end."""
        command, schedule = request.command, request.command.schedule
        if schedule is None:
            return self._no("plans.not_planned")
        if command.choices and not command.targets:
            return self._which(request)
        acts = services(command, request.house)
        if not acts:
            key = "errors.no_target" if not command.targets else "plans.not_planned"
            return self._no(key)
        plan = self._begin_later if begins(schedule) else self._end_later
        try:
            return await plan(request, schedule, acts)
        except HearthError as error:
            return self._no("rules.senseless", why=error.what)

    async def _begin_later(
        self, request: Request, schedule: Schedule, acts: Sequence[Service]
    ) -> Reply:
        now, house = self._clock.now(), request.house
        begin = trigger(schedule, now)
        steps: list[Step] = [*_steps(acts)]
        undone: list[Step] = []
        if schedule.for_s or schedule.until:
            if not all(act.service in _REVERSE for act in acts):
                return self._no("plans.no_way_back")
            undone = [*_steps([Service(a.entity_id, _REVERSE[a.service], {}) for a in acts])]
        if refused := refused_steps((*steps, *undone), house, self._refuses):
            return self._no("rules.refused", what=self._telling.step(refused, house))
        if schedule.for_s:
            steps += [WaitStep(schedule.for_s), *undone]
        await self._keep(request, begin, steps, PLAN)
        if schedule.until:
            await self._keep(request, trigger(schedule.until, now), undone, PLAN, more=True)
        what = self._telling.steps(steps, house)
        when = self._whens.tell(begin, now, schedule.after_s)
        return Reply(self._phraser.phrase("plans.will", what=what, when=when))

    async def _end_later(
        self, request: Request, schedule: Schedule, acts: Sequence[Service]
    ) -> Reply:
        """Do it now through its own skill; what restores the state before is on disk first."""
        now, house = self._clock.now(), request.house
        skill = self._skills.get(request.command.intent)
        until = schedule.until or Schedule(after_s=schedule.for_s)
        ends = [before(act, house) for act in acts]
        if skill is None or not begins(until) or not all(ends):
            return self._no("plans.no_way_back")
        steps = _steps([service for each in ends for service in each])
        if refused := refused_steps(steps, house, self._refuses):
            return self._no("rules.refused", what=self._telling.step(refused, house))
        end = trigger(until, now)
        plan = await self._keep(request, end, steps, PLAN)
        reply = await skill(replace(request, command=replace(request.command, schedule=None)))
        if reply.outcome == "failed" and reply.question is None:
            await self._drop(plan)
            return reply
        values = {
            "done": reply.text.rstrip("."),
            "for_s": schedule.for_s,
            "when": self._whens.tell(end, now),
        }
        key = "plans.until" if schedule.until else "plans.for_a_while"
        text = reply.text if reply.question else self._phraser.phrase(key, **values)
        return replace(reply, text=text)

    def _which(self, request: Request) -> Reply:
        choices = [e for i in request.command.choices if (e := request.house.entity(i))]

        async def answered(answer: Answer) -> Reply | None:
            meant = self._answers.which(answer.words, choices, answer.house, answer.area)
            if not meant:
                return None
            targets = tuple(e.id for e in meant)
            command = replace(request.command, targets=targets, choices=())
            return await self.later(replace(request, command=command, house=answer.house))

        names = [_label(e, request.house) for e in choices]
        text = self._phraser.phrase("errors.which_one", names=names)
        return Reply(text, "failed", Question(answered))

    # --- telling and cancelling -----------------------------------------------------------

    @intent("HearthPlanList")
    async def tell(self, request: Request) -> Reply:
        """Tell what is planned."""
        rules = self._plans()
        told = [self._told(rule, request.house) for rule in rules[:_MOST_TOLD]]
        now = self._clock.now()
        for timer in await self._timers.all():
            if timer.command and timer.ends:
                when = self._phraser.phrase("plans.in", seconds=max(1.0, timer.left_s(now)))
                told.append(self._phraser.phrase("plans.one", when=when, what=[timer.command]))
        if len(rules) > _MOST_TOLD:
            told.append(self._phraser.phrase("rules.more", n=len(rules) - _MOST_TOLD))
        return Reply(" ".join(told) or self._phraser.phrase("plans.none"))

    @intent("HearthPlanCancel")
    async def cancel(self, request: Request) -> Reply:
        """Take back one plan, those that the words fit, or the only one."""
        slots = request.command.slots
        rules = self._plans()
        about = " ".join(str(slots.get(k, "")) for k in ("about", "name")).strip()
        if about:
            rules = matching(about, rules, lambda r: self._words(r, request.house), self._small())
        if not rules:
            return self._no("plans.not_found")
        every = slots.get("all") or self._answers.all_of_them(about)
        if len(rules) > 1 and not every:
            made = self._lately(request.site)
            last = [r for r in rules if r.id in made]
            if about or not last:
                return self._ask(rules, request.house)
            rules = last
        return await self._cancel(rules, request.house)

    async def take_back(self, request: Request) -> Reply | None:
        """Cancel what was planned a moment ago in this room; None where nothing was."""
        made = self._lately(request.site)
        rules = [r for r in self._keeper.rules() if r.id in made]
        return await self._cancel(rules, request.house) if rules else None

    async def _cancel(self, rules: Sequence[Rule], house: House) -> Reply:
        for rule in rules:
            await self._keeper.forget(rule.id)
        what = ", ".join(part for r in rules for part in self._what(r, house))
        return Reply(self._phraser.phrase("plans.cancelled", what=what))

    def _ask(self, rules: Sequence[Rule], house: House) -> Reply:
        async def answered(answer: Answer) -> Reply | None:
            if self._answers.all_of_them(answer.words):
                return await self._cancel(rules, house)
            found = matching(answer.words, rules, lambda r: self._words(r, house), self._small())
            return await self._cancel(found, house) if len(found) == 1 else None

        names = [" ".join(self._what(r, house)) for r in rules[:_MOST_TOLD]]
        text = self._phraser.phrase("plans.which_plan", names=names)
        return Reply(text, "failed", Question(answered))

    # --- keeping --------------------------------------------------------------------------

    async def _keep(
        self,
        request: Request,
        when: Trigger,
        steps: Sequence[Step],
        prefix: str,
        *,
        name: str = "",
        more: bool = False,
    ) -> str:
        """Keep a plan; it is on disk when this returns."""
        name = name or ", ".join(self._telling.steps(steps, request.house))
        id_ = new_id(name, self._keeper.rules(), prefix)
        rule = Rule(
            id=id_,
            when=(when,),
            then=tuple(steps),
            name=name,
            once=True,
            site=request.site,
            said=request.heard.text,
            origin="voice",
        )
        await self._keeper.keep(rule)
        before = self._lately(request.site) if more else ()
        self._made[request.site] = ((*before, id_), _now())
        return id_

    async def _drop(self, rule_id: str) -> None:
        try:
            await self._keeper.forget(rule_id)
        except HearthError:  # it has run meanwhile
            return

    def _lately(self, site: str) -> tuple[str, ...]:
        ids, at = self._made.get(site, ((), 0.0))
        return ids if _now() - at < _TAKE_BACK_S else ()

    def _plans(self) -> list[Rule]:
        found = [r for r in self._keeper.rules() if r.id.startswith(PLAN)]
        return sorted(found, key=lambda r: _order(r.when[0]))

    def _told(self, rule: Rule, house: House) -> str:
        when = self._whens.tell(rule.when[0], self._clock.now())
        return self._phraser.phrase("plans.one", when=when, what=self._what(rule, house))

    def _what(self, rule: Rule, house: House) -> list[str]:
        return self._telling.steps(rule.then, house)

    def _small(self) -> str:
        return self._phraser.phrase("rules.small")

    def _words(self, rule: Rule, house: House) -> str:
        when = self._whens.tell(rule.when[0], self._clock.now())
        return f"{rule.name} {rule.said} {when} {' '.join(self._what(rule, house))}"

    def _no(self, key: str, **values: object) -> Reply:
        return Reply(self._phraser.phrase(key, **values), "failed")


def before(act: Service, house: House) -> tuple[Service, ...]:
    """Return what puts a thing back into its present state; empty where nothing can."""
    entity = house.entity(act.entity_id)
    if entity is None:
        return ()
    done = Acted(Act(entity.id, act.service, act.data), "done", entity.state, None, 0.0)
    back_again = back(done, entity)
    # "on for ten minutes" ends with off, even where it was on before
    same = back_again is not None and all(each == act.service for each, _ in back_again)
    if (back_again is None or same) and act.service in _REVERSE:
        back_again = ((_REVERSE[act.service], {}),)
    return tuple(Service(entity.id, service, data) for service, data in back_again or ())


def _steps(acts: Sequence[Service]) -> tuple[ActStep, ...]:
    """Return services as steps, those that are alike as one."""
    grouped: dict[str, tuple[Service, list[str]]] = {}
    for act in acts:
        key = f"{act.service} {sorted(act.data.items())!r}"
        grouped.setdefault(key, (act, []))[1].append(act.entity_id)
    return tuple(
        ActStep(Which(tuple(ids)), act.service, dict(act.data)) for act, ids in grouped.values()
    )


def _order(when: Trigger) -> tuple[str, str]:
    at, date = getattr(when, "at", None), getattr(when, "date", "")
    return (str(date or "~"), str(at or "~"))


def _label(entity: Entity, house: House) -> str:
    area = house.area(entity.area)
    return f"{entity.name} ({area.name})" if area else entity.name


def _now() -> float:
    return asyncio.get_running_loop().time()
