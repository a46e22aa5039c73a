"""The machine's own microphone and speaker, through PortAudio; their absence is a state to report.

Streams are read and written by blocking calls in a thread: PortAudio's callback streams need
memory that is writable and executable, which the service forbids itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from hearth.backoff import Backoff
from hearth.error import EngineError, MissingError
from hearth.event import Health
from hearth.port import RATE_HZ, Pcm
from hearth.sections.engines import AudioConfig

log = logging.getLogger(__name__)

_BLOCK = RATE_HZ // 50  # 20 ms
_FIRST_WAIT_S, _LONGEST_WAIT_S = 2.0, 60.0
_REMEDY = "Plug one in, or set {} = 'off' in [audio]."

_LATENCY_S = 0.1
"""What a device may hold of the sound. PortAudio's "low" runs dry every few blocks over PulseAudio
("underrun occurred"); a stop drops what is held, so it still takes less than 200 ms."""

Tell = Callable[[Health], None]


def portaudio() -> Any:
    """Import ``sounddevice``. Raises EngineError where PortAudio is missing or misconfigured."""
    try:
        import sounddevice  # noqa: PLC0415  # it raises where PortAudio is missing
    except (ImportError, OSError) as error:
        raise EngineError(
            f"PortAudio cannot be loaded ({error}).", "Run ./deploy/run, which installs it."
        ) from error
    return sounddevice


class PortAudio:
    """Opens streams, and looks for devices anew whenever none is open.

    PortAudio lists the devices only when it is initialised, so one that was plugged in later stays
    unseen; initialising it again would tear open streams down.
    """

    def __init__(self, load: Callable[[], Any] = portaudio) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._open = 0

    @contextlib.contextmanager
    def stream(self, kind: str, device: str | None, rate_hz: int) -> Iterator[Any]:
        """Open ``RawInputStream`` or ``RawOutputStream``: 16-bit mono, 20 ms at a time. Blocks."""
        module = self._load()
        with self._lock:
            if not self._open:
                module._terminate()
                module._initialize()
            self._open += 1
        try:
            with getattr(module, kind)(
                samplerate=rate_hz,
                channels=1,
                dtype="int16",
                blocksize=rate_hz // 50,  # 0, PortAudio's choice, stutters over PulseAudio
                device=device,
                latency=_LATENCY_S,
            ) as stream:
                yield stream
        finally:
            with self._lock:
                self._open -= 1


class Changes:
    """Tells a part's health once for each change, so that a missing device is no flood."""

    def __init__(self, part: str, tell: Tell) -> None:
        self._part = part
        self._tell = tell
        self._last: Health | None = None

    def __call__(self, state: str, detail: str = "", remedy: str = "") -> None:
        """Tell it if it is new."""
        health = Health(self._part, state, detail, remedy)  # type: ignore[arg-type]  # of Health's states
        if health != self._last:
            self._last = health
            self._tell(health)


