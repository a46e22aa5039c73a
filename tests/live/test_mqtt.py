"""The MQTT client against the real Mosquitto, with the faults that a house has."""

import asyncio
import contextlib
import dataclasses
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from hearth.edge.broker import HOST, Broker, find_program
from hearth.edge.mqtt import inbox as mqtt_inbox
from hearth.edge.mqtt import link as mqtt_link
from hearth.edge.mqtt.client import Mqtt
from hearth.error import BrokerError
from hearth.event import Health
from hearth.port import Message
from hearth.sections.engines import MqttConfig

pytestmark = pytest.mark.live


class Told(list[Health]):
    """What was told, oldest first."""

    def of(self, part: str) -> list[str]:
        return [health.state for health in self if health.part == part]

    async def until(self, state: str, timeout_s: float = 10.0) -> Health:
        async with asyncio.timeout(timeout_s):
            while not self or self[-1].state != state:  # noqa: ASYNC110  # a list, not an event
                await asyncio.sleep(0.01)
        return self[-1]


class Kept(list[Message]):
    """A handler that keeps what it gets."""

    async def take(self, message: Message) -> None:
        self.append(message)

    async def until(self, count: int, timeout_s: float = 10.0) -> list[str]:
        async with asyncio.timeout(timeout_s):
            while len(self) < count:  # noqa: ASYNC110  # a list, not an event
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)  # one too many would come now
        return [message.payload.decode() for message in self]


@contextlib.asynccontextmanager
async def running(mqtt: Mqtt, *, wait: bool = True) -> AsyncIterator[Mqtt]:
    async with mqtt:
        task = asyncio.create_task(mqtt.run())
        try:
            if wait:
                await mqtt.wait_connected(10)
            yield mqtt
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    async with Broker(tmp_path, lambda health: None) as started:
        yield started


@pytest.fixture
def told() -> Told:
    return Told()


def config(broker: Broker, client_id: str = "hearth", **options: object) -> MqttConfig:
    return broker.mqtt(MqttConfig(client_id=client_id, **options))


