"""GET reports/: figures with their n and interval, for what the caller may see."""

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
@pytest.mark.parametrize("by", ["month", "week", "survey", "segment"])
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


@pytest.mark.parametrize("name", ["nps", "loop", "recovery"])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-12-01", "to": "2026-11-01"}, "from"),
        ({"survey": "nonsense"}, "survey"),
        ({"team": "Nowhere"}, "team"),
        ({"team": "a\x00b"}, "team"),
        ({"by": "moon"}, "by"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_there_is_not_is_named(read, name, query, field):
    said = read.get(f"reports/{name}/", **query)

    assert said.status_code == 400
    assert said["Content-Type"] == "application/problem+json"
    assert list(said.json()["errors"]) == [field]
