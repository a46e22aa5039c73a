"""A regular expression in, the compiled pattern out; what was compiled once is kept on disk.

Python keeps the bytecode of its modules, but compiles each expression anew at each start. The
sentence files make about 1,200 large ones: 1.5 s of work on a fast processor, 6 s on a Pi, before
the first sentence can be understood. Their code, compressed, is a file of 0.8 MB, read in 50 ms.

The code is Python's own (``re._compiler``) and holds for the Python that made it, by which the file
is named; ``_sre.compile`` refuses what is no valid code. Where anything fails, it is compiled.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]  # private: Python has no public door to compiled code
import logging
import marshal
import re
import sys
import zlib
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from re import _compiler, _parser  # type: ignore[attr-defined]  # the same

log = logging.getLogger(__name__)

_Code = tuple[int, bytes, int, dict[str, int]]
"""Flags, code, how many groups, and their names: what ``_sre.compile`` takes."""


class Shelf:
    """Compiled patterns by their text and flags, as they lie in one ``file``."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept = _read(file)
        self._used: dict[tuple[str, int], _Code] = {}

    def pattern(self, text: str, flags: int) -> re.Pattern[str]:
        """Return a pattern, compiled or taken from the file. Raises re.error."""
        key = text, flags
        code = self._used.get(key) or self._kept.get(key)
        if code is not None:
            with suppress(RuntimeError, TypeError, ValueError):  # no valid code
                found = _made(text, code)
                self._used[key] = code
                return found
        self._used[key] = code = _compile(text, flags)
        return _made(text, code)

    def save(self) -> None:
        """Write what was used, if it is other than what lies there; a full disk is no fault."""
        if self._used.keys() == self._kept.keys():
            return
        new = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            for old in self._file.parent.glob("*.patterns"):  # of another Python
                old.unlink()
            new.write_bytes(zlib.compress(marshal.dumps(self._used), 1))
            new.replace(self._file)
        except OSError as error:
            log.warning("the compiled patterns are not kept: %s", error)


_shelves: list[Shelf] = []
"""The shelf in use, if any: whoever compiles is deep in a table and is handed no port."""


def compiled(text: str, flags: int = 0) -> re.Pattern[str]:
    """Compile an expression of the sentence files. Raises re.error."""
    flags = int(flags)
    in_use = _shelves[-1:]
    return in_use[0].pattern(text, flags) if in_use else re.compile(text, flags)


@contextmanager
def shelved(folder: Path) -> Iterator[None]:
    """Take what is compiled within from ``folder``, and keep there what is new."""
    shelf = Shelf(folder / f"{sys.implementation.cache_tag}-{_sre.MAGIC}.patterns")
    _shelves.append(shelf)
    try:
        yield
        shelf.save()
    finally:
        _shelves.remove(shelf)


def _compile(text: str, flags: int) -> _Code:
    """Return what ``re.compile`` would make a pattern of."""
    parsed = _parser.parse(text, flags)
    state = parsed.state
    code = array("I", _compiler._code(parsed, flags)).tobytes()
    return flags | state.flags, code, state.groups - 1, dict(state.groupdict)


def _made(text: str, code: _Code) -> re.Pattern[str]:
    flags, words, groups, names = code
    by_index: list[str | None] = [None] * (groups + 1)
    for name, index in names.items():
        by_index[index] = name
    made: re.Pattern[str] = _sre.compile(
        text, flags, array("I", words).tolist(), groups, names, tuple(by_index)
    )
    return made


def _read(file: Path) -> dict[tuple[str, int], _Code]:
    try:
        kept = marshal.loads(zlib.decompress(file.read_bytes()))  # noqa: S302  # ours, like a .pyc
    except (OSError, zlib.error, ValueError, EOFError, TypeError):
        return {}
    return kept if isinstance(kept, dict) else {}
