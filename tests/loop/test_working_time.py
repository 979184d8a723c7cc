"""Working time against a slow oracle that walks every minute, and the odd hours one by one."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from loop import sla
from loop.open_hours import Hours, NoOpenHours, closed_because, holiday_name
from loop.working_time import add_working, is_open, next_opening, opening_of_the_day, working_minutes

OFFICE = dict.fromkeys(range(5), ((480, 1020),))
STOCKHOLM = Hours("Europe/Stockholm", "SE", OFFICE)
MINUTE = timedelta(minutes=1)

CALENDARS = 80  # tried against the oracle, with 30 starts and budgets each; `make prove` tries 100,000
BUDGETS_EACH = 30
DAYS_WALKED = 12

#: Around a change of the clocks: ordinary ones, half an hour, at midnight, back over midnight, a whole day left out.
CLOCK_CHANGES = [
    ("Europe/Stockholm", "SE", date(2026, 3, 29)),
    ("Europe/Stockholm", "SE", date(2026, 10, 25)),
    ("Europe/Helsinki", "FI", date(2027, 3, 28)),
    ("Europe/Helsinki", "FI", date(2026, 10, 25)),
    ("Europe/London", "GB", date(2026, 10, 25)),
    ("America/New_York", "US", date(2026, 11, 1)),
    ("America/New_York", "US", date(2026, 3, 8)),
    ("Australia/Lord_Howe", "AU", date(2026, 4, 5)),
    ("Australia/Lord_Howe", "AU", date(2026, 10, 4)),
    ("America/Sao_Paulo", "BR", date(2018, 11, 4)),
    ("America/Sao_Paulo", "BR", date(2018, 2, 18)),
    ("Africa/Cairo", "EG", date(2026, 4, 24)),
    ("Africa/Cairo", "EG", date(2026, 10, 30)),
    ("Atlantic/Azores", "PT", date(2026, 10, 25)),
    ("America/St_Johns", "CA", date(2009, 11, 1)),
    ("Pacific/Apia", "", date(2011, 12, 30)),
]
#: Ordinary weeks, and those with holidays in them.
OTHER_WEEKS = [
    ("Europe/Stockholm", "SE", date(2026, 6, 19)),
    ("Europe/Oslo", "NO", date(2026, 5, 17)),
    ("Europe/Copenhagen", "DK", date(2026, 4, 3)),
    ("Atlantic/Reykjavik", "IS", date(2026, 6, 17)),
    ("Europe/Helsinki", "FI", date(2026, 12, 25)),
    ("Europe/Stockholm", "SE", date(2026, 12, 31)),
    ("Asia/Kolkata", "IN", date(2026, 2, 10)),
    ("UTC", "", date(2026, 2, 27)),
]


@dataclass
class Walked:
    """Every minute of some days, open or not: the oracle. Shares no code with the module under test."""

    start: datetime
    flags: list[bool]

    @classmethod
    def through(cls, hours: Hours, first: date) -> "Walked":
        zone = ZoneInfo(hours.zone)
        start = datetime.combine(first, time(12), UTC)
        # Wall clocks only count when they show a time they have not shown before: what is open stays as it was while
        # an hour is repeated. The day before is walked too, so that the high-water mark stands.
        shown = datetime.min
        works = cls._works(hours, first)
        flags = []
        for offset in range(-24 * 60, DAYS_WALKED * 24 * 60):
            wall = (start + offset * MINUTE).astimezone(zone).replace(tzinfo=None)
            if wall > shown:
                shown = wall
                minutes = wall.hour * 60 + wall.minute
                day = wall.date()
                spans = hours.short[day] if day in hours.short else hours.week.get(day.weekday(), ())
                open_now = works[day] and any(opens <= minutes < closes for opens, closes in spans)
            if offset >= 0:
                flags.append(open_now)
        return cls(start, flags)

    @staticmethod
    def _works(hours: Hours, first: date) -> dict[date, bool]:
        days = [first + timedelta(days=offset) for offset in range(-3, DAYS_WALKED + 4)]
        off = set(hours.closed)
        if hours.country:
            categories = ("public", "de_facto") if hours.country == "SE" else ("public",)
            public = country_holidays(hours.country, years={day.year for day in days}, categories=categories)
            off |= set(public) - hours.open_holidays
        for first_day, last_day in hours.pauses:
            yearly = {f"{date(2028, 1, 1) + timedelta(days=n):%m-%d}" for n in range(366)}
            within = {one for one in yearly if first_day <= one <= last_day}
            if last_day < first_day:
                within = yearly - {one for one in yearly if last_day < one < first_day}
            off |= {day for day in days if f"{day:%m-%d}" in within}
        return {day: day in hours.short or day not in off for day in days}

    def worked(self, a: int, b: int) -> int:
        return sum(self.flags[a:b])

    def add(self, at: int, budget: int, held: frozenset[int] = frozenset()) -> int | None:
        """Minutes from the start at which the budget is used up; None when the walk ends before.

        The minutes that are `held` do not count, as if the office were shut.
        """
        while at < len(self.flags) and not self.flags[at]:
            at += 1
        while budget and at < len(self.flags):
            budget -= self.flags[at] and at not in held
            at += 1
        return at if not budget and at < len(self.flags) else None


def _pause(first: date, days: int) -> tuple[tuple[str, str], ...]:
    return ((f"{first:%m-%d}", f"{first + timedelta(days=days):%m-%d}"),)


def random_holds(luck: random.Random, minutes: int) -> list[tuple[int, int]]:
    """Up to three stretches, one after the other, in which the clock stands still: minutes of a walk."""
    edges = sorted(luck.sample(range(minutes), 2 * luck.choice([0, 1, 1, 2, 3])))
    return list(zip(edges[::2], edges[1::2], strict=True))


def due_after(start: datetime, budget: int, holds: list[tuple[datetime, datetime]], hours: Hours) -> datetime:
    """As the product works it out: each hold moves what was due when it began."""
    due = add_working(start, budget, hours)
    for held_from, held_until in holds:
        if held_until > start:
            due = sla.after_hold(due, max(start, held_from), held_until, hours)
    return due


def random_hours(luck: random.Random) -> tuple[Hours, date]:
    zone, country, special = luck.choice(CLOCK_CHANGES + OTHER_WEEKS)
    week = {}
    for day in range(7):
        if luck.random() < (0.85 if day < 5 else 0.4):
            edges = sorted(luck.sample(range(1441), luck.choice([2, 2, 2, 4, 6])))
            if luck.random() < 0.15:
                edges[0], edges[-1] = 0, 1440
            if luck.random() < 0.2 and len(edges) > 2:
                edges[2] = edges[1]  # two intervals that touch
            week[day] = tuple((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)
    near = [special + timedelta(days=offset) for offset in range(-6, 7)]
    hours = Hours(
        zone,
        country,
        week or {2: ((0, 1440),)},
        closed=frozenset(luck.sample(near, luck.choice([0, 0, 1, 3]))),
        open_holidays=frozenset(luck.sample(near, luck.choice([0, 0, 4]))),
        short={
            day: luck.choice([(), ((480, 720),), ((0, 1440),)]) for day in luck.sample(near, luck.choice([0, 0, 2]))
        },
        pauses=luck.choice([(), (), _pause(luck.choice(near), luck.choice([0, 1, 3]))]),
    )
    return hours, special - timedelta(days=luck.randrange(2, 8))


class TestAgainstEveryMinute:
    def test_random_calendars_starts_and_budgets_agree_with_the_walk(self):
        luck = random.Random(20261121)
        checked = 0
        for _ in range(CALENDARS):
            hours, first = random_hours(luck)
            walked = Walked.through(hours, first)
            for _ in range(BUDGETS_EACH):
                a = luck.randrange(len(walked.flags))
                b = luck.randrange(a, len(walked.flags))
                start, end = walked.start + a * MINUTE, walked.start + b * MINUTE
                assert working_minutes(start, end, hours) == walked.worked(a, b), (hours, start, end)
                assert is_open(start, hours) == walked.flags[a], (hours, start)
                budget = luck.choice([0, 1, walked.worked(a, b), luck.randrange(0, 3000)])
                expected = walked.add(a, budget)
                if expected is not None:
                    got = add_working(start, budget, hours)
                    assert got == walked.start + expected * MINUTE, (hours, start, budget)
                    checked += 1
                holds = random_holds(luck, len(walked.flags))
                held = walked.add(a, max(1, budget), frozenset(m for x, y in holds for m in range(x, y)))
                if held is not None:
                    times = [(walked.start + x * MINUTE, walked.start + y * MINUTE) for x, y in holds]
                    got = due_after(start, max(1, budget), times, hours)
                    assert got == walked.start + held * MINUTE, (hours, start, budget, holds)
        assert checked > CALENDARS * BUDGETS_EACH / 2


@st.composite
def calendars(draw):
    hours, first = random_hours(random.Random(draw(st.integers(0, 10**6))))
    minutes = draw(st.integers(0, 20 * 24 * 60))
    seconds = draw(st.sampled_from([0, 0, 1, 30, 59.999999]))
    start = datetime.combine(first, time(), UTC) + timedelta(minutes=minutes, seconds=seconds)
    return hours, start


class TestLaws:
    @settings(max_examples=300, deadline=None)
    @given(calendars(), st.integers(0, 20_000))
    def test_what_was_added_is_what_is_measured(self, calendar, budget):
        hours, start = calendar
        assert working_minutes(start, add_working(start, budget, hours), hours) == budget

    @settings(max_examples=200, deadline=None)
    @given(calendars(), st.integers(0, 5_000), st.integers(0, 5_000))
    def test_more_time_never_ends_earlier(self, calendar, budget, more):
        hours, start = calendar
        assert add_working(start, budget, hours) <= add_working(start, budget + more, hours)

    @settings(max_examples=200, deadline=None)
    @given(calendars(), st.integers(0, 5_000), st.integers(0, 5_000))
    def test_a_later_start_never_ends_earlier(self, calendar, budget, later):
        hours, start = calendar
        assert add_working(start, budget, hours) <= add_working(start + later * MINUTE, budget, hours)

    @settings(max_examples=200, deadline=None)
    @given(calendars(), st.integers(0, 9_000), st.integers(0, 9_000))
    def test_two_stretches_add_up(self, calendar, first, second):
        hours, start = calendar
        middle, end = start + first * MINUTE, start + (first + second) * MINUTE
        whole = working_minutes(start, end, hours)
        assert working_minutes(start, middle, hours) + working_minutes(middle, end, hours) == pytest.approx(whole)
        assert working_minutes(end, start, hours) == -whole


def at(text: str, zone: str = "Europe/Stockholm") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class TestOfficeHours:
    def test_a_start_at_night_counts_from_the_morning(self):
        assert add_working(at("2026-11-17T22:00"), 60, STOCKHOLM) == at("2026-11-18T09:00")

    def test_a_start_on_saturday_counts_from_monday(self):
        assert add_working(at("2026-11-21T11:00"), 60, STOCKHOLM) == at("2026-11-23T09:00")

    def test_the_last_minute_of_a_day_ends_at_closing_time_that_day(self):
        assert add_working(at("2026-11-20T08:00"), 540, STOCKHOLM) == at("2026-11-20T17:00")

    def test_one_minute_more_ends_the_next_working_day(self):
        assert add_working(at("2026-11-20T08:00"), 541, STOCKHOLM) == at("2026-11-23T08:01")

    def test_a_start_at_closing_time_is_already_the_next_day(self):
        assert add_working(at("2026-11-19T17:00"), 1, STOCKHOLM) == at("2026-11-20T08:01")
        assert next_opening(at("2026-11-19T17:00"), STOCKHOLM) == at("2026-11-20T08:00")

    def test_the_office_is_open_at_opening_time_and_no_longer_at_closing_time(self):
        assert is_open(at("2026-11-20T08:00"), STOCKHOLM)
        assert not is_open(at("2026-11-20T17:00"), STOCKHOLM)
        assert not is_open(at("2026-11-20T07:59"), STOCKHOLM)

    def test_nothing_to_add_while_open_is_now(self):
        assert add_working(at("2026-11-20T10:00"), 0, STOCKHOLM) == at("2026-11-20T10:00")

    def test_seconds_are_kept(self):
        start = at("2026-11-20T16:59") + timedelta(seconds=30)
        assert add_working(start, 1, STOCKHOLM) == at("2026-11-23T08:00") + timedelta(seconds=30)

    def test_a_lunch_break_does_not_count(self):
        hours = Hours("Europe/Stockholm", "", {0: ((480, 720), (780, 1020))})
        assert add_working(at("2026-11-23T11:30"), 60, hours) == at("2026-11-23T13:30")
        assert working_minutes(at("2026-11-23T08:00"), at("2026-11-23T17:00"), hours) == 480

    def test_midnight_is_not_a_closed_minute(self):
        always = Hours("Europe/Stockholm", "", dict.fromkeys(range(7), ((0, 1440),)))
        assert working_minutes(at("2026-11-20T12:00"), at("2026-11-23T12:00"), always) == 3 * 24 * 60
        assert is_open(at("2026-11-20T23:59"), always)

    def test_the_working_day_of_an_instant_is_the_one_it_ends(self):
        assert opening_of_the_day(at("2026-11-20T17:00"), STOCKHOLM) == at("2026-11-20T08:00")
        assert opening_of_the_day(at("2026-11-20T17:01"), STOCKHOLM) is None

    def test_ten_years_ahead_takes_no_walk(self):
        assert working_minutes(at("2016-01-04T08:00"), at("2026-01-05T08:00"), STOCKHOLM) == pytest.approx(
            10 * 250 * 540, rel=0.01
        )


class TestClockChanges:
    NIGHTS = Hours("Europe/Stockholm", "", dict.fromkeys(range(7), ((0, 360), (1320, 1440))))

    def test_the_night_of_the_spring_change_is_an_hour_short(self):
        assert working_minutes(at("2026-03-28T22:00"), at("2026-03-29T06:00"), self.NIGHTS) == 7 * 60

    def test_the_night_of_the_autumn_change_is_an_hour_long(self):
        assert working_minutes(at("2026-10-24T22:00"), at("2026-10-25T06:00"), self.NIGHTS) == 9 * 60

    def test_an_opening_inside_the_gap_waits_for_the_first_minute_that_exists(self):
        early = Hours("Europe/Helsinki", "", {6: ((210, 600),)})  # Sundays 03:30; the clocks go from 03:00 to 04:00
        assert next_opening(at("2027-03-28T00:00", "Europe/Helsinki"), early) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)

    def test_an_interval_the_gap_swallows_is_not_worked(self):
        gap = Hours("Europe/Stockholm", "", {6: ((120, 180),)})
        assert next_opening(at("2026-03-29T00:00"), gap) == at("2026-04-05T02:00")

    def test_an_opening_shown_twice_is_the_first_of_the_two(self):
        early = Hours("Europe/Stockholm", "", {6: ((150, 600),)})
        assert next_opening(at("2026-10-25T00:00"), early) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_nine_in_the_morning_stays_nine_in_the_morning_across_the_change(self):
        assert add_working(at("2026-03-27T09:00"), 540, STOCKHOLM) == at("2026-03-30T09:00")


class TestHolidays:
    @pytest.mark.parametrize("day", ["2026-06-19", "2026-12-24", "2026-12-31", "2026-01-06", "2026-06-06"])
    def test_swedes_do_not_work_on_holidays_nor_on_the_eves(self, day):
        assert holiday_name(date.fromisoformat(day), STOCKHOLM)
        assert not is_open(at(f"{day}T10:00"), STOCKHOLM)

    def test_swedish_sundays_are_no_holidays(self):
        assert holiday_name(date(2026, 11, 22), STOCKHOLM) == ""

    def test_names_are_in_the_readers_language(self):
        eve = date(2026, 6, 19)
        assert holiday_name(eve, STOCKHOLM) == "Midsummer Eve"
        assert holiday_name(eve, STOCKHOLM, "sv") == "Midsommarafton"
        assert holiday_name(date(2026, 5, 17), Hours("Europe/Oslo", "NO", OFFICE), "nb") == "Grunnlovsdag"
        assert holiday_name(date(2026, 12, 6), Hours("Europe/Helsinki", "FI", OFFICE), "sv").startswith("Självst")

    def test_a_language_the_country_has_no_names_in_falls_back_to_english(self):
        assert holiday_name(date(2026, 6, 19), STOCKHOLM, "da") == "Midsummer Eve"

    def test_a_country_can_be_narrowed_to_a_part(self):
        epiphany = date(2026, 1, 6)
        assert holiday_name(epiphany, Hours("Europe/Berlin", "DE-BY", OFFICE))
        assert holiday_name(epiphany, Hours("Europe/Berlin", "DE", OFFICE)) == ""

    def test_a_holiday_worked_anyway_is_open_and_keeps_its_name(self):
        hours = Hours("Europe/Stockholm", "SE", OFFICE, open_holidays=frozenset({date(2026, 12, 31)}))
        assert is_open(at("2026-12-31T10:00"), hours)
        assert holiday_name(date(2026, 12, 31), hours) == "New Year's Eve"

    def test_the_companys_own_day_is_closed_even_when_listed_as_worked(self):
        day = frozenset({date(2026, 12, 31)})
        hours = Hours("Europe/Stockholm", "SE", OFFICE, closed=day, open_holidays=day)
        assert not is_open(at("2026-12-31T10:00"), hours)

    def test_a_day_says_why_it_is_closed(self):
        hours = Hours("Europe/Stockholm", "SE", {1: ((480, 1020),), 4: ((480, 1020),)}, frozenset({date(2026, 6, 16)}))
        reasons = [closed_because(date(2026, 6, day), hours) for day in (12, 14, 15, 16, 19)]
        assert reasons == ["", "weekend", "closed", "closed", "holiday"]


class TestCalendarsThatCannotBe:
    def test_a_week_without_hours_is_refused_when_time_is_counted(self):
        never = Hours("Europe/Stockholm", "SE", {})
        with pytest.raises(NoOpenHours, match="no open hours"):
            add_working(at("2026-11-20T10:00"), 1, never)
        with pytest.raises(NoOpenHours):
            next_opening(at("2026-11-20T10:00"), never)
        assert working_minutes(at("2026-11-20T10:00"), at("2026-12-20T10:00"), never) == 0
        assert not is_open(at("2026-11-20T10:00"), never)

    def test_a_calendar_closed_for_years_is_refused_too(self):
        days = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(8 * 366))
        shut = Hours("Europe/Stockholm", "", {0: ((480, 1020),)}, closed=days)
        with pytest.raises(NoOpenHours):
            next_opening(at("2026-11-20T10:00"), shut)

    def test_an_unknown_zone_country_or_weekday_is_named(self):
        with pytest.raises(ValueError, match="Europe/Atlantis"):
            Hours("Europe/Atlantis", "SE", OFFICE)
        with pytest.raises(ValueError, match="XX"):
            Hours("Europe/Stockholm", "XX", OFFICE)
        with pytest.raises(ValueError, match="weekday 7"):
            Hours("Europe/Stockholm", "SE", {7: ((480, 1020),)})

    @pytest.mark.parametrize(
        "spans", [((600, 480),), ((480, 480),), ((-1, 480),), ((480, 1441),), ((480, 700), (690, 720))]
    )
    def test_intervals_that_leave_the_day_or_overlap_are_refused(self, spans):
        with pytest.raises(ValueError, match="interval"):
            Hours("Europe/Stockholm", "SE", {0: spans})

    def test_an_instant_without_a_zone_is_refused(self):
        with pytest.raises(ValueError, match="no time zone"):
            is_open(datetime(2026, 11, 20, 10), STOCKHOLM)

    def test_working_time_is_not_taken_away(self):
        with pytest.raises(ValueError, match="only be added"):
            add_working(at("2026-11-20T10:00"), -1, STOCKHOLM)
