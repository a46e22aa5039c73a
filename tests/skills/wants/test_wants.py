"""What each want says, and when it has nothing to say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from hearth.agenda import Appointment
from hearth.event import Mood
from hearth.house import Area, Entity, House
from hearth.mind.initiative.hours import Hours
from hearth.persona import Persona, Profile
from hearth.remember import Fact, Utterance
from hearth.sentences import load
from hearth.skills.wants.dates import Dates
from hearth.skills.wants.day import Days
from hearth.skills.wants.evening import Evening
from hearth.skills.wants.follow_up import FollowUp
from hearth.skills.wants.hush import next_clock, until
from hearth.skills.wants.joy import Joy, _glad, _tellable
from hearth.skills.wants.late import UpLate
from hearth.skills.wants.midday import Midday
from hearth.skills.wants.morning import Morning
from hearth.skills.wants.people import People
from hearth.skills.wants.weather import Weather, weather
from hearth.skills.wants.wording import Wording
from hearth.voice.phrasing import Phrasing
from hearth.want import Moment, Want

MORNING = datetime(2026, 3, 6, 7, 10, tzinfo=UTC)
SLEEP = Hours(time(23), time(7))


class Who:
    def __init__(self, **profile: Any) -> None:
        self._profile = Profile(**{"call_me": "Ada", **profile})

    def persona(self) -> Persona:
        return Persona("plain", 1, "Hearth")

    def profile(self) -> Profile:
        return self._profile


class Calendar:
    def __init__(self, *appointments: Appointment) -> None:
        self.appointments = appointments

    async def between(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        return tuple(a for a in self.appointments if a.start < end and a.end > start)


class Facts:
    def __init__(self, *facts: Fact) -> None:
        self.facts = facts

    async def about(self, words: str, most: int = 10) -> tuple[Fact, ...]:
        return ()

    async def open(self, start: datetime, end: datetime) -> tuple[Fact, ...]:
        return tuple(f for f in self.facts if f.due and start <= f.due < end)

    async def all(self) -> tuple[Fact, ...]:
        return self.facts


class Stirs:
    def __init__(self, *moved: datetime) -> None:
        self._moved = moved

    async def moved(
        self, entities: Collection[str], start: datetime, end: datetime
    ) -> tuple[datetime, ...]:
        return tuple(m for m in self._moved if start <= m < end) if entities else ()

    async def spoke(self, start: datetime, end: datetime) -> tuple[datetime, ...]:
        return ()


class Glad:
    def __init__(self, *quotes: Utterance) -> None:
        self._quotes = quotes

    async def quotes(self, start: datetime, end: datetime, most: int = 8) -> list[Utterance]:
        return [quote for quote in self._quotes if start <= quote.time < end]


def a_fact(relation: str, value: str, *, subject: str = "me", **given: Any) -> Fact:
    told = given.pop("told", MORNING - timedelta(days=2))
    return Fact(7, subject, relation, value, f"about {value}", "t", told=told, **given)


def words(language: str = "en", **profile: Any) -> Wording:
    return Wording(Phrasing(language), Who(**profile))


def moment(now: datetime, house: House | None = None, *, present: bool = True) -> Moment:
    return Moment(now, house or House(), "default", present=present)


def an_appointment(title: str, start: datetime, *, whole_day: bool = False) -> Appointment:
    return Appointment("u", "c", title, start, start + timedelta(hours=1), whole_day=whole_day)


MOTION = Entity("binary_sensor.hall", "Hall", state="off", attributes={"device_class": "motion"})
OUTSIDE = Entity(
    "sensor.garden",
    "Garden temperature",
    state="8.6",
    attributes={"device_class": "temperature", "unit_of_measurement": "°C"},
)


def morning(*stirs: datetime, agenda: Any = None, facts: Any = None, **profile: Any) -> Morning:
    return Morning(words(**profile), Days(agenda, facts), Stirs(*stirs), lambda: SLEEP)


NIGHT = (
    *(MORNING - timedelta(hours=8, minutes=10 + 20 * n) for n in range(6)),
    MORNING - timedelta(minutes=1),
)
SLEPT = {"notice": frozenset(["presence", "sleep"])}


async def test_the_morning_tells_the_night_the_day_the_weather_and_what_is_near() -> None:
    agenda = Calendar(
        an_appointment("Dentist", MORNING.replace(hour=9, minute=30)),
        an_appointment("Concert", MORNING + timedelta(days=2)),
    )
    told = await morning(*NIGHT, agenda=agenda, **SLEPT).brief(
        MORNING, House(entities=(MOTION, OUTSIDE))
    )
    for part in ("Ada", "11 p.m.", "7:15 a.m.", "Dentist at 9:30 a.m.", "9 degrees", "Concert"):
        assert part in told
    assert "?" not in told


async def test_without_leave_the_night_is_not_spoken_of() -> None:
    told = await morning(*NIGHT).brief(MORNING, House(entities=(MOTION,)))
    assert "11 p.m." not in told


async def test_who_likes_little_talk_hears_only_what_is_on() -> None:
    agenda = Calendar(an_appointment("Dentist", MORNING.replace(hour=9)))
    told = await morning(*NIGHT, agenda=agenda, talk="little", **SLEPT).brief(
        MORNING, House(entities=(MOTION,))
    )
    assert "Dentist" in told
    assert "11 p.m." not in told


async def test_the_morning_is_when_somebody_gets_up_and_not_later() -> None:
    source = morning()
    assert await source.wants(moment(MORNING, present=False)) == ()
    (want,) = await source.wants(moment(MORNING))
    assert (want.key, want.kind) == ("morning/2026-03-06", "morning")
    assert await source.wants(moment(MORNING.replace(hour=14))) == ()


async def test_nothing_is_invented_where_nothing_is_known() -> None:
    told = await morning().brief(MORNING, House())
    assert "Ada" in told or "orning" in told
    assert not any(char.isdigit() for char in told)
    asked = await morning().brief(MORNING, House(), greet=False)
    assert "nothing" in asked.casefold()


async def test_ones_own_birthday_is_wished() -> None:
    day = MORNING.replace(hour=0, minute=0)
    told = await morning(facts=Facts(a_fact("birthday", "today", due=day))).brief(MORNING, House())
    assert "birthday" in told


@pytest.mark.parametrize(
    ("hour", "days", "asks"),
    [(9, 0, False), (15, 0, False), (17, 0, True), (9, 1, True), (9, 2, False)],
)
async def test_how_it_went_is_asked_after_it_on_its_evening(
    hour: int, days: int, asks: bool
) -> None:
    fact = a_fact("open", "the interview", due=MORNING.replace(hour=10, minute=0))
    now = MORNING.replace(hour=hour) + timedelta(days=days)
    wants = await FollowUp(words(), Days(None, Facts(fact))).wants(moment(now))
    assert [want.key for want in wants] == (["follow_up/7"] if asks else [])
    if wants:
        assert "interview" in wants[0].text
        assert wants[0].text.count("?") == 1
        assert wants[0].question is not None
        assert wants[0].why == 'Because you told me on Wednesday: "about the interview".' or days


async def test_what_is_not_sure_is_not_asked_about() -> None:
    due = MORNING.replace(hour=10)
    fact = a_fact("open", "the interview", due=due, confidence=0.3)
    source = FollowUp(words(), Days(None, Facts(fact)))
    assert await source.wants(moment(MORNING.replace(hour=18))) == []


@pytest.mark.parametrize(
    ("subject", "value", "thing"),
    [
        ("me", "the interview", "the interview"),
        ("me", "my interview", "your interview"),
        ("me", "an exam", "your exam"),
        ("me", "interview with Siemens", "your interview with Siemens"),
        ("my sister", "an exam", "your sister's exam"),
        ("Mara", "exam", "Mara's exam"),
        ("Chris", "the operation", "Chris' operation"),
    ],
)
def test_a_thing_is_said_back_to_the_person(subject: str, value: str, thing: str) -> None:
    assert words().thing(a_fact("open", value, subject=subject)) == thing


async def test_a_birthday_of_somebody_suggests_a_call() -> None:
    fact = a_fact("birthday", "6 March", subject="my sister", due=MORNING.replace(hour=0))
    (want,) = await Dates(words(), Days(None, Facts(fact))).wants(moment(MORNING))
    assert want.key == "date/7/2026"
    assert "your sister" in want.text.casefold()
    assert "birthday" in want.text


NOON = MORNING.replace(hour=12, minute=30)


@pytest.mark.parametrize(
    ("entities", "agenda", "part"),
    [
        ((), None, ""),
        ((Entity("sensor.t", "Outside", state="18", attributes=OUTSIDE.attributes),), None, "18"),
        ((Entity("sensor.t", "Outside", state="3", attributes=OUTSIDE.attributes),), None, ""),
        ((), Calendar(an_appointment("Dentist", NOON.replace(hour=15))), "Dentist"),
        (
            (
                Entity(
                    "sensor.c",
                    "Air",
                    area="office",
                    state="1700",
                    attributes={"device_class": "carbon_dioxide"},
                ),
            ),
            None,
            "Office",
        ),
    ],
)
async def test_the_midday_word_takes_something_real_where_there_is(
    entities: tuple[Entity, ...], agenda: Any, part: str
) -> None:
    house = House(areas=(Area("office", "Office"),), entities=entities)
    source = Midday(words(), Days(agenda, None), time(12, 15))
    (want,) = await source.wants(moment(NOON, house))
    assert part in want.text
    assert await source.wants(moment(NOON.replace(hour=15), house)) == ()
    assert part or not any(char.isdigit() for char in want.text)


async def test_the_evening_asks_one_thing_or_tells_a_glad_one() -> None:
    now = MORNING.replace(hour=20)
    source = Evening(words(), Glad(), time(19, 30), lambda: SLEEP)  # type: ignore[arg-type]  # a double
    (want,) = await source.wants(moment(now))
    assert want.text.count("?") == 1
    assert want.question is not None
    quote = Utterance("t1", "s", now - timedelta(hours=6), "person", "The tulips came up today!")
    glad = Evening(words(), Glad(quote), time(19, 30), lambda: SLEEP)  # type: ignore[arg-type]  # a double
    (want,) = await glad.wants(moment(now))
    assert '"The tulips came up today"' in want.text
    assert want.question is None


async def test_joy_is_told_in_the_persons_words_days_later() -> None:
    days = [MORNING.replace(hour=15) + timedelta(days=n) for n in range(3)]
    quote = Utterance("t1", "s", MORNING - timedelta(days=5), "person", "I finally fixed the bike")
    old = Utterance("t2", "s", MORNING + timedelta(days=2), "person", "This is too new to tell")
    source = Joy(words(), Glad(quote, old))  # type: ignore[arg-type]  # a double
    told = [await source.wants(moment(day)) for day in days]
    offered: list[Want] = [want for wants in told for want in wants]
    assert [want.key for want in offered] == ["joy/t1"]
    assert '"I finally fixed the bike"' in offered[0].text


def test_only_what_is_clearly_glad_is_kept() -> None:
    def mood(valence: float, feeling: str, sure: float) -> Mood:
        return Mood("s", "t", valence, 0.3, ((feeling, sure),), sure)

    assert _glad(mood(0.7, "joy", 0.8))
    assert not _glad(mood(0.7, "joy", 0.3))
    assert not _glad(mood(-0.4, "sadness", 0.9))
    assert _tellable("I finally fixed the old bike")
    assert not _tellable("great")
    assert not _tellable("did I tell you about the bike?")


async def test_late_nights_are_noticed_after_three_and_with_leave() -> None:
    stirs: list[datetime] = []
    for ago in range(3):
        day = MORNING - timedelta(days=ago)
        stirs += [day - timedelta(hours=h) for h in (9, 8, 7.5, 7.1, 6.6, 6.1, 5.8)] + [day]
    noon, house = MORNING.replace(hour=11), House(entities=(MOTION,))
    late = UpLate(words(**SLEPT), Stirs(*stirs), lambda: SLEEP)
    (want,) = await late.wants(moment(noon, house))
    assert want.kind == "notice"
    assert "3" in want.text
    without_leave = UpLate(words(), Stirs(*stirs), lambda: SLEEP)
    assert await without_leave.wants(moment(noon, house)) == ()
    one = UpLate(words(**SLEPT), Stirs(*stirs[:8]), lambda: SLEEP)
    assert await one.wants(moment(noon, house)) == ()


async def test_a_call_is_suggested_seldom_and_never_to_who_has_died() -> None:
    long_ago = MORNING - timedelta(days=60)
    mara = a_fact("sister", "Mara", told=long_ago)
    days = [MORNING.replace(hour=16) + timedelta(days=n) for n in range(28)]

    async def offered(*facts: Fact) -> list[str]:
        source = People(words(), Facts(*facts))
        return [want.text for day in days for want in await source.wants(moment(day))]

    assert ["Mara" in text for text in await offered(mara)] == [True, True]
    assert await offered(mara, a_fact("status", "died", subject="Mara")) == []
    assert await offered(mara, a_fact("likes", "tea", subject="Mara", told=days[-1])) == []


def test_the_weather_is_only_what_a_sensor_outdoors_knows() -> None:
    inside = Entity("sensor.l", "Living room", state="21", attributes=OUTSIDE.attributes)
    pool = Entity("sensor.p", "Garden pool", state="4", attributes=OUTSIDE.attributes)
    broken = Entity("sensor.b", "Balcony", state="nan", attributes=OUTSIDE.attributes)
    rain = Entity("binary_sensor.r", "Rain", state="on")
    assert weather(House(entities=(inside, pool, broken))) == Weather()
    assert weather(House(entities=(inside, OUTSIDE, rain))) == Weather(8.6, True)


@pytest.mark.parametrize(
    ("slots", "hours"),
    [
        ({"quiet_minutes": 45}, 0.75),
        ({"quiet_hours": 2}, 2),
        ({"quiet_hour": 6}, 10 + 50 / 60),
        ({"quiet_hour": 11}, 3 + 50 / 60),
        ({"quiet_hour": 6, "quiet_half": "am"}, 22 + 50 / 60),
        ({"quiet_hour": 18, "quiet_minute": 30}, 11 + 20 / 60),
        ({"quiet_for": "h12"}, 4 + 50 / 60),
        ({"quiet_for": "today"}, 16 + 50 / 60),
        ({"quiet_for": "tomorrow"}, 20 + 50 / 60),
        ({"quiet_for": "week"}, 168),
        ({"quiet_for": "m30"}, 0.5),
    ],
)
def test_how_long_it_is_quiet(slots: dict[str, Any], hours: float) -> None:
    found = until(slots, MORNING)
    assert found is not None
    assert (found - MORNING).total_seconds() / 3600 == pytest.approx(hours, abs=0.01)


def test_for_good_has_no_end_and_a_clock_has_two_halves() -> None:
    assert until({"quiet_for": "always"}, MORNING) is None
    assert next_clock(MORNING, 12, 0, "am").hour == 0


def lists(table: Any, prefix: str = "") -> dict[str, list[str]]:
    """Return every list of wordings by its key."""
    found: dict[str, list[str]] = {}
    for key, value in table.items():
        if isinstance(value, list):
            found[prefix + key] = value
        elif isinstance(value, dict):
            found |= lists(value, f"{prefix}{key}.")
    return found


def test_each_language_has_as_many_wordings_and_none_hooks_or_asks_twice() -> None:
    english, german = (
        lists(load(language).table("phrases")["initiative"]) for language in ("en", "de")
    )
    assert {key: len(each) for key, each in english.items()} == {
        key: len(each) for key, each in german.items()
    }
    for each in (*english.values(), *german.values()):
        for text in each:
            assert text.count("?") <= 1
            assert not any(
                word in text.casefold()
                for word in ("before you go", "miss me", "lonely", "you should", "du solltest")
            )


def test_a_wording_is_another_one_each_day() -> None:
    told = [words().pick("evening.ask", MORNING + timedelta(days=n)) for n in range(6)]
    assert len(set(told)) == 6
