"""A rule as a person writes it in TOML in, the same written out as ``rule.parse`` takes it out.

``for = "10 min"`` becomes ``for_s = 600``, ``entity = "light.hall"`` becomes ``which``, and what
kind of trigger, condition or step a table is follows from the keys in it. An unknown key is
answered with the one that may have been meant.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from hearth.home.rules.known import event_fault, text_fault, topic_fault

MAX_DEPTH = 8

_TARGET = ("entity", "entities", "domain", "area", "floor", "device_class", "which")
_LIMITS = ("above", "below", "attribute")

TRIGGERS: Mapping[str, tuple[str, ...]] = {
    "number": (*_TARGET, *_LIMITS, "hysteresis", "for", "for_s"),
    "time": ("at", "days", "date"),
    "sun": ("sun", "offset", "offset_s", "days"),
    "mqtt": ("topic", "payload", "template"),
    "event": ("event", "fields", "mode"),
    "presence": ("who", "to", "for", "for_s"),
    "state": (*_TARGET, "to", "from", "was", "attribute", "for", "for_s"),
}
CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "number": (*_TARGET, *_LIMITS, "not", "negate"),
    "time": ("after", "before", "days", "not", "negate"),
    "sun": ("sun", "offset", "offset_s", "not", "negate"),
    "presence": ("who", "is", "not", "negate"),
    "mode": ("mode", "modes", "not", "negate"),
    "state": (*_TARGET, "is", "are", "attribute", "any", "not", "negate"),
}
STEPS: Mapping[str, tuple[str, ...]] = {
    "say": ("say", "text", "room", "site", "urgent"),
    "ask": ("ask", "text", "yes", "no", "room", "site", "seconds", "within"),
    "command": ("command", "sentence", "room", "site"),
    "wait": ("wait", "wait_until", "until", "at_most", "seconds"),
    "rule": ("rule",),
    "mode": ("mode",),
    "act": (*_TARGET, "do", "service", "scene", "data"),
}
KEYS: Mapping[str, tuple[str, ...]] = {
    "rule": (
        "name", "when", "if", "then", "mode", "max_per_hour", "enabled", "once", "site", "room",
        "said",
    ),
}  # fmt: skip
_SIGNS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "trigger": (
        ("above", "number"), ("below", "number"), ("at", "time"), ("sun", "sun"),
        ("topic", "mqtt"), ("event", "event"), ("mode", "event"), ("who", "presence"),
    ),
    "condition": (
        ("above", "number"), ("below", "number"), ("after", "time"), ("before", "time"),
        ("sun", "sun"), ("who", "presence"), ("mode", "mode"), ("modes", "mode"), ("days", "time"),
    ),
    "step": (
        ("say", "say"), ("ask", "ask"), ("command", "command"), ("wait", "wait"),
        ("wait_until", "wait"), ("rule", "rule"), ("mode", "mode"),
    ),
}  # fmt: skip
SERVICES = (
    "turn_on", "turn_off", "toggle", "open", "close", "stop", "lock", "unlock", "press",
    "set_position", "set_temperature", "set_percentage", "set_humidity", "set_value",
    "select_option", "send_message", "start", "pause", "return_to_base", "activate",
)  # fmt: skip
"""Services that may stand as a key of a step: ``turn_on = "light.hall"``."""

_UNITS = {
    "ms": 0.001, "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hour": 3600, "hours": 3600, "d": 86_400, "day": 86_400, "days": 86_400,
}  # fmt: skip
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
_CLOCK = re.compile(r"(\d{1,3}):(\d\d)(?::(\d\d))?")
_SINGLE = re.compile(r"(\d):(\d\d)")
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS: Mapping[str, tuple[str, ...]] = {
    "weekdays": _WEEK[:5],
    "workdays": _WEEK[:5],
    "weekend": _WEEK[5:],
    "weekends": _WEEK[5:],
    "daily": _WEEK,
}


class ShorthandError(ValueError):
    """Something in a rule cannot be read; it says where, and what was expected."""


def near(word: object, known: Iterable[str]) -> str:
    """Return "; did you mean ...?" where something known is near."""
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def seconds(value: Any, place: str) -> Any:
    """Return a duration in seconds: 90, "90 s", "1 h 30 min", "-30 min", "0:10:00"."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | time):
        raise ShorthandError(f'{place}: expected a duration such as "10 min", got {value!r:.80}')
    if isinstance(value, time):
        return value.hour * 3600.0 + value.minute * 60 + value.second
    if not isinstance(value, str):
        return value
    text = value.strip().casefold()
    sign = -1.0 if text.startswith("-") else 1.0
    text = text.lstrip("+-").strip()
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, rest = clock.groups(default="0")
        return sign * (int(hours) * 3600 + int(minutes) * 60 + int(rest))
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return sign * float(text)
    parts = _AMOUNT.findall(text)
    left = _AMOUNT.sub("", text).replace("and", "").replace(",", "").strip()
    if not parts or left or any(unit not in _UNITS for _, unit in parts) or len(text) > 60:
        raise ShorthandError(f'{place} = {value!r:.80}: expected a duration such as "10 min"')
    return sign * sum(float(amount) * _UNITS[unit] for amount, unit in parts)