async def eventually(holds: Callable[[], bool], timeout_s: float = 10.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not holds():  # noqa: ASYNC110  # any condition, not an event
            await asyncio.sleep(0.01)


async def test_a_message_goes_round_and_keeps_everything(broker: Broker, told: Told) -> None:
    kept = Kept()
    async with running(Mqtt(config(broker), tell=told.append)) as mqtt:
        mqtt.subscribe("house/+/état", kept.take, qos=1)
        await mqtt.round_trip()
        await mqtt.publish("house/lamp/état", "été", qos=1, retain=True)
        await kept.until(1)
        seconds = await mqtt.round_trip()
    assert kept == [Message("house/lamp/état", "été".encode(), qos=1)]
    assert 0 < seconds < 1
    assert told.of("mqtt") == ["ready"]


async def test_a_broker_that_starts_late_is_found(tmp_path: Path, told: Told) -> None:
    async with Broker(tmp_path, lambda health: None) as first:
        settings = config(first)
    async with running(Mqtt(settings, tell=told.append), wait=False) as mqtt:
        down = await told.until("down")
        with pytest.raises(BrokerError, match=r"away.*Start the broker"):
            await mqtt.publish("lamp/set", "ON")
        async with Broker(tmp_path, lambda health: None) as second:
            assert second.port == first.port
            await mqtt.wait_connected(10)
            assert await mqtt.round_trip() < 1
    assert down == Health(
        "mqtt",
        "down",
        f"Nothing listens at {HOST}:{first.port}.",
        "Start the broker, or check [mqtt] host and port.",
    )
    assert told.of("mqtt") == ["down", "ready", "down"] or told.of("mqtt") == ["down", "ready"]


async def test_what_was_accepted_while_the_broker_was_dead_arrives(
    broker: Broker, told: Told
) -> None:
    kept = Kept()
    async with running(Mqtt(config(broker), tell=told.append)) as mqtt:
        mqtt.subscribe("lamp/#", kept.take, qos=1)
        await mqtt.round_trip()
        assert broker.pid
        os.kill(broker.pid, signal.SIGKILL)
        await asyncio.gather(*(mqtt.publish("lamp/set", str(n), qos=1) for n in range(50)))
        assert sorted(await kept.until(50), key=int) == [str(n) for n in range(50)]
    assert told.of("mqtt")[0] == "ready"
    assert told.of("mqtt")[-1] == "ready"
    assert "down" in told.of("mqtt")


async def test_a_stale_command_is_dropped_and_said(tmp_path: Path, told: Told) -> None:
    kept = Kept()
    async with Broker(tmp_path, lambda health: None) as broker:
        settings = config(broker)
    mqtt = Mqtt(settings, tell=told.append, outbox=1)
    mqtt.subscribe("lamp/set", kept.take, qos=1)
    async with running(mqtt, wait=False):
        await told.until("down")
        late = asyncio.create_task(mqtt.publish("lamp/set", "stale", qos=1, expiry_s=0.3))
        await asyncio.sleep(0)
        with pytest.raises(BrokerError, match="1 messages wait for the broker already"):
            await mqtt.publish("lamp/set", "full", qos=1)
        with pytest.raises(BrokerError, match=r"was away for 0\.3 s; the message was dropped"):
            await late
        taken_back = asyncio.create_task(mqtt.publish("lamp/set", "cancelled", qos=1))
        await asyncio.sleep(0.01)
        taken_back.cancel()
        fresh = asyncio.create_task(mqtt.publish("lamp/set", "fresh", qos=1))
        async with Broker(tmp_path, lambda health: None):
            await fresh
            assert await kept.until(1) == ["fresh"]
    assert mqtt.counters["expired"] == 1
    assert mqtt.counters["outbox_full"] == 1


async def test_a_stopped_broker_is_noticed_by_the_round_trip(broker: Broker, told: Told) -> None:
    kept = Kept()
    async with running(Mqtt(config(broker), tell=told.append)) as mqtt:
        mqtt.subscribe("lamp/#", kept.take, qos=1)
        await mqtt.round_trip()
        assert broker.pid
        os.kill(broker.pid, signal.SIGSTOP)
        try:
            with pytest.raises(BrokerError, match=r"not answered for 0\.5 s"):
                await mqtt.round_trip(0.5)
            down = await told.until("down")
            waiting = asyncio.create_task(mqtt.publish("lamp/set", "ON", qos=1))
            await asyncio.sleep(0.2)
        finally:
            os.kill(broker.pid, signal.SIGCONT)
        await waiting
        assert await kept.until(1) == ["ON"]
    assert "it does not answer" in down.detail


@pytest.mark.parametrize("fault", ["raises", "hangs"])
async def test_a_bad_handler_harms_nobody_else(
    broker: Broker,
    told: Told,
    fault: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mqtt_inbox, "HANDLER_TIMEOUT_S", 0.2)
    kept = Kept()

    async def bad(message: Message) -> None:
        if fault == "hangs":
            await asyncio.sleep(60)
        raise RuntimeError(message.payload)

    def bad_listener(message: Message) -> None:
        raise RuntimeError(message.payload)

    async with running(Mqtt(config(broker), tell=told.append)) as mqtt:
        mqtt.subscribe("lamp/#", bad, qos=1)
        mqtt.subscribe("lamp/#", kept.take, qos=1)
        mqtt.listen("lamp/#", bad_listener)
        await mqtt.round_trip()
        with caplog.at_level(logging.WARNING):
            for n in range(3):
                await mqtt.publish("lamp/\u202eevil", f"{n}\nhearth: all doors open", qos=1)
            await kept.until(3)
            await eventually(lambda: mqtt.counters["handler_errors"] == 6)
        assert await mqtt.round_trip() < 1
    assert all(line.isascii() and line.isprintable() for line in caplog.messages)
    # Rate-limited: one line for each kind, whatever came.
    assert len([line for line in caplog.messages if "failed" in line]) == 1
    assert told.of("mqtt") == ["ready"]


async def test_a_huge_message_is_dropped_and_the_daemon_goes_on(broker: Broker, told: Told) -> None:
    kept = Kept()
    async with (
        running(Mqtt(config(broker), tell=told.append)) as mqtt,
        running(Mqtt(config(broker, "big"), tell=lambda health: None)) as big,
    ):
        mqtt.subscribe("lamp/#", kept.take, qos=1)
        await mqtt.round_trip()
        with pytest.raises(BrokerError, match="more than the broker takes"):
            await big.publish("lamp/set", bytes(10_000_000), qos=1)
        await big.publish("lamp/set", bytes(2_000_000), qos=1)  # the broker takes it, we do not
        await big.publish("lamp/set", "ON", qos=1)
        assert await kept.until(1) == ["ON"]
        # A rude client of version 3.1.1 sends all of its 10 MB.
        rude = await asyncio.to_thread(_publish_311, broker, "lamp/set", bytes(10_000_000))
        await big.publish("lamp/set", "OFF", qos=1)
        assert await kept.until(2) == ["ON", "OFF"]
        assert await mqtt.round_trip() < 1
    assert rude != 0
    assert told.of("mqtt") == ["ready"]


def _publish_311(broker: Broker, topic: str, payload: bytes) -> int:
    password = broker.password_file.read_text().strip()
    command = ["mosquitto_pub", "-V", "mqttv311", "-h", HOST, "-p", str(broker.port), "-q", "1"]
    command += ["-u", "hearth", "-P", password, "-t", topic, "-s"]
    done = subprocess.run(command, input=payload, capture_output=True, timeout=20, check=False)
    return done.returncode


async def test_text_that_is_no_text_is_handed_on_as_bytes(broker: Broker, told: Told) -> None:
    kept = Kept()
    async with running(Mqtt(config(broker), tell=told.append)) as mqtt:
        mqtt.subscribe("#", kept.take, qos=1)
        await mqtt.round_trip()
        await asyncio.to_thread(_raw_publish, broker, b"lamp/\xff\xfe", b"broken topic")
        await asyncio.to_thread(_raw_publish, broker, b"lamp/set", b"\xff\xfe\x00")
        await eventually(lambda: any(m.topic == "lamp/set" for m in kept))
        assert await mqtt.round_trip() < 1
    assert [m.payload for m in kept if m.topic.startswith("lamp")] == [b"\xff\xfe\x00"]


def _raw_publish(broker: Broker, topic: bytes, payload: bytes) -> None:
    """Publish at QoS 0 without a client that would check anything."""
    password = broker.password_file.read_bytes().strip()

    def text(value: bytes) -> bytes:
        return len(value).to_bytes(2, "big") + value

    hello = text(b"MQTT") + b"\x04\xc2\x00\x3c" + text(b"raw") + text(b"hearth") + text(password)
    body = text(topic) + payload
    with socket.create_connection((HOST, broker.port), timeout=5) as link:
        link.sendall(bytes([0x10, len(hello)]) + hello)
        assert link.recv(4) == b"\x20\x02\x00\x00"
        link.sendall(bytes([0x30, len(body)]) + body)
        time.sleep(0.1)


async def test_audio_of_twenty_microphones_arrives_whole(broker: Broker, told: Told) -> None:
    """A thousand messages a second of 2 KB, while events come between."""
    frames: list[bytes] = []
    kept = Kept()
    async with running(Mqtt(config(broker), tell=told.append)) as mqtt:
        mqtt.listen("hermes/audioServer/+/audioFrame", lambda m: frames.append(m.payload[:4]))
        mqtt.subscribe("lamp/#", kept.take, qos=1)
        await mqtt.round_trip()
        sender = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _SENDER, str(broker.port), str(broker.password_file)
        )
        for n in range(20):
            await mqtt.publish("lamp/set", str(n), qos=1)
            await asyncio.sleep(0.1)
        assert await sender.wait() == 0
        await eventually(lambda: len(frames) == 3000, 10)
        assert await kept.until(20) == [str(n) for n in range(20)]
    assert frames == [n.to_bytes(4) for n in range(3000)]


