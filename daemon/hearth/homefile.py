"""A HOME.yaml in, a House out: how the understanding is measured against other people's homes.

``floors: [{id, name, aliases}]``, ``areas: [{id, name, aliases, floor}]``,
``entities: [{id, name, aliases, domain, area, state, attributes}]``; all but ``id`` and ``name``
may be absent, and the domain defaults to what stands before the dot of the id.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hearth.error import ConfigError
from hearth.house import EMPTY, Area, Entity, Floor, House
from hearth.sentences import at, read_yaml

_KEYS = {
    "floors": frozenset(("id", "name", "aliases")),
    "areas": frozenset(("id", "name", "aliases", "floor")),
    "entities": frozenset(
        ("id", "name", "aliases", "domain", "area", "state", "attributes", "available")
    ),
}


def read(path: Path) -> House:
    """Return the house that the file describes.

    Raises:
        ConfigError: names every fault with file and line, not only the first.
    """
    faults: list[str] = []
    data = read_yaml(path, faults)
    if data is not None:
        faults += _faults(path, data)
    if data is None or faults:
        raise ConfigError(tuple(faults))
    return House(
        tuple(Floor(**_place(f)) for f in data.get("floors") or ()),
        tuple(Area(**_place(a), floor=_text(a.get("floor"))) for a in data.get("areas") or ()),
        tuple(_entity(e) for e in data.get("entities") or ()),
    )


def _faults(path: Path, data: Mapping[str, Any]) -> Iterator[str]:
    """Yield everything that is wrong with the file."""
    for key in data:
        if str(key) not in _KEYS:
            yield f"{at(path, key)}: unknown key '{key}'{_meant(str(key), _KEYS)}"
    ids: dict[str, set[str]] = {kind: set() for kind in _KEYS}
    rows: list[tuple[str, Mapping[str, Any]]] = []
    for kind in _KEYS:
        listed = data.get(kind) or ()
        if not isinstance(listed, (list, tuple)):
            yield f"{path}: '{kind}' has to be a list"
            continue
        for number, row in enumerate(listed, 1):
            if not isinstance(row, Mapping):
                yield f"{at(path, row)}: {kind}[{number}] has to be a mapping, got {row!r}"
                continue
            rows.append((kind, row))
            yield from _row_faults(path, kind, number, row)
            known = str(row.get("id", ""))
            if known and known in ids[kind]:
                yield f"{at(path, row['id'])}: {kind}[{number}]: id '{known}' stands there twice"
            ids[kind].add(known)
    for kind, row in rows:
        for key, other in (("floor", "floors"), ("area", "areas")):
            wanted = row.get(key) if key in _KEYS[kind] else None
            if wanted is not None and str(wanted) not in ids[other]:
                close = _meant(str(wanted), ids[other])
                yield f"{at(path, wanted)}: '{row.get('id')}': no {key} '{wanted}'{close}"


def _row_faults(path: Path, kind: str, number: int, row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with one floor, area or entity."""
    where = f"{at(path, next(iter(row), ''))}: {kind}[{number}]"
    for key in ("id", "name"):
        if not str(row.get(key) or "").strip():
            yield f"{where}: '{key}' is missing"
    for key in row:
        if str(key) not in _KEYS[kind]:
            yield f"{at(path, key)}: {kind}[{number}]: unknown key '{key}'" + _meant(
                str(key), _KEYS[kind]
            )
    aliases = row.get("aliases")
    if aliases is not None and not isinstance(aliases, (list, tuple, str)):
        yield f"{where}: 'aliases' has to be a list of names"
    if not isinstance(row.get("attributes") or {}, Mapping):
        yield f"{where}: 'attributes' has to be a mapping"
    if kind == "entities" and not row.get("domain") and "." not in str(row.get("id", "")):
        yield f"{where}: the id '{row.get('id')}' has no domain before a dot; add 'domain'"


def _place(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what floors, areas and entities have in common."""
    aliases = row.get("aliases") or ()
    names = (aliases,) if isinstance(aliases, str) else aliases
    return {
        "id": str(row["id"]),
        "name": str(row["name"]),
        "aliases": tuple(str(alias) for alias in names),
    }


def _entity(row: Mapping[str, Any]) -> Entity:
    return Entity(
        **_place(row),
        domain=str(row.get("domain") or ""),
        area=_text(row.get("area")),
        state=_state(row.get("state")),
        attributes={str(k): v for k, v in (row.get("attributes") or EMPTY).items()},
        available=row.get("available") is not False,
    )


def _state(value: object) -> str | None:
    """Return a state as Home Assistant has it; YAML reads a bare ``on`` as true."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return _text(value)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _meant(got: str, known: Iterable[str]) -> str:
    """Return a suggestion where something known is close to what was written."""
    close = difflib.get_close_matches(got, list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""
