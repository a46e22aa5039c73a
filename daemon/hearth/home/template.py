"""A device's template and a payload in, text out: Jinja2 in a sandbox with limits.

Templates come from the network, so they are data of strangers: they run in Jinja2's immutable
sandbox, may not loop, call or grow beyond a budget, and cannot reach anything of Hearth. The most
frequent form, ``{{ value_json.key }}``, is looked up without Jinja2.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import TemplateError as JinjaError
from jinja2 import meta

from hearth.home.sandbox import MAX_SOURCE, Sandbox

_FAST = re.compile(r"\{\{\s*(value_json|value)((?:\.\w+|\[(?:'[^'\\]*'|\"[^\"\\]*\")\])*)\s*\}\}")
_STEP = re.compile(r"\.(\w+)|\['([^']*)'\]|\[\"([^\"]*)\"\]")
_CACHE_SIZE = 4096
_ABOUT = frozenset({"this", "entity_id", "name"})


class TemplateError(ValueError):
    """A template that cannot be parsed, or that failed on a payload."""


class Missing:
    """The type of MISSING."""


MISSING = Missing()
"""Stands for the value of a payload that is not JSON."""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


class Payload:
    """One message's content, decoded and parsed at most once however many things read it."""

    __slots__ = ("_json", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._json: Any = None

    @property
    def json(self) -> Any:
        """The parsed value, or MISSING where it is not JSON."""
        if self._json is None:
            try:
                self._json = (json.loads(self.text, parse_constant=_no_constant),)
            except (ValueError, RecursionError):
                self._json = (MISSING,)
        return self._json[0]


class Template:
    """A compiled template."""

    __slots__ = ("_path", "_render", "_variables", "source", "uses_this")

    def __init__(self, source: str, sandbox: Sandbox) -> None:
        if len(source) > MAX_SOURCE:
            raise TemplateError(f"the template is longer than {MAX_SOURCE} characters")
        self.source = source
        self._path = _fast_path(source)
        self.uses_this = False
        self._render: Callable[[Mapping[str, Any]], str] | None = None
        if self._path is None:
            try:
                tree = sandbox.parse(source)
                self.uses_this = bool(_ABOUT & meta.find_undeclared_variables(tree))
                compiled = sandbox.from_string(source)
            except (JinjaError, RecursionError, ValueError, SyntaxError, MemoryError) as error:
                raise TemplateError(f"the template cannot be parsed: {error}") from None
            self._render = lambda variables: sandbox.run(compiled, variables)

    def value(self, payload: Payload, this: Mapping[str, Any] | None = None) -> str:
        """Return what the template makes of a payload. Raises TemplateError."""
        if self._path is not None:
            return _look_up(self._path, payload)
        variables: dict[str, Any] = {"value": payload.text}
        if (parsed := payload.json) is not MISSING:
            variables["value_json"] = parsed
        if this is not None:
            variables |= _about(this)
        return self.render(variables)

    def render(
        self, variables: Mapping[str, Any], this: Callable[[], Mapping[str, Any]] | None = None
    ) -> str:
        """Return the text for these variables; ``this`` is asked for where the template names it.

        Raises TemplateError.
        """
        if self._render is None:
            value = variables.get("value")
            text = value if isinstance(value, str) else str(value)
            return _look_up(self._path, Payload(text)) if self._path else text
        if this is not None and self.uses_this:
            variables = {**_about(this()), **variables}
        try:
            return self._render(variables)
        except Exception as error:  # noqa: BLE001  # a stranger's template may raise anything
            raise TemplateError(f"the template failed: {error}") from None


def _about(this: Mapping[str, Any]) -> dict[str, Any]:
    return {"this": this, "entity_id": this.get("entity_id"), "name": this.get("name")}


def _look_up(path: tuple[str, tuple[str, ...]], payload: Payload) -> str:
    root, names = path
    if root == "value":
        return payload.text
    found = payload.json
    last = len(names) - 1
    for depth, name in enumerate(names):
        if type(found) is not dict:
            raise TemplateError(f"the payload has no {name!r}")
        if name not in found:
            if depth == last:  # as Jinja2: an undefined value is empty, one below it an error
                return ""
            raise TemplateError(f"the payload has no {name!r}")
        found = found[name]
    if found is MISSING:
        return ""
    return found if type(found) is str else str(found)


def _fast_path(source: str) -> tuple[str, tuple[str, ...]] | None:
    """Return root and keys of a plain look-up, or None for everything else."""
    found = _FAST.fullmatch(source.strip())
    if not found or (found[1] == "value" and found[2]):
        return None
    steps = [(dot, dot or one or two) for dot, one, two in _STEP.findall(found[2])]
    if any(dot and (hasattr(dict, dot) or dot.isdigit()) for dot, _ in steps):
        return None
    return found[1], tuple(name for _, name in steps)


class Templates:
    """Compiles templates, each text once."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._sandbox = Sandbox(now)
        self._known: OrderedDict[str, Template] = OrderedDict()

    def compile(self, source: str) -> Template:
        """Return the compiled template. Raises TemplateError."""
        if (known := self._known.get(source)) is not None:
            self._known.move_to_end(source)
            return known
        template = self._known[source] = Template(source, self._sandbox)
        if len(self._known) > _CACHE_SIZE:
            self._known.popitem(last=False)
        return template
