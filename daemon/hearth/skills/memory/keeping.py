"""Keeps what a person wants remembered, tells what is known, and how: "how do you know?"."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Literal, Protocol

from hearth.bus import Bus, Inbox
from hearth.event import Spoken
from hearth.port import Clock, Phraser
from hearth.remember import Fact, Gone, plain
from hearth.skill import Reply, Request, intent
from hearth.skills.memory.answering import Answering
from hearth.skills.memory.quoting import Quoting

_LONGEST = 300
_ME = frozenset(("", "me", "myself", "us", "mich", "uns", "mir"))


class Facts(Protocol):
    """The facts that are kept (``memory.facts.table.StoredFacts``)."""

    async def about(self, words: str, most: int = 10) -> tuple[Fact, ...]:
        """Return the facts about somebody or something."""

    async def all(self) -> tuple[Fact, ...]:
        """Return every fact that holds, the newest first."""

    async def keep(
        self,
        facts: Iterable[Fact],
        origin: Literal["said", "told", "edited"] = "said",
        *,
        corrects: bool = False,
    ) -> tuple[Fact, ...]:
        """Keep facts; returned once they are on disk."""


class Keeping:
    """Answers "remember that", "what do you know about", "how do you know that"."""

    def __init__(
        self,
        bus: Bus,
        facts: Facts,
        answering: Answering,
        quoting: Quoting,
        *,
        clock: Clock,
        phraser: Phraser,
        ready: Callable[[], Awaitable[None]],
    ) -> None:
        """``ready`` returns once facts were made of what was said just now."""
        self._inbox: Inbox[Spoken] = bus.subscribe(Spoken, size=256)
        self._facts, self._answering, self._quoting = facts, answering, quoting
        self._clock, self._phraser, self._ready = clock, phraser, ready
        self._said: dict[str, str] = {}
        self._turn = ""
        self._lead = re.compile(phraser.phrase("memory.lead"), re.IGNORECASE)

    async def run(self) -> None:
        """Remember what was last said in each room: "how do you know that?" is about it."""
        async for spoken in self._inbox:
            if spoken.said.strip():
                self._said[spoken.site] = spoken.said

    async def erase(self, gone: Gone) -> None:
        """Drop what is held of it (the port ``Eraser``)."""
        self._quoting.drop(gone.utterances)
        for site, said in list(self._said.items()):
            if (
                gone.unsure
                or gone.touches(said)
                or any(plain(said) in plain(t) for t in gone.texts)
            ):
                del self._said[site]

    @intent("HearthRemember")
    async def remember(self, request: Request) -> Reply:
        """Keep what is said, word for word; it is on disk when this is answered."""
        heard = request.heard
        words = self._lead.sub("", heard.text, count=1).strip(" .,:;!")
        if not words or len(words) > _LONGEST:
            return Reply(self._phraser.phrase("errors.not_understood"), "failed")
        if (
            self._turn == heard.turn
        ):  # "remember that I like tea and Mara likes coffee" is one thing
            return Reply("")
        self._turn = heard.turn
        fact = Fact(0, "me", "told", words, words, heard.turn, self._clock.now())
        kept = await self._facts.keep([fact], "told")
        self._quoting.note(request.site, kept)
        return Reply(self._phraser.phrase("memory.kept", words=words))

    @intent("HearthKnowAbout")
    async def about(self, request: Request) -> Reply:
        """Tell what was told about somebody, something, or the person."""
        topic = str(request.command.slots.get("topic", "")).strip(" .?!")
        await self._ready()
        if plain(topic) not in _ME:
            return Reply(await self._recalled(request, topic))
        found = await self._facts.about("", 6)
        if found:
            return Reply(await self._quoting.told(request.site, found))
        return Reply(self._phraser.phrase("memory.nothing_of_you"))

    @intent("HearthToldAbout")
    async def told(self, request: Request) -> Reply:
        """Tell what the person said about something, word for word."""
        topic = str(request.command.slots.get("topic", "")).strip(" .?!")
        await self._ready()
        return Reply(await self._recalled(request, topic))

    @intent("HearthHowKnown")
    async def how(self, request: Request) -> Reply:
        """Say when what was just said was told."""
        await self._ready()
        facts = self._quoting.last(request.site) or await self._behind(request.site)
        if not facts:
            return Reply(self._phraser.phrase("memory.not_from_you"))
        return Reply(await self._quoting.told(request.site, facts, most=2))

    async def _behind(self, site: str) -> tuple[Fact, ...]:
        """Return the facts whose value Hearth named last."""
        said = f" {plain(self._said.get(site, ''))} "
        every = await self._facts.all()
        return tuple(one for one in every if len(one.value) > 2 and f" {plain(one.value)} " in said)

    async def _recalled(self, request: Request, topic: str) -> str:
        """Return what people said about a topic, or that nothing is known."""
        found = await self._answering.about(topic, request.turn)
        if not found:
            return self._phraser.phrase("memory.nothing_about", topic=topic)
        return await self._quoting.told(request.site, found)