def written_out(body: Mapping[str, Any], wrong: list[str]) -> dict[str, Any]:
    """Write a rule's table out. What is wrong is added to ``wrong``, all of it."""
    found = {k: v for k, v in body.items() if k not in ("when", "if", "then", "room")}
    if "room" in body:
        found["site"] = body["room"]
    found["when"] = [_trigger(t, p, wrong) for t, p in _tables(body.get("when"), "when", wrong)]
    found["if"] = [_condition(t, p, wrong) for t, p in _tables(body.get("if", []), "if", wrong)]
    found["then"] = _steps(body.get("then"), "then", wrong, 0)
    return found


def _tables(value: Any, place: str, wrong: list[str]) -> list[tuple[Mapping[str, Any], str]]:
    """Return one table or a list of them, each with its place."""
    if isinstance(value, Mapping):
        return [(value, place)]
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        if not value and place != "if":
            wrong.append(f"{place}: is empty")
        return [(item, f"{place}[{number}]") for number, item in enumerate(value, 1)]
    told = "is missing" if value is None else f"expected a table, got {value!r:.60}"
    example = _EXAMPLES[place.split("[", maxsplit=1)[0].rsplit(".", maxsplit=1)[-1]]
    wrong.append(f"{place}: {told}; as in {example}")
    return []


_LONG = {"say": "text", "ask": "text", "command": "sentence", "room": "site"}
_THEN = 'then = { turn_on = "light.hall" }'
_EXAMPLES = {
    "when": 'when = { entity = "binary_sensor.front_door", to = "on" }',
    "if": 'if = { after = "22:00", before = "06:00" }',
    "then": _THEN,
    "yes": _THEN.replace("then", "yes"),
    "no": _THEN.replace("then", "no"),
    "until": 'until = { entity = "cover.gate", is = "closed" }',
    "wait_until": 'wait_until = { entity = "cover.gate", is = "closed" }',
}


def _kind(
    table: Mapping[str, Any], name: str, kinds: Mapping[str, tuple[str, ...]], place: str
) -> str:
    """Return which kind a table is: as it says itself, or by its keys."""
    said = table.get(name)
    if said is not None:
        if not isinstance(said, str) or said not in kinds:
            raise ShorthandError(
                f"{place}: there is no {name} {said!r:.40}{near(said, kinds)}"
                f"; known: {', '.join(kinds)}"
            )
        return str(said)
    return next((kind for key, kind in _SIGNS[name] if key in table), list(kinds)[-1])


def _entries(
    table: Mapping[str, Any],
    name: str,
    kinds: Mapping[str, tuple[str, ...]],
    place: str,
    wrong: list[str],
) -> dict[str, Any]:
    """Return what all kinds have in common; unknown keys are told."""
    kind = _kind(table, name, kinds, place)
    allowed = kinds[kind]
    found: dict[str, Any] = {name: kind}
    for key, value in table.items():
        if key == name:
            continue
        at = f"{place}.{key}"
        if key not in allowed:
            wrong.append(
                f"{place}: unknown key '{key}'{near(key, allowed)}; known: {', '.join(allowed)}"
            )
        elif key in ("for", "offset", "for_s", "offset_s"):
            found[key.removesuffix("_s") + "_s"] = seconds(value, at)
        elif key == "days":
            found["days"] = _days(value, at)
        elif key in ("at", "after", "before"):
            found[key] = _clock(value)
        elif key in ("not", "negate"):
            found["negate"] = value
        elif key not in _TARGET:
            found[key] = value
    if "entity" in allowed:
        found["which"] = _which(table, place)
    return found


def _trigger(table: Mapping[str, Any], place: str, wrong: list[str]) -> dict[str, Any]:
    found = _entries(table, "trigger", TRIGGERS, place, wrong)
    kind = found["trigger"]
    if kind == "state":
        if "from" in found:
            found["was"] = found.pop("from")
        for key in ("to", "was"):
            if key in found:
                found[key] = _words(found[key])
    elif kind == "time" and isinstance(found.get("date"), date):
        found["date"] = found["date"].isoformat()
    elif kind == "event":
        if "mode" in found:
            found |= {"event": "ModeSet", "fields": {"mode": found.pop("mode")}}
        if fault := event_fault(found.get("event"), found.get("fields", {})):
            wrong.append(f"{place}: {fault}")
    elif kind == "mqtt" and (fault := topic_fault(found.get("topic"), found.get("template", ""))):
        wrong.append(f"{place}: {fault}")
    return found


def _condition(table: Mapping[str, Any], place: str, wrong: list[str]) -> dict[str, Any]:
    found = _entries(table, "condition", CONDITIONS, place, wrong)
    match found["condition"]:
        case "state":
            if "is" in found:
                found["are"] = found.pop("is")
            if "are" not in found:
                wrong.append(f"{place}: 'is' is missing, as in is = \"on\"")
            found["are"] = _words(found.get("are", ()))
        case "mode":
            found["modes"] = _words(found.pop("mode", found.get("modes", ())))
    return found


