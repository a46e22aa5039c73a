"""A language's sentence templates in, the few that could match a sentence out.

``hassil`` tries every template of a language; most of its time goes into templates that cannot
match. Here each template stands alone with the literal pieces that it needs (``hassil`` computes
them soundly: ``Sentence.get_required_clauses``) and the house's lists that it cannot do without,
so that a sentence is tried against a handful of templates only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from hassil import Intents, TextSlotList
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    RuleReference,
    Sentence,
    TextChunk,
)
from hassil.intents import Intent, IntentData, RangeSlotList, SlotList
from hassil.parser import ParseError
from hassil.recognize import recognize_all
from hassil.util import (
    CJK_WHITESPACE,
    merge_dict,
    normalize_for_matching,
    remove_skip_words_tracked,
)

from hearth.error import ConfigError, MissingError
from hearth.mind.exact.vocabulary import Vocabulary
from hearth.numbers import said
from hearth.sentences import Sentences, Text, at

HOUSE_LISTS = ("name", "area", "floor")
"""The lists that the house fills."""

_BREAK = str.maketrans("-_", "  ")

OWN = "hearth"
"""Key in the metadata of a block that comes from Hearth's or the user's own files."""


@dataclass(frozen=True, slots=True)
class Template:
    """One sentence template: its intent, its block, and what a sentence needs to match it.

    Of each of ``clauses`` at least one piece has to be in the sentence; each of ``lists`` has to
    have a value in it, ``name`` one of ``domains`` (empty for any).
    """

    intent: str
    block: IntentData
    clauses: frozenset[frozenset[str]]
    lists: frozenset[str]
    domains: frozenset[str]
    literal_start: frozenset[str]
    literal_end: frozenset[str]


def intent_data(language: str) -> dict[str, Any]:
    """Return what ``home-assistant-intents`` knows of a language. Raises MissingError."""
    folder = resources.files("home_assistant_intents") / "data"
    for name in (language, language.partition("-")[0]):
        file = folder / f"{name}.json"
        if file.is_file():
            data: dict[str, Any] = json.loads(file.read_text("utf-8"))
            return data
    known = sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".json"))
    raise MissingError(f"no sentences for language '{language}'.", f"Known: {', '.join(known)}.")


def intent_domains() -> dict[str, str]:
    """Return the domain that each of Home Assistant's intents is about (``light`` ...)."""
    text = (resources.files("home_assistant_intents") / "intents.json").read_text("utf-8")
    return {name: str(intent["domain"]) for name, intent in json.loads(text).items()}


