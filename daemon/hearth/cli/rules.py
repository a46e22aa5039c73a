"""`hearth rules`: what happens by itself, whether the file is right, and when it would have run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from hearth import config as configuration
from hearth.cli.common import (
    CONFIG,
    NOT_RUNNING,
    AsJson,
    ConfigPath,
    err,
    fail,
    go,
    load,
    out,
    print_json,
    told,
)
from hearth.clock import SystemClock
from hearth.config import run_dir, state_dir
from hearth.error import HearthError
from hearth.home.rules import file
from hearth.home.rules.calendar import Calendar
from hearth.home.rules.engine import PAUSED
from hearth.home.rules.replay import KINDS, Past, Row, replay
from hearth.house import House
from hearth.memory.store import read_only
from hearth.rule import EventTrigger, MqttTrigger, Rule, dump
from hearth.rule import load as load_rule
from hearth.sections import Config
from hearth.skills.telling import Telling
from hearth.voice.phrasing import Phrasing

app = typer.Typer(no_args_is_help=True, help="What happens by itself: list, test, explain, replay.")

Id = Annotated[str, typer.Argument(help="The rule's id, as `hearth rules list` shows it.")]
_SHOWN = 200


@app.command("list")
def list_rules(path: ConfigPath = None, as_json: AsJson = False) -> None:
    """List every rule, of triggers.toml and those that were said; Hearth need not run.

    Example: hearth rules list
    """
    with told():
        config = load(path)
        rules, triggers = _rules(path)
        telling, house = _telling(config), _house()
        for fault in triggers.faults:
            err.print(f"[yellow]{escape(fault)}[/]", soft_wrap=True)
        if as_json:
            print_json([json.loads(dump(rule)) for rule in rules])
            return
        if not rules:
            out.print("There are no rules; configs/triggers.toml shows how they are written.")
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("rule", "state", "from", "what it does"):
            table.add_column(column, overflow="fold")
        for rule in rules:
            state = "[green]on[/]" if rule.enabled else "[yellow]paused[/]"
            words = escape(_words(telling, rule, house))
            table.add_row(escape(rule.id), state, rule.origin, words)
        out.print(table)


@app.command("test")
def check_file(
    path: ConfigPath = None,
    triggers: Annotated[
        Path | None, typer.Argument(help="The file; else the one that Hearth would use.")
    ] = None,
) -> None:
    """Check a triggers.toml whole, and tell every fault; it changes nothing.

    Example: hearth rules test configs/triggers.toml

    Exit codes: 0 it is right, 78 it is not.
    """
    with told():
        found = triggers or file.find(configuration.find(path))
        if found is None:
            raise HearthError("There is no triggers.toml.", "Name one: hearth rules test FILE.")
        read = file.load(found)
    for fault in read.faults:
        out.print(f"[red]{escape(fault)}[/]", soft_wrap=True, highlight=False)
    out.print(f"{found}: {len(read.rules)} rules are right, {len(read.faults)} faults")
    if read.faults:
        raise typer.Exit(CONFIG)


@app.command()
def explain(rule_id: Id, path: ConfigPath = None) -> None:
    """Say in plain words what a rule does.

    Example: hearth rules explain hall_light
    """
    with told():
        rule = _one(rule_id, path)
        out.print(escape(_words(_telling(load(path)), rule, _house())), soft_wrap=True)


@app.command("dry-run")
def dry_run(
    what: Annotated[str, typer.Argument(help="A rule's id, or a file like triggers.toml.")],
    days: Annotated[float, typer.Option(help="How far back to look, in days.", min=0)] = 7.0,
    path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Replay the journal against a rule and show when it would have run; it moves nothing.

    Example: hearth rules dry-run hall_light --days 30

    Hearth may run meanwhile, or not. Triggers on MQTT topics cannot be replayed.
    """
    with told():
        config = load(path)
        rules = _to_replay(what, path)
        home, now = config.home, SystemClock().now()
        placed = home.latitude != "" and home.longitude != ""
        calendar = Calendar((float(home.latitude), float(home.longitude)) if placed else None)
        rows = _journal(rules, now - timedelta(days=days))
        zone = now.tzinfo or UTC
        found = list(replay(rules, rows, calendar, zone, now))
    if any(isinstance(t, MqttTrigger) for rule in rules for t in rule.when):
        err.print("[yellow]Triggers on MQTT topics cannot be replayed and are left out.[/]")
    if as_json:
        for would in found:
            firing = would.firing
            print_json(
                {
                    "time": would.time.isoformat(),
                    "rule": firing.rule,
                    "because": firing.because,
                    "ran": would.held,
                }
            )
        return
    for would in found[-_SHOWN:]:
        ran = "[green]would have run[/]" if would.held else "[dim]conditions did not hold[/]"
        when = f"{would.time:%Y-%m-%d %H:%M:%S}"
        out.print(f"{when}  {would.firing.rule}  {escape(would.firing.because)}  {ran}")
    runs = sum(would.held for would in found)
    missed = len(found) - runs
    out.print(f"{runs} times in {days:g} days; {missed} times the conditions did not hold")