def _steps(value: Any, place: str, wrong: list[str], depth: int) -> list[dict[str, Any]]:
    if depth > MAX_DEPTH:
        raise ShorthandError(f"{place}: is nested too deeply")
    return [_step(table, at, wrong, depth) for table, at in _tables(value, place, wrong)]


def _step(table: Mapping[str, Any], place: str, wrong: list[str], depth: int) -> dict[str, Any]:
    service = next((key for key in SERVICES if key in table), None)
    if "step" not in table and (service or {"do", "service", "scene"} & table.keys()):
        return _act(table, service, place)
    if "step" not in table and not any(key in table for key, _ in _SIGNS["step"]):
        known = [key for key, _ in _SIGNS["step"]] + ["do", "scene", *SERVICES]
        first = next(iter(table), "")
        raise ShorthandError(f"{place}: '{first}' is no step{near(first, known)}")
    if table.get("step") == "act":
        return _act({k: v for k, v in table.items() if k != "step"}, service, place)
    found = _entries(table, "step", STEPS, place, wrong)
    kind = found["step"]
    for short, long in _LONG.items():
        if short in found:
            found[long] = found.pop(short)
    spoken = found.get("text", found.get("sentence"))
    if kind in ("say", "ask", "command") and (fault := text_fault(spoken)):
        wrong.append(f"{place}: {fault}")
    if kind == "ask":
        found["seconds"] = seconds(found.pop("within", found.get("seconds", 20)), f"{place}.within")
        for answer in ("yes", "no"):
            if answer in found:
                found[answer] = _steps(found[answer], f"{place}.{answer}", wrong, depth + 1)
    if kind == "wait":
        return _wait(found, place, wrong)
    return found


def _wait(found: dict[str, Any], place: str, wrong: list[str]) -> dict[str, Any]:
    until = found.pop("wait_until", found.pop("until", None))
    lasts = found.pop("wait", found.pop("at_most", found.pop("seconds", 0)))
    wait: dict[str, Any] = {"step": "wait", "seconds": seconds(lasts, f"{place}.wait")}
    if until is not None:
        tables = _tables(until, f"{place}.until", wrong)
        wait["until"] = [_condition(table, at, wrong) for table, at in tables]
    return wait


def _act(table: Mapping[str, Any], service: str | None, place: str) -> dict[str, Any]:
    """Write an action out; what is neither the action nor its target is data."""
    data = {k: v for k, v in table.items() if k not in (*STEPS["act"], service)}
    if isinstance(more := table.get("data", {}), Mapping):
        data |= more
    else:
        raise ShorthandError(f"{place}.data: expected a table")
    if "scene" in table:
        scene = table["scene"]
        return {"step": "act", "service": "turn_on", "which": _which({"entity": scene}, place)}
    do = table.get("do", table.get("service", service))
    target = table
    if service is not None and do == service and service in table:
        named = table[service]
        target = named if isinstance(named, Mapping) else {"entity": named}
    return {"step": "act", "service": do, "which": _which(target, place), "data": data}


def _which(table: Mapping[str, Any], place: str) -> Any:
    """Return who is meant. Raises ShorthandError where nobody is."""
    if "which" in table:
        return table["which"]
    which: dict[str, Any] = {
        key: table[key] for key in ("domain", "device_class", "area", "floor") if key in table
    }
    names = table.get("entities", table.get("entity"))
    if names is not None:
        which["entities"] = [names] if isinstance(names, str) else names
        wrong = (
            [n for n in which["entities"] if not isinstance(n, str) or "." not in n]
            if (isinstance(which["entities"], list))
            else [names]
        )
        if wrong:
            raise ShorthandError(
                f"{place}.entity = {wrong[0]!r:.80}: expected an id such as 'light.hall'"
            )
    if not which:
        raise ShorthandError(
            f"{place}: says nothing of whom; expected entity, area, domain, floor or device_class"
        )
    return which


def _words(value: Any) -> Any:
    """Return one word or several as a list of text; true and 5 are as good as "true" and "5"."""
    values = value if isinstance(value, list | tuple) else [value]
    return [
        ("true" if v else "false")
        if isinstance(v, bool)
        else f"{v:g}"
        if isinstance(v, int | float)
        else v
        for v in values
    ]


def _days(value: Any, place: str) -> Any:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise ShorthandError(f'{place}: expected days, such as ["mon", "tue"] or "weekdays"')
    found: list[str] = []
    for day in value:
        word = str(day).casefold()
        if word in _DAYS:
            found += _DAYS[word]
        elif word[:3] in _WEEK and (len(word) == 3 or word.endswith("day")):
            found.append(word[:3])
        else:
            raise ShorthandError(f"{place}: no such day {day!r:.40}{near(word, (*_WEEK, *_DAYS))}")
    return found


def _clock(value: Any) -> Any:
    """Return a time as it is written; "7:00" is meant as "07:00"."""
    if isinstance(value, str) and (found := _SINGLE.fullmatch(value.strip())):
        return f"0{found[1]}:{found[2]}"
    return value
