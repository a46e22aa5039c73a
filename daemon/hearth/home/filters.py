"""Home Assistant's own filters, tests and functions for templates: those that devices use.

Source of names and meaning: Home Assistant's documentation of templating. Each is bounded: a
stranger's template calls it. Regular expressions are limited to those that cannot take long.
"""

from __future__ import annotations

import base64
import json
import math
import re
import statistics
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from jinja2 import Undefined
from jinja2.exceptions import SecurityError, UndefinedError

_MAX = 65_536
_NOTHING = object()
_WIDTH = re.compile(r"%[^%a-zA-Z]*?(?:\d{4,}|\*)")
_HARD = re.compile(r"\)\s*(?:[*+]|\{)|\\\d|\(\?P=")
_TRUE, _FALSE = {"1", "true", "yes", "on", "enable"}, {"0", "false", "no", "off", "disable"}


def to_float(value: Any, default: Any = _NOTHING) -> Any:
    """``float``: the number, or the default, or an error."""
    try:
        return float(value)
    except (ValueError, TypeError, OverflowError):
        return _fallback(value, default, "float")


def to_int(value: Any, default: Any = _NOTHING, base: int = 10) -> Any:
    """``int``: the whole number, also of '21.7', or the default, or an error."""
    try:
        if isinstance(value, str) and base != 10:
            return int(value, base)
        return int(value)
    except (ValueError, TypeError, OverflowError):
        try:
            return int(float(value))
        except (ValueError, TypeError, OverflowError):
            return _fallback(value, default, "int")


def round_to(
    value: Any, precision: int = 0, method: str = "common", default: Any = _NOTHING
) -> Any:
    """``round``: to that many digits; a whole number where there are none."""
    try:
        number, digits = float(value), max(-15, min(15, int(precision)))
        scale = float(10**digits)
        if method == "ceil":
            number = math.ceil(number * scale) / scale
        elif method == "floor":
            number = math.floor(number * scale) / scale
        elif method == "half":
            number = round(number * 2) / 2
        else:
            number = round(number, digits)
        return int(number) if precision == 0 else number
    except (ValueError, TypeError, OverflowError):
        return _fallback(value, default, "round")


def to_bool(value: Any, default: Any = _NOTHING) -> Any:
    """``bool``: of true, yes, on, enable, 1 and their opposites."""
    if isinstance(value, bool | int | float):
        return bool(value)
    text = str(value).strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    return _fallback(value, default, "bool")


def iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = _NOTHING) -> Any:
    """``iif``: one of two values, or a third for none."""
    if value is None and if_none is not _NOTHING:
        return if_none
    return if_true if bool(value) else if_false


def is_defined(value: Any) -> Any:
    """``is_defined``: the value, or an error where there is none."""
    if isinstance(value, Undefined):
        raise UndefinedError("the value is not defined")
    return value


def is_number(value: Any) -> bool:
    """``is_number``: whether it is a finite number or the text of one."""
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError, OverflowError):
        return False


def from_json(value: str, default: Any = _NOTHING) -> Any:
    """``from_json``."""
    try:
        return json.loads(value)
    except (ValueError, TypeError, RecursionError):
        return _fallback(value, default, "from_json")


def to_json(value: Any, ensure_ascii: bool = False, pretty_print: bool = False) -> str:
    """``to_json``: compact, as Home Assistant writes it."""
    separators = None if pretty_print else (",", ":")
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=2 if pretty_print else None, separators=separators
    )


def printf(pattern: Any, values: Any) -> str:
    """``%`` on text: fields up to 999 characters wide."""
    text = str(pattern)
    if _WIDTH.search(text):
        raise SecurityError("the field is too wide")
    return str(text % values)


def format_text(pattern: Any, *values: Any, **named: Any) -> str:
    """``format``."""
    return printf(pattern, named or values)


def replace(text: Any, old: Any, new: Any, count: int | None = None) -> str:
    """``replace``, of texts that stay small."""
    whole, old, new = str(text), str(old), str(new)
    times = whole.count(old) if count is None else count
    if len(whole) + times * len(new) > _MAX:
        raise SecurityError("the text becomes too long")
    return whole.replace(old, new, -1 if count is None else count)