@app.command()
def pause(rule_id: Id) -> None:
    """Let a rule of the running Hearth rest, until it is resumed.

    Example: hearth rules pause hall_light
    """
    go(_pause(rule_id, True))


@app.command()
def resume(rule_id: Id) -> None:
    """Let a paused rule of the running Hearth go on.

    Example: hearth rules resume hall_light
    """
    go(_pause(rule_id, False))


async def _pause(rule_id: str, paused: bool) -> None:
    from contextlib import aclosing

    from hearth.edge import control

    data = {"text": rule_id, "paused": paused}
    try:
        async with aclosing(control.request(run_dir(state_dir()), "pause", data)) as answers:
            async for kind, told_data in answers:
                if kind == "error":
                    fail(HearthError(str(told_data.get("text"))))
                out.print(f"{rule_id} is {'paused' if paused else 'on'}")
                return
    except HearthError as error:
        fail(error, NOT_RUNNING)


# --- what there is ---------------------------------------------------------------------------


def _rules(path: Path | None) -> tuple[list[Rule], file.Triggers]:
    """Return every rule as it is now, and the file's own word."""
    triggers = file.load(file.find(configuration.find(path)))
    rules = {rule.id: rule for rule in triggers.rules}
    for row in _query("SELECT body FROM rule ORDER BY made, id"):
        try:
            said = load_rule(row["body"])
        except ValidationError:
            continue
        rules.setdefault(said.id, said)
    for row in _query("SELECT key FROM rule_note WHERE kind = ?", (PAUSED,)):
        if row["key"] in rules:
            rules[row["key"]] = replace(rules[row["key"]], enabled=False)
    return list(rules.values()), triggers


def _one(rule_id: str, path: Path | None) -> Rule:
    rules, triggers = _rules(path)
    found = next((rule for rule in rules if rule.id == rule_id), None)
    if found is None:
        faults = [f for f in triggers.faults if f"[rules.{rule_id}]" in f]
        raise HearthError(
            f"There is no rule '{rule_id}'.", " ".join(faults) or "See `hearth rules list`."
        )
    return found


def _to_replay(what: str, path: Path | None) -> list[Rule]:
    """Return the rules of a file, or the one of that id. Raises HearthError."""
    if not what.endswith(".toml"):
        return [_one(what, path)]
    read = file.load(Path(what))
    for fault in read.faults:
        err.print(f"[yellow]{escape(fault)}[/]", soft_wrap=True)
    if not read.rules:
        raise HearthError(f"No rule of {what} can be used.")
    return list(read.rules)


def _telling(config: Config) -> Telling:
    return Telling(Phrasing(config.hearth.language))


def _words(telling: Telling, rule: Rule, house: House) -> str:
    said = telling.rule(rule, house)
    return f"{rule.name}. {said}" if rule.name else said


def _house() -> House:
    """Return the things that the journal knows, for their names."""
    past = Past()
    query = "SELECT time, kind, body FROM journal WHERE kind = 'Appeared' ORDER BY id"
    for row in _query(query):
        past.take(_row(row))
    return past.house()


def _journal(rules: list[Rule], since: datetime) -> Iterator[Row]:
    """Yield what the journal holds of what these rules need, and what was there before."""
    waited = {t.event for rule in rules for t in rule.when if isinstance(t, EventTrigger)}
    kinds = sorted({*KINDS, *waited})
    marks = ", ".join("?" * len(kinds))
    begin = since.astimezone(UTC).isoformat()
    before = (
        "SELECT time, kind, site, turn, body FROM journal"
        " WHERE kind = 'Appeared' AND time < ? ORDER BY id"
    )
    for row in _query(before, (begin,)):
        yield replace(_row(row), time=since)
    query = (
        f"SELECT time, kind, site, turn, body FROM journal"  # noqa: S608  # only question marks
        f" WHERE kind IN ({marks}) AND time >= ? ORDER BY id"
    )
    for row in _query(query, (*kinds, begin)):
        yield _row(row)


def _row(row: sqlite3.Row) -> Row:
    body: dict[str, Any] = json.loads(row["body"])
    for key in ("site", "turn"):
        if key in row.keys() and row[key]:  # noqa: SIM118  # a Row is no mapping
            body[key] = row[key]
    return Row(datetime.fromisoformat(row["time"]), row["kind"], body)


def _query(query: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
    """Read from the memory of a Hearth that may be running; empty where there is none."""
    path = state_dir() / "hearth.db"
    if not path.is_file():
        return []
    try:
        return read_only(path, query, parameters)
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return []
        raise HearthError(f"The memory {path} cannot be read ({error}).") from error
