"""Templates of strangers: what devices use works, and what would hurt is refused in time."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.home.template import Payload, TemplateError, Templates

LOOP = "{% set n = namespace(x=9, s='xx') %}{% for i in range(99) %}{% set n.NEXT %}{% endfor %}"
"""A loop that doubles something in each step."""


TEMPLATES = Templates(lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))


def value(source: str, payload: str, this: Any = None) -> str:
    return TEMPLATES.compile(source).value(Payload(payload), this)


@pytest.mark.parametrize(
    ("source", "payload", "text"),
    [
        ("{{ value_json.a }}", '{"a": 21.50}', "21.5"),
        ("{{value_json.a}}", '{"a": true}', "True"),
        ("{{ value_json.a }}", '{"a": null}', "None"),
        ("{{ value_json.a }}", "{}", ""),
        ("{{ value_json['a b'] }}", '{"a b": "x"}', "x"),
        ('{{ value_json["a"]["b"].c }}', '{"a":{"b":{"c":3}}}', "3"),
        ("{{ value_json }}", "[1,2]", "[1, 2]"),
        ("{{ value }}", "plain", "plain"),
        ("plain text", "x", "plain text"),
        ("{{ value_json.items }}x", '{"a":1}', None),
        ("{{ value_json.temperature | round(1) }}", '{"temperature": 21.456}', "21.5"),
        ("{{ value_json.x | float / 10 }}", '{"x": "215"}', "21.5"),
        ("{{ value_json.x | default('None') }}", "{}", "None"),
        ("{{ value_json.x | int(0) + 1 }}", '{"x": "no"}', "1"),
        ("{{ value_json.s | iif('ON', 'OFF') }}", '{"s": false}', "OFF"),
        ("{{ {'home':'armed_home'}[value_json.m] }}", '{"m":"home"}', "armed_home"),
        ("{% set v = {'1': 'low', '2': 'high'} %}{{ v[value] if value in v else 'None' }}", "2",
         "high"),
        ("{% if value_json.a is defined %}{{ value_json.a }}{% else %}-{% endif %}", "{}", "-"),
        ("{{ (value|int / 255 * 100) | round(0) }}", "128", "50"),
        ("{{ value_json.t | timestamp_custom('%H:%M', False) }}", '{"t": 3600}', "01:00"),
        ("{{ '#%02x%02x%02x' | format(255, 0, 16) }}", "x", "#ff0010"),
        ("{{ value.split(',')[1] }}", "a,b", "b"),
        ("{{ value_json | to_json }}", '{"a": [1, "ü"]}', '{"a":[1,"ü"]}'),
        ("{{ value | regex_replace('[^0-9]', '') }}", "a1b2", "12"),
        ("{% for k in value_json %}{{ k }},{% endfor %}", '{"a":1,"b":2}', "a,b,"),
        ("{{ now().year }}", "", "2026"),
        ("{{ '{:.1f}'.format(value_json.t) }}", '{"t": 3.14}', "3.1"),
        ("{{ this.state }}", "x", "on"),
    ],
)  # fmt: skip
def test_what_devices_use(source: str, payload: str, text: str | None) -> None:
    if text is None:
        assert "built-in method" in value(source, payload)
    else:
        assert value(source, payload, {"state": "on"}) == text


@pytest.mark.parametrize(
    ("source", "payload"),
    [
        ("{{ value_json.a.b }}", "{}"),
        ("{{ value_json.a }}", "no JSON"),
        ("{{ value_json.a | is_defined }}", "{}"),
        ("{{ value | float }}", "x"),
        ("{{ 1 / 0 }}", ""),
    ],
)
def test_a_failure_is_one_kind_of_error(source: str, payload: str) -> None:
    with pytest.raises(TemplateError):
        value(source, payload)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ value.__class__.x }}",
        "{{ self.__init__.__globals__ }}",
        "{{ ().__class__.__bases__[0].__subclasses__() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ 'x' * 10**9 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%999999999d' | format(1) }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ 'x'.ljust(999999999) }}",
        "{{ 'x' | center(999999999) }}",
        "{{ range(10**9) | list }}",
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        LOOP.replace("NEXT", "s = n.s ~ n.s"),
        LOOP.replace("NEXT", "s = n.s + n.s"),
        LOOP.replace("NEXT", "s = [n.s, n.s] | join"),
        LOOP.replace("NEXT", "x = n.x * n.x"),
        "{{ ('x' * 9999) | replace('x', 'y' * 9999) }}",
        "{{ ('x' * 9999).replace('x', 'y' * 9999) }}",
        "{{ ('x' * 9999) | join('y' * 9999) }}",
        "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regex_match('(a+)+$') }}",
        "{{ ('a' * 9000) | regex_search('a*a*a*a*b') }}",
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{{ [].append(1) }}",
        "{{ '{:{}}'.format(1, 99999999) }}",
        "{{ " + "(" * 2000 + ")" * 2000 + " }}",
        "x" * 20_000,
    ],
)
def test_what_would_hurt_is_refused_at_once(source: str) -> None:
    began = time.perf_counter()
    with pytest.raises(TemplateError):
        value(source, "x")
    assert time.perf_counter() - began < 1


@settings(deadline=None)
@given(source=st.text(alphabet="{}%|.()[]'\"~*+ valuejsonr_x19for in", max_size=60))
def test_nothing_but_a_template_error_is_ever_raised(source: str) -> None:
    try:
        text = value(source, '{"x": [1, {"y": "z"}]}')
    except TemplateError:
        return
    assert isinstance(text, str)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(),
        lambda inner: st.dictionaries(st.sampled_from(["a", "b", "c"]), inner),
        max_leaves=6,
    ),
)  # fmt: skip
def test_the_quick_way_says_what_jinja_says(path: list[str], content: Any) -> None:
    """A plain look-up is answered without Jinja2; a comment makes it go the long way."""

    payload, quick = (
        json.dumps(content),
        "{{ value_json" + "".join(f"['{p}']" for p in path) + " }}",
    )

    def outcome(source: str) -> str:
        try:
            return value(source, payload).strip()
        except TemplateError:
            return "error"

    short, long = outcome(quick), outcome(quick + "{# the long way #}")
    assert short == long or (short == "error" and long == "")
