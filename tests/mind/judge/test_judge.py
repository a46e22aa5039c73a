"""What the model wrote is judged: invented, borrowed or assistant-like drafts are out."""

from __future__ import annotations

import pytest

from hearth import sentences
from hearth.mind.judge.judge import GOOD, Case, Judge
from hearth.mind.judge.signs import form

TABLE = sentences.load("en").table("conversation")
SMALL, LARGE = Judge(TABLE), Judge(TABLE, strict=False)


@pytest.mark.parametrize(
    ("draft", "fault"),
    [
        ("As an AI language model, I think bread is nice.", "cliche"),
        ("How can I help you with your bread?", "cliche"),
        ("I'm here to help you bake bread.", "cliche"),
        ("I just made you some bread.", "deeds"),
        ("I turned on the oven for the bread.", "deeds"),
        ("My mother baked bread, too.", "body"),
        ("Remember when the bread burned?", "shared_past"),
        ("As we talked about, bread is good.", "shared_past"),
        ("I remember the bread well.", "seen"),
        ("I saw the bread.", "seen"),
        ("I'm sorry about the bread.", "condoles"),
        ("You should try rye bread.", "advice"),
        ("Try some butter on the bread.", "advice"),
        ("What kind of bread? Who ate it?", "questions"),
        ("Bread! *smiles* What kind?", "marks"),
        ("Hearth: What kind of bread?", "role"),
        ("What kind of bread did Tom bake?", "name"),
        ("Did the bread take 45 minutes?", "name"),
        ("How is your wife with the bread?", "invented"),
        ("I baked bread today.", "echo"),
        ("Bread is a good thing, and bread is a good thing.", "stutter"),
        ("You don't need people when there is bread.", "superior"),
        ("Don't worry, the bread will be fine.", "promise"),
        ("Warm bread is a good thing to", "cut"),
    ],
)
def test_what_is_never_said(draft: str, fault: str) -> None:
    case = Case("I baked bread today.")
    assert fault in LARGE.judge(draft, case, 0.9).faults
    assert SMALL.judge(draft, case, 0.9).score == 0


def test_a_fitting_draft_is_said() -> None:
    case = Case("I baked bread today.")
    verdict = SMALL.judge("What kind of bread?", case, 0.7)
    assert verdict.faults == ()
    assert verdict.score >= GOOD


def test_a_draft_beside_the_point_is_not() -> None:
    assert SMALL.judge("What a day!", Case("My knee hurts."), 0.1).score < GOOD


def test_nobody_cheers_at_grief_nor_condoles_for_joy() -> None:
    sad = Case("My cat is gone.", feeling="sad")
    assert "cheers" in LARGE.judge("Great! Tell me more about the cat.", sad, 0.6).faults
    glad = Case("I got the job!", feeling="happy")
    assert "condoles" in LARGE.judge("That job sounds hard.", glad, 0.6).faults


def test_advice_is_given_where_it_was_asked_for() -> None:
    asked = Case("What should I do with the bread?", advice=True)
    assert "advice" not in LARGE.judge("Try it with butter.", asked, 0.6).faults


def test_it_repeats_neither_itself_nor_the_person() -> None:
    case = Case("My tomatoes are red", said=("How are the tomatoes?",))
    assert "repeats" in LARGE.judge("How are the tomatoes?", case, 0.8).faults


def test_a_name_that_was_told_may_be_said() -> None:
    case = Case("My sister called", known=("my sister is Mara",))
    assert LARGE.judge("How is Mara?", case, 0.6).faults == ()


def test_a_second_question_in_a_row_too_many_is_out() -> None:
    assert "questions" in LARGE.judge("What kind?", Case("I baked bread", question=False), 1).faults


def test_form() -> None:
    assert form("One. Two. Three.") == ("length",)
    assert form("word " * 40 + ".") == ("length", "stutter")
    assert form("All is well here.") == ()


def test_every_written_line_is_free_of_what_is_never_said() -> None:
    """Written lines may speak of Hearth itself; the rest of the rules hold for them, too."""
    found: list[tuple[str, str]] = []

    def look(rows: object) -> None:
        if isinstance(rows, dict):
            for row in rows.values():
                look(row)
        elif isinstance(rows, list):
            for line in rows:
                bad = {"promise", "rude", "superior"} & set(LARGE.clean(str(line)))
                found.extend((fault, str(line)) for fault in bad)
                if str(line).count("?") > 1:
                    found.append(("questions", str(line)))

    look({k: v for k, v in sentences.load("en").table("replies").items() if k not in OWN_WORDS})
    assert found == []


def test_every_line_about_what_it_is_says_so() -> None:
    replies = sentences.load("en").table("replies")
    for kind in ("who", "real", "alive", "feelings", "loves"):
        for line in replies[kind]:
            assert "program" in line.casefold() or "software" in line.casefold(), line


def test_every_goodbye_is_short_and_without_a_question() -> None:
    for language in ("en", "de"):
        replies = sentences.load(language).table("replies")
        for line in (*replies["goodbye"], *replies["goodnight"]):
            assert "?" not in line
            assert len(line.split()) <= 7


OWN_WORDS = ("ranks", "joke", "story", "alive")
"""Kinds of lines that use such words in another sense ("when I ... wait", "hard to say")."""
