"""Where the set-up stands and an answer in, what changes and what is said next out: pure.

Each question can be skipped, explained or put off. An answer that is not understood is asked for
once more and then left; what is no answer at all is left to whoever answers such things. What is
said are keys of ``phrases.setup``, with their values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hearth.house import EMPTY
from hearth.mind.personas import Cast
from hearth.mind.setup.answering import Answering
from hearth.mind.setup.instead import Aside, Stray
from hearth.mind.setup.sorting import Sorting
from hearth.mind.setup.step import PARENT, STEPS, Course, Got, Said
from hearth.mind.setup.words import Words, Yes
from hearth.persona import Profile

_SKIPPED_AT_ONCE = frozenset(
    ("name", "brings", "country", "trusted", "reach", "wake", "bed", "notice")
)
"""Questions to which "I don't want to say" is never an answer."""

_PLAIN_NO = frozenset(("notice", "hear", "named", "rename"))
"""Questions to which a "no" at the beginning is an answer, and takes nothing back."""

_MOST_WORDS_PUT_RIGHT = 8


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer comes to: what is said, what is kept, and where the set-up stands then.

    ``course`` is None where it is over. ``change`` are fields of the profile, ``persona`` and
    ``sex`` the persona to take on, ``name`` the name that Hearth was given. ``later``: it goes on
    another time. ``stray``: it was no answer but something else, nothing was taken of it.
    """

    said: tuple[Said, ...]
    course: Course | None
    change: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    persona: str = ""
    sex: str = ""
    name: str = ""
    later: bool = False
    stray: Stray = ""


