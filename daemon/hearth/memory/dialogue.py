"""Lines of JSON in, utterances out: dialogues from elsewhere, and every fault by its line.

A line is ``{"id", "session", "time", "speaker", "text"}``; ids are kept as they are given. A time
is ISO 8601 with or without a zone, seconds or milliseconds since 1970, or as people write it
("1:56 pm on 8 May, 2023", "2023/05/08 (Mon) 13:56", "8.5.2023").
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from dateutil import parser

from hearth.error import HearthError
from hearth.remember import Utterance

_KEYS = ("id", "session", "time", "speaker", "text")
_MOST_FAULTS = 10
_DEFAULTS = (datetime(1904, 1, 1), datetime(1908, 3, 2))  # noqa: DTZ001  # what is filled in
_BETWEEN = re.compile(r"\b(?:on|of|at)\b|[()]", re.IGNORECASE)
_DAY_FIRST = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{4}\b")
_POINT = re.compile(r"(?<=\d)\.(?=\d\d ?[ap]\.?m)", re.IGNORECASE)
_MILLISECONDS = 1e11
"""From here on a number is milliseconds: as seconds it would be the year 5138."""


def read(lines: Iterable[str], zone: tzinfo) -> tuple[Utterance, ...]:
    """Return the utterances in order; empty lines are passed over.

    A time without a zone is one of ``zone``. Raises HearthError with the faults of all lines.
    """
    found: list[Utterance] = []
    seen: dict[str, tuple[int, Utterance]] = {}
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            each = _utterance(json.loads(line), zone)
            if (before := seen.get(each.id)) is not None:
                if before[1] == each:
                    continue  # the same line twice
                raise ValueError(f"the id {each.id!r} is that of line {before[0]}, too")
        except json.JSONDecodeError as error:
            faults.append(f"line {number}: no JSON ({error.msg}, column {error.colno})")
        except ValueError as error:
            faults.append(f"line {number}: {error}")
        else:
            seen[each.id] = (number, each)
            found.append(each)
    if faults:
        more = len(faults) - _MOST_FAULTS
        told = faults[:_MOST_FAULTS] + ([f"and {more} more"] if more > 0 else [])
        raise HearthError(
            "\n".join(told),
            "Nothing was imported. A line looks like"
            ' {"id": "a1", "session": "1", "time": "2026-03-02T08:00:00", "speaker": "Ann",'
            ' "text": "Good morning"}',
        )
    return tuple(found)


@lru_cache(1024)  # all turns of a session may have one time, and reading it takes 0.1 ms
def when(text: str, zone: tzinfo) -> datetime:
    """Return a moment that is written in any usual way, aware. Raises ValueError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", parser.UnknownTimezoneWarning)
                plain = _POINT.sub(":", _BETWEEN.sub(" ", text))
                first = _DAY_FIRST.search(text) is not None
                found, other = (
                    parser.parse(plain, default=default, dayfirst=first) for default in _DEFAULTS
                )
            if found != other:
                raise ValueError("without a day")  # of which today's would be made
        except (ValueError, OverflowError):
            raise ValueError(f'"time": {text!r} is no time that can be read') from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _since_1970(time: float) -> str:
    """Return seconds or milliseconds since 1970 as ISO 8601. Raises ValueError."""
    seconds = time / 1000 if abs(time) >= _MILLISECONDS else time
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        raise ValueError(f'"time": {time} is no time that can be read') from None


def _utterance(data: Any, zone: tzinfo) -> Utterance:
    if not isinstance(data, Mapping):
        raise ValueError("no object")  # noqa: TRY004  # a fault of the line, told with its number
    missing = [key for key in _KEYS if data.get(key) is None]
    if missing:
        raise ValueError("without " + ", ".join(f'"{key}"' for key in missing))
    values = {key: data[key] for key in _KEYS}
    for key in ("id", "session"):  # some number them
        if isinstance(values[key], int):
            values[key] = str(values[key])
    time = values.pop("time")
    for key, value in values.items():
        if not isinstance(value, str) or not (value.strip() or key == "text"):
            raise ValueError(f'"{key}" has to be text')
    if isinstance(time, int | float) and not isinstance(time, bool):
        time = _since_1970(time)
    if not isinstance(time, str):
        raise ValueError('"time" has to be text')  # noqa: TRY004  # a fault of the line
    return Utterance(
        values["id"],
        values["session"],
        when(time, zone),
        values["speaker"].strip(),
        values["text"].strip(),
    )
