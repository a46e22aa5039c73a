"""A state directory in, a private broker out: a Mosquitto that Hearth starts as its own child.

It listens on loopback only, at a free port, behind a password that only this user can read, and
keeps what it acknowledged on disk through a ``kill -9`` (autosave_interval 1 with
autosave_on_changes writes the whole store after each change; Mosquitto's default of half an hour
loses acknowledged messages). One gap is left: it acknowledges first and writes in the next turn of
its loop, so a kill within those milliseconds still loses the last message.
"""

from __future__ import annotations

import asyncio
import dataclasses
import fcntl
import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Self

from hearth.edge.child import Child
from hearth.error import BrokerError, MissingError
from hearth.event import Health
from hearth.sections.engines import MqttConfig

HOST = "127.0.0.1"
USER = "hearth"
_SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"

_CONFIG = """\
# Written by Hearth at each start; changes are overwritten.
listener {port} {host}
allow_anonymous false
password_file {folder}/accounts
persistence true
persistence_location {folder}/
autosave_interval 1
autosave_on_changes true
persistent_client_expiration 7d
max_queued_messages 10000
max_inflight_messages 20
max_packet_size {max_packet}
log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages false
set_tcp_nodelay true
"""

MAX_MESSAGE_BYTES = 4_000_000
"""What a message may weigh: a minute and a half of speech as ``playBytes``."""


class Broker:
    """The embedded Mosquitto.

    Used as ``async with Broker(state_dir, tell) as broker``; then ``broker.mqtt(config.mqtt)`` is
    the section to connect with. The port is kept in ``<state>/broker/port`` and used again, unless
    another program has taken it meanwhile.

    Raises MissingError when Mosquitto is not installed and BrokerError when it does not start.
    """

    def __init__(
        self, state_dir: Path, tell: Callable[[Health], None], *, start_timeout_s: float = 5.0
    ) -> None:
        self.folder = state_dir / "broker"
        self.port = 0
        self._tell = tell
        self._start_timeout_s = start_timeout_s
        self._child: Child | None = None
        self._lock: int | None = None

    @property
    def pid(self) -> int | None:
        """Mosquitto's process id while it runs."""
        return self._child.pid if self._child else None

    @property
    def restarts(self) -> int:
        """How often it had to be started again."""
        return self._child.restarts if self._child else 0

    @property
    def password_file(self) -> Path:
        """The file with the password of user ``hearth``, readable by this user only."""
        return self.folder / "password"

    def mqtt(self, config: MqttConfig) -> MqttConfig:
        """Return the section [mqtt] that leads to this broker."""
        return dataclasses.replace(
            config,
            host=HOST,
            port=self.port,
            username=USER,
            password_file=str(self.password_file),
            tls=False,
        )

    async def __aenter__(self) -> Self:
        mosquitto = find_program("mosquitto")
        passwd = find_program("mosquitto_passwd")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
            self._lock = _lock(self.folder)
            await asyncio.to_thread(self._prepare, passwd)
        except (OSError, subprocess.SubprocessError) as error:
            raise BrokerError(
                f"The broker's folder {self.folder} cannot be prepared ({error}).",
                "Check its rights and the free space.",
            ) from error
        self._child = Child(
            "broker",
            [mosquitto, "-c", str(self.folder / "mosquitto.conf")],
            ready=self._answers,
            tell=self._tell_where,
            start_timeout_s=self._start_timeout_s,
        )
        await self._child.__aenter__()
        try:
            await self._child.wait_ready(self._start_timeout_s)
        except BaseException as error:
            await self.__aexit__()
            if isinstance(error, Exception):
                raise BrokerError(
                    "The embedded broker does not start.",
                    f"Try: {mosquitto} -c {self.folder / 'mosquitto.conf'}",
                ) from error
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._child:
            await self._child.__aexit__()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _prepare(self, passwd: str) -> None:
        """Write the port, the account and the configuration."""
        self.port = _free_port(self.folder / "port")
        _write_private(self.folder / "port", f"{self.port}\n")
        if not self.password_file.exists():
            _write_private(self.password_file, secrets.token_urlsafe(24) + "\n")
        accounts = self.folder / "accounts"
        password = self.password_file.read_text("utf-8").strip()
        _write_private(accounts, f"{USER}:{password}\n")
        # -U hashes in place, so the password is on no command line.
        subprocess.run([passwd, "-U", str(accounts)], check=True, capture_output=True)  # noqa: S603  # found by us
        text = _CONFIG.format(
            port=self.port,
            host=HOST,
            folder=self.folder,
            max_packet=MAX_MESSAGE_BYTES + 70_000,
        )
        if os.geteuid() == 0:
            # As root Mosquitto would become the user `mosquitto`, who may not read this folder.
            text += f"user {pwd.getpwuid(0).pw_name}\n"
        _write_private(self.folder / "mosquitto.conf", text)

    async def _answers(self) -> None:
        """Return once something accepts connections at our port."""
        while True:
            try:
                _, writer = await asyncio.open_connection(HOST, self.port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return

    def _tell_where(self, health: Health) -> None:
        if health.state == "ready":
            where = f"Mosquitto at {HOST}:{self.port}, user {USER}, password {self.password_file}"
            health = dataclasses.replace(health, detail=where)
        self._tell(health)


def find_program(name: str) -> str:
    """Return a program's path; Debian puts Mosquitto where a plain user's PATH does not look.

    Raises MissingError.
    """
    path = shutil.which(name) or shutil.which(name, path=_SYSTEM_FOLDERS)
    if path is None:
        raise MissingError(
            f"The program {name!r} is not installed.",
            "Run ./deploy/run, or: sudo apt-get install mosquitto; or set [mqtt] host.",
        )
    return path


def _free_port(kept: Path) -> int:
    """Return the port of the last start if it is free, else any free one."""
    try:
        last = int(kept.read_text("ascii"))
    except (OSError, ValueError):
        last = 0
    for port in (last, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise BrokerError("No free port on loopback.", "Close some programs.")


def _lock(folder: Path) -> int:
    """Take the folder for this process, so that no two brokers write one store."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise BrokerError(
            f"Another Hearth is running with {folder.parent}.",
            "Stop it first, or set HEARTH_STATE to another directory.",
        ) from None
    return handle


def _write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read."""
    new = path.with_name(path.name + ".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
