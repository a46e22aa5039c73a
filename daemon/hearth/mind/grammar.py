"""Words in, commands out: the grammar, in milliseconds and without a language model."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hearth import sentences
from hearth.dates import Dates, dates
from hearth.error import ConfigError
from hearth.house import House
from hearth.mind.clause import Clauses
from hearth.mind.concepts.lexicon import Lexicon
from hearth.mind.concepts.loose import Loose
from hearth.mind.exact.guards import Guard
from hearth.mind.exact.recognize import Place, Recognition
from hearth.mind.exact.templates import Templates, intent_domains
from hearth.mind.frames import Frames
from hearth.mind.names import Names, signature
from hearth.mind.planning.reading import Planning
from hearth.mind.rulespeech.making import Making
from hearth.mind.sentence.discourse import Discourse
from hearth.mind.sentence.reader import Reader
from hearth.mind.sentence.sentence import Sentence
from hearth.port import Command

log = logging.getLogger(__name__)

MAX_CHARACTERS = 300
"""A longer sentence is no command; matching stays within its time."""


class Grammar:
    """Understands one language; synchronous, and pure but for its index of the house's names."""

    def __init__(self, language: str = "en", folders: Iterable[Path] | None = None) -> None:
        """Read and parse all sentences; about 2 s, so build it in a thread.

        Args:
            language: As in ``home-assistant-intents`` (``en``, ``de``, ``pt-BR``).
            folders: Where Hearth's and the user's sentence files are; see ``sentences.py``.

        Raises:
            MissingError: the language is not known.
            ConfigError: a sentence file is wrong; every fault is named.
        """
        own = sentences.load(language, folders)
        domains = intent_domains()
        self.language = language
        self.sayings = own.table("sayings")
        self._templates = Templates(language, own)
        guard = Guard(self._templates.all, domains)
        self._recognition = Recognition(self._templates, guard, domains)
        self._frames = Frames(own.table("frames"))
        lexicon = Lexicon(own.table("concepts"), self._templates.colors, language)
        self._clauses = Clauses(self._recognition, self._frames, Loose(lexicon))
        self._discourse = Discourse(own.table("discourse"), language)
        self._verbs = guard.verbs - self._discourse.fillers
        self.moments = self._discourse.moments
        self._own = own
        self._plain_folders = folders is None
        self._making: Making | None = None
        self._planning: Planning | None = None
        self._warming = threading.Lock()
        self._house = House()
        self._signature: tuple[Any, ...] = ()
        self._names = Names(self._house)

    def understand(
        self,
        text: str,
        house: House,
        area: str | None = None,
        lately: tuple[Command, ...] = (),
    ) -> tuple[Command, ...]:
        """Return the commands in the order they were said; empty where nothing was understood.

        ``area`` is the id of the area in which the person speaks, or None; ``lately`` what was
        understood last in that room, for "it" and "the other one too".
        """
        text = self._frames.numbered(text.strip())
        if not text or len(text) > MAX_CHARACTERS:
            return ()
        place = Place(house, self._names_of(house), area)
        making = self.warm()
        made = self._planned(text, lately) or making.command(text, place, self._plain)
        return (made,) if made else self._plain(text, house, area, lately)

    def _planned(self, text: str, lately: tuple[Command, ...]) -> Command | None:
        """Return a command about a reminder, an alarm or the calendar."""
        return self._planning.command(text, lately) if self._planning else None

    def warm(self) -> Making:
        """Build what reads rules and plans, 2 s that a start need not wait for; once."""
        with self._warming:
            if self._making is None:
                try:
                    shared = self._plain_folders
                    times = dates(self.language) if shared else Dates(self.language, self._own)
                    times.compile()
                    self._planning = Planning(self.language, self._own.table("planning"), times)
                    self._making = Making(self.language, self._own.table("rules"), self.moments)
                except ConfigError as error:  # a file of the user's; all else is understood
                    log.error("no rules can be said: %s", error)
                    self._making = Making(self.language, {}, self.moments)
            return self._making

    def _plain(
        self, text: str, house: House, area: str | None, lately: tuple[Command, ...] = ()
    ) -> tuple[Command, ...]:
        """Return the commands of a sentence that makes no rule."""
        place = Place(house, self._names_of(house), area)
        reader = Reader(
            self._recognition,
            self._clauses,
            peel=self._frames.peeled,
            verbs=self._verbs,
            place=place,
            language=self.language,
        )
        return Sentence(reader, self._discourse, lately).read(text)

    def _names_of(self, house: House) -> Names:
        """Return the house's names, indexed anew only where one of them changed."""
        if house is not self._house:
            new = signature(house)
            if new != self._signature:
                self._names = Names(house, whole_lists=self._templates.ignore_whitespace)
                self._signature = new
            self._house = house
        return self._names
