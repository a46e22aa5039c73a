"""The open question and an answer in, what was read of it out; None where it says nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hearth.house import EMPTY
from hearth.mind.personas import Cast, Wish
from hearth.mind.setup.hours import Hours
from hearth.mind.setup.instead import Stray
from hearth.mind.setup.step import PARENT, Course, Got
from hearth.mind.setup.words import Words, Yes
from hearth.persona import Persona, Profile

_LONGEST_BRINGS = 300
_WITHIN = frozenset(("wake", "bed", "reach", "rename"))
"""Questions within another that are read as that one is."""

_GENERAL_YES = frozenset(("yes", "starts_yes"))


class Answering:
    """Reads one answer to one question; pure."""

    def __init__(self, words: Words, cast: Cast) -> None:
        self._words, self._cast = words, cast

    def read(
        self, course: Course, text: str, yes: Yes, profile: Profile, *, again: bool = False
    ) -> Got | None:
        """Return what an answer comes to; ``again``: it puts an earlier one right."""
        step = PARENT.get(course.step, course.step) if course.step in _WITHIN else course.step
        reads: dict[str, Callable[[], Got | None]] = {
            "name": lambda: self._name(course, text),
            "brings": lambda: self._brings(course, text),
            "voice": lambda: self._voice(course, text),
            "sex": lambda: self._sex(course, text),
            "talk": lambda: self._talk(course, text),
            "sleep": lambda: self._sleep(course, text, profile, again=again),
            "trusted": lambda: self._trusted(course, text),
            "country": lambda: self._country(course, text),
            "notice": lambda: self._notice(course, text),
            "hear": lambda: self._hear(course, text, profile),
            "named": lambda: self._named(course, text, yes, profile),
        }
        return reads[step]()

    def stands(self, step: str, text: str, stray: Stray) -> Stray:
        """Return whether what looks like something else is that: not where it answers beyond
        doubt what was asked."""
        words = self._words
        match step:
            case "name":
                answered = bool(words.names.clearly(text) or words.names.alone(text))
            case "brings":  # what weighs on somebody may be what brings them here
                answered = stray == "trouble" and not words.instead.of_today(text)
            case "sleep" | "wake" | "bed":
                answered = words.nights.hours(text) is not None
            case "trusted" | "reach":
                answered = bool(words.people.reach(text)) or (
                    words.people.related(text) and stray == "question"
                )
                answered = answered or words.people.nobody(text)
            case "hear":
                answered = words.consents.voice(text) is not None
            case "notice":
                answered = stray != "trouble" and words.consents.notice(text) is not None
            case "voice" | "sex":
                answered = stray != "trouble" or words.wishes.wish(text, self._cast) is not None
            case "talk":
                answered = words.wishes.talk(text) is not None
            case "country":
                answered = bool(words.countries.code(text)) and stray != "trouble"
            case _:
                names = words.names
                answered = stray == "question" or names.approves(text) or names.rejects(text)
                answered = answered or bool(names.given(words.bare(text), ""))
        return "" if answered else stray

    def half_agrees(self, step: str, text: str) -> bool:
        """Return whether it is half a yes to what has to be allowed clearly: that is asked for."""
        return step in ("notice", "hear") and self._words.consents.half(text)

    def offer(self, course: Course, profile: Profile) -> Persona:
        """Return the persona that fits what was wished for, and was not offered yet."""
        left = {id_: f for id_, f in self._cast.files.items() if id_ not in course.offered}
        cast = replace(self._cast, files=left or self._cast.files)
        id_ = cast.fitting(Wish(course.tempers, course.sex), profile.talk)
        return cast.persona(id_, course.sex) or Persona(id_, 1, cast.name)

    def _kept(
        self, course: Course, field_: str, value: object, values: Mapping[str, Any]
    ) -> Got | None:
        """Keep one field and say so; None where there is nothing to keep."""
        if not value:
            return None
        return Got(((f"setup.kept.{course.step}", values),), {field_: value}, course)

    def _name(self, course: Course, text: str) -> Got | None:
        name = self._words.names.own(self._words.bare(text))
        return self._kept(course, "call_me", name, {"name": name})

    def _talk(self, course: Course, text: str) -> Got | None:
        level = self._words.wishes.talk(text)
        return self._kept(course, "talk", level, {"level": level})

    def _country(self, course: Course, text: str) -> Got | None:
        code = self._words.countries.code(text)
        return self._kept(course, "country", code, {"country": code})

    def _brings(self, course: Course, text: str) -> Got | None:
        """Keep what brings somebody here in their words; a temper in it is a first wish."""
        brings = " ".join(text.split())[:_LONGEST_BRINGS]
        if not brings:
            return None
        wish = self._words.wishes.wish(text, self._cast)
        wished = replace(course, tempers=wish.tempers if wish else ())
        hard = self._words.instead.stray(text) == "trouble"
        key = "setup.kept.brings_hard" if hard else "setup.kept.brings"
        return Got(((key, EMPTY),), {"brings": brings}, wished)

    def _voice(self, course: Course, text: str) -> Got | None:
        """Take a wish; where it says nothing of whose voice, that is asked next."""
        wish = self._words.wishes.wish(text, self._cast)
        if wish is None:
            return None
        tempers = wish.tempers or course.tempers
        pace = self._words.wishes.pace(text)
        change = {"pace": pace} if pace else {}
        after = replace(course, tempers=tempers, sex=wish.sex or course.sex)
        if not (wish.tempers or wish.sex or pace):
            return Got((("setup.kept.any", EMPTY),), change, after)
        if after.sex:
            return Got((("setup.kept.voice", EMPTY),), change, after)
        return Got((), change, after, within="sex")

    def _sex(self, course: Course, text: str) -> Got | None:
        sex = self._words.wishes.sex(text)
        if not sex and not self._words.wishes.any(text):
            return None
        kept = "setup.kept.voice" if sex else "setup.kept.any"
        return Got(((kept, EMPTY),), EMPTY, replace(course, sex=sex))

    def _sleep(self, course: Course, text: str, profile: Profile, *, again: bool) -> Got | None:
        """Take the hours of the night; of a half the other one is asked."""
        nights = self._words.nights
        start, end = course.start, course.end
        if course.step == "wake":
            end = nights.wakes(text)
        elif course.step == "bed":
            start = nights.to_bed(text)
        else:
            if nights.none(text):
                return Got((("setup.kept.awake", EMPTY),), EMPTY, course)
            known = Hours(profile.sleeps_from, profile.sleeps_to) if again else None
            hours = nights.hours(text, known)
            if hours is None:
                return None
            start, end = hours.start, hours.end
        half = {"wake": end, "bed": start}.get(course.step, start or end)
        if half is None:
            return None
        if start is None or end is None:
            within = "bed" if start is None else "wake"
            return Got((), EMPTY, replace(course, start=start, end=end), within=within)
        kept = ("setup.kept.sleep", {"start": start, "end": end})
        after = replace(course, start=None, end=None)
        return Got((kept,), {"sleeps_from": start, "sleeps_to": end}, after)

    def _trusted(self, course: Course, text: str) -> Got | None:
        people, bare = self._words.people, self._words.bare(text)
        if course.step == "trusted" and people.nobody(text):
            return Got((("setup.kept.nobody", EMPTY),), EMPTY, course)
        if course.step == "reach" and course.trusted:
            reach = people.reach(text)
            if not reach:
                return None
            trusted = replace(course.trusted, reach=reach)
        else:
            found = people.trusted(bare)
            if found is None:
                return None
            trusted = found
        if not trusted.reach:
            asking = replace(course, trusted=trusted)
            return Got((), {"trusted": trusted}, asking, within="reach")
        kept = ("setup.kept.trusted", {"name": trusted.name, "reach": trusted.reach})
        return Got((kept,), {"trusted": trusted}, replace(course, trusted=None))

    def _notice(self, course: Course, text: str) -> Got | None:
        """Take what may be noticed; the mood in the voice is allowed by its name alone."""
        allowed = self._words.consents.notice(text)
        if allowed is None:
            return None
        change = {"notice": allowed.what}
        if allowed.ask_voice:
            return Got((), change, course, within="hear")
        return Got((self._noticed(allowed.what),), change, course)

    def _hear(self, course: Course, text: str, profile: Profile) -> Got | None:
        """Take a yes or a no to the mood in the voice; what is not clear is asked once more, and
        is a no then."""
        heard = self._words.consents.voice(text)
        now = frozenset(profile.notice)
        if heard is None and not course.again:
            return None
        what = now | {"voice"} if heard else now - {"voice"}
        said = self._noticed(frozenset(what))
        if heard is None:
            return Got((("setup.kept.unsure", EMPTY), said), {"notice": what}, course)
        return Got((said,), {"notice": what}, course)

    @staticmethod
    def _noticed(what: frozenset[Any]) -> tuple[str, Mapping[str, Any]]:
        return "setup.kept.notice", {"what": sorted(what), "voice": "voice" in what}

    def _named(self, course: Course, text: str, yes: Yes, profile: Profile) -> Got | None:
        """Take what is said of the persona that offered itself: yes, a name, somebody else."""
        offer, names = self.offer(course, profile), self._words.names
        bare = self._words.bare(text)
        if names.somebody_else(bare):
            wish = self._words.wishes.wish(text, self._cast)
            other = replace(course, step="named", offered=(*course.offered, offer.id))
            if wish and wish.tempers:
                other = replace(other, tempers=wish.tempers, sex=wish.sex or course.sex)
            persona = self.offer(other, profile)
            return Got((), EMPTY, other, within="named", persona=persona.id, sex=other.sex)
        given = names.given(bare, offer.name) or names.given(text, offer.name)
        if given:
            return Got((("setup.kept.named", {"name": given}),), EMPTY, course, name=given)
        same = Got((("setup.kept.same", EMPTY),), EMPTY, course)
        if course.step == "rename":
            return same if yes else None
        if names.rejects(text) or yes == "no":
            return Got((), EMPTY, course, within="rename")
        if yes in _GENERAL_YES or names.approves(text, offer.name):
            return same
        return None
