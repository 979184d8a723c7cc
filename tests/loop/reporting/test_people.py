"""Who is told what about whom, with how many cases, and does somebody stand out?"""

import pytest
from django.db.models import F
from django.http import QueryDict

from loop.models import Case, RootCause
from loop.reporting.filters import parse
from loop.reporting.people import PeopleReport, people_report
from tests import factories
from tests.factories import NOW, later
from tests.people import browser

pytestmark = pytest.mark.django_db
LATER = later(days=60)


def report(reader) -> PeopleReport:
    return people_report(reader, parse(QueryDict(""), now=LATER), LATER)


def ended(owner, *, solved: int, unsolved: int, score: int = 5) -> None:
    """So many cases of `owner` that have come to an end, stored at once: the figures are what is looked at."""
    first = factories.resolved_case(score, owner=owner)
    billing = RootCause.objects.get(key="billing")
    for number in range(solved + unsolved - 1):
        answer = factories.response(score, contact=factories.contact(account=first.account))
        is_solved = number < solved - 1
        Case.objects.filter(response=answer).update(
            version=F("version") + 1, owner=owner, state="contacted" if is_solved else "resolved",
            contacted_at=later(hours=1) if is_solved else None,
            resolution="" if is_solved else "not_reached", closed_at=None if is_solved else later(days=3),
            resolved_at=None if is_solved else later(days=3), remind_at=None, leadership_at=None,
        )  # fmt: skip
        if is_solved:
            Case.objects.filter(response=answer).update(
                version=F("version") + 1, state="resolved", resolution="solved", closed_at=later(hours=3),
                resolved_at=later(hours=3), root_cause=billing, summary="Done.",
            )  # fmt: skip


def names(reader) -> list[str]:
    return [line.user.display_name for line in report(reader).lines]


class TestWhoSeesWhom:
    @pytest.fixture(autouse=True)
    def everybody_has_cases(self, people):
        for person in (people.agent, people.colleague, people.other_agent):
            ended(person, solved=4, unsolved=2)

    def test_an_agent_sees_herself_a_lead_the_team_leadership_all(self, people):
        assert names(people.agent) == ["Anna"]
        assert names(people.lead) == ["Anna", "Kim"]
        assert names(people.other_lead) == ["Otto"]
        for reader in (people.leader, people.admin, None):
            assert names(reader) == ["Anna", "Kim", "Otto"]

    def test_all_are_measured_against_all(self, people):
        assert report(people.agent).overall == report(people.leader).overall

    def test_pages_show_no_name_that_is_not_theirs(self, people):
        page = browser(people.agent).get("/reports/people/?from=2026-11-01&to=2026-12-31").content.decode()
        assert "Anna" in page
        assert "Kim" not in page
        assert "Otto" not in page


class TestFewCases:
    def test_nothing_about_a_person_under_five(self, people):
        ended(people.agent, solved=4, unsolved=0)
        line = report(people.leader).lines[0]
        assert (line.cases, line.standing) == (4, None)
        assert line.as_dict()["figures"] is None

    def test_no_place_among_others_under_twenty(self, people):
        ended(people.agent, solved=9, unsolved=10)
        ended(people.colleague, solved=20, unsolved=0)
        assert [line.may_rank for line in report(people.leader).lines] == [False, True]

    def test_lines_stand_in_the_order_of_names(self, people):
        ended(people.agent, solved=3, unsolved=5)
        ended(people.colleague, solved=8, unsolved=0)
        assert names(people.leader) == ["Anna", "Kim"]


class TestFigures:
    def test_withdrawn_cases_count_for_nobody(self, people):
        case = factories.case(5, owner=people.agent)
        Case.objects.filter(pk=case.pk).update(
            version=F("version") + 1,
            state="resolved",
            resolution="withdrawn",
            closed_at=NOW,
            resolved_at=NOW,
            remind_at=None,
        )
        assert report(people.leader).lines == ()

    def test_who_has_the_harder_cases_is_expected_to_solve_fewer(self, people):
        ended(people.agent, solved=5, unsolved=15, score=0)
        ended(people.colleague, solved=15, unsolved=5, score=6)
        for line in report(people.leader).lines:
            assert line.standing
            assert line.standing.mix.difference == pytest.approx(0)
            assert not line.standing.outside

    def test_who_solves_far_fewer_of_the_same_cases_stands_out(self, people):
        for person in (people.colleague, people.other_agent):
            ended(person, solved=40, unsolved=0)
        ended(people.agent, solved=10, unsolved=30)
        outside = {line.user.display_name: line.standing.outside for line in report(people.leader).told_of}
        assert outside["Anna"]
