"""Log lines that cannot be forged."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.log import EscapeFilter, escape


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
