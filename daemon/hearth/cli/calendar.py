"""`hearth calendar`: what is in the calendar, and what is put into it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from hearth.agenda import Appointment
from hearth.cli.common import AsJson, ConfigPath, load, out, told
from hearth.clock import SystemClock
from hearth.config import state_dir
from hearth.dates import dates
from hearth.edge.calendar.calendars import Calendars, read_password
from hearth.edge.calendar.files import IcsFiles, OwnCalendar
from hearth.edge.calendar.server import CaldavCalendar
from hearth.error import HearthError
from hearth.sections import Config

app = typer.Typer(no_args_is_help=True, help="What is in the calendar, and what is put into it.")


@app.command("list")
def list_(
    when: Annotated[str, typer.Argument(help='A time in words: "next week".')] = "",
    path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Print what is in the calendar: of the next four weeks, or of a time.

    Example: hearth calendar list "next week"
    """
    with told():
        config = load(path)
        clock = _clock(config)
        start, end = clock.now(), clock.now() + timedelta(days=28)
        if when:
            start, end = _read(config, when, clock.now())
        found = asyncio.run(_all(config, clock, start, end))
    if as_json:
        rows = [
            {
                "start": a.start.isoformat(),
                "end": a.end.isoformat(),
                "title": a.title,
                "place": a.place,
                "whole_day": a.whole_day,
                "calendar": a.calendar,
            }
            for a in found
        ]
        out.print_json(data=rows)
        return
    for each in found:
        at = f"{each.start:%a %Y-%m-%d}" + ("      " if each.whole_day else f" {each.start:%H:%M}")
        place = f", {each.place}" if each.place else ""
        out.print(f"{at}  {each.title}{place}  ({each.calendar})", markup=False, soft_wrap=True)
    if not found:
        out.print("Nothing is in the calendar then.")


@app.command()
def add(
    title: Annotated[str, typer.Argument(help="What it is.")],
    when: Annotated[str, typer.Argument(help='When, in words: "on Friday at seven".')],
    path: ConfigPath = None,
) -> None:
    """Put an appointment into Hearth's own calendar.

    Example: hearth calendar add "Dinner with Tom" "on Friday at 19:00"
    """
    with told():
        config = load(path)
        clock = _clock(config)
        read = dates(config.hearth.language).read(when, clock.now())
        if read is None:
            raise HearthError(f"{when!r} tells no time.", 'Say it like "on Friday at 19:00".')
        whole = read.grain != "moment" and not read.timed
        end = read.end if read.end > read.start else read.start + timedelta(hours=1)
        one = Appointment("", "", title, read.start, end, whole_day=whole)
        kept = asyncio.run(_own(clock).add(one, read.rule))
    out.print(f"{kept.start:%a %Y-%m-%d %H:%M}  {kept.title}", markup=False, soft_wrap=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="An ICS file.")], path: ConfigPath = None
) -> None:
    """Take over all events of an ICS file into Hearth's own calendar.

    Example: hearth calendar import export.ics
    """
    with told():
        try:
            data = file.read_bytes()
        except OSError as error:
            raise HearthError(f"{file} cannot be read ({error.strerror}).") from error
        count = asyncio.run(_own(_clock(load(path))).put(data))
    out.print(f"{count} events are in the calendar.")


@app.command()
def check(path: ConfigPath = None) -> None:
    """Say whether every source can be read, and the server be reached.

    Example: hearth calendar check
    """
    with told():
        config = load(path)
        clock = _clock(config)
        for source in config.calendar.sources:
            files = _files(config, clock, source)
            asyncio.run(files.refresh())
        if config.calendar.caldav_url:
            asyncio.run(_server(config, clock).sync())
    out.print("All calendars can be read.")


async def _all(
    config: Config, clock: SystemClock, start: datetime, end: datetime
) -> tuple[Appointment, ...]:
    """Read every calendar once; of the server, the last copy."""
    files = [_files(config, clock, source) for source in config.calendar.sources]
    for each in files:
        await each.refresh()
    diaries = {"hearth": _own(clock)}
    server = [_server(config, clock)] if config.calendar.caldav_url else []
    return await Calendars(dict(diaries), [*files, *server]).between(start, end)


def _files(config: Config, clock: SystemClock, source: str) -> IcsFiles:
    return IcsFiles([Path(source).expanduser()], clock, _tell)


def _server(config: Config, clock: SystemClock) -> CaldavCalendar:
    cache = state_dir() / "caldav.json"
    settings = config.calendar
    return CaldavCalendar(
        settings, lambda: read_password(settings), cache=cache, clock=clock, tell=_tell
    )


def _tell(health: object) -> None:
    """Print what is wrong with a source."""
    state, detail = getattr(health, "state", ""), getattr(health, "detail", "")
    if state in ("degraded", "down"):
        raise HearthError(str(detail), str(getattr(health, "remedy", "")))


def _own(clock: SystemClock) -> OwnCalendar:
    return OwnCalendar(state_dir() / "calendar.ics", clock)


def _clock(config: Config) -> SystemClock:
    zone = config.hearth.time_zone
    return SystemClock(ZoneInfo(zone) if zone else None)


def _read(config: Config, words: str, now: datetime) -> tuple[datetime, datetime]:
    when = dates(config.hearth.language).read(words, now)
    if when is None:
        raise HearthError(f"{words!r} tells no time.", 'Say it like "next week".')
    return when.start, when.end if when.end > when.start else when.start + timedelta(days=1)
