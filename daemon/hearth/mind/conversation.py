"""A sentence that no skill answers in, the sentences of a reply out: the port ``Converser``.

What kind of sentence it is decides who answers. Who Hearth is, a goodbye, what it cannot know or
do: never the model. To what is told and asked of it, the lines of the situation that it tells of
(``mind/situations``); where none is near, the model's drafts are judged, and a written reply is
said where none is good enough or in time. A model that is trusted goes first.
"""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hearth.dates.reader import dates
from hearth.event import Heard, Mood, Say
from hearth.mind.context import Context, Moment
from hearth.mind.drafting import Drafting
from hearth.mind.interpreting import Interpreter, Talk
from hearth.mind.judge.judge import Case
from hearth.mind.judge.signs import sentences
from hearth.mind.linking import Linking
from hearth.mind.remembering import Memory, Remembering, Times
from hearth.mind.situations.situations import Situations
from hearth.mind.situations.teller import TOLD, Course, Step, Teller
from hearth.mind.written.reading import OTHER_QUESTION, STATEMENT, Reader, Reading
from hearth.mind.written.shelf import Shelf
from hearth.mind.written.sums import Sums
from hearth.mind.written.writer import MOST_QUESTIONS, Thread, Writer
from hearth.persona import Self
from hearth.port import Clock
from hearth.remember import Gone

_PAUSE = timedelta(minutes=15)
"""After so long a silence a talk is over, and the next sentence begins another."""

_SURELY = 0.5
"""The score of a memory from which on it is quoted in answer to a question."""

_DRAFTED = frozenset({STATEMENT, "opinion", "advice", "why_me"})
"""Acts that the model may answer."""

_LIGHT = frozenset(
    {"joke", "story", "poem", "riddle", "fact", "wisdom", "something", "laugh", "game", "bored"}
    | {"insult", "compliment", "sing", "rather", "flirt", "praise", "congratulate", "tells_secret"}
    | {"likes", "human_wish", "kidding", "wishes", "luck"}
)
"""Acts whose replies are light: none of them in a crisis."""

ENDS = frozenset({"goodbye", "goodnight"})
"""Acts after which nothing more is said."""


async def _unread(_: Heard) -> Mood | None:
    return None


