"""An answer and its case commit together; a bug of ours loses no answer, and the case is opened later, once."""

import pytest
from django.db import transaction

from feedback import invitations, responses
from feedback.models import Response
from feedback.signals import response_recorded
from loop import bell, deadlines, receivers, sweeping, tasks, triage
from loop.models import Case, CaseEvent
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea(people):
    return factories.contact("Bea", account=factories.account("Nordlund AB", owner=people.agent))


@pytest.fixture
def rung(monkeypatch):
    """The bells that were rung."""
    names = []
    monkeypatch.setattr(bell, "ring", lambda task, **_kwargs: names.append(task))
    return names


def fails(*args, **kwargs):
    raise RuntimeError("a bug of ours")


def fails_halfway(response, *, now, **_kwargs):
    """Stores the case, then falls over."""
    case = Case(response=response, opened_at=now)
    deadlines.set_due_times(case, score=response.score, clock_start=now)
    case.save(force_insert=True)
    raise RuntimeError("a bug of ours, later")


WAYS_TO_FAIL = {
    "at once": (triage, "triage", fails),
    "while opening": (triage, "open_case", fails),
    "after the case was stored": (triage, "open_case", fails_halfway),
    "after the case was stored by a triage without a savepoint": (triage, "triage", fails_halfway),
    "for want of a policy": (deadlines, "policies_in_use", fails),
    "while counting working hours": (deadlines, "set_due_times", fails),
}


class TestOpeningFails:
    @pytest.mark.parametrize("way", WAYS_TO_FAIL)
    def test_the_answer_stays_undecided_and_the_sweep_opens_its_case_once(self, bea, rung, monkeypatch, way):
        with monkeypatch.context() as patch:
            patch.setattr(*WAYS_TO_FAIL[way])
            recorded = responses.record_response(
                survey=factories.survey(), contact=bea, score=2, comment="Slow.", source="page", now=NOW
            )
        assert recorded.created
        assert recorded.response.triaged_at is None
        stored = Response.objects.get()
        assert (stored.score, stored.comment, stored.triaged_at) == (2, "Slow.", None)
        assert not Case.objects.exists()
        assert not CaseEvent.objects.exists()
        assert rung == [tasks.open_missed_cases]

        assert sweeping.run("open_missed_cases", now=later(hours=1)) == 1
        assert sweeping.run("open_missed_cases", now=later(hours=2)) == 0
        case = Case.objects.get()
        assert (case.response, case.opened_at) == (stored, NOW)
        assert stories.kinds(case) == ["opened", "assigned"]

    def test_a_correction_stays_too(self, bea, rung, monkeypatch):
        invitation = invitations.invite(survey=factories.survey(), contact=bea, due_at=NOW, now=NOW)
        asked = {"survey": invitation.survey, "contact": bea, "invitation": invitation, "source": "page"}
        responses.record_response(**asked, score=8, now=NOW)
        with monkeypatch.context() as patch:
            patch.setattr(triage, "open_case", fails)
            responses.record_response(**asked, score=2, now=later(hours=1))
        stored = Response.objects.get()
        assert (stored.score, stored.triaged_at, stored.revisions.count()) == (2, None, 1)
        assert triage.open_missed(now=later(hours=3)) == 1
        assert Case.objects.get().opened_at == later(hours=1)

    def test_is_logged_with_the_answer_s_number(self, bea, rung, monkeypatch, caplog):
        monkeypatch.setattr(triage, "triage", fails)
        response = factories.response(2, contact=bea)
        assert f"response {response.pk} was stored without a decision" in caplog.text
        assert "a bug of ours" in caplog.text


def test_an_answer_decided_at_once_rings_no_bell_for_the_sweep(bea, rung):
    factories.response(2, contact=bea)
    assert tasks.open_missed_cases not in rung


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_is_rolled_back_takes_its_case_with_it(people):
    with transaction.atomic():
        factories.response(2)
        assert Case.objects.count() == 1
        transaction.set_rollback(True)  # the web server was told to stop
    assert not Response.objects.exists()
    assert not Case.objects.exists()


def test_the_receiver_is_connected_once():
    answering = response_recorded._live_receivers(Response)[0]
    assert answering.count(receivers.decide_about) == 1
