"""What kind of sentence it is in, what a friend would say to it out, in written lines.

To something told: first that it was heard (a word of the mood, of the topic, or the person's own
words said again), then one question, or none after two in a row. Honest to what it cannot know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hearth.mind.written.plain import Plain
from hearth.mind.written.reading import ANSWER, STATEMENT, Reading
from hearth.mind.written.reflect import Reflector
from hearth.mind.written.shelf import Shelf
from hearth.persona import Talk

LOW = frozenset({"sad", "anxious", "angry", "lonely", "guilty", "tired"})
"""Feelings that one does not cheer at."""

HIGH = frozenset({"happy", "proud", "grateful", "excited"})
"""Feelings that one is glad of."""

MOST_QUESTIONS = 2
"""So many replies in a row may end with a question; then one that only listens."""

_END = re.compile(r"[.!?;…]+(?:\s+|$)")
_OWN = re.compile(r"\b(i|my|our|me|we|you|your|ich|mein\w*|unser\w*|wir|du|dein\w*)\b")
_WORD = re.compile(r"\w+")
_SHORT = frozenset({"yes", "no", "dont_know", "okay", "go_on", ANSWER})
_KEEPS = _SHORT | {"memory", "clarify", "misread", "laugh", "sum", "world", "cannot", "advice"}
"""Acts that leave the subject as it is."""


@dataclass(slots=True)
class Thread:
    """What a room's talk is about at the moment, as far as a reply needs it."""

    topic: str = ""
    feeling: str = ""
    about: str = ""
    act: str = ""
    asked: int = 0
    reflected: bool = False
    greeted: bool = False
    said: list[str] = field(default_factory=list)

    @property
    def asking(self) -> bool:
        """Whether the last reply was a question."""
        return self.asked > 0


@dataclass(frozen=True, slots=True)
class _How:
    """How something told is met: the feeling, whether it goes against what the topic usually is,
    and whether it goes on with what was told before."""

    felt: str
    clash: bool
    went_on: bool


