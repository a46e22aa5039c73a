"""Where the set-up stands and an answer in, what changes and what is said next out: pure.

Each question can be skipped, explained or put off. An answer that is not understood is asked for
once more and then left. What is said are keys of ``phrases.setup``, with their values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from hearth.house import EMPTY
from hearth.mind.personas import Cast, Sex, Wish
from hearth.mind.setup.words import Words, Yes
from hearth.persona import Persona, Profile, Trusted

STEPS = ("name", "brings", "voice", "talk", "sleep", "trusted", "country", "notice", "named")
"""The questions, in their order. ``wake``, ``reach`` and ``rename`` belong to the one before."""

_AFTER = {"wake": "sleep", "reach": "trusted", "rename": "named"}
_LONGEST_BRINGS = 300

Said = tuple[str, Mapping[str, Any]]
"""One of Hearth's sentences, by its key, and the values that it names."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a set-up stands: the question that is open, and what was wished for so far.

    ``again``: the open question was asked twice. ``tempers`` and ``sex`` are the wish for a
    persona, ``offered`` those that were offered and not wanted.
    """

    step: str = STEPS[0]
    again: bool = False
    tempers: tuple[str, ...] = ()
    sex: Sex = ""
    offered: tuple[str, ...] = ()
    start: time | None = None
    trusted: Trusted | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer comes to: what is said, what is kept, and where the set-up stands then.

    ``course`` is None where it is over. ``change`` are fields of the profile, ``persona`` and
    ``sex`` the persona to take on, ``name`` the name that Hearth was given. ``later``: it goes on
    another time.
    """

    said: tuple[Said, ...]
    course: Course | None
    change: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    persona: str = ""
    sex: str = ""
    name: str = ""
    later: bool = False


