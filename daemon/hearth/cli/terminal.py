"""Events in, lines on a terminal out; and typed lines in, sentences out."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import datetime

from rich.console import Console
from rich.markup import escape

from hearth.bus import Bus
from hearth.event import (
    Acted,
    Answered,
    Appeared,
    Changed,
    Event,
    Health,
    Heard,
    Published,
    Say,
    SiteSeen,
    Spoken,
    TimerRang,
    Understood,
    Unheard,
    Woken,
)

_QUIET_STATES = {"starting"}


def line(event: Event) -> str | None:  # noqa: PLR0911, PLR0912  # one line for each kind of event
    """Return an event as one line of Rich markup; None for what a person need not see."""
    match event:
        case Woken():
            return f"[bold yellow]woken[/]      {escape(event.site)}: “{escape(event.word)}”"
        case Heard(origin="hearth"):
            return None
        case Heard(secret=secret) if secret is not None:
            return f"[bold]heard[/]      {escape(event.site)}: [dim](not shown)[/]"
        case Heard():
            return f"[bold]heard[/]      {escape(event.site)}: “{escape(event.text)}”"
        case Unheard():
            return f"[dim]unheard    {escape(event.site)}: {event.reason}[/]"
        case Understood(intent=""):
            return f"[dim]understood nothing of the home; conversation ({event.ms:.0f} ms)[/]"
        case Understood():
            slots = ", ".join(f"{k}={v}" for k, v in event.slots.items())
            what = f"{event.intent}({slots}) → {', '.join(event.targets) or 'nothing'}"
            return f"[cyan]understood[/] {escape(what)} [dim]({event.ms:.0f} ms)[/]"
        case Published():
            return f"[cyan]published[/]  {escape(event.topic)} {escape(event.payload[:120])}"
        case Changed() if event.old.state != event.new.state:
            was, now = event.old.state or "unknown", event.new.state or "unknown"
            return f"[green]changed[/]    {escape(event.new.name)}: {escape(was)} → {escape(now)}"
        case Acted() if event.outcome not in ("done", "sent"):
            return f"[red]{event.outcome}[/] {escape(event.act.entity_id)}"
        case Say() if event.text:
            return f"[bold cyan]says[/]       {escape(event.site)}: “{escape(event.text)}”"
        case Spoken() if event.said and not event.whole:
            return f"[dim]cut off after “{escape(event.said)}”[/]"
        case Answered(outcome="failed"):
            return "[red]the turn failed[/]"
        case TimerRang():
            return f"[bold yellow]timer[/]      {escape(event.name or 'a timer')} rang"
        case SiteSeen():
            return f"[dim]microphone {escape(event.site)} is there[/]"
        case Appeared():
            return f"[dim]thing      {escape(event.entity.id)} “{escape(event.entity.name)}”[/]"
        case Health() if event.state not in _QUIET_STATES:
            return _health(event)
    return None


def _health(event: Health) -> str:
    colour = {"ready": "green", "absent": "dim", "degraded": "yellow", "down": "red"}[event.state]
    detail = f" {escape(event.detail)}" if event.detail else ""
    remedy = f" [dim]{escape(event.remedy)}[/]" if event.remedy and event.state != "ready" else ""
    return f"[{colour}]{event.state:<10}[/] {escape(event.part)}{detail}{remedy}"


async def show(bus: Bus, console: Console, now: Callable[[], datetime]) -> None:
    """Print what happens, until cancelled."""
    async for event in bus.subscribe(Event, size=4096):
        if text := line(event):
            console.print(f"[dim]{now():%H:%M:%S}[/] {text}", soft_wrap=True, highlight=False)


async def typed(bus: Bus, site: str) -> None:
    """Take each typed line as a sentence in the room ``site``, until the input ends."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()
    rest = b""

    def readable() -> None:
        nonlocal rest
        data = os.read(sys.stdin.fileno(), 4096)
        if not data:
            loop.remove_reader(sys.stdin.fileno())
            return
        *whole, rest = (rest + data).split(b"\n")
        for raw in whole:
            lines.put_nowait(raw.decode("utf-8", "replace").strip())

    loop.add_reader(sys.stdin.fileno(), readable)
    try:
        while True:
            text = await lines.get()
            if text:
                bus.publish(Heard(site, text, origin="client"))
    finally:
        loop.remove_reader(sys.stdin.fileno())
