"""Sentences in, moods out: from words and voice, what the person says of it first; ``Moods``.

A mood colours the reply to the sentence that it was heard in. It is told on the bus and kept on
disk only where the person said that it may be noticed, and nothing in Hearth acts on it unless a
rule of the person names it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace

from hearth.bus import Bus
from hearth.error import EngineError, HearthError
from hearth.event import Heard, Mood, Understood
from hearth.feeling import Felt, MoodLog, Usual
from hearth.mind.mood import voice
from hearth.mind.mood.circumplex import PLACES, pace
from hearth.mind.mood.classifier import Classifier, Reading
from hearth.mind.mood.told import Telling
from hearth.persona import Profile
from hearth.port import Clock, Encoder
from hearth.remember import Gone
from hearth.sections.companion import MoodConfig

log = logging.getLogger(__name__)

DEADLINE_S = 0.06
"""The longest that the encoder may take; after that the words alone are read."""

_LATELY_S = 30 * 60.0
"""How long a mood is the latest one."""

_TOLD = 0.95
_KEPT = 64
_TAUGHT = 0.25
"""How far one correction leans a feeling, in logits."""


class Feelings:
    """The port ``Moods``; ``profile`` says what is allowed, ``kept`` holds the line over time.

    Without a ``classifier`` (a language it was not trained on) only what the person says of their
    feelings is a mood, and what the voice tells.
    """

    def __init__(
        self,
        bus: Bus,
        config: MoodConfig,
        *,
        classifier: Classifier | None,
        telling: Telling,
        encoder: Encoder | None,
        clock: Clock,
        profile: Callable[[], Profile],
        kept: MoodLog,
    ) -> None:
        self._bus, self._config, self._clock = bus, config, clock
        self._classifier, self._telling, self._encoder = classifier, telling, encoder
        self._profile, self._kept = profile, kept
        self._inbox = bus.subscribe(Heard, Understood, size=256)
        self._heard: OrderedDict[str, Heard] = OrderedDict()
        self._felt: OrderedDict[str, Mood] = OrderedDict()
        self._latest: dict[str, tuple[float, Mood, int]] = {}
        self._usual: dict[tuple[str, str], Usual] = {}
        self._bias: dict[str, float] = {}

    @property
    def noticing(self) -> bool:
        """Whether moods are kept and told, because the person said that they may be."""
        return self._config.text and "mood" in self._profile().notice

    @property
    def listening(self) -> bool:
        """Whether the sound of the voice is read: it has to be allowed, after it was announced."""
        return self._config.voice and "voice" in self._profile().notice

    def latest(self, site: str) -> Mood | None:
        """Return the last mood in a room that is not long ago; None where there is none."""
        when, mood, _ = self._latest.get(site, (-_LATELY_S, None, 0))
        return mood if asyncio.get_running_loop().time() - when < _LATELY_S else None

    async def feel(self, heard: Heard) -> Mood | None:
        """Return the mood of a sentence; None where it is not read. It takes 60 ms at most."""
        if not self._config.text or heard.secret or heard.because or not heard.text:
            return None
        if heard.turn in self._felt:
            return self._felt[heard.turn]
        reading = None
        if self._classifier:
            vector = await self._vector(heard.text, self._classifier.width)
            if heard.turn in self._felt:  # it was read meanwhile
                return self._felt[heard.turn]
            reading = self._classifier.read(heard.text, vector, self._bias)
        mood = self._of(heard, reading)
        self._felt[heard.turn] = mood
        while len(self._felt) > _KEPT:
            self._felt.popitem(last=False)
        self._latest[heard.site] = (asyncio.get_running_loop().time(), mood, 0)
        return mood

    def hint(self, mood: Mood | None) -> str:
        """Return a sentence for the prompt on how to meet a mood; empty where it is uncertain."""
        return self._telling.hints.get(mood.feeling, "") if mood else ""

    def pace(self, mood: Mood | None) -> float:
        """Return how fast to speak to somebody in this mood, from 0.9 to 1.1."""
        return pace(mood.valence, mood.arousal, mood.confidence) if mood else 1.0

    async def correct(self, site: str, turn: str, feels: str, feels_not: str) -> Mood:
        """Put the last mood of a room right, because the person said what it is; learn from it.

        Raises HearthError where it could not be kept.
        """
        _, last, id_ = self._latest.get(site, (0.0, None, 0))
        mood = _told(site, turn, (feels,))
        self._felt[turn] = mood
        if self.noticing:
            kept = await self._kept.add(Felt(0, self._clock.now(), mood), replaces=id_)
            self._bus.publish(mood)
            if last and last.feeling == feels_not != "" and last.source != "told":
                lean = {feels_not: -_TAUGHT, feels: _TAUGHT}
                await self._kept.lean(lean)
                self._bias = dict(await self._kept.biases())
        else:
            kept = 0
        self._latest[site] = (asyncio.get_running_loop().time(), mood, kept)
        return mood

    async def clear(self) -> int:
        """Forget every mood and all that was learned of the voice; return how many went."""
        self._felt.clear()
        self._latest.clear()
        self._usual.clear()
        self._bias.clear()
        return await self._kept.clear()

    async def erase(self, gone: Gone) -> None:
        """Drop what is held of turns that are being forgotten (the port ``Eraser``)."""
        whole = gone.start is not None or gone.end is not None or bool(gone.names)
        for turn in [t for t in (*self._felt, *self._heard) if whole or t in gone.turns]:
            self._felt.pop(turn, None)
            self._heard.pop(turn, None)

    async def run(self) -> None:
        """Read each sentence that is no command, and keep its mood where it may be noticed."""
        self._usual = dict(await self._kept.usual())
        self._bias = dict(await self._kept.biases())
        async for event in self._inbox:
            match event:
                case Heard():
                    self._heard[event.turn] = event
                    while len(self._heard) > _KEPT:
                        self._heard.popitem(last=False)
                    await self._learn(event)
                case Understood(intent=""):
                    if heard := self._heard.pop(event.turn, None):
                        await self._notice(heard)
                case Understood():
                    self._heard.pop(event.turn, None)

    async def _notice(self, heard: Heard) -> None:
        if not self.noticing:
            return
        mood = await self.feel(heard)
        if mood is None:
            return
        try:
            id_ = await self._kept.add(Felt(0, self._clock.now(), mood))
        except HearthError as error:
            log.warning("a mood could not be kept: %s", error)
            return
        when, latest, _ = self._latest.get(heard.site, (0.0, None, 0))
        if latest is mood:
            self._latest[heard.site] = (when, mood, id_)
        self._bus.publish(mood)

    async def _learn(self, heard: Heard) -> None:
        """Let a sentence, whatever it is about, add to what is usual for the voice."""
        if heard.prosody is None or not self.listening:
            return
        more = voice.learned(heard.prosody, self._usual, heard.site)
        self._usual |= more
        try:
            await self._kept.note(more)
        except HearthError as error:
            log.warning("the usual of a voice could not be kept: %s", error)

    def _of(self, heard: Heard, reading: Reading | None) -> Mood:
        """Return the mood: what the person says of it, else words and voice together."""
        told = self._telling.find(heard.text)
        if told.feels:
            return _told(heard.site, heard.turn, told.feels)
        mood = Mood(heard.site, heard.turn, 0.0, 0.0)
        if reading:
            named = tuple(each for each in reading.named if each[0] not in told.feels_not)
            sure = reading.confidence if named or reading.surest == "neutral" else 0.0
            mood = replace(
                mood,
                valence=reading.valence,
                arousal=reading.arousal,
                feelings=named,
                confidence=sure,
            )
        if heard.prosody is None or not self.listening:
            return mood
        shift = voice.shift(heard.prosody, self._usual, heard.site)
        return mood if shift is None else fused(mood, shift)

    async def _vector(self, text: str, width: int) -> Sequence[float] | None:
        if self._encoder is None:
            return None
        try:
            async with asyncio.timeout(DEADLINE_S):
                vectors = await self._encoder.encode((text,))
        except (EngineError, TimeoutError):
            return None
        return vectors[0] if vectors and len(vectors[0]) == width else None


def fused(mood: Mood, shift: voice.Shift) -> Mood:
    """Return what words and voice say together: the voice moves the arousal most, the words lead.

    Where the words named nothing, the voice alone is a mood without a name.
    """
    heavy = 0.5 * shift.confidence
    valence = (1 - heavy / 2) * mood.valence + heavy * shift.valence
    arousal = (1 - heavy) * mood.arousal + heavy * shift.arousal * 2
    spoken = bool(mood.feelings)
    return replace(
        mood,
        valence=round(min(max(valence, -1.0), 1.0), 3),
        arousal=round(min(max(arousal, -1.0), 1.0), 3),
        confidence=max(mood.confidence, round(shift.confidence, 3))
        if not spoken
        else mood.confidence,
        source="both" if spoken else "voice",
    )


def _told(site: str, turn: str, feels: Sequence[str]) -> Mood:
    """Return the mood that a person names."""
    places = [PLACES[name] for name in feels if name in PLACES] or [(0.0, 0.0)]
    valence = round(sum(place[0] for place in places) / len(places), 3)
    arousal = round(sum(place[1] for place in places) / len(places), 3)
    named = tuple((name, _TOLD) for name in feels)
    return Mood(site, turn, valence, arousal, named, _TOLD, "told")
