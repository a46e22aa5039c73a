"""Ports filled with things that a test can look into."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from typing import Any

from hearth.bus import Bus, Inbox
from hearth.error import EngineError, HearthError
from hearth.event import Act, Acted, Event, Heard
from hearth.house import House
from hearth.port import PLAIN, ChatMessage, Command, Manner, Pcm, Transcript
from hearth.rule import Rule


class AtOnce(Executor):
    """Runs work where it is submitted, so that virtual time does not wait for a thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # handed to the caller, as an executor does
            future.set_exception(error)
        return future


class Words:
    """A recognizer that hears what it was told to hear, one sentence after the other."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.audio: list[bytes] = []

    async def recognize(
        self, audio: AsyncIterator[bytes], partial: Callable[[str], None]
    ) -> Transcript:
        self.audio.append(b"".join([chunk async for chunk in audio]))
        text = self.texts.pop(0) if self.texts else ""
        partial(text)
        return Transcript(text, 0.9 if text else 0.0)


class Voice:
    """A mouth whose speech is silence, 50 ms a letter; it can be broken."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.manners: list[Manner] = []
        self.broken = False

    async def synthesize(self, text: str, manner: Manner = PLAIN) -> AsyncGenerator[Pcm, None]:
        if self.broken:
            raise EngineError("The voice is broken.")
        self.texts.append(text)
        self.manners.append(manner)
        for _ in text:
            yield Pcm(bytes(1600))


class Room:
    """A loudspeaker on the loop's time that notes what was played, where and for how long."""

    def __init__(self) -> None:
        self.played: list[tuple[str, float]] = []

    async def play(
        self, site: str, sound: AsyncIterator[Pcm], started: Callable[[], None]
    ) -> float:
        ms = 0.0
        try:
            async for pcm in sound:
                if not ms:
                    started()
                await asyncio.sleep(pcm.ms / 1000)
                ms += pcm.ms
        finally:
            self.played.append((site, ms))
        return ms


class Model:
    """A thinker that streams given text word by word, each taking ``word_s`` seconds."""

    def __init__(self, text: str = "", word_s: float = 0.1) -> None:
        self.text = text
        self.word_s = word_s
        self.asked: list[Sequence[ChatMessage]] = []
        self.broken = False
        self.stopped = 0

    async def think(
        self, messages: Sequence[ChatMessage], max_tokens: int
    ) -> AsyncGenerator[str, None]:
        self.asked.append(messages)
        if self.broken:
            raise EngineError("The model is not there.")
        done = False
        try:
            for word in self.text.split(" ")[:max_tokens]:
                await asyncio.sleep(self.word_s)
                yield word + " "
            done = True
        finally:
            self.stopped += not done


class Book:
    """An understander that knows sentences by heart."""

    def __init__(self, sentences: Mapping[str, Command]) -> None:
        self.sentences = dict(sentences)
        self.areas: list[str | None] = []

    async def understand(
        self, text: str, house: House, area: str | None, lately: tuple[Command, ...]
    ) -> tuple[Command, ...]:
        self.areas.append(area)
        found = self.sentences.get(text)
        return (found,) if found else ()


class Keys:
    """A phraser that says its keys, so that a test sees what was meant."""

    def respond(self, command: Command, house: House, values: Mapping[str, Any]) -> str:
        return f"{command.intent}."

    def phrase(self, key: str, **values: object) -> str:
        told = ", ".join(f"{name}={value}" for name, value in values.items())
        return f"{key}({told})" if told else key


class Door:
    """A home whose devices answer at once, unless they are in ``dead``."""

    def __init__(self, house: House | None = None, dead: Sequence[str] = ()) -> None:
        self._house = house or House()
        self.dead = set(dead)
        self.acts: list[Act] = []

    def house(self) -> House:
        return self._house

    async def act(self, act: Act) -> Acted:
        self.acts.append(act)
        outcome = "no_answer" if act.entity_id in self.dead else "done"
        return Acted(act, outcome, None, None, 1.0)  # type: ignore[arg-type]  # one of the outcomes

    async def confirm(
        self, refused: Sequence[Acted], answer: Heard, code: str = ""
    ) -> tuple[Acted, ...]:
        return tuple([await self.act(each.act) for each in refused])


class Recorder:
    """Everything that was published, in order."""

    def __init__(self, bus: Bus) -> None:
        self._inbox: Inbox[Event] = bus.subscribe(Event, size=100_000)
        self.events: list[Event] = []

    def all(self) -> list[Event]:
        while len(self._inbox):
            self.events.append(self._inbox._queue.popleft())
        return self.events

    def of(self, *types: type[Event]) -> list[Any]:
        return [event for event in self.all() if isinstance(event, types)]


class Keeper:
    """A keeper of rules in memory; it keeps none while there is a ``fault``."""

    def __init__(self, *rules: Rule) -> None:
        self._rules = {rule.id: rule for rule in rules}
        self.fault: HearthError | None = None

    def rules(self) -> tuple[Rule, ...]:
        return tuple(self._rules.values())

    async def keep(self, rule: Rule) -> None:
        if self.fault:
            raise self.fault
        self._rules[rule.id] = rule

    async def forget(self, rule_id: str) -> None:
        del self._rules[rule_id]

    async def pause(self, rule_id: str, paused: bool) -> None:
        self._rules[rule_id] = replace(self._rules[rule_id], enabled=not paused)
