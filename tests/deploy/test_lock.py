"""Each dependency that pyproject.toml names is pinned, so that a fresh machine gets it."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).resolve().parents[2]
LOCK = CHECKOUT / "deploy/lock"
AGAIN = "run ./deploy/relock"


def pins(name: str) -> dict[str, set[str]]:
    """Return the versions that a lock file has of each package."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==(\S+)", (LOCK / name).read_text(), re.M):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


def unmet(wanted: list[str], pinned: dict[str, set[str]]) -> list[str]:
    requirements = [Requirement(line) for line in wanted]
    return [
        str(each)
        for each in requirements
        if not any(v in each.specifier for v in pinned.get(canonicalize_name(each.name), ()))
    ]


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    run = [*project["project"]["dependencies"], *extras["brain"], *extras["systemd"]]
    assert unmet(run, pins("run.txt") | pins("torch.txt")) == [], AGAIN
    assert unmet(project["dependency-groups"]["test"], pins("test.txt")) == [], AGAIN


def test_what_both_lock_files_have_is_the_same() -> None:
    run, test = pins("run.txt"), pins("test.txt")
    assert {name: run[name] for name in run.keys() & test} == {
        name: test[name] for name in run.keys() & test
    }


def test_every_pin_but_torchs_has_a_hash() -> None:
    for name in ("run.txt", "test.txt"):
        entries = re.split(r"^(?=[\w.-]+==)", (LOCK / name).read_text(), flags=re.M)[1:]
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_cuda_is_pinned() -> None:
    everything = "".join(file.read_text() for file in LOCK.glob("*.txt"))
    assert re.findall(r"^(?:nvidia|cuda|triton)\S*", everything, re.M) == []
