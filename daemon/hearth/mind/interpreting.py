"""A sentence that no skill answers and the talk so far in, what is meant by it out.

Rules read what kind of sentence it is (``written/reading``), the situations what it tells, or asks
of Hearth. Where a rule only guesses, a way of asking that is near goes before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hearth.event import Heard, Mood
from hearth.mind.situations.file import Mood as Tone
from hearth.mind.situations.file import Situation
from hearth.mind.situations.matcher import NEAR, Match
from hearth.mind.situations.situations import Situations
from hearth.mind.situations.teller import SURE, TOLD, Course
from hearth.mind.written.reading import (
    ANSWER,
    OTHER_QUESTION,
    STATEMENT,
    UNCLEAR,
    Reader,
    Reading,
)
from hearth.mind.written.writer import HIGH, LOW, Thread

_GUESSED = frozenset({STATEMENT, UNCLEAR, OTHER_QUESTION, "opinion", "why_me"})
"""Acts that the rules give where they know no other."""

_LOOSE = frozenset(
    {"something", "cannot", "request", "am_i", "advice", "listens", "sees", "misread"}
)
"""Acts whose rules take in much; what is surely nearer goes before them."""

_AGAIN = frozenset({"joke", "story", "poem", "riddle", "fact", "wisdom", "something"})
"""Acts of which one may want another."""

_SURE_MOOD = 0.6
"""The confidence of a mood from which on a reply takes it up; a wrong one is worse than none."""

_CLEAR = 0.3
"""The valence, from -1 to 1, from which on a mood is a good or a bad one."""

_FEELINGS = {
    "joy": "happy",
    "sadness": "sad",
    "anger": "angry",
    "disgust": "angry",
    "fear": "anxious",
    "tired": "tired",
    "lonely": "lonely",
    "excited": "excited",
    "hopeful": "excited",
    "proud": "proud",
    "grateful": "grateful",
    "loving": "happy",
    "content": "happy",
    "stressed": "anxious",
    "worried": "anxious",
    "annoyed": "angry",
    "jealous": "angry",
    "disappointed": "sad",
    "ashamed": "guilty",
    "guilty": "guilty",
    "ill": "tired",
}
"""What the feelings of ``event.Mood`` are called in the tables."""


@dataclass(slots=True)
class Talk:
    """A talk that goes on in a room: when it was last spoken, what it is about, what the person
    said before, whether an earlier day was spoken of, and whether they want no questions."""

    last: datetime
    thread: Thread = field(default_factory=Thread)
    course: Course = field(default_factory=Course)
    before: str = ""
    linked: bool = False
    hushed: bool = False


class Interpreter:
    """Interprets; without ``situations`` by the rules alone."""

    def __init__(self, reader: Reader, situations: Situations | None) -> None:
        self._reader, self._situations = reader, situations

    async def interpret(
        self,
        heard: Heard,
        dialogue: Sequence[tuple[str, str]],
        talk: Talk,
        mood: Mood | None,
        name: str,
    ) -> tuple[Reading, Match | None]:
        """Return what kind of sentence it is, and the situation that it tells of, if one is near;
        ``name`` is Hearth's own."""
        opened = bool(dialogue) and dialogue[-1][0] == "" and dialogue[-1][1].endswith("?")
        going = talk.thread.asking or talk.thread.topic != "" or talk.course.situation is not None
        reading = self._reader.read(heard.text, (name,), asked=going or opened)
        match = await self._match(heard.text, reading, mood, talk.course.situation)
        if both := await self._together(heard.text, reading, mood, talk, match):
            reading, match = replace(reading, act=STATEMENT), both
        if match and match.situation.asks:
            told = reading.act == STATEMENT or reading.act in _LOOSE
            if match.score >= (SURE if told else NEAR) and reading.act in _GUESSED | _LOOSE:
                reading = replace(reading, act=match.situation.act or UNCLEAR)
        elif reading.act == "go_on" and talk.thread.act in _AGAIN:
            reading = replace(reading, act=talk.thread.act)
        if reading.act == STATEMENT:
            known = self._situations is not None and self._situations.ready
            if known:  # a word alone tells no subject
                reading = replace(reading, topic="", feeling=self._reader.feeling(reading.words))
            reading = replace(reading, feeling=reading.feeling or felt(mood))
        return reading, match

    async def _match(
        self, text: str, reading: Reading, mood: Mood | None, going: Situation | None
    ) -> Match | None:
        if self._situations is None or reading.act not in TOLD | _GUESSED | _LOOSE:
            return None
        tone = _tone(self._reader.feeling(reading.words), mood)
        return await self._situations.find(text, tone, going, points_back=reading.goes_on)

    async def _together(
        self, text: str, reading: Reading, mood: Mood | None, talk: Talk, alone: Match | None
    ) -> Match | None:
        """Return the situation that a sentence tells of together with the one before ("We had a
        row." "My wife and I."), where it is nearer than what it tells of alone."""
        unknown = talk.course.situation is None and (alone is None or alone.score < SURE)
        if not (unknown and talk.before and reading.act in (STATEMENT, UNCLEAR, ANSWER)):
            return None
        both = await self._match(f"{talk.before} {text}", reading, mood, None)
        if both is None or both.situation.asks or (alone and both.score < alone.score):
            return None
        return both


def felt(mood: Mood | None) -> str:
    """Return the feeling that a reply takes up, in the tables' words; "" where it is unsure."""
    if mood is None or (mood.confidence < _SURE_MOOD and mood.source != "told"):
        return ""
    return _FEELINGS.get(mood.feeling, "")


def _tone(feeling: str, mood: Mood | None) -> Tone:
    """Return whether the person is well or not, by their own words, else by the mood."""
    if feeling in LOW or feeling in HIGH:
        return "low" if feeling in LOW else "high"
    if mood is None or mood.confidence < _SURE_MOOD or abs(mood.valence) < _CLEAR:
        return "even"
    return "low" if mood.valence < 0 else "high"
