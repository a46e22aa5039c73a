"""Questions find the turns that answer them: by words, meaning, person, time and neighbours."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from hearth.clock import LoopClock
from hearth.error import EngineError
from hearth.event import Heard, Spoken
from hearth.memory.dialogue import read
from hearth.memory.recall.features import NAMES
from hearth.memory.recall.finder import Finder, weights
from hearth.memory.recall.question import STOP
from hearth.memory.recall.vectors import Indexer
from hearth.memory.store import Store
from hearth.memory.turns import StoredTurns
from hearth.remember import Gone
from support.dialogues import Dialogue, written

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
OWN = Path(__file__).parents[2] / "bench" / "dialogues"
LIKE = {"puppy": "dog", "hound": "dog", "physician": "doctor", "automobile": "car"}


class Meaning:
    """An encoder for which a text means the words in it, and some words the same."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken = False

    async def encode(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        if self.broken:
            raise EngineError("It is not there.")
        self.asked += texts
        return tuple(self._one(text) for text in texts)

    def _one(self, text: str) -> tuple[float, ...]:
        words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
        rows = [self._word(LIKE.get(word, word)) for word in words if word not in STOP]
        total = np.sum(rows, axis=0) if rows else self._word("nothing")
        return tuple((total / np.linalg.norm(total)).tolist())

    def _word(self, word: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
        return np.random.default_rng(seed).normal(size=384)


class Memory:
    """A memory that holds a dialogue."""

    def __init__(self, store: Store, finder: Finder, encoder: Meaning | None) -> None:
        self.store, self.finder, self.encoder = store, finder, encoder
        self.turns = StoredTurns(store, LoopClock(NOW))

    async def ids(self, query: str, most: int = 3) -> list[str]:
        return [hit.utterance.id for hit in await self.finder.recall(query, most)]


@asynccontextmanager
async def memory(
    folder: Path, lines: Sequence[str], encoder: Meaning | None = None
) -> AsyncIterator[Memory]:
    async with Store(folder / "hearth.db") as store:
        clock = LoopClock(NOW)
        await StoredTurns(store, clock).bring(read(lines, UTC))
        if encoder:
            await Indexer(store, encoder, "fake").fill(10_000)
        yield Memory(store, Finder(store, clock, encoder), encoder)


def lines(*said: str) -> list[str]:
    """Return lines of "id day Name: text", the day of 2026 as month-day; "--" ends a session."""
    made, session = Dialogue(("Ann", "Ben")), 1
    for line in said:
        if line == "--":
            session += 1
            continue
        id_, day, name, text = line.split(" ", 3)
        made.turns.append(
            {
                "id": id_,
                "session": str(session),
                "time": f"2026-{day}T10:00:00Z",
                "speaker": name.rstrip(":"),
                "text": text,
            }
        )
    return made.lines()


TALK = lines(
    "a 03-02 Ann: Good morning, did you sleep well in the new place?",
    "b 03-02 Ben: Like a stone. We carried the piano up four floors yesterday.",
    "c 03-02 Ann: What did you do with the old sofa?",
    "d 03-02 Ben: My neighbour Carlos took it for his garage, he pays me in olive oil.",
    "--",
    "e 05-04 Ann: I adopted a puppy from the shelter last week, she is called Waffle.",
    "f 05-04 Ben: That is wonderful news, I would love to meet her soon!",
    "g 05-04 Ann: Come for dinner on Friday, I am making lasagne.",
    "h 05-04 Ben: I painted the kitchen yellow, and I cannot eat lasagne because of the cheese.",
    "--",
    "i 06-05 Ann: My brother Leo works as a physician in Lyon.",
    "j 06-05 Ben: I painted a picture of the harbour for my mother's birthday.",
    "k 06-05 Ann: She will hang it over the fireplace for sure.",
    "l 06-05 Ben: She already did, next to the clock that Carlos repaired.",
)


async def test_words_find_a_turn_in_any_of_their_forms(tmp_path: Path) -> None:
    async with memory(tmp_path, TALK) as it:
        assert (await it.ids("Who carries pianos?"))[0] == "b"
        hits = await it.finder.recall("Who carries pianos?", 3)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert all(0 <= hit.score <= 1 for hit in hits)


async def test_whom_a_question_is_about_counts(tmp_path: Path) -> None:
    same = lines(
        "a 03-02 Ann: I love the opera in Verona.",
        "--",
        "b 03-02 Ben: I love the opera in Verona, as well.",
    )
    async with memory(tmp_path, same) as it:
        assert (await it.ids("What does Ann love in Verona?"))[0] == "a"
        assert (await it.ids("What does Ben love in Verona?"))[0] == "b"


async def test_the_answer_stands_beside_the_question(tmp_path: Path) -> None:
    async with memory(tmp_path, TALK) as it:
        assert "d" in await it.ids("Who got Ben's old sofa?", 2)


async def test_a_question_of_two_steps_follows_the_name_between_them(tmp_path: Path) -> None:
    steps = lines(
        "a 03-02 Ann: The old clock was repaired by Carlos in the end.",
        "b 03-02 Ben: Good to hear.",
        "--",
        "c 04-02 Ben: I saw Carlos at the market, he moved to Porto with his cats.",
        "d 04-02 Ann: How nice of him.",
        "--",
        *(f"n{n} 05-02 Ann: I live near the man with the clocks, number {n}." for n in range(30)),
    )
    async with memory(tmp_path, steps) as it:
        assert "c" in await it.ids("Where lives the man who repaired the old clock?", 5)


async def test_words_of_like_meaning_find_a_turn(tmp_path: Path) -> None:
    async with memory(tmp_path, TALK, Meaning()) as it:
        assert (await it.ids("Does Ann have a dog?"))[0] == "e"
        assert (await it.ids("Which doctor is there in Ann's family?"))[0] == "i"


async def test_the_time_that_is_named_counts(tmp_path: Path) -> None:
    async with memory(tmp_path, TALK) as it:
        assert (await it.ids("What did Ben paint in May 2026?"))[0] == "h"
        assert (await it.ids("What did Ben paint last week?"))[0] == "j"


async def test_it_works_while_the_encoder_is_away_and_before_there_are_vectors(
    tmp_path: Path,
) -> None:
    encoder = Meaning()
    async with memory(tmp_path, TALK, encoder) as it:
        encoder.broken = True
        assert (await it.ids("Who carried the piano?"))[0] == "b"
    (tmp_path / "new").mkdir()
    async with memory(tmp_path / "new", TALK) as it:
        late = Finder(it.store, LoopClock(NOW), Meaning())
        assert (await late.recall("Who carried the piano?", 1))[0].utterance.id == "b"


@pytest.mark.parametrize(
    "query", ["", "?", "the of and", '"" OR NEAR(', "tom's * -x ^y", "🙂" * 50]
)
async def test_any_words_are_only_words(tmp_path: Path, query: str) -> None:
    async with memory(tmp_path, TALK, Meaning()) as it:
        assert len(await it.ids(query)) <= 3
        nothing = Finder(it.store, LoopClock(NOW), None)
        assert isinstance(await nothing.recall(query), tuple)


async def test_an_empty_memory_finds_nothing(tmp_path: Path) -> None:
    async with memory(tmp_path, (), Meaning()) as it:
        assert await it.ids("Who carried the piano?") == []


async def test_what_is_said_now_is_found_at_once_and_what_is_gone_is_not(tmp_path: Path) -> None:
    async with memory(tmp_path, TALK, Meaning()) as it:
        assert "new" not in await it.ids("Who is my sister?")
        await it.turns.heard(Heard("kitchen", "My sister is called Mara", turn="new"))
        await it.turns.spoken(
            Spoken("kitchen", "What a lovely name.", "What a lovely name.", "new")
        )
        assert (await it.ids("Who is my sister?"))[0] == "new"
        await it.store.do(lambda db: db.execute("DELETE FROM turn WHERE id = 'new'"))
        assert "new" not in await it.ids("Who is my sister?")
        await it.finder.erase(Gone())
        assert (await it.ids("Who carried the piano?"))[0] == "b"


async def test_another_encoder_makes_all_vectors_again(tmp_path: Path) -> None:
    async with memory(tmp_path, TALK, Meaning()) as it:
        other = Meaning()
        indexer = Indexer(it.store, other, "another")
        assert await indexer.missing() == 0
        assert await indexer.fill(100) == len(TALK)
        assert await indexer.missing() == 0


async def test_vectors_are_made_when_idle(tmp_path: Path) -> None:
    encoder = Meaning()
    async with memory(tmp_path, TALK) as it:
        running = asyncio.create_task(Indexer(it.store, encoder, "fake").run())
        async with asyncio.timeout(10):
            while await Indexer(it.store, encoder, "fake").missing():  # noqa: ASYNC110  # on disk
                await asyncio.sleep(0.02)
        running.cancel()
        assert "Like a stone. We carried the piano up four floors yesterday." in encoder.asked


async def test_a_long_memory_finds_what_a_short_one_does(tmp_path: Path) -> None:
    noise = [
        f"n{n} 04-0{n % 9 + 1} {'Ann' if n % 2 else 'Ben'}: We talked about {topic} number {n}."
        for n, topic in enumerate(("the weather", "the garden", "the train") * 600)
    ]
    async with memory(tmp_path, [*lines(*noise), *TALK], Meaning()) as it:
        assert (await it.ids("Who carried the piano?"))[0] == "b"
        assert "e" in await it.ids("Does Ann have a dog?")
        assert "d" in await it.ids("Who got Ben's old sofa?")


async def test_it_finds_more_than_plain_words_on_dialogues_of_our_own(tmp_path: Path) -> None:
    """By words alone, as tests have no model; the bench measures it with the encoder."""
    dialogues = written(OWN / "learned.txt")[:2]
    shares = []
    for number, dialogue in enumerate(dialogues):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with memory(folder, dialogue.lines()) as it:
            for asked in dialogue.asked:
                found = set(await it.ids(asked.text, 10))
                shares.append(len(found & asked.evidence) / len(asked.evidence))
    assert np.mean(shares) > 0.8


def test_the_weights_that_ship_name_figures_that_there_are() -> None:
    for chosen in weights().values():
        assert set(chosen) == {"offset", *NAMES}
