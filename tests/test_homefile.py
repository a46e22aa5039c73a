"""A home in a file becomes a house, or every fault is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from hearth.error import ConfigError
from hearth.homefile import read
from hearth.house import Area, Entity, Floor, House

HOME = """\
floors:
  - {id: up, name: Upstairs, aliases: [first floor]}
areas:
  - {id: study, name: Study, floor: up}
entities:
  - id: light.desk
    name: Desk Lamp
    aliases: [writing lamp]
    area: study
    state: on
    attributes: {brightness: 128}
  - {id: door, name: Front Door, domain: lock}
"""


def test_a_home_is_read(tmp_path: Path) -> None:
    path = tmp_path / "home.yaml"
    path.write_text(HOME)
    assert read(path) == House(
        (Floor("up", "Upstairs", ("first floor",)),),
        (Area("study", "Study", (), "up"),),
        (
            Entity(
                "light.desk",
                "Desk Lamp",
                ("writing lamp",),
                "light",
                "study",
                "on",
                {"brightness": 128},
            ),
            Entity("door", "Front Door", (), "lock"),
        ),
    )


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "home.yaml"
    path.write_text(
        """\
floor: []
areas:
  - {id: study, name: Study, floor: up}
entities:
  - {id: lamp, name: Lamp}
  - {id: light.a, name: "", area: studdy}
  - {id: light.a, nam: Lamp, name: Lamp}
  - light.b
"""
    )
    with pytest.raises(ConfigError) as error:
        read(path)
    assert [fault.replace(str(path), "home") for fault in error.value.faults] == [
        "home:1: unknown key 'floor'; did you mean 'floors'?",
        "home:5: entities[1]: the id 'lamp' has no domain before a dot; add 'domain'",
        "home:6: entities[2]: 'name' is missing",
        "home:7: entities[3]: unknown key 'nam'; did you mean 'name'?",
        "home:7: entities[3]: id 'light.a' stands there twice",
        "home:8: entities[4] has to be a mapping, got 'light.b'",
        "home:3: 'study': no floor 'up'",
        "home:6: 'light.a': no area 'studdy'; did you mean 'study'?",
    ]


def test_an_absent_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read(tmp_path / "nowhere.yaml")
