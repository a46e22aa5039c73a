"""A sentence that no skill answers in, what kind of sentence it is out.

Rules of classes, in the table ``conversation`` of a language: the act (a greeting, a goodbye,
something confided ...), the topic, how the person feels by their own words, whether it is past or
to come, and whom it is about. ``near.py`` helps where no rule knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hearth.mind.written.plain import Plain

Tense = Literal["past", "now", "future"]

STATEMENT = "statement"
"""The act of a sentence that tells something."""

ANSWER = "answer"
"""The act of a few words that answer what Hearth asked."""

UNCLEAR = "unclear"
"""The act of words in which nobody and nothing is told."""

OTHER_QUESTION = "world"
"""The act of a question that Hearth cannot know the answer of."""


_END = re.compile(r"[.!?…]+(?:\s+|$)")
_FEW = 2
_WEAK = frozenset({"yes", "no", "okay", "dont_know", "go_on", "fine", "laugh", "cannot", "request"})
"""Acts that a last sentence of several does not stand for the whole with."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What kind of sentence it is.

    ``words`` are its plain words, ``core`` those without what opens and closes it. ``feeling`` is
    one of the table's (``sad``, ``happy`` ...) or empty; ``about`` is a person of theirs as they
    named them, without "my" (``sister``); ``goes_on`` whether
    it points back to what was told before; ``own`` whether it has a word for the person ("I");
    ``text`` is the sentence as it was said.
    """

    act: str
    words: str
    core: str
    topic: str = ""
    feeling: str = ""
    tense: Tense = "now"
    about: str = ""
    question: bool = False
    goes_on: bool = False
    text: str = ""
    own: bool = False


class Reader:
    """Reads sentences of one language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Read the table ``conversation``; without one everything is a statement."""
        self.plain = Plain(table)
        self._macros = {str(k): str(v) for k, v in (table.get("macros") or {}).items()}
        self._acts = [
            (str(act), self._pattern(rows.get("full")), self._pattern(rows.get("any")))
            for act, rows in (table.get("acts") or {}).items()
        ]
        self._question = self._pattern(table.get("question"))
        self._own = self._pattern(table.get("own"))
        self._me = self._pattern(table.get("me"))
        self._fragment = self._pattern(table.get("fragment"))
        self._goes_on = self._pattern(table.get("goes_on"))
        self._someone = self._pattern(table.get("someone"))
        self._feelings = {
            str(name): self._pattern(rows) for name, rows in (table.get("feelings") or {}).items()
        }
        self._not = self._pattern(table.get("not_before"))
        self._others = self._pattern(table.get("others_before"))
        self._opposite = {str(k): str(v) for k, v in (table.get("opposite") or {}).items()}
        self._topics = {
            str(name): (self._pattern(row["words"]), str(row.get("feeling") or ""))
            for name, row in (table.get("topics") or {}).items()
        }
        self._tenses = {
            str(name): self._pattern(rows) for name, rows in (table.get("tenses") or {}).items()
        }
        self._relations = self._pattern(table.get("relations"))
        self.short = int(table.get("short", 4))

    def read(self, text: str, names: Sequence[str] = (), *, asked: bool = False) -> Reading:
        """Return what kind of sentence it is; ``names`` are Hearth's own, ``asked`` whether Hearth
        asked something just before."""
        words, core = self.plain.words(text), self.plain.core(text, names)
        question = bool(self._question and self._question.match(core)) or text.rstrip()[-1:] == "?"
        topic, feeling = self._topic(words), self.feeling(words)
        if not feeling and topic:
            feeling = self._topics[topic][1]
        act = self._act(words, core) or self._last_act(text, names, feeling)
        if not act and question:
            mine = self._own is not None and self._own.search(core)
            act = "why_me" if mine and (feeling or topic) else OTHER_QUESTION
        if not act:
            few = len(core.split()) <= self.short and not topic
            part = few or (self._fragment is not None and self._fragment.match(core) is not None)
            act = ANSWER if asked and part and not feeling else STATEMENT
        told = asked or feeling or self._anyone(words) or (topic and len(core.split()) <= _FEW)
        if act == STATEMENT and not told:
            act = UNCLEAR
        tense = next(
            (name for name, rows in self._tenses.items() if rows and rows.search(words)), ""
        )
        kind: Tense = "past" if tense == "past" else "future" if tense == "future" else "now"
        goes_on = self._goes_on is not None and self._goes_on.match(words) is not None
        about = self._relations.search(words) if self._relations else None
        who = about[1] if about else ""
        own = self._me is not None and self._me.search(words) is not None
        return Reading(act, words, core, topic, feeling, kind, who, question, goes_on, text, own)

    def feeling(self, words: str) -> str:
        """Return how the person says they feel; "" where they do not, or speak of another."""
        for name, pattern in self._feelings.items():
            for found in pattern.finditer(words) if pattern else ():
                before = words[: found.start()]
                if self._others and self._others.search(before):
                    continue
                if self._not and self._not.search(before):
                    if opposite := self._opposite.get(name, ""):
                        return opposite
                    continue
                return name
        return ""

    def _act(self, words: str, core: str) -> str:
        for act, full, anywhere in self._acts:
            if full and (full.fullmatch(core) or full.fullmatch(words)):
                return act
            if anywhere and anywhere.search(words):
                return act
        return ""

    def _last_act(self, text: str, names: Sequence[str], feeling: str) -> str:
        """Return the act of the last of several sentences, where that asks or ends something."""
        parts = [part for part in _END.split(text.strip()) if part.strip()]
        if len(parts) < 2:  # one sentence was read already
            return ""
        last = parts[-1]
        act = self._act(self.plain.words(last), self.plain.core(last, names))
        return "" if act in _WEAK or (feeling and act == OTHER_QUESTION) else act

    def _anyone(self, words: str) -> bool:
        """Whether somebody is in the sentence."""
        return self._someone is None or self._someone.search(words) is not None

    def _topic(self, words: str) -> str:
        """Return the first topic of the table that has a word in the sentence."""
        found = (name for name, (rows, _) in self._topics.items() if rows and rows.search(words))
        return next(found, "")

    def _pattern(self, rows: Iterable[object] | None) -> re.Pattern[str] | None:
        """Return one pattern that matches any of the rows, with the table's macros filled in."""
        if not rows:
            return None
        source = "|".join(f"(?:{row})" for row in rows)
        for _ in range(3):
            for name, macro in self._macros.items():
                source = source.replace(f"<{name}>", f"(?:{macro})")
        return re.compile(source)
