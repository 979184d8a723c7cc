"""The customer asks us to wait: whose clock stands still, who may say so, and how it goes on."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from loop import access, clocks, deadlines, holds, reminders, workflow
from loop.models import Case, Hold
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

# NOW is a Thursday morning, 09:12 in Stockholm; a working day has nine hours.
MONDAY = later(days=11)


@pytest.fixture
def case(people):
    return factories.contacted_case(owner=people.agent)


def hold(case, *, until=MONDAY, now=None, **who):
    return workflow.hold(
        case_id=case.pk, until=until, reason="Back from leave on Monday.", now=now or later(hours=2), **who
    )


class TestAHold:
    def test_moves_the_resolution_by_its_working_time_and_no_reminder_comes_meanwhile(self, people, case):
        due = case.resolve_due_at
        held = hold(case, actor=people.agent)
        hours = deadlines.hours_of(held)
        assert held.held_until == MONDAY
        assert clocks.working_time(due, held.resolve_due_at, hours) == clocks.working_time(
            later(hours=2), MONDAY, hours
        )
        reminders.remind_due(now=MONDAY - timedelta(minutes=1))
        assert [kind for kind in stories.kinds(case) if kind.startswith("reminder")] == []

    def test_ends_by_itself_once_however_often_and_late_the_clock_comes(self, people, case):
        held = hold(case, actor=people.agent)
        assert holds.end_due(now=MONDAY - timedelta(minutes=1)) == 0
        assert holds.end_due(now=MONDAY + timedelta(days=1)) == 1
        assert holds.end_due(now=MONDAY + timedelta(days=1)) == 0
        after = stories.as_it_is_now(case)
        assert (after.held_until, after.resolve_due_at) == (None, held.resolve_due_at)
        assert stories.kinds(case)[-2:] == ["held", "resumed"]
        assert Hold.objects.get().ended_at == MONDAY

    def test_ended_before_gives_back_the_time_that_was_not_used(self, people, case):
        due, hours = case.resolve_due_at, deadlines.hours_of(case)
        hold(case, actor=people.agent)
        after = workflow.resume(case_id=case.pk, actor=people.agent, now=later(hours=3))
        assert clocks.working_time(due, after.resolve_due_at, hours) == timedelta(hours=1)

    def test_of_an_overdue_case_leaves_it_as_overdue(self, people, case):
        late = later(days=40)
        due = case.resolve_due_at
        assert hold(case, actor=people.agent, until=late + timedelta(days=3), now=late).resolve_due_at == due

    def test_another_time_replaces_the_first(self, people, case):
        hold(case, actor=people.agent)
        hold(case, actor=people.agent, until=later(days=4), now=later(hours=4))
        assert [bool(each.ended_at) for each in Hold.objects.order_by("pk")] == [True, False]
        holds.end_due(now=later(days=5))
        hours, after = deadlines.hours_of(case), stories.as_it_is_now(case)
        together = clocks.working_time(later(hours=2), later(days=4), hours)
        assert clocks.working_time(case.resolve_due_at, after.resolve_due_at, hours) == together

    def test_ends_with_the_case(self, people, case):
        hold(case, actor=people.agent)
        solved = factories.resolve(case, now=later(hours=5))
        assert (solved.held_until, Hold.objects.get().ended_at) == (None, later(hours=5))

    def test_is_not_for_a_customer_nobody_has_reached(self, people):
        new = factories.case(owner=people.agent)
        with pytest.raises(workflow.StepNotAllowed):
            hold(new, actor=people.agent)
        assert not Hold.objects.exists()

    @pytest.mark.parametrize(
        ("until", "reason", "field"),
        [(NOW, "Leave", "until"), (later(days=91), "Leave", "until"), (MONDAY, " ", "reason")],
    )
    def test_needs_a_time_ahead_and_what_the_customer_asked_for(self, people, case, until, reason, field):
        with pytest.raises(workflow.StepRefused) as no:
            workflow.hold(case_id=case.pk, until=until, reason=reason, actor=people.agent, now=later(hours=2))
        assert no.value.field == field

    @pytest.mark.parametrize("who", ["colleague", "other_lead", "leader"])
    def test_is_for_the_owner_and_her_lead(self, people, case, who):
        with pytest.raises(access.NotAllowed):
            hold(case, actor=getattr(people, who))
        assert hold(case, actor=people.lead).held_until == MONDAY

    def test_that_is_not_there_cannot_end(self, people, case):
        with pytest.raises(workflow.StepNotAllowed, match="not on hold"):
            workflow.resume(case_id=case.pk, actor=people.agent, now=later(hours=2))

    def test_on_a_closed_case_is_refused_by_the_database(self, people, case):
        solved = factories.resolve(case, now=later(hours=5))
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=solved.pk).update(held_until=MONDAY)


class TestTheTwoClocks:
    def test_the_customers_goes_on_while_the_staffs_stands_still(self, people, case):
        hold(case, actor=people.agent, until=later(days=4))
        holds.end_due(now=later(days=4))
        told = clocks.clocks(stories.as_it_is_now(case), case.holds.all(), now=later(days=5))
        assert told.customer_resolve == 120
        assert told.staff_resolve == pytest.approx(11)  # two hours before it, and a working day since
        assert (told.customer_contact, told.staff_contact) == (1, 1)

    def test_stand_on_the_case(self, people, case):
        client = Client()
        client.force_login(people.agent)
        hold(case, actor=people.agent)
        page = client.get(reverse("case", args=[case.pk])).text
        assert "Contact took" in page
        assert "as the customer asked" in page
        assert "Back from leave on Monday." in page

    def test_shows_each_reason_as_a_sentence_and_does_not_say_only_the_lead_knows_once_leadership_does(
        self, people, case
    ):
        for why in ("No answer", "Still none"):
            workflow.escalate(case_id=case.pk, reason=why, actor=people.agent, now=later(hours=1))
        now = later(hours=2)
        workflow.hold(case_id=case.pk, until=MONDAY, reason="She is on leave", actor=people.agent, now=now)
        workflow.plan_next(case_id=case.pk, at=MONDAY, reason="Call her office.", actor=people.agent, now=now)
        client = Client()
        client.force_login(people.agent)
        page = client.get(reverse("case", args=[case.pk])).text
        assert "as the customer asked: She is on leave." in page.replace("</b>", "")
        assert "Call her office. " in page
        assert "Call her office.." not in page
        assert "Escalated, level 2." in page
        assert "the lead knows" not in page

    def test_the_agent_puts_it_on_hold_from_the_page_and_ends_it(self, people, case):
        client = Client()
        client.force_login(people.agent)
        data = {"version": case.version, "until": "2999-01-01T08:00", "reason": "Leave"}
        assert client.post(reverse("case-hold", args=[case.pk]), data).status_code == 400
        data["until"] = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
        client.post(reverse("case-hold", args=[case.pk]), data)
        held = stories.as_it_is_now(case)
        assert held.held_until is not None
        client.post(reverse("case-resume", args=[case.pk]), {"version": held.version})
        assert stories.as_it_is_now(case).held_until is None
