"""A template is left out exactly where it cannot spell a word."""

from __future__ import annotations

from hassil import Intents, TextSlotList

from hearth.mind.exact.vocabulary import Vocabulary

DATA = {
    "language": "en",
    "intents": {
        "A": {"data": [{"sentences": ["turn on [the] {name}"]}]},
        "B": {"data": [{"sentences": ["wait {n} minute[s]"]}]},
        "C": {"data": [{"sentences": ["play {anything}"]}]},
        "D": {"data": [{"sentences": ["(paint|make) it {color}"]}]},
    },
    "lists": {
        "n": {"range": {"from": 0, "to": 100}},
        "anything": {"wildcard": True},
        "color": {"values": ["red", "light blue"]},
    },
}


def able(text: str, named: frozenset[str] | None = frozenset()) -> str:
    """Return the intents that can spell a text."""
    intents = Intents.from_dict(DATA)
    blocks = [i.data[0] for i in intents.intents.values()]
    lists = {**intents.slot_lists, "name": TextSlotList("name", [])}
    vocabulary = Vocabulary(
        ((b.sentences[0].expression, {}, lists) for b in blocks),
        ["please"],
        ["twenty five"],
        ["name"],
    )
    bits = vocabulary.spelling(text, named)
    return "".join(n for i, n in enumerate(intents.intents) if bits >> i & 1)


def test_each_word_has_to_be_spelt() -> None:
    assert able("turn on the") == "AC"
    assert able("turn on the fan") == "C"
    assert able("turn on the fan", frozenset({"fan"})) == "AC"
    assert able("turn on the fan", None) == "AC"


def test_a_word_may_have_several_pieces() -> None:
    assert able("wait 5 minutes") == able("wait twenty five minute") == "BC"
    assert able("wait minutest") == "C"


def test_values_count_and_words_that_are_passed_over_do_not() -> None:
    assert able("please make it blue") == "CD"
    assert able("make it green") == "C"


def test_what_is_no_word_is_left_to_the_matcher() -> None:
    assert able("wait 5-minutes 50%") == "BC"
