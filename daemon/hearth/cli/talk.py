"""`hearth chat`, `ask`, `say`: words to and from a Hearth that is running."""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing
from typing import Annotated, Any

import typer
from rich.markup import escape

from hearth.cli.common import NOT_RUNNING, AsJson, Site, err, fail, go, out, print_json
from hearth.config import run_dir, state_dir
from hearth.error import HearthError

Text = Annotated[str, typer.Argument(help="What to say.")]


def ask(text: Text, site: Site = "", as_json: AsJson = False) -> None:
    """Ask one thing, print the reply.

    Example: hearth ask "is the kitchen lamp on?"

    It counts as said in the room of --site. Exit codes: 0 answered, 1 the turn failed,
    3 no Hearth is running.
    """
    told = go(_answer(text, site))
    answered = told.get("Answered", {})
    if as_json:
        print_json(
            {
                "text": text,
                "reply": answered.get("text", ""),
                "outcome": answered.get("outcome"),
                "intent": told.get("Understood", {}).get("intent") or None,
                "slots": told.get("Understood", {}).get("slots", {}),
                "targets": told.get("Understood", {}).get("targets", []),
            }
        )
    else:
        out.print(escape(answered.get("text", "")), soft_wrap=True)
    if answered.get("outcome") == "failed":
        raise typer.Exit(1)


def say(text: Text, site: Site = "") -> None:
    """Let Hearth say something.

    Example: hearth say "Dinner is ready" --site kitchen

    Exit codes: 0 said to its end, 1 not, 3 no Hearth is running.
    """
    told = go(_collect("say", {"text": text, "site": site}, "Spoken"))
    spoken = told.get("Spoken", {})
    if spoken.get("said") != spoken.get("text"):
        fail(HearthError("It was not said to its end.", "`hearth check` shows the speaker."))


def chat(site: Site = "") -> None:
    """Type to a running Hearth, line by line.

    Example: hearth chat

    An empty line or Ctrl+D ends it.
    """
    go(_chat(site))


async def _chat(site: str) -> None:
    await _collect("status", {}, "status")
    interactive = sys.stdin.isatty()
    if interactive:
        err.print("[dim]Type, and Hearth answers. An empty line ends it.[/]")
    loop = asyncio.get_running_loop()
    while True:
        if interactive:
            err.print("[bold]you[/]    ", end="")
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line.strip():
            return
        told = await _answer(line.strip(), site)
        prefix = "[bold cyan]hearth[/] " if interactive else ""
        out.print(f"{prefix}{escape(told.get('Answered', {}).get('text', ''))}", soft_wrap=True)


async def _answer(text: str, site: str) -> dict[str, dict[str, Any]]:
    return await _collect("ask", {"text": text, "site": site}, "Answered")


async def _collect(kind: str, data: dict[str, Any], last: str) -> dict[str, dict[str, Any]]:
    """Ask and return the data of each kind of answer; ends with exit code 3 if nobody is there."""
    from hearth.edge import control

    told: dict[str, dict[str, Any]] = {}
    try:
        async with aclosing(control.request(run_dir(state_dir()), kind, data)) as answers:
            async for name, value in answers:
                if name == "error":
                    raise HearthError(str(value.get("text")))
                told[name] = value
                if name == last:
                    return told
    except HearthError as error:
        fail(error, NOT_RUNNING)
    fail(HearthError("Hearth hung up.", "See its log; it may be ending."), NOT_RUNNING)
