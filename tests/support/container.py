"""A small Debian in, a booted systemd out: where the service test installs Hearth.

``python -m tests.support.container`` builds the image once (a minute or two, some 400 MB in the
user's cache folder); every test boots an overlay on it, so nothing of a test stays.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Self

CHECKOUT = Path(__file__).resolve().parents[2]
PREFIX = Path("/opt/hearth")
PACKAGES = (
    # systemd, and what boots it
    *("systemd", "systemd-sysv", "dbus", "libpam-systemd", "libnss-systemd", "procps"),
    # what Hearth runs on; deploy/setup.sh would install it
    *("python3", "python3-venv", "ca-certificates", "mosquitto", "espeak-ng", "libportaudio2"),
)


def image() -> Path:
    """Return the folder of the image for this machine's Debian, whether built or not."""
    key = hashlib.sha256(" ".join((suite(), *PACKAGES)).encode()).hexdigest()[:8]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "hearth-test" / f"{suite()}-{key}"


def suite() -> str:
    """Return the name of this machine's Debian: the virtual environment knows its Python."""
    return platform.freedesktop_os_release().get("VERSION_CODENAME", "bookworm")


def why_not() -> str | None:
    """Say why this machine cannot boot a container, or None where it can."""
    if os.geteuid() != 0:
        return "only root can boot a container"
    for program in ("systemd-nspawn", "nsenter"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    for way, what in (("--mount", "mounts"), ("--user", "user namespaces")):
        if subprocess.run(["unshare", way, "true"], capture_output=True, check=False).returncode:
            return f"this kernel, container or plain chroot allows no {what}, which services need"
    if not image().is_dir():
        return f"its image {image()} is not built: .venv/bin/python -m tests.support.container"
    return None


def build() -> None:
    """Build the image if it is not there. Raises CalledProcessError."""
    target = image()
    if target.is_dir() or os.geteuid() != 0 or shutil.which("mmdebstrap") is None:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        made = Path(work) / "root"
        include = f"--include={','.join(PACKAGES)}"
        sys.stderr.write(f"building {target}: a minute or two, once\n")
        command = ["mmdebstrap", "--quiet", "--variant=minbase", include, suite(), str(made)]
        subprocess.run(command, check=True)
        # Debian's own broker is not what Hearth starts.
        (made / "etc/systemd/system/mosquitto.service").symlink_to("/dev/null")
        made.rename(target)


class Container:
    """A booted container with this checkout and its virtual environment at ``/opt/hearth``.

    Used as ``with Container() as container``. It has a network of its own with nothing in it.
    """

    def __init__(self) -> None:
        self._work = Path(tempfile.mkdtemp(prefix="hearth-container-"))
        self.root = self._work / "root"
        self._mounts: list[Path] = []
        # An overlay cannot write to another overlay, which is what many containers run on.
        self._mount("-t", "tmpfs", "tmpfs", target=self._work)
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._init = 0

    def __enter__(self) -> Self:
        try:
            self._overlay(image(), self.root)
            self._overlay(CHECKOUT, self.root / PREFIX.relative_to("/"))
            self._move_environment()
            self._boot()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._nspawn and self._nspawn.poll() is None:
            if self._init:
                os.kill(self._init, signal.SIGRTMIN + 4)  # systemd's "power off at once"
            try:
                self._nspawn.wait(10)
            except subprocess.TimeoutExpired:
                self._nspawn.kill()
                self._nspawn.wait()
        for mount in reversed(self._mounts):
            subprocess.run(["umount", "--lazy", str(mount)], check=False)
        shutil.rmtree(self._work, ignore_errors=True)

    def run(self, *command: str, check: bool = True, timeout_s: float = 60) -> str:
        """Run a command inside and return what it printed. Raises AssertionError if it fails."""
        enter = [
            "nsenter",
            "-t",
            str(self._init),
            *["-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w", "--"],
        ]
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        done = subprocess.run(
            [*enter, "env", "-i", path, "HOME=/root", "LANG=C.UTF-8", *command],
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        failed = check and done.returncode != 0
        assert not failed, f"{' '.join(command)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def until(self, *command: str, says: str, timeout_s: float = 30) -> float:
        """Repeat a command until it prints ``says`` and return the seconds that it took."""
        began = time.monotonic()
        while (said := self.run(*command, check=False)) != says:
            if time.monotonic() - began > timeout_s:
                raise AssertionError(f"{' '.join(command)}: {said!r}, not {says!r}\n{self.log()}")
            time.sleep(0.1)
        return time.monotonic() - began

    def log(self, lines: int = 60) -> str:
        """Return the last lines of the container's journal."""
        return self.run("journalctl", "--no-pager", "-n", str(lines), check=False)

    def _overlay(self, lower: Path, target: Path) -> None:
        """Show ``lower`` at ``target``; what is written there stays in our own folder."""
        layers = Path(tempfile.mkdtemp(dir=self._work))
        upper, work = layers / "upper", layers / "work"
        for folder in (upper, work, target):
            folder.mkdir(parents=True, exist_ok=True)
        options = f"lowerdir={lower},upperdir={upper},workdir={work}"
        self._mount("-t", "overlay", "overlay", "-o", options, target=target)

    def _mount(self, *what: str, target: Path) -> None:
        subprocess.run(["mount", *what, str(target)], check=True)
        self._mounts.append(target)

    def _move_environment(self) -> None:
        """Make the virtual environment, which knows its own path, live in ``/opt/hearth``."""
        here, there = str(CHECKOUT), str(PREFIX)
        venv = self.root / PREFIX.relative_to("/") / ".venv"
        library = next((venv / "lib").glob("python3.*/site-packages"))
        for file in (venv / "bin/hearth", *library.glob("__editable__*")):
            file.write_text(file.read_text("utf-8").replace(here, there), "utf-8")
        base = Path(sys.base_prefix)
        if base != Path("/usr"):  # a Python of its own, such as pyenv's: the service has to see it
            inside = Path("/opt/python")
            self._overlay(base, self.root / inside.relative_to("/"))
            python = venv / "bin" / f"python3.{sys.version_info.minor}"
            for name in ("python", "python3", python.name):
                (venv / "bin" / name).unlink(missing_ok=True)
                (venv / "bin" / name).symlink_to(inside / "bin" / python.name)
            settings = venv / "pyvenv.cfg"
            text = settings.read_text("utf-8").replace(str(base), str(inside))
            settings.write_text(text, "utf-8")
            libraries = self.root / "etc/ld.so.conf.d/python.conf"
            libraries.write_text(f"{inside}/lib\n", "utf-8")
            subprocess.run(["ldconfig", "-r", str(self.root)], check=True)

    def _boot(self) -> None:
        log = (self._work / "console.log").open("wb")
        name = f"hearth-test-{os.getpid()}"
        command = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--boot"]
        command += ["--private-network", "--directory", str(self.root), "--machine", name]
        command += ["--console=pipe", "--kill-signal=SIGRTMIN+3"]
        with log:
            self._nspawn = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        began = time.monotonic()
        while True:
            children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
            if self._nspawn.poll() is not None or time.monotonic() - began > 30:
                console = (self._work / "console.log").read_text("utf-8", "replace")
                raise AssertionError(f"the container did not boot:\n{console[-3000:]}")
            self._init = int((children.read_text().split() or ["0"])[0])
            state = ["systemctl", "is-system-running"]
            if self._init and self.run(*state, check=False) in ("running", "degraded"):
                return
            time.sleep(0.1)


if __name__ == "__main__":
    build()
    sys.stdout.write(f"{why_not() or image()}\n")
