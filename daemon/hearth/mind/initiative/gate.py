"""Wants and a moment in, what is said now and why the rest is not out: pure, and no model.

The order of the reasons is from what never changes to what passes soon, so that the one that is
told is the one that matters. A duty (the person asked for it) passes the budget, the back-off, the
pause and "be quiet", but not the quiet hours, unless it is urgent; it is said before company, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from hearth.mind.initiative.state import Reason, State
from hearth.want import Level, Said, Taste, Want

NIGHT = frozenset(("night", "sleep", "sleeping", "nacht"))
AWAY = frozenset(("away", "vacation", "holiday", "travel", "abwesend", "urlaub"))
GUESTS = frozenset(("guests", "guest", "party", "gäste"))
"""The house's modes that mean something here; people and rules name them."""

MOST_TOGETHER = 3
MOST_CHARACTERS = 260
"""How much may become one utterance: about 20 s of speech."""

_SELDOM = timedelta(days=3)
"""Between two of a kind of which the person wants less."""

_LONGEST_REST = timedelta(days=1)
_UNHEARD_AGAIN = timedelta(minutes=15)
_UNHEARD_MOST = 3
"""What no loudspeaker said is tried again after a while, and not for ever."""

_IGNORED = 2
"""So many in a row without an answer make it rest."""

SPENDS = frozenset(("waiting", "said", "answered", "ignored", "refused"))
"""What came of it that makes it not be said again."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is said now, in this order, as one utterance; and why each other want is not."""

    chosen: tuple[Want, ...] = ()
    held: tuple[tuple[Want, Reason], ...] = ()


def decide(wants: Sequence[Want], state: State) -> Decision:
    """Choose what is said now. A duty goes first and alone; small things are said together."""
    held: list[tuple[Want, Reason]] = []
    free: list[Want] = []
    seen: set[str] = set()
    for want in wants:
        reason = refusal(want, state)
        if reason is None and want.key in seen:
            reason = "said"
        seen.add(want.key)
        if reason is None:
            free.append(want)
        else:
            held.append((want, reason))
    free.sort(key=lambda want: (not want.duty, not want.urgent, -want.weight, want.until))
    chosen = _together(free)
    held += [(want, "outweighed") for want in free if want not in chosen]
    return Decision(chosen, tuple(held))


def refusal(want: Want, state: State) -> Reason | None:
    """Return why ``want`` is not said now; None where it may be."""
    checks = (_ever, _moment) if want.duty else (_ever, _moment, _wanted, _measure)
    return next((reason for check in checks if (reason := check(want, state))), None)


def resting_until(state: State) -> datetime | None:
    """Return until when nothing is said because the last ones were ignored; None for no rest.

    Two ignored in a row rest for ``back_off``, three for three times as long, and so on up to a
    day. One that was answered ends it; what asked nothing, and what was put off, does not count.
    """
    run, last = 0, None
    for said in reversed(state.said):
        if said.duty or not said.asked:
            continue
        if said.became == "answered":
            break
        if said.became == "ignored":
            run, last = run + 1, last or said.time
    if run < _IGNORED or last is None:
        return None
    rest: timedelta = state.limits.back_off * float(3 ** min(run - _IGNORED, 8))
    return last + min(rest, max(_LONGEST_REST, state.limits.back_off))


def budget(state: State) -> int:
    """Return how many utterances a day may have: "talk to me more" is one and a half times as many,
    "less" half of them."""
    factor = {"more": 1.5, "less": 0.5}.get(state.tastes.get("", Taste()).level, 1.0)
    return round(state.limits.budget * factor)


def spent_today(state: State) -> int:
    """Return how many utterances of today count against the budget."""
    today = [s for s in state.said if _counts(s) and _same_day(s.time, state.now)]
    return len({said.utterance for said in today})


