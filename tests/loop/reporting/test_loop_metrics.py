"""Contacted in time, resolved, still waiting: who counts in which figure, and for whom."""

import json
from datetime import timedelta

import pytest
from django.http import QueryDict

from loop import workflow
from loop.reporting.filters import parse
from loop.reporting.loop_metrics import LoopReport, loop_report
from tests import factories
from tests.factories import NOW, later


def report(reader, query: str = "", *, now=NOW) -> LoopReport:
    return loop_report(reader, parse(QueryDict(query), now=now), now)


class TestContactedInTime:
    def test_a_case_with_time_left_is_neither_in_time_nor_late(self, people):
        factories.case(owner=people.agent)
        assert report(people.leader).contacted_in_time.n == 0

    def test_a_case_whose_time_ran_out_is_late_although_it_is_open(self, people):
        factories.case(owner=people.agent)
        found = report(people.leader, now=later(days=4)).contacted_in_time
        assert (found.count, found.n) == (0, 1)

    def test_a_contact_before_the_due_time_is_in_time(self, people):
        factories.contacted_case(owner=people.agent)
        found = report(people.leader, now=later(days=4)).contacted_in_time
        assert (found.count, found.n) == (1, 1)

    def test_a_contact_after_the_due_time_stays_late(self, people):
        case = factories.case(owner=people.agent)
        workflow.attempt(case_id=case.pk, channel="phone", reached=True, actor=None, now=later(days=5))
        found = report(people.leader, now=later(days=6)).contacted_in_time
        assert (found.count, found.n) == (0, 1)

    def test_a_customer_nobody_reached_was_not_contacted_in_time(self, people):
        factories.unreached_case(owner=people.agent)
        found = report(people.leader, now=later(days=3)).contacted_in_time
        assert (found.count, found.n) == (0, 1)

    def test_a_case_withdrawn_before_a_contact_counts_in_neither(self, people):
        case = factories.case(owner=people.agent)
        workflow.withdraw(case_id=case.pk, reason="A test answer.", actor=people.lead, now=later(hours=1))
        assert report(people.leader, now=later(days=9)).contacted_in_time.n == 0


class TestResolved:
    @pytest.fixture
    def year(self, people):
        """Two solved, one not reached, one withdrawn, one open: five in all."""
        factories.resolved_case(owner=people.agent)
        factories.resolved_case(owner=people.agent)
        factories.unreached_case(owner=people.agent)
        withdrawn = factories.case(owner=people.agent)
        workflow.withdraw(case_id=withdrawn.pk, reason="A test answer.", actor=people.lead, now=later(hours=1))
        factories.case(owner=people.agent)
        return report(people.leader, now=later(days=3))

    def test_only_solved_cases_are_resolved(self, year):
        assert (year.resolved.count, year.resolved.n) == (2, 5)

    def test_the_others_stand_beside_it_and_all_add_up(self, year):
        parts = (year.resolved, year.not_reached, year.withdrawn, year.open)
        assert [part.count for part in parts] == [2, 1, 1, 1]
        assert {part.n for part in parts} == {year.cases}

    def test_a_reopened_case_is_open_again_and_counted(self, people):
        case = factories.resolved_case(owner=people.agent)
        workflow.reopen(case_id=case.pk, reason="Not solved.", actor=people.lead, now=later(days=1))
        found = report(people.leader, now=later(days=2))
        assert (found.resolved.count, found.open.count, found.reopened.count) == (0, 1, 1)


