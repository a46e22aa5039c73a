"""`hearth memory`: dialogues in, what was said and where it comes from out."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from hearth.cli import memory_keep
from hearth.cli.common import USAGE, AsJson, ConfigPath, err, fail, go, load, out, print_json
from hearth.cli.remembering import Memory, memory
from hearth.error import HearthError
from hearth.memory import dialogue, export
from hearth.memory.forgetting import Forgetting
from hearth.memory.journal import encode
from hearth.remember import Hit, Utterance

app = typer.Typer(no_args_is_help=True, help="What was said: find it, show where it comes from.")
memory_keep.add_to(app)

_AT_IMPORT, _AT_SEARCH = 10_000, 1000
"""So many vectors are made at an import, two minutes' work, or before a search; the daemon makes
the rest when idle, or `hearth memory index`."""


@app.command("import")
def bring(
    file: Annotated[Path, typer.Argument(help="One turn a line, as JSON; - reads standard input.")],
    path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Import a dialogue, all of it or nothing.

    Example: hearth memory import dialogue.jsonl

    A line is {"id": "a1", "session": "1", "time": "2026-03-02T08:00:00", "speaker": "Ann", "text":
    "Good morning"}; a time without a zone is one of this house, and "1:56 pm on 8 May, 2023" is
    read, too. What is there already is left as it is, and what was forgotten stays forgotten.
    """
    go(_bring(file, path, as_json=as_json))


async def _bring(file: Path, path: Path | None, *, as_json: bool) -> None:
    lines, others = export.parted(_lines(file))
    async with memory(load(path)) as found:
        turns = dialogue.read(lines, found.zone)
        forgetting = Forgetting(found.store, found.clock)
        hashes = forgetting.tombstones
        hashes.merge(row for row in others if row["kind"] in ("key", "forgotten"))
        done = await found.turns.bring(turns, forgetting.refused)
        known_facts = [row for row in others if row["kind"] == "fact"]
        facts = await found.store.do(lambda db: export.bring(db, known_facts, hashes))
        if as_json:
            told = {"added": done.added, "known": done.known, "forgotten": done.forgotten}
            print_json({**told, "facts": facts} if known_facts else told)
        else:
            known = f", {done.known} were there already" if done.known else ""
            gone = f", {done.forgotten} stay forgotten" if done.forgotten else ""
            out.print(f"{done.added} turns imported{known}{gone}.")
        async with found.encoder(needed=bool(done.added)) as encoder:
            if encoder:
                await _fill(found, _AT_IMPORT)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help='A question; - reads one {"query": ...} a line.')],
    most: Annotated[int, typer.Option("-k", help="How many turns at most.", min=1)] = 10,
    path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Find what was said about something.

    Example: hearth memory search "When did Anna move to Leipzig?"

    With - and --json it prints {"query", "hits": [{"id", "score", "text"}]} for each line it reads.
    """
    go(_search(query, most, path, as_json=as_json))


async def _search(query: str, most: int, path: Path | None, *, as_json: bool) -> None:
    async with memory(load(path)) as found, found.encoder(needed=True) as encoder:
        if encoder:
            await _fill(found, _AT_SEARCH)
        recall = found.recall(encoder)
        async for each in _queries(query):
            hits = await recall.recall(each, most)
            if as_json:
                print_json({"query": each, "hits": [_hit(hit) for hit in hits]})
            elif not hits:
                out.print("Nothing was said about it.")
            else:
                _show([hit.utterance for hit in hits], [hit.score for hit in hits])


@app.command("list")
def list_turns(
    most: Annotated[int, typer.Option("-k", help="How many turns at most.", min=1)] = 20,
    since: Annotated[datetime | None, typer.Option(help="From this day or moment on.")] = None,
    speaker: Annotated[str, typer.Option(help="Of this speaker only.")] = "",
    path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """List what was said last, in order.

    Example: hearth memory list -k 50 --since 2026-03-02
    """
    go(_list(most, since, speaker, path, as_json=as_json))


async def _list(
    most: int, since: datetime | None, speaker: str, path: Path | None, *, as_json: bool
) -> None:
    async with memory(load(path)) as found:
        start = since.replace(tzinfo=found.zone) if since else None
        turns = await found.turns.newest(most, since=start, speaker=speaker)
        if as_json:
            print_json([_told(each) for each in turns])
        elif not turns:
            out.print("Nothing is remembered yet.")
        else:
            _show(turns)


@app.command()
def show(
    turn_id: Annotated[str, typer.Argument(help="The id of a turn, or of a fact (f12).")],
    path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Show a turn: when, where and by whom it was said, what stood around it, what was made of it.

    Example: hearth memory show 5f0c2a9d41be
    """
    go(_one(turn_id, path, as_json=as_json))


