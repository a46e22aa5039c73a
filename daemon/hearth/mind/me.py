"""What is kept of the set-up in, who Hearth is and whom it is with out: the port ``Self``.

What is in force is a snapshot: a persona file that changes on disk changes nothing until the person
has agreed to it (``waiting``, ``agree``), and whoever Hearth was before can come back (``back``).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hearth.bus import Bus
from hearth.error import HearthError
from hearth.event import PersonaSet
from hearth.keep import PersonaLog, Settings, Tenure
from hearth.mind.personas import DEFAULT, VOICED, Cast
from hearth.persona import Persona, Profile
from hearth.port import Clock, Manner
from hearth.remember import Gone

log = logging.getLogger(__name__)

PERSONA, PROFILE = "self/persona", "self/profile"
"""The settings under which the persona in force and the profile are kept, as JSON."""

_PROFILE = TypeAdapter(Profile)
_FREE_TEXT = ("call_me", "brings")

Quiet = tuple[time, time] | None
"""From when until when the house sleeps."""


@dataclass(frozen=True, slots=True)
class Force:
    """The persona in force: as it was agreed to, and what the person changed of it.

    ``name`` is the name that the person gave it, ``language`` and ``engine`` those it was made
    for, and ``declined`` the version of its file that the person did not want.
    """

    persona: Persona
    sex: str = ""
    name: str = ""
    language: str = ""
    engine: str = ""
    declined: int = 0


_FORCE = TypeAdapter(Force)


class Me:
    """Who Hearth is at present, and whom it is with; every change is on disk when it returns.

    Args:
        cast: The personas that there are.
        bus: Is told of each change of the persona (``PersonaSet``).
        clock: Tells when a persona came into force.
        kept: Where settings go; ``settings`` is what they were at the start.
        history: Keeps who it was.
        quiet: The configured quiet hours, where the person told none.
        default: The id of the persona before the set-up.
    """

    def __init__(
        self,
        cast: Cast,
        *,
        bus: Bus,
        clock: Clock,
        kept: Settings,
        settings: Mapping[str, str],
        history: PersonaLog,
        quiet: Quiet = None,
        default: str = DEFAULT,
    ) -> None:
        self.cast = cast
        self._bus, self._clock, self._kept, self._history = bus, clock, kept, history
        self._quiet = quiet
        first = cast.persona(default) or cast.persona(DEFAULT)
        if first is None:
            raise ValueError("a cast has its default persona")
        self._first = Force(first, "", "", cast.language, cast.engine)
        self._force = self._fresh(_read(_FORCE, settings.get(PERSONA, "")) or self._first)
        self._profile = _read(_PROFILE, settings.get(PROFILE, "")) or Profile()

    # --- the port Self ---

    def persona(self) -> Persona:
        """Return the persona in force, under the name that the person gave it."""
        force = self._force
        return replace(force.persona, name=force.name) if force.name else force.persona

    def profile(self) -> Profile:
        """Return what the person told; the configured quiet hours where they told none."""
        profile = self._profile
        if self._quiet and not (profile.sleeps_from and profile.sleeps_to):
            return replace(profile, sleeps_from=self._quiet[0], sleeps_to=self._quiet[1])
        return profile

    def manner(self) -> Manner:
        """Return how it speaks: the persona's voice and pace, and the person's wishes over them."""
        persona, profile = self._force.persona, self._profile
        return Manner(profile.voice or persona.voice, persona.pace * profile.pace)

    def quiet(self) -> Quiet:
        """Return the hours in which it says nothing of its own accord."""
        profile = self.profile()
        if profile.sleeps_from is None or profile.sleeps_to is None:
            return None
        return profile.sleeps_from, profile.sleeps_to

    def own_words(self, key: str) -> str | None:
        """Return the persona's words for one of Hearth's sentences; only for those in VOICED."""
        return self._force.persona.phrases.get(key) if key in VOICED else None

    # --- the persona ---

    @property
    def chosen(self) -> bool:
        """Whether a persona was ever chosen."""
        return self._force is not self._first

    @property
    def sex(self) -> str:
        """Whose voice it has: "female", "male", or "" for the persona's own."""
        return self._force.sex

    async def be(self, id_: str, sex: str = "", why: str = "") -> Persona:
        """Take a persona on, as its file is now. Raises HearthError where there is none of that id.

        A name that the person gave stays.
        """
        persona = self.cast.persona(id_, sex)
        if persona is None:
            known = ", ".join(sorted(self.cast.files))
            raise HearthError(f"There is no persona '{id_}'.", f"There are: {known}.")
        force = Force(persona, sex, self._force.name, self.cast.language, self.cast.engine)
        return await self._enforce(force, why)

    async def rename(self, name: str, why: str = "it was given another name") -> Persona:
        """Bear another name from now on."""
        name = " ".join(name.split())[:40]
        if not name:
            raise HearthError("A name has at least one letter.")
        return await self._enforce(replace(self._force, name=name), why)

    async def back(self, why: str = "it went back") -> Persona | None:
        """Be who it was before, as it was then; None where it was nobody else."""
        now = self.persona()
        for tenure in await self._history.all():
            if _same(tenure.persona, now):
                continue
            was, sex = tenure.persona, self._sex_of(tenure.persona)
            file = self.cast.persona(was.id, sex)
            given = "" if file is None or file.name == was.name else was.name
            force = Force(
                replace(was, name=file.name) if file and given else was,
                sex,
                given,
                self.cast.language,
                self.cast.engine,
                # What was just left is not offered again at once.
                declined=file.version if file else 0,
            )
            return await self._enforce(force, why)
        return None

    async def history(self) -> tuple[Tenure, ...]:
        """Return who it was, the newest first."""
        return await self._history.all()

    def waiting(self) -> Persona | None:
        """Return what the file of the persona in force says now, where that is another version
        or another text than what is in force, and was not declined yet."""
        force = self._force
        if not self.chosen:
            return None
        new = self.cast.persona(force.persona.id, force.sex)
        if new is None or _same(new, force.persona) or force.declined == new.version:
            return None
        return replace(new, name=force.name or new.name)

    async def agree(self) -> Persona | None:
        """Take the waiting version on."""
        if self.waiting() is None:
            return None
        return await self.be(self._force.persona.id, self._force.sex, "a new version")

    async def decline(self) -> None:
        """Stay as it is; that version is not offered again."""
        if new := self.waiting():
            self._force = replace(self._force, declined=new.version)
            await self._keep()

    # --- the profile ---

    async def change(self, **fields: Any) -> Profile:
        """Change what is known of the person. Raises HearthError where a value makes no sense."""
        try:
            profile = _PROFILE.validate_python({**asdict(self._profile), **fields})
        except ValidationError as error:
            told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise HearthError(f"That cannot be kept ({told}).") from error
        await self._kept.put(PROFILE, _PROFILE.dump_json(profile).decode())
        self._profile = profile
        return self.profile()

    async def erase(self, gone: Gone) -> None:
        """Forget what the profile holds of words that are being forgotten (the port Eraser)."""
        emptied: dict[str, Any] = {
            field: "" for field in _FREE_TEXT if gone.touches(getattr(self._profile, field))
        }
        trusted = self._profile.trusted
        if trusted and gone.touches(f"{trusted.name} {trusted.reach}"):
            emptied["trusted"] = None
        if emptied:
            await self.change(**emptied)

    # --- within ---

    async def _enforce(self, force: Force, why: str) -> Persona:
        """Put a persona in force: kept, in the history, told on the bus."""
        was = self.persona()
        if not await self._history.all():
            await self._history.add(Tenure(self._clock.now(), was, "at the beginning"))
        self._force = force
        now = self.persona()
        await self._keep()
        await self._history.add(Tenure(self._clock.now(), now, why))
        self._bus.publish(PersonaSet(now.id, now.version, was.id))
        return now

    async def _keep(self) -> None:
        await self._kept.put(PERSONA, _FORCE.dump_json(self._force).decode())

    def _fresh(self, force: Force) -> Force:
        """Return what is in force for the language and the engine that are configured now."""
        if (force.language, force.engine) == (self.cast.language, self.cast.engine):
            return force
        made = self.cast.persona(force.persona.id, force.sex)
        if made is None:
            return force
        persona = replace(made, version=force.persona.version)
        return replace(force, persona=persona, language=self.cast.language, engine=self.cast.engine)

    def _sex_of(self, persona: Persona) -> str:
        for sex in ("female", "male"):
            made = self.cast.persona(persona.id, sex)
            if made is not None and made.voice == persona.voice and persona.voice:
                return sex
        return ""


