"""A file with the answers of a set-up in, validated answers out: for the unattended."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from hearth.error import ConfigError
from hearth.mind.personas import Cast, Sex
from hearth.persona import Notice, Talk
from hearth.sections.base import FORBID


@dataclass(frozen=True, config=FORBID)
class TrustedFile:
    """[trusted]: whom to call when it matters."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    reach: Annotated[str, Field(max_length=120)] = ""


@dataclass(frozen=True, config=FORBID)
class SetUpFile:
    """The answers of a set-up; what is not in the file stays as it is."""

    call_me: Annotated[str, Field(max_length=40)] | None = None
    brings: Annotated[str, Field(max_length=300)] | None = None
    talk: Talk | None = None
    sleeps_from: time | None = None
    sleeps_to: time | None = None
    trusted: TrustedFile | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    notice: frozenset[Notice] | None = None
    pace: Annotated[float, Field(ge=0.5, le=2)] | None = None
    persona: str = ""
    sex: Sex = ""
    name: Annotated[str, Field(max_length=40)] = ""


_FILE = TypeAdapter(SetUpFile)
PROFILE = ("call_me", "brings", "talk", "sleeps_from", "sleeps_to", "country", "notice", "pace")


def read(path: Path, cast: Cast) -> dict[str, Any]:
    """Return the answers of a file as plain data. Raises ConfigError with every fault."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        fault = f"{path}: cannot be read ({error.strerror}); check the path"
        raise ConfigError((fault,)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError((f"{path}: is not valid TOML: {error}",)) from error
    parse(data, cast, str(path))
    told: dict[str, Any] = {
        key: value.isoformat() if isinstance(value, time) else value for key, value in data.items()
    }
    return told


def parse(data: Mapping[str, Any], cast: Cast, source: str = "setup") -> SetUpFile:
    """Validate answers. Raises ConfigError with every fault."""
    faults: list[str] = []
    made = None
    try:
        made = _FILE.validate_python(dict(data))
    except ValidationError as error:
        faults += [_fault(source, dict(each)) for each in error.errors(include_url=False)]
    persona = data.get("persona", "")
    if persona and persona not in cast.files:
        faults.append(f"{source}: persona = {persona!r}: there are {', '.join(sorted(cast.files))}")
    if ("sleeps_from" in data) != ("sleeps_to" in data):
        faults.append(f"{source}: sleeps_from and sleeps_to belong together; give both")
    if faults or made is None:
        raise ConfigError(tuple(faults))
    return made


def _fault(source: str, error: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"{source}: unknown key '{key}'; configs/setup.example.toml shows every key"
    message = str(error["msg"])
    return f"{source}: {key} = {error.get('input')!r}: {message[0].lower()}{message[1:]}"