_SENDER = """
import sys, time
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
client = Client(CallbackAPIVersion.VERSION2)
client.username_pw_set("hearth", open(sys.argv[2]).read().strip())
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
began = time.monotonic()
for n in range(3000):
    time.sleep(max(0, began + n / 1000 - time.monotonic()))
    info = client.publish(f"hermes/audioServer/s{n % 20}/audioFrame", n.to_bytes(4) * 512)
info.wait_for_publish(10)
time.sleep(0.5)
client.disconnect()
client.loop_stop()
"""


async def test_no_event_is_lost_when_hearth_is_killed(broker: Broker, tmp_path: Path) -> None:
    """``kill -9`` in the middle of a stream: each event is on disk once and was handled."""
    journal, handled = tmp_path / "journal", tmp_path / "handled"
    arguments = [str(broker.port), str(broker.password_file), str(journal), str(handled)]

    async def start() -> asyncio.subprocess.Process:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _RECEIVER, *arguments, stdout=asyncio.subprocess.PIPE
        )
        assert child.stdout
        assert await child.stdout.readline() == b"connected\n"
        return child

    receiver = await start()
    async with running(Mqtt(config(broker, "sender"), tell=lambda health: None)) as sender:
        for n in range(400):
            await sender.publish("door/opened", str(n), qos=1)
            if n in (100, 250):
                receiver.kill()
                await receiver.wait()
                receiver = await start()
        await eventually(lambda: len(set(handled.read_text().split())) >= 400, 30)
    receiver.kill()
    await receiver.wait()
    events = [line.split()[-1] for line in handled.read_text().splitlines()]
    assert sorted(set(events), key=int) == [str(n) for n in range(400)]
    # What was on disk and not yet handled when it died may be handled never or twice, not more.
    assert len(events) <= 400 + 2 * 20
    assert {line.split()[-1] for line in journal.read_text().splitlines()} >= set(events)