def _same(one: Persona, other: Persona) -> bool:
    return replace(one, phrases={}) == replace(other, phrases={}) and dict(one.phrases) == dict(
        other.phrases
    )


def _read(adapter: TypeAdapter[Any], text: str) -> Any:
    """Return what is kept; None where nothing is, or it cannot be read any more."""
    if not text:
        return None
    try:
        return adapter.validate_python(json.loads(text), strict=False)
    except (ValidationError, ValueError) as error:
        log.warning("what was kept of the set-up cannot be read: %s", type(error).__name__)
        return None


def name_of(settings: Mapping[str, str]) -> str:
    """Return the name that was picked or given, as it is kept; empty where nobody chose yet."""
    force = _read(_FORCE, settings.get(PERSONA, ""))
    return "" if force is None else str(force.name or force.persona.name)


def sleep_hours(quiet_from: str, quiet_to: str) -> Quiet:
    """Return configured quiet hours ("22:30") as times."""
    if not quiet_from or not quiet_to:
        return None
    return time.fromisoformat(quiet_from), time.fromisoformat(quiet_to)


def asleep(now: datetime, quiet: Quiet) -> bool:
    """Return whether ``now`` (local) is within the quiet hours, which may span midnight."""
    if quiet is None:
        return False
    start, end = quiet
    at = now.time()
    return start <= at < end if start <= end else at >= start or at < end
