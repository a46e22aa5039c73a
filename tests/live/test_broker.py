"""The embedded Mosquitto: private, durable, and never in another's way."""

import asyncio
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hearth.edge.broker import HOST, USER, Broker, find_program
from hearth.edge.mqtt.client import Mqtt
from hearth.error import BrokerError, MissingError
from hearth.event import Health
from hearth.port import Message
from hearth.sections.engines import MqttConfig

pytestmark = pytest.mark.live


@pytest.fixture
def told() -> list[Health]:
    return []


@pytest.fixture
async def broker(tmp_path: Path, told: list[Health]) -> AsyncIterator[Broker]:
    async with Broker(tmp_path, told.append) as started:
        yield started


async def client(*arguments: str, broker: Broker, program: str = "mosquitto_pub") -> int:
    """Run one of Mosquitto's own clients and return its exit status."""
    process = await asyncio.create_subprocess_exec(
        program,
        "-h",
        HOST,
        "-p",
        str(broker.port),
        *arguments,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(10):
        return await process.wait()


def password(broker: Broker) -> str:
    return broker.password_file.read_text().strip()


async def test_it_says_where_it_is_and_lets_its_user_in(broker: Broker, told: list[Health]) -> None:
    account = ("-u", USER, "-P", password(broker))
    assert await client("-t", "a", "-m", "x", *account, broker=broker) == 0
    assert [health.state for health in told] == ["starting", "ready"]
    assert f"{HOST}:{broker.port}" in told[-1].detail
    assert str(broker.password_file) in told[-1].detail


@pytest.mark.parametrize("account", [(), ("-u", USER), ("-u", USER, "-P", "wrong")])
async def test_another_user_of_the_machine_cannot_command_the_house(
    broker: Broker, account: tuple[str, ...]
) -> None:
    assert await client("-t", "lamp/set", "-m", "ON", *account, broker=broker) != 0
    for path in (broker.folder, *broker.folder.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert password(broker) not in _command_line(broker)


def _command_line(broker: Broker) -> str:
    return Path(f"/proc/{broker.pid}/cmdline").read_text()


async def test_it_listens_on_loopback_only(broker: Broker) -> None:
    listening = await asyncio.to_thread(
        subprocess.run, ["ss", "-ltnH"], capture_output=True, text=True, check=True
    )
    ours = [line.split()[3] for line in listening.stdout.splitlines() if f":{broker.port} " in line]
    assert ours == [f"{HOST}:{broker.port}"]


async def test_the_port_stays_unless_another_took_it(tmp_path: Path) -> None:
    async with Broker(tmp_path, lambda health: None) as first:
        port = first.port
    async with Broker(tmp_path, lambda health: None) as second:
        assert second.port == port
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind((HOST, port))
        squatter.listen()
        async with Broker(tmp_path, lambda health: None) as third:
            assert third.port != port
            assert int((third.folder / "port").read_text()) == third.port
            account = ("-u", USER, "-P", password(third))
            assert await client("-t", "a", "-m", "x", *account, broker=third) == 0


async def test_two_daemons_do_not_share_one_state(broker: Broker, tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="Another Hearth is running"):
        async with Broker(tmp_path, lambda health: None):
            pass


async def test_nothing_acknowledged_is_lost_when_it_is_killed(
    broker: Broker, tmp_path: Path
) -> None:
    """A hundred QoS 1 messages for an absent client, ``kill -9``, and all are there.

    Mosquitto acknowledges a message and writes it in the next turn of its loop: killed within those
    milliseconds it has lost the last one (8 of 8 times), killed 10 ms later none (0 of 16).
    """
    got: list[str] = []

    async def take(message: Message) -> None:
        got.append(message.payload.decode())

    async def run(mqtt: Mqtt) -> asyncio.Task[None]:
        task = asyncio.create_task(mqtt.run())
        await mqtt.wait_connected(10)
        return task

    async def stop(task: asyncio.Task[None]) -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def hearth() -> Mqtt:
        mqtt = Mqtt(broker.mqtt(MqttConfig()), tell=lambda health: None)
        mqtt.subscribe("door/#", take, qos=1)
        return mqtt

    async with hearth() as first:
        await stop(await run(first))
    sender = Mqtt(broker.mqtt(MqttConfig(client_id="sender")), tell=lambda health: None)
    async with sender:
        task = await run(sender)
        for n in range(100):
            await sender.publish("door/front", str(n), qos=1)
        await sender.publish("door/kept", "kept", qos=1, retain=True)
        await asyncio.sleep(0.25)
        assert broker.pid
        os.kill(broker.pid, signal.SIGKILL)
        await stop(task)
    async with hearth() as second:
        task = await run(second)
        async with asyncio.timeout(10):
            while len(got) < 101:  # noqa: ASYNC110  # a list, not an event
                await asyncio.sleep(0.01)
        await stop(task)
    assert set(got) == {str(n) for n in range(100)} | {"kept"}
    assert got.count("99") == 1
    assert broker.restarts == 1


async def test_it_dies_with_hearth(tmp_path: Path) -> None:
    """``kill -9`` of the daemon leaves no broker behind."""
    program = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom hearth.edge.broker import Broker\n"
        "async def main():\n"
        "    async with Broker(Path(sys.argv[1]), lambda health: None) as broker:\n"
        "        print(broker.pid, flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    daemon = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert daemon.stdout
    pid = int(await daemon.stdout.readline())
    daemon.kill()
    await daemon.wait()
    async with asyncio.timeout(5):
        while _alive(pid):  # noqa: ASYNC110  # another's process
            await asyncio.sleep(0.01)


def _alive(pid: int) -> bool:
    """Whether a process runs; a zombie that its new parent has not buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_a_missing_mosquitto_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    with pytest.raises(MissingError, match="apt-get install mosquitto"):
        async with Broker(tmp_path, lambda health: None):
            pass


def test_mosquitto_is_found_where_a_plain_users_path_does_not_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert find_program("mosquitto").endswith("/mosquitto")


async def test_a_state_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "broker").write_text("a file where a folder should be")
    with pytest.raises(BrokerError, match="cannot be prepared"):
        async with Broker(tmp_path, lambda health: None):
            pass
