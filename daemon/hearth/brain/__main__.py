"""``python -m hearth.brain --socket PATH --model FOLDER --encoder FOLDER``: the brain as a process.

It closes the network and limits its memory before it reads anything of the model. SIGTERM ends it
within two seconds with exit status 0, in the middle of a reply too.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from hearth.brain import sandbox
from hearth.brain.encoding import Encoding
from hearth.brain.server import Server
from hearth.brain.worker import Worker
from hearth.error import EngineError

if TYPE_CHECKING:
    from hearth.brain.load import Loaded

log = logging.getLogger("hearth.brain")

_STUCK_S = 60.0
"""A token that takes longer is a hang: the watchdog of systemd is no longer fed."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hearth.brain", description=__doc__)
    parser.add_argument("--socket", type=Path, required=True, help="the Unix socket to serve")
    parser.add_argument("--model", default="", help="a model folder, or a Hugging Face name")
    parser.add_argument("--encoder", default="", help="the folder of a sentence encoder")
    parser.add_argument(
        "--quantization", choices=("auto", "int4", "int8", "half", "none"), default="auto"
    )
    parser.add_argument("--threads", type=int, default=0, help="0: one less than there are cores")
    parser.add_argument("--context-tokens", type=int, default=1024)
    parser.add_argument("--memory-mb", type=int, default=0, help="0: no limit")
    parser.add_argument("--shelf", type=Path, help="a folder for lasting beginnings of prompts")
    parser.add_argument(
        "--socket-mode", type=lambda text: int(text, 8), default=0o600, help="octal"
    )
    return parser.parse_args()


def _loader(
    args: argparse.Namespace, importing: Lock
) -> Callable[[Callable[[float], None]], Loaded] | None:
    if not args.model:
        return None

    def load(part: Callable[[float], None]) -> Loaded:
        # Torch reads its environment when it is imported, and takes seconds.
        with importing:
            from hearth.brain.load import load as load_model  # noqa: PLC0415  # after the environment

        return load_model(
            args.model,
            threads=args.threads,
            quantization=args.quantization,
            context=args.context_tokens,
            memory_mb=args.memory_mb or 1_000_000,
            part=part,
            shelf=args.shelf,
        )

    return load


async def _serve(args: argparse.Namespace, network: str) -> None:
    loop, end = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    importing = Lock()
    worker = Worker(_loader(args, importing), lambda: _notify(f"STATUS={args.model}"))
    encoding = _encoding(args.encoder, importing)
    about = {"model": args.model, "network": network, "pid": os.getpid()}
    feeder = asyncio.create_task(_feed_watchdog(worker))
    worker.start()
    _notify("READY=1\nSTATUS=loading the model")
    try:
        await Server(args.socket, worker, about, args.socket_mode, encoding).serve(end)
    finally:
        _notify("STOPPING=1")
        feeder.cancel()


def _encoding(folder: str, importing: Lock) -> Encoding | None:
    """Return the encoder, which loads; None where none is wanted or installed."""
    if not folder:
        return None
    if not Path(folder, "config.json").is_file():
        log.warning("there is no sentence encoder in %s", folder)
        return None
    return Encoding(Path(folder), importing)


async def _feed_watchdog(worker: Worker) -> None:
    """Feed systemd's watchdog, if there is one, as long as tokens come."""
    if "WATCHDOG_USEC" not in os.environ:
        return
    pause_s = int(os.environ["WATCHDOG_USEC"]) / 1e6 / 3
    while True:
        if worker.state()["stuck_s"] < _STUCK_S:
            _notify("WATCHDOG=1")
        await asyncio.sleep(pause_s)


def _notify(message: str) -> None:
    """Tell systemd, where it started us."""
    if "NOTIFY_SOCKET" in os.environ:
        from systemd import daemon  # noqa: PLC0415  # not installed everywhere

        daemon.notify(message)


def main() -> int:
    """Serve until SIGTERM and return the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(levelname)s: %(message)s")
    args = _arguments()
    # Threads that spin while they wait make a token 50 times slower as soon as a core is busy.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_VERBOSITY="error", TQDM_DISABLE="1")
    try:
        network = sandbox.close_network()
    except OSError as error:
        log.warning("the network stays open: %s", error)
        network = "open"
    if args.memory_mb:
        sandbox.limit_memory(args.memory_mb)
    try:
        asyncio.run(_serve(args, network))
    except EngineError as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    logging.shutdown()
    sys.stdout.flush()
    # The model's thread may be inside native code that nobody can interrupt; nothing needs it.
    os._exit(status)
