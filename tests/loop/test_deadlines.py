"""Which policy is in force and which due times and reminders it gives a case."""

from datetime import timedelta

import pytest

from feedback import invitations
from loop import deadlines
from loop.models import Case, SlaPolicy, WorkCalendar
from loop.sla import Why
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


class TestThePolicyInForce:
    def test_is_the_one_marked_as_default(self):
        assert (deadlines.policy().name, deadlines.policy().calendar.name) == ("Standard", "Office hours")

    def test_is_asked_for_anew_each_time(self):
        deadlines.policy()
        SlaPolicy.objects.update(contact_minutes=1)
        assert deadlines.policy().contact_minutes == 1

    def test_missing_is_said_in_words(self):
        SlaPolicy.objects.update(is_default=False)
        with pytest.raises(deadlines.NoPolicy, match="No SLA policy is marked as the default one"):
            deadlines.policy()


class TestDueTimes:
    def test_follow_the_policy_and_keep_why(self):
        SlaPolicy.objects.update(urgent_contact_minutes=60, contact_minutes=120, resolve_minutes=120)
        case = factories.case(3)
        assert (case.contact_due_at, case.resolve_due_at) == (later(hours=1), later(hours=2))
        assert case.due_reason["contact_minutes"] == 60
        assert case.due_reason["urgent_max_score"] == 3

    def test_follow_the_calendar(self):
        WorkCalendar.objects.update(week={"3": [[0, 1440]], "6": [[0, 1440]]})  # Thursdays and Sundays, all day
        case = factories.case(6)  # 18 working hours from Thursday 09:12
        assert case.contact_due_at == NOW.replace(day=22, hour=2, minute=12)  # Sunday 03:12 in Stockholm

    def test_of_a_case_that_is_open_do_not_move_when_the_policy_does(self):
        case = factories.case(3)
        SlaPolicy.objects.update(urgent_contact_minutes=60)
        factories.reach(case, now=later(hours=2))
        assert case.contact_due_at == later(days=1)


class TestWhichDueTimeCounts:
    def test_is_the_contact_while_new_and_the_resolution_after_that(self):
        case = factories.case(3)
        assert (case.due_at, deadlines.stage(case)) == (case.contact_due_at, "contact")
        reached = factories.reach(case, now=later(hours=1))
        assert (reached.due_at, deadlines.stage(reached)) == (reached.resolve_due_at, "resolve")

    def test_is_counted_from_the_opening_the_contact_or_the_latest_reopening(self):
        case = factories.case(3)
        assert case.clock_start == NOW
        reached = factories.reach(case, now=later(hours=1))
        assert reached.clock_start == later(hours=1)
        reached.reopened_at = later(days=3)
        assert reached.clock_start == later(days=3)


def test_a_plan_begins_at_half_of_the_working_time_and_counts_the_round():
    case = factories.case(3)
    deadlines.plan_reminders(case, start=NOW)
    assert (case.remind_level, case.remind_round) == (deadlines.HALF_TIME, 2)
    assert case.remind_at == NOW + timedelta(hours=4.5)


def test_a_raised_score_moves_no_deadline_and_the_reason_says_it_was_lower_at_first(people):
    bea = factories.contact("Bea", account=factories.account(owner=people.agent))
    asked = invitations.invite(survey=factories.survey(), contact=bea, due_at=NOW, now=NOW)
    opened = factories.response(1, contact=bea, invitation=asked, now=NOW).case
    factories.response(6, contact=bea, invitation=asked, now=later(minutes=5))
    case = Case.objects.get(pk=opened.pk)
    assert case.contact_due_at == opened.contact_due_at
    assert "because the score was 3 or lower at first" in Why.from_dict(case.due_reason).sentence()
    factories.response(2, contact=bea, invitation=asked, now=later(minutes=9))
    assert "at first" not in Why.from_dict(Case.objects.get(pk=opened.pk).due_reason).sentence()
