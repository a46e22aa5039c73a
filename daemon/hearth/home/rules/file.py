"""``triggers.toml`` in, rules out, with every fault told at once; a wrong rule stops no other."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError

from hearth.home.rules.shorthand import KEYS, ShorthandError, near, written_out
from hearth.home.rules.troubles import called
from hearth.rule import Rule, parse

MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Triggers:
    """The rules of a file, and what is wrong with the others, one sentence each."""

    rules: tuple[Rule, ...] = ()
    faults: tuple[str, ...] = ()
    path: Path | None = None


NO_TRIGGERS = Triggers()


def find(beside: Path | None = None) -> Path | None:
    """Return the file with the rules to use, or None where there is none.

    Order: HEARTH_TRIGGERS, ``triggers.toml`` in the folder of ``beside`` (the configuration file
    in use), /etc/hearth, ~/.config/hearth. A file named by HEARTH_TRIGGERS has to exist.
    """
    if env := os.environ.get("HEARTH_TRIGGERS"):
        return Path(env)
    folders = [beside.parent] if beside else []
    folders += [Path("/etc/hearth"), platformdirs.user_config_path("hearth")]
    return next((p for f in folders if (p := f / "triggers.toml").is_file()), None)


def load(path: Path | None) -> Triggers:
    """Read a file; what is wrong with it is in ``faults``. None has no rules."""
    if path is None:
        return NO_TRIGGERS
    try:
        if path.stat().st_size > MAX_BYTES:
            return Triggers(faults=(f"{path}: is longer than {MAX_BYTES} bytes",), path=path)
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        fault = f"{path}: cannot be read ({error.strerror}); check the path"
        return Triggers(faults=(fault,), path=path)
    except (ValueError, RecursionError) as error:
        return Triggers(faults=(f"{path}: is not valid TOML: {error}",), path=path)
    return read(data, str(path), path)


def read(data: Mapping[str, Any], source: str = "triggers", path: Path | None = None) -> Triggers:
    """Turn a parsed TOML document into rules and faults."""
    faults: list[str] = []
    rules: dict[str, Rule] = {}
    for key in data:
        if key not in ("rules", "rule"):
            faults.append(f"{source}: unknown section '{key}'{near(key, ('rules',))}")
    for id_, body in _bodies(data, source, faults):
        if id_ in rules:
            faults.append(f"{source}: [rules.{id_}] stands there twice")
            continue
        rule, wrong = _rule(id_, body)
        faults += [f"{source}: [rules.{id_}] {fault}" for fault in wrong]
        if rule is not None:
            rules[id_] = rule
    for rule in rules.values():
        faults += [
            f"{source}: [rules.{rule.id}] then: there is no rule '{other}'{near(other, rules)}"
            for other in called(rule)
            if other not in rules
        ]
    lines = (" ".join(fault.split()) for fault in faults)
    return Triggers(tuple(rules.values()), tuple(dict.fromkeys(lines)), path)


def _bodies(data: Mapping[str, Any], source: str, faults: list[str]) -> list[tuple[str, Any]]:
    """Return each rule's id and table: of ``[rules.<id>]``, and of ``[[rule]]`` with its own id."""
    found: list[tuple[str, Any]] = []
    tables = data.get("rules", {})
    if isinstance(tables, Mapping):
        found += tables.items()
    else:
        faults.append(f"{source}: 'rules' holds one table for each rule, as in [rules.hall_light]")
    listed = data.get("rule", [])
    if not isinstance(listed, list):
        faults.append(f"{source}: 'rule' is a list of tables, as in [[rule]]")
        return found
    for number, body in enumerate(listed, 1):
        if isinstance(body, Mapping) and isinstance(body.get("id"), str):
            found.append((body["id"], {k: v for k, v in body.items() if k != "id"}))
        else:
            faults.append(f"{source}: [[rule]] number {number} needs an id")
    return found


def _rule(id_: str, body: Any) -> tuple[Rule | None, list[str]]:
    """Return one rule, or what is wrong with it."""
    if not isinstance(body, Mapping):
        return None, ["is not a table"]
    wrong = [
        f"unknown key '{key}'{near(key, KEYS['rule'])}" for key in body if key not in KEYS["rule"]
    ]
    plain: dict[str, Any] = {}
    try:
        plain = written_out(body, wrong)
    except RecursionError:
        return None, ["is nested too deeply"]
    except ShorthandError as error:
        wrong.append(str(error))
    if wrong:
        return None, wrong
    try:
        return parse({**plain, "id": id_, "origin": "configuration"}), []
    except ValidationError as error:
        return None, [_fault(dict(each)) for each in error.errors(include_url=False)]
    except RecursionError:
        return None, ["is nested too deeply"]


def _fault(error: Mapping[str, Any]) -> str:
    """Say one fault of a rule: where, what was there, what was expected."""
    place, kinds = "", {"state", "number", "time", "sun", "mqtt", "event", "presence", "mode"}
    kinds |= {"act", "say", "command", "wait", "ask", "rule"}
    parts = list(error["loc"])
    for index, part in enumerate(parts):
        if isinstance(part, int):
            place += f"[{part + 1}]"
        elif part in kinds and index and isinstance(parts[index - 1], int):
            continue
        else:
            place += ("." if place else "") + str(part)
    message = str(error["msg"]).removeprefix("Value error, ")
    got = error.get("input")
    shown = f" = {got!r:.80}" if isinstance(got, str | int | float | bool) else ""
    return f"{place}{shown}: {message[0].lower()}{message[1:]}"
