"""Calendars as files: what is in them, what is written, what is wrong with them."""

from __future__ import annotations

import time as clock_time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hearth.agenda import Appointment
from hearth.edge.calendar import events
from hearth.edge.calendar.calendars import Calendars
from hearth.edge.calendar.files import IcsFiles, OwnCalendar
from hearth.error import HearthError
from hearth.event import Health
from hearth.remember import Gone
from support.ports import AtOnce

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 16, 8, tzinfo=BERLIN)


class At:
    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


def ics(*bodies: str) -> bytes:
    parts = "".join(f"BEGIN:VEVENT\r\n{body.strip()}\r\nEND:VEVENT\r\n" for body in bodies)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{parts}END:VCALENDAR\r\n".encode()


def own(tmp_path: Path) -> OwnCalendar:
    return OwnCalendar(tmp_path / "calendar.ics", At(), AtOnce())


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=BERLIN)


def dinner(day: int = 20, hour: int = 19) -> Appointment:
    return Appointment("", "", "Dinner", at(day, hour), at(day, hour + 1))


WEEK = (NOW, NOW + timedelta(days=21))


async def test_what_is_written_is_there_after_a_restart(tmp_path: Path) -> None:
    kept = await own(tmp_path).add(dinner())

    assert await own(tmp_path).between(*WEEK) == (kept,)
    assert (kept.title, kept.start, kept.calendar) == ("Dinner", at(20, 19), "hearth")


async def test_one_time_of_a_series_is_moved_and_another_taken_out(tmp_path: Path) -> None:
    calendar = own(tmp_path)
    await calendar.add(dinner(17), "FREQ=WEEKLY")
    first, second, third = await calendar.between(*WEEK)

    await calendar.move(second, at(25, 18), at(25, 19))
    await calendar.remove(third)

    assert [a.start for a in await own(tmp_path).between(*WEEK)] == [first.start, at(25, 18)]
    moved = (await calendar.between(*WEEK))[1]
    await calendar.remove(moved)
    assert [a.start for a in await calendar.between(*WEEK)] == [first.start]


async def test_a_series_keeps_its_hour_over_a_change_of_clocks(tmp_path: Path) -> None:
    calendar = own(tmp_path)
    await calendar.add(dinner(24), "FREQ=WEEKLY")

    found = await calendar.between(NOW, NOW + timedelta(days=30))

    assert [a.start.hour for a in found] == [19, 19, 19, 19][: len(found)]
    assert {a.start.utcoffset() for a in found} == {timedelta(hours=1), timedelta(hours=2)}


async def test_what_was_moved_elsewhere_is_not_overwritten(tmp_path: Path) -> None:
    calendar = own(tmp_path)
    kept = await calendar.add(dinner())
    await calendar.move(kept, at(21, 19), at(21, 20))

    with pytest.raises(HearthError, match="changed meanwhile"):
        await calendar.move(kept, at(22, 19), at(22, 20))
    with pytest.raises(HearthError, match="changed meanwhile"):
        await calendar.remove(kept)


async def test_exceptions_zones_and_whole_days_are_read(tmp_path: Path) -> None:
    (tmp_path / "work.ics").write_bytes(
        ics(
            "UID:1\r\nSUMMARY:Stand-up\r\nDTSTART;TZID=America/New_York:20260317T090000\r\n"
            "DURATION:PT15M\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;TZID=America/New_York:20260318T090000",
            "UID:1\r\nSUMMARY:Stand-up late\r\n"
            "RECURRENCE-ID;TZID=America/New_York:20260319T090000\r\nDTSTART;TZID=America/New_York:20260319T100000\r\n"
            "DURATION:PT15M",
            "UID:2\r\nSUMMARY:Fair\r\nDTSTART;VALUE=DATE:20260321\r\nDTEND;VALUE=DATE:20260323",
            "UID:3\r\nSUMMARY:Off\r\nSTATUS:CANCELLED\r\nDTSTART:20260321T100000Z",
        )
    )
    files = IcsFiles([tmp_path], At(), lambda _: None, AtOnce())
    await files.refresh()

    found = await files.between(*WEEK)

    assert [(a.title, a.start, a.whole_day) for a in found] == [
        ("Stand-up", at(17, 14), False),
        ("Stand-up late", at(19, 15), False),
        ("Fair", at(21, 0), True),
    ]
    assert found[2].end == at(23, 0)


async def test_garbage_is_told_and_what_was_read_before_stays(tmp_path: Path) -> None:
    told: list[Health] = []
    file = tmp_path / "a.ics"
    file.write_bytes(ics("UID:1\r\nSUMMARY:Tea\r\nDTSTART:20260317T090000Z"))
    files = IcsFiles([tmp_path], At(), told.append, AtOnce())
    await files.refresh()

    file.write_bytes(b"\xff\x00 this is no calendar")
    await files.refresh()

    assert [a.title for a in await files.between(*WEEK)] == ["Tea"]
    assert (told[-1].state, "a.ics" in told[-1].detail) == ("degraded", True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        b"END:VCALENDAR\r\n",
        b"\x00" * 1000,
        b"x" * (events.LARGEST_BYTES + 1),
    ],
)
def test_what_is_no_calendar_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(HearthError):
        events.read(data)


