"""The overview and the reports: what each reader's figures are made of, and what stands there without any."""

import html
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

REPORTS = ("reports", "report-nps", "report-loop", "report-recovery")


@pytest.fixture(autouse=True)
def _ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


def visit(user, address, **query):
    client = Client()
    client.force_login(user)
    return client.get(reverse(address), query)


@pytest.mark.parametrize("address", REPORTS)
@pytest.mark.parametrize("name", ["agent", "lead", "leader", "admin"])
def test_every_report_can_be_read_without_any_answers(people, address, name):
    page = visit(getattr(people, name), address)

    assert page.status_code == 200
    assert "None" not in page.text


@pytest.mark.parametrize("address", REPORTS)
def test_every_report_can_be_read_with_cases_in_every_state(people, address):
    for make in (factories.case, factories.contacted_case, factories.resolved_case, factories.unreached_case):
        make(owner=people.agent, now=later(days=-20))
    factories.response(9, contact=factories.contact(account=factories.account(owner=people.agent)), now=later(days=-1))

    page = visit(people.leader, address)

    assert page.status_code == 200
    assert "None" not in page.text


def test_the_figures_are_of_what_the_reader_may_see(people):
    factories.case(owner=people.agent, now=later(days=-1))
    factories.case(owner=people.other_agent, now=later(days=-1))

    seen = {name: visit(getattr(people, name), "report-loop").context["loop"].cases for name in ("agent", "leader")}

    assert seen == {"agent": 1, "leader": 2}


def test_an_overdue_team_links_to_its_overdue_cases(people):
    factories.case(owner=people.agent, now=later(days=-9), contact_name="Karin Åker")
    page = visit(people.leader, "reports")
    [link] = re.findall(r'href="([^"]*/behind/team_overdue/[^"]*)"', page.text)
    client = Client()
    client.force_login(people.leader)
    assert "Karin Åker" in client.get(html.unescape(link)).text


def test_recovery_is_never_shown_without_what_was_expected(people):
    case = factories.resolved_case(owner=people.agent, now=later(days=-60))
    factories.response(10, contact=case.contact, survey_key="recovery", now=later(days=-20))

    page = visit(people.leader, "reports")

    assert "Cannot tell" in page.text
    assert "Does following up work?" in page.text


def test_filters_in_the_address_are_kept_from_report_to_report(people):
    page = visit(people.leader, "reports", survey="transactional", team=people.north.pk)

    assert "survey=transactional" in page.context["query"]
    assert f"{reverse('report-loop')}?{page.context['query'].replace('&', '&amp;')}" in page.text


@pytest.mark.parametrize(
    "query", [{"from": "yesterday"}, {"survey": "none"}, {"team": "999"}, {"sort": "password"}, {"by": "<script>"}]
)
def test_an_address_that_asks_for_what_there_is_not_says_so_above_the_usual_report(people, query):
    page = visit(people.leader, "reports", **query)

    assert page.status_code == 400
    assert "asks for something there is not" in page.text
    assert "<script>alert" not in page.text
    assert "Waiting too long" in page.text


def test_what_an_address_asked_for_is_called_as_on_the_page(people):
    people.leader.language = "sv"
    people.leader.save()
    text = visit(people.leader, "reports", **{"from": "1990-01-01", "by": "week"}).text
    assert "Från: " in text
    assert "för indelningen vecka:" in text


def test_rows_are_named_for_people(people):
    factories.case(owner=people.agent, now=later(days=-1))

    assert "Nov 2026" in visit(people.leader, "report-loop", by="month").text
    assert "week 47, 2026" in visit(people.leader, "report-loop", by="week").text
