"""A key and values in, one of its wordings out, another one each day; and what an answer gets.

Wordings are lists in ``phrases`` of ``configs/sentences/<lang>.yaml``.
"""

from __future__ import annotations

import re
import zlib
from datetime import datetime

from hearth.persona import Self
from hearth.port import Phraser
from hearth.remember import Fact
from hearth.skill import Answer, Question, Reply

_ME = ("me", "i")


class Wording:
    """Finds the words of wants, with the person's own name for themselves.

    Args:
        phraser: Its sentences.
        who: Tells what the person wants to be called.
        talks: Whether there is something that converses: it takes an answer then.
    """

    def __init__(self, phraser: Phraser, who: Self, *, talks: bool = False) -> None:
        self._phraser = phraser
        self._who = who
        self._talks = talks

    @property
    def little(self) -> bool:
        """Whether the person likes little talk."""
        return self._who.profile().talk == "little"

    def may_notice(self, what: str) -> bool:
        """Return whether the person lets Hearth notice that."""
        return what in self._who.profile().notice

    def pick(self, key: str, now: datetime, **values: object) -> str:
        """Return a wording of ``initiative.<key>``: of a list another one each day.

        A rare use still hears different ones: the key shifts where the list begins.
        """
        values["name"] = self._who.profile().call_me
        count, name = 0, f"initiative.{key}"
        told: list[str] = []
        while True:
            try:
                told.append(self._phraser.phrase(f"{name}.{count}", **values))
            except KeyError:
                break
            count += 1
        if not told:
            return self._phraser.phrase(name, **values)
        # "at 9 a.m." may end a sentence
        return told[(now.date().toordinal() + zlib.crc32(key.encode())) % count].replace("..", ".")

    def clock(self, moment: datetime, *, about: bool = False) -> str:
        """Say a time of day; ``about``: to the quarter of an hour."""
        told = _quarter(moment) if about else moment
        return self._phraser.phrase("initiative.clock", moment=told)

    def because(self, fact: Fact, now: datetime) -> str:
        """Say where something is known from: what the person said, and when."""
        told = fact.told.astimezone(now.tzinfo)
        days = (now.date() - told.date()).days
        quote = (fact.quote or fact.value).strip(" .!?")
        return self.pick("why.told", now, quote=quote, days=days, moment=told)

    def ask(self, seconds: float = 20.0) -> Question:
        """Return a question to which any sentence is an answer, and a command stays a command."""

        async def answered(answer: Answer) -> Reply | None:
            if answer.commands or self._talks:
                return None  # a turn like any other; what converses reflects it
            return Reply(self.pick("thanks", _day_of(answer)))

        return Question(answered, seconds)

    def yours(self, words: str) -> str:
        """Return a person's words said back to them: "my sister" is "your sister"."""
        words = " ".join(words.split())
        pairs = self._pairs("turned")
        pattern = "|".join(re.escape(mine) for mine in pairs)
        if not pattern:
            return words
        return re.sub(
            rf"(?<!\w)({pattern})(?!\w)",
            lambda found: pairs[found.group(1).casefold()],
            words,
            flags=re.IGNORECASE,
        )

    def thing(self, fact: Fact) -> str:
        """Return what an open thread is about as a noun: "your interview", "Mara's exam"."""
        value = self.yours(fact.value).strip(" .!?,")
        if fact.subject.casefold() in _ME:
            return self._phraser.phrase("initiative.own_thing", thing=value)
        return self._phraser.phrase(
            "initiative.their_thing", whose=self.yours(fact.subject), thing=_bare(value)
        )

    def _pairs(self, key: str) -> dict[str, str]:
        rows = self._phraser.phrase(f"initiative.{key}").split("|")
        pairs = (row.partition("=") for row in rows if "=" in row)
        return {mine.strip().casefold(): yours.strip() for mine, _, yours in pairs}


def _quarter(moment: datetime) -> datetime:
    minutes = 15 * round((moment.hour * 60 + moment.minute) / 15) % (24 * 60)
    return moment.replace(hour=minutes // 60, minute=minutes % 60)


def _bare(value: str) -> str:
    return re.sub(r"^(?:the|an?|some|der|die|das|ein|eine|einen)\s+", "", value, flags=re.I)


def _day_of(answer: Answer) -> datetime:
    """Return some moment that differs from answer to answer."""
    return datetime.fromordinal(1 + zlib.crc32(answer.heard.turn.encode()) % 100_000)
