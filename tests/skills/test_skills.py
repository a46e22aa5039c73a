"""Each skill by itself: what it says, what it does, what it keeps."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hearth.bus import Bus
from hearth.clock import LoopClock
from hearth.event import (
    Act,
    Health,
    Heard,
    Hush,
    Say,
    Spoken,
    TimerRang,
    Unheard,
    VolumeSet,
    Woken,
)
from hearth.house import Entity, House
from hearth.memory.store import Store
from hearth.memory.timers import StoredSettings, StoredTimers
from hearth.mind.answers import Answers
from hearth.port import Command, Timer
from hearth.skill import Answer, Reply, Request, handlers, intent
from hearth.skills.apology import Apology
from hearth.skills.deeds import Deeds
from hearth.skills.devices import Devices
from hearth.skills.states import States
from hearth.skills.talk import Talk
from hearth.skills.timer import Timers
from hearth.skills.volume import Volume, volumes
from support.ports import AtOnce, Book, Door, Keys, Recorder

pytestmark = pytest.mark.looptime
ANSWERS = Answers("en")
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUSE = House(
    entities=(
        Entity("light.a", "Lamp A", state="on"),
        Entity("light.b", "Lamp B", state="off"),
        Entity("cover.c", "Blind", state="open"),
        Entity("lock.d", "Door", state="locked"),
        Entity("sensor.t", "Warmth", state=None),
    )
)


def ask(name: str, targets: tuple[str, ...] = (), /, **slots: Any) -> Request:
    heard = Heard("hall", "the words", turn="t", origin="client")
    return Request(Command(name, slots, targets), heard, HOUSE)


@pytest.mark.parametrize(
    ("name", "targets", "slots", "service", "data"),
    [
        ("HassTurnOn", ("light.a",), {}, "turn_on", {}),
        ("HassTurnOff", ("light.a",), {}, "turn_off", {}),
        ("HassTurnOn", ("cover.c",), {}, "open_cover", {}),
        ("HassTurnOff", ("cover.c",), {}, "close_cover", {}),
        ("HassTurnOn", ("lock.d",), {}, "lock", {}),
        ("HassLightSet", ("light.a",), {"brightness": 40}, "turn_on", {"brightness_pct": 40}),
        ("HassLightSet", ("light.a",), {"color": "red"}, "turn_on", {"color_name": "red"}),
        (
            "HearthLightStep",
            ("light.a",),
            {"step": "down"},
            "turn_on",
            {"brightness_step_pct": -25},
        ),
        ("HassSetPosition", ("cover.c",), {"position": 30}, "set_cover_position", {"position": 30}),
    ],
)
async def test_intents_become_services(
    name: str, targets: tuple[str, ...], slots: dict[str, Any], service: str, data: dict[str, Any]
) -> None:
    door = Door(HOUSE)
    reply = await Devices(door, Keys(), ANSWERS).move(ask(name, targets, **slots))
    assert door.acts == [Act(targets[0], service, data, "t", "client", "the words", "hall")]
    assert reply == Reply(f"{name}.")


async def test_what_does_not_answer_is_named_and_the_rest_is_told() -> None:
    devices = Devices(Door(HOUSE, dead=["light.b"]), Keys(), ANSWERS)
    both = await devices.move(ask("HassTurnOn", ("light.a", "light.b")))
    alone = await devices.move(ask("HassTurnOn", ("light.b",)))
    assert both == Reply("HassTurnOn. errors.no_answer(names=['Lamp B'])", "failed")
    assert alone == Reply("errors.no_answer(names=['Lamp B'])", "failed")


@pytest.mark.parametrize(
    ("room", "sent", "said"),
    [
        ("Kitchen", [Act("vacuum.m", "clean_area", {"area": "Kitchen"})], "HassVacuumCleanArea."),
        ("Attic", [], "vacuum.no_rooms"),
    ],
)
async def test_only_a_robot_that_knows_the_room_is_sent(
    room: str, sent: list[Act], said: str
) -> None:
    map_ = {"segments": {"17": "kitchen", "18": "Hall"}}
    robots = (Entity("vacuum.m", "Molly", attributes=map_), Entity("vacuum.o", "Otto"))
    request = ask("HassVacuumCleanArea", ("vacuum.m", "vacuum.o"), area=room)
    door = Door()
    reply = await Devices(door, Keys(), ANSWERS).clean(
        replace(request, house=House((), (), robots))
    )
    assert reply.text == said
    assert [Act(a.entity_id, a.service, a.data) for a in door.acts] == sent


async def test_a_sentence_that_fits_nothing_moves_nothing() -> None:
    door = Door(HOUSE)
    assert (await Devices(door, Keys(), ANSWERS).move(ask("HassTurnOn"))).outcome == "failed"
    assert door.acts == []


async def test_where_several_things_fit_it_asks_and_listens() -> None:
    door = Door(HOUSE)
    command = Command("HassTurnOn", choices=("light.a", "light.b"))
    heard = Heard("hall", "the lamp", turn="t")
    reply = await Devices(door, Keys(), ANSWERS).move(Request(command, heard, HOUSE))
    assert (reply.text, door.acts) == ("errors.which_one(names=['Lamp A', 'Lamp B'])", [])
    assert reply.question
    answered = await reply.question.answered(Answer(Heard("hall", "the second"), (), HOUSE))
    assert answered == Reply("HassTurnOn.")
    assert [act.entity_id for act in door.acts] == ["light.b"]


@pytest.mark.parametrize(
    ("words", "ids"),
    [("lamp a", ["light.a"]), ("both", ["light.a", "light.b"]), ("never mind", [])],
)
async def test_the_answer_to_which_one_is_a_name_or_all_or_none(words: str, ids: list[str]) -> None:
    door = Door(HOUSE)
    command = Command("HassTurnOn", choices=("light.a", "light.b"))
    request = Request(command, Heard("hall", "the lamp", turn="t"), HOUSE)
    reply = await Devices(door, Keys(), ANSWERS).move(request)
    assert reply.question
    await reply.question.answered(Answer(Heard("hall", words), (), HOUSE))
    assert [act.entity_id for act in door.acts] == ids


async def test_a_new_command_is_no_answer_to_which_one() -> None:
    door = Door(HOUSE)
    command = Command("HassTurnOn", choices=("light.a", "light.b"))
    request = Request(command, Heard("hall", "the lamp", turn="t"), HOUSE)
    reply = await Devices(door, Keys(), ANSWERS).move(request)
    assert reply.question
    new = Answer(Heard("hall", "what time is it"), (Command("HassGetCurrentTime"),), HOUSE)
    assert await reply.question.answered(new) is None
    assert door.acts == []


async def test_questions_sort_what_matches() -> None:
    class Values(Keys):
        def respond(self, command: Command, house: House, values: Any) -> str:
            return " / ".join(
                ",".join(e.name for e in values[key]) for key in ("matched", "unmatched")
            )

    states = States(Values())
    on = await states.state(ask("HassGetState", ("light.a", "light.b"), state="on"))
    assert on.text == "Lamp A / Lamp B"
    unknown = await states.state(ask("HassGetState", ("sensor.t",)))
    assert unknown.text == "errors.unavailable(names=['Warmth'])"


class Kitchen:
    """Timers over a real store, on virtual time."""

    def __init__(self, bus: Bus, store: Store) -> None:
        self.store = StoredTimers(store)
        length = Command("HassStartTimer", {"minutes": 5})
        self.timers = Timers(
            bus,
            self.store,
            LoopClock(START),
            Keys(),
            answers=ANSWERS,
            understander=Book({"timers.as_command(words=five minutes)": length}),
        )


async def test_a_timer_is_on_disk_and_rings_on_time(tmp_path: Path) -> None:
    bus = Bus()
    told = Recorder(bus)
    async with Store(tmp_path / "m.db", AtOnce()) as store:
        kitchen = Kitchen(bus, store)
        running = asyncio.create_task(kitchen.timers.run())
        await kitchen.timers.start(ask("HassStartTimer", minutes=10, name="eggs"))
        assert [t.name for t in await kitchen.store.all()] == ["eggs"]
        await asyncio.sleep(599)
        assert told.of(TimerRang) == []
        await asyncio.sleep(2)
        assert [(e.name, e.site) for e in told.of(TimerRang)] == [("eggs", "hall")]
        assert [e.urgent for e in told.of(Say)] == [True]
        assert await kitchen.store.all() == ()
        running.cancel()


async def test_a_timer_that_ended_while_hearth_was_away_rings_late_and_says_so(
    tmp_path: Path,
) -> None:
    bus = Bus()
    told = Recorder(bus)
    async with Store(tmp_path / "m.db", AtOnce()) as store:
        kitchen = Kitchen(bus, store)
        await kitchen.timers.start(ask("HassStartTimer", minutes=1))
        await asyncio.sleep(300)
        running = asyncio.create_task(kitchen.timers.run())
        await asyncio.sleep(1)
        running.cancel()
    assert told.of(TimerRang)[0].late_s == pytest.approx(240)
    assert told.of(Say)[0].text.startswith("timers.rang_late")


async def test_timers_are_changed_paused_resumed_and_cancelled(tmp_path: Path) -> None:
    async with Store(tmp_path / "m.db", AtOnce()) as store:
        kitchen = Kitchen(Bus(), store)
        timers = kitchen.timers
        await timers.start(ask("HassStartTimer", minutes=10))
        await timers.change(ask("HassIncreaseTimer", minutes=5))
        await timers.change(ask("HassDecreaseTimer", seconds=60))
        await timers.pause(ask("HassPauseTimer"))
        await asyncio.sleep(100)
        (paused,) = await kitchen.store.all()
        assert paused.remaining_s == pytest.approx(14 * 60)
        await timers.resume(ask("HassUnpauseTimer"))
        status = await timers.status(ask("HassTimerStatus"))
        assert status.text.startswith("timers.left(")
        await timers.cancel(ask("HassCancelTimer"))
        assert await kitchen.store.all() == ()
        gone = await timers.cancel(ask("HassCancelTimer"))
        assert gone == Reply("timers.not_found", "failed")


async def test_of_two_timers_the_named_or_the_long_one_is_meant(tmp_path: Path) -> None:
    async with Store(tmp_path / "m.db", AtOnce()) as store:
        kitchen = Kitchen(Bus(), store)
        for slots in ({"minutes": 5, "name": "Eggs"}, {"hours": 1}):
            await kitchen.timers.start(ask("HassStartTimer", **slots))
        vague = await kitchen.timers.cancel(ask("HassCancelTimer"))
        assert vague.question
        eggs = await vague.question.answered(Answer(Heard("hall", "the eggs one"), (), HOUSE))
        assert eggs == Reply("HassCancelTimer.")
        assert [t.seconds for t in await kitchen.store.all()] == [3600]
        await kitchen.timers.cancel(ask("HassCancelTimer", start_hours=1))
        assert await kitchen.store.all() == ()


async def test_how_long_is_asked_and_the_answer_needs_no_whole_sentence(tmp_path: Path) -> None:
    async with Store(tmp_path / "m.db", AtOnce()) as store:
        kitchen = Kitchen(Bus(), store)
        asked = await kitchen.timers.start(ask("HassStartTimer", name="tea"))
        assert asked.question
        reply = await asked.question.answered(Answer(Heard("hall", "five minutes"), (), HOUSE))
        assert reply == Reply("HassStartTimer.")
        assert [(t.name, t.seconds) for t in await kitchen.store.all()] == [("tea", 300)]


async def test_a_delayed_command_is_carried_out_as_its_speaker(tmp_path: Path) -> None:
    bus = Bus()
    told = Recorder(bus)
    async with Store(tmp_path / "m.db", AtOnce()) as store:
        kitchen = Kitchen(bus, store)
        running = asyncio.create_task(kitchen.timers.run())
        request = ask("HassStartTimer", minutes=5, conversation_command="turn off the lamp")
        await kitchen.timers.start(request)
        await asyncio.sleep(301)
        running.cancel()
    (heard,) = told.of(Heard)
    assert (heard.text, heard.site, heard.origin) == ("turn off the lamp", "hall", "client")


async def test_repeat_says_the_last_answer_whole() -> None:
    bus = Bus()
    talk = Talk(bus, Keys())
    running = asyncio.create_task(talk.run())
    assert (await talk.repeat(ask("HearthRepeat"))).text == "talk.nothing_said"
    bus.publish(Spoken("hall", "One.", "One.", "a", last=False))
    bus.publish(Spoken("hall", "Two.", "", "a"))
    await asyncio.sleep(0.1)
    assert (await talk.repeat(ask("HearthRepeat"))).text == "One. Two."
    running.cancel()


async def test_stop_is_silent() -> None:
    bus = Bus()
    told = Recorder(bus)
    assert await Talk(bus, Keys()).stop(ask("HearthStop")) == Reply("", "stopped")
    assert told.of(Hush) == [Hush("hall")]


async def test_volume_is_kept_and_stays_in_its_range(tmp_path: Path) -> None:
    bus = Bus()
    told = Recorder(bus)
    async with Store(tmp_path / "m.db", AtOnce()) as store:
        settings = StoredSettings(store)
        volume = Volume(bus, settings, Keys(), 80, {}, deeds=Deeds())
        await volume.change(ask("HassSetVolumeRelative", volume_step="up"))
        await volume.change(ask("HassSetVolumeRelative", volume_step="up"))
        await volume.change(ask("HassSetVolumeRelative", volume_step=-30))
        await volume.mute(ask("HassMediaPlayerMute"))
        await volume.unmute(ask("HassMediaPlayerUnmute"))
        await volume.set(ask("HassSetVolume", volume_level=20))
        assert volumes(await settings.all()) == {"hall": 20}
    assert [e.percent for e in told.of(VolumeSet)] == [95, 100, 70, 0, 70, 20]


def test_two_skills_cannot_answer_the_same_intent() -> None:
    class Twice:
        @intent("HassTurnOn")
        async def on(self, request: Request) -> Reply:
            return Reply("")

    with pytest.raises(ValueError, match="HassTurnOn"):
        handlers([Devices(Door(), Keys(), ANSWERS), Twice()])


def test_a_timer_runs_or_is_paused() -> None:
    with pytest.raises(ValueError, match="runs or is paused"):
        Timer(1, "", "hall", 5)


async def test_a_part_that_falls_over_is_told_once_and_where_the_person_is() -> None:
    bus = Bus()
    told = Recorder(bus)
    running = asyncio.create_task(Apology(bus, Keys(), "default").run())
    for state in ("starting", "ready", "down", "starting", "down", "starting", "ready"):
        bus.publish(Health("ear", state))  # type: ignore[arg-type]  # one of its states
    bus.publish(Health("brain", "down"))  # it never stood: loading is no fall
    bus.publish(Woken("kitchen", "samantha"))
    bus.publish(Unheard("kitchen", "engine"))
    await asyncio.sleep(1)
    running.cancel()
    assert [(s.site, s.text) for s in told.of(Say)] == [
        ("default", "errors.ear_back"),
        ("kitchen", "errors.no_ear"),
    ]