_RECEIVER = """
import asyncio, os, sys
from pathlib import Path
from hearth.sections.engines import MqttConfig
from hearth.edge.mqtt.client import Mqtt
port, password = int(sys.argv[1]), sys.argv[2]
journal, handled = Path(sys.argv[3]), Path(sys.argv[4])
known = set(journal.read_text().split("\\n")) if journal.exists() else set()
def append(path, line):
    with path.open("a") as file:
        file.write(line + "\\n")
        file.flush()
        os.fsync(file.fileno())
class Keeper:
    async def keep(self, message, key):
        await asyncio.sleep(0.001)
        line = key + " " + message.payload.decode()
        if line not in known:  # else it was kept; whether it was handled too is not known: again
            known.add(line)
            append(journal, line)
        return True
    async def handled(self, message, key):
        pass
async def handle(message):
    append(handled, message.payload.decode())
async def main():
    config = MqttConfig(host="127.0.0.1", port=port, username="hearth", password_file=password)
    session = journal.with_name("session")
    async with Mqtt(config, tell=lambda h: None, keeper=Keeper(), session_file=session) as mqtt:
        mqtt.subscribe("door/#", handle, qos=1)
        task = asyncio.create_task(mqtt.run())
        await mqtt.wait_connected(10)
        print("connected", flush=True)
        await task
asyncio.run(main())
"""


@pytest.fixture
async def old_broker(broker: Broker) -> AsyncIterator[MqttConfig]:
    """The same Mosquitto behind a door that lets MQTT 3.1.1 pass and refuses 5."""
    async with old_door(broker, "refuses") as settings:
        yield settings


