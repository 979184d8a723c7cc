"""Anna works part-time: whom her customers can book when, what she and her lead are shown, and what is left alone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from loop import access, callbacks, deadlines, free_times, workflow, working_weeks
from loop.changes import ChangeRefused
from loop.models import Callback, User
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FRIDAY = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)  # 14:00 in Stockholm, the day after NOW
MORNINGS = {str(day): [[9 * 60, 12 * 60]] for day in (0, 2, 3)}  # Mondays, Wednesdays and Thursdays, 09:00-12:00


@pytest.fixture
def anna(people):
    return people.agent


@pytest.fixture
def case(anna):
    return factories.case(3, owner=anna)


def give(person, week, *, actor=None):
    changed = working_weeks.change(person, week, actor=actor or person, now=NOW)
    person.working_week = changed.working_week


def offered(case):
    return callbacks.times_for(stories.as_it_is_now(case), now=NOW)


def page(user, person, **data):
    client = Client()
    client.force_login(user)
    url = reverse("working-hours", args=[person.pk])
    return client.post(url, data, follow=True) if data else client.get(url)


def filled_in(week, **more):
    return {"like": "own", **{f"day-{day}": week.get(day, "") for day in range(7)}, **more}


class TestFreeTimes:
    def test_are_in_her_own_hours_alone(self, anna, case):
        give(anna, MORNINGS)
        times = [at.astimezone(STOCKHOLM) for at in offered(case)]
        assert times
        assert {at.weekday() for at in times} <= {0, 2, 3}
        assert {at.hour for at in times} == {9, 10, 11}

    def test_can_lie_outside_those_of_the_office(self, anna, case):
        give(anna, {"5": [[10 * 60, 14 * 60]], "0": [[17 * 60, 19 * 60]]})
        assert {at.astimezone(STOCKHOLM).strftime("%a") for at in offered(case)} == {"Sat", "Mon"}

    def test_are_on_her_own_clock(self, anna, case):
        User.objects.filter(pk=anna.pk).update(time_zone="Europe/Helsinki")
        give(anna, MORNINGS)
        assert {at.astimezone(STOCKHOLM).hour for at in offered(case)} == {8, 9, 10}

    def test_leave_out_the_holidays_of_the_office(self, anna):
        give(anna, {str(day): [[8 * 60, 17 * 60]] for day in range(7)})
        hours = deadlines.policy().calendar.hours()
        found = free_times.free_times(anna, hours=hours, now=datetime(2026, 12, 23, 8, tzinfo=UTC))
        days = {at.astimezone(STOCKHOLM).date() for at in found}
        assert date(2026, 12, 27) in days  # a Sunday she works
        assert date(2026, 12, 25) not in days

    def test_leave_her_two_hours_of_her_own_to_see_it(self, anna, case):
        give(anna, {"4": [[8 * 60, 12 * 60]]})
        assert offered(case)[0].astimezone(STOCKHOLM).strftime("%a %H:%M") == "Fri 10:00"

    def test_of_the_stand_in_are_in_the_stand_in_s_hours(self, people, anna, case):
        factories.away(anna, starts_on=NOW.date(), ends_on=date(2026, 12, 24), substitute=people.colleague)
        give(people.colleague, MORNINGS)
        assert {at.astimezone(STOCKHOLM).weekday() for at in offered(case)} <= {0, 2, 3}

    def test_that_are_not_hers_are_refused_to_the_customer_and_left_to_colleagues(self, anna, case):
        give(anna, MORNINGS)
        with pytest.raises(callbacks.TimeTaken):
            callbacks.book(case_id=case.pk, starts_at=FRIDAY, actor=None, now=NOW)
        assert callbacks.book(case_id=case.pk, starts_at=FRIDAY, actor=anna, now=NOW).owner == anna

    def test_leave_deadlines_and_promises_to_the_office(self, people, anna):
        due = factories.case(3, owner=anna).contact_due_at
        give(anna, MORNINGS)
        assert factories.case(3, owner=anna).contact_due_at == due


class TestAnAgreedCall:
    def test_outside_the_new_hours_stands_and_is_shown(self, anna, case):
        call = callbacks.book(case_id=case.pk, starts_at=FRIDAY, actor=None, now=NOW)
        then = working_weeks.changed(anna, MORNINGS)
        assert working_weeks.preview(anna, then, now=NOW).outside == [call]
        give(anna, MORNINGS)
        assert Callback.objects.get().state == "booked"
        assert working_weeks.calls_outside(anna, now=NOW) == [call]

    def test_inside_them_is_not(self, anna, case):
        callbacks.book(case_id=case.pk, starts_at=FRIDAY, actor=None, now=NOW)
        give(anna, {"4": [[14 * 60, 14 * 60 + 30]]})
        assert working_weeks.calls_outside(anna, now=NOW) == []

    def test_that_ends_after_she_has_gone_is_outside(self, anna, case):
        call = callbacks.book(case_id=case.pk, starts_at=FRIDAY, actor=None, now=NOW)
        give(anna, {"4": [[12 * 60, 14 * 60 + 15]]})
        assert working_weeks.calls_outside(anna, now=NOW) == [call]

    def test_is_not_handed_to_somebody_who_is_off_then(self, people, case):
        callbacks.book(case_id=case.pk, starts_at=FRIDAY, actor=None, now=NOW)
        give(people.colleague, MORNINGS)
        workflow.assign(case_id=case.pk, owner=people.colleague, reason="x", actor=None, now=later(minutes=5))
        assert stories.told(case, "callback_cancelled")[0]["why"] == "owner"

    def test_is_handed_to_somebody_who_works_then(self, people, case):
        callbacks.book(case_id=case.pk, starts_at=FRIDAY, actor=None, now=NOW)
        give(people.colleague, {"4": [[13 * 60, 15 * 60]]})
        workflow.assign(case_id=case.pk, owner=people.colleague, reason="x", actor=None, now=later(minutes=5))
        assert Callback.objects.get().owner == people.colleague


class TestThePage:
    def test_is_for_herself_her_lead_and_administrators(self, people, anna):
        for who, status in ((anna, 200), (people.lead, 200), (people.admin, 200), (people.colleague, 404),
                            (people.other_lead, 404), (people.leader, 404)):  # fmt: skip
            assert page(who, anna).status_code == status, who
        with pytest.raises(access.NotAllowed):
            give(anna, MORNINGS, actor=people.other_lead)

    def test_saves_the_week_and_remembers_who_did(self, people, anna):
        said = page(people.lead, anna, **filled_in({0: "09:00-12:00, 13:00-15:00", 2: "9:00–12:00"}))
        assert "The working hours are saved." in said.text
        anna.refresh_from_db()
        assert anna.working_week == {"0": [[540, 720], [780, 900]], "2": [[540, 720]]}
        (change,) = said.context["history"]
        assert change.by == people.lead.display_name
        assert ("Working hours (Monday)", "", "09:00–12:00, 13:00–15:00") in [
            (part.label, part.before, part.after) for part in change.differences
        ]

    def test_goes_back_to_the_office(self, anna):
        give(anna, MORNINGS)
        page(anna, anna, **filled_in({}, like="office"))
        anna.refresh_from_db()
        assert anna.working_week is None

    def test_shows_what_it_would_mean_and_saves_nothing(self, anna, case):
        said = page(anna, anna, **filled_in({1: "08:00-12:00"}, look="1"))
        days = {day.name: (day.is_changed, day.after) for day in said.context["preview"].days}
        assert days["Tuesday"] == (True, [[480, 720]])
        assert days["Friday"] == (True, [])
        assert said.context["preview"].free < said.context["preview"].free_before
        anna.refresh_from_db()
        assert anna.working_week is None

    @pytest.mark.parametrize(
        ("day", "says"),
        [
            ("nine to five", "is not written like 08:00-17:00"),
            ("17:00-08:00", "does not end after it begins"),
            ("08:00-12:00, 11:00-13:00", "begins before the one before it ends"),
            ("", "plan an absence instead"),
            ("09:00-09:20", "plan an absence instead"),
        ],
    )
    def test_says_what_is_wrong(self, anna, day, says):
        said = page(anna, anna, **filled_in({0: day}))
        assert said.status_code == 400
        assert says in said.text
        anna.refresh_from_db()
        assert anna.working_week is None

    def test_of_setup_shows_the_week(self, people, anna):
        give(anna, MORNINGS)
        client = Client()
        client.force_login(people.admin)
        said = client.get(reverse("setup-person", args=[anna.pk])).text
        assert "09:00–12:00" in said
        assert reverse("working-hours", args=[anna.pk]) in said


def test_a_person_without_a_week_of_her_own_works_as_the_office(anna):
    with pytest.raises(ChangeRefused):
        working_weeks.changed(anna, {})
    hours = deadlines.policy().calendar.hours()
    assert free_times.hours_of(anna, hours) == hours
