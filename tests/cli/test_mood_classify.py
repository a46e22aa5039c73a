"""`hearth mood classify`: lines in, a line out for each, in their order."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from hearth.cli.mood import app


def test_each_line_is_answered_in_order_with_what_a_scorer_needs() -> None:
    said = ["I am so happy today", "I hate him", "ok", "", "not json"]
    given = "".join(json.dumps({"text": text}) + "\n" for text in said[:-1]) + "not json\n"
    ran = CliRunner().invoke(app, ["classify", "-", "--no-encoder"], input=given)
    assert ran.exit_code == 0
    rows = [json.loads(line) for line in ran.output.splitlines()]
    assert [row["text"] for row in rows] == said
    assert rows[0]["feeling"] == "joy"
    assert all(-1 <= row["valence"] <= 1 and -1 <= row["arousal"] <= 1 for row in rows)
    assert rows[3]["uncertain"]
