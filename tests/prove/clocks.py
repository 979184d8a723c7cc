"""Is nine o'clock nine o'clock, is working time counted right, and does a survey reach people in their morning?"""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from holidays import country_holidays

from feedback import contact_zones, sending_times
from feedback.models import Account, Contact
from loop import quiet_hours, working_time
from loop.models import QuietHours, Role
from loop.open_hours import Hours
from loop.working_time import add_working, is_open, next_opening, working_minutes
from tests.loop.test_working_time import BUDGETS_EACH, MINUTE, Walked, due_after, random_holds, random_hours
from tests.prove.inside import patched
from tests.prove.proofs import SQLITE, Outcome, Run, proof

ZONES = (
    "Europe/Helsinki", "Europe/Stockholm", "Europe/Oslo", "Europe/Copenhagen", "Atlantic/Reykjavik", "Europe/London",
    "Europe/Lisbon", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "UTC",
)  # fmt: skip
TEN_YEARS = (date(2017, 1, 1), date(2027, 1, 1))
#: Nine in the morning, and an hour that the clocks leave out or show twice.
OPENINGS = {"09:00": 540, "02:15": 135}


@proof(
    "T1",
    "wall clock times in 12 zones",
    must="wrong 0",
    guard="wall clocks: a day is 24 hours of UTC",
    full=10,
    quick=2,
    off=1,
    databases=(SQLITE,),
)
def wall_clock_times(run: Run) -> Outcome:
    """Every day of so many years, an office that opens at 09:00 and one that opens at 02:15."""
    wrong = checked = 0
    for name in ZONES:
        zone = ZoneInfo(name)
        for minutes in OPENINGS.values():
            hours = Hours(name, "", dict.fromkeys(range(7), ((minutes, minutes + 60),)))
            day, last = TEN_YEARS[0], TEN_YEARS[0].replace(year=TEN_YEARS[0].year + run.count)
            naive = next_opening(datetime.combine(day, time(), zone).astimezone(UTC), hours)
            while day < last:
                midnight = datetime.combine(day, time(), zone).astimezone(UTC)
                opens = next_opening(midnight, hours) if run.guarded else naive
                wrong += opens != _first_minute_showing(minutes, day, zone)
                checked += 1
                day, naive = day + timedelta(days=1), naive + timedelta(days=1)
    return Outcome(f"{len(ZONES)} zones x {run.count} years x every day, {checked:,} openings", f"wrong {wrong}", wrong)


def _first_minute_showing(minutes: int, day: date, zone: ZoneInfo) -> datetime:
    """The first minute of the day at which the clock shows so many minutes, or more: by looking at each."""
    at = datetime.combine(day, time(), zone).astimezone(UTC) + timedelta(minutes=max(0, minutes - 180))
    wanted = datetime.combine(day, time()) + timedelta(minutes=minutes)
    step = timedelta(minutes=15)  # no zone of these has ever moved by less
    while at.astimezone(zone).replace(tzinfo=None) < wanted:
        at += step
    return at


@proof(
    "T2",
    "working time against every minute",
    must="differences 0",
    guard="the care for hours the clocks leave out or show twice",
    full=100_000,
    quick=1_500,
    off=3_000,
    databases=(SQLITE,),
)
def working_time_by_the_minute(run: Run) -> Outcome:
    """Random calendars around clock changes and holidays, random starts, budgets and holds, against every minute."""
    luck = random.Random(run.seed)
    differ = checked = 0

    def last_of_two(day: date, minutes: int, zone: ZoneInfo) -> datetime:
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
        return wall.replace(tzinfo=zone, fold=1).astimezone(UTC)

    with patched(working_time, "first_instant", last_of_two, when=not run.guarded):
        while checked < run.count:
            hours, first = random_hours(luck)
            walked = Walked.through(hours, first)
            for _ in range(BUDGETS_EACH):
                a = luck.randrange(len(walked.flags))
                b = luck.randrange(a, len(walked.flags))
                start, end = walked.start + a * MINUTE, walked.start + b * MINUTE
                budget = luck.choice([0, 1, walked.worked(a, b), luck.randrange(0, 3000)])
                expected = walked.add(a, budget)
                right = working_minutes(start, end, hours) == walked.worked(a, b)
                right &= is_open(start, hours) == walked.flags[a]
                if expected is not None:
                    ended = add_working(start, budget, hours)
                    right &= ended == walked.start + expected * MINUTE
                    right &= working_minutes(start, ended, hours) == budget
                holds = random_holds(luck, len(walked.flags))
                held = walked.add(a, max(1, budget), frozenset(m for x, y in holds for m in range(x, y)))
                if held is not None:
                    times = [(walked.start + x * MINUTE, walked.start + y * MINUTE) for x, y in holds]
                    right &= due_after(start, max(1, budget), times, hours) == walked.start + held * MINUTE
                differ += not right
                checked += 1
    return Outcome(f"{checked:,} random calendars, starts, budgets and holds", f"differences {differ}", differ)


