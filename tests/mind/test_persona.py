"""Personas as files, and who is in force: agreed to, renamed, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from hearth.bus import Bus
from hearth.clock import LoopClock
from hearth.error import HearthError
from hearth.event import PersonaSet
from hearth.memory.personas import StoredPersonas
from hearth.memory.store import Store
from hearth.memory.timers import StoredSettings
from hearth.mind import personas
from hearth.mind.me import Me, asleep, sleep_hours
from hearth.mind.personas import VOICED, Cast, Wish
from hearth.persona import Profile, Trusted
from hearth.port import Manner
from hearth.remember import Gone
from support.ports import AtOnce, Recorder

pytestmark = pytest.mark.looptime
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)

FILE = """
id = "pal"
version = {version}
about = {{ en = "a pal" }}
sex = "female"
[female]
name = "Paula"
espeak = {{ en = "en-us+f2" }}
[male]
name = "Paul"
espeak = {{ en = "en-us+m2" }}
[manner]
en = ["{manner}"]
"""


def write(folder: Path, version: int = 1, manner: str = "You are kind.", more: str = "") -> Cast:
    folder.mkdir(exist_ok=True)
    (folder / "pal.toml").write_text(FILE.format(version=version, manner=manner) + more)
    return personas.load(folders=[folder])


class Scene:
    """One start of Hearth's self on a memory that stays."""

    def __init__(self, me: Me, told: Recorder) -> None:
        self.me, self.told = me, told


@asynccontextmanager
async def start(
    folder: Path, cast: Cast | None = None, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Scene]:
    bus = Bus()
    async with Store(folder / "hearth.db", AtOnce()) as store:
        kept = StoredSettings(store)
        me = Me(
            cast or personas.load(),
            bus=bus,
            clock=LoopClock(NOW),
            kept=kept,
            settings=settings or await kept.all(),
            history=StoredPersonas(store),
            quiet=sleep_hours("22:30", "07:00"),
        )
        yield Scene(me, Recorder(bus))


# --- files -----------------------------------------------------------------------------------


