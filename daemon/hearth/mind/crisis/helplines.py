"""A country's code in, whom to call there out: from a data file that a person can put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import TypeAdapter, ValidationError

from hearth.error import ConfigError
from hearth.sentences import read_yaml


@dataclass(frozen=True, slots=True)
class Line:
    """A number where somebody answers; ``hours`` is "24h" where always."""

    name: str
    number: str
    hours: str = ""

    @property
    def spoken(self) -> str:
        """The number as it is read aloud: digit by digit, in its groups."""
        return spelled(self.number)


@dataclass(frozen=True, slots=True)
class Lines:
    """Whom to call in one country; ``as_of`` is the month that the numbers were written down."""

    as_of: str
    emergency: str
    police: str = ""
    support: Line | None = None
    violence: Line | None = None
    poison: Line | None = None
    country: str = ""

    @property
    def of_police(self) -> str:
        """The number of the police."""
        return self.police or self.emergency


ANYWHERE = Lines("2025-01", "112", country="")
"""Where the country is not known: 112 works in Europe and from most mobile phones elsewhere."""

_LINES = TypeAdapter(dict[str, Lines])


class Helplines:
    """The helplines of every country that is known. Raises ConfigError where a file is wrong."""

    def __init__(self, files: Iterable[Path] | None = None) -> None:
        self._table: dict[str, Lines] = {}
        for path in paths() if files is None else files:
            if path.is_file():
                self._table |= _read(path)

    def of(self, country: str, zone: str = "") -> Lines:
        """Return whom to call in a country; where none is told, in that of the time zone."""
        code = country.upper() or self._zones.get(zone, "")
        return self._table.get(code, ANYWHERE)

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that are known, by their codes."""
        return tuple(sorted(self._table))

    @cached_property
    def _zones(self) -> Mapping[str, str]:
        """The country of each time zone that lies in one only (tz database, ``zone.tab``)."""
        try:
            text = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
        except (OSError, ModuleNotFoundError):
            return {}
        rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
        return {row[2]: row[0] for row in rows if len(row) > 2}


def paths() -> tuple[Path, ...]:
    """Return where the numbers are looked for; a later file goes before an earlier one."""
    package = Path(__file__).resolve().parents[2]
    user = platformdirs.user_config_path("hearth")
    return (package / "helplines.yaml", Path("/etc/hearth/helplines.yaml"), user / "helplines.yaml")


def spelled(number: str) -> str:
    """Return a number as it is read aloud: ``0800 111`` as "0 8 0 0, 1 1 1"."""
    groups = ["".join(c for c in group if c.isalnum() or c in "+*#") for group in number.split()]
    return ", ".join(" ".join(group) for group in groups if group)


def _read(path: Path) -> dict[str, Lines]:
    faults: list[str] = []
    data: Mapping[str, Any] | None = read_yaml(path, faults)
    if data is None:
        raise ConfigError(tuple(faults))
    try:
        table = _LINES.validate_python({str(code).upper(): each for code, each in data.items()})
    except ValidationError as error:
        raise ConfigError(
            tuple(
                f"{path}: {'.'.join(map(str, e['loc']))}: {e['msg'].lower()}"
                for e in error.errors(include_url=False)
            )
        ) from None
    return {code: replace(lines, country=code) for code, lines in table.items()}
