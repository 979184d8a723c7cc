"""Two sweeps remind of the same cases while somebody works on one: each reminder is given once, and nobody waits."""

import pytest
from django.db import transaction

from loop import deadlines, reminders
from loop.models import Case, CaseEvent
from tests import factories
from tests.concurrency.racing import Meeting, at_once, failures
from tests.factories import later

pytestmark = pytest.mark.django_db(transaction=True)

CASES = 10
HALF_TIME_AT = later(hours=4.5)


@pytest.fixture
def cases(people):
    return [factories.case(3, owner=people.agent) for _ in range(CASES)]


def given():
    """Of how many cases there is a reminder, and how many reminders there are."""
    events = CaseEvent.objects.filter(kind="reminder_half_time")
    return len(set(events.values_list("case", flat=True))), events.count()


def test_two_sweeps_remind_once(cases, monkeypatch):
    meeting, plan = Meeting(2), deadlines.plan_next_reminder

    def plan_and_wait(case, *, now):
        if case.pk == cases[0].pk:
            meeting.wait()  # with the lock taken away the other sweep is here as well
        plan(case, now=now)

    monkeypatch.setattr(deadlines, "plan_next_reminder", plan_and_wait)
    results = at_once(*[lambda: reminders.remind_due(now=HALF_TIME_AT)] * 2)
    assert failures(results) == []
    assert sum(results) == CASES
    assert given() == (CASES, CASES)
    assert not meeting.met.is_set()


@pytest.mark.postgres
def test_a_case_somebody_works_on_holds_up_no_other(cases):
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=cases[3].pk)
        assert at_once(lambda: reminders.remind_due(now=HALF_TIME_AT)) == [CASES - 1]
    assert reminders.remind_due(now=HALF_TIME_AT) == 1
    assert given() == (CASES, CASES)
