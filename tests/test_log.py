"""Log lines that cannot be forged, and that do not flood."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.log import EscapeFilter, Seldom, escape


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("kitchen lamp ü 灯", "kitchen lamp ü 灯"),
        ("a\nERROR forged", r"a\nERROR forged"),
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("\u202eabc\u2028", r"\u202eabc\u2028"),
        ("\udcff", r"\udcff"),
    ],
)
def test_escape_writes_what_is_not_printable_as_its_escape(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@given(st.text())
def test_escaped_text_is_printable_and_can_be_encoded(text: str) -> None:
    assert escape(text).isprintable()
    escape(text).encode("utf-8")


def record(message: object, *args: object) -> logging.LogRecord:
    return logging.LogRecord("hearth", logging.INFO, "f.py", 1, message, args, None)


def test_filter_escapes_what_comes_by_the_arguments() -> None:
    made = record("topic %s", "a\nb")
    assert EscapeFilter().filter(made)
    assert made.getMessage() == r"topic a\nb"


def test_filter_survives_a_wrong_log_call() -> None:
    made = record("%d lamps", "no")
    assert EscapeFilter().filter(made)
    assert made.getMessage() == "'%d lamps' ('no',)"


def test_filter_keeps_the_lines_of_a_traceback_and_escapes_the_rest() -> None:
    made = record("failed")
    try:
        raise ValueError("\x1b[31m")
    except ValueError as error:
        made.exc_info = (type(error), error, error.__traceback__)
    EscapeFilter().filter(made)
    assert made.exc_text is not None
    assert made.exc_text.splitlines()[-1] == r"ValueError: \x1b[31m"


def test_seldom_tells_the_first_and_then_how_many_were_held_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    moment = 0.0
    seldom = Seldom(logging.getLogger("hearth.test"), period_s=10, now=lambda: moment)
    told = []
    for moment in (0.0, 1.0, 9.9, 10.0, 11.0):  # noqa: B007  # the clock reads it
        told.append(seldom.warning("frame", "malformed frame from %s", "kitchen"))
    assert told == [True, False, False, True, False]
    assert caplog.messages == [
        "malformed frame from kitchen",
        "malformed frame from kitchen (2 more of this kind since the last line)",
    ]


def test_seldom_remembers_a_bounded_number_of_kinds(caplog: pytest.LogCaptureFixture) -> None:
    seldom = Seldom(logging.getLogger("hearth.test"), most_kinds=2, now=lambda: 0.0)
    told = [seldom.warning(kind, "odd") for kind in ("a", "b", "c", "c", "a")]
    assert told == [True, True, True, False, True]