class Writer:
    """Writes the replies of one language."""

    def __init__(self, conversation: Mapping[str, Any], shelf: Shelf) -> None:
        """Read the table ``conversation``; ``shelf`` holds the lines."""
        self._shelf = shelf
        self._plain = Plain(conversation)
        self._reflector = Reflector(conversation.get("reflect") or {})
        self._topics = conversation.get("topics") or {}
        self._yours = str(conversation.get("yours", "your {person}"))
        self._plural = frozenset(map(str, conversation.get("plural") or ()))
        self._mends = tuple((str(a), str(b)) for a, b in conversation.get("mend_plural") or ())

    def write(
        self,
        reading: Reading,
        thread: Thread,
        fills: Mapping[str, str],
        today: date,
        talk: Talk = "some",
    ) -> str:
        """Return the reply; ``fills`` is what may stand in braces (``name``, ``hearth`` ...)."""
        reading = self.carried(reading, thread)
        fills = {**self.fills(reading), **fills}
        if reading.act == STATEMENT:
            return self._mended(self._told(reading, thread, fills, today, talk), fills)
        key = reading.act
        if key == ANSWER:
            return self._mended(self._answered(thread, fills, today, talk), fills)
        if key in ("advice", "opinion"):
            named = f"{key}.{reading.topic}" if reading.topic else ""
            felt = f"{key}.{reading.feeling}"
            for known in (named, felt, f"{key}.any"):
                if self._shelf.has(known) and (line := self._shelf.take(known, fills, today)):
                    return self._mended(line, fills)
        if key in ("yes", "no") and not thread.asking:
            key = "okay"
        if key == "yes" and thread.topic and thread.asked < MOST_QUESTIONS:
            return self._join(self._shelf.take("ack.none", fills, today), self._more(thread, today))
        line = self._shelf.take(key, fills, today)
        return self._mended(line or self._shelf.take("nonsense", fills, today), fills)

    def line(self, key: str, fills: Mapping[str, str], today: date) -> str:
        """Return a line of that key, filled."""
        return self._shelf.take(key, fills, today)

    def note(self, thread: Thread, reading: Reading, reply: str) -> None:
        """Keep what the talk is about, once ``reply`` goes out."""
        if reading.act not in _KEEPS:
            carried = self.carried(reading, thread)
            tells = reading.act == STATEMENT
            thread.topic = carried.topic if tells else ""
            thread.feeling = carried.feeling if tells else ""
            thread.about = carried.about if tells else ""
        thread.act = reading.act
        thread.asked = thread.asked + 1 if reply.rstrip().endswith("?") else 0
        thread.said = [*thread.said[-7:], reply]

    def carried(self, reading: Reading, thread: Thread) -> Reading:
        """Return the reading with what the sentence leaves out, because it goes on."""
        if reading.act != STATEMENT or not thread.topic:
            return reading
        heavy = self._default(thread.topic) in LOW
        light = reading.topic and not self._default(reading.topic) and not reading.feeling
        points = reading.goes_on and self._default(reading.topic) not in LOW
        if (points or (heavy and light)) and not reading.about:
            return replace(reading, topic=thread.topic, about=thread.about)
        if reading.topic or reading.about or (reading.feeling and not heavy):
            return reading
        if reading.feeling in HIGH:
            return reading
        return replace(reading, topic=thread.topic, about=thread.about)

    def _default(self, topic: str) -> str:
        """Return the feeling that usually goes with a topic."""
        return str((self._topics.get(topic) or {}).get("feeling") or "")

    def _answered(self, thread: Thread, fills: Mapping[str, str], today: date, talk: Talk) -> str:
        """Return a reply to a few words that answered a question: taken in, and one more."""
        taken = self._shelf.take("answer", fills, today)
        if talk == "little":
            return taken
        if thread.asked >= MOST_QUESTIONS:
            return self._join(taken, self._first(["tell.none"], fills, today))
        more = "more_low" if thread.feeling in LOW else "more"
        keys = [f"topics.{thread.topic}.ask"] if thread.topic else []
        return self._join(taken, self._first([*keys, f"ask.{more}"], fills, today))

    def _told(
        self, reading: Reading, thread: Thread, fills: Mapping[str, str], today: date, talk: Talk
    ) -> str:
        """Return a reply to something told: that it was heard, and one question or none."""
        went_on = reading.topic == thread.topic and thread.topic != ""
        default = self._default(reading.topic)
        felt = reading.feeling or default
        clash = bool(felt and default) and (felt in LOW) != (default in LOW)
        if went_on and clash and felt in HIGH:  # a good memory in a sad talk is no reason to cheer
            felt, clash, reading = "", False, replace(reading, feeling="")
        ack = self._heard(reading, thread, fills, today, _How(felt, clash, went_on))
        if talk == "little" and ack:
            return ack
        if thread.asked >= MOST_QUESTIONS:
            keys = [f"topics.{reading.topic}.tell", f"tell.{felt or 'none'}"]
            if clash or not reading.topic:
                keys = [f"tell.{felt or 'none'}"]
            elif went_on:
                keys = [f"tell.{reading.feeling or 'none'}"]
            return self._join(ack, self._first(keys, fills, today))
        return self._join(ack, self._question(reading, fills, today, _How(felt, clash, went_on)))

    def _heard(
        self,
        reading: Reading,
        thread: Thread,
        fills: Mapping[str, str],
        today: date,
        how: _How,
    ) -> str:
        """Return that it was heard, in one sentence."""
        said = {} if thread.reflected else fills
        thread.reflected = False
        keys = [f"topics.{reading.topic}.ack"] if not (how.clash or how.went_on) else []
        if how.felt:
            keys.append(f"ack.{how.felt}")
        keys += ["ack.said", "ack.none"]
        if how.went_on and not reading.feeling:
            keys = ["ack.none"] if thread.asked > 1 else ["ack.said", "ack.none"]
        line = self._first(keys, {**fills, "said": said.get("said", "")}, today)
        thread.reflected = bool(fills.get("said")) and line == fills.get("said")
        return line

    def _question(self, reading: Reading, fills: Mapping[str, str], today: date, how: _How) -> str:
        """Return the question that goes with what was told."""
        topic, felt = f"topics.{reading.topic}", how.felt
        keys: list[str] = []
        if how.went_on:
            low = felt in LOW
            keys = [f"{topic}.ask", "ask.more_low" if low else "ask.more"]
        elif reading.topic and not how.clash:
            low = self._default(reading.topic) in LOW
            if felt in LOW and not low:
                keys = [f"{topic}.negative", f"ask.{felt}"]
            else:
                keys = [f"{topic}.{reading.tense}", f"{topic}.ask"]
        if felt and not how.went_on:
            keys.append(f"ask.{felt}")
        keys += [f"ask.{reading.tense}", "ask.none"]
        return self._first(keys, fills, today)

    def _more(self, thread: Thread, today: date) -> str:
        return self._shelf.take("ask.more_low" if thread.feeling in LOW else "ask.more", {}, today)

    def _first(self, keys: list[str], fills: Mapping[str, str], today: date) -> str:
        """Return a line of the first key that has one."""
        for key in keys:
            if self._shelf.has(key) and (line := self._shelf.take(key, fills, today)):
                return line
        return ""

    def fills(self, reading: Reading) -> dict[str, str]:
        """Return what the sentence itself gives to fill in."""
        fills = {"said": self._again(reading)}
        if reading.about:
            fills["who"] = self._yours.replace("{person}", reading.about)
        words = reading.core.split()
        if 0 < len(words) <= 3 and reading.act == ANSWER:  # a few words
            said = reading.text.strip(" .!?,") or reading.core
            whole = len(said.split()) == len(words) and not _END.search(said)
            if whole and not _OWN.search(reading.core):
                fills["echo"] = said[:1].upper() + said[1:]
        return fills

    def _again(self, reading: Reading) -> str:
        """Return what was said, said again, with the capitals that it had."""
        capitals = {
            word.casefold(): word for word in re.findall(r"(?<=[a-z,] )[A-Z][\w]+", reading.text)
        }
        for part in _END.split(reading.text) if reading.text else (reading.words,):
            if said := self._reflector.reflect(self._plain.words(part)):
                return _WORD.sub(lambda found: capitals.get(found[0], found[0]), said)
        return ""

    def _mended(self, text: str, fills: Mapping[str, str]) -> str:
        """Return the text with the verb's number, where several people are named."""
        who = fills.get("who", "")
        if who and who.rsplit(" ", 1)[-1] in self._plural:
            for single, several in self._mends:
                text = text.replace(single.replace("{who}", who), several.replace("{who}", who))
        return text

    @staticmethod
    def _join(*parts: str) -> str:
        return " ".join(part for part in parts if part)
