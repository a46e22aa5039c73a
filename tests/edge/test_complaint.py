"""What comes from outside never breaks or floods the log."""

import logging

import pytest

from hearth.edge.complaint import Complaints, escaped, fault


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain", "'plain'"),
        ("two\nlines\x1b[31m", r"'two\nlines\x1b[31m'"),
        ("\u202eevil é", r"'\u202eevil \xe9'"),
        (b"\xff\x00", r"b'\xff\x00'"),
        (bytearray(b"a"), "b'a'"),
    ],
)
def test_outside_text_is_one_line_of_ascii(value: object, shown: str) -> None:
    assert escaped(value) == shown


def test_long_text_is_cut() -> None:
    assert escaped("x" * 10_000_000, 10) == "'xxxxxxxxx..."


def test_a_flood_is_counted_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    complaints = Complaints(logging.getLogger("test"), every_s=60)
    for n in range(1000):
        complaints.add("malformed", "not JSON", f"{n}\n%s %d")
    complaints.add("other", "something else")
    assert complaints.counts == {"malformed": 1000, "other": 1}
    assert caplog.messages == [r"not JSON: '0\n%s %d'", "something else"]


def test_what_was_silent_is_told_with_the_next_line(caplog: pytest.LogCaptureFixture) -> None:
    complaints = Complaints(logging.getLogger("test"), every_s=0)
    complaints.add("kind", "first")
    complaints._next["kind"] = float("inf")
    complaints.add("kind", "silent")
    complaints._next["kind"] = 0.0
    complaints.add("kind", "next")
    assert caplog.messages == ["first", "next (1 more before)"]


def test_a_fault_is_told_without_its_message() -> None:
    with pytest.raises(ValueError, match="outside") as caught:
        raise ValueError("from outside\n")
    assert fault(caught.value).startswith("ValueError at test_complaint.py:")
