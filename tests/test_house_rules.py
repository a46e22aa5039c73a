"""The imports obey the house: ground <- rooms <- skills <- edge <- what builds them <- cli."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

HEARTH = Path(__file__).parent.parent / "daemon" / "hearth"
ROOMS = {"sense", "home", "mind", "memory", "voice", "post"}
FLOOR = {**dict.fromkeys(ROOMS, 1), "skills": 2, "edge": 3, "brain": 1, "web": 3} | {
    "ports": 4,
    "edges": 4,
    "kit": 4,
    **dict.fromkeys(("recollection", "care", "planner", "selfhood"), 5),
    "impulses": 6,
    "company": 7,
    "rooms": 8,
    "indoors": 9,
    "daemon": 10,
    "cli": 11,
    "__main__": 11,
}
MODULES = {
    ".".join(("hearth", *path.relative_to(HEARTH).with_suffix("").parts)).removesuffix(".__init__")
    for path in HEARTH.rglob("*.py")
}
RUNTIMES = {"paho", "vosk", "pocketsphinx", "pyttsx3", "sounddevice", "systemd", "wyoming"}


@cache
def imports(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return frozenset(found)


def room(dotted: str) -> str:
    return dotted.split(".")[1] if "." in dotted else ""


def test_imports_point_down_and_rooms_do_not_meet() -> None:
    wrong = []
    for path in HEARTH.rglob("*.py"):
        here = path.relative_to(HEARTH).with_suffix("").parts[0]
        for name in imports(path):
            if not name.startswith("hearth."):
                continue
            there = room(name)
            up = FLOOR.get(there, 0) > FLOOR.get(here, 0)
            beside = there != here and {there, here} <= ROOMS | {"brain"}
            if up or beside:
                wrong.append(f"{path.relative_to(HEARTH)} imports {name}")
    assert wrong == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    graph = {}
    for name in MODULES:
        path = HEARTH.parent.joinpath(*name.split("."))
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        graph[name] = (imports(file) & MODULES) - {name}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise AssertionError(f"a circle: {' <- '.join(error.args[1])}") from None


def test_only_the_brain_imports_torch_and_only_edges_import_runtimes() -> None:
    wrong = []
    for path in HEARTH.rglob("*.py"):
        here = path.relative_to(HEARTH).parts[0]
        tops = {name.split(".")[0] for name in imports(path)}
        if tops & {"torch", "transformers"} and here != "brain":
            wrong.append(f"{path.relative_to(HEARTH)} imports torch")
        if tops & RUNTIMES and here not in ("edge", "brain"):
            wrong.append(f"{path.relative_to(HEARTH)} imports {tops & RUNTIMES}")
    assert wrong == []
