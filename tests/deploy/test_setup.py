"""The set-up's decisions, with the machine's programs replaced by small ones of our own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SCRIPTS = ("run", "test", "install", "relock", "setup.sh")


class Machine:
    """A PATH on which each program is what the test says it is; ``log`` has what was called."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.root = folder / "bin", folder / "hearth"
        self.log = folder / "log"
        self.log.touch()
        self.bin.mkdir()
        (self.root / "deploy/lock").mkdir(parents=True)
        shutil.copy(CHECKOUT / "deploy/setup.sh", self.root / "deploy")
        shutil.copy(CHECKOUT / "deploy/lock/torch.txt", self.root / "deploy/lock")
        (self.root / "pyproject.toml").write_text("[project]\n")
        for tool in (
            "sh",
            "cat",
            "grep",
            "sha256sum",
            "readlink",
            "flock",
            "date",
            "tee",
            "env",
            "rm",
        ):
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        self.has("uname", "echo x86_64")
        self.has("dpkg", "echo amd64")
        self.has("id", "echo 0")
        self.has("dpkg-query", "echo installed")
        self.has("apt-get")

    def has(self, program: str, script: str = "", *, at: Path | None = None) -> None:
        """Put a program there that notes its call and does ``script``."""
        file = (at or self.bin) / program
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'#!/bin/sh\necho "{program} $*" >>{self.log}\n{script}\n')
        file.chmod(0o755)

    def does(self, script: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Source the set-up and run ``script``."""
        return subprocess.run(
            ["/bin/sh", "-c", f". {self.root}/deploy/setup.sh; root={self.root}; {script}"],
            env={"PATH": str(self.bin), "HOME": str(self.root), **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_plain_user_without_sudo_is_told_the_exact_command(machine: Machine) -> None:
    machine.has("id", "echo 1000")
    machine.has("dpkg-query", 'case "$*" in *mosquitto*|*flite*) ;; *) echo installed ;; esac')
    done = machine.does("kind=run install_system_packages")
    assert done.returncode == 1
    assert "    apt-get install --no-install-recommends mosquitto flite\n" in done.stderr
    assert "apt-get" not in machine.log.read_text()


def test_only_what_is_missing_is_installed(machine: Machine) -> None:
    machine.has("dpkg-query", 'case "$*" in *espeak-ng) ;; *) echo installed ;; esac')
    done = machine.does("kind=run install_system_packages")
    assert (done.returncode, done.stderr) == (
        0,
        "==> Installing system packages with apt: espeak-ng\n",
    )
    (call,) = [line for line in machine.log.read_text().splitlines() if line.startswith("apt-get")]
    assert call.endswith("--no-install-recommends espeak-ng")


def test_nothing_missing_calls_no_apt(machine: Machine) -> None:
    assert machine.does("kind=test install_system_packages").returncode == 0
    assert "apt-get" not in machine.log.read_text()


def test_old_package_lists_are_read_anew_once(machine: Machine) -> None:
    machine.has("dpkg-query", 'case "$*" in *espeak-ng) ;; *) echo installed ;; esac')
    machine.has("apt-get", 'case "$*" in *update*) exit 0 ;; *) exit 100 ;; esac')
    done = machine.does("kind=run install_system_packages")
    assert done.returncode == 1
    assert "apt could not install: espeak-ng" in done.stderr
    calls = [line.split()[1] for line in machine.log.read_text().splitlines() if "apt-get" in line]
    assert calls == ["install", "update", "install"]


def test_a_32_bit_system_is_refused_with_what_to_do(machine: Machine) -> None:
    machine.has("dpkg", "echo armhf")
    done = machine.does("check_machine")
    assert done.returncode == 1
    assert "64-bit Raspberry Pi OS" in done.stderr


OFFERS = {
    "cpu": '{"requires_dist": ["sympy", "networkx"]}',
    "cuda": '{"requires_dist": ["sympy", "nvidia-cublas-cu12==12; x"]}',
}
PIP = """case "$*" in
    *"import torch"*) [ -e {root}/torch ] ;;
    *--dry-run*) echo '{offer}' ;;
    *torch.txt*) touch {root}/torch ;;
esac"""


@pytest.mark.parametrize(
    ("offer", "env", "installed"),
    [
        ("cpu", {}, True),
        ("cuda", {}, False),
        ("cuda", {"HEARTH_TORCH_CUDA": "1"}, True),
    ],
)
def test_a_torch_with_cuda_comes_only_when_asked_for(
    machine: Machine, offer: str, env: dict[str, str], installed: bool
) -> None:
    (machine.bin / "touch").symlink_to(str(shutil.which("touch")))
    script = PIP.format(root=machine.root, offer=OFFERS[offer])
    machine.has("python", script, at=machine.root / ".venv/bin")
    done = machine.does("loud=-q install_torch", **env)
    assert done.returncode == 0, done.stderr
    assert (machine.root / "torch").exists() is installed
    assert ("PIP_EXTRA_INDEX_URL" in done.stderr) is not installed


def test_the_second_start_installs_nothing(machine: Machine) -> None:
    machine.has("python", at=machine.root / ".venv/bin")
    machine.has("pip", at=machine.root / ".venv/bin")
    (machine.bin / "mkdir").symlink_to(str(shutil.which("mkdir")))
    models = machine.root / "state/models"
    machine.has("hearth", f"mkdir -p {models}/$3", at=machine.root / ".venv/bin")
    state = {"HEARTH_STATE": str(machine.root / "state")}
    first = machine.does(f"setup {machine.root} run", **state)
    assert "Installing pinned Python packages" in first.stderr, first.stderr
    assert "Fetching the default language model" in first.stderr
    assert "Fetching the sentence encoder" in first.stderr
    machine.log.write_text("")
    second = machine.does(f"setup {machine.root} run", **state)
    assert (second.returncode, second.stderr) == (0, "")
    assert "pip" not in machine.log.read_text()
    (machine.root / "deploy/lock/torch.txt").write_text("torch==9\n")
    assert "Installing pinned" in machine.does(f"setup {machine.root} run", **state).stderr


def test_without_the_model_it_starts_and_the_tests_do_not(machine: Machine) -> None:
    machine.has("python", at=machine.root / ".venv/bin")
    machine.has("pip", at=machine.root / ".venv/bin")
    machine.has("hearth", "exit 1", at=machine.root / ".venv/bin")
    codes = [machine.does(f"setup {machine.root} {kind}").returncode for kind in ("run", "test")]
    assert codes == [0, 1]


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        ("", "hearth run"),
        ("demo --json", "hearth demo --json"),
        ("--quiet", "hearth run --quiet"),
        ("--help", "hearth --help"),
    ],
)
def test_run_starts_the_command(machine: Machine, typed: str, called: str) -> None:
    shutil.copy(CHECKOUT / "deploy/run", machine.root / "deploy")
    (machine.bin / "dirname").symlink_to(str(shutil.which("dirname")))
    for program in ("python", "pip", "hearth"):
        machine.has(program, at=machine.root / ".venv/bin")
    done = machine.does(f"exec {machine.root}/deploy/run {typed}", HEARTH_NO_MODEL="1")
    assert done.returncode == 0, done.stderr
    assert machine.log.read_text().splitlines()[-1].strip() == called


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_parse_in_the_plainest_shell(script: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-n", str(CHECKOUT / "deploy" / script)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing(script: str) -> None:
    done = subprocess.run(
        ["shellcheck", str(CHECKOUT / "deploy" / script)],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ, LC_ALL="C.UTF-8"),
    )
    assert done.stdout == ""