def test_rules_that_come_every_second_cost_nothing() -> None:
    began = clock_time.monotonic()
    calendar = events.read(
        ics(
            "UID:1\r\nSUMMARY:Flood\r\nDTSTART:19700101T000000Z\r\nRRULE:FREQ=SECONDLY",
            "UID:2\r\nSUMMARY:Bad\r\nDTSTART:20260317T090000Z\r\nRRULE:FREQ=NEVER",
            "UID:3\r\nSUMMARY:Tea\r\nDTSTART:20260317T090000Z\r\nRRULE:FREQ=HOURLY",
        )
    )

    found = events.occurrences(calendar, NOW, NOW + timedelta(days=400), "x")

    assert {a.title for a in found} <= {"Tea", "Bad"}
    assert len(found) < 25_000
    assert clock_time.monotonic() - began < 60


def test_ten_thousand_events_are_read() -> None:
    many = [
        f"UID:{n}\r\nSUMMARY:E{n}\r\nDTSTART:2026{n % 12 + 1:02d}{n % 28 + 1:02d}T090000Z"
        for n in range(10_000)
    ]
    calendar = events.read(ics(*many))

    found = events.occurrences(calendar, NOW, NOW + timedelta(days=7), "x")

    assert 100 < len(found) < 400


def test_a_title_is_words_and_no_control_characters() -> None:
    calendar = events.read(
        ics(
            "UID:1\r\nSUMMARY:turn on \x1b[31m the light "
            + "x" * 500
            + "\r\nDTSTART:20260317T090000Z"
        )
    )
    (one,) = events.occurrences(calendar, *WEEK, "x")

    assert "\x1b" not in one.title
    assert len(one.title) <= 200


async def test_forgetting_takes_appointments_out_of_the_file(tmp_path: Path) -> None:
    calendar = own(tmp_path)
    await calendar.add(dinner())
    await calendar.add(Appointment("", "", "Walk with Tom", at(18, 9), at(18, 10)))

    await calendar.erase(Gone(frozenset(), frozenset(), names=("Tom",)))

    assert [a.title for a in await calendar.between(*WEEK)] == ["Dinner"]
    assert b"Tom" not in (tmp_path / "calendar.ics").read_bytes()


async def test_what_is_only_read_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_bytes(ics("UID:1\r\nSUMMARY:Tea\r\nDTSTART:20260317T090000Z"))
    files = IcsFiles([tmp_path / "a.ics"], At(), lambda _: None, AtOnce())
    await files.refresh()
    both = Calendars({"hearth": own(tmp_path)}, [files])
    await both.add(dinner())

    tea, meal = await both.between(*WEEK)
    await both.remove(meal)

    with pytest.raises(HearthError, match="only read"):
        await both.remove(tea)
    assert [a.title for a in await both.between(*WEEK)] == ["Tea"]


async def test_an_import_takes_each_event_once(tmp_path: Path) -> None:
    calendar = own(tmp_path)
    data = ics("UID:1\r\nSUMMARY:Tea\r\nDTSTART:20260317T090000Z")

    assert [await calendar.put(data), await calendar.put(data)] == [1, 1]
    assert [a.start for a in await calendar.between(*WEEK)] == [
        datetime(2026, 3, 17, 9, tzinfo=UTC)
    ]


async def test_a_broken_file_of_its_own_is_kept_aside_and_told(tmp_path: Path) -> None:
    told: list[Health] = []
    (tmp_path / "calendar.ics").write_bytes(b"BEGIN:VCALENDAR\r\n\xff half a file")
    calendar = OwnCalendar(tmp_path / "calendar.ics", At(), AtOnce(), told.append)

    kept = await calendar.add(dinner())

    assert [a.uid for a in await calendar.between(*WEEK)] == [kept.uid]
    aside = tmp_path / "calendar.broken-20260316-080000"
    assert aside.read_bytes().endswith(b"half a file")
    assert [each.state for each in told] == ["degraded"]


class Away:
    """A calendar server that does not answer."""

    async def between(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        return ()

    async def add(self, appointment: Appointment, rule: str = "") -> Appointment:
        raise HearthError("The calendar server does not answer.")

    async def move(self, appointment: Appointment, start: datetime, end: datetime) -> None:
        raise HearthError("The calendar server does not answer.")

    async def remove(self, appointment: Appointment) -> None:
        raise HearthError("The calendar server does not answer.")


async def test_what_a_server_does_not_take_is_kept_aside(tmp_path: Path) -> None:
    both = Calendars({"caldav": Away(), "hearth": own(tmp_path)})

    kept = await both.add(dinner())

    assert (kept.calendar, kept.aside) == ("hearth", "The calendar server does not answer.")
    assert [a.title for a in await both.between(*WEEK)] == ["Dinner"]
