"""Are the customers who answered again alone the same, found by columns, as when each case is asked?"""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.utils import timezone

from feedback import responses, tallies
from feedback.models import Contact, Response, Survey
from loop import call_order, case_packs, figures, workflow
from loop.models import Case, State
from loop.reporting import recovery_pairs
from loop.reporting.case_figures import columns_at_any_time
from loop.reporting.filters import ReportFilters
from loop.reporting.scope import cases_of
from tests import factories

pytestmark = pytest.mark.django_db

DAYS = 160


def found(reader, filters, how) -> list:
    if how is recovery_pairs.alone:
        return sorted(map(repr, how(recovery_pairs.detractors(columns_at_any_time(reader, filters), filters), filters)))
    return sorted(map(repr, how(recovery_pairs.detractor_cases(cases_of(reader, filters)), filters)))


@pytest.mark.parametrize("seed", range(6))
def test_are_those_that_the_database_finds(seed: int, people) -> None:
    """Several answers of one instant among them, which the columns leave to the database."""
    now, chance = timezone.now(), Random(seed)
    Survey.objects.filter(key="product").update(scale_min=1)
    owners = (people.agent, people.colleague, people.other_agent)
    accounts = [
        factories.account(owner=owner, annual_value=value, now=now)
        for owner, value in zip(owners, (None, Decimal(5_000), Decimal(500_000)), strict=True)
    ]
    persons = [factories.contact(account=chance.choice(accounts), now=now) for _ in range(7)]
    today = timezone.localdate(now)
    filters = ReportFilters(today - timedelta(days=DAYS), today - timedelta(days=20))
    compared = 0
    for _ in range(50):
        at = now - timedelta(days=chance.randrange(1, DAYS))
        step = chance.randrange(12)
        if step < 6:
            factories.response(
                chance.randrange(1, 11), contact=Contact.objects.get(pk=chance.choice(persons).pk), now=at,
                survey_key=chance.choice(("relational", "relational", "product", "recovery")),
                wants_callback=chance.random() < 0.2,
            )  # fmt: skip
            tallies.mark([at], now=now)  # by the clock of then it was none of a day that may have been counted
        waiting = list(Case.objects.filter(state=State.NEW).order_by("pk"))
        if step in (6, 7) and waiting:
            case = chance.choice(waiting)
            when = case.opened_at + timedelta(days=chance.choice((0.1, 1, 9, 60)))
            workflow.attempt(case_id=case.pk, channel="phone", reached=chance.random() < 0.7, actor=None, now=when)
        if step == 8 and waiting:
            case = chance.choice(waiting)
            call_order.say_why(case_id=case.pk, why=chance.choice(("worth", "other")), text="So.", actor=None, now=now)
        if step == 9 and Response.objects.exists():
            of = chance.choice(list(Response.objects.order_by("pk")))
            responses.record_response(
                survey=of.survey, contact=of.contact, score=chance.randrange(1, 11), source="page", corrects=of, now=now
            )
        if step == 10:
            figures.keep_ready(now=now)
        for reader in (None, people.lead):
            ours = found(reader, filters, recovery_pairs.alone)
            assert ours == found(reader, filters, recovery_pairs.alone_by_database)
            compared += len(ours)
    assert compared


@pytest.mark.parametrize("first", ["relational", "recovery"])
def test_of_two_answers_of_one_instant_the_database_says_which_was_first(first: str, people) -> None:
    now = timezone.now()
    case = factories.case(3, owner=people.agent, now=now - timedelta(days=90))
    at = now - timedelta(days=40)
    for survey in (first, {"relational": "recovery", "recovery": "relational"}[first]):
        score = 9 if survey == first else 0
        factories.response(score, contact=case.contact, survey_key=survey, responded_at=at, now=now)
    filters = ReportFilters((now - timedelta(days=100)).date(), now.date())
    (pair,) = recovery_pairs.alone(case_packs.all_cases(), filters)
    assert (pair.n, pair.recovered) == (1, 1)
    assert pair.setting.startswith(f"relational|{first}|")