@dataclass(frozen=True, slots=True)
class Feel:
    """How the mood comes in: the mood of a sentence, the pace of the voice that goes with it, and
    whether a crisis holds in a room."""

    mood: Callable[[Heard], Awaitable[Mood | None]] = _unread
    pace: Callable[[Mood | None], float] = lambda _: 1.0
    crisis: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables ``conversation`` and ``replies`` of a language, and its code."""

    language: str
    conversation: Mapping[str, Any]
    replies: Mapping[str, Any]


class Conversation:
    """Talks.

    Args:
        tables: The words of the language.
        who: Who Hearth is, and whom it is with.
        clock: Tells the time of day, and when a talk is over.
        drafting: The model's drafts, judged.
        remembering: What was told before.
        feel: How the person feels.
        situations: What people tell, and what was written for it.
        trust_model: Whether the model may answer questions about the world.
        parted: Is told the room in which a person said goodbye.
        dice: Chooses among lines that are equally fresh.
    """

    def __init__(
        self,
        tables: Tables,
        *,
        who: Self,
        clock: Clock,
        drafting: Drafting,
        remembering: Remembering,
        feel: Feel | None = None,
        situations: Situations | None = None,
        trust_model: bool = False,
        parted: Callable[[str], None] = lambda _: None,
        dice: random.Random | None = None,
    ) -> None:
        self._who, self._clock = who, clock
        self._parted = parted
        self._drafting, self._remembering = drafting, remembering
        self._feel = feel or Feel()
        self._drafted = _DRAFTED | ({OTHER_QUESTION} if trust_model else frozenset())
        self._reader = Reader(tables.conversation)
        self._writer = Writer(tables.conversation, Shelf(tables.replies, dice))
        self._sums = Sums(tables.conversation.get("sums") or {}, tables.language)
        self._context = Context(tables.conversation)
        self._times = Times(tables.conversation)
        self._linking = Linking(tables.conversation, self._times)
        self._dates = dates(tables.language)
        self._interpreter = Interpreter(self._reader, situations)
        self._teller = Teller(dice)
        self._trusted = trust_model
        self._talks: dict[str, Talk] = {}

    async def reply(
        self, heard: Heard, dialogue: Sequence[tuple[str, str]]
    ) -> AsyncGenerator[Say, None]:
        """Yield the reply's sentences; a written one costs nothing, so there always is one."""
        talk = self._talk(heard.site)
        mood = await self._feel.mood(heard)
        text, reading, step = await self._reply(heard, dialogue, talk, mood)
        self._writer.note(talk.thread, reading, text)
        talk.before = heard.text if reading.act in TOLD else ""
        talk.hushed = talk.hushed or reading.act == "no_questions"
        if step:
            self._teller.follow(talk.course, step)
        elif reading.act not in TOLD:
            talk.course = Course()
        if reading.act in ENDS:
            self._talks.pop(heard.site, None)
            self._parted(heard.site)
        pace = self._feel.pace(mood)
        for sentence in sentences(text):
            yield Say(heard.site, sentence, heard.turn, last=False, pace=pace)

    async def erase(self, gone: Gone) -> None:
        """Begin every talk anew: a reply may hold a person's own words (the port ``Eraser``)."""
        self._talks.clear()

    async def foresee(self, site: str, text: str, dialogue: Sequence[tuple[str, str]]) -> None:
        """Have the model read what it will be asked with. Raises EngineError."""
        memories = await self._memories(text) if text else ()
        moment = Moment(self._clock.now())
        persona = self._who.persona()
        await self._drafting.prepare(
            self._context.prompt(persona, memories, dialogue, text, moment)
        )

    async def _reply(
        self,
        heard: Heard,
        dialogue: Sequence[tuple[str, str]],
        talk: Talk,
        mood: Mood | None,
    ) -> tuple[str, Reading, Step | None]:
        """Return the reply, what kind of sentence it answers, and the step of a situation."""
        persona, profile = self._who.persona(), self._who.profile()
        now = self._clock.now()
        grave = self._feel.crisis(heard.site)
        thread = talk.thread
        reading, match = await self._interpreter.interpret(
            heard, dialogue, talk, mood, persona.name
        )
        fills = {"name": profile.call_me, "hearth": persona.name}
        if not self._dates.find(heard.text, now):
            fills["undated"] = "?"  # what has a time already is not asked for one
        if result := self._sums.result(reading.core):
            reading, fills["sum"] = replace(reading, act="sum"), result
        if grave and _light(reading.act):
            reading = replace(reading, act="listen_to_me")
        if reading.about and (name := await self._remembering.name(reading.about)):
            fills["who"] = name
        if reading.act == "memory":
            fills |= await self._quoted(heard.text, now)
            return self._recalled(reading, fills, now), reading, None
        step = None
        quiet = talk.hushed or thread.asked >= MOST_QUESTIONS or profile.talk == "little"
        if not (grave and match and match.situation.mood == "high"):
            known = {**self._writer.fills(reading), **fills}
            step = self._teller.step(match, reading, talk.course, known, now.date(), quiet=quiet)
        drafting = reading.act in self._drafted and self._drafting.able and not grave
        asking = thread.asked < MOST_QUESTIONS and not talk.hushed  # a small model may only ask
        drafting = drafting and (self._trusted or (step is None and asking))
        if drafting and (draft := await self._draft(heard, reading, dialogue, thread)):
            return draft, reading, None
        if step:
            return await self._tied(heard.text, step, talk), reading, step
        written = self._writer.write(reading, thread, fills, now.date(), profile.talk)
        return written, reading, None

    async def _draft(
        self,
        heard: Heard,
        reading: Reading,
        dialogue: Sequence[tuple[str, str]],
        thread: Thread,
    ) -> str:
        """Return the best of the model's drafts; "" where none is good."""
        persona, profile = self._who.persona(), self._who.profile()
        memories = await self._memories(heard.text)
        case = Case(
            heard.text,
            said=(*thread.said, *(hearth for _, hearth in dialogue)),
            earlier=tuple(person for person, _ in dialogue if person),
            known=tuple(memory.quote for _, memory in memories),
            names=tuple(name for name in (persona.name, profile.call_me) if name),
            feeling=reading.feeling,
            advice=reading.act == "advice",
            most_sentences=1 if profile.talk == "little" else 2,
            question=thread.asked < MOST_QUESTIONS,
        )
        moment = Moment(self._clock.now(), reading.feeling)
        prompt = self._context.prompt(persona, memories, dialogue, heard.text, moment)
        return await self._drafting.best(prompt, case)

    async def _tied(self, text: str, step: Step, talk: Talk) -> str:
        """Return a line, after a word of the earlier day on which the same was spoken of."""
        if talk.linked or not step.new or step.situation.asks:
            return step.line
        memories = await self._remembering.look(text)
        names = frozenset((self._who.persona().name, self._who.profile().call_me))
        tie = self._linking.line(text, memories, self._clock.now(), names)
        talk.linked = tie != ""
        return f"{tie} {step.line}".strip()

    def _recalled(self, reading: Reading, fills: Mapping[str, str], now: datetime) -> str:
        """Return the answer to a question about what was told: a quote, or that there is none."""
        kind = "memory.quote" if fills.get("quote") else "memory.unknown"
        return self._writer.line(kind, fills, now.date())

    async def _quoted(self, text: str, now: datetime) -> dict[str, str]:
        """Return what was told about it as a quote with its time; empty where nothing was."""
        for memory in await self._remembering.look(text):
            question = self._reader.read(memory.quote).question
            if memory.score >= _SURELY and not question:
                when = self._times.told(memory.told, now)
                quote = memory.quote if memory.quote[-1:] in ".!?" else f"{memory.quote}."
                return {"quote": quote, "when": when, "When": when[:1].upper() + when[1:]}
        return {}

    async def _memories(self, text: str) -> tuple[tuple[str, Memory], ...]:
        """Return what was told about it, with when that was, in words."""
        now = self._clock.now()
        found = await self._remembering.look(text)
        return tuple((self._times.told(memory.told, now), memory) for memory in found)

    def _talk(self, site: str) -> Talk:
        """Return the talk in a room; a new one after a long silence."""
        now = self._clock.now()
        talk = self._talks.get(site)
        if talk is None or now - talk.last > _PAUSE:
            talk = self._talks[site] = Talk(now)
        talk.last = now
        return talk


def _light(act: str) -> bool:
    return act in _LIGHT or act.startswith("favourite_")
