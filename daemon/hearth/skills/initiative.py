"""What a person says about Hearth speaking up in, another measure of it out: "less of that".

"Not now" puts a thing off to another day, "less" and "stop" are kept for each kind, "be quiet until
six" for everything; reminders, which the person asked for, are said all the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from hearth.event import new_turn
from hearth.mind.initiative.kept import EVERYTHING, Kept
from hearth.mind.initiative.state import Reason
from hearth.port import Clock
from hearth.skill import Answer, Question, Reply, Request, intent
from hearth.skills.wants.hush import tomorrow
from hearth.skills.wants.hush import until as until_of
from hearth.skills.wants.morning import KIND as MORNING
from hearth.skills.wants.morning import Morning
from hearth.skills.wants.shipped import KINDS
from hearth.skills.wants.wording import Wording
from hearth.want import Level, Said, Want

_ABOUT = timedelta(minutes=15)
"""So long after it was said, "not now" is about it."""

_MEANT = timedelta(hours=16)
""" "Less of that" may be said hours later."""

_EVERYTHING = "everything"
"""What a sentence calls all kinds."""

_TELLING: tuple[Reason, ...] = (
    *("crisis", "hushed", "back_off", "not_now", "unwanted", "seldom", "budget", "kind_budget"),
    *("off", "company", "night", "quiet_hours", "away", "unheard", "nobody", "busy", "pause"),
)
"""Reasons for silence, the most telling first: what the person said or did, then the moment."""


class Unasked:
    """Steers what Hearth says of its own accord, tells why it did or did not, and briefs.

    Args:
        kept: What was said, and what the person thinks of it.
        words: How things are said.
        clock: For "until six".
        morning: Says the day, when it is asked for.
    """

    def __init__(self, kept: Kept, words: Wording, clock: Clock, morning: Morning) -> None:
        self._kept = kept
        self._words = words
        self._clock = clock
        self._morning = morning

    @intent("HearthNotNow")
    async def not_now(self, request: Request) -> Reply:
        """Put off what was said last to another day."""
        last = self._kept.last(_ABOUT)
        if not last:
            return Reply(self._words.pick("nothing_to_stop", self._now()), "stopped")
        return await self.put_off(last[0].utterance)

    async def put_off(self, utterance: str) -> Reply:
        """Say no more today of the kinds of an utterance; the same thing may come another day."""
        await self._kept.load()
        await self._kept.became(utterance, "later")
        for said in self._kept.past.said:
            if said.utterance == utterance:
                await self._kept.not_before(said.kind, tomorrow(self._now()))
        return Reply(self._words.pick("not_now", self._now()), "stopped")

    @intent("HearthLess")
    async def less(self, request: Request) -> Reply:
        """Say a kind less often; told twice, never."""
        return await self._step(request, -1)

    @intent("HearthMore")
    async def more(self, request: Request) -> Reply:
        """Say a kind more often."""
        return await self._step(request, 1)

    @intent("HearthNoMore")
    async def no_more(self, request: Request) -> Reply:
        """Never say a kind again, until told otherwise."""
        kinds = self._kinds(request)
        for kind in kinds:
            await self._kept.like(kind, "never")
        await self._refused(request)
        return self._told(kinds, "never") if kinds else self._which(-len(KINDS))

    @intent("HearthQuiet")
    async def quiet(self, request: Request) -> Reply:
        """Say nothing unasked for a while, or for good."""
        until = until_of(request.command.slots, self._now())
        await self._kept.load()
        if until is None:
            await self._kept.like(EVERYTHING, "never")
            return Reply(self._words.pick("hushed_always", self._now()))
        await self._kept.like(EVERYTHING, "some")
        await self._kept.not_before(EVERYTHING, until)
        return Reply(self._words.pick("hushed", self._now(), until=self._moment(until)))

    @intent("HearthSpeakAgain")
    async def speak_again(self, request: Request) -> Reply:
        """Speak up again."""
        await self._kept.load()
        await self._kept.like(EVERYTHING, "some")
        return Reply(self._words.pick("speaks", self._now()))

    @intent("HearthWhySaid")
    async def why(self, request: Request) -> Reply:
        """Tell the reason of what was said last."""
        now = self._now()
        last = self._kept.last(_MEANT)
        if not last:
            return Reply(self._words.pick("because.nothing", now))
        wants = self._kept.wants_of(last[0].utterance)
        reasons = [want.why for want in wants if want.why]
        told = {want.kind for want in wants if want.why}
        reasons += [self._because(said.kind) for said in last if said.kind not in told]
        return Reply(" ".join(dict.fromkeys(reasons)))

    @intent("HearthWhySilent")
    async def why_silent(self, request: Request) -> Reply:
        """Tell why something was held back."""
        now = self._now()
        today = {h.reason: h for h in self._kept.held() if h.time.date() == now.date()}
        held = next((today[reason] for reason in _TELLING if reason in today), None)
        if held is None:
            return Reply(self._words.pick("nothing_held", now))
        why = self._words.pick(f"held.{held.reason}", now)
        return Reply(self._words.pick("silent", now, why=why))

    @intent("HearthBriefing")
    async def brief(self, request: Request) -> Reply:
        """Say the day at once: "good morning", or "what's on today?"."""
        now = self._now()
        greet = request.command.slots.get("greeting") == "morning"
        text = await self._morning.brief(now, request.house, greet=greet)
        key = self._morning.key(now)
        await self._kept.load()
        if greet and not any(said.key == key for said in self._kept.past.said):
            # Asked for, so it costs nothing; and it is not said a second time.
            asked = Want(key, MORNING, "", now + timedelta(minutes=1), duty=True)
            utterance = new_turn()
            await self._kept.say(utterance, request.site, [asked])
            await self._kept.became(utterance, "said")
        return Reply(text)

    async def _step(self, request: Request, by: int) -> Reply:
        kinds = self._kinds(request)
        if not kinds:
            return self._which(by)
        await self._kept.load()
        levels = [await self._kept.step(kind, by) for kind in kinds]
        if by < 0:
            await self._refused(request)
        else:
            await self._welcomed(request)
        return self._told(kinds, levels[0])

    def _kinds(self, request: Request) -> list[str]:
        """Return the kinds that were named, or those of what was said last; duties are none."""
        if named := str(request.command.slots.get("want_kind", "")):
            return [EVERYTHING if named == _EVERYTHING else named]
        return list(dict.fromkeys(said.kind for said in self._meant()))

    def _meant(self) -> list[Said]:
        return [said for said in self._kept.last(_MEANT) if not said.duty]

    async def _refused(self, request: Request) -> None:
        """Note that what was said last was not welcome."""
        if "want_kind" not in request.command.slots and (meant := self._meant()):
            await self._kept.became(meant[0].utterance, "refused")

    async def _welcomed(self, request: Request) -> None:
        """Note that what was said last was welcome: it ends a rest."""
        if "want_kind" not in request.command.slots and (meant := self._meant()):
            await self._kept.became(meant[0].utterance, "answered")

    def _told(self, kinds: list[str], level: Level) -> Reply:
        now = self._now()
        known = [_EVERYTHING if kind == EVERYTHING else kind for kind in kinds]
        known = [kind if kind in (*KINDS, _EVERYTHING) else "other" for kind in known]
        does = " / ".join(self._words.pick(f"does.{kind}", now) for kind in dict.fromkeys(known))
        return Reply(self._words.pick(f"level.{level}", now, does=does))

    def _which(self, by: int) -> Reply:
        """Ask of what: nothing was said lately that it could be about."""

        async def answered(answer: Answer) -> Reply | None:
            for command in answer.commands:
                if kind := str(command.slots.get("want_kind", "")):
                    await self._kept.load()
                    return self._told([kind], await self._kept.step(kind, by))
            return None

        return Reply(self._words.pick("which", self._now()), question=Question(answered))

    def _because(self, kind: str) -> str:
        try:
            return self._words.pick(f"because.{kind}", self._now())
        except KeyError:
            return self._words.pick("because.other", self._now())

    def _moment(self, until: datetime) -> str:
        days = (until.date() - self._now().date()).days
        key = {0: "today", 1: "tomorrow"}.get(days, "later")
        return self._words.pick(f"until.{key}", self._now(), moment=until)

    def _now(self) -> datetime:
        return self._clock.now()
