"""Where sentences end while they are written."""

from __future__ import annotations

import pytest

from hearth.brain.ending import ends


def sentences(text: str, *, over: bool) -> list[str]:
    found, begin = [], 0
    for end in ends(text, over=over):
        found.append(text[begin:end].strip())
        begin = end
    return found


@pytest.mark.parametrize(
    ("text", "going_on", "over"),
    [
        ("I am here.", ["I am here."], ["I am here."]),
        ("I am her", [], []),
        ("Oh no! What happened?", ["Oh no!", "What happened?"], ["Oh no!", "What happened?"]),
        ("Dr. Mora called.", ["Dr. Mora called."], ["Dr. Mora called."]),
        ("It costs 3.50 at 4.", [], ["It costs 3.50 at 4."]),
        ("Well... maybe.", ["Well... maybe."], ["Well... maybe."]),
        ("Well...", [], ["Well..."]),
        ("Hm... Tell me.", ["Hm...", "Tell me."], ["Hm...", "Tell me."]),
        ('She said "no." Then she left.', ['She said "no."', "Then she left."], None),
        ("", [], []),
    ],
)
def test_ends(text: str, going_on: list[str], over: list[str] | None) -> None:
    assert sentences(text, over=False) == going_on
    assert sentences(text, over=True) == (going_on if over is None else over)
