"""Redis is gone and no worker runs. Customers notice nothing, every case is there, and `sweep` sends the mails."""

import celery
import pytest
from kombu.exceptions import OperationalError

from feedback.models import Response
from loop import bell
from loop.models import Case
from tests import factories
from tests.journeys.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tries(monkeypatch):
    """How often somebody asked the broker that is away."""
    asked = []

    def refused(self, *args, **kwargs):
        asked.append(self.name)
        raise OperationalError("Error 111 connecting to 127.0.0.1:6379. Connection refused.")

    monkeypatch.setattr(celery.Task, "apply_async", refused)
    monkeypatch.setattr(bell._Broker, "quiet_until", 0.0)
    return asked


def test_answers_and_cases_are_there_and_the_mails_leave_by_sweep(walk: Walk, people, tries):
    customers = [factories.contact(account=factories.account(owner=people.agent)) for _ in range(5)]
    for customer in customers:
        walk.ask(customer)
    walk.sweep()
    walk.mails()
    walk.until("2026-11-18 10:00")
    tries.clear()
    for customer in customers:
        assert walk.answer(customer, 2).status_code == 200
    assert Response.objects.count() == Case.objects.count() == 5
    assert len(tries) == 1  # the others did not wait for a server that had just refused
    assert walk.mails() == []
    walk.sweep()
    assert walk.mails() == [("case_assigned", "Anna")] * 5
    walk.sweep()
    assert walk.mails() == []
