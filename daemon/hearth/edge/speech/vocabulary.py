"""Names in, words that a decoder can hear out: each name is one word with its pronunciations."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hearth.edge.speech.phonemes import arpabet, pronunciations
from hearth.edge.speech.templates import NAME, PLACE, words
from hearth.house import EMPTY

_MOST_PRONUNCIATIONS = 4
_LONGEST_ACRONYM = 4

Phones = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The home's own words.

    ``classes`` maps a class of the language model to its words, ``sounds`` each of these words to
    its pronunciations, and ``written`` to how it is written in a result.
    """

    classes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: EMPTY)
    sounds: Mapping[str, tuple[Phones, ...]] = field(default_factory=lambda: EMPTY)
    written: Mapping[str, str] = field(default_factory=lambda: EMPTY)


def vocabulary(names: Iterable[str], places: Iterable[str]) -> Vocabulary:
    """Return the vocabulary for the names of things, and of areas and floors.

    "Floor Lamp 2" becomes the word ``floor_lamp_two/n``, written "floor lamp 2". A name without any
    sound is left out. Raises MissingError or EngineError as ``arpabet`` does.
    """
    classes: dict[str, tuple[str, ...]] = {}
    sounds: dict[str, tuple[Phones, ...]] = {}
    written: dict[str, str] = {}
    for name_class, mark, texts in ((NAME, "n", names), (PLACE, "p", places)):
        members: dict[str, None] = {}
        for text in texts:
            spoken = words(text)
            said = tuple(_sounds(spoken, text))
            if not said:
                continue
            word = f"{'_'.join(spoken)}/{mark}"
            members[word] = None
            sounds[word] = said
            written[word] = " ".join(text.casefold().split())
        if members:
            classes[name_class] = tuple(members)
    return Vocabulary(classes, sounds, written)


def _sounds(spoken: list[str], text: str) -> list[Phones]:
    """Return how several words are said in one go, in at most four ways."""
    acronyms = {
        word.casefold()
        for word in text.split()
        if word.isalpha() and word.isupper() and 2 <= len(word) <= _LONGEST_ACRONYM
    }
    choices = []
    for word in spoken:
        ways = list(pronunciations(word) or (arpabet(word),))
        if word in acronyms:  # LED is in the dictionary, but as the past of "lead"
            ways.insert(0, tuple(phone for letter in word for phone in arpabet(letter)))
        choices.append([way for way in ways if way])
    if not choices or not all(choices):
        return []
    joined = (tuple(itertools.chain(*way)) for way in itertools.product(*choices))
    return list(dict.fromkeys(joined))[:_MOST_PRONUNCIATIONS]
