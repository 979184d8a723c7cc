"""The clock writes down a customer's silence in the very moment in which she answers. Her answer stands."""

from threading import Event

import pytest

from feedback import responses
from loop import outcomes
from loop.models import Outcome, Verdict
from tests import factories, stories
from tests.concurrency.racing import at_once, failures
from tests.factories import later

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(people):
    """Solved, asked again a month later, and silent for two weeks since."""
    solved = factories.resolved_case(3, owner=people.agent)
    factories.sent(solved.recovery_invitation, now=later(days=31))
    return stories.as_it_is_now(solved)


def test_an_answer_is_never_overwritten_by_silence(case, monkeypatch):
    """The slowest of clocks: it looked before she answered and writes after she did, if nothing keeps it from that."""
    asked, looked, answered = case.recovery_invitation, Event(), Event()
    store = outcomes._store

    def store_slowly(about, verdict, before, response, now):
        if verdict == Verdict.NO_ANSWER:
            looked.set()
            answered.wait(1.5)
        store(about, verdict, before, response, now)

    def answer():
        looked.wait(5)
        responses.record_response(
            survey=asked.survey, contact=case.contact, invitation=asked, score=9, source="page", now=later(days=46)
        )
        answered.set()

    monkeypatch.setattr(outcomes, "_store", store_slowly)
    results = at_once(lambda: outcomes.close_unanswered(now=later(days=46)), answer)
    assert failures(results) == []
    stands = Outcome.objects.get()
    assert (stands.verdict, stands.after) == (Verdict.RECOVERED, 9)