def join(items: Iterable[Any], separator: Any = "", attribute: str | None = None) -> str:
    """``join``, of texts that stay small."""
    parts: list[str] = []
    size, gap = 0, str(separator)
    for item in items:
        parts.append(str(item[attribute] if attribute else item))
        size += len(parts[-1]) + len(gap)
        if size > _MAX:
            raise SecurityError("the text becomes too long")
    return gap.join(parts)


def pattern(text: str, ignorecase: bool = False) -> re.Pattern[str]:
    """Compile an expression of a stranger, if it cannot take exponential or cubic time."""
    repeats = len(re.findall(r"(?<!\\)[*+]|\{\d*,\d*\}", text))
    if len(text) > 200 or _HARD.search(text) or repeats > 2:
        raise SecurityError("the regular expression is too costly")
    return re.compile(text, re.IGNORECASE if ignorecase else 0)


def regex_match(value: Any, find: str = "", ignorecase: bool = False) -> bool:
    """``regex_match``: at the start of the text."""
    return bool(pattern(find, ignorecase).match(str(value)[:1000]))


def regex_search(value: Any, find: str = "", ignorecase: bool = False) -> bool:
    """``regex_search``: anywhere in the text."""
    return bool(pattern(find, ignorecase).search(str(value)[:1000]))


def regex_replace(
    value: Any = "", find: str = "", replace: str = "", ignorecase: bool = False
) -> str:
    """``regex_replace``."""
    if len(replace) > 64:
        raise SecurityError("the replacement is too long")
    return pattern(find, ignorecase).sub(replace, str(value)[:1000])


def regex_findall(value: Any, find: str = "", ignorecase: bool = False) -> list[Any]:
    """``regex_findall``."""
    return pattern(find, ignorecase).findall(str(value)[:1000])


def regex_findall_index(
    value: Any, find: str = "", index: int = 0, ignorecase: bool = False
) -> Any:
    """``regex_findall_index``."""
    return regex_findall(value, find, ignorecase)[index]


def as_timestamp(value: Any, default: Any = _NOTHING) -> Any:
    """``as_timestamp``: seconds since 1970 of a moment or of its text."""
    try:
        if isinstance(value, datetime):
            return value.timestamp()
        return _aware(datetime.fromisoformat(str(value))).timestamp()
    except (ValueError, OverflowError):
        return _fallback(value, default, "as_timestamp")


def as_datetime(value: Any, default: Any = _NOTHING) -> Any:
    """``as_datetime``: the moment of a text or of seconds since 1970."""
    try:
        if is_number(value):
            return datetime.fromtimestamp(float(value), UTC)
        return datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return _fallback(value, default, "as_datetime")


def strptime(value: str, fmt: str, default: Any = _NOTHING) -> Any:
    """``strptime``."""
    try:
        return datetime.strptime(value, fmt)  # noqa: DTZ007  # naive, as Home Assistant's is
    except (ValueError, TypeError):
        return _fallback(value, default, "strptime")


def timestamp_utc(value: Any, default: Any = _NOTHING) -> Any:
    """``timestamp_utc``: seconds since 1970 as the text of a moment in UTC."""
    return _stamp(value, default, lambda moment: moment.isoformat())


def timestamp_local(value: Any, default: Any = _NOTHING) -> Any:
    """``timestamp_local``: the same in the house's zone."""
    return _stamp(value, default, lambda moment: moment.astimezone().isoformat())


def form(text: str = "", **_: Any) -> None:
    """Refuse a form of a time that could become long: ``%999999999d`` is a gigabyte."""
    if len(text) > 100 or re.search(r"\d{3,}", text):
        raise SecurityError("the form of the time is too long")


def timestamp_custom(
    value: Any, fmt: str = "%Y-%m-%d %H:%M:%S", local: bool = True, default: Any = _NOTHING
) -> Any:
    """``timestamp_custom``: the same in a form of one's own."""
    form(fmt)

    def write(moment: datetime) -> str:
        return (moment.astimezone() if local else moment).strftime(fmt)

    return _stamp(value, default, write)


