"""`hearth memory facts|edit|forget|export`: what was made of what was said, changed or let go."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from hearth.cli.common import AsJson, ConfigPath, go, load, out, print_json
from hearth.cli.remembering import Memory, memory
from hearth.config import run_dir, state_dir
from hearth.error import HearthError
from hearth.memory import export
from hearth.memory.facts.miner import Miner
from hearth.memory.facts.table import StoredFacts
from hearth.memory.forgetting import Forgetting
from hearth.remember import Doomed, Fact, Gone, Meant, Utterance

FORGET = "memory.forget"
"""The verb of the daemon's door: its own memory, beside the file's, has to forget as well."""

_SHOWN = 20
_ALL = 1_000_000_000


def add_to(app: typer.Typer) -> None:
    """Give the group `hearth memory` these commands."""
    for command in (facts, edit, forget):
        app.command()(command)
    app.command("export")(write)


def facts(
    about: Annotated[str, typer.Argument(help="A person, a thing or a topic; else all.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Those that hold no longer, too.")] = False,
    path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """List what is known, each with the words and the turn that it comes from.

    Example: hearth memory facts Mara
    """
    go(_facts(about, path, every=every, as_json=as_json))


async def _facts(about: str, path: Path | None, *, every: bool, as_json: bool) -> None:
    async with _keeping(path) as kept:
        found = await kept.facts.every() if every else await kept.facts.all()
        if about:
            near = {one.id for one in await kept.facts.about(about, _SHOWN * 5)}
            found = tuple(one for one in found if one.id in near)
        if as_json:
            print_json([told(one) for one in found])
        elif not found:
            out.print("Nothing is known of that." if about else "Nothing is known yet.")
        else:
            _show(found)


def edit(
    fact_id: Annotated[str, typer.Argument(help="The fact's id, as `facts` shows it: f12.")],
    value: Annotated[str, typer.Option(help="What is right.")],
    path: ConfigPath = None,
) -> None:
    """Put a fact right: a new one takes its place, and the old one stays to be seen.

    Example: hearth memory edit f12 --value Maria
    """
    go(_edit(fact_id, value, path))


async def _edit(fact_id: str, value: str, path: Path | None) -> None:
    number = fact_id.removeprefix("f")
    if not value.strip():
        raise HearthError("A fact has to say something.", "To let it go: hearth memory forget")
    async with _keeping(path) as kept:
        now = kept.memory.clock.now()
        new = (
            await kept.facts.edit(int(number), value.strip(), now=now) if number.isdigit() else None
        )
        if new is None:
            raise HearthError(
                f"There is no fact {fact_id!r}.", "hearth memory facts shows the ids."
            )
        out.print(f"f{new.id} takes the place of f{number}: {escape(new.value)}")


def forget(  # noqa: PLR0917  # one a way to say what is meant
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids of turns, or of facts (f12).")
    ] = None,
    person: Annotated[str, typer.Option(help="Everything about this person.")] = "",
    topic: Annotated[str, typer.Option(help="Everything with these words.")] = "",
    since: Annotated[datetime | None, typer.Option(help="What was said from then on.")] = None,
    until: Annotated[datetime | None, typer.Option(help="What was said before then.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Forget for good: words, facts, index and vectors, in every byte; no import brings it back.

    Example: hearth memory forget --person Tom

    A running Hearth forgets it in its memory, too.
    """
    meant = Meant(tuple(ids or ()), person, topic, since, until)
    if meant == Meant():
        raise typer.BadParameter("say what: ids, --person, --topic, --since or --until")
    go(_forget(meant, path, dry_run=dry_run, yes=yes, as_json=as_json))


