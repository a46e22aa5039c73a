"""`hearth mirror`: how much you talk with Hearth, shown to you and to nobody else."""

from __future__ import annotations

from dataclasses import asdict

from rich.markup import escape

from hearth.cli.common import AsJson, ConfigPath, load, out, print_json, told
from hearth.config import state_dir


def mirror(path: ConfigPath = None, as_json: AsJson = False) -> None:
    """Show the week: minutes, how much late at night, days without a word of anybody else.

    Example: hearth mirror

    It is read from the memory's file and goes nowhere. Say "talk less" to have Hearth hold back,
    or put a smaller budget into [initiative].
    """
    from hearth import sentences
    from hearth.clock import SystemClock
    from hearth.memory import use
    from hearth.mind.setup.text import fold, phrases, said
    from hearth.skills import mirror as skill
    from hearth.voice.phrasing import Phrasing

    with told():
        config = load(path)
        language = config.hearth.language
        table = sentences.load(language).table("setup") or sentences.load("en").table("setup")
        people = set(phrases(table.get("relations"))) - set(phrases(table.get("no_family")))
        now = SystemClock().now()
        sentences_said = use.read_file(state_dir() / "hearth.db", now)
        seen = use.mirror(sentences_said, now, lambda text: said(people, fold(text)))
        if as_json:
            print_json(asdict(seen))
            return
        phrasing = Phrasing(language)
        if not seen.minutes:
            out.print(escape(phrasing.phrase("mirror.nothing")))
            return
        out.print(escape(skill.told(seen, phrasing)), soft_wrap=True, highlight=False)
        out.print("[dim]Say “talk less” and it holds back.[/]")
