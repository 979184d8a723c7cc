"""Many customers choose the same half hour of one person: one of them gets it, and every other is told."""

import pytest
from django.conf import settings

from loop import callbacks, deadlines
from loop.callbacks import TimeTaken
from loop.free_times import free_times
from loop.models import Callback
from tests import factories
from tests.concurrency.racing import at_once, failures
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

ON_POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
SLOTS, CUSTOMERS = (200, 20) if ON_POSTGRESQL else (6, 6)


@pytest.fixture
def slots(people, monkeypatch):
    """So many free half hours of Anna's that there are some hundred of them."""
    monkeypatch.setattr("loop.free_times.AHEAD_DAYS", 20)
    found = free_times(people.agent, hours=deadlines.policy().calendar.hours(), now=NOW)
    assert len(found) >= SLOTS
    return found[:SLOTS]


def book(case, at):
    return callbacks.book(case_id=case.pk, starts_at=at, actor=None, now=NOW)


def test_each_time_is_booked_once_however_many_want_it(people, slots, monkeypatch):
    monkeypatch.setattr("loop.callbacks.times_for", lambda case, *, now: slots)  # what each of them saw on the page
    cases = [factories.case(3, owner=people.agent) for _ in range(CUSTOMERS)]
    refused = 0
    for at in slots:
        results = at_once(*[lambda case=case, at=at: book(case, at) for case in cases])
        refused += len(failures(results))
        assert all(isinstance(error, TimeTaken) for error in failures(results)), results
        won = Callback.objects.booked().get(starts_at=at)
        # The winner's call is over; the next half hour finds all of them without one.
        Callback.objects.filter(pk=won.pk).update(owner=None, state="held", settled_at=NOW)
    assert Callback.objects.count() == SLOTS
    assert refused == SLOTS * (CUSTOMERS - 1)


def test_one_customer_in_many_tabs_has_one_call(people, slots):
    case = factories.case(3, owner=people.agent)
    at_once(*[lambda at=at: book(case, at) for at in slots[:6]])
    assert Callback.objects.booked().count() == 1
