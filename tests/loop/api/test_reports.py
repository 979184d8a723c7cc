"""GET reports/: figures with their n and interval, for what the caller may see."""

from decimal import Decimal

import pytest

from tests import factories
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db

NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}


def test_nps_has_its_n_and_interval(read, people):
    for score in (3, 9, 10, 10):
        account = factories.account(owner=people.agent)
        factories.response(score, contact=factories.contact(account=account))

    told = read.get("reports/nps/", **NOVEMBER).json()

    assert (told["n"], told["nps"]) == (4, 50.0)
    low, high = told["interval"]
    assert low < 50 < high
    assert [row["key"] for row in told["rows"]] == ["2026-11"]


@pytest.mark.parametrize("name", ["nps", "loop", "recovery"])
@pytest.mark.parametrize(
    "by", ["month", "week", "quarter", "survey", "kind", "touchpoint", "segment", "country", "account"]
)
def test_every_report_can_be_had_by_everything(read, name, by):
    factories.resolved_case()

    assert read.get(f"reports/{name}/", by=by, **NOVEMBER).json()["by"] == by


@pytest.mark.parametrize("name", ["nps", "loop", "recovery"])
def test_people_get_the_figures_of_what_they_see(people, name):
    factories.resolved_case(owner=people.agent)

    def n(person):
        told = signed_in(person).get(f"reports/{name}/", **NOVEMBER).json()
        return told["funnel"]["followed_up"] if name == "recovery" else told["n"]

    assert (n(people.agent), n(people.lead), n(people.other_agent), n(people.leader)) == (1, 1, 0, 1)


@pytest.mark.parametrize("name", ["nps", "loop", "recovery", "responses", "revenue"])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-12-01", "to": "2026-11-01"}, "from"),
        ({"survey": "nonsense"}, "survey"),
        ({"team": "Nowhere"}, "team"),
        ({"team": "a\x00b"}, "team"),
        ({"by": "moon"}, "by"),
        ({"kind": "moon"}, "kind"),
        ({"touchpoint": "moon"}, "touchpoint"),
        ({"country": "XX"}, "country"),
        ({"account": "nobody"}, "account"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_there_is_not_is_named(read, name, query, field):
    said = read.get(f"reports/{name}/", **query)

    assert said.status_code == 400
    assert said["Content-Type"] == "application/problem+json"
    assert list(said.json()["errors"]) == [field]


def test_nps_says_what_it_is_of_and_how_it_is_weighed(read):
    for value, scores in ((100, (9, 10, 9, 8)), (900, (3, 5))):
        account = factories.account(annual_value=Decimal(value), currency="SEK")
        for score in scores:
            factories.response(score, contact=factories.contact(account=account))
    factories.response(9)

    told = read.get("reports/nps/", **NOVEMBER).json()

    assert told["few"] is True
    assert told["weighed"]["without_account"] == 1
    figures = {figure["weighing"]: figure for figure in told["weighed"]["figures"]}
    assert {name: figure["nps"] for name, figure in figures.items()} == {
        "respondent": 16.67, "account": -12.5, "revenue": -82.5,
    }  # fmt: skip
    assert all(figure["accounts"] == 2 and figure["by_student"] for figure in figures.values())
    assert [row["key"] for row in told["rolling_year"]] == ["2026-11"]
    assert told["rolling_year"][0]["from"] == "2025-12-01"


def test_who_answers_and_what_is_at_stake_can_be_had(read):
    account = factories.account(annual_value=Decimal(1000), currency="SEK")
    factories.response(3, contact=factories.contact(account=account))

    revenue = read.get("reports/revenue/", **NOVEMBER).json()
    responses = read.get("reports/responses/", **NOVEMBER).json()

    assert revenue["currencies"][0]["at_risk"] == {"accounts": 1, "value": "1000.00"}
    assert revenue["currencies"][0]["coverage"] == 1
    assert (responses["sent"], responses["nps_of_all_asked_lies_between"]) == (0, None)


def test_a_person_cannot_narrow_to_a_customer_they_may_not_see(people):
    hers = factories.account(owner=people.agent)
    for person, status in ((people.agent, 200), (people.other_agent, 400)):
        assert signed_in(person).get("reports/nps/", account=hers.external_id).status_code == status
