"""reports/behind/: from a figure to what it counts, as far as the caller may see it."""

import pytest
import time_machine

from loop.reporting.behind.asked import About
from loop.reporting.behind.find import NAMES
from tests import factories
from tests.factories import NOW, later
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def solved(people):
    """A case of Anna's and one of Otto's."""
    return [
        factories.resolved_case(owner=owner, contact_name=name, now=later(days=-days))
        for owner, name, days in ((people.agent, "Karin Åker", 9), (people.other_agent, "Bo Ek", 8))
    ]


def test_anna_her_lead_otto_and_lena_each_find_their_cases_behind_one_figure(people, solved):
    annas, ottos = (case.pk for case in solved)
    seen = {}
    for who in ("agent", "colleague", "lead", "other_agent", "other_lead", "leader", "admin"):
        said = signed_in(getattr(people, who)).get("reports/behind/resolved/").json()
        assert said["count"] == len(said["results"])
        seen[who] = [line["case"] for line in said["results"]]
    assert seen == {
        "agent": [annas], "colleague": [], "lead": [annas], "other_agent": [ottos], "other_lead": [ottos],
        "leader": [ottos, annas], "admin": [ottos, annas],
    }  # fmt: skip


def test_the_figure_of_a_report_and_its_list_count_the_same(read, solved, people):
    report = read.get("reports/loop/").json()
    for figure in ("resolved", "reopened", "withdrawn", "open", "customer_confirmed"):
        name = {"customer_confirmed": "confirmed"}.get(figure, figure)
        assert read.get(f"reports/behind/{name}/").json()["count"] == report[figure]["count"], figure


def test_a_row_says_when_whose_and_which_score(read, solved):
    said = read.get("reports/behind/resolved/").json()
    assert (said["figure"], said["about"], said["unseen"]) == ("resolved", "case", 0)
    bo, karin = said["results"]
    assert (karin["id"], karin["score"]) == (solved[0].pk, 3)
    assert karin["account"] == solved[0].account.external_id
    assert "contact" in bo


def test_a_row_of_a_report_and_the_filters_narrow_it(read, solved):
    month = later(days=-9).strftime("%Y-%m")
    assert read.get("reports/behind/resolved/", row=month, by="month").json()["count"] == 2
    assert read.get("reports/behind/resolved/", row="2001-01", by="month").json()["count"] == 0
    assert read.get("reports/behind/resolved/", to=later(days=-30).date().isoformat()).json()["count"] == 0


def test_a_page_leads_to_the_next(read, solved):
    first = read.get("reports/behind/resolved/", page_size=1).json()
    assert (first["count"], [line["id"] for line in first["results"]]) == (2, [solved[1].pk])
    second = read.get(first["next"].partition("/api/v1/")[2].partition("?")[0], **_query(first["next"])).json()
    assert [line["id"] for line in second["results"]] == [solved[0].pk]
    assert (second["next"], bool(second["previous"])) == (None, True)


def _query(address):
    from urllib.parse import parse_qsl, urlsplit

    return dict(parse_qsl(urlsplit(address).query))


@pytest.mark.parametrize("figure", NAMES)
def test_a_machine_may_ask_for_every_figure(read, figure, people, solved):
    asked = {"person": people.agent.pk, "row": "0", "part": "", "by": "survey"}
    told = {"person": {"person": asked["person"]}, "age": {"row": 0}, "age_overdue": {"row": 0}}
    told["integrity"] = {"part": "fast"}
    said = read.get(f"reports/behind/{figure}/", **told.get(figure, {}))
    if figure == "integrity" and said.status_code == 404:
        from loop.reporting import integrity

        said = read.get(f"reports/behind/{figure}/", part=next(iter(integrity.NAMES)))
    assert said.status_code == 200, said.json()
    assert said.json()["about"] in {about.value for about in About}


@pytest.mark.parametrize(
    ("address", "query", "status"),
    [
        ("reports/behind/nothing/", {}, 404),
        ("reports/behind/age/", {"row": "x"}, 404),
        ("reports/behind/resolved/", {"colour": "red"}, 400),
        ("reports/behind/resolved/", {"page_size": "0"}, 400),
        ("reports/behind/resolved/", {"cursor": "?"}, 400),
        ("reports/behind/resolved/", {"row": "\x00"}, 400),
    ],
)
def test_what_there_is_not_is_said_as_a_problem(read, address, query, status):
    said = read.get(address, **query)
    assert (said.status_code, said["Content-Type"]) == (status, "application/problem+json")


def test_nobody_and_a_key_that_only_takes_in_are_refused(anybody, ingest):
    assert anybody.get("reports/behind/resolved/").status_code == 401
    assert ingest.get("reports/behind/resolved/").status_code == 403
