"""A scanner answers for a customer: no figure, list or page of Loop knows of it, and no alert leaves.

First its answers look like a person's, one after the other; the moment they do not, all that followed is undone.
"""

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from feedback import suspects, trigger_rules, triggers
from feedback.models import Response
from loop import sweeping, triage
from loop.models import Case
from loop.reporting import recovery_pairs
from loop.reporting.case_figures import columns_of
from loop.reporting.filters import parse
from loop.reporting.nps import nps_overview
from loop.views import cases as case_pages
from notifications.models import Message
from tests import factories
from tests.factories import NOW, later
from tests.feedback import sendings

pytestmark = pytest.mark.django_db

MONTH = parse(QueryDict("from=2026-11-01&to=2026-12-31"), now=NOW)


@pytest.fixture
def eva(people):
    return factories.contact("Eva Lind", account=factories.account("Fjord AB", owner=people.agent))


@pytest.fixture
def asked(eva):
    return sendings.invite(eva)


@pytest.fixture
def scanned(asked):
    """The scanner's first answer was counted for ten seconds."""
    sendings.take(asked, 0)
    assert Case.objects.open().count() == 1
    sendings.take(asked, 10, seconds=10)
    return asked


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_is_in_no_nps(people, scanned):
    assert nps_overview(people.leader, MONTH, later(days=1)).report.total.n == 0


def test_is_no_second_answer_of_somebody_who_recovered_alone(eva, asked):
    factories.response(3, contact=eva, now=later(days=-9))
    for number, score in enumerate((9, 10)):
        sendings.take(asked, score, seconds=number)
    assert not recovery_pairs.alone(columns_of(Case.objects.filter(contact=eva)), MONTH)


def test_is_no_customers_latest_score(people, eva, scanned):
    listed = browser(people.leader).get(reverse("accounts")).content.decode()
    assert "no answer yet" in listed
    account = browser(people.leader).get(reverse("account", args=[eva.account_id])).content.decode()
    assert "no answer yet" in account


def test_is_not_among_the_scores_beside_another_case(people, eva, scanned):
    other = factories.response(4, contact=eva, now=later(days=2)).case
    own, _others = case_pages._answers(Case.objects.get(pk=other.pk))
    assert [answer.score for answer in own] == [4]


def test_leaves_a_case_that_can_be_read_and_is_nobodys_work(people, scanned):
    case = Case.objects.get()
    page = browser(people.lead).get(reverse("case", args=[case.pk]))
    assert page.status_code == 200
    assert "A machine answered, not the customer" in page.content.decode()
    assert not Case.objects.open().exists()


def test_alerts_nobody_once_it_is_known(scanned, mailoutbox):
    sweeping.run_all(now=later(minutes=1))
    sweeping.run_all(now=later(minutes=11))  # by when the alarm about an answer on our page would have left
    assert mailoutbox == []
    assert not Message.objects.filter(state="pending").exists()


def test_does_not_keep_the_customer_from_being_asked(eva, scanned):
    """It was no answer: she is not left alone for a year, only for the 90 days of who was asked and was silent."""
    trigger_rules.create(
        touchpoint="delivered", survey=factories.survey("transactional"), delay_minutes=0, weekday=None, quiet_days=10,
        is_active=True,
    )  # fmt: skip
    at = later(days=100)
    received = triggers.record_event(touchpoint="delivered", contact=eva, external_id="1", occurred_at=at, now=at)
    assert received.reason == ""


def test_is_undone_by_the_sweep_when_it_could_not_be_undone_at_once(asked, monkeypatch):
    sendings.take(asked, 0)
    with monkeypatch.context() as broken:
        broken.setattr(triage, "undo", lambda *args, **kwargs: 1 / 0)
        sendings.take(asked, 10, seconds=10)
    assert not Response.objects.counted().exists()
    assert Case.objects.open().count() == 1
    sweeping.run_all(now=later(minutes=5))
    assert not Case.objects.open().exists()


def test_counts_when_a_lead_says_that_it_was_the_customer(people, scanned):
    waiting = suspects.to_verify().get(score=0)
    browser(people.lead).post(reverse("suspect-accept", args=[waiting.pk]))
    assert Response.objects.counted().get().score == 0
    assert Case.objects.open().count() == 1
