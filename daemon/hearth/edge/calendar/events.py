"""The bytes of an ICS file in, appointments out, within limits; and changes to it. Blocking, pure.

``icalendar`` reads, ``recurring_ical_events`` expands rules, exceptions and moved occurrences. Both
are imported when first needed: they cost a start 0.2 s.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from hearth.agenda import Appointment
from hearth.error import HearthError

if TYPE_CHECKING:
    from icalendar import Calendar, Event

LARGEST_BYTES = 8_000_000
MOST_EVENTS = 20_000
_MOST_RECURRING = 2_000
_MOST_OCCURRENCES = 20_000
_LONGEST_TITLE = 200
_TOO_OFTEN = frozenset(("SECONDLY", "MINUTELY"))
"""Nobody keeps appointments by these; a year of one is half a million."""


def read(data: bytes) -> Calendar:
    """Return the calendar of an ICS file. Raises HearthError: too large, or none."""
    from icalendar import Calendar  # noqa: PLC0415 - see above

    if len(data) > LARGEST_BYTES:
        raise HearthError("A calendar is too large.", f"{LARGEST_BYTES // 1_000_000} MB are read.")
    try:
        found = Calendar.from_ical(data)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise HearthError("That is no calendar (ICS).", "Export it again.") from error
    if getattr(found, "name", "") != "VCALENDAR":
        raise HearthError("That is no calendar (ICS).", "Export it again.")
    _sift(found)
    return found


def _sift(calendar: Calendar) -> None:
    """Drop what would cost too much: rules that come every second, and more than anybody has."""
    kept: list[Any] = []
    events = recurring = 0
    for part in calendar.subcomponents:
        if part.name == "VEVENT":
            events += 1
            if events > MOST_EVENTS or "DTSTART" not in part:
                continue
            rule = part.get("RRULE")
            if rule is not None:
                recurring += 1
                if recurring > _MOST_RECURRING or _too_often(rule):
                    continue
        elif part.name != "VTIMEZONE":
            continue
        kept.append(part)
    calendar.subcomponents = kept


def _too_often(rule: Any) -> bool:
    """Return whether a rule comes too often, or cannot be read."""
    try:
        each = rule if isinstance(rule, list) else [rule]
        return any(str(f).upper() in _TOO_OFTEN for r in each for f in r.get("FREQ", ()))
    except (ValueError, AttributeError, TypeError):
        return True


def occurrences(
    calendar: Calendar, start: datetime, end: datetime, name: str
) -> tuple[Appointment, ...]:
    """Return what takes place between two moments (aware), the next first; some thousand at most.

    An event that cannot be read is left out. Whole days are those of the zone of ``start``.
    """
    import recurring_ical_events  # noqa: PLC0415 - see above

    zone = start.tzinfo or UTC
    found: list[Appointment] = []
    series = {
        str(part.get("UID", ""))
        for part in calendar.walk("VEVENT")
        if "RRULE" in part or "RDATE" in part or "RECURRENCE-ID" in part
    }
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    for first, last in _months(start, end):
        try:
            events = query.between(first, last)
        except (ValueError, TypeError, KeyError, OverflowError, AttributeError):
            continue
        for event in events:
            recurring = str(event.get("UID", "")) in series
            one = appointment(event, zone, name, recurring=recurring)
            if one and one.start < end and one.end >= start:
                found.append(one)
        if len(found) > _MOST_OCCURRENCES:
            break
    unique = {(each.uid, each.start, each.title): each for each in found}
    return tuple(sorted(unique.values(), key=lambda a: (a.start, a.title)))


def _months(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield a time in pieces of a month, so that a flood can be stopped."""
    while start < end:
        last = min(start + timedelta(days=31), end)
        yield start, last
        start = last


def appointment(
    event: Event, zone: tzinfo, name: str, *, recurring: bool = False
) -> Appointment | None:
    """Return one occurrence as a value; None where its times make no sense."""
    try:
        begin = event.decoded("DTSTART")
        if "DTEND" in event:
            finish = event.decoded("DTEND")
        elif "DURATION" in event:
            finish = begin + event.decoded("DURATION")
        else:
            finish = begin + timedelta(days=1) if not isinstance(begin, datetime) else begin
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    start, end = _aware(begin, zone), _aware(finish, zone)
    return Appointment(
        uid=str(event.get("UID", "")),
        calendar=name,
        title=_text(event.get("SUMMARY", "")),
        start=start,
        end=max(end, start),
        whole_day=not isinstance(begin, datetime),
        place=_text(event.get("LOCATION", "")),
        recurring=recurring,
    )