def test_the_shipped_personas_are_right_and_differ() -> None:
    cast = personas.load(folders=[personas.directories()[0]])
    assert cast.faults == ()
    made = [p for id_ in cast.files if (p := cast.persona(id_)) and id_ != "plain"]
    assert len(made) >= 4
    for part in ("name", "voice", "pace", "temperament", "manner", "about"):
        assert len({getattr(persona, part) for persona in made}) == len(made), part


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_shipped_persona_speaks_the_language(language: str) -> None:
    cast = personas.load(language, folders=[personas.directories()[0]])
    for id_, file in cast.files.items():
        for sex in ("female", "male") if id_ != "plain" else ("",):
            persona = cast.persona(id_, sex)
            assert persona is not None
            assert (file.manner.get(language), file.about.get(language)) == (
                persona.manner,
                persona.about,
            )
            assert persona.voice.startswith(language) or not sex


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('nam = "x"', "unknown key 'male.nam'"),
        ("[phrases.en]\n\"crisis.reply\" = 'Cheer up!'", "cannot be changed by a persona"),
        ("[phrases.en]\n\"disclosure.reminder\" = ''", "cannot be changed by a persona"),
        ("[manners]", "unknown key 'manners'"),
        ("[phrases", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_told_with_its_path_and_the_others_are_used(
    tmp_path: Path, more: str, told: str
) -> None:
    folder = tmp_path / "own"
    shipped = personas.directories()[0]
    text = FILE.format(version=1, manner="x").replace("[manner]", "[manner]")
    folder.mkdir()
    if more.startswith("nam"):
        text = text.replace('name = "Paul"', 'name = "Paul"\n' + more)
    else:
        text += more
    (folder / "pal.toml").write_text(text)
    cast = personas.load(folders=[shipped, folder])
    assert "pal" not in cast.files
    assert "warm" in cast.files
    assert all(str(folder / "pal.toml") in fault for fault in cast.faults)
    assert any(told in fault for fault in cast.faults), cast.faults


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('id = "Bad!"\nversion = 0\npace = 9\n')
    cast = personas.load(folders=[tmp_path])
    told = "\n".join(cast.faults)
    for key in ("id = 'Bad!'", "version = 0", "pace = 9", "'about' is missing"):
        assert key in told
    assert list(cast.files) == ["plain"]


def test_ones_own_file_replaces_a_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    text = (personas.directories()[0] / "dry.toml").read_text().replace("Sebastian", "Bertram")
    (own / "dry.toml").write_text(text)
    cast = personas.load(folders=[personas.directories()[0], own])
    dry = cast.persona("dry")
    assert dry is not None
    assert dry.name == "Bertram"


@pytest.mark.parametrize(
    ("wish", "talk", "fits"),
    [
        (Wish(("calm",)), "much", "dry"),
        (Wish(("cheerful",)), "little", "bright"),
        (Wish(("quiet", "slow")), None, "quiet"),
        (Wish(("plain",)), "much", "plain"),
        (Wish(), None, "warm"),
        (Wish(), "little", "quiet"),
        (Wish(("purple",)), None, "warm"),
    ],
)
def test_the_persona_that_suits_is_found(wish: Wish, talk: str | None, fits: str) -> None:
    cast = personas.load(folders=[personas.directories()[0]])
    assert cast.fitting(wish, talk) == fits  # type: ignore[arg-type]  # one of the words of Talk


# --- who is in force -------------------------------------------------------------------------


async def test_before_anybody_chose_it_is_plain_and_bears_the_configured_name(
    tmp_path: Path,
) -> None:
    async with start(tmp_path) as s:
        assert (s.me.persona().id, s.me.persona().name) == ("plain", "Hearth")
        assert s.me.manner() == Manner("", 1.0)
        assert s.me.profile() == Profile(sleeps_from=time(22, 30), sleeps_to=time(7))
        assert s.me.waiting() is None


async def test_who_was_chosen_is_there_after_a_restart_under_the_given_name(
    tmp_path: Path,
) -> None:
    async with start(tmp_path) as s:
        await s.me.be("dry", "female")
        await s.me.rename("Ada")
        assert s.told.of(PersonaSet) == [PersonaSet("dry", 2, "plain"), PersonaSet("dry", 2, "dry")]
    async with start(tmp_path) as s:
        assert (s.me.persona().id, s.me.persona().name) == ("dry", "Ada")
        assert s.me.manner() == Manner("en+f1", 0.94)
        assert s.me.waiting() is None


async def test_a_changed_file_changes_nothing_until_it_is_agreed_to(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    async with start(tmp_path, write(folder)) as s:
        await s.me.be("pal")
    async with start(tmp_path, write(folder, 2, "You are stern.")) as s:
        assert s.me.persona().manner == ("You are kind.",)
        new = s.me.waiting()
        assert new is not None
        assert (new.version, new.manner) == (2, ("You are stern.",))
        await s.me.agree()
        assert s.me.persona() == new
        assert s.me.waiting() is None
    async with start(tmp_path, write(folder, 2, "You are stern.")) as s:
        assert (await s.me.back() or new).manner == ("You are kind.",)
        assert s.me.waiting() is None  # what was just left is not offered again


async def test_a_file_changed_without_a_new_version_is_noticed_too(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    async with start(tmp_path, write(folder)) as s:
        await s.me.be("pal")
    async with start(tmp_path, write(folder, 1, "You are stern.")) as s:
        assert s.me.persona().manner == ("You are kind.",)
        assert s.me.waiting() is not None


async def test_a_declined_version_is_not_offered_again_but_the_next_is(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    async with start(tmp_path, write(folder)) as s:
        await s.me.be("pal")
    async with start(tmp_path, write(folder, 2, "You are stern.")) as s:
        await s.me.decline()
    async with start(tmp_path, write(folder, 2, "You are stern.")) as s:
        assert s.me.waiting() is None
    async with start(tmp_path, write(folder, 3, "You are grave.")) as s:
        assert s.me.waiting() is not None


async def test_a_file_that_is_gone_leaves_who_is_in_force(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    async with start(tmp_path, write(folder)) as s:
        await s.me.be("pal", "male")
    (folder / "pal.toml").unlink()
    async with start(tmp_path, personas.load(folders=[folder])) as s:
        assert s.me.persona().name == "Paul"
        assert s.me.waiting() is None


async def test_it_goes_back_step_by_step_is_not_lost(tmp_path: Path) -> None:
    async with start(tmp_path) as s:
        assert await s.me.back() is None
        await s.me.be("dry")
        await s.me.be("bright")
        back = await s.me.back()
        assert back is not None
        assert (back.id, back.name) == ("dry", "Sebastian")
        assert [t.persona.id for t in await s.me.history()] == ["dry", "bright", "dry", "plain"]


async def test_an_old_name_comes_back(tmp_path: Path) -> None:
    async with start(tmp_path) as s:
        await s.me.be("warm")
        await s.me.rename("Ada")
        back = await s.me.back()
        assert back is not None
        assert back.name == "Amelia"
        again = await s.me.back()
        assert again is not None
        assert (again.name, s.me.persona().name) == ("Ada", "Ada")


async def test_an_unknown_persona_and_an_empty_name_are_refused(tmp_path: Path) -> None:
    async with start(tmp_path) as s:
        with pytest.raises(HearthError, match="There are: bright, dry"):
            await s.me.be("nobody")
        with pytest.raises(HearthError):
            await s.me.rename("  ")
        assert s.told.of(PersonaSet) == []


async def test_a_persona_has_its_own_words_for_small_things_only(tmp_path: Path) -> None:
    more = '[phrases.en]\n"talk.done" = "Voilà."\n'
    async with start(tmp_path, write(tmp_path / "own", more=more)) as s:
        await s.me.be("pal")
        assert (s.me.own_words("talk.done"), s.me.own_words("talk.hello")) == ("Voilà.", None)
        assert "disclosure.reminder" not in VOICED


# --- the profile -----------------------------------------------------------------------------


async def test_what_was_told_is_kept_over_a_restart(tmp_path: Path) -> None:
    async with start(tmp_path) as s:
        await s.me.change(call_me="Sam", trusted=Trusted("Mara", "0151 234"), talk="little")
        await s.me.change(sleeps_from=time(23), sleeps_to=time(6), notice=frozenset({"mood"}))
    async with start(tmp_path) as s:
        assert s.me.profile() == Profile(
            call_me="Sam",
            talk="little",
            sleeps_from=time(23),
            sleeps_to=time(6),
            trusted=Trusted("Mara", "0151 234"),
            notice=frozenset({"mood"}),
        )
        assert s.me.quiet() == (time(23), time(6))


async def test_a_value_that_makes_no_sense_is_refused_and_nothing_kept(tmp_path: Path) -> None:
    async with start(tmp_path) as s:
        with pytest.raises(HearthError, match="cannot be kept"):
            await s.me.change(talk="endless")
        assert s.me.profile().talk == "some"


async def test_broken_settings_are_as_none(tmp_path: Path) -> None:
    async with start(tmp_path, settings={"self/persona": "{", "self/profile": '{"x": 1}'}) as s:
        assert (s.me.persona().id, s.me.profile().call_me) == ("plain", "")


async def test_what_is_forgotten_leaves_the_profile(tmp_path: Path) -> None:
    async with start(tmp_path) as s:
        await s.me.change(
            call_me="Sam", trusted=Trusted("Tom", "0151"), brings="my divorce from Tom"
        )
        await s.me.erase(Gone(names=("Tom",)))
        assert s.me.profile().trusted is None
        assert (s.me.profile().brings, s.me.profile().call_me) == ("", "Sam")
    assert b"divorce" not in (tmp_path / "hearth.db").read_bytes()


@pytest.mark.parametrize(
    ("hour", "sleeps"), [(22, False), (23, True), (3, True), (6, True), (7, False), (12, False)]
)
async def test_quiet_hours_span_midnight(hour: int, sleeps: bool) -> None:
    await asyncio.sleep(0)
    at = datetime(2026, 1, 1, hour, 45, tzinfo=UTC)
    assert asleep(at, (time(22, 50), time(7))) == sleeps
    assert not asleep(at, None)
