"""`hearth initiative`: what Hearth said of its own accord, what it held back, and why.

Of what was said only the kind is here, and no words: they are not kept with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, get_args

import typer
from rich.markup import escape
from rich.table import Table

from hearth.cli.common import AsJson, ConfigPath, fail, load, out, print_json, told
from hearth.clock import SystemClock
from hearth.config import state_dir
from hearth.error import HearthError
from hearth.memory.prompts import read
from hearth.memory.store import read_only
from hearth.mind.initiative.gate import budget, resting_until, spent_today, utterances
from hearth.mind.initiative.initiative import limits
from hearth.mind.initiative.state import Reason, State
from hearth.voice.phrasing import Phrasing

_PHRASED = frozenset(get_args(Reason))


def initiative(
    path: ConfigPath = None,
    days: Annotated[int, typer.Option(help="How many days back.", min=1)] = 7,
    as_json: AsJson = False,
) -> None:
    """Show what it said by itself lately, what it held back and why; Hearth need not run.

    Example: hearth initiative --days 3
    """
    with told():
        config = load(path)
        now = SystemClock().now()
        facts = _facts(now, days)
    past = facts["past"]
    state = State(now=now, said=past.said, tastes=past.tastes, limits=limits(config.initiative))
    rest = resting_until(state)
    rest = rest if rest and rest > now else None
    spent, most = spent_today(state), budget(state)
    phrasing = Phrasing(config.hearth.language)
    since = now - timedelta(days=days)
    said = [each for each in utterances(past.said) if each[0].time >= since]
    if as_json:
        print_json({
            "enabled": config.initiative.enabled,
            "budget": {"a_day": most, "today": spent},
            "rests_until": _iso(rest),
            "tastes": {
                kind or "everything": {"level": taste.level, "until": _iso(taste.until)}
                for kind, taste in sorted(past.tastes.items())
            },
            "said": [
                {"time": _iso(s.time), "kind": s.kind, "key": s.key, "site": s.site,
                 "utterance": s.utterance, "duty": s.duty, "became": s.became}
                for each in reversed(said) for s in each
            ],
            "held": [
                {"time": row["time"], "kind": row["kind"], "key": row["key"],
                 "reason": row["reason"]}
                for row in facts["held"]
            ],
        })  # fmt: skip
        return
    on = "" if config.initiative.enabled else " It is switched off in [initiative]."
    out.print(f"Today it spoke up {spent} of {most} times.{on}")
    if rest:
        out.print(f"It rests until {_when(rest, now)}, because it was not answered.")
    for kind, taste in sorted(past.tastes.items()):
        until = f", not before {_when(taste.until, now)}" if taste.until else ""
        out.print(f"You said of {kind or 'everything'}: {taste.level}{until}.")
    _show_said(said, now)
    _show_held(facts["held"], phrasing, now)


def _show_said(said: list[Any], now: datetime) -> None:
    table = Table("when", "kind", "room", "what came of it", box=None, title="Said by itself")
    for each in reversed(said):
        kinds = ", ".join(s.kind for s in each)
        table.add_row(_when(each[0].time, now), escape(kinds), escape(each[0].site), each[0].became)
    if said:
        out.print(table)
    else:
        out.print("It said nothing by itself in this time.")


def _show_held(held: list[Mapping[str, Any]], phrasing: Phrasing, now: datetime) -> None:
    table = Table("last", "kind", "why it was not said", box=None, title="Held back")
    for row in held:
        reason = str(row["reason"])
        why = phrasing.phrase(f"initiative.held.{reason}") if reason in _PHRASED else reason
        table.add_row(_when(datetime.fromisoformat(row["time"]), now), escape(row["kind"]), why)
    if held:
        out.print(table)


def _facts(now: datetime, days: int) -> dict[str, Any]:
    """Read the memory's file. Raises HearthError where there is none."""
    file = state_dir() / "hearth.db"
    if not file.is_file():
        fail(HearthError(f"There is no memory at {file}.", "It is made when Hearth first runs."))
    since = (now - timedelta(days=days)).astimezone(UTC).isoformat()
    try:
        return {
            "past": read(
                read_only(file, "SELECT * FROM prompt ORDER BY time, key"),
                read_only(file, "SELECT * FROM prompt_taste"),
                now,
            ),
            "held": [
                dict(row)
                for row in read_only(
                    file,
                    "SELECT * FROM prompt_held WHERE time >= ? AND reason NOT IN"
                    " ('said', 'outweighed') ORDER BY time DESC LIMIT 60",
                    (since,),
                )
            ],
        }
    except sqlite3.OperationalError as error:
        raise HearthError(
            f"The memory {file} cannot be read ({error}).",
            "It is of an older Hearth; run Hearth once, which brings it up to date.",
        ) from error


def _when(time: datetime, now: datetime) -> str:
    local = time.astimezone(now.tzinfo)
    return local.strftime("%H:%M" if local.date() == now.date() else "%a %d %b %H:%M")


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