class Questions:
    """The set-up as a course of questions; pure.

    Args:
        words: Reads the answers.
        sorting: Takes an answer apart that belongs to several questions.
        cast: The personas to choose from.
    """

    def __init__(self, words: Words, sorting: Sorting, cast: Cast) -> None:
        self._words, self._sorting = words, sorting
        self._answering = Answering(words, cast)

    def ask(self, course: Course, profile: Profile) -> Said:
        """Return the open question."""
        return f"setup.questions.{course.step}", self._values(course, profile)

    def take(
        self, course: Course, text: str, yes: Yes, profile: Profile, *, command: bool = False
    ) -> Taken:
        """Take an answer; ``yes`` is what it would be as an answer of yes and no, and ``command``
        whether it would be a command."""
        aside, plain = self._words.aside(text), self._words.plain(text)
        if self._answering.half_agrees(course.step, plain):
            aside = ""
        if taken := self._aside(course, aside, plain, profile, command=command):
            return taken
        if taken := self._put_right(course, plain, profile):
            return taken
        own, others = self._sorting.apart(plain, PARENT.get(course.step, course.step))
        stray = "" if aside else self._stray(course, own, command=command)
        whole = yes if own == plain else ""
        got = self._read(course, own, whole, profile) if own and not stray else None
        if not stray and (got or others):
            return self._go_on(course, got, others, profile)
        if stray or command:
            return Taken((), course, stray=stray or "question")
        if aside == "skip":
            return self._skip(course, profile, "setup.skipped")
        return self._unclear(course, plain, profile)

    def _read(self, course: Course, text: str, yes: Yes, profile: Profile) -> Got | None:
        """Read an answer; without the "hang on" that it begins with, where it has one."""
        rest = "" if course.step in _PLAIN_NO else self._words.corrected(text)
        told = self._answering.read(course, rest, "", profile) if rest else None
        return told or self._answering.read(course, text, yes, profile)

    def _aside(
        self, course: Course, aside: Aside, text: str, profile: Profile, *, command: bool
    ) -> Taken | None:
        """Take "later", "why?" and "I'd rather not say"; None where it may be an answer."""
        if aside == "later":
            return Taken((("setup.later", EMPTY),), replace(course, again=False), later=True)
        if aside == "why" and not command:
            why = (f"setup.why.{course.step}", self._values(course, profile))
            return Taken((why, self.ask(course, profile)), course)
        nobody = course.step == "trusted" and self._words.people.nobody(text)
        if aside == "skip" and course.step in _SKIPPED_AT_ONCE and not nobody:
            return self._skip(course, profile, "setup.skipped")
        return None

    # --- what comes next ---

    def _go_on(
        self,
        course: Course,
        got: Got | None,
        others: tuple[tuple[str, str], ...],
        profile: Profile,
    ) -> Taken:
        """Go on with what was read of an answer, and with what it said of other questions."""
        found = [got] if got else []
        at = got.course if got else course
        for step, text in others:
            beside = self._answering.read(replace(at, step=step, again=False), text, "", profile)
            if beside is None:
                continue
            found.append(beside)
            closed = not beside.within or step == "trusted"  # a number can be told later
            done = (*at.done, step) if closed else at.done
            given = beside.name or at.given
            at = replace(beside.course, done=done, before=step, given=given, trusted=None)
        change: dict[str, Any] = {}
        for each in found:
            change |= each.change
        said = tuple(line for each in found for line in each.said)
        at = replace(at, step=course.step)
        if got is None and course.again:
            return self._next(at, Got(said, change, at), profile)
        if got is None:  # only other questions were answered: this one is still open, once more
            return self._open(replace(at, again=True), Got(said, change, at), profile)
        if got.within:
            at = replace(at, step=got.within, again=False, trusted=got.course.trusted)
            return self._open(at, replace(got, said=said, change=change), profile)
        if not others:
            at = replace(at, before=PARENT.get(course.step, course.step))
        return self._next(at, replace(got, said=said, change=change), profile)

    def _next(self, course: Course, got: Got, profile: Profile) -> Taken:
        """Go on to the question after the open one; the persona is chosen before the last."""
        at = STEPS.index(PARENT.get(course.step, course.step)) + 1
        left = [step for step in STEPS[at:] if step not in course.done]
        if STEPS[at:] and (not left or left == ["named"]):  # who it is now is chosen
            offer = self._answering.offer(course, replace(profile, **got.change))
            got = replace(got, persona=offer.id, sex=course.sex, name=course.given or got.name)
            left = [] if course.given else left
        if not left:
            return self._closed(got)
        return self._open(replace(course, step=left[0], again=False), got, profile)

    def _open(self, course: Course, got: Got, profile: Profile) -> Taken:
        """Say what was read, and ask the question at which the course stands."""
        ask = self.ask(course, replace(profile, **got.change))
        return replace(self._closed(got), said=(*got.said, ask), course=course)

    @staticmethod
    def _closed(got: Got) -> Taken:
        return Taken(got.said, None, got.change, got.persona, got.sex, got.name)

    def _put_right(self, course: Course, text: str, profile: Profile) -> Taken | None:
        """Take "no wait, half past ten" as the answer to the question before."""
        rest = self._words.corrected(text)
        if not (rest and course.before) or course.step in PARENT:
            return None
        if len(rest.split()) > _MOST_WORDS_PUT_RIGHT:
            return None
        at = replace(course, step=course.before, again=False)
        got = self._answering.read(at, rest, "", profile, again=True)
        if got is None or got.within:
            return None
        return self._open(replace(got.course, step=course.step), got, profile)

    def _unclear(self, course: Course, text: str, profile: Profile) -> Taken:
        """Ask once more, then leave it; what was told at length is heard elsewhere."""
        if stray := self._words.instead.story(text):
            return Taken((), course, stray=stray)
        if course.again:
            return self._skip(course, profile, "setup.leave")
        again = (f"setup.again.{course.step}", self._values(course, profile))
        return Taken((again,), replace(course, again=True))

    def _stray(self, course: Course, text: str, *, command: bool) -> Stray:
        """Return what an answer is where it is clearly none, whatever could be read in it."""
        stray = self._words.instead.stray(text) if text else ""
        if not stray and not (command and course.step in ("name", "brings")):
            return ""
        return self._answering.stands(course.step, text, stray or "question")

    def _skip(self, course: Course, profile: Profile, key: str) -> Taken:
        change: dict[str, Any] = {}
        if course.step == "reach" and course.trusted:
            change = {"trusted": course.trusted}
        went = replace(course, trusted=None, start=None, end=None)
        return self._next(went, Got(((key, EMPTY),), change, went), profile)

    def _values(self, course: Course, profile: Profile) -> Mapping[str, Any]:
        """Return what a question names."""
        if course.step in ("named", "rename"):
            offer = self._answering.offer(course, profile)
            return {"name": offer.name, "about": offer.about}
        return {"name": course.trusted.name} if course.trusted else EMPTY
