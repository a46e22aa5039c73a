"""The calendar on a real CalDAV server: Radicale, started here on loopback."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from caldav.davclient import DAVClient

from hearth.agenda import Appointment
from hearth.edge.calendar.server import CaldavCalendar
from hearth.error import HearthError
from hearth.event import Health
from hearth.sections.companion import CalendarConfig

pytestmark = [
    pytest.mark.live,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the library, not of ours
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the library closes its socket late
]

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 16, 8, tzinfo=BERLIN)
SECRET = "".join(("se", "cret"))
WEEKS = (NOW, NOW + timedelta(days=21))


class At:
    def now(self) -> datetime:
        return NOW


class Server:
    """A Radicale of our own."""

    def __init__(self, folder: Path) -> None:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (folder / "users").write_text("bob:secret\n")
        (folder / "radicale.conf").write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\n"
            f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\n"
            "htpasswd_encryption = plain\ndelay = 0\n"
            f"[storage]\nfilesystem_folder = {folder}/store\n[web]\ntype = none\n"
        )
        self._folder = folder
        self.url = f"http://127.0.0.1:{self.port}/"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "radicale", "--config", str(self._folder / "radicale.conf")],
                stdout=log,
                stderr=log,
            )
        for _ in range(300):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            try:
                self._process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError((self._folder / "log").read_text())

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)

    def client(self) -> Any:
        client: Any = DAVClient(url=self.url, username="bob", password=SECRET, enable_rfc6764=False)
        return client


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("radicale"))
    yield made
    made.stop()


@pytest.fixture
def remote(server: Server, request: pytest.FixtureRequest) -> Any:
    """An empty calendar of the server, named for the test."""
    return server.client().principal().make_calendar(name=request.node.name)


async def reached(told: list[Health], state: str) -> None:
    while not told or told[-1].state != state:  # noqa: ASYNC110 - a list has nothing to wait for
        await asyncio.sleep(0.1)


def ours(server: Server, tmp_path: Path, name: str, password: str = SECRET) -> CaldavCalendar:
    config = CalendarConfig(caldav_url=server.url, caldav_calendar=name, username="bob")
    told: list[Health] = []
    return CaldavCalendar(
        config, lambda: password, cache=tmp_path / "caldav.json", clock=At(), tell=told.append
    )


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=BERLIN)


def dentist() -> Appointment:
    return Appointment("", "", "Dentist", at(20, 15), at(20, 16), place="Main Street 3")


async def test_what_is_added_moved_and_removed_here_is_so_there(
    server: Server, remote: Any, tmp_path: Path
) -> None:
    mine = ours(server, tmp_path, "test_what_is_added_moved_and_removed_here_is_so_there")
    await mine.sync()

    kept = await mine.add(dentist())
    await mine.move(kept, at(19, 15), at(19, 16))

    other = ours(server, tmp_path / "other", remote.get_display_name())
    (tmp_path / "other").mkdir()
    await other.sync()
    (found,) = await other.between(*WEEKS)
    assert (found.title, found.start, found.place) == ("Dentist", at(19, 15), "Main Street 3")
    await mine.remove((await mine.between(*WEEKS))[0])
    await other.sync()
    assert await other.between(*WEEKS) == ()


async def test_series_with_exceptions_zones_and_whole_days(
    server: Server, remote: Any, tmp_path: Path
) -> None:
    new_york = ZoneInfo("America/New_York")
    remote.save_event(
        dtstart=datetime(2026, 3, 17, 9, tzinfo=new_york),
        dtend=datetime(2026, 3, 17, 10, tzinfo=new_york),
        summary="Call",
        rrule={"FREQ": "WEEKLY", "COUNT": 3},
    )
    remote.save_event(dtstart=date(2026, 3, 21), dtend=date(2026, 3, 22), summary="Fair")
    mine = ours(server, tmp_path, remote.get_display_name())
    await mine.sync()
    first, fair, second, third = await mine.between(*WEEKS)
    assert [first.start, fair.start, second.start, third.start] == [
        at(17, 14),
        at(21, 0),
        at(24, 14),
        at(31, 15),  # summer time came to Berlin in between
    ]
    assert fair.whole_day

    await mine.move(second, at(25, 14), at(25, 15))
    await mine.remove(third)

    await mine.sync()
    assert [a.start for a in await mine.between(*WEEKS)] == [at(17, 14), at(21, 0), at(25, 14)]


async def test_what_was_changed_on_the_server_is_not_overwritten(
    server: Server, remote: Any, tmp_path: Path
) -> None:
    mine = ours(server, tmp_path, remote.get_display_name())
    await mine.sync()
    kept = await mine.add(dentist())
    (theirs,) = remote.events()
    theirs.data = theirs.data.replace("Dentist", "Dentist, bring the X-rays")
    theirs.save()

    with pytest.raises(HearthError, match="changed on the server"):
        await mine.move(kept, at(19, 15), at(19, 16))

    (now,) = await mine.between(*WEEKS)
    assert (now.title, now.start) == ("Dentist, bring the X-rays", at(20, 15))
    await mine.move(now, at(19, 15), at(19, 16))
    assert [a.start for a in await mine.between(*WEEKS)] == [at(19, 15)]


async def test_what_changes_on_the_server_comes_with_the_next_look(
    server: Server, remote: Any, tmp_path: Path
) -> None:
    mine = ours(server, tmp_path, remote.get_display_name())
    await mine.sync()
    event = remote.save_event(
        dtstart=datetime(2026, 3, 18, 9, tzinfo=UTC),
        dtend=datetime(2026, 3, 18, 10, tzinfo=UTC),
        summary="Tea",
    )
    await mine.sync()
    assert [a.title for a in await mine.between(*WEEKS)] == ["Tea"]

    event.delete()
    await mine.sync()
    assert await mine.between(*WEEKS) == ()


async def test_while_the_server_is_away_the_last_copy_is_known(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    server = Server(folder)
    try:
        server.client().principal().make_calendar(name="Home")
        mine = ours(server, tmp_path, "Home")
        await mine.sync()
        kept = await mine.add(dentist())
    finally:
        server.stop()

    again = ours(server, tmp_path, "Home")

    assert [a.title for a in await again.between(*WEEKS)] == ["Dentist"]
    with pytest.raises(HearthError, match="does not answer"):
        await again.sync()
    with pytest.raises(HearthError, match="does not answer"):
        await again.remove(kept)
    assert [a.title for a in await again.between(*WEEKS)] == ["Dentist"]


async def test_it_says_what_is_wrong_and_comes_back_by_itself(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    server = Server(folder)
    server.client().principal().make_calendar(name="Home")
    with pytest.raises(HearthError, match="refused the password"):
        await ours(server, tmp_path, "Home", password=SECRET[1:]).sync()
    with pytest.raises(HearthError, match="no calendar 'Attic'"):
        await ours(server, tmp_path, "Attic").sync()
    told: list[Health] = []
    config = CalendarConfig(caldav_url=server.url, username="bob")
    mine = CaldavCalendar(
        config, lambda: "secret", cache=tmp_path / "c.json", clock=At(), tell=told.append
    )
    server.stop()
    running = asyncio.create_task(mine.run())
    try:
        async with asyncio.timeout(60):
            await reached(told, "down")
            server.start()
            await reached(told, "ready")
    finally:
        running.cancel()
        server.stop()
    assert told[0].remedy
