"""The installed service under a real systemd: ready, killed, hung, stopped, and what it wrote."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hearth.config import state_dir
from support.container import Container, why_not

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(180),
    pytest.mark.skipif(why_not() is not None, reason=f"no systemd to boot: {why_not()}"),
]

MODEL = "models/smollm2-135m"
WATCHDOG = "[Service]\nWatchdogSec=6\nTimeoutAbortSec=2\n"
STATE = Path("/var/lib/hearth-brain")
QUICK_ANSWER = ("hearth", "ask", "what time is it", "--json")


@pytest.fixture(scope="module")
def house() -> Iterator[Container]:
    """A machine on which deploy/install was just run."""
    with Container() as container:
        dropin = container.root / "etc/systemd/system/hearthd.service.d/test.conf"
        dropin.parent.mkdir(parents=True)
        dropin.write_text(WATCHDOG, "utf-8")  # the real 30 s are long in a test
        model = state_dir() / MODEL
        if model.is_dir():
            shutil.copytree(model, container.root / STATE.relative_to("/") / MODEL)
        # The packages are in place: the set-up finds its stamp and installs nothing.
        container.run("sh", "-c", f"{STAMP} && cd /opt/hearth && ./deploy/install", timeout_s=120)
        yield container


STAMP = """export HEARTH_NO_APT=1 HEARTH_NO_MODEL=1 && . /opt/hearth/deploy/setup.sh &&
    root=/opt/hearth && fingerprint > $root/.venv/.hearth-run"""


def shown(house: Container, *names: str, unit: str = "hearthd") -> list[str]:
    return [house.run("systemctl", "show", unit, "--value", "-p", name) for name in names]


def answer(house: Container) -> str:
    return str(json.loads(house.run(*QUICK_ANSWER))["reply"])


def test_install_leaves_it_ready_as_a_plain_user(house: Container) -> None:
    state, sub, kind, user = shown(house, "ActiveState", "SubState", "Type", "User")
    assert (state, sub, kind, user) == ("active", "running", "notify", "hearth")
    assert shown(house, "StatusText") != [""]
    assert house.run("systemctl", "is-enabled", "hearthd") == "enabled"


def test_it_answers_a_person_through_the_command(house: Container) -> None:
    assert answer(house)


def test_killed_it_is_ready_again(house: Container) -> None:
    (pid,) = shown(house, "MainPID")
    house.run("kill", "-9", pid)
    house.until("systemctl", "show", "hearthd", "--value", "-p", "NRestarts", says="1")
    house.until("systemctl", "is-active", "hearthd", says="active")
    assert shown(house, "MainPID") != [pid]
    assert answer(house)


def test_hung_it_is_ended_by_the_watchdog_and_ready_again(house: Container) -> None:
    pid, restarts = shown(house, "MainPID", "NRestarts")
    house.run("kill", "-STOP", pid)
    again = str(int(restarts) + 1)
    took_s = house.until("systemctl", "show", "hearthd", "--value", "-p", "NRestarts", says=again)
    house.until("systemctl", "is-active", "hearthd", says="active")
    assert 1 < took_s < 20
    assert answer(house)


def test_left_alone_the_watchdog_leaves_it_alone(house: Container) -> None:
    before = shown(house, "MainPID", "NRestarts")
    house.run("sleep", "8")  # longer than the watchdog's period
    assert shown(house, "MainPID", "NRestarts") == before


def test_its_log_is_in_the_journal_with_fields(house: Container) -> None:
    lines = house.run(
        "journalctl", "-o", "json", "-t", "hearthd", "HEARTH_PART=daemon"
    ).splitlines()
    ready = [json.loads(line) for line in lines]
    assert {"hearthd.service"} == {line["_SYSTEMD_UNIT"] for line in ready}
    assert any(line["MESSAGE"].startswith("ready:") for line in ready)


def test_stopped_it_ends_cleanly_and_leaves_no_child(house: Container) -> None:
    began = time.monotonic()
    house.run("systemctl", "stop", "hearthd")
    took_s = time.monotonic() - began
    assert shown(house, "Result", "ExecMainStatus") == ["success", "0"]
    assert took_s < 5
    assert house.run("pgrep", "-u", "hearth", check=False) == ""


def test_started_again_it_remembers_and_goes_on(house: Container) -> None:
    house.run("systemctl", "start", "hearthd")
    assert answer(house)


@pytest.mark.skipif(
    not (state_dir() / MODEL).is_dir(),
    reason=f"the language model is not in {state_dir()}: hearth models fetch smollm2-135m",
)
def test_its_language_model_is_a_service_without_a_network(house: Container) -> None:
    house.until("systemctl", "is-active", "hearth-brain", says="active")
    (pid,) = shown(house, "MainPID", unit="hearth-brain")
    links = house.run("nsenter", "-t", pid, "-n", "ls", "/sys/class/net")
    assert links.split() == ["lo"]
    loaded = str(STATE / MODEL)
    status = ("systemctl", "show", "hearth-brain", "--value", "-p", "StatusText")
    house.until(*status, says=loaded, timeout_s=120)
    told = json.loads(house.run("hearth", "ask", "tell me a story about a cat", "--json"))
    assert (told["outcome"], bool(told["reply"])) == ("conversation", True), house.log()


def test_uninstalled_nothing_of_it_runs(house: Container) -> None:
    house.run("sh", "-c", "cp -r /opt/hearth/deploy /tmp && /tmp/deploy/install --uninstall")
    assert house.run("systemctl", "list-unit-files", "--no-legend", "hearth*", check=False) == ""
    assert (house.root / "etc/hearth/hearth.toml").is_file()
    assert os.path.lexists(house.root / "usr/local/bin/hearth") is False