class Questions:
    """The set-up as a course of questions; pure.

    Args:
        words: Reads the answers.
        cast: The personas to choose from.
    """

    def __init__(self, words: Words, cast: Cast) -> None:
        self._words = words
        self._cast = cast

    def ask(self, course: Course, profile: Profile) -> Said:
        """Return the open question."""
        return f"setup.questions.{course.step}", self._values(course, profile)

    def take(self, course: Course, text: str, yes: Yes, profile: Profile) -> Taken:
        """Take an answer; ``yes`` is what it would be as an answer of yes and no."""
        aside = self._words.aside(text)
        if aside == "later":
            return Taken((("setup.later", {}),), replace(course, again=False), later=True)
        if aside == "why":
            why = (f"setup.why.{course.step}", self._values(course, profile))
            return Taken((why, self.ask(course, profile)), course)
        if aside == "skip":
            return self._skip(course, profile, "setup.skipped")
        taken = self._read(course, text, yes, profile)
        if taken is not None:
            return taken
        if course.again:
            return self._skip(course, profile, "setup.leave")
        again = (f"setup.again.{course.step}", self._values(course, profile))
        return Taken((("setup.unclear", {}), again), replace(course, again=True))

    def next(
        self, course: Course, profile: Profile, said: tuple[Said, ...] = (), **taken: Any
    ) -> Taken:
        """Go on to the question after the open one; the persona is chosen before the last."""
        change = taken.get("change", EMPTY)
        known = replace(profile, **change)
        at = STEPS.index(_AFTER.get(course.step, course.step)) + 1
        if at >= len(STEPS):
            return Taken(said, None, **taken)
        following = replace(course, step=STEPS[at], again=False)
        if following.step == "named":
            offer = self._fitting(following, known)
            taken = {"persona": offer.id, "sex": following.sex, **taken}
        return Taken((*said, self.ask(following, known)), following, **taken)

    def _skip(self, course: Course, profile: Profile, key: str) -> Taken:
        change: dict[str, Any] = {}
        if course.step == "reach" and course.trusted:
            change = {"trusted": course.trusted}
        return self.next(course, profile, ((key, {}),), change=change)

    def _read(  # noqa: PLR0911  # one return a question
        self, course: Course, text: str, yes: Yes, profile: Profile
    ) -> Taken | None:
        """Return what an answer comes to; None where it says nothing of what was asked."""
        match course.step:
            case "name":
                name = "" if yes in ("yes", "no") else self._words.name(text)
                return self._keep(course, profile, "call_me", name, {"name": name})
            case "brings":
                return self._brings(course, text, profile)
            case "voice":
                return self._voice(course, text, profile)
            case "talk":
                level = self._words.talk(text)
                return self._keep(course, profile, "talk", level, {"level": level})
            case "sleep" | "wake":
                return self._sleep(course, text, profile)
            case "trusted" | "reach":
                return self._trusted(course, text, profile)
            case "country":
                code = self._words.countries.code(text)
                return self._keep(course, profile, "country", code, {"country": code})
            case "notice":
                return self._notice(course, text, yes, profile)
        return self._named(course, text, yes, profile)

    def _keep(
        self,
        course: Course,
        profile: Profile,
        field_: str,
        value: object,
        values: Mapping[str, Any],
    ) -> Taken | None:
        """Keep one field, say so and go on; None where there is nothing to keep."""
        if not value:
            return None
        kept: Said = (f"setup.kept.{course.step}", values)
        return self.next(course, profile, (kept,), change={field_: value})

    def _brings(self, course: Course, text: str, profile: Profile) -> Taken | None:
        """Keep what brings somebody here in their words; a temper in it is a first wish."""
        brings = " ".join(text.split())[:_LONGEST_BRINGS]
        wish = self._words.wish(text, self._cast)
        wished = replace(course, tempers=wish.tempers if wish else ())
        return self._keep(wished, profile, "brings", brings, EMPTY)

    def _notice(self, course: Course, text: str, yes: Yes, profile: Profile) -> Taken | None:
        what = self._words.notice(text, yes)
        if what is None:
            return None
        kept: Said = ("setup.kept.notice", {"what": sorted(what), "voice": "voice" in what})
        return self.next(course, profile, (kept,), change={"notice": what})

    def _voice(self, course: Course, text: str, profile: Profile) -> Taken | None:
        wish = self._words.wish(text, self._cast)
        if wish is None:
            return None
        tempers = wish.tempers or course.tempers
        wished = replace(course, tempers=tempers, sex=wish.sex)
        pace = self._words.pace(text)
        change = {"pace": pace} if pace and not wish.tempers else {}
        return self.next(wished, profile, (("setup.kept.voice", EMPTY),), change=change)

    def _sleep(self, course: Course, text: str, profile: Profile) -> Taken | None:
        if course.step == "sleep" and self._words.no_hours(text):
            return self.next(course, profile, (("setup.skipped", EMPTY),))
        start, end = course.start, None
        if course.step == "sleep":
            hours = self._words.hours(text)
            if hours is None or (hours.start is None and hours.end is None):
                return None
            start, end = hours.start or profile.sleeps_from, hours.end
        else:
            end = self._words.wakes(text)
            if end is None:
                return None
        if start is None:
            return None
        if end is None:
            asking = replace(course, step="wake", again=False, start=start)
            return Taken((self.ask(asking, profile),), asking)
        kept = ("setup.kept.sleep", {"start": start, "end": end})
        change = {"sleeps_from": start, "sleeps_to": end}
        return self.next(replace(course, start=None), profile, (kept,), change=change)

    def _trusted(self, course: Course, text: str, profile: Profile) -> Taken | None:
        if course.step == "trusted" and self._words.nobody(text):
            return self.next(course, profile, (("setup.kept.nobody", EMPTY),))
        if course.step == "reach" and course.trusted:
            reach = self._words.reach(text)
            if not reach:
                return None
            trusted = replace(course.trusted, reach=reach)
        else:
            found = self._words.trusted(text)
            if found is None:
                return None
            trusted = found
        if not trusted.reach:
            asking = replace(course, step="reach", again=False, trusted=trusted)
            return Taken((self.ask(asking, profile),), asking, change={"trusted": trusted})
        kept = ("setup.kept.trusted", {"name": trusted.name, "reach": trusted.reach})
        done = replace(course, trusted=None)
        return self.next(done, profile, (kept,), change={"trusted": trusted})

    def _named(self, course: Course, text: str, yes: Yes, profile: Profile) -> Taken | None:
        """Take what is said of the persona that offered itself: yes, a name, somebody else."""
        offer = self._fitting(course, profile)
        if self._words.somebody_else(text):
            wish = self._words.wish(text, self._cast)
            offered = (*course.offered, offer.id)
            other = replace(course, step="named", again=False, offered=offered)
            if wish and wish.tempers:
                other = replace(other, tempers=wish.tempers, sex=wish.sex or course.sex)
            persona = self._fitting(other, profile)
            return Taken((self.ask(other, profile),), other, persona=persona.id, sex=other.sex)
        if yes == "yes" or (course.step == "rename" and yes == "no"):
            return self.next(course, profile, (("setup.kept.same", EMPTY),))
        if course.step == "named" and yes == "no" and len(text.split()) <= 3:
            asking = replace(course, step="rename", again=False)
            return Taken((self.ask(asking, profile),), asking)
        name = self._words.name(text)
        if not name and self._words.approves(text):
            return self.next(course, profile, (("setup.kept.same", EMPTY),))
        if not name:
            return None
        return self.next(course, profile, (("setup.kept.named", {"name": name}),), name=name)

    def _fitting(self, course: Course, profile: Profile) -> Persona:
        """Return the persona that fits what was wished for, and was not offered yet."""
        left = {id_: f for id_, f in self._cast.files.items() if id_ not in course.offered}
        cast = replace(self._cast, files=left or self._cast.files)
        id_ = cast.fitting(Wish(course.tempers, course.sex), profile.talk)
        return cast.persona(id_, course.sex) or Persona(id_, 1, cast.name)

    def _values(self, course: Course, profile: Profile) -> Mapping[str, Any]:
        """Return what a question names."""
        if course.step in ("named", "rename"):
            offer = self._fitting(course, profile)
            return {"name": offer.name, "about": offer.about}
        return {"name": course.trusted.name} if course.trusted else EMPTY
