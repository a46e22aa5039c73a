"""The prompt: its beginning never changes; what was recalled and what is volatile come after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hearth import sentences
from hearth.mind.context import RECALLED_CHARACTERS, Context, Moment
from hearth.mind.remembering import Memory, Times
from hearth.persona import Persona

TABLE = sentences.load("en").table("conversation")
NOW = datetime(2026, 3, 5, 20, tzinfo=UTC)
WARM = Persona("warm", 1, "Amelia", manner=("You are warm.", "You like people."))
MEMORY = Memory("my sister is Mara", NOW - timedelta(days=2))


def lasting(persona: Persona, now: datetime, feeling: str, told: int) -> tuple[str, ...]:
    memories = [("on Tuesday", MEMORY)] * told
    dialogue = [("hello", "Hello.")] * told
    made = Context(TABLE).prompt(persona, memories, dialogue, "how are you", Moment(now, feeling))
    return tuple(f"{m.role}: {m.text}" for m in made if m.lasting)


def test_the_beginning_is_the_same_over_days_moods_rooms_and_memories() -> None:
    first = lasting(WARM, NOW, "", 0)
    for day in range(7):
        for feeling in ("", "sad", "happy"):
            assert lasting(WARM, NOW + timedelta(days=day, hours=3 * day), feeling, day) == first


def test_another_persona_changes_it_once() -> None:
    first = lasting(WARM, NOW, "", 0)
    other = lasting(replace(WARM, version=2, manner=("You are dry.",)), NOW, "", 0)
    assert first != other
    assert first[1:] == other[1:]
    assert "You are warm. You like people." in first[0]


def test_the_order_is_lasting_recalled_turns_sentence() -> None:
    made = Context(TABLE).prompt(
        WARM, [("on Tuesday", MEMORY)], [("hello", "Hello.")], "she called", Moment(NOW)
    )
    beginning = [m.lasting for m in made]
    assert beginning == sorted(beginning, reverse=True)
    rest = [(m.role, m.text) for m in made if not m.lasting]
    assert rest[0][0] == "system"
    assert 'on Tuesday: "my sister is Mara"' in rest[0][1]
    assert rest[1:3] == [("user", "hello"), ("assistant", "Hello.")]
    assert rest[3][1].endswith("she called")


def test_memories_take_no_more_than_their_room() -> None:
    long = [("on Tuesday", Memory("word " * 60, NOW))] * 20
    made = Context(TABLE).prompt(WARM, long, (), "hello", Moment(NOW))
    told = next(m.text for m in made if not m.lasting)
    assert 300 < len(told) < RECALLED_CHARACTERS + 100


def test_when_something_was_told() -> None:
    times = Times(TABLE)
    assert times.told(NOW - timedelta(hours=1), NOW) == "earlier today"
    assert times.told(NOW - timedelta(days=1), NOW) == "yesterday"
    assert times.told(NOW - timedelta(days=2), NOW) == "on Tuesday"
    assert times.told(NOW - timedelta(days=40), NOW) == "on 24 January"
    assert times.told(NOW - timedelta(days=400), NOW) == "on 29 January 2025"