class TestWaits:
    def test_both_clocks_are_told_in_hours(self, people):
        """Thursday 09:12 to Friday 09:12 is 24 hours for the customer and a working day of nine for us."""
        case = factories.case(owner=people.agent)
        workflow.attempt(case_id=case.pk, channel="phone", reached=True, actor=None, now=later(days=1))
        found = report(people.leader, now=later(days=2))
        assert (found.contact_waits.customer.median, found.contact_waits.working.median) == (24, 9)

    def test_the_customers_clock_begins_with_the_answer_and_not_with_its_import(self, people):
        contact = factories.contact(account=factories.account(owner=people.agent))
        case = factories.response(3, contact=contact, responded_at=NOW - timedelta(hours=10)).case
        workflow.attempt(case_id=case.pk, channel="phone", reached=True, actor=None, now=later(hours=2))
        found = report(people.leader, now=later(days=1))
        assert (found.contact_waits.customer.median, found.contact_waits.working.median) == (12, 2)

    def test_those_who_still_wait_are_not_left_out(self, people):
        factories.contacted_case(owner=people.agent)
        factories.case(owner=people.agent)
        factories.case(owner=people.agent)
        found = report(people.leader, now=later(hours=5)).contact_waits.customer
        assert (found.median, found.n, found.waiting) == (None, 3, 2)

    def test_cases_closed_without_contact_are_counted_and_withdrawn_ones_left_out(self, people):
        factories.unreached_case(owner=people.agent)
        case = factories.case(owner=people.agent)
        workflow.withdraw(case_id=case.pk, reason="A test answer.", actor=people.lead, now=later(hours=1))
        found = report(people.leader, now=later(days=5)).contact_waits.customer
        assert (found.n, found.closed_otherwise) == (1, 1)

    def test_the_resolution_is_told_by_both_clocks_without_what_the_customer_asked_us_to_wait(self, people):
        """Answered Thursday 09:12, held from 11:12 that day until Monday 09:12, solved on Tuesday 09:12."""
        case = factories.contacted_case(owner=people.agent)
        workflow.hold(case_id=case.pk, until=later(days=4), reason="On leave.", actor=people.agent, now=later(hours=2))
        workflow.resume(case_id=case.pk, actor=people.agent, now=later(days=4))
        factories.resolve(case, now=later(days=5))
        found = report(people.leader, now=later(days=6)).resolution_waits
        assert (found.customer.median, found.working.median) == (120, pytest.approx(11))

    def test_what_is_open_again_still_waits_and_what_was_closed_unsolved_is_counted(self, people):
        again = factories.resolved_case(owner=people.agent)
        workflow.reopen(case_id=again.pk, reason="Not solved.", actor=people.lead, now=later(days=2))
        factories.unreached_case(owner=people.agent)
        found = report(people.leader, now=later(days=6)).resolution_waits.customer
        assert (found.n, found.waiting, found.closed_otherwise, found.median) == (2, 1, 1, None)


class TestTeams:
    def test_each_team_has_its_load_and_the_most_overdue_comes_first(self, people):
        factories.case(owner=people.agent)
        factories.case(owner=people.other_agent)
        factories.case(owner=people.other_agent, now=later(days=6))
        found = report(people.leader, now=later(days=6)).teams
        assert {(load.name, load.open, load.overdue) for load in found} == {("North", 1, 1), ("South", 2, 1)}
        assert found[0].name == "South"

    def test_what_waits_now_counts_whenever_it_was_opened(self, people):
        factories.case(owner=people.agent)
        found = report(people.leader, "from=2027-01-01&to=2027-01-31", now=later(days=60))
        assert found.cases == 0
        assert found.teams[0].overdue == 1


class TestWhoSeesWhat:
    @pytest.fixture
    def cases(self, people):
        factories.resolved_case(owner=people.agent)
        factories.case(owner=people.colleague)
        factories.case(owner=people.other_agent)
        return people

    def test_agents_see_figures_of_their_own_cases(self, cases):
        assert report(cases.agent).cases == 1
        assert report(cases.agent).resolved.count == 1
        assert report(cases.other_agent).resolved.count == 0

    def test_leads_see_their_teams_and_no_other(self, cases):
        assert report(cases.lead).cases == 2
        assert report(cases.other_lead).cases == 1
        assert [load.name for load in report(cases.other_lead).teams] == ["South"]

    def test_leadership_and_a_machine_see_all(self, cases):
        assert report(cases.leader).cases == 3
        assert report(None).cases == 3


class TestRows:
    def test_each_month_has_its_shares_and_says_which_cases_they_are(self, people):
        factories.resolved_case(owner=people.agent)
        row = report(people.leader, now=later(days=3)).rows[-1]
        assert (row.key, row.resolved.count, row.contacted_in_time.n) == ("2026-11", 1, 1)
        assert row.opened_after == "2026-11-01T00:00:00+01:00"

    def test_a_month_without_cases_has_no_share(self, people):
        factories.resolved_case(owner=people.agent)
        assert report(people.leader, now=later(days=3)).rows[0].resolved.share is None

    @pytest.mark.parametrize(("by", "key"), [("survey", "relational"), ("segment", ""), ("week", "2026-W47")])
    def test_rows_may_be_something_else(self, people, by, key):
        factories.resolved_case(owner=people.agent)
        rows = {row.key: row for row in report(people.leader, f"by={by}").rows}
        assert rows[key].resolved.count == 1

    def test_it_goes_out_as_json(self, people):
        factories.resolved_case(owner=people.agent)
        told = json.loads(json.dumps(report(people.leader, now=later(days=3)).as_dict()))
        assert told["resolved"]["n"] == 1
        assert told["hours_to_first_contact"]["customer_clock"]["median"] == 1

    def test_the_number_of_queries_does_not_grow_with_the_cases(self, people, django_assert_num_queries):
        for _ in range(3):
            factories.resolved_case(owner=people.agent)
        with django_assert_num_queries(8):
            report(people.leader).as_dict()