async def _forget(
    meant: Meant, path: Path | None, *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    async with _keeping(path) as kept:
        zone = kept.memory.zone
        start, end = (at.replace(tzinfo=zone) if at else None for at in (meant.start, meant.end))
        meant = Meant(meant.ids, meant.person, meant.topic, start, end)
        doomed = await kept.forgetting.find(meant)
        done = {"turns": len(doomed.utterances), "facts": len(doomed.facts), "forgotten": False}
        if not as_json:
            _show_doomed(doomed)
        going = bool(doomed.utterances or doomed.facts or meant.names or meant.start or meant.end)
        if going and not dry_run:
            if not yes:
                typer.confirm("Forget it for good?", abort=True)
            await _really(kept, doomed)
            done["forgotten"] = True
    if as_json:
        print_json(done)
    elif done["forgotten"]:
        out.print("Forgotten.")


async def _really(kept: Kept, doomed: Doomed) -> None:
    """Forget through the running Hearth, or by ourselves where none runs."""
    from hearth.edge import control

    folder = run_dir(state_dir())
    if not (folder / control.SOCKET).exists():
        await kept.forgetting.forget(doomed)
        return
    try:
        await control.done(folder, FORGET, as_data(doomed.meant))
    except HearthError as error:
        if "No Hearth is running" not in str(error):
            raise
        await kept.forgetting.forget(doomed)


def write(
    file: Annotated[Path, typer.Argument(help="Where to; - writes to standard output.")],
    path: ConfigPath = None,
) -> None:
    """Write all that is remembered, as lines of JSON: turns, facts, hashes of what was forgotten.

    Example: hearth memory export memory.jsonl

    `hearth memory import` takes it back in. The file is readable by its user alone.
    """
    go(_write(file, path))


async def _write(file: Path, path: Path | None) -> None:
    async with _keeping(path) as kept:
        gone = kept.forgetting.tombstones
        found = await kept.memory.store.read(lambda db: list(export.lines(db, gone)))
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in found)
    if str(file) == "-":
        typer.echo(text, nl=False)
        return
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            written.write(text)
    except OSError as error:
        raise HearthError(f"{file} cannot be written ({error.strerror}).") from error
    turns = sum("kind" not in line for line in found)
    known = sum(line.get("kind") == "fact" for line in found)
    out.print(f"{turns:,} turns and {known:,} facts written to {file}.")


# --- what the commands share -----------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """The memory with its facts, and what forgets."""

    memory: Memory
    facts: StoredFacts
    forgetting: Forgetting


@asynccontextmanager
async def _keeping(path: Path | None) -> AsyncIterator[Kept]:
    """Open the memory, finish a forgetting that was begun, and read what facts are new."""
    from hearth.dates.reader import dates
    from hearth.memory.facts.reader import Reader

    async with memory(load(path)) as found:
        forgetting = Forgetting(found.store, found.clock, erasers=[Shelf(found.state)])
        await forgetting.finish()
        miner = Miner(found.store, found.clock, Reader(dates("en")))
        await miner.catch_up(_ALL)
        yield Kept(found, StoredFacts(found.store, found.clock), forgetting)


class Shelf:
    """What a brain that is not running keeps of prompts on disk: it goes as a whole."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "prefixes"

    async def erase(self, gone: Gone) -> None:
        """Delete the files."""
        for file in self._folder.glob("*") if self._folder.is_dir() else ():
            file.unlink(missing_ok=True)


async def source_of(facts: StoredFacts, fact_id: str) -> str:
    """Return the id of the turn that a fact ("f12") comes from; empty where there is none."""
    number = fact_id.removeprefix("f")
    one = await facts.one(int(number)) if number.isdigit() and number != fact_id else None
    return one.source if one else ""


def as_data(meant: Meant) -> dict[str, Any]:
    """Return what is meant as plain data for the daemon's door."""
    return {
        "ids": list(meant.ids),
        "person": meant.person,
        "topic": meant.topic,
        "start": meant.start.isoformat() if meant.start else "",
        "end": meant.end.isoformat() if meant.end else "",
    }


def told(one: Fact) -> dict[str, object]:
    """Return a fact as plain data."""
    times = {key: getattr(one, key) for key in ("told", "since", "until", "superseded", "due")}
    return {
        "id": f"f{one.id}",
        "subject": one.subject,
        "relation": one.relation,
        "value": one.value,
        "quote": one.quote,
        "source": one.source,
        **{key: time.isoformat() for key, time in times.items() if time},
        "confidence": one.confidence,
    }


def _show(found: Iterable[Fact]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("id", "about", "what", "value", "told", "in these words", "turn"):
        table.add_column(column, overflow="fold")
    for one in found:
        value = f"{one.value} ({one.due:%Y-%m-%d})" if one.due else one.value
        over = "[dim strike]" if one.superseded or one.until else ""
        quote = f"“{one.quote}”"
        row = (f"f{one.id}", one.subject, one.relation, value, f"{one.told:%Y-%m-%d}", quote)
        table.add_row(*(f"{over}{escape(cell)}" for cell in (*row, one.source or "(by hand)")))
    out.print(table)


def _show_doomed(doomed: Doomed) -> None:
    """Show what would go."""
    count = f"{len(doomed.utterances):,} turns and {len(doomed.facts):,} facts"
    out.print(f"{count} would go." if doomed.utterances or doomed.facts else "Nothing fits.")
    shown: tuple[Utterance, ...] = doomed.utterances[:_SHOWN]
    for each in shown:
        line = f"  {each.time:%Y-%m-%d %H:%M} {each.speaker}: {each.text}"
        out.print(escape(line), soft_wrap=True, highlight=False)
    if len(doomed.utterances) > _SHOWN:
        out.print(f"  and {len(doomed.utterances) - _SHOWN:,} more")
