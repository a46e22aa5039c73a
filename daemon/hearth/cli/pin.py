"""`hearth pin`: the PIN that unlocks the house."""

from __future__ import annotations

import getpass
import sys

from hearth.cli.common import ConfigPath, fail, load, out, told
from hearth.config import state_dir
from hearth.error import HearthError
from hearth.home.pin import keep, pin_file


def pin(path: ConfigPath = None) -> None:
    """Set the PIN that unlocking and disarming ask for; it is read from the terminal.

    Example: hearth pin

    Only a salted hash of it is kept. A running Hearth takes the new one at once. Anyone who hears
    the PIN can say it: a voice is not told from another. Exit codes: 0 set, 1 not, 78 the
    configuration is wrong.
    """
    with told():
        file = pin_file(load(path).door, state_dir())
        digits = _ask("The new PIN, 4 to 12 digits: ")
        if sys.stdin.isatty() and _ask("Once more: ") != digits:
            fail(HearthError("The two are not the same.", "Nothing was changed; try again."))
        keep(file, digits)
    out.print(f"The PIN is set in {file}.", markup=False, soft_wrap=True)


def _ask(prompt: str) -> str:
    """Read a line that is not shown; from a pipe it is read as it comes."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt).strip()
    return sys.stdin.readline().strip()