class Microphone:
    """Reads one input device and hands over 16 kHz mono PCM, 20 ms at a time.

    Args:
        device: ``auto`` for the system's default, or a part of a device's name.
        tell: Receives Health of the part ``microphone``.
        audio: Opens the stream; shared by all that use PortAudio.
    """

    def __init__(self, device: str, tell: Tell, audio: PortAudio) -> None:
        self._device = None if device == "auto" else device
        self._change = Changes("microphone", tell)
        self._audio = audio

    async def run(self, feed: Callable[[bytes], None]) -> None:
        """Read until cancelled; a device that is missing or unplugged is looked for again."""
        waits = Backoff(_FIRST_WAIT_S, _LONGEST_WAIT_S, _LONGEST_WAIT_S)
        while True:
            waits.begin()
            try:
                await self._read(feed)
            except EngineError as error:
                self._change("absent", error.what, error.remedy or _REMEDY.format("microphone"))
            await asyncio.sleep(waits.next_s())

    async def _read(self, feed: Callable[[bytes], None]) -> None:
        loop = asyncio.get_running_loop()
        stop = threading.Event()
        ended: asyncio.Future[None] = loop.create_future()

        def ready() -> None:
            self._change("ready")

        def end(error: Exception | None) -> None:
            if not ended.done():
                if error:
                    ended.set_exception(error)
                else:
                    ended.set_result(None)

        def post(call: Callable[..., None], *args: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(call, *args)

        def work() -> None:
            try:
                with self._audio.stream("RawInputStream", self._device, RATE_HZ) as stream:
                    post(ready)
                    while not stop.is_set():
                        data, _ = stream.read(_BLOCK)
                        post(feed, bytes(data))
            except EngineError as error:
                post(end, error)
            except Exception as error:  # noqa: BLE001  # PortAudio's errors are only known once it is loaded
                post(end, EngineError(f"The microphone cannot be read ({error})."))
            else:
                post(end, None)

        thread = threading.Thread(target=work, name="microphone", daemon=True)
        thread.start()
        try:
            await asyncio.shield(ended)
        finally:
            stop.set()
            await asyncio.wait({ended}, timeout=1.0)
            if ended.done() and not ended.cancelled():
                ended.exception()  # told above, or nobody waits any more


class Speaker:
    """Fills the port Loudspeaker with one output device.

    Args:
        device: ``auto`` for the system's default, or a part of a device's name.
        tell: Receives Health of the part ``speaker``.
        audio: Opens the stream; shared by all that use PortAudio.
    """

    def __init__(
        self,
        device: str,
        tell: Tell,
        audio: PortAudio,
    ) -> None:
        self._device = None if device == "auto" else device
        self._change = Changes("speaker", tell)
        self._audio = audio
        self._one = asyncio.Lock()

    async def play(
        self, site: str, sound: AsyncIterator[Pcm], started: Callable[[], None]
    ) -> float:
        """Play to the end and return the milliseconds that were heard; see the port."""
        async with self._one:
            return await self._play(sound, started)

    async def _play(self, sound: AsyncIterator[Pcm], started: Callable[[], None]) -> float:
        first = await anext(sound, None)
        if first is None:
            return 0.0
        playback = _Playback(self._audio, self._device, first.rate_hz, started)
        playback.put(first.data)
        try:
            async for pcm in sound:
                if pcm.rate_hz != first.rate_hz:
                    raise EngineError("The voice changed its rate in the middle of a sentence.")
                playback.put(pcm.data)
            ms = await playback.finish()
        except EngineError as error:
            if not playback.failed:
                raise
            remedy = error.remedy or _REMEDY.format("speaker")
            self._change("absent", error.what, remedy)
            raise MissingError(error.what, remedy) from error
        finally:
            await playback.stop()
        self._change("ready")
        return ms


class _Playback:
    """One sound on its way to the device: a thread writes 20 ms at a time and can be stopped."""

    def __init__(
        self,
        audio: PortAudio,
        device: str | None,
        rate_hz: int,
        started: Callable[[], None],
    ) -> None:
        self.failed = False
        self._audio, self._device, self._rate_hz = audio, device, rate_hz
        self._started = started
        self._loop = asyncio.get_running_loop()
        self._pieces: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._ended: asyncio.Future[float] = self._loop.create_future()
        threading.Thread(target=self._work, name="speaker", daemon=True).start()

    def put(self, data: bytes) -> None:
        self._pieces.put(data)

    async def finish(self) -> float:
        """No more sound: wait for the end and return the milliseconds that were played."""
        self._pieces.put(None)
        return await asyncio.shield(self._ended)

    async def stop(self) -> None:
        """Stop now, if it still plays."""
        self._stopped.set()
        self._pieces.put(None)
        with contextlib.suppress(EngineError, TimeoutError):
            async with asyncio.timeout(0.2):
                await asyncio.shield(self._ended)

    def _work(self) -> None:
        frames = 0
        block = self._rate_hz // 50 * 2
        try:
            with self._audio.stream("RawOutputStream", self._device, self._rate_hz) as stream:
                while not self._stopped.is_set() and (piece := self._pieces.get()) is not None:
                    for at in range(0, len(piece), block):
                        if self._stopped.is_set():
                            break
                        if not frames:
                            self._post(self._started)
                        stream.write(piece[at : at + block])
                        frames += len(piece[at : at + block]) // 2
                if self._stopped.is_set():
                    stream.abort()  # drops what the device still holds; leaving plays it out
        except EngineError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001  # PortAudio's errors are only known once it is loaded
            self._fail(EngineError(f"The speaker cannot be used ({error})."))
        else:
            self._post(self._end, frames * 1000 / self._rate_hz)

    def _fail(self, error: EngineError) -> None:
        self.failed = True
        self._post(self._end, error)

    def _end(self, result: float | EngineError) -> None:
        if self._ended.done():
            return
        if isinstance(result, EngineError):
            self._ended.set_exception(result)
            self._ended.exception()  # it may be that nobody waits any more
        else:
            self._ended.set_result(result)

    def _post(self, call: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(call, *args)


def inspect(config: AudioConfig, load: Callable[[], Any] = portaudio) -> list[Health]:
    """Look for a microphone and a speaker without opening them; their absence is no fault."""
    found = []
    for part, device, key in (
        ("microphone", config.microphone, "max_input_channels"),
        ("speaker", config.speaker, "max_output_channels"),
    ):
        if device == "off":
            found.append(Health(part, "absent", "switched off", f"Set [audio] {part} = 'auto'."))
            continue
        try:
            names = [str(d["name"]) for d in load().query_devices() if d[key] > 0]
        except EngineError as error:
            found.append(Health(part, "absent", error.what, error.remedy))
            continue
        fitting = [name for name in names if device in ("auto", name) or device in name]
        if fitting:
            found.append(Health(part, "ready", f"{fitting[0]}; there are: {', '.join(names)}"))
        else:
            there = ", ".join(names) or "none"
            named = "" if device == "auto" else f" {device!r}"
            what = f"no {part}{named} found; there are: {there}"
            found.append(Health(part, "absent", what, _REMEDY.format(part)))
    return found
