"""A rule in, the words in which Hearth reads it back out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from hearth.house import Entity, House
from hearth.port import Phraser
from hearth.rule import (
    ActStep,
    AskStep,
    CommandStep,
    Condition,
    EventTrigger,
    ModeCondition,
    ModeStep,
    MqttTrigger,
    NumberCondition,
    NumberTrigger,
    PresenceCondition,
    PresenceTrigger,
    Rule,
    RuleStep,
    SayStep,
    StateCondition,
    StateTrigger,
    Step,
    SunCondition,
    SunTrigger,
    TimeCondition,
    TimeTrigger,
    Trigger,
    WaitStep,
    Which,
)

_MOST_NAMES = 4
_WORKING = ("mon", "tue", "wed", "thu", "fri")
_RESTING = ("sat", "sun")


class Telling:
    """Says what a rule does, in the language of its phraser; the words are data."""

    def __init__(self, phraser: Phraser) -> None:
        self._say = phraser.phrase

    def rule(self, rule: Rule, house: House) -> str:
        """Return the rule as one sentence."""
        told = [self.trigger(trigger, house) for trigger in rule.when]
        when = f" {self._say('rules.or')} ".join(told)
        text = self._say(
            "rules.rule",
            when=when,
            conditions=[self.condition(c, house) for c in rule.if_],
            then=self.steps(rule.then, house, self._subject(rule, house)),
        )
        return text[:1].upper() + text[1:]

    def _subject(self, rule: Rule, house: House) -> str:
        """Return the name of the thing that sets a rule off, where it is one."""
        which = getattr(rule.when[0], "which", None)
        if len(rule.when) > 1 or which is None or len(which.entities) != 1:
            return "..."
        return self.which(which, house)

    def steps(self, steps: Sequence[Step], house: House, subject: str = "...") -> list[str]:
        """Return what is done, one part a step; ``subject`` is the thing that set it off."""
        return [self.step(step, house, subject) for step in steps]

    def trigger(self, trigger: Trigger, house: House) -> str:
        """Return what sets a rule off, with its "when"."""
        match trigger:
            case TimeTrigger():
                return self._say(
                    "rules.when_time",
                    time=clock(trigger.at),
                    days=self.days(trigger.days),
                    date=trigger.date,
                )
            case SunTrigger():
                days = self.days(trigger.days)
                return self._say("rules.when_sun", sun=self.sun(trigger), days=days, once=False)
        return self._say("rules.when", what=self._happening(trigger, house))

    def _happening(self, trigger: Trigger, house: House) -> str:  # noqa: PLR0911 - a kind a case
        match trigger:
            case StateTrigger(which=which, to=to, for_s=for_s):
                named = self.which(which, house)
                if not to:
                    event = self._domain(which, house) in ("event", "button", "input_button")
                    return self._say("rules.when_any", which=named, event=event)
                state = self._state(which, to, house)
                gets = not for_s
                return self._say(
                    "rules.when_state", which=named, state=state, for_s=for_s, gets=gets
                )
            case NumberTrigger(which=which, above=above, below=below, for_s=for_s):
                key = "rules.when_above" if above is not None else "rules.when_below"
                limit = self._limit(trigger, above if above is not None else below or 0.0, house)
                return self._say(key, which=self.which(which, house), limit=limit, for_s=for_s)
            case PresenceTrigger(to=to, who=who, for_s=for_s):
                return self._who(f"rules.{to}", who, house, for_s=for_s)
            case EventTrigger(event="Heard", fields=fields) if "text" in fields:
                return self._say("rules.when_said", words=fields["text"])
            case EventTrigger(event="ModeSet", fields=fields) if "mode" in fields:
                return self._say("rules.when_mode", mode=fields["mode"])
            case EventTrigger(event=event):
                return self._say("rules.when_event", event=event)
            case MqttTrigger(topic=topic):
                return self._say("rules.when_mqtt", topic=topic)
        raise TypeError(type(trigger).__name__)

    def condition(self, condition: Condition, house: House) -> str:
        """Return what has to hold."""
        no = condition.negate
        match condition:
            case StateCondition(which=which, are=are):
                state = self._state(which, are, house)
                named = self.which(which, house)
                return self._say("rules.if_state", which=named, state=state, negate=no)
            case NumberCondition(which=which, above=above, below=below):
                key = "rules.if_above" if above is not None else "rules.if_below"
                limit = self._limit(condition, above if above is not None else below or 0.0, house)
                return self._say(key, which=self.which(which, house), limit=limit, negate=no)
            case TimeCondition(after=after, before=before, days=days):
                return self._window(after, before, self.days(days), negate=no)
            case SunCondition(sun=sun):
                return self._say("rules.if_dark" if (sun == "down") != no else "rules.if_light")
            case PresenceCondition(is_=is_, who=who):
                if who in ("anyone", "everyone") and no:
                    # not anyone home: everyone is away
                    is_ = "away" if is_ == "home" else "home"
                    who = "everyone" if who == "anyone" else "anyone"
                return self._who(f"rules.if_{is_}", who, house, negate=no)
            case ModeCondition(modes=modes):
                return self._say("rules.if_mode", mode=" / ".join(modes), negate=no)
        raise TypeError(type(condition).__name__)

    def _window(self, after: time | None, before: time | None, days: str, *, negate: bool) -> str:
        values = {
            "after": clock(after) if after else "",
            "before": clock(before) if before else "",
            "days": days,
            "negate": negate,
        }
        if after and before:
            return self._say("rules.if_between", **values)
        if after or before:
            return self._say("rules.if_after" if after else "rules.if_before", **values)
        return self._say("rules.if_days", **values)

    def step(self, step: Step, house: House, subject: str = "...") -> str:  # noqa: PLR0911 - a kind a case
        """Return what one step does."""
        match step:
            case ActStep(which=which, service=service, data=data):
                named = self.which(which, house, every=True)
                values = {str(k): v for k, v in data.items() if k not in ("which", "service")}
                try:
                    return self._say(f"rules.do.{service}", which=named, **values)
                except KeyError:
                    plain = service.replace("_", " ")
                    return self._say("rules.do.other", which=named, service=plain)
            case SayStep(text=text, site=site):
                shown = text.rstrip(".").replace("{name}", subject).replace("{value}", "...")
                area = house.area(site)
                if area:
                    return self._say("rules.say_in", text=shown, place=area.name)
                return self._say("rules.say", text=shown)
            case CommandStep(sentence=sentence):
                return self._say("rules.command", sentence=sentence)
            case WaitStep(seconds=seconds, until=until):
                return self._say("rules.wait_until" if until else "rules.wait", seconds=seconds)
            case AskStep(text=text):
                return self._say("rules.ask", text=text)
            case RuleStep(rule=rule):
                return self._say("rules.run", rule=rule)
            case ModeStep(mode=mode):
                return self._say("rules.mode", mode=mode)
        raise TypeError(type(step).__name__)

    def sun(self, trigger: SunTrigger) -> str:
        """Return "half an hour before sunset"."""
        name = self._say(f"rules.{trigger.sun}")
        if not trigger.offset_s:
            return name
        offset = abs(trigger.offset_s)
        return self._say("rules.sun_moved", offset=offset, before=trigger.offset_s < 0, sun=name)

    def days(self, days: Sequence[str]) -> str:
        """Return "on weekdays", or nothing for every day."""
        if not days or len(days) == 7:
            return ""
        if tuple(days) == _WORKING:
            return self._say("rules.weekdays")
        if tuple(days) == _RESTING:
            return self._say("rules.weekend")
        return self._say("rules.on_days", days=[self._say(f"rules.{day}") for day in days])

    def which(self, which: Which, house: House, *, every: bool = False) -> str:
        """Return the names of things, or what they are."""
        if which.entities:
            names = [e.name if (e := house.entity(i)) else i for i in which.entities]
            if len(names) > _MOST_NAMES:
                return self._say("rules.things", n=len(names))
            if len(names) == 1:
                return names[0]
            if every:
                return self._say("rules.names", names=names)
            return self._say("rules.any_of", names=names)
        kind = (which.device_class or which.domain or "thing").replace("_", " ")
        area = house.area(which.area)
        floor = next((f.name for f in house.floors if f.id == which.floor), "")
        place = area.name if area else floor
        return self._say("rules.all_kind" if every else "rules.any", kind=kind, place=place)

    def _who(self, key: str, who: str, house: House, **values: Any) -> str:
        if who in ("anyone", "everyone"):
            return self._say(f"{key}_{who}", **values)
        entity = house.entity(who)
        return self._say(f"{key}_who", who=entity.name if entity else who, **values)

    def _first(self, which: Which, house: House) -> Entity | None:
        if which.entities:
            return house.entity(which.entities[0])
        return next(
            (
                e
                for e in house.entities
                if (not which.domain or e.domain == which.domain)
                and (
                    not which.device_class or e.attributes.get("device_class") == which.device_class
                )
            ),
            None,
        )

    def _domain(self, which: Which, house: House) -> str:
        first = self._first(which, house)
        return first.domain if first else which.domain

    def _state(self, which: Which, states: Sequence[str], house: House) -> str:
        """Return a state as a person says it: a door's ``on`` is "open"."""
        first = self._first(which, house)
        domain = first.domain if first else which.domain
        found = first.attributes.get("device_class") if first else which.device_class
        for state in ([s for s in states if s in ("open", "on", "off", "closed")] or states)[:1]:
            for key in (f"{domain}.{found or '_'}", f"{domain}._", "_._"):
                try:
                    return self._say(f"states.{key}.{state}")
                except KeyError:
                    continue
            return state.replace("_", " ")
        return ""

    def _limit(self, value: Any, limit: float, house: House) -> str:
        first = self._first(value.which, house)
        unit = first.attributes.get("unit_of_measurement") if first and not value.attribute else ""
        return f"{limit:g} {unit}".strip()


def clock(at: time) -> str:
    """Return a time of day: 7:00."""
    return f"{at.hour}:{at.minute:02d}"
