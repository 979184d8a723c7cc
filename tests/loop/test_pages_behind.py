"""From a figure to its cases and answers: everybody follows the link on the page and finds what they may see."""

import re
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from tests import factories
from tests.factories import NOW, later
from tests.people import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


def behind(user, figure, **query):
    return browser(user).get(reverse("report-behind", args=(figure,)), query)


def links(user, report, **query):
    """Where the figures of a report lead, by figure."""
    text = browser(user).get(reverse(report), query).text
    found = re.findall(r'href="(/reports/behind/([a-z_]+)/[^"]*)"', text)
    return {figure: unescape(address) for address, figure in found}


def test_anna_her_lead_otto_and_lena_each_find_their_cases_behind_one_figure(people):
    factories.resolved_case(owner=people.agent, contact_name="Karin Åker", now=later(days=-9))
    factories.resolved_case(owner=people.other_agent, contact_name="Bo Ek", now=later(days=-9))
    seen = {}
    for who in ("agent", "colleague", "lead", "other_agent", "other_lead", "leader", "admin"):
        user = getattr(people, who)
        page = behind(user, "resolved")
        names = {name for name in ("Karin Åker", "Bo Ek") if name in page.text}
        figure = browser(user).get(reverse("report-loop")).context["loop"].resolved.count
        assert page.context["count"] == figure == len(names)
        seen[who] = names
    hers, his = {"Karin Åker"}, {"Bo Ek"}
    assert seen == {
        "agent": hers, "colleague": set(), "lead": hers, "other_agent": his, "other_lead": his,
        "leader": hers | his, "admin": hers | his,
    }  # fmt: skip


def test_the_links_of_a_page_keep_its_filters_and_arrive(people):
    for make in (factories.case, factories.contacted_case, factories.resolved_case, factories.unreached_case):
        make(owner=people.agent, now=later(days=-20))
    for score in [9] * 12:
        contact = factories.contact(account=factories.account(owner=people.agent))
        factories.response(score, contact=contact, now=later(days=-2))
    for report in ("reports", "report-nps", "report-loop", "report-recovery", "report-people"):
        found = links(people.leader, report, **{"from": "2026-10-01", "by": "segment"})
        assert found, report
        counts = []
        for figure, address in found.items():
            assert "by=segment" in address
            assert "from=2026-10-01" in address or figure == "answers"  # of a rolling year, and of the time before
            page = browser(people.leader).get(address)
            assert page.status_code == 200
            counts.append(page.context["count"])
            assert "None" not in page.text
        assert any(counts), report


def test_the_condition_stands_there_in_words(people):
    factories.resolved_case(owner=people.agent, now=later(days=-9))
    text = behind(people.leader, "resolved", row="2026-11", by="month").text
    assert "month: 2026-11" in text
    assert "1 case" in text


def test_the_words_of_an_answer_are_not_in_the_list(people):
    factories.case(owner=people.agent, comment="Nobody calls back.", now=later(days=-1))
    text = behind(people.leader, "detractors").text
    assert "Its case" in text
    assert "Nobody calls back." not in text


def test_of_a_colleague_an_agent_is_told_nothing(people):
    factories.resolved_case(owner=people.other_agent, now=later(days=-9))
    assert behind(people.agent, "person", person=people.other_agent.pk).status_code == 404
    assert behind(people.lead, "person", person=people.other_agent.pk).status_code == 404
    assert behind(people.other_lead, "person", person=people.other_agent.pk).context["count"] == 1


@pytest.mark.parametrize(
    ("figure", "query"),
    [
        ("salaries", {}), ("age", {"row": "9"}), ("age", {"row": "x"}), ("team", {"row": "999"}),
        ("person", {}), ("compared", {"score": "3", "setting": "nonsense"}), ("answers", {"kind_of": "7"}),
        ("sent", {"part": "password"}), ("integrity", {"part": "owner"}), ("cases", {"row": "\x00"}),
    ],
)  # fmt: skip
def test_there_is_no_other_figure(people, figure, query):
    assert behind(people.leader, figure, **query).status_code == 404


def test_filters_there_are_none_of_are_refused_rather_than_left_out(people):
    assert behind(people.leader, "cases", segment="nowhere").status_code == 400


def test_a_long_list_has_pages(people):
    customer = factories.account(owner=people.agent)
    for _number in range(52):
        factories.response(9, contact=factories.contact(account=customer), now=later(days=-2))
    first = behind(people.leader, "promoters")
    second = behind(people.leader, "promoters", page=2)
    assert first.context["count"] == second.context["count"] == 52
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 2)


def test_the_name_of_a_customer_is_told_to_those_who_see_them(people):
    account = factories.account("Secret Holding AB", owner=people.other_agent)
    factories.response(3, contact=factories.contact(account=account))
    address = f"{reverse('report-behind', args=['cases'])}?by=account&row={account.external_id}"
    assert "Secret Holding AB" in browser(people.other_agent).get(address).text
    assert "Secret Holding AB" not in browser(people.agent).get(address).text