async def _one(turn_id: str, path: Path | None, *, as_json: bool) -> None:
    async with memory(load(path)) as found:
        each = await found.turns.one(turn_id)
        if each is None and (source := await memory_keep.source_of(found.facts, turn_id)):
            turn_id, each = source, await found.turns.one(source)
        if each is None:
            raise HearthError(f"There is no turn {turn_id!r}.", "hearth memory list shows the ids.")
        around = await found.turns.around(turn_id, 2, 2)
        facts = await found.facts.of(turn_id)
        if as_json:
            near, made = [_told(other) for other in around], [encode(fact) for fact in facts]
            print_json({**_told(each), "around": near, "facts": made})
            return
        place = f" in {escape(each.site)}" if each.site else ""
        out.print(f"{each.time:%A, %d %B %Y, %H:%M}{place}, session {escape(each.session)}")
        for other in around:
            mark = "[bold]" if other.id == each.id else "[dim]"
            said = f"{other.speaker}: {other.text}"
            out.print(f"  {mark}{escape(said)}[/]", soft_wrap=True, highlight=False)
        for fact in facts:
            known = f"f{fact.id}: {fact.subject} · {fact.relation} · {fact.value}"
            old = " (no longer)" if fact.superseded or fact.until else ""
            out.print(escape(known) + old, soft_wrap=True, highlight=False)


@app.command()
def stats(path: ConfigPath = None, as_json: AsJson = False) -> None:
    """Tell how much is remembered, of whom, and since when.

    Example: hearth memory stats
    """
    go(_stats(path, as_json=as_json))


async def _stats(path: Path | None, *, as_json: bool) -> None:
    async with memory(load(path)) as found:
        it = await found.turns.stats()
        if as_json:
            print_json(
                {
                    "turns": it.turns,
                    "sessions": it.sessions,
                    "vectors": it.vectors,
                    "speakers": dict(it.speakers),
                    "first": it.first.isoformat() if it.first else None,
                    "last": it.last.isoformat() if it.last else None,
                    "bytes": found.path.stat().st_size,
                }
            )
            return
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_row("turns", f"{it.turns:,} in {it.sessions:,} sessions")
        table.add_row("with a vector", f"{it.vectors:,}")
        if it.first and it.last:
            table.add_row("said", f"{it.first:%d %B %Y} to {it.last:%d %B %Y}")
        for speaker, count in it.speakers:
            table.add_row(f"by {escape(speaker)}", f"{count:,}")
        out.print(table)


@app.command()
def index(path: ConfigPath = None) -> None:
    """Make the vectors that are missing, all of them, now.

    Example: hearth memory index
    """
    go(_index(path))


async def _index(path: Path | None) -> None:
    async with memory(load(path)) as found, found.encoder(needed=True) as encoder:
        if encoder is None:
            raise HearthError("There is no sentence encoder.", "hearth models list")
        await _fill(found, sys.maxsize)
        out.print(f"{(await found.turns.stats()).vectors:,} turns have their vector.")


async def _fill(found: Memory, most: int) -> None:
    """Make vectors and show on a terminal how far it is; what is left is told."""
    shown = sys.stderr.isatty()

    def told(made: int, of: int) -> None:
        if shown:
            sys.stderr.write(f"\rvectors {made:,} of {of:,}" + ("\n" if made == of else ""))

    left = await found.fill(most, told)
    if left:
        err.print(f"{left:,} turns have no vector yet: [bold]hearth memory index[/]")


async def _queries(query: str) -> AsyncIterator[str]:
    """Yield the query, or those of standard input as they come."""
    if query != "-":
        yield query
        return
    number = 0
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        number += 1
        text = line.decode("utf-8", "replace").strip()
        if not text:
            continue
        try:
            asked = json.loads(text)["query"]
            if not isinstance(asked, str):
                raise TypeError  # told below
        except (ValueError, KeyError, TypeError):
            fail(HearthError(f'line {number}: expected {{"query": "..."}}'), USAGE)
        yield asked


def _lines(file: Path) -> Iterable[str]:
    """Return the lines of a file. Raises HearthError where it cannot be read."""
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return data.decode("utf-8-sig").split("\n")
    except OSError as error:
        raise HearthError(f"{file} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise HearthError(f"{file} is no UTF-8 ({error}).") from error


def _hit(hit: Hit) -> dict[str, object]:
    return {"id": hit.utterance.id, "score": round(hit.score, 4), "text": hit.utterance.text}


def _told(each: Utterance) -> dict[str, object]:
    told: dict[str, object] = {
        "id": each.id,
        "session": each.session,
        "time": each.time.isoformat(),
        "speaker": each.speaker,
        "text": each.text,
    }
    return {**told, "site": each.site} if each.site else told


def _show(turns: Iterable[Utterance], scores: Iterable[float] | None = None) -> None:
    """Print turns as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("when", "who", "what was said", "id", *(("score",) if scores else ())):
        table.add_column(column, overflow="fold")
    rated = iter(scores or ())
    for each in turns:
        row = [f"{each.time:%Y-%m-%d %H:%M}", each.speaker, each.text, each.id]
        table.add_row(*map(escape, row), *((f"{next(rated):.2f}",) if scores else ()))
    out.print(table)
