"""A language's sentence files in, one merged table out, with file and line for every fault.

The format is Home Assistant's own (``hassil``): ``language``, ``intents``, ``lists``,
``expansion_rules``, ``skip_words``, ``responses``; Hearth adds ``phrases`` (its own fixed
sentences), ``frames`` (politeness around a command, see ``mind/frames.py``) and ``discourse``
(what joins several clauses, see ``mind/sentence/discourse.py``).

``rules`` holds how people say when and if (see ``mind/rulespeech``), ``conversation`` what kinds
of sentences there are beside commands and ``replies`` what is said to them (see ``mind/written``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import platformdirs
import yaml

from hearth.error import ConfigError

KEYS = frozenset(
    {
        "language",
        "intents",
        "lists",
        "expansion_rules",
        "skip_words",
        "responses",
        "phrases",
        "frames",
        "concepts",
        "answers",
        "discourse",
        "rules",
        "sayings",
        "setup",
        "conversation",
        "replies",
        "crisis",
        "moods",
        "dates",
        "planning",
        "memory",
        "turntaking",
    }
)
"""What a sentence file may hold at its top."""


class Text(str):
    """A string of a YAML file that knows the ``line`` (from 1) on which it stands."""

    line: int

    def __new__(cls, value: str, line: int = 0) -> Text:
        """Make a string that remembers its line."""
        text = super().__new__(cls, value)
        text.line = line
        return text


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml: a tenth of the time
    """A safe loader whose strings know their lines."""


def _text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Text:
    return Text(str(loader.construct_scalar(node)), node.start_mark.line + 1)


_Loader.add_constructor("tag:yaml.org,2002:str", _text)


@dataclass(frozen=True, slots=True)
class SentenceFile:
    """One file: where it is, and what it holds; ``own`` for those that come with Hearth."""

    path: Path
    data: Mapping[str, Any]
    own: bool = True


@dataclass(frozen=True)
class Sentences:
    """All files of one language, in the order in which they were read."""

    language: str
    files: tuple[SentenceFile, ...] = ()
    _merged: dict[str, Mapping[str, Any]] = field(default_factory=dict, repr=False, compare=False)

    def table(self, key: str) -> Mapping[str, Any]:
        """Return the mapping under ``key``, merged over all files; a later file wins."""
        if key not in self._merged:
            merged: dict[str, Any] = {}
            for file in self.files:
                _merge(merged, file.data.get(key) or {})
            self._merged[key] = merged
        return self._merged[key]


def directories() -> tuple[Path, ...]:
    """Return where sentence files are looked for, in order; Hearth's own come first.

    Hearth's own: ``configs/sentences`` of the checkout, or ``hearth/sentence_files`` of an
    installed wheel. The user's: ``/etc/hearth/sentences``, then ``~/.config/hearth/sentences``.
    """
    package = Path(__file__).resolve().parent
    checkout = package.parents[1] / "configs" / "sentences"
    own = checkout if checkout.is_dir() else package / "sentence_files"
    user = platformdirs.user_config_path("hearth") / "sentences"
    return own, Path("/etc/hearth/sentences"), user


def load(language: str, folders: Iterable[Path] | None = None) -> Sentences:
    """Read every file of ``language`` in ``folders`` (default: ``directories()``).

    A file belongs to the language that its ``language`` key names.

    Raises:
        ConfigError: names every fault with file and line.
    """
    faults: list[str] = []
    files: list[SentenceFile] = []
    for number, folder in enumerate(directories() if folders is None else folders):
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            data = read_yaml(path, faults)
            if data is None:
                continue
            faults += _shape_faults(path, data)
            if str(data.get("language", "")) == language:
                files.append(SentenceFile(path, data, own=number == 0))
    if faults:
        raise ConfigError(tuple(faults))
    return Sentences(language, tuple(files))


def read_yaml(path: Path, faults: list[str]) -> Mapping[str, Any] | None:
    """Return the mapping that the file holds; a fault is added to ``faults`` and None returned.

    A file is parsed once, until it changes: a dozen rooms read their own part of the same files.
    """
    try:
        seen = path.stat()
    except OSError as error:
        faults.append(f"{path}: cannot be read ({error.strerror}); check the path")
        return None
    data, found = _parsed(path, seen.st_mtime_ns, seen.st_size)
    faults += found
    return data


@lru_cache(maxsize=128)
def _parsed(path: Path, _mtime_ns: int, _size: int) -> tuple[Mapping[str, Any] | None, list[str]]:
    """Return what ``read_yaml`` does, and the faults; who gets the mapping may not change it."""
    faults: list[str] = []
    return _parse(path, faults), faults


def _parse(path: Path, faults: list[str]) -> Mapping[str, Any] | None:
    try:
        data = _Loader(path.read_text("utf-8")).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        faults.append(f"{path}{line}: is not valid YAML: {error.problem or error.context}")
        return None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        faults.append(f"{path}: is not valid YAML: {error}")
        return None
    except OSError as error:
        faults.append(f"{path}: cannot be read ({error.strerror}); check the path")
        return None
    if not isinstance(data, dict):
        faults.append(f"{path}:1: expected a mapping of keys, got {type(data).__name__}")
        return None
    return data


def at(path: Path, value: object) -> str:
    """Say where a value stands: ``file:line`` where it knows its line, else the file."""
    line = getattr(value, "line", 0)
    return f"{path}:{line}" if line else str(path)


def _shape_faults(path: Path, data: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the outer shape of one file."""
    if "language" not in data:
        yield f"{path}:1: 'language' is missing; name the language, as in: language: en"
    for key, value in data.items():
        if str(key) not in KEYS:
            yield f"{at(path, key)}: unknown key '{key}'; known: {', '.join(sorted(KEYS))}"
        elif str(key) == "skip_words":
            if not isinstance(value, list):
                yield f"{at(path, key)}: 'skip_words' has to be a list"
        elif str(key) != "language" and not isinstance(value, dict):
            yield f"{at(path, key)}: '{key}' has to be a mapping"
    intents = data.get("intents")
    for name, intent in (intents if isinstance(intents, dict) else {}).items():
        blocks = intent.get("data") if isinstance(intent, dict) else None
        if not isinstance(blocks, list):
            yield f"{at(path, name)}: intent '{name}' needs 'data', a list of sentence blocks"
            continue
        for block in blocks:
            if not isinstance(block, dict) or not isinstance(block.get("sentences"), list):
                yield f"{at(path, name)}: each block of '{name}' needs 'sentences', a list"


def _merge(base: dict[str, Any], new: Mapping[str, Any]) -> None:
    """Add ``new`` to ``base``: mappings are merged, lists joined, anything else replaced."""
    for key, value in new.items():
        old = base.get(key)
        if isinstance(old, dict) and isinstance(value, Mapping):
            _merge(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            base[key] = [*old, *value]
        elif isinstance(value, Mapping):
            base[key] = {}
            _merge(base[key], value)
        else:
            base[key] = value
