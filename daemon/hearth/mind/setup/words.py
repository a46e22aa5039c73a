"""A language's words in, what reads each kind of answer out: names, people, times, wishes, consent.

The words are data (``setup`` in ``configs/sentences/<lang>-self.yaml``). An answer to a question is
read generously; what is said at any other time strictly (``remarks.py``), as it may be about
something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from hearth.mind.setup.consent import Consents
from hearth.mind.setup.hours import Moments, Nights
from hearth.mind.setup.instead import Aside, Instead
from hearth.mind.setup.names import Names
from hearth.mind.setup.people import People
from hearth.mind.setup.text import Countries, fold, phrases, without
from hearth.mind.setup.wishes import Wishes
from hearth.mind.written.reading import Reader

Yes = Literal["yes", "no", "starts_yes", ""]


class Words:
    """What reads answers in one language, each kind of answer by a part of its own; pure.

    Args:
        table: The language's ``setup``.
        moments: Reads times.
        reader: Reads what kind of sentence something is.
        digits: Reads a number that was spelled aloud ("oh one five one"); "" where it is none.
    """

    def __init__(
        self,
        table: Mapping[str, Any],
        moments: Moments,
        reader: Reader,
        digits: Callable[[str], str] = lambda text: "",
    ) -> None:
        self.names = Names(table)
        self.people = People(table, digits)
        self.nights = Nights(table, moments)
        self.consents = Consents(table)
        self.wishes = Wishes(table)
        self.instead = Instead(table, reader)
        self.countries = Countries(table)
        self._sounds = phrases(table.get("hesitations"))
        self._greetings = frozenset(phrases(table.get("greeting")))
        self._repairs = sorted(phrases(table.get("repairs")), key=len, reverse=True)

    def aside(self, text: str) -> Aside:
        """Return whether a person would rather skip, know why, or go on later."""
        plain = self.plain(text)
        return self.instead.aside(plain, self.bare(plain))

    def plain(self, text: str) -> str:
        """Return a text without what only fills a pause ("um, let's see")."""
        return without(self._sounds, text) or text.strip()

    def bare(self, text: str) -> str:
        """Return a text without the hello, the yes or the well that it begins with."""
        words = text.split()
        while len(words) > 1:
            if len(words) > 2 and fold(" ".join(words[:2])) in self._greetings:
                words = words[2:]
            elif fold(words[0]) in self._greetings:
                words = words[1:]
            else:
                break
        return " ".join(words)

    def corrected(self, text: str) -> str:
        """Return what stands after "no, wait" at the beginning of a text; empty: nothing."""
        words = text.strip()
        found = ""
        while cue := next((c for c in self._repairs if f"{fold(words)} ".startswith(f"{c} ")), ""):
            for _ in cue.split():
                words = words.lstrip(" ,.;").partition(" ")[2]
            found = words = words.lstrip(" ,.;")
        return found