class Templates:
    """All templates of one language, Home Assistant's and Hearth's own."""

    def __init__(self, language: str, own: Sentences) -> None:
        """Parse everything; takes about 0.3 s, so build it off the event loop.

        Raises:
            MissingError: the language is not known.
            ConfigError: a sentence in one of Hearth's or the user's files is wrong.
        """
        data = intent_data(language)
        _add_own(data, own)
        self.colors = tuple(
            (str(value["in"]), str(value["out"]))
            for value in (data.get("lists", {}).get("color") or {}).get("values", ())
        )
        self._intents = Intents.from_dict(data)
        self.rules: Mapping[str, Sentence] = self._intents.expansion_rules
        self.ignore_whitespace: bool = self._intents.settings.ignore_whitespace
        _check_own(self._intents, own)
        self._clauses: dict[str, frozenset[str]] = {
            name: clause
            for name, values in self._intents.slot_lists.items()
            if (clause := list_clause(values, str(data["language"])))
        }
        self.all = tuple(self._split())
        self._index()
        self._warm()

    def haystack(self, text: str) -> str:
        """Return ``text`` as the matcher sees it, with and without skip words, casefolded."""
        tracked = normalize_for_matching(text)
        shorter = tracked.copy()
        remove_skip_words_tracked(shorter, self._intents.skip_words, self.ignore_whitespace)
        haystack = f"{tracked.text.casefold()}\n{shorter.text.casefold()}"
        if self.ignore_whitespace:
            haystack += "\n" + CJK_WHITESPACE.sub("", haystack)
        return haystack

    def possible(
        self,
        text: str,
        lists: frozenset[str],
        domains: frozenset[str],
        named: frozenset[str] | None = None,
    ) -> tuple[Template, ...]:
        """Return the templates that ``text`` may match.

        ``lists`` are the house's lists of which a value is in the text, ``domains`` those of the
        things whose names are in it, ``named`` the words of all these names (None: any word).
        """
        able = self._all_bits
        if not self.ignore_whitespace:
            able = self._vocabulary.spelling(str(normalize_for_matching(text).text), named)
        for kind, needing in self._needing_list.items():
            if kind not in lists:
                able &= ~needing
        able &= self._any_domain | self._of_domains(domains)
        if not able:
            return ()
        haystack = self.haystack(text)
        for pieces, needing in self._needing_piece.items():
            if needing & able and not any(piece in haystack for piece in pieces):
                able &= ~needing
        return tuple(self.all[number] for number in _numbers(able))

    def _of_domains(self, domains: frozenset[str]) -> int:
        able = 0
        for domain in domains:
            able |= self._domain_bits.get(domain, 0)
        return able

    def _index(self) -> None:
        """Turn what each template needs into sets of templates, as bits of integers."""
        self._all_bits = (1 << len(self.all)) - 1
        self._needing_list = dict.fromkeys(HOUSE_LISTS, 0)
        self._needing_piece: dict[frozenset[str], int] = {}
        self._domain_bits: dict[str, int] = {}
        self._any_domain = 0
        for number, template in enumerate(self.all):
            bit = 1 << number
            for kind in template.lists:
                self._needing_list[kind] |= bit
            for pieces in template.clauses:
                self._needing_piece[pieces] = self._needing_piece.get(pieces, 0) | bit
            for domain in template.domains:
                self._domain_bits[domain] = self._domain_bits.get(domain, 0) | bit
            if not template.domains:
                self._any_domain |= bit
        shared = self._intents.slot_lists
        numbers = [shared[n] for n in shared if isinstance(shared[n], RangeSlotList)]
        self._vocabulary = Vocabulary(
            (
                (
                    t.block.sentences[0].expression,
                    {**self.rules, **t.block.expansion_rules},
                    {**shared, **t.block.slot_lists},
                )
                for t in self.all
            ),
            self._intents.skip_words,
            (w for n in numbers for w in list_clause(n, self._intents.language)),
            HOUSE_LISTS,
        )

    def intents(self, templates: tuple[Template, ...]) -> Intents:
        """Return these templates as something that ``hassil`` can recognise with."""
        blocks: dict[str, list[IntentData]] = {}
        for template in templates:
            blocks.setdefault(template.intent, []).append(template.block)
        return replace(self._intents, intents={n: Intent(n, b) for n, b in blocks.items()})

    def _split(self) -> Iterator[Template]:
        """Yield one template for each sentence of each block."""
        for intent in self._intents.intents.values():
            for block in intent.data:
                rules = {**self.rules, **block.expansion_rules}
                for sentence in block.sentences:
                    one = replace(block, sentence_texts=[sentence.text or ""])
                    one.__dict__["sentences"] = [sentence]  # the cached property: parsed once
                    needed = required_lists(sentence.expression, rules)
                    clauses = {*sentence.get_required_clauses(rules)}
                    clauses |= {
                        self._clauses[n] for n in needed - {*block.slot_lists} if n in self._clauses
                    }
                    domain = block.requires_context.get("domain") if "name" in needed else None
                    domains = (domain,) if isinstance(domain, str) else domain or ()
                    yield Template(
                        intent.name,
                        one,
                        frozenset(clauses),
                        needed & frozenset(HOUSE_LISTS),
                        frozenset(domains),
                        edge_words(sentence.expression, rules, last=False),
                        edge_words(sentence.expression, rules, last=True),
                    )

    def _warm(self) -> None:
        """Let ``hassil`` build its tables of number words: no sentence shall wait for them."""
        ranges = {
            name: found
            for name, found in self._intents.slot_lists.items()
            if isinstance(found, RangeSlotList)
        }
        blocks = [IntentData([f"{{{name}}}"]) for name in ranges]
        probe = replace(self._intents, intents={"Probe": Intent("Probe", blocks)}, skip_words=[])
        empty: dict[str, SlotList] = {name: TextSlotList(name, []) for name in HOUSE_LISTS}
        list(recognize_all("x", probe, slot_lists=empty, language=self._intents.language))