@proof(
    "T3",
    "survey mails only in the recipient's morning",
    must="outside Monday and Tuesday 07-10 by the recipient's clock 0, on a holiday there 0, too early 0",
    guard="where the recipient is: their time zone, their telephone number, their account's country",
    full=10_000,
    quick=2_000,
    off=200,
    databases=(SQLITE,),
)
def in_the_morning(run: Run) -> Outcome:
    """Random instants of a year, recipients in the 12 zones, July closed.

    Of a third of them the zone is known, of a third only a telephone number, of a third only the account's country, as
    far as those tell the zone.
    """
    chance, wrong = run.chance, 0
    for _mail in range(run.count):
        zone = ZoneInfo(chance.choice(ZONES))
        contact = _contact_in(zone, chance.choice(("zone", "phone", "account")))
        planned_for = contact_zones.whereabouts_of(contact).zone if run.guarded else ZoneInfo("Europe/Stockholm")
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(365 * 24 * 60))
        country = sending_times.country_of(zone)
        leaves = sending_times.next_morning(moment, planned_for, country, frozenset({7}))
        local = leaves.astimezone(zone)
        wrong += not (
            leaves >= moment
            and local.weekday() in (0, 1)
            and 7 <= local.hour < 10
            and local.month != 7
            and local.date() not in sending_times._holidays(country, local.year)
        )
    return Outcome(f"{run.count:,} mails over a year", f"wrong {wrong}", wrong)


@proof(
    "T3s",
    "our own people are told by day only",
    must="outside 07-19 by the reader's clock 0, on a day off of theirs 0, later than the next opening 0",
    guard="where the reader is",
    full=10_000,
    quick=2_000,
    off=200,
    databases=(SQLITE,),
)
def by_day(run: Run) -> Outcome:
    """Random instants of a year, readers in the 12 zones, of teams in seven countries; each by a walk."""
    chance, wrong = run.chance, 0
    week = dict.fromkeys(range(5), ((480, 1020),))
    rule = QuietHours(role=Role.AGENT, begins=7, ends=19)
    for _message in range(run.count):
        zone, country = ZoneInfo(chance.choice(ZONES)), chance.choice(("SE", "NO", "DK", "FI", "IS", "DE", "GB"))
        hours = Hours(zone.key, country, week)
        reader = quiet_hours.Reader(zone if run.guarded else ZoneInfo("Europe/Stockholm"), hours, rule)
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(365 * 24 * 60))
        wrong += quiet_hours.next_opening(reader, moment) != _walked_to_day(moment, zone, country)
    return Outcome(f"{run.count:,} messages over a year", f"wrong {wrong}", wrong)


def _walked_to_day(at: datetime, zone: ZoneInfo, country: str) -> datetime:
    """The first minute from `at` at which it is day there and nobody has the day off: by looking at each quarter."""
    while True:
        here = at.astimezone(zone)
        categories = ("public", "de_facto") if country == "SE" else ("public",)
        off = country_holidays(country, years=here.year, categories=categories)
        if here.weekday() < 5 and here.date() not in off and 7 <= here.hour < 19:
            return at
        at = at.replace(second=0, microsecond=0) + timedelta(minutes=15 - at.minute % 15)


def _contact_in(zone: ZoneInfo, known_by: str) -> Contact:
    """Somebody who lives by that clock, of whom we know it only in this way where it is enough to tell."""
    country = sending_times.country_of(zone)
    if not country or contact_zones.whereabouts("", "", country).zone != zone:
        known_by = "zone"
    number = phonenumbers.example_number(country) if known_by == "phone" else None
    return Contact(
        time_zone=zone.key if known_by == "zone" else "",
        phone=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else "",
        account=Account(country=country) if known_by == "account" else None,
    )