def _aware(moment: date, zone: tzinfo) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), zone)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(zone)


def _text(value: object) -> str:
    """Return words without what a voice or a terminal would take for a command."""
    clean = "".join(c if c.isprintable() else " " for c in str(value))
    return " ".join(clean.split())[:_LONGEST_TITLE]


# --- changes -----------------------------------------------------------------------------------


def empty() -> Calendar:
    """Return a calendar without events."""
    from icalendar import Calendar  # noqa: PLC0415 - see above

    calendar = Calendar()
    calendar.add("PRODID", "-//Hearth//EN")
    calendar.add("VERSION", "2.0")
    return calendar


def new_event(appointment: Appointment, rule: str) -> Event:
    """Return an appointment as an event with an id of its own."""
    from icalendar import Event, vRecur  # noqa: PLC0415 - see above

    event = Event()
    event.add("UID", appointment.uid or f"{uuid.uuid4()}@hearth")
    event.add("DTSTAMP", datetime.now(UTC))
    event.add("SUMMARY", appointment.title)
    event.add("DTSTART", _ics(appointment.start, whole_day=appointment.whole_day))
    event.add("DTEND", _ics(appointment.end, whole_day=appointment.whole_day))
    if appointment.place:
        event.add("LOCATION", appointment.place)
    if rule:
        event.add("RRULE", vRecur.from_ical(rule))
    return event


def moved(calendar: Calendar, one: Appointment, start: datetime, end: datetime) -> None:
    """Put one occurrence to another time, in place. Raises HearthError where it is not there."""
    event, override = _found(calendar, one)
    if event is None:
        raise _gone(one)
    if not one.recurring or override is not None:
        target = override if override is not None else event
        _put(target, "DTSTART", _ics(start, whole_day=one.whole_day))
        _put(target, "DTEND", _ics(end, whole_day=one.whole_day))
        target.pop("DURATION", None)
        return
    single = new_event(one, "")
    _put(single, "DTSTART", _ics(start, whole_day=one.whole_day))
    _put(single, "DTEND", _ics(end, whole_day=one.whole_day))
    single.add("RECURRENCE-ID", _ics(one.start, whole_day=one.whole_day))
    calendar.add_component(single)


def removed(calendar: Calendar, one: Appointment) -> bool:
    """Take one occurrence out, in place; return whether nothing of its series is left.

    Raises HearthError where it is not there.
    """
    event, override = _found(calendar, one)
    if event is None:
        raise _gone(one)
    if one.recurring and "RRULE" in event:
        at = one.start
        if override is not None:
            original = override.decoded("RECURRENCE-ID")
            calendar.subcomponents.remove(override)
            event.add("EXDATE", original)
        else:
            event.add("EXDATE", _ics(at, whole_day=one.whole_day))
        return False
    calendar.subcomponents = [p for p in calendar.subcomponents if p.get("UID") != event.get("UID")]
    return True


def _found(calendar: Calendar, one: Appointment) -> tuple[Any, Any]:
    """Return the event of an occurrence, and the exception that moved it, where one did."""
    zone = one.start.tzinfo or UTC
    event: Any = None
    override: Any = None
    for part in calendar.walk("VEVENT"):
        if str(part.get("UID", "")) != one.uid:
            continue
        if "RECURRENCE-ID" not in part:
            event = part
        elif _aware(part.decoded("DTSTART"), zone) == one.start:
            override = part
    begin = _aware(event.decoded("DTSTART"), zone) if event is not None else None
    if begin and not one.recurring and begin != one.start:
        raise HearthError("That was changed meanwhile.", "Look at the calendar again.")
    return event, override


def _put(event: Event, key: str, value: date) -> None:
    event.pop(key, None)
    event.add(key, value)


def _ics(moment: datetime, *, whole_day: bool) -> date:
    """Return a moment as an event tells it: a date, or a time in its zone (else UTC)."""
    if whole_day:
        return moment.date()
    key = getattr(moment.tzinfo, "key", "")
    return moment if key and "/" in str(key) else moment.astimezone(UTC)


def _gone(one: Appointment) -> HearthError:
    return HearthError(
        "That appointment is not in the calendar any more.", "It was removed or changed elsewhere."
    )
