"""Persona files in, characters out; what is wrong with a file is told, and the others are used.

A persona may have its own words for the sentences in ``VOICED`` and for no others: what it is, what
it keeps, what to do in danger and how it says goodbye are the house's, not a character's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass as plain_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from hearth.house import EMPTY
from hearth.persona import Persona, Talk
from hearth.sections.base import FORBID, Count

VOICED = frozenset(
    (
        "talk.done",
        "talk.hello",
        "talk.never_mind",
        "talk.nothing_said",
        "errors.not_understood",
        "errors.failed",
        "errors.timeout",
        "errors.unheard",
    )
)
"""The phrases that a persona may say in its own words; none of them takes a value."""

DEFAULT = "plain"
"""The persona that is there where no other is."""

Sex = Literal["female", "male", ""]
"""Whose voice it is; empty: the configured one."""

_LANGUAGE = "en"
_TEMPER_POINTS, _TALK_POINTS = 4, 2


@dataclass(frozen=True, config=FORBID)
class Voicing:
    """[female] and [male]: the name it picks with that voice, and the voices by language."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    espeak: Mapping[str, str] = Field(default_factory=dict)
    wyoming: str = ""


@dataclass(frozen=True, config=FORBID)
class PersonaFile:
    """One file of ``configs/personas``."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Count
    about: Mapping[str, str]
    manner: Mapping[str, Annotated[tuple[str, ...], Field(max_length=8)]]
    temperament: str = ""
    tempers: tuple[str, ...] = ()
    talk: Talk = "some"
    sex: Sex = ""
    pace: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    female: Voicing | None = None
    male: Voicing | None = None
    phrases: Mapping[str, Mapping[str, Annotated[str, Field(max_length=200)]]] = Field(
        default_factory=dict
    )

    def voicing(self, sex: str) -> Voicing | None:
        """Return its name and voices as a woman or a man; None where it has no such."""
        return {"female": self.female, "male": self.male}.get(sex)


_FILE = TypeAdapter(PersonaFile)


@plain_dataclass(frozen=True, slots=True)
class Wish:
    """What a person would like: words for a temper ("calm"), a woman's or a man's voice."""

    tempers: tuple[str, ...] = ()
    sex: Sex = ""


@plain_dataclass(frozen=True)
class Cast:
    """Every persona there is, by id. ``faults`` tell which files could not be used, and why."""

    files: Mapping[str, PersonaFile]
    faults: tuple[str, ...] = ()
    language: str = _LANGUAGE
    engine: str = "pyttsx3"
    name: str = "Hearth"

    def persona(self, id_: str, sex: str = "") -> Persona | None:
        """Return a persona with a woman's or a man's voice (empty: its own); None: not there."""
        file = self.files.get(id_)
        if file is None:
            return None
        voicing = file.voicing(sex) or file.voicing(file.sex)
        return Persona(
            id=file.id,
            version=file.version,
            name=voicing.name if voicing else self.name,
            about=self._told(file.about),
            voice=self._voice(voicing) if voicing else "",
            pace=file.pace,
            temperament=file.temperament,
            manner=file.manner.get(self.language) or file.manner.get(_LANGUAGE, ()),
            phrases=dict(file.phrases.get(self.language, EMPTY)),
        )

    def fitting(self, wish: Wish, talk: Talk | None = None) -> str:
        """Return the id of the persona that suits a person best, by what they wished for.

        Where nothing was wished for it is the warm one, if there is such a one.
        """

        def points(file: PersonaFile) -> tuple[int, bool, str]:
            known = (*file.tempers, file.id)
            tempers = sum(temper in known for temper in wish.tempers) * _TEMPER_POINTS
            talks = _TALK_POINTS * (talk != "some" and file.talk == talk)
            kept_for_nobody = -_TEMPER_POINTS * (file.id == DEFAULT and "plain" not in wish.tempers)
            return tempers + talks + kept_for_nobody, file.id == "warm", file.id

        return max(self.files.values(), key=points).id

    def _told(self, texts: Mapping[str, str]) -> str:
        return texts.get(self.language) or texts.get(_LANGUAGE, "")

    def _voice(self, voicing: Voicing) -> str:
        """Return the voice for the engine in use; empty (the configured one) where it has none."""
        if self.engine == "pyttsx3":
            return voicing.espeak.get(self.language.partition("-")[0], "")
        return voicing.wyoming


def directories() -> tuple[Path, ...]:
    """Return where personas are looked for; a later folder's replaces one of the same id.

    Hearth's own: ``configs/personas`` of the checkout, or ``hearth/persona_files`` of an installed
    wheel. The user's: ``/etc/hearth/personas``, then ``~/.config/hearth/personas``.
    """
    package = Path(__file__).resolve().parents[1]
    checkout = package.parents[1] / "configs" / "personas"
    own = checkout if checkout.is_dir() else package / "persona_files"
    user = platformdirs.user_config_path("hearth") / "personas"
    return own, Path("/etc/hearth/personas"), user


def load(
    language: str = _LANGUAGE,
    engine: str = "pyttsx3",
    name: str = "Hearth",
    folders: Iterable[Path] | None = None,
) -> Cast:
    """Read every persona; ``name`` is what one without a name of its own is called.

    A file that is wrong is left out, and ``faults`` says which, why, and what to do.
    """
    files: dict[str, PersonaFile] = {}
    faults: list[str] = []
    for folder in directories() if folders is None else folders:
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            if file := _read(path, faults):
                files[file.id] = file
    if DEFAULT not in files:
        files[DEFAULT] = PersonaFile(id=DEFAULT, version=1, about={}, manner={})
    return Cast(files, tuple(faults), language, engine, name)


def _read(path: Path, faults: list[str]) -> PersonaFile | None:
    """Return one file's persona; what is wrong with it goes to ``faults``."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        file = _FILE.validate_python(data)
    except OSError as error:
        faults.append(f"{path}: cannot be read ({error.strerror}); check its rights")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path}: is not valid TOML: {error}")
    except ValidationError as error:
        faults += [_fault(path, dict(each)) for each in error.errors(include_url=False)]
    else:
        wrong = [*_wrong(path, file)]
        faults += wrong
        return None if wrong else file
    return None


def _wrong(path: Path, file: PersonaFile) -> Iterable[str]:
    """Yield what the types do not say."""
    if not file.manner.get(_LANGUAGE) and not file.manner:
        yield f"{path}: [manner] is empty; say in a sentence or two how it speaks, as en = [...]"
    if file.sex and file.voicing(file.sex) is None:
        yield f"{path}: sex = {file.sex!r} needs a section [{file.sex}] with a name"
    if file.id != path.stem:
        yield f"{path}: id = {file.id!r} is not the file's name; call the file {file.id}.toml"
    for language, phrases in file.phrases.items():
        for key in sorted(set(phrases) - VOICED):
            yield (
                f"{path}: [phrases.{language}] '{key}' cannot be changed by a persona; "
                f"it may change: {', '.join(sorted(VOICED))}"
            )


def _fault(path: Path, error: Mapping[str, Any]) -> str:
    """Say one fault: file, key, and what was expected."""
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"{path}: unknown key '{key}'; configs/personas/warm.toml shows every key"
    if error["type"] in ("missing", "missing_argument"):
        return f"{path}: '{key}' is missing; configs/personas/warm.toml shows how it is written"
    message = str(error["msg"])
    return f"{path}: {key} = {error.get('input')!r}: {message[0].lower()}{message[1:]}"
