"""Whose answers count in whose NPS, and how it moved."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from feedback import tallies
from feedback.models import Account
from feedback.nps import difference
from loop.reporting.filters import parse
from loop.reporting.nps import nps_overview
from tests import factories
from tests.asked import caused

NOW = factories.NOW


def overview(reader, query: str = ""):
    return nps_overview(reader, parse(QueryDict(query), now=NOW), NOW)


@pytest.fixture
def company(people):
    """Anna's customer answers 9, Otto's 3, and somebody without a name 7."""
    hers = factories.account("Hers AB", owner=people.agent, segment="retail")
    his = factories.account("His AB", owner=people.other_agent)
    factories.response(9, contact=factories.contact(account=hers))
    factories.response(3, contact=factories.contact(account=his))
    factories.response(7)
    return people


class TestWhoSeesWhat:
    def test_an_agent_sees_the_answers_of_their_own_customers(self, company):
        assert overview(company.agent).report.total.nps == 100
        assert overview(company.other_agent).report.total.nps == -100
        assert overview(company.colleague).report.total.n == 0

    def test_a_lead_sees_those_of_the_team(self, company):
        assert overview(company.lead).report.total.nps == 100
        assert overview(company.other_lead).report.total.nps == -100

    def test_leadership_the_administrator_and_a_machine_see_all_of_them(self, company):
        for reader in (company.leader, company.admin, None):
            assert overview(reader).report.total.n == 3

    def test_somebody_who_has_left_sees_nothing(self, company):
        company.leader.is_active = False
        assert overview(company.leader).report.total.n == 0


class TestFilters:
    def test_a_team_is_the_customers_its_people_look_after(self, company):
        assert overview(company.leader, "team=South").report.total.nps == -100

    def test_a_segment_is_the_customers_in_it(self, company):
        assert overview(company.leader, "segment=retail").report.total.nps == 100

    def test_recovery_surveys_count_only_when_chosen(self, company):
        factories.response(0, survey_key="recovery")
        assert overview(company.leader).report.total.n == 3
        assert overview(company.leader, "survey=recovery").report.total.nps == -100

    def test_a_country_is_the_customers_in_it(self, company):
        norwegian = factories.contact(account=factories.account(country="NO"))
        factories.response(0, contact=norwegian)
        assert overview(company.leader, "country=NO").report.total.nps == -100

    def test_a_customer_is_the_answers_of_its_people(self, company):
        hers = Account.objects.get(name="Hers AB")
        assert overview(company.agent, f"account={hers.external_id}").report.total.nps == 100

    def test_a_kind_is_the_surveys_of_it_and_recovery_surveys_when_it_is_theirs(self, company):
        factories.response(9, survey_key="product")
        factories.response(0, survey_key="recovery")
        assert overview(company.leader, "kind=product").report.total.nps == 100
        assert overview(company.leader, "kind=recovery").report.total.nps == -100
        assert overview(company.leader, "kind=relational").report.total.n == 3

    def test_a_touchpoint_is_the_answers_to_what_it_caused_each_once(self, company):
        person = factories.contact()
        asked = caused("delivered", person)
        caused("delivered", person, invitation=asked)
        factories.response(9, contact=person, invitation=asked)
        assert overview(company.leader, "touchpoint=delivered").report.total.n == 1

    def test_days_outside_are_left_out(self, company):
        assert overview(company.leader, "to=2026-11-18").report.total.n == 0


class TestChange:
    def answers(self, promoters: int, detractors: int, *, days_ago: int) -> None:
        at = NOW - timedelta(days=days_ago)
        for score, times in ((9, promoters), (7, 3), (0, detractors)):
            for _ in range(times):
                factories.response(score, responded_at=at)

    def test_a_move_within_chance_is_said_to_be_one(self, people):
        self.answers(10, 8, days_ago=40)
        self.answers(12, 8, days_ago=5)
        change = overview(people.leader, "from=2026-10-25").as_dict()["change"]
        assert change["points"] > 0
        assert change["beyond_chance"] is False
        assert change["n_before"] == 21

    def test_a_large_move_is_beyond_chance(self, people):
        self.answers(2, 25, days_ago=40)
        self.answers(25, 2, days_ago=5)
        assert overview(people.leader, "from=2026-10-25").change.beyond_chance

    def test_people_who_answered_both_times_show_a_move_that_strangers_would_not(self, people):
        contacts = [factories.contact() for _ in range(40)]
        for days_ago, promoters in ((40, 16), (5, 24)):
            for number, person in enumerate(contacts):
                score = 9 if number < promoters else 0
                factories.response(score, contact=person, responded_at=NOW - timedelta(days=days_ago))
        found = overview(people.leader, "from=2026-10-25")
        assert found.change.shared.pairs == 40
        assert found.change.beyond_chance
        assert not difference(found.report.total, found.earlier).beyond_chance  # as if they were strangers

    def test_without_earlier_answers_there_is_no_move(self, people):
        self.answers(2, 2, days_ago=5)
        assert overview(people.leader, "from=2026-10-25").as_dict()["change"] is None

    def test_answers_on_another_scale_are_no_move(self, people):
        self.answers(2, 25, days_ago=40)
        factories.survey("product").__class__.objects.filter(key="product").update(scale_min=1)
        for _ in range(20):
            factories.response(9, survey_key="product", responded_at=NOW - timedelta(days=5))
        assert overview(people.leader, "from=2026-10-25").change is None


class TestDaysThatWereCountedBefore:
    """A report adds up what was counted once; nobody can tell from its figures."""

    @pytest.mark.parametrize("query", ["", "by=week", "by=survey", "by=segment", "segment=Retail", "survey=recovery"])
    def test_make_no_difference(self, people, query):
        for segment, score, days in (("Retail", 3, 40), ("Retail", 9, 12), ("Public", 10, 5), ("", 7, 0)):
            customer = factories.contact(account=factories.account(segment=segment, owner=people.agent))
            at = NOW - timedelta(days=days)
            factories.response(score, contact=customer, responded_at=at)
            factories.response(score, contact=customer, responded_at=at, survey_key="recovery")
        before = overview(people.leader, query).as_dict()
        assert tallies.tally_days(now=NOW) > 0
        assert overview(people.leader, query).as_dict() == before
        assert before["n"]

    def test_are_not_shown_to_who_may_not_see_them(self, people):
        factories.response(
            3,
            contact=factories.contact(account=factories.account(owner=people.other_agent)),
            responded_at=NOW - timedelta(days=9),
        )
        tallies.tally_days(now=NOW)
        assert overview(people.agent, "").as_dict()["n"] == 0
        assert overview(people.leader, "").as_dict()["n"] == 1
