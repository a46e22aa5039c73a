"""Lasting beginnings on disk: whole or not there, few, and never in the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from hearth.brain.shelf import Shelf

KEPT = {"keys": torch.arange(12.0).view(3, 4), "values": torch.ones(3, 4)}


def put(shelf: Shelf, number: int, kept: dict[str, torch.Tensor]) -> None:
    shelf.put([number], kept)


def test_what_was_put_comes_back_the_same(tmp_path: Path) -> None:
    Shelf(tmp_path / "s", "m").put([1, 2], KEPT)
    found = Shelf(tmp_path / "s", "m").get([1, 2])
    assert found is not None
    assert {name: t.tolist() for name, t in found.items()} == {
        name: t.tolist() for name, t in KEPT.items()
    }
    assert Shelf(tmp_path / "s", "m").get([1, 3]) is None


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    Shelf(tmp_path / "s", "m").put([1], KEPT)
    (file,) = (tmp_path / "s").iterdir()
    assert (file.stat().st_mode & 0o777, (tmp_path / "s").stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "noise"])
def test_a_damaged_file_is_dropped_and_made_anew(tmp_path: Path, harm: str) -> None:
    shelf = Shelf(tmp_path / "s", "m")
    shelf.put([1], KEPT)
    (file,) = (tmp_path / "s").iterdir()
    data = bytearray(file.read_bytes())
    data[-3] ^= 0x40
    whole = file.read_bytes()
    file.write_bytes({"cut": whole[:-8], "flip": data, "empty": b"", "noise": b"\xff" * 99}[harm])
    assert shelf.get([1]) is None
    assert list((tmp_path / "s").iterdir()) == []
    shelf.put([1], KEPT)
    assert shelf.get([1]) is not None


def test_the_ones_unused_for_longest_go(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "s", "m", most=2)
    for number in range(4):
        shelf.put([number], KEPT)
        for at, file in enumerate(
            sorted((tmp_path / "s").iterdir(), key=lambda f: f.stat().st_mtime_ns)
        ):
            os.utime(file, ns=(at, at))
    assert [shelf.get([number]) is not None for number in range(4)] == [False, False, True, True]


def test_it_takes_no_more_than_it_may(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "s", "m", most_mb=1)
    large = {"keys": torch.zeros(150_000)}  # 0.6 MB
    shelf.put([1], large)
    shelf.put([2], large)
    shelf.put([3], {"keys": torch.zeros(300_000)})  # more than all of it
    assert [shelf.get([number]) is not None for number in (1, 2, 3)] == [False, True, False]


def test_what_an_interrupted_write_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / ".half").write_bytes(b"half")
    Shelf(tmp_path / "s", "m").put([1], KEPT)
    assert not (tmp_path / "s" / ".half").exists()


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("a file")
    Shelf(tmp_path / "s", "m").put([1], KEPT)
    assert Shelf(tmp_path / "s", "m").get([1]) is None
