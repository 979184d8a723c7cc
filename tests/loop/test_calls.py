"""Trying to reach a customer: outcomes that agree with what is known, days that count, and when to try next."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from loop import calls, deadlines, reminders, workflow
from loop.models import CallOutcome, ContactAttempt
from loop.workflow import StepNotAllowed, StepRefused
from notifications import announce, delivery
from notifications.models import Message, MessageState
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(people):
    return factories.case(owner=people.agent)


def attempt(case, **facts):
    details = {"channel": "phone", "reached": False, "actor": case.owner, "now": later(hours=1), **facts}
    return workflow.attempt(case_id=case.pk, **details)


def plan(case, at, **facts):
    return workflow.plan_next(case_id=case.pk, at=at, **{"actor": case.owner, "now": NOW, **facts})


class TestAnOutcome:
    @pytest.mark.parametrize("outcome", [o for o in CallOutcome.values if o not in ("reached", "sent")])
    def test_of_a_call_that_reached_nobody_is_kept_and_told(self, case, outcome):
        attempt(case, outcome=outcome)
        assert (ContactAttempt.objects.get().outcome, stories.as_it_is_now(case).state) == (outcome, "new")
        assert stories.told(case, "attempt") == [{"channel": "phone", "reached": False, "note": "", "outcome": outcome}]

    def test_is_not_made_up_where_only_reached_is_known(self, case):
        attempt(case)
        attempt(case, reached=True)
        assert [made.outcome for made in ContactAttempt.objects.order_by("pk")] == ["", "reached"]

    @pytest.mark.parametrize(("reached", "outcome"), [(True, "voicemail"), (False, "reached"), (True, "sent")])
    def test_that_says_otherwise_than_reached_is_refused(self, case, reached, outcome):
        with pytest.raises(StepRefused) as no:
            attempt(case, reached=reached, outcome=outcome)
        assert no.value.field == "outcome"
        assert not ContactAttempt.objects.exists()

    def test_of_a_message_names_how_it_was_sent(self, case):
        with pytest.raises(StepRefused, match="say by which") as no:
            attempt(case, outcome="sent")
        assert no.value.field == "channel"
        attempt(case, outcome="sent", channel="sms")
        assert ContactAttempt.objects.get().outcome == "sent"

    def test_is_watched_over_by_the_database(self, case):
        with pytest.raises(IntegrityError, match="attempt_outcome_agrees"), transaction.atomic():
            ContactAttempt.objects.create(
                case=case, at=NOW, local_date=NOW.date(), channel="phone", reached=True, outcome="busy"
            )


class TestTheDaysTried:
    HOURS = None

    @pytest.fixture
    def hours(self):
        return deadlines.policy().calendar.hours()

    def test_count_each_day_once_and_say_when_it_is_enough(self, hours):
        made = calls.tried([NOW, later(hours=3)], needed=3, hours=hours, now=later(hours=4))
        assert (made.made, made.needed, made.is_enough) == (1, 3, False)
        assert made.closable_on == date(2026, 11, 23)  # Friday, and over the weekend Monday

    def test_begin_today_where_nobody_has_tried_today(self, hours):
        assert calls.tried([], needed=1, hours=hours, now=NOW).closable_on == date(2026, 11, 19)

    def test_are_enough_when_they_are(self, hours):
        tries = [NOW, later(days=1), later(days=4)]
        assert calls.tried(tries, needed=3, hours=hours, now=later(days=4)).is_enough

    def test_are_those_of_the_calendar_s_zone(self, hours):
        late_evening = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)  # Friday in Stockholm
        assert calls.tried([NOW, late_evening], needed=3, hours=hours, now=late_evening).made == 2

    def test_agree_with_what_closing_asks_for(self, case, hours):
        for day in range(3):
            tries = [made.at for made in ContactAttempt.objects.all()]
            enough = calls.tried(tries, needed=3, hours=hours, now=later(days=day)).is_enough
            assert enough is (calls.days_with_attempts(case) >= 3) is False
            attempt(case, now=later(days=day))
        tries = [made.at for made in ContactAttempt.objects.all()]
        assert calls.tried(tries, needed=3, hours=hours, now=later(days=3)).is_enough


class TestSuggestedTimes:
    @pytest.mark.parametrize(
        "at", [NOW, later(hours=6.5), later(days=1, hours=6), later(days=2), later(days=2, hours=12), later(days=33)]
    )
    def test_lie_ahead_and_within_working_hours(self, at):
        hours = deadlines.policy().calendar.hours()
        suggested = calls.suggested_tries(at, hours)
        assert len(suggested) in (2, 3)  # later today may be the next morning
        for time in suggested:
            assert time > at
            assert calls.next_opening(time, hours) == time, f"{time} is not in working hours"

    def test_on_a_thursday_morning_are_today_friday_morning_and_monday_afternoon(self):
        told = [f"{time:%a %H:%M}" for time in calls.suggested_tries(NOW, deadlines.policy().calendar.hours())]
        assert told == ["Thu 10:30", "Fri 08:00", "Mon 13:00"]  # in UTC: an hour later in Stockholm


class TestTheNextTry:
    def test_shows_on_the_case_and_its_timeline(self, case):
        planned = plan(case, later(days=1), reason="Back on Friday")
        assert (planned.next_try_at, planned.next_try_reason) == (later(days=1), "Back on Friday")
        assert stories.told(case, "next_try") == [{"at": later(days=1).isoformat(), "reason": "Back on Friday"}]

    @pytest.mark.parametrize("at", [NOW, later(hours=-1), later(days=366)])
    def test_lies_ahead_within_a_year(self, case, at):
        with pytest.raises(StepRefused) as no:
            plan(case, at)
        assert no.value.field == "at"

    @pytest.mark.parametrize("reached", [True, False])
    def test_is_over_when_somebody_tries(self, case, reached):
        plan(case, later(days=1))
        done = attempt(case, reached=reached)
        assert (done.next_try_at, done.next_try_remind_at, done.next_try_reason) == (None, None, "")

    def test_can_be_dropped(self, case):
        plan(case, later(days=1))
        assert plan(case, None).next_try_at is None

    def test_is_over_when_the_case_is_closed(self, case):
        plan(case, later(days=1))
        assert workflow.withdraw(case_id=case.pk, reason="A test", actor=None, now=NOW).next_try_at is None

    def test_is_not_planned_on_a_closed_case(self, people):
        with pytest.raises(StepNotAllowed):
            plan(factories.resolved_case(owner=people.agent), later(days=9), now=later(days=1))


class TestTheReminderOfTheNextTry:
    AT = later(hours=2)

    def deliver(self, now):
        announce.announce_missed(now=now)
        delivery.deliver_due(now=now)
        return [(m.user.name, m.state) for m in Message.objects.filter(kind="reminder_next_try").order_by("pk")]

    def test_comes_at_its_time_once_and_to_the_owner(self, case):
        plan(case, self.AT, reason="Back from lunch")
        reminders.remind_due(now=later(hours=1.9))
        assert stories.told(case, "reminder_next_try") == []
        for tick in range(3):
            reminders.remind_due(now=later(hours=2 + tick / 60))
        [told] = stories.told(case, "reminder_next_try")
        assert (told["at"], told["reason"]) == (self.AT.isoformat(), "Back from lunch")
        assert self.deliver(later(hours=2.2)) == [("Anna", MessageState.SENT)]

    def test_does_not_leave_once_somebody_has_tried(self, case):
        plan(case, self.AT)
        reminders.remind_due(now=self.AT)
        announce.announce_missed(now=self.AT)
        attempt(case, now=later(hours=2.1))
        assert self.deliver(later(hours=2.2)) == [("Anna", MessageState.CANCELLED)]

    def test_does_not_leave_when_another_time_was_planned(self, case):
        plan(case, self.AT)
        reminders.remind_due(now=self.AT)
        announce.announce_missed(now=self.AT)
        plan(case, later(days=1), now=later(hours=2.1))
        assert self.deliver(later(hours=2.2)) == [("Anna", MessageState.CANCELLED)]

    def test_comes_again_for_a_try_planned_for_the_same_time_again(self, case):
        for hour in (0, 1):
            plan(case, self.AT, now=later(hours=hour))
        reminders.remind_due(now=self.AT)
        assert len(stories.told(case, "reminder_next_try")) == 1


def test_a_case_opened_again_needs_attempts_of_its_own_before_it_counts_as_not_reached(people):
    case = factories.unreached_case(owner=people.agent)
    reopened = later(days=5)
    workflow.reopen(case_id=case.pk, reason="She wrote to us.", actor=people.lead, now=reopened)
    with pytest.raises(workflow.StepRefused, match="so far there are 0"):
        workflow.close_unreached(case_id=case.pk, actor=people.agent, now=later(days=5, minutes=1))

    client = Client()
    client.force_login(people.agent)
    with time_machine.travel(later(days=5, hours=1), tick=False):
        assert "3 of 3 days" not in client.get(reverse("case", args=[case.pk])).text
    for day in (5, 6, 7):
        at = later(days=day, hours=2)
        workflow.attempt(case_id=case.pk, channel="phone", reached=False, actor=people.agent, now=at)
    closed = workflow.close_unreached(case_id=case.pk, actor=people.agent, now=later(days=7, hours=3))
    assert closed.resolution == "not_reached"


def test_whoever_gives_a_case_away_reads_who_is_away(people):
    case = factories.case(owner=people.agent)
    factories.away(people.colleague)
    factories.away(people.other_agent, substitute=people.other_lead)
    client = Client()
    client.force_login(people.lead)
    page = client.get(reverse("case", args=[case.pk])).text
    assert "Kim (away, nobody stands in)" in page
    assert "Otto (away, Siv stands in)" in page
