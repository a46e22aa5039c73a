"""`hearth persona`: who Hearth is, who else it could be, and back again."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from hearth.cli.common import AsJson, ConfigPath, err, go, out, print_json
from hearth.cli.selves import asked

app = typer.Typer(no_args_is_help=True, help="Who Hearth is: list, show, use, rollback.")

Id = Annotated[str, typer.Argument(help="The persona's id, as `hearth persona list` shows it.")]
Sex = Annotated[str, typer.Option("--voice", help="A woman's voice or a man's: female, male.")]


@app.command("list")
def list_personas(path: ConfigPath = None, as_json: AsJson = False) -> None:
    """List the personas, Hearth's own and yours, and which is in force.

    Example: hearth persona list
    """
    told = go(asked(path, "persona", {"do": "list"}))
    if as_json:
        print_json(told)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("persona", "version", "name", "what it is like", "pace"):
        table.add_column(column)
    for each in told["personas"]:
        mark = " [green](in force)[/]" if each["id"] == told["now"]["id"] else ""
        row = (each["name"], each["about"], f"{each['pace']:g}")
        table.add_row(escape(each["id"]) + mark, str(each["version"]), *map(escape, row))
    out.print(table)
    for fault in told["faults"]:
        err.print(f"[yellow]{escape(fault)}[/]", soft_wrap=True)
    if waiting := told["waiting"]:
        out.print(
            f"Version {waiting['version']} of {waiting['id']} waits: its file has changed. "
            f"`hearth persona use {waiting['id']}` takes it on.",
            soft_wrap=True,
        )


@app.command()
def show(path: ConfigPath = None, as_json: AsJson = False) -> None:
    """Show who Hearth is, and who it has been.

    Example: hearth persona show
    """
    told = go(asked(path, "persona", {"do": "list"}))
    if as_json:
        print_json({key: told[key] for key in ("now", "waiting", "history")})
        return
    now = told["now"]
    out.print(f"[bold]{escape(now['name'])}[/]: {escape(now['about'])}", highlight=False)
    out.print(f"persona {escape(now['id'])}, version {now['version']}", highlight=False)
    out.print(f"voice {escape(now['voice'] or 'as configured')}, pace {now['pace']:g}")
    for line in now["manner"]:
        out.print(f"  {escape(line)}", soft_wrap=True, highlight=False)
    for each in told["history"]:
        named = f"{each['name']} ({each['id']} {each['version']})"
        line = f"{each['time'][:16]}  {named}  {each['why']}"
        out.print(escape(line), soft_wrap=True, highlight=False)


@app.command()
def use(persona: Id, path: ConfigPath = None, voice: Sex = "") -> None:
    """Have Hearth be somebody else; what it remembers stays.

    Example: hearth persona use dry --voice female
    """
    _done(go(asked(path, "persona", {"do": "use", "id": persona, "sex": voice})))


@app.command()
def rollback(path: ConfigPath = None) -> None:
    """Have Hearth be who it was before, exactly as it was then.

    Example: hearth persona rollback
    """
    _done(go(asked(path, "persona", {"do": "back"})))


def _done(told: dict[str, Any]) -> None:
    now = told["now"]
    out.print(
        f"It is {escape(now['name'])} now: {escape(now['about'])} "
        f"({escape(now['id'])}, version {now['version']}).",
        soft_wrap=True,
        highlight=False,
    )
