"""Frames in, facts out, on virtual time: a name and a command, pauses, crashes, floods."""

from __future__ import annotations

import asyncio
import math
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest

from hearth.bus import Bus
from hearth.error import EngineError
from hearth.event import DeafSet, Event, Heard, Hearing, Listen, SiteSeen, Unheard, Woken
from hearth.port import Find, Recognizer, Spotter, Transcript
from hearth.sections.engines import HearingConfig
from hearth.sense.listener import Listener
from support.ports import Recorder, Words

pytestmark = pytest.mark.looptime

QUIET, NAME, WORDS, MORE = 0, 1111, 2222, 3333
CONFIG = HearingConfig(silence_ms=600, pre_roll_ms=480, max_sentence_s=6, wait_for_speech_s=3)


def sound(value: int, ms: int) -> bytes:
    """A square wave of that height, so that a test sees which sound arrived where."""
    return (np.tile([value, -value], ms * 8)).astype("<i2").tobytes()


def wav(pcm: bytes) -> bytes:
    head = struct.pack("<4sI8sIHHIIHH4sI", b"RIFF", 36 + len(pcm), b"WAVEfmt ", 16, 1, 1, 16_000,
                       32_000, 2, 16, b"data", len(pcm))  # fmt: skip
    return head + pcm


class Loud:
    """A voice activity model for which everything loud is speech."""

    def __call__(self, pcm: bytes) -> float:
        return 0.95 if np.abs(np.frombuffer(pcm, "<i2")).max() > 500 else 0.01

    def reset(self) -> None:
        pass


class Named:
    """Finds the name where its sound ends, ``late_ms`` after it came by."""

    def __init__(self, tell: Callable[[Find], None], *, always: bool, late_ms: int) -> None:
        self.always = always
        self.resets = 0
        self.closed = False
        self.heard = b""
        self._tell = tell
        self._late_s = late_ms / 1000
        self._end: int | None = None

    def feed(self, pcm: bytes, at: int) -> None:
        self.heard += pcm
        samples = np.abs(np.frombuffer(pcm, "<i2"))
        if (samples == NAME).any():
            self._end = at + int(np.flatnonzero(samples == NAME)[-1]) + 1
        if self._end is not None and samples[-1] != NAME:
            find, self._end = Find("samantha", 0.9, self._end), None
            if self._late_s:
                asyncio.get_running_loop().call_later(self._late_s, self._tell, find)
            else:
                self._tell(find)

    def reset(self) -> None:
        self.resets += 1

    def close(self) -> None:
        self.closed = True


