"""The installed broker's configuration, as a person would set it up, in the real Mosquitto."""

import asyncio
import contextlib
import os
import re
import socket
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from hearth.edge.broker import HOST, find_program
from hearth.edge.mqtt.client import Mqtt
from hearth.error import BrokerError
from hearth.event import Health
from hearth.port import Message
from hearth.sections.engines import MqttConfig

pytestmark = pytest.mark.live

DEPLOY = Path(__file__).parents[2] / "deploy"
_SKIPPED = ("apt-get", "cp ", "mosquitto_passwd", "chown", "systemctl")
"""Commands of the file that change the machine or ask a person; their effect is made here."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def set_up(folder: Path) -> MqttConfig:
    """Do what the file's comments say, with every path in ``folder``; return where to connect."""
    tls, plain = free_port(), free_port()
    text = (DEPLOY / "mosquitto.conf").read_text().replace("/etc/mosquitto", str(folder))
    commands = [line[4:] for line in text.splitlines() if re.match(r"#   [a-z]", line)]
    (folder / "hearth.acl").write_text((DEPLOY / "mosquitto.acl").read_text())
    accounts = ("hearth", "kitchen", "bedroom")
    (folder / "hearth.passwd").write_text("".join(f"{name}:{name}-word\n" for name in accounts))
    subprocess.run(
        [find_program("mosquitto_passwd"), "-U", str(folder / "hearth.passwd")], check=True
    )
    ran = [command for command in commands if not command.startswith(_SKIPPED)]
    assert len(ran) == 7, ran
    for command in ran:
        subprocess.run(command, shell=True, check=True, capture_output=True)  # noqa: S602  # our own file
    (folder / "conf.d").mkdir()
    (folder / "conf.d" / "hearth.conf").write_text(
        text.replace("listener 8883", f"listener {tls} {HOST}").replace("1883", str(plain))
    )
    # Debian's own file, around it.
    (folder / "data").mkdir()
    (folder / "mosquitto.conf").write_text(
        f"persistence true\npersistence_location {folder}/data/\nlog_dest stderr\n"
        f"include_dir {folder}/conf.d\n" + ("user root\n" if os.geteuid() == 0 else "")
    )
    for name in accounts:
        (folder / f"{name}.word").write_text(f"{name}-word\n")
    ca_file = str(folder / "certs/ca.crt")
    return MqttConfig(host=HOST, port=tls, tls=True, ca_file=ca_file)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[MqttConfig]:
    config = await asyncio.to_thread(set_up, tmp_path)
    broker = await asyncio.create_subprocess_exec(
        find_program("mosquitto"), "-c", str(tmp_path / "mosquitto.conf")
    )
    try:
        async with asyncio.timeout(10):
            while broker.returncode is None:
                with contextlib.suppress(ConnectionRefusedError):
                    (await asyncio.open_connection(HOST, config.port))[1].close()
                    break
                await asyncio.sleep(0.01)
        assert broker.returncode is None
        yield config
    finally:
        with contextlib.suppress(ProcessLookupError):
            broker.terminate()
        await broker.wait()


@contextlib.asynccontextmanager
async def account(
    config: MqttConfig, name: str, *filters: str
) -> AsyncIterator[tuple[Mqtt, list[str]]]:
    """Connect as an account and subscribe; yield the client and the topics that it received."""
    word = Path(config.ca_file).parents[1] / f"{name}.word"
    own = replace(config, username=name, password_file=str(word), client_id=name)
    got: list[str] = []
    async with Mqtt(own, tell=lambda health: None) as mqtt:
        for topic_filter in filters:
            mqtt.listen(topic_filter, lambda message: got.append(message.topic))
        task = asyncio.create_task(mqtt.run())
        try:
            await mqtt.wait_connected(10)
            yield mqtt, got
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def denied(mqtt: Mqtt, topic: str) -> bool:
    try:
        await mqtt.publish(topic, "x", qos=1)
    except BrokerError as error:
        return "Not authorized" in str(error)
    return False


async def test_a_satellite_may_send_its_own_sound_and_nothing_else(house: MqttConfig) -> None:
    async with account(house, "hearth", "#") as (_, got), account(house, "kitchen") as (kitchen, _):
        allowed = [
            "hermes/audioServer/kitchen/audioFrame",
            "hermes/audioServer/kitchen/s1/audioSessionFrame",
            "hermes/audioServer/kitchen/playFinished",
        ]
        refused = [
            "hermes/audioServer/bedroom/audioFrame",
            "hermes/audioServer/kitchen/playBytes/1",
            "hermes/dialogueManager/startSession",
            "hermes/tts/say",
            "homeassistant/light/x/config",
            "zigbee2mqtt/lamp/set",
        ]
        assert [await denied(kitchen, topic) for topic in allowed] == [False] * len(allowed)
        assert [await denied(kitchen, topic) for topic in refused] == [True] * len(refused)
        await asyncio.sleep(0.1)
    assert [topic for topic in got if not topic.endswith("/ping")] == allowed


async def test_a_satellite_hears_its_own_loudspeaker_only(house: MqttConfig) -> None:
    async with (
        account(house, "hearth") as (hearth, _),
        account(house, "kitchen", "#", "hermes/audioServer/+/playBytes/+") as (_, got),
    ):
        for topic in (
            "hermes/audioServer/bedroom/playBytes/1",
            "hermes/audioServer/kitchen/audioFrame",
            "hermes/asr/textCaptured",
            "zigbee2mqtt/lamp",
            "hermes/audioServer/kitchen/playBytes/1",
        ):
            assert not await denied(hearth, topic)
        await asyncio.sleep(0.2)
    assert set(got) == {"hermes/audioServer/kitchen/playBytes/1"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"username": "", "password_file": ""}, "Not authorized"),
        ({"username": "stranger"}, "Not authorized"),
        ({"ca_file": ""}, "not trusted"),
        ({"tls": False}, "closed the connection"),
    ],
)
async def test_strangers_stay_outside(
    house: MqttConfig, change: dict[str, object], reason: str
) -> None:
    word = str(Path(house.ca_file).parents[1] / "hearth.word")
    config = replace(replace(house, username="hearth", password_file=word), **change)
    first: asyncio.Future[Health] = asyncio.get_running_loop().create_future()

    def tell(health: Health) -> None:
        if not first.done():
            first.set_result(health)

    async with Mqtt(config, tell=tell) as mqtt:
        task = asyncio.create_task(mqtt.run())
        health = await asyncio.wait_for(first, 20)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert health.state == "down"
    assert reason in health.detail
    assert health.remedy


async def test_hearth_itself_may_do_everything(house: MqttConfig) -> None:
    got: list[Message] = []

    async def take(message: Message) -> None:
        got.append(message)

    async with account(house, "hearth") as (hearth, _):
        hearth.subscribe("zigbee2mqtt/#", take, qos=1)
        await hearth.round_trip()
        await hearth.publish("zigbee2mqtt/lamp/set", "ON", qos=1)
        await asyncio.sleep(0.1)
        assert await hearth.round_trip() < 1
    assert got == [Message("zigbee2mqtt/lamp/set", b"ON", qos=1)]
