"""What systemd is told, on a virtual clock; the real one is met in tests/live/test_service.py."""

import asyncio
import logging
import os
import sys
from collections.abc import Iterator

import pytest

from hearth.edge.systemd import JournalHandler, Service, setup_logging
from hearth.sections.engines import LogConfig

UNDER_SYSTEMD = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "30000000"}


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    handlers, level, ours = root.handlers[:], root.level, logging.getLogger("hearth").level
    yield root
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("hearth").setLevel(ours)
    logging.captureWarnings(False)


def test_tells_readiness_status_and_stopping() -> None:
    told: list[str] = []
    service = Service(told.append, UNDER_SYSTEMD)
    service.status("Starting")
    service.status("Starting")
    service.ready("Ready: 12 things")
    service.status("Ready: 12 things")
    service.status("broker\nREADY=0")
    service.stopping()
    assert told == [
        "STATUS=Starting",
        "READY=1\nSTATUS=Ready: 12 things",
        r"STATUS=broker\nREADY=0",
        "STOPPING=1\nSTATUS=Stopping",
    ]


def test_is_silent_without_systemd() -> None:
    told: list[str] = []
    service = Service(told.append, {"WATCHDOG_USEC": "30000000"})
    service.ready()
    assert (told, service.watchdog_s) == ([], 0.0)


def test_a_watchdog_meant_for_another_process_is_not_ours() -> None:
    service = Service([].append, {**UNDER_SYSTEMD, "WATCHDOG_PID": str(os.getpid() + 1)})
    assert service.watchdog_s == 0


async def test_watchdog_ends_at_once_where_none_is_wanted() -> None:
    async def probe() -> None:
        raise AssertionError("no probe is needed")

    await asyncio.wait_for(Service([].append, {}).watchdog(probe), 1)


@pytest.mark.looptime
async def test_watchdog_pings_only_while_the_probe_answers() -> None:
    pings: list[float] = []
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def probe() -> None:
        now = loop.time() - began
        if 15 <= now < 25:
            raise ConnectionError("no answer")
        if 35 <= now < 45:
            await asyncio.sleep(3600)  # it hangs

    def notify(state: str) -> None:
        assert state == "WATCHDOG=1"
        pings.append(round(loop.time() - began))

    keeper = asyncio.create_task(Service(notify, UNDER_SYSTEMD).watchdog(probe))
    await asyncio.sleep(65)
    keeper.cancel()
    assert pings == [0, 10, 30, 50, 60]  # not 20, where it raised, nor 40, where it hung


def test_journal_gets_fields_to_search_by() -> None:
    sent: list[tuple[str, dict[str, object]]] = []
    logger = logging.Logger("hearth.edge.mqtt.client")
    logger.addHandler(JournalHandler(lambda message, **fields: sent.append((message, fields))))
    logger.warning("lost %s", "it", extra={"site": "kit\nchen", "turn": "t1"})
    (message, fields), line = sent[0], sent[0][1].pop("CODE_LINE")
    assert isinstance(line, int)
    assert (message, fields) == (
        "lost it",
        {
            "SYSLOG_IDENTIFIER": "hearthd",
            "PRIORITY": "4",
            "LOGGER": "hearth.edge.mqtt.client",
            "HEARTH_PART": "edge.mqtt.client",
            "HEARTH_SITE": r"kit\nchen",
            "HEARTH_TURN": "t1",
            "CODE_FILE": __file__,
            "CODE_FUNC": "test_journal_gets_fields_to_search_by",
        },
    )


def test_journal_names_the_error() -> None:
    sent: list[dict[str, object]] = []
    logger = logging.Logger("hearth.mind")
    logger.addHandler(JournalHandler(lambda _message, **fields: sent.append(fields)))
    try:
        raise KeyError("x")
    except KeyError:
        logger.exception("failed")
    assert (sent[0]["HEARTH_ERROR"], sent[0]["PRIORITY"]) == ("KeyError", "3")


@pytest.mark.parametrize("forged", ["\x1b[31mred", "a\nb"])
def test_the_terminals_log_is_escaped(
    forged: str, root_logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    setup_logging(LogConfig())
    logging.getLogger("hearth.edge").info("topic %s", forged)
    line = capsys.readouterr().err
    assert line.endswith(f"hearth.edge: topic {forged.encode('unicode_escape').decode()}\n")
    assert len(root_logger.handlers) == 1


def test_level_is_ours_and_not_other_libraries(
    root_logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    setup_logging(LogConfig(level="debug"))
    logging.getLogger("hearth.mind").debug("thinking")
    logging.getLogger("paho").info("chatter")
    written = capsys.readouterr().err
    assert ("thinking" in written, "chatter" in written) == (True, False)
    assert root_logger.level == logging.WARNING


def test_a_stream_that_is_not_the_journals_is_not_taken_for_it(
    root_logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "1:1")  # inherited, while stderr was redirected
    setup_logging(LogConfig())
    assert not isinstance(root_logger.handlers[0], JournalHandler)
    assert sys.stderr is not None