class Broken:
    """A recognizer that fails or never answers."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.hangs = hangs

    async def recognize(
        self, audio: AsyncIterator[bytes], partial: Callable[[str], None]
    ) -> Transcript:
        async for _ in audio:
            if not self.hangs:
                raise EngineError("The ear crashed.")
        await asyncio.sleep(3600)
        return Transcript("")


class House:
    """A listener in a house whose rooms can be spoken in."""

    def __init__(self, recognizer: Recognizer, *, always: bool, late_ms: int, sites: int) -> None:
        self.bus = Bus()
        self.log = Recorder(self.bus)
        self.faults: Counter[str] = Counter()
        self.spotters: list[Named] = []

        def build(tell: Callable[[Find], None]) -> Sequence[Spotter]:
            self.spotters.append(Named(tell, always=always, late_ms=late_ms))
            return self.spotters[-1:]

        def complain(kind: str, what: str, detail: object = "") -> None:
            self.faults[kind] += 1

        self.listener = Listener(
            CONFIG, self.bus, recognizer=recognizer, timeout_s=5, voice=Loud, spotters=build,
            complain=complain, max_sites=sites,
        )  # fmt: skip

    async def hear(self, *sounds: bytes, site: str = "kitchen") -> None:
        """Send sounds as they would come: a frame every 20 ms."""
        pcm = b"".join(sounds)
        for begin in range(0, len(pcm), 640):
            self.listener.frame(site, wav(pcm[begin : begin + 640]))
            await asyncio.sleep(0.02)

    def facts(self, site: str = "kitchen") -> list[Event]:
        return [e for e in self.log.all() if getattr(e, "site", "") == site]

    def told(self, site: str = "kitchen") -> list[str]:
        """The facts of a site in short."""
        short = {SiteSeen: "seen", Woken: "woken", Hearing: "hearing"}
        return [
            e.text
            if isinstance(e, Heard)
            else e.reason
            if isinstance(e, Unheard)
            else short[type(e)]
            for e in self.facts(site)
            if not isinstance(e, Listen | DeafSet)
        ]


@asynccontextmanager
async def house(
    recognizer: Recognizer, *, always: bool = True, late_ms: int = 0, sites: int = 32
) -> AsyncIterator[House]:
    home = House(recognizer, always=always, late_ms=late_ms, sites=sites)
    task = asyncio.create_task(home.listener.run())
    try:
        yield home
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def lengths(pcm: bytes) -> dict[int, int]:
    """Return how many milliseconds of each sound there are."""
    values, counts = np.unique(np.abs(np.frombuffer(pcm, "<i2")), return_counts=True)
    return {int(v): round(int(n) / 16) for v, n in zip(values, counts, strict=True)}


@pytest.mark.parametrize("always", [True, False])
@pytest.mark.parametrize("late_ms", [0, 300, 1500])
async def test_a_name_and_a_command_in_one_breath(always: bool, late_ms: int) -> None:
    ear = Words("samantha turn on the lamp")
    async with house(ear, always=always, late_ms=late_ms) as home:
        await home.hear(
            sound(QUIET, 1500), sound(NAME, 700), sound(WORDS, 1200), sound(QUIET, 2500)
        )

        assert home.told() == ["seen", "woken", "hearing", "turn on the lamp"]
        heard = home.log.of(Heard)[0]
    got = lengths(ear.audio[0])
    assert got[WORDS] == 1200
    assert got.get(NAME, 0) == 0
    assert heard.audio_ms == pytest.approx(1200, abs=32)
    # 1.5 s of quiet, 0.7 s of name, 1.2 s of command, at the pace of frames
    assert heard.ended == pytest.approx(3.4, abs=0.05)
    assert heard.confidence == 0.9


@pytest.mark.parametrize("pause_ms", [100, 250, 500, 900, 2000])
@pytest.mark.parametrize("command_ms", [300, 1200])
async def test_a_pause_after_the_name_loses_no_syllable(pause_ms: int, command_ms: int) -> None:
    ear = Words("stop")
    async with house(ear) as home:
        await home.hear(
            sound(QUIET, 1000), sound(NAME, 700), sound(QUIET, pause_ms), sound(WORDS, command_ms),
            sound(QUIET, 1500),
        )  # fmt: skip

        assert home.told()[-1] == "stop"
    assert [lengths(pcm)[WORDS] for pcm in ear.audio] == [command_ms]


async def test_heard_comes_as_soon_as_the_silence_has_passed() -> None:
    async with house(Words("stop")) as home:
        inbox = home.bus.subscribe(Heard)
        speaking = asyncio.create_task(
            home.hear(sound(QUIET, 1000), sound(NAME, 700), sound(WORDS, 1000), sound(QUIET, 3000))
        )
        heard = await inbox.get()
        wait_s = asyncio.get_running_loop().time() - heard.ended
        await speaking

    assert 0.6 <= wait_s <= 0.66


async def test_the_recognizer_hears_while_the_person_speaks() -> None:
    arrived: list[float] = []

    class Streaming:
        async def recognize(
            self, audio: AsyncIterator[bytes], partial: Callable[[str], None]
        ) -> Transcript:
            async for _ in audio:
                arrived.append(asyncio.get_running_loop().time())
                partial("turn")
            return Transcript("turn on")

    async with house(Streaming()) as home:
        await home.hear(
            sound(QUIET, 1000), sound(NAME, 700), sound(WORDS, 2000), sound(QUIET, 1000)
        )
        told = home.told()

    assert arrived[0] < 2.1
    assert max(np.diff(arrived)) < 0.05
    assert told.count("hearing") > 50


async def test_woken_without_a_word() -> None:
    async with house(Words()) as home:
        await home.hear(sound(QUIET, 1000), sound(NAME, 700), sound(QUIET, 4000))

        assert home.told() == ["seen", "woken", "silence"]


async def test_a_cough_is_passed_over_and_the_sentence_still_taken() -> None:
    async with house(Words("", "turn on the lamp")) as home:
        await home.hear(
            sound(QUIET, 1000), sound(NAME, 700), sound(QUIET, 300), sound(MORE, 350),
            sound(QUIET, 1000), sound(WORDS, 900), sound(QUIET, 1000),
        )  # fmt: skip

        assert home.told()[-1] == "turn on the lamp"


async def test_the_tail_of_the_name_is_no_sentence() -> None:
    async with house(Words("ooh", "turn on the lamp")) as home:
        await home.hear(
            sound(QUIET, 1000), sound(NAME, 700), sound(MORE, 350), sound(QUIET, 1000),
            sound(WORDS, 900), sound(QUIET, 1000),
        )  # fmt: skip

        assert home.told()[-2:] == ["hearing", "turn on the lamp"]
        assert len(home.log.of(Heard)) == 1


async def test_only_noise_after_the_name_ends_in_no_words() -> None:
    async with house(Words("", "")) as home:
        await home.hear(
            sound(QUIET, 1000), sound(NAME, 700), sound(QUIET, 300), sound(MORE, 2600),
            sound(QUIET, 3000),
        )  # fmt: skip

        assert home.told() == ["seen", "woken", "no_words"]


async def test_speech_without_the_name_is_not_recognised() -> None:
    ear = Words("turn on the lamp")
    async with house(ear) as home:
        await home.hear(sound(QUIET, 1000), sound(WORDS, 2000), sound(QUIET, 2000))

        assert home.told() == ["seen"]
    assert ear.audio == []


async def test_listen_takes_the_next_sentence_without_the_name() -> None:
    ear = Words("yes please")
    async with house(ear) as home:
        await home.hear(sound(QUIET, 1000))
        home.bus.publish(Listen("kitchen", 8))
        await home.hear(sound(QUIET, 5000), sound(WORDS, 400), sound(QUIET, 1000))

        assert home.told() == ["seen", "hearing", "yes please"]
    assert lengths(ear.audio[0])[WORDS] == 400


async def test_listen_that_nobody_answers_ends() -> None:
    async with house(Words()) as home:
        await home.hear(sound(QUIET, 500))
        home.bus.publish(Listen("kitchen", 2))
        await home.hear(sound(QUIET, 3000))

        assert home.told() == ["seen", "silence"]


async def test_a_crashed_recognizer_is_told_and_the_room_goes_on() -> None:
    async with house(Broken()) as home:
        for _ in range(2):
            await home.hear(
                sound(QUIET, 1000), sound(NAME, 700), sound(WORDS, 900), sound(QUIET, 1200)
            )

        assert home.told() == ["seen", "woken", "engine", "woken", "engine"]


async def test_a_hanging_recognizer_is_given_up_after_its_time() -> None:
    async with house(Broken(hangs=True)) as home:
        await home.hear(sound(QUIET, 1000), sound(NAME, 700), sound(WORDS, 900), sound(QUIET, 1000))
        assert home.told() == ["seen", "woken"]
        await home.hear(sound(QUIET, 5000))

        assert home.told()[-1] == "engine"


async def test_an_endless_sentence_is_cut_at_its_limit() -> None:
    ear = Words("and so on")
    async with house(ear) as home:
        await home.hear(
            sound(QUIET, 1000), sound(NAME, 700), sound(WORDS, 9000), sound(QUIET, 1000)
        )

        assert home.told()[-1] == "and so on"
    assert len(ear.audio[0]) / 32_000 == pytest.approx(6, abs=0.1)


async def test_a_site_that_vanishes_in_a_sentence_is_ended() -> None:
    async with house(Words("turn on")) as home:
        await home.hear(sound(QUIET, 1000), sound(NAME, 700), sound(WORDS, 900))
        assert home.told() == ["seen", "woken"]
        await asyncio.sleep(2.5)

        assert home.told()[-1] == "turn on"


async def test_the_name_again_begins_anew() -> None:
    ear = Words("turn on the lamp")
    async with house(ear) as home:
        await home.hear(
            sound(QUIET, 1000), sound(NAME, 700), sound(MORE, 1000), sound(NAME, 700),
            sound(WORDS, 900), sound(QUIET, 1200),
        )  # fmt: skip

        assert home.told() == ["seen", "woken", "woken", "hearing", "turn on the lamp"]
    assert MORE not in lengths(ear.audio[0])


async def test_two_rooms_at_once_do_not_mix() -> None:
    ear = Words("one", "one")
    async with house(ear) as home:
        await asyncio.gather(
            home.hear(sound(QUIET, 1000), sound(NAME, 700), sound(WORDS, 900), sound(QUIET, 1200)),
            home.hear(
                sound(QUIET, 1300), sound(NAME, 700), sound(MORE, 1200), sound(QUIET, 1200),
                site="bedroom",
            ),
        )  # fmt: skip

        assert home.told("kitchen") == home.told("bedroom") == ["seen", "woken", "hearing", "one"]
    assert [set(lengths(pcm)) for pcm in ear.audio] == [{QUIET, WORDS}, {QUIET, MORE}]


async def test_spotters_that_want_only_speech_get_it_with_a_pre_roll() -> None:
    async with house(Words(), always=False) as home:
        await home.hear(sound(QUIET, 5000), sound(WORDS, 1000), sound(QUIET, 5000))
        spotter = home.spotters[0]

    got = lengths(spotter.heard)
    assert got[WORDS] == 1000
    assert 1500 <= got[QUIET] <= 1700  # a second before and 0.6 s after
    assert spotter.resets == 1
    assert spotter.closed


async def test_faulty_frames_are_counted_and_the_room_goes_on() -> None:
    async with house(Words("turn on")) as home:
        home.listener.frame("kitchen", b"\x00\x01")
        home.listener.frame("kitchen", b"{}" * 5_000_000)
        home.listener.frame("kitchen", wav(bytes(640))[:-99])
        await home.hear(sound(QUIET, 1000), sound(NAME, 700), sound(WORDS, 900), sound(QUIET, 1200))

        assert home.told()[-1] == "turn on"
    assert home.faults == {"frame": 2, "frame_cut": 1}


async def test_a_flood_of_sites_is_refused_until_one_has_fallen_asleep() -> None:
    async with house(Words(), sites=2) as home:
        for number in range(5):
            home.listener.frame(f"s{number}", wav(bytes(640)))
        assert home.listener.sites == ("s0", "s1")
        await asyncio.sleep(30)
        home.listener.frame("s1", wav(bytes(640)))
        await asyncio.sleep(31)
        home.listener.frame("s9", wav(bytes(640)))

        assert home.listener.sites == ("s1", "s9")
    assert home.faults == {"site": 3}


async def test_a_site_that_slept_is_seen_again() -> None:
    async with house(Words()) as home:
        await home.hear(sound(QUIET, 100))
        await asyncio.sleep(61)
        await home.hear(sound(QUIET, 100))

        assert home.told() == ["seen", "seen"]


async def test_a_recording_that_stops_without_silence_is_heard() -> None:
    async with house(Words("turn on")) as home:
        for pcm in (sound(QUIET, 1000), sound(NAME, 700), sound(WORDS, 903)):
            home.listener.feed("kitchen", pcm)
        home.listener.finish("kitchen")
        await home.listener.drain()

        assert home.told()[-1] == "turn on"
        assert not math.isnan(home.log.of(Heard)[0].ended)