def _numbers(bits: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def required_lists(expression: Expression, rules: Mapping[str, Sentence]) -> frozenset[str]:
    """Return the lists that every reading of a template passes through."""
    if isinstance(expression, ListReference):
        return frozenset((expression.list_name,))
    if isinstance(expression, RuleReference):
        return required_lists(rules[expression.rule_name].expression, rules)
    if isinstance(expression, Group) and expression.items:
        parts = [required_lists(item, rules) for item in expression.items]
        if isinstance(expression, Alternative):
            return frozenset.intersection(*parts)
        return frozenset().union(*parts)
    return frozenset()


def list_clause(values: SlotList, language: str) -> frozenset[str]:
    """Return pieces of text of which one is in every value of a list; empty where none are."""
    pieces: set[str] = set()
    if isinstance(values, RangeSlotList):
        if values.digits:
            pieces |= set("0123456789")
        if values.words:
            for number in values.get_numbers():
                for words in said(number, values.words_language or language):
                    folded = words.casefold()
                    pieces |= {folded, folded.translate(_BREAK)}
        return frozenset(pieces)
    if isinstance(values, TextSlotList):
        for value in values.values:
            clauses = Sentence(expression=value.text_in).get_required_clauses({})
            if not clauses:
                return frozenset()
            pieces |= max(clauses, key=lambda clause: min(map(len, clause)))
    return frozenset(pieces)


def edge_words(
    expression: Expression, rules: Mapping[str, Sentence], *, last: bool
) -> frozenset[str]:
    """Return the literal words of which one begins, or ends (``last``), every reading.

    The empty string among them says that the expression may also be left out; a template that
    begins with a list has none.
    """
    if isinstance(expression, TextChunk):
        words = expression.text.casefold().split()
        return frozenset((words[-1 if last else 0] if words else "",))
    if isinstance(expression, RuleReference):
        return edge_words(rules[expression.rule_name].expression, rules, last=last)
    if isinstance(expression, Alternative):
        return frozenset().union(*(edge_words(i, rules, last=last) for i in expression.items))
    if isinstance(expression, Group):
        for item in reversed(expression.items) if last else expression.items:
            words_here = edge_words(item, rules, last=last)
            if "" not in words_here:
                return words_here
        return frozenset(("",))
    return frozenset()


def _add_own(data: dict[str, Any], own: Sentences) -> None:
    """Merge Hearth's and the user's files into Home Assistant's table, in place."""
    for file in own.files:
        part: dict[str, Any] = {}
        for key in ("lists", "expansion_rules"):
            part[key] = dict(file.data.get(key) or {})
        part["skip_words"] = list(file.data.get("skip_words") or [])
        part["intents"] = {
            str(name): {
                "data": [
                    {**block, "metadata": {**(block.get("metadata") or {}), OWN: str(file.path)}}
                    for block in intent["data"]
                ]
            }
            for name, intent in (file.data.get("intents") or {}).items()
        }
        merge_dict(data, part)


def _check_own(intents: Intents, own: Sentences) -> None:
    """Raise ConfigError with each sentence of Hearth's or the user's files that is wrong."""
    faults: list[str] = []
    for file in own.files:
        for intent in intents.intents.values():
            for block in intent.data:
                if (block.metadata or {}).get(OWN) != str(file.path):
                    continue
                known = {*intents.slot_lists, *block.slot_lists, *HOUSE_LISTS}
                rules = {*intents.expansion_rules, *block.expansion_rules}
                read = _read(block)
                for number, text in enumerate(block.sentence_texts):
                    fault = _fault(read[number] if read else None, text, known, rules)
                    if fault:
                        faults.append(f"{at(file.path, text)}: {intent.name}: {fault}: {text!r}")
    if faults:
        raise ConfigError(tuple(faults))


def _read(block: IntentData) -> list[Sentence]:
    """Return the sentences of a block, parsed once; none where one of them cannot be read."""
    try:
        return list(block.sentences)
    except (ParseError, AssertionError, ValueError):
        return []


def _fault(sentence: Sentence | None, text: str | Text, lists: set[str], rules: set[str]) -> str:
    """Return what is wrong with one sentence template, or an empty string."""
    try:
        sentence = sentence or IntentData([str(text)]).sentences[0]
    except (ParseError, AssertionError, ValueError) as error:
        return f"the sentence cannot be read ({error})"
    for part in _parts(sentence.expression):
        if isinstance(part, RuleReference) and part.rule_name not in rules:
            return f"unknown rule <{part.rule_name}>"
        if isinstance(part, ListReference) and not (
            part.list_name in lists or part.is_inline_range
        ):
            return f"unknown list {{{part.list_name}}}"
    return ""


def _parts(expression: Expression) -> Iterator[Expression]:
    """Yield every part of an expression."""
    yield expression
    if isinstance(expression, Group):
        for item in expression.items:
            yield from _parts(item)
