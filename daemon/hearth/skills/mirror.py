"""How much we talk, said when asked, with an offer to do less: nothing here wants more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hearth.memory.store import Store
from hearth.memory.use import Mirror, mirror, read
from hearth.mind.answers import Answers
from hearth.mind.me import Me
from hearth.persona import Talk
from hearth.port import Clock, Phraser
from hearth.skill import Answer, Question, Reply, Request, intent

_LEVELS: tuple[Talk, ...] = ("little", "some", "much")
_MUCH_MINUTES = 7 * 60.0
"""More than an hour a day, or two days in three without a word of anybody else, is said gently."""

_ALONE_DAYS = 4


class MirrorOfUse:
    """Tells the person, and nobody else, how much they talk with Hearth."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        me: Me,
        phraser: Phraser,
        answers: Answers,
        *,
        speaks_of_people: Callable[[str], bool],
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        self._store, self._clock, self._me = store, clock, me
        self._phraser, self._answers = phraser, answers
        self._speaks_of_people = speaks_of_people
        self._settled = settled

    @intent("HearthMirror")
    async def tell(self, request: Request) -> Reply:
        """Say how much it was this week, and offer to hold back."""
        await self._settled()
        now = self._clock.now()
        sentences = await self._store.do(lambda db: read(db, now))
        seen = mirror(sentences, now, self._speaks_of_people)
        if not seen.minutes:
            return Reply(self._phraser.phrase("mirror.nothing"))
        text = told(seen, self._phraser)
        if self._me.profile().talk == _LEVELS[0]:
            return Reply(text)
        much = seen.minutes >= _MUCH_MINUTES or seen.alone_days >= _ALONE_DAYS
        offer = self._phraser.phrase("mirror.offer_people" if much else "mirror.offer")
        return Reply(f"{text} {offer}", question=Question(self._answered))

    async def _answered(self, answer: Answer) -> Reply | None:
        said = self._answers.yes(answer.words)
        if said in ("yes", "starts_yes"):
            level = self._me.profile().talk
            await self._me.change(talk=_LEVELS[max(0, _LEVELS.index(level) - 1)])
            return Reply(self._phraser.phrase("mirror.less"))
        if said == "no":
            return Reply(self._phraser.phrase("mirror.stays"))
        return None


def told(seen: Mirror, phraser: Phraser) -> str:
    """Return a mirror as a person would say it."""
    return phraser.phrase(
        "mirror.told",
        minutes=max(60, round(seen.minutes) * 60),
        days=seen.days,
        late=round(seen.late_share * 100),
        before=None if seen.before_minutes is None else round(seen.before_minutes) * 60,
        alone=seen.alone_days,
    )
