"""`hearth models`: which models there are, which are installed, and how to get one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from hearth.cli.common import AsJson, err, out, print_json, told
from hearth.config import state_dir
from hearth.edge import models

app = typer.Typer(no_args_is_help=True, help="List the models that Hearth can use, and fetch one.")


@app.command("list", epilog="Example: hearth models list --json")
def list_models(as_json: AsJson = False) -> None:
    """List the models with their sizes and licences, and where they are installed."""
    state = state_dir()
    rows = [_row(model, state) for model in models.CATALOGUE]
    if as_json:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("name", "for", "download", "licence", "installed", "what it is"):
        table.add_column(heading, justify="right" if heading == "download" else "left")
    for model, row in zip(models.CATALOGUE, rows, strict=True):
        table.add_row(
            model.name,
            model.purpose,
            f"{model.megabytes} MB",
            model.licence,
            f"[green]{row['disk_mb']} MB[/green]" if row["installed"] else "no",
            model.about,
        )
    out.print(table)
    out.print(
        "\nAny instruction-tuned causal model of Hugging Face can be fetched by its name, too:\n"
        "  hearth models fetch HuggingFaceTB/SmolLM2-360M-Instruct"
    )


@app.command("fetch", epilog="Example: hearth models fetch vosk-small-en")
def fetch_model(
    name: Annotated[str, typer.Argument(help="A name of the list, or owner/model.")],
    as_json: AsJson = False,
) -> None:
    """Fetch a model, check it, and install it. What was begun is gone on with.

    Exit codes: 0 it is installed, 1 it could not be fetched, 4 there is no such model.
    """
    with told():
        model, state = models.find(name), state_dir()
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=err,
            transient=True,
            disable=as_json,
        ) as bars:
            bar = bars.add_task(model.name, total=None)

            def tell(what: str, part: float | None) -> None:
                total = None if part is None else 1.0
                bars.update(
                    bar, description=f"{model.name}: {what}", total=total, completed=part or 0
                )

            models.fetch(model, state, tell)
    row = _row(model, state)
    if as_json:
        print_json(row)
    else:
        out.print(f"{model.name} is installed in {row['folder']} ({row['disk_mb']} MB).")


def _row(model: models.Model, state: Path) -> dict[str, object]:
    """Return what is told of a model."""
    where = models.folder(model, state)
    there = where.is_dir()
    files = [path for path in where.rglob("*") if path.is_file()] if there else []
    return {
        "name": model.name,
        "purpose": model.purpose,
        "source": model.source,
        "origin": model.origin,
        "download_mb": model.megabytes,
        "licence": model.licence,
        "sha256": model.sha256,
        "installed": there,
        "folder": str(where),
        "disk_mb": round(sum(path.stat().st_size for path in files) / 1e6),
        "about": model.about,
    }
