"""reports/overview/, reports/planner/ and programme/: are they the figures of the pages, for those who see them?"""

import pytest
from django.urls import reverse

from feedback import invitations
from tests import factories
from tests.loop.api.conftest import make_key, signed_in, with_key
from tests.people import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(people):
    """Eleven promoters and a detractor of Anna's, and a detractor of Otto's."""
    hers = factories.account("Nordvik", owner=people.agent, segment="retail")
    his = factories.account("Sydtal", owner=people.other_agent)
    for score, customer in [*[(9, hers)] * 11, (2, hers), (3, his)]:
        factories.response(score, contact=factories.contact(account=customer))
    return people


class TestTheOverview:
    def test_has_the_figures_of_the_reports(self, read, answers):
        said = read.get("reports/overview/", segment="retail").json()

        assert said["nps"]["n"] == 12
        for name in ("nps", "loop", "recovery", "responses"):
            whole = read.get(f"reports/{name}/", segment="retail").json()
            assert said[name].items() <= whole.items()

    def test_is_of_what_each_may_see(self, answers):
        seen = {
            name: signed_in(getattr(answers, name)).get("reports/overview/").json()["nps"]["n"]
            for name in ("agent", "lead", "other_agent", "leader", "admin")
        }
        assert seen == {"agent": 12, "lead": 12, "other_agent": 1, "leader": 13, "admin": 13}

    def test_refuses_what_no_report_takes(self, read):
        assert set(read.get("reports/overview/", width=4).json()["errors"]) == {"width"}


class TestThePlanner:
    def test_plans_as_the_page_does(self, answers):
        lena = answers.leader
        said = signed_in(lena).get("reports/planner/", width=5, change=8, segment="retail").json()
        page = browser(lena).get(reverse("report-planner"), {"width": 5, "change": 8, "segment": "retail"})

        for name in ("for_width", "for_change"):
            assert said[name] == page.context[name]
        assert said["variance"] == page.context["variance"]
        assert said["n"] == 12
        assert said["filters"]["segment"] == "retail"
        assert [line["answers"] for line in said["half_widths"]] == [10, 20, 50, 100, 200, 400, 1000]

    def test_knows_what_is_usual(self, read):
        said = read.get("reports/planner/").json()

        assert (said["width"], said["change"], said["is_own"], said["n"]) == (10, 10, False, 0)

    def test_corrects_for_few_customers_where_asked_to(self, read, answers):
        plain, corrected = (
            read.get("reports/planner/", width=5, population=population).json()["for_width"]["answers"]
            for population in ("false", "true")
        )
        assert corrected < plain

    @pytest.mark.parametrize(
        ("query", "named"),
        [
            ({"width": "0"}, "width"),
            ({"width": "nan"}, "width"),
            ({"change": "much"}, "change"),
            ({"population": "perhaps"}, "population"),
            ({"segment": "nobody"}, "segment"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_refusals_name_what_is_wrong(self, read, query, named):
        said = read.get("reports/planner/", **query)

        assert said.status_code == 400
        assert set(said.json()["errors"]) == {named}

    def test_counts_the_people_each_may_see(self, answers):
        seen = [
            signed_in(one).get("reports/planner/").json()["contacts"]
            for one in (answers.agent, answers.other_agent, answers.admin)
        ]
        assert seen == [12, 1, 13]


class TestHowTheAskingGoes:
    def test_is_told_as_the_page_tells_it(self, people, answers, read):
        contact = factories.contact("Ingrid Moe")
        invitation = invitations.invite(
            survey=factories.survey(), contact=contact, due_at=factories.NOW, now=factories.NOW
        )
        factories.sent(invitation, now=factories.NOW)
        said = read.get("programme/").json()
        page = browser(people.leader).get(reverse("programme")).context["programme"]

        assert said["total"]["sent"] == page.total.sent == 1
        assert said["total"]["answered"]["n"] == 1
        assert [row["times"] for row in said["fatigue"]] == [0, 1, 2, 3, 4]
        assert sum(row["contacts"] for row in said["fatigue"]) == 14
        assert [row["or_more"] for row in said["fatigue"]][-1] is True

    def test_is_for_the_top_and_for_keys_that_read(self, people):
        for person in people:
            may = person in (people.leader, people.admin)
            assert signed_in(person).get("programme/").status_code == (200 if may else 403)
        for scope, status in (("read", 200), ("admin", 200), ("ingest", 403), ("write", 403)):
            assert with_key(make_key(scope)[1]).get("programme/").status_code == status