@contextlib.asynccontextmanager
async def old_door(broker: Broker, manner: str) -> AsyncIterator[MqttConfig]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = await reader.read(4096)
        if not hello or hello[hello.index(b"MQTT") + 4] == 5:
            if manner == "refuses":
                writer.write(b"\x20\x02\x00\x01")  # 3.1.1: unacceptable protocol version
            if manner == "is silent":  # as amqtt is
                await reader.read()
            writer.close()
            return
        onward, back = await asyncio.open_connection(HOST, broker.port)
        back.write(hello)
        await asyncio.gather(pipe(reader, back), pipe(onward, writer))

    async def pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while data := await source.read(65536):
                sink.write(data)
        sink.close()

    server = await asyncio.start_server(serve, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    yield dataclasses.replace(config(broker), port=port)
    server.close()


@pytest.mark.parametrize("manner", ["refuses", "closes", "is silent"])
async def test_a_broker_of_version_3_1_1_is_spoken_to(
    broker: Broker, told: Told, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt_link, "CONNECT_TIMEOUT_S", 1.0)
    kept = Kept()
    async with (
        old_door(broker, manner) as settings,
        running(Mqtt(settings, tell=told.append)) as mqtt,
    ):
        mqtt.subscribe("lamp/#", kept.take, qos=1)
        await mqtt.round_trip()
        await mqtt.publish("lamp/set", "ON", qos=1)
        assert await kept.until(1) == ["ON"]
    assert told == [Health("mqtt", "ready", f"{HOST}:{settings.port}, MQTT 3.1.1")]


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_overlapping_subscriptions_hand_each_message_once(
    broker: Broker, old_broker: MqttConfig, version: str
) -> None:
    settings = config(broker) if version == "5" else old_broker
    wide, narrow, other = Kept(), Kept(), Kept()
    mqtt = Mqtt(settings, tell=lambda health: None)
    mqtt.subscribe("house/#", wide.take, qos=1)
    mqtt.subscribe("house/+/state", narrow.take, qos=1)
    mqtt.subscribe("house/+/state", other.take)
    async with running(mqtt):
        sent = [f"{n}" for n in range(30)]
        for payload in sent:
            await mqtt.publish("house/lamp/state", payload, qos=1)
        assert await wide.until(30) == sent
        assert await narrow.until(30) == sent
        assert await other.until(30) == sent


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    folder = tmp_path / "tls"
    folder.mkdir()
    openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"]
    openssl += [
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-keyout",
        "ca.key",
        "-out",
        "ca.crt",
        "-subj",
        "/CN=localhost",
    ]
    openssl += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(openssl, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
async def tls_broker(certificates: Path, told: Told) -> AsyncIterator[MqttConfig]:
    """A Mosquitto with TLS, a password, and an ACL that denies all but ``lamp`` and our ping."""
    folder = certificates
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    (folder / "password").write_text("right\n")
    (folder / "accounts").write_text("hearth:right\n")
    passwd = [find_program("mosquitto_passwd"), "-U", str(folder / "accounts")]
    await asyncio.to_thread(subprocess.run, passwd, check=True)
    (folder / "acl").write_text(
        "user hearth\ntopic readwrite lamp/#\ntopic readwrite hearth/+/ping\n"
    )
    (folder / "mosquitto.conf").write_text(
        f"listener {port} {HOST}\ncafile {folder}/ca.crt\ncertfile {folder}/ca.crt\n"
        f"keyfile {folder}/ca.key\nallow_anonymous false\npassword_file {folder}/accounts\n"
        f"acl_file {folder}/acl\nlog_dest none\n" + ("user root\n" if os.geteuid() == 0 else "")
    )
    program = await asyncio.create_subprocess_exec(
        find_program("mosquitto"),
        "-c",
        str(folder / "mosquitto.conf"),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                (await asyncio.open_connection(HOST, port))[1].close()
                break
            await asyncio.sleep(0.01)
        yield MqttConfig(
            host=HOST,
            port=port,
            username="hearth",
            tls=True,
            password_file=str(folder / "password"),
            ca_file=str(folder / "ca.crt"),
        )
    finally:
        program.terminate()
        await program.wait()


async def test_tls_and_a_password_and_large_messages(tls_broker: MqttConfig, told: Told) -> None:
    kept = Kept()
    async with running(Mqtt(tls_broker, tell=told.append)) as mqtt:
        mqtt.subscribe("lamp/#", kept.take, qos=1)
        await mqtt.round_trip()
        # Many messages in few TLS records: none may stay behind in the TLS buffer.
        await asyncio.gather(*(mqtt.publish("lamp/set", str(n), qos=1) for n in range(200)))
        await mqtt.publish("lamp/set", "x" * 500_000, qos=1)
        got = await kept.until(201)
    assert got[:-1] == [str(n) for n in range(200)]
    assert len(got[-1]) == 500_000


@pytest.mark.parametrize(
    ("change", "detail", "remedy"),
    [
        ({"username": "nobody"}, "refuses us: ", "check [mqtt] username and password_file"),
        ({"ca_file": ""}, "showed a certificate that is not trusted", "Set [mqtt] ca_file"),
        ({"tls": False}, "closed the connection", "Check whether that port expects TLS"),
        ({"password_file": "/nowhere"}, "password cannot be read", "Check [mqtt] password_file"),
        ({"host": "no-such-host.invalid"}, "is unknown", "Check [mqtt] host"),
        ({"ca_file": "/nowhere"}, "certificate of [mqtt] cannot be loaded", "Check ca_file"),
    ],
)
async def test_a_wrong_setting_says_what_to_do(
    tls_broker: MqttConfig, told: Told, change: dict[str, object], detail: str, remedy: str
) -> None:
    wrong = dataclasses.replace(tls_broker, **change)
    async with running(Mqtt(wrong, tell=told.append), wait=False) as mqtt:
        down = await told.until("down", 20)
        with pytest.raises(BrokerError):
            await mqtt.wait_connected(0.05)
    assert detail in down.detail
    assert remedy in down.remedy


async def test_what_the_broker_denies_is_an_error(tls_broker: MqttConfig, told: Told) -> None:
    kept = Kept()
    mqtt = Mqtt(tls_broker, tell=told.append)
    mqtt.subscribe("door/#", kept.take, qos=1)
    async with running(mqtt):
        with pytest.raises(BrokerError, match=r"refused a message to 'door/open': Not authorized"):
            await mqtt.publish("door/open", "1", qos=1)
        assert await mqtt.round_trip() < 1
    counters = mqtt.counters
    assert counters["refused"] == 1
    if told[0].state == "degraded":
        assert "door/#" in told[0].detail


def test_a_thread_that_hangs_in_a_lookup_does_not_delay_the_end(tmp_path: Path) -> None:
    """A name server that never answers must not keep the process alive."""
    program = tmp_path / "hang.py"
    program.write_text(_HANGS)
    done = subprocess.run([sys.executable, str(program)], timeout=30, check=False)
    assert done.returncode == 0


_HANGS = """
import asyncio, socket, time
socket.getaddrinfo = lambda *a, **k: time.sleep(60)
from hearth.sections.engines import MqttConfig
from hearth.edge.mqtt.client import Mqtt
async def main():
    async with Mqtt(MqttConfig(host="slow"), tell=print) as mqtt:
        task = asyncio.create_task(mqtt.run())
        await asyncio.sleep(0.3)
        task.cancel()
asyncio.run(main())
"""