def _ever(want: Want, state: State) -> Reason | None:
    """What no moment changes: it is switched off, over, or was said."""
    if not state.limits.enabled and not want.duty:
        return "off"
    if want.kind in state.limits.off:
        return "off"
    if want.until <= state.now:
        return "expired"
    mine = [said for said in state.said if said.key == want.key]
    if any(said.became in SPENDS for said in mine):
        return "said"
    unheard = [said.time for said in mine if said.became == "unheard"]
    if len(unheard) >= _UNHEARD_MOST or (unheard and state.now - unheard[-1] < _UNHEARD_AGAIN):
        return "unheard"
    return None


def _moment(want: Want, state: State) -> Reason | None:
    """What is so now: a crisis, the night, nobody there, somebody speaking."""
    urgent, presence = want.duty and want.urgent, state.presence
    there = presence.seen is not None and state.now - presence.seen <= state.limits.present
    guests = state.mode.casefold() in GUESTS or not presence.alone
    reasons: tuple[tuple[Reason, bool], ...] = (
        ("crisis", state.crisis and not urgent),
        ("parted", state.parted and not want.duty),
        ("quiet_hours", not urgent and any(hours.hold(state.now) for hours in state.quiet)),
        ("night", not urgent and state.mode.casefold() in NIGHT),
        ("away", not urgent and (presence.away or state.mode.casefold() in AWAY)),
        ("nobody", not want.duty and not there),
        ("company", want.private and not want.duty and guests),
        ("busy", bool(state.busy)),
    )
    return next((reason for reason, holds in reasons if holds), None)


def _wanted(want: Want, state: State) -> Reason | None:
    """What the person said about it: "be quiet", "less of that", "not now"."""
    everything, taste = state.tastes.get("", Taste()), state.tastes.get(want.kind, Taste())
    if everything.level == "never" or (everything.until and state.now < everything.until):
        return "hushed"
    if taste.level == "never":
        return "unwanted"
    if taste.until and state.now < taste.until:
        return "not_now"
    last = max((s.time for s in state.said if s.kind == want.kind and _counts(s)), default=None)
    if taste.level == "less" and last is not None and state.now - last < _SELDOM:
        return "seldom"
    return None


def _measure(want: Want, state: State) -> Reason | None:
    """What is enough: the rest after being ignored, the budgets, the pause."""
    rest = resting_until(state)
    if rest is not None and state.now < rest:
        return "back_off"
    if spent_today(state) >= budget(state):
        return "budget"
    level: Level = state.tastes.get(want.kind, Taste()).level
    today = [
        said
        for said in state.said
        if said.kind == want.kind and _counts(said) and _same_day(said.time, state.now)
    ]
    if len(today) >= state.limits.per_kind * (2 if level == "more" else 1):
        return "kind_budget"
    heard = [said.time for said in state.said if said.became != "unheard"]
    if heard and state.now - heard[-1] < state.limits.pause:
        return "pause"
    return None


def _together(free: Sequence[Want]) -> tuple[Want, ...]:
    """Return what is said as one: the first, and what is small enough; a question comes last.

    Duties are said by themselves, and of each kind one.
    """
    if not free:
        return ()
    chosen = [free[0]]
    for want in free[1:]:
        alike = want.duty == chosen[0].duty and want.site in ("", chosen[0].site)
        kinds = {each.kind for each in chosen}
        asks = want.question is not None and any(each.question for each in chosen)
        size = sum(len(each.text) + 1 for each in chosen) + len(want.text)
        if not alike or asks or size > MOST_CHARACTERS or (want.kind in kinds and not want.duty):
            continue
        chosen.append(want)
        if len(chosen) == MOST_TOGETHER:
            break
    return tuple(sorted(chosen, key=lambda want: want.question is not None))


def utterances(said: Sequence[Said]) -> tuple[tuple[Said, ...], ...]:
    """Return what was said grouped by the utterance, in order of time."""
    ordered = sorted(said, key=lambda each: (each.time, each.utterance))
    return tuple(tuple(group) for _, group in groupby(ordered, lambda each: each.utterance))


def _counts(said: Said) -> bool:
    return not said.duty and said.became != "unheard"


def _same_day(time: datetime, now: datetime) -> bool:
    return time.astimezone(now.tzinfo).date() == now.date()
