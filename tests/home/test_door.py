"""What opens the house: which tier it belongs to, and what lets it by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.home.conftest import Rig, build

from hearth.error import HearthError
from hearth.event import Act, Acted, Heard, Published
from hearth.home import pin
from hearth.home.executor import HIDDEN
from hearth.home.risk import Risk
from hearth.house import Entity
from hearth.sections.house import DoorConfig

LOCK = {"name": "Front door", "unique_id": "f", "command_topic": "f/set", "state_topic": "f"}
GARAGE = {
    "name": "Garage",
    "unique_id": "g",
    "device_class": "garage",
    "command_topic": "g/set",
    "state_topic": "g",
}


def asked(entity_id: str, service: str, origin: Any = "microphone", **data: Any) -> Act:
    return Act(entity_id, service, data, "t1", origin, "the words", "hall")


def answer(text: str = "yes", **changed: Any) -> Heard:
    return Heard(**{"site": "hall", "text": text, "turn": "t2", **changed})


@pytest.mark.parametrize(
    ("entity", "kind", "service", "data", "tier"),
    [
        ("light.a", None, "turn_on", {}, "free"),
        ("switch.a", None, "toggle", {}, "free"),
        ("cover.a", "blind", "open_cover", {}, "told"),
        ("cover.a", None, "set_cover_position", {"position": 40}, "told"),
        ("cover.a", "garage", "open_cover", {}, "confirm"),
        ("cover.a", "garage", "toggle", {}, "confirm"),
        ("cover.a", "garage", "close_cover", {}, "told"),
        ("cover.a", "garage", "stop_cover", {}, "told"),
        ("cover.a", "gate", "set_cover_position", {"position": 1}, "confirm"),
        ("cover.a", "gate", "set_cover_position", {"position": "0"}, "told"),
        ("cover.a", "gate", "set_cover_position", {"position": "much"}, "confirm"),
        ("cover.a", "garage", "open_cover_tilt", {}, "confirm"),
        ("cover.garage_door", None, "open_cover", {}, "confirm"),
        ("cover.garage_door", "awning", "open_cover", {}, "told"),
        ("lock.a", None, "lock", {}, "told"),
        ("lock.a", None, "unlock", {}, "pin"),
        ("lock.a", None, "open", {}, "pin"),
        ("lock.a", None, "toggle", {}, "pin"),
        ("lock.a", None, "anything_new", {}, "pin"),
        ("valve.a", "gas", "open_valve", {}, "confirm"),
        ("valve.a", "water", "close_valve", {}, "free"),
        ("siren.a", None, "turn_on", {}, "confirm"),
        ("siren.a", None, "turn_off", {}, "free"),
        ("alarm_control_panel.a", None, "alarm_disarm", {}, "pin"),
        ("alarm_control_panel.a", None, "alarm_trigger", {}, "pin"),
        ("alarm_control_panel.a", None, "alarm_arm_away", {}, "told"),
        ("climate.a", None, "set_temperature", {"temperature": 21}, "told"),
        ("switch.hall_door_opener", None, "turn_on", {}, "confirm"),
        ("button.gate", None, "press", {}, "confirm"),
        ("switch.gate", None, "turn_off", {}, "free"),
        ("light.gate", None, "turn_on", {}, "free"),
        ("switch.irrigation", None, "turn_on", {}, "free"),
    ],
)
def test_each_action_has_its_tier(
    entity: str, kind: str | None, service: str, data: dict[str, Any], tier: str
) -> None:
    attributes = {"device_class": kind} if kind else {}
    thing = Entity(entity, "Something" if "_" not in entity else entity, attributes=attributes)
    assert Risk(DoorConfig()).tier(asked(entity, service, **data), thing) == tier


def test_the_configuration_says_otherwise_for_a_thing_a_class_or_a_domain() -> None:
    risk = Risk(
        DoorConfig(
            tiers={
                "lock.shed:open": "confirm",
                "cover.awning:open": "never",
                "light": "told",
                "cover.garage": "free",
            }
        )
    )

    def tier(id_: str, service: str, kind: str = "") -> str:
        thing = Entity(id_, id_, attributes={"device_class": kind} if kind else {})
        return risk.tier(asked(id_, service), thing)

    assert tier("lock.shed", "unlock") == "confirm"
    assert tier("lock.house", "unlock") == "pin"  # the defaults stay where nothing is said
    assert tier("cover.a", "open_cover", "awning") == "never"
    assert tier("cover.a", "close_cover", "awning") == "told"
    assert tier("cover.a", "close_cover", "garage") == "free"
    assert tier("light.a", "turn_on") == "told"


async def locked(folder: Path | None = None, door: DoorConfig | None = None) -> Rig:
    path = (folder or Path("nowhere")) / "pin"
    if folder:
        pin.keep(path, "1234")
    rig = build(door=door, pin=path)
    await rig.announce("lock/f/f", LOCK)
    await rig.announce("cover/g/g", GARAGE)
    await rig.wire.send("f", "LOCKED")
    await rig.wire.send("g", "closed")

    async def device(topic: str, payload: bytes) -> None:
        word = {b"UNLOCK": "UNLOCKED", b"LOCK": "LOCKED", b"OPEN": "open"}.get(payload)
        if word:
            await rig.wire.send(topic.removesuffix("/set"), word)

    rig.wire.device = device
    return rig


@pytest.mark.looptime
async def test_a_garage_opens_after_a_yes_and_only_once() -> None:
    rig = await locked()
    refused = await rig.door.act(asked("cover.garage", "open_cover"))
    assert (refused.outcome, refused.need, rig.wire.sent) == ("refused", "confirm", [])
    (opened,) = await rig.door.confirm([refused], answer())
    assert (opened.outcome, opened.after) == ("done", "open")
    (again,) = await rig.door.confirm([refused], answer(turn="t3"))
    assert (again.outcome, again.need) == ("refused", "person")
    assert len(rig.wire.sent) == 1


@pytest.mark.looptime
@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "hearth"},
        {"site": "street"},
        {"turn": "t1"},
        {"because": "timer:3"},
    ],
)
async def test_only_another_sentence_of_a_person_in_that_room_is_an_answer(
    changed: dict[str, Any],
) -> None:
    rig = await locked()
    refused = await rig.door.act(asked("cover.garage", "open_cover"))
    (acted,) = await rig.door.confirm([refused], answer(**changed))
    assert (acted.outcome, acted.need, rig.wire.sent) == ("refused", "person", [])


@pytest.mark.looptime
async def test_a_made_up_refusal_opens_nothing() -> None:
    rig = await locked()
    act = asked("cover.garage", "open_cover")
    await rig.door.act(act)
    forged = Acted(act, "refused", None, None, 0.0, "", "confirm")
    (acted,) = await rig.door.confirm([forged], answer())
    assert (acted.outcome, rig.wire.sent) == ("refused", [])


@pytest.mark.looptime
async def test_a_rule_does_not_open_the_house_unless_the_configuration_trusts_it() -> None:
    act = Act("cover.garage", "open_cover", because="rule:come-home", origin="hearth")
    rig = await locked()
    acted = await rig.door.act(act)
    assert (acted.outcome, acted.need) == ("refused", "person")
    rig = await locked(door=DoorConfig(unattended=("rule:come-home",)))
    assert (await rig.door.act(act)).outcome == "done"
    said = Act(
        "cover.garage", "open_cover", {}, "t", "microphone", "rule:come-home open it", "hall"
    )
    assert (await rig.door.act(said)).need == "confirm"


@pytest.mark.looptime
async def test_unlocking_takes_the_pin_and_three_wrong_ones_close_the_door(tmp_path: Path) -> None:
    rig = await locked(tmp_path)
    acted = await rig.door.act(asked("lock.front_door", "unlock"))
    for number, need in enumerate(("pin", "pin", "wait")):
        (acted,) = await rig.door.confirm([acted], answer(turn=f"a{number}"), "9999")
        assert acted.need == need
    acted = await rig.door.act(asked("lock.front_door", "unlock"))
    assert (acted.need, rig.wire.sent) == ("wait", [])


@pytest.mark.looptime
async def test_the_right_pin_unlocks_and_is_written_nowhere(tmp_path: Path) -> None:
    rig = await locked(tmp_path)
    acted = await rig.door.act(asked("lock.front_door", "unlock"))
    (acted,) = await rig.door.confirm([acted], answer(), "1234")
    assert acted.outcome == "done"
    assert "1234" not in repr(rig.told())
    assert "1234" not in (tmp_path / "pin").read_text()
    assert (tmp_path / "pin").stat().st_mode & 0o777 == 0o600


@pytest.mark.looptime
async def test_without_a_pin_it_says_that_one_has_to_be_set() -> None:
    rig = await locked()
    acted = await rig.door.act(asked("lock.front_door", "unlock"))
    assert (acted.need, "hearth pin" in acted.detail) == ("set_pin", True)


@pytest.mark.looptime
async def test_a_lock_with_a_code_of_its_own_gets_the_code_that_was_said() -> None:
    rig = build()
    await rig.announce(
        "lock/f/f", LOCK, code_format="^\\d{4}$", command_template="{{ value }} {{ code }}"
    )
    await rig.wire.send("f", "LOCKED")

    async def device(topic: str, payload: bytes) -> None:
        await rig.wire.send("f", "UNLOCKED" if payload == b"UNLOCK 4321" else "LOCKED")

    rig.wire.device = device
    acted = await rig.door.act(asked("lock.front_door", "unlock"))
    assert acted.need == "code"
    (wrong,) = await rig.door.confirm([acted], answer(), "1111")
    assert wrong.outcome == "no_answer"
    acted = await rig.door.act(asked("lock.front_door", "unlock"))
    (right,) = await rig.door.confirm([acted], answer(), "4321")
    assert right.outcome == "done"
    told = rig.told()
    assert [e.payload for e in told if isinstance(e, Published)] == [HIDDEN, HIDDEN]
    assert "4321" not in repr(told)


@pytest.mark.looptime
async def test_a_kept_code_goes_to_the_device_after_hearths_own_pin(tmp_path: Path) -> None:
    (tmp_path / "code").write_text("4321\n")
    pin.keep(tmp_path / "pin", "5555")
    codes = {"lock.front_door": str(tmp_path / "code")}
    rig = build(door=DoorConfig(codes=codes), pin=tmp_path / "pin")
    template = "{{ value }} {{ code }}"
    await rig.announce("lock/f/f", LOCK, code_format="^\\d{4}$", command_template=template)
    acted = await rig.door.act(asked("lock.front_door", "unlock"))
    assert acted.need == "pin"
    await rig.door.confirm([acted], answer(), "5555")
    assert [payload for _, payload, *_ in rig.wire.sent] == ["UNLOCK 4321"]
    assert "4321" not in repr(rig.told())


@pytest.mark.looptime
async def test_an_alarm_asks_for_its_code_and_a_rule_cannot_give_it() -> None:
    rig = build()
    panel = {"name": "Alarm", "unique_id": "a", "command_topic": "a/set", "state_topic": "a"}
    await rig.announce("alarm_control_panel/a/a", panel, code="1234")
    armed = await rig.door.act(asked("alarm_control_panel.alarm", "alarm_arm_away"))
    ruled = await rig.door.act(Act("alarm_control_panel.alarm", "alarm_arm_away"))
    assert (armed.need, ruled.need, rig.wire.sent) == ("code", "person", [])


@given(st.text())
def test_only_digits_are_a_pin(text: str) -> None:
    if text.isascii() and text.isdigit() and 4 <= len(text) <= 12:
        return
    with pytest.raises(HearthError, match="4 to 12 digits"):
        pin.keep(Path("/nowhere/pin"), text)
