"""What a person means in, the rows that it is about out: by id, person, topic or period."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, tzinfo

from hearth.memory.facts.table import fact
from hearth.memory.turns import utterance
from hearth.remember import HEARTH, Doomed, Fact, Gone, Meant, Utterance, plain

_FACT = "f"
"""What the ids of facts begin with, as `hearth memory facts` shows them."""

_VALUE = 4
"""Shorter values are in too many sentences to tell where Hearth repeated them."""


def doomed(db: sqlite3.Connection, meant: Meant, zone: tzinfo) -> Doomed:
    """Return what is meant, with Hearth's answers to it and the facts that were made from it."""
    every = [utterance(row, zone) for row in db.execute("SELECT * FROM turn ORDER BY seq")]
    other = aliases(db, meant, zone)
    found = {each.id: each for each in every if _is_meant(each, meant, other)}
    for one in _facts(db, meant, zone):
        found |= {each.id: each for each in every if each.id == one.source}
    return with_facts(db, Doomed(meant, tuple(found.values())), zone, every)


def with_facts(
    db: sqlite3.Connection, doomed: Doomed, zone: tzinfo, every: Iterable[Utterance] = ()
) -> Doomed:
    """Return it with the facts made from it, and what Hearth said in these turns or of them."""
    ids = {each.id: each for each in doomed.utterances}
    for each in doomed.utterances:
        rows = db.execute(
            "SELECT * FROM turn WHERE bus <> '' AND bus = (SELECT bus FROM turn WHERE id = ?)",
            (each.id,),
        )
        ids |= {row["id"]: utterance(row, zone) for row in rows}
    facts = {one.id: one for one in _facts(db, doomed.meant, zone)}
    for id_ in ids:
        rows = db.execute("SELECT * FROM fact WHERE source = ?", (id_,))
        facts |= {row["id"]: fact(row, zone) for row in rows}
    every = list(every)
    ids |= {each.id: each for each in _repeated(every, ids, facts.values())}
    return replace(doomed, utterances=tuple(ids.values()), facts=tuple(facts.values()))


def gone(db: sqlite3.Connection, doomed: Doomed) -> Gone:
    """Return what everything that holds words has to drop."""
    ids = frozenset(each.id for each in doomed.utterances)
    turns: set[str] = set()
    for id_ in ids:
        row = db.execute("SELECT bus FROM turn WHERE id = ?", (id_,)).fetchone()
        if row and row["bus"]:
            turns.add(row["bus"])
    meant = doomed.meant
    texts = [each.text for each in doomed.utterances]
    texts += [one.quote for one in doomed.facts if not one.source]
    whole = meant if not meant.site else Meant()  # a room's period is that of its turns alone
    return Gone(
        ids, frozenset(turns), tuple(dict.fromkeys(texts)), meant.names, whole.start, whole.end
    )


def turns(db: sqlite3.Connection, doomed: Doomed, since: datetime) -> frozenset[str]:
    """Return the turns on the bus of what was said since then."""
    found = set()
    for each in doomed.utterances:
        if each.time >= since:
            row = db.execute("SELECT bus FROM turn WHERE id = ?", (each.id,)).fetchone()
            found |= {row["bus"]} if row and row["bus"] else set()
    return frozenset(found)


def aliases(db: sqlite3.Connection, meant: Meant, zone: tzinfo) -> tuple[str, ...]:
    """Return what else a person is called: "my boss", where nobody else is."""
    if not meant.person:
        return ()
    rows = db.execute("SELECT * FROM fact WHERE superseded IS NULL AND subject = 'me'")
    kin = [one for one in (fact(row, zone) for row in rows) if one.value]
    named = plain(meant.person)
    relations = [one.relation for one in kin if plain(one.value) == named]
    sole = [r for r in relations if {plain(o.value) for o in kin if o.relation == r} == {named}]
    return tuple(f"my {plain(relation)}" for relation in sole)


def _is_meant(each: Utterance, meant: Meant, aliases: tuple[str, ...]) -> bool:
    if each.id in meant.ids:
        return True
    folded = f" {plain(each.text)} "
    for name in meant.names:
        if f" {plain(name)} " in folded or f" {plain(name)}s " in folded:
            return True
    if any(f" {alias} " in folded for alias in aliases):
        return True
    if meant.topic and _has_words(folded, meant.topic):
        return True
    if meant.start is None and meant.end is None:
        return False
    within = (meant.start is None or each.time >= meant.start) and (
        meant.end is None or each.time < meant.end
    )
    return within and (not meant.site or each.site == meant.site)


def _has_words(folded: str, topic: str) -> bool:
    """Tell whether a text has each word of a topic, in singular or plural."""
    words = [_stem(word) for word in plain(topic).split()]
    have = {_stem(word) for word in folded.split()}
    return bool(words) and all(word in have for word in words)


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _facts(db: sqlite3.Connection, meant: Meant, zone: tzinfo) -> Iterator[Fact]:
    """Yield the facts that are meant themselves, by id or by what they are about."""
    for row in db.execute("SELECT * FROM fact"):
        one = fact(row, zone)
        about = f" {plain(f'{one.subject} {one.relation} {one.value} {one.quote}')} "
        named = any(f" {plain(name)} " in about for name in meant.names)
        if f"{_FACT}{one.id}" in meant.ids or named:
            yield one


def _repeated(
    every: list[Utterance], ids: dict[str, Utterance], facts: Iterable[Fact]
) -> Iterator[Utterance]:
    """Yield what Hearth said that repeats a value of these facts, which nobody else said."""
    left = [
        f" {plain(each.text)} " for each in every if each.speaker != HEARTH and each.id not in ids
    ]
    for one in facts:
        value = f" {plain(one.value)} "
        if len(value) - 2 < _VALUE or any(value in text for text in left):
            continue
        for each in every:
            if (
                each.speaker == HEARTH
                and each.time >= one.told
                and value in f" {plain(each.text)} "
            ):
                yield each
