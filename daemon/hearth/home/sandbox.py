"""Jinja2's immutable sandbox with a budget: of steps, of time, and of size.

The sandbox of Jinja2 keeps a template from reaching Python's insides, but not from looping for
hours or building a text of a gigabyte. Here each loop step, call and operator costs from a budget,
and what could grow without a loop (``*``, ``**``, ``~``, ``format``, ``replace`` ...) is bounded.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from datetime import time as dtime
from typing import Any, NoReturn

from jinja2 import Template as JinjaTemplate
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hearth.home import filters

MAX_SOURCE = 16_384
"""A longer template is refused, in characters."""

MAX_STEPS = 20_000
"""Loop steps, calls and operators in one rendering."""

MAX_SECONDS = 0.05
"""Time for one rendering; the budget of steps ends it long before on any machine."""

MAX_SIZE = 65_536
"""Longest text or list that a template may build."""

_MAX_BITS = 1024
_WIDE = re.compile(r"\d{4,}|\{[^}]*\{")
_METHODS = """
capitalize casefold count endswith find index isalnum isalpha isdecimal isdigit islower isnumeric
isspace isupper join lower lstrip partition removeprefix removesuffix replace rfind rpartition
rsplit rstrip split splitlines startswith strip swapcase title upper
"""
_TEXT_METHODS = frozenset(_METHODS.split())
_DROPPED = ("batch", "center", "filesizeformat", "format", "indent", "pprint", "random", "slice",
            "urlize", "wordwrap", "xmlattr")  # fmt: skip


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment that all templates of devices run in."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, now: Callable[[], datetime]) -> None:
        controls = ("jinja2.ext.loopcontrols", "jinja2.ext.do")
        super().__init__(autoescape=False, cache_size=0, extensions=controls)
        for name in _DROPPED:
            self.filters.pop(name, None)
        for name in ("lipsum", "cycler", "joiner"):
            self.globals.pop(name, None)
        self.filters |= filters.FILTERS | {"bounded": self._loop, "sized": self._sized}
        self.tests |= filters.TESTS
        self.globals |= filters.functions(now) | {"range": self._range}
        self._steps = 0
        self._until = 0.0

    def run(self, template: JinjaTemplate, variables: Mapping[str, Any]) -> str:
        """Render within the budget. Raises what a template may raise, SecurityError among it."""
        self._steps = MAX_STEPS
        self._until = time.monotonic() + MAX_SECONDS
        text = template.render(variables)
        self._sized(text)
        return text.strip()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Parse, and put a bound on each loop and each concatenation."""
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            if loop.recursive:
                raise SecurityError("recursive loops are not allowed")
            loop.iter = nodes.Filter(loop.iter, "bounded", [], [], None, None)
        for kind in (nodes.Macro, nodes.CallBlock, nodes.Include, nodes.Import, nodes.Extends):
            if tree.find(kind) or tree.find(nodes.FromImport):
                raise SecurityError(f"{kind.__name__.lower()} is not allowed")
        _wrap_concat(tree)
        return tree

    def call(
        __self,  # noqa: N805  # the names of Jinja2, which a template's keywords must not meet
        __context: Context,
        __obj: Any,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Call on behalf of a template: costs a step, and the result may not be too big."""
        __self._spend()
        owner, name = getattr(__obj, "__self__", None), getattr(__obj, "__name__", "")
        if isinstance(owner, str | bytes):
            if name not in _TEXT_METHODS:
                raise SecurityError(f"the text method {name!r} is not allowed")
            if name == "join":
                return filters.join(args[0] if args else (), owner)
            if name == "replace":
                return filters.replace(owner, *args[:2])
        if isinstance(owner, date | dtime) and name in ("strftime", "__format__"):
            filters.form(*args, **kwargs)
        return __self._sized(super().call(__context, __obj, *args, **kwargs))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Allow ``'...'.format`` with fields up to 999 characters wide."""
        wrapped = super().wrap_str_format(value)
        if wrapped is not None and _WIDE.search(value.__self__):
            raise SecurityError("the field is too wide")
        return wrapped

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate; what could become huge is refused before it is made."""
        self._spend()
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "%" and isinstance(left, str | bytes):
            return filters.printf(left, right)
        if operator == "**" and not (numbers and abs(right) <= 64 and abs(left) <= 1e6):
            raise SecurityError("the power is too big")
        if operator == "*" and not numbers:
            count = right if isinstance(right, int) else left
            thing = left if isinstance(right, int) else right
            if not isinstance(count, int) or len(thing) * max(count, 0) > MAX_SIZE:
                raise SecurityError("the product is too big")
        return self._sized(super().call_binop(context, operator, left, right))

    def _spend(self) -> None:
        self._steps -= 1
        if self._steps < 0 or time.monotonic() > self._until:
            raise SecurityError("the template takes too long")

    def _loop(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._spend()
            yield item

    @staticmethod
    def _sized(value: Any) -> Any:
        if isinstance(value, str | bytes | list | tuple) and len(value) > MAX_SIZE:
            _refuse()
        if type(value) is int and value.bit_length() > _MAX_BITS:
            _refuse()
        return value

    @staticmethod
    def _range(*args: int) -> range:
        found = range(*args)
        if len(found) > MAX_STEPS:
            _refuse()
        return found


def _refuse() -> NoReturn:
    raise SecurityError("the template builds something too big")


def _wrap_concat(node: nodes.Node) -> None:
    """Put the size check around each ``~``."""
    for field, value in list(node.iter_fields()):
        if isinstance(value, nodes.Node):
            _wrap_concat(value)
            if isinstance(value, nodes.Concat):
                setattr(node, field, nodes.Filter(value, "sized", [], [], None, None))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, nodes.Node):
                    _wrap_concat(item)
                    if isinstance(item, nodes.Concat):
                        value[index] = nodes.Filter(item, "sized", [], [], None, None)