def slugify(value: Any, separator: str = "_") -> str:
    """``slugify``."""
    return re.sub(r"[^a-z0-9]+", separator[:1], str(value)[:1000].lower()).strip("_")


def functions(now: Callable[[], datetime]) -> dict[str, Any]:
    """Return the functions that a template may call."""
    return {
        "now": now,
        "utcnow": lambda: now().astimezone(UTC),
        "float": to_float, "int": to_int, "bool": to_bool, "iif": iif,
        "is_number": is_number, "as_timestamp": as_timestamp, "as_datetime": as_datetime,
        "strptime": strptime, "max": _most(max), "min": _most(min), "average": average,
        "zip": zip, "dict": _Dict(), "slugify": slugify, "pi": math.pi, "e": math.e,
        "log": _number(math.log), "sqrt": _number(math.sqrt),
    }  # fmt: skip


class _Dict:
    """``dict(...)``, and ``dict.from_keys`` of pairs, as Zigbee2MQTT writes its events."""

    def __call__(self, *pairs: Any, **named: Any) -> dict[str, Any]:
        return dict(*pairs, **named)

    def from_keys(self, pairs: Iterable[Any]) -> dict[Any, Any]:
        """Return what pairs of a key and a value say."""
        return dict(pairs)


def average(*values: Any) -> float:
    """``average`` of numbers or of one list of them."""
    items = values[0] if len(values) == 1 and isinstance(values[0], list | tuple) else values
    return statistics.fmean(float(item) for item in items)


def _most(choose: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: choose(*values) if len(values) > 1 else choose(values[0])


def _number(function: Callable[..., float]) -> Callable[..., Any]:
    def apply(value: Any, *args: Any, default: Any = _NOTHING) -> Any:
        try:
            return function(float(value), *(float(arg) for arg in args))
        except (ValueError, TypeError, ZeroDivisionError):
            return _fallback(value, default, function.__name__)

    return apply


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.astimezone()


def _stamp(value: Any, default: Any, write: Callable[[datetime], str]) -> Any:
    try:
        return write(datetime.fromtimestamp(float(value), UTC))
    except (ValueError, TypeError, OverflowError, OSError):
        return _fallback(value, default, "timestamp")


def _fallback(value: Any, default: Any, name: str) -> Any:
    if default is _NOTHING:
        raise ValueError(f"{name} got {str(value)[:60]!r} and no default")
    return default


FILTERS: dict[str, Callable[..., Any]] = {
    "float": to_float, "int": to_int, "round": round_to, "bool": to_bool, "iif": iif,
    "is_defined": is_defined, "is_number": is_number, "from_json": from_json, "to_json": to_json,
    "tojson": to_json, "format": format_text, "replace": replace, "join": join,
    "regex_match": regex_match, "regex_search": regex_search, "regex_replace": regex_replace,
    "regex_findall": regex_findall, "regex_findall_index": regex_findall_index,
    "as_timestamp": as_timestamp, "as_datetime": as_datetime, "timestamp_utc": timestamp_utc,
    "timestamp_local": timestamp_local, "timestamp_custom": timestamp_custom, "slugify": slugify,
    "multiply": lambda value, by: float(value) * by, "add": lambda value, by: float(value) + by,
    "bitwise_and": lambda a, b: a & b, "bitwise_or": lambda a, b: a | b,
    "bitwise_xor": lambda a, b: a ^ b, "ord": ord, "average": average,
    "log": _number(math.log), "sqrt": _number(math.sqrt), "contains": lambda a, b: b in a,
    "base64_encode": lambda v: base64.b64encode(str(v).encode()).decode(),
    "base64_decode": lambda v: base64.b64decode(str(v)).decode("utf-8", "replace"),
}  # fmt: skip
"""By name, as Home Assistant's templates know them; some replace an unbounded one of Jinja2."""

TESTS: dict[str, Callable[..., Any]] = {
    "is_number": is_number, "match": regex_match, "search": regex_search,
    "contains": lambda a, b: b in a,
}  # fmt: skip
"""The tests that stand after ``is``."""
