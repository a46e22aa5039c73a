"""The services' sandboxes, judged by systemd itself."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


@needs_analyze
@pytest.mark.parametrize(
    ("unit", "tenths"),
    [("hearthd.service", 20), ("hearth-brain.service", 10)],  # exposure: 0 is safe, 100 is none
)
def test_exposure_stays_below(unit: str, tenths: int) -> None:
    done = subprocess.run(
        [
            *("systemd-analyze", "security", "--offline=yes", "--no-pager"),
            *(f"--threshold={tenths}", str(CHECKOUT / "deploy" / unit)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@needs_analyze
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    program = tmp_path / ".venv/bin"
    program.mkdir(parents=True)
    for name in ("hearth", "python"):
        (program / name).write_text("#!/bin/sh\n")
        (program / name).chmod(0o755)
    units = []
    for unit in ("hearthd.service", "hearth-brain.service"):
        text = (CHECKOUT / "deploy" / unit).read_text("utf-8")
        units.append(tmp_path / unit)
        units[-1].write_text(text.replace("/opt/hearth", str(tmp_path)), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units)],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if str(tmp_path.name) in line]
    complaints += [line for line in done.stderr.splitlines() if line.startswith("hearth")]
    assert (done.returncode, complaints) == (0, []), done.stderr


def test_the_brain_reaches_nothing() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
    unit.read(CHECKOUT / "deploy/hearth-brain.service", "utf-8")
    reach = {
        key: unit["Service"][key]
        for key in ("PrivateNetwork", "PrivateDevices", "RestrictAddressFamilies", "IPAddressDeny")
    }
    assert reach == {
        "PrivateNetwork": "yes",
        "PrivateDevices": "yes",
        "RestrictAddressFamilies": "AF_UNIX",
        "IPAddressDeny": "any",
    }
