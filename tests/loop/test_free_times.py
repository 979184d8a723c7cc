"""When can somebody be called: in the owner's hours, on the customer's clock, and never twice at once."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loop import free_times
from loop.models import Absence, Callback
from loop.open_hours import Hours
from tests import factories

WEEK = dict.fromkeys(range(5), ((8 * 60, 17 * 60),))
SWEDEN = Hours("Europe/Stockholm", "SE", WEEK)
STOCKHOLM, HELSINKI, NEW_YORK = (
    ZoneInfo(f"{place}") for place in ("Europe/Stockholm", "Europe/Helsinki", "America/New_York")
)


def local(text: str, zone: ZoneInfo = STOCKHOLM) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.fixture
def anna(people):
    return people.agent


def times(owner, now, **more):
    return free_times.free_times(owner, hours=SWEDEN, now=local(now), **more)


def test_begin_two_working_hours_from_now_at_a_whole_or_half_hour(anna):
    assert times(anna, "2026-11-18 09:12")[0] == local("2026-11-18 11:30")


def test_asked_for_in_the_evening_begin_two_hours_into_the_next_working_day(anna):
    assert times(anna, "2026-11-20 19:00")[0] == local("2026-11-23 10:00")


def test_end_after_five_working_days(anna):
    found = times(anna, "2026-11-18 09:12")
    assert found[-1] == local("2026-11-25 09:00")
    assert {at.astimezone(STOCKHOLM).date() for at in found} == {
        date(2026, 11, day) for day in (18, 19, 20, 23, 24, 25)
    }


def test_leave_out_public_holidays(anna):
    days = {at.astimezone(STOCKHOLM).date() for at in times(anna, "2026-12-23 09:00")}
    assert date(2026, 12, 23) in days
    assert not days & {date(2026, 12, day) for day in (24, 25, 26, 31)}


def test_leave_out_the_days_the_owner_is_away(anna):
    Absence.objects.create(user=anna, starts_on=date(2026, 11, 19), ends_on=date(2026, 11, 20))
    days = {at.astimezone(STOCKHOLM).date() for at in times(anna, "2026-11-18 09:12")}
    assert days == {date(2026, 11, day) for day in (18, 23, 24, 25)}


def test_leave_out_what_is_booked_but_not_what_was_cancelled(anna):
    case = factories.case(3, owner=anna)
    at = local("2026-11-19 10:00")
    Callback.objects.create(case=case, owner=anna, starts_at=at, ends_at=at + free_times.LENGTH, booked_at=at)
    assert at not in times(anna, "2026-11-18 09:12")
    Callback.objects.update(state="cancelled", settled_at=at)
    assert at in times(anna, "2026-11-18 09:12")


def test_end_before_the_office_closes(anna):
    assert max(at.astimezone(STOCKHOLM).time() for at in times(anna, "2026-11-18 09:12")).isoformat() == "16:30:00"


def test_are_never_in_the_customers_night(anna):
    hours = {at.astimezone(NEW_YORK).hour for at in times(anna, "2026-11-18 09:12", zone=NEW_YORK)}
    assert min(hours) >= 7


def test_keep_the_hour_of_the_office_when_clocks_change(anna):
    """The night to Sunday, 25 October 2026, is an hour longer: Friday's and Monday's ten o'clock are 73 hours apart."""
    found = times(anna, "2026-10-22 09:00")
    friday, monday = local("2026-10-23 10:00"), local("2026-10-26 10:00")
    assert {friday, monday} <= set(found)
    assert monday - friday == timedelta(hours=73)


def test_without_an_owner_are_when_the_office_is_open(db):
    assert times(None, "2026-11-18 09:12")[0] == local("2026-11-18 11:30")


def test_suggested_are_one_in_the_morning_and_one_in_the_afternoon_of_each_day(anna):
    few = free_times.suggest(times(anna, "2026-11-18 11:00"), HELSINKI)
    assert [at.astimezone(HELSINKI).strftime("%a %H:%M") for at in few] == [
        "Wed 14:00",
        "Thu 09:00",
        "Thu 13:00",
        "Fri 09:00",
        "Fri 13:00",
    ]
