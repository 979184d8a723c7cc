"""Who counts as followed up, who as recovering alone, and what is said about the two."""

import json

import pytest
from django.http import QueryDict

from feedback.models import Survey
from loop import workflow
from loop.models import Case
from loop.reporting.expected_recovery import Finding, Reason
from loop.reporting.filters import parse
from loop.reporting.recovery import RecoveryReport, recovery_report
from tests import factories
from tests.factories import later

LATER = later(days=60)


def report(reader, query: str = "") -> RecoveryReport:
    return recovery_report(reader, parse(QueryDict(query), now=LATER), LATER)


def followed_up(first: int, second: int | None, owner) -> Case:
    """A case that was contacted and solved; forty days later the customer answers again."""
    case = factories.resolved_case(score=first, owner=owner)
    if second is not None:
        factories.response(second, contact=case.contact, now=later(days=40))
    return case


def alone(first: int, second: int, owner) -> Case:
    """A case nobody has contacted; forty days later the customer answers again."""
    case = factories.case(first, owner=owner)
    factories.response(second, contact=case.contact, now=later(days=40))
    return case


class TestPairs:
    def test_observed_stands_beside_expected(self, people):
        followed_up(3, 8, people.agent)
        followed_up(3, 4, people.agent)
        alone(3, 9, people.agent)
        alone(3, 2, people.agent)
        alone(3, 3, people.agent)
        alone(3, 6, people.agent)
        found = report(people.leader).comparison
        assert (found.observed, found.n, found.expected, found.n_alone) == (1, 2, pytest.approx(0.5), 4)

    def test_silence_is_in_neither_group(self, people):
        followed_up(3, None, people.agent)
        factories.case(3, owner=people.agent)
        found = report(people.leader).comparison
        assert (found.n, found.n_alone, found.reason) == (0, 0, Reason.NOBODY_ANSWERED)

    def test_a_customer_reached_after_the_second_answer_recovered_alone(self, people):
        case = alone(3, 9, people.agent)
        workflow.attempt(case_id=case.pk, channel="phone", reached=True, actor=None, now=later(days=41))
        followed_up(3, 3, people.agent)
        found = report(people.leader).comparison
        assert (found.observed, found.n, found.expected, found.n_alone) == (0, 1, pytest.approx(1), 1)

    def test_a_customer_reached_before_the_second_answer_did_not_recover_alone(self, people):
        case = factories.contacted_case(score=3, owner=people.agent)
        factories.response(9, contact=case.contact, now=later(days=40))
        followed_up(3, 3, people.agent)
        assert report(people.leader).comparison.n_alone == 0

    def test_a_customer_reached_about_an_earlier_answer_did_not_recover_alone(self, people):
        earlier = followed_up(3, 3, people.agent)
        factories.response(9, contact=earlier.contact, now=later(days=50))
        assert report(people.leader).comparison.n_alone == 0

    def test_a_customer_nobody_reached_and_who_was_asked_again_is_one_to_compare_with(self, people):
        case = factories.unreached_case(score=3, owner=people.agent)
        factories.response(9, contact=case.contact, survey_key="recovery", now=later(days=40))
        reached = factories.resolved_case(score=3, owner=people.agent)
        factories.response(3, contact=reached.contact, survey_key="recovery", now=later(days=40))
        found = report(people.leader).comparison
        assert (found.n_alone, found.expected) == (1, pytest.approx(1))

    def test_withdrawn_cases_are_left_out_of_both(self, people):
        case = alone(3, 9, people.agent)
        workflow.withdraw(case_id=case.pk, reason="A duplicate.", actor=people.lead, now=later(days=41))
        followed_up(3, 3, people.agent)
        assert report(people.leader).comparison.n_alone == 0

    def test_anonymous_answers_have_no_pair(self, people):
        factories.response(3)
        factories.response(9, now=later(days=40))
        assert report(people.leader).comparison.n_alone == 0

    def test_a_second_answer_on_another_scale_is_no_pair_of_the_followed_up_and_is_counted(self, people):
        Survey.objects.filter(key="recovery").update(scale_min=1)
        case = factories.resolved_case(score=3, owner=people.agent)
        factories.response(9, contact=case.contact, survey_key="recovery", now=later(days=40))
        alone(3, 3, people.agent)
        found = report(people.leader)
        assert found.comparison.n == 0
        assert (found.funnel.answered, found.funnel.other_scale) == (1, 1)

    def test_a_second_answer_on_another_scale_is_no_recovery_alone(self, people):
        Survey.objects.filter(key="product").update(scale_min=1)
        by_themselves = factories.case(3, owner=people.agent)
        factories.response(9, contact=by_themselves.contact, survey_key="product", now=later(days=40))
        followed_up(3, 3, people.agent)
        found = report(people.leader).comparison
        assert (found.n_alone, found.n_left_out) == (0, 1)

    def test_a_passive_who_asked_for_a_call_is_no_detractor(self, people):
        contact = factories.contact(account=factories.account(owner=people.agent))
        case = factories.response(7, contact=contact, wants_callback=True).case
        workflow.attempt(case_id=case.pk, channel="phone", reached=True, actor=None, now=later(hours=1))
        assert report(people.leader).funnel.followed_up == 0


class TestFunnel:
    def test_each_verdict_is_counted_and_silence_apart(self, people):
        for second in (9, 5, 3, 1):
            followed_up(3, second, people.agent)
        followed_up(3, None, people.agent)
        funnel = report(people.leader).funnel
        assert (funnel.followed_up, funnel.answered) == (5, 4)
        assert (funnel.recovered, funnel.improved, funnel.unchanged, funnel.worsened) == (1, 1, 1, 1)
        assert (funnel.asked, funnel.silent, funnel.waiting) == (4, 0, 0)

    def test_who_answers_again_is_told_for_the_reached_and_the_unreached(self, people):
        followed_up(3, 9, people.agent)
        case = factories.unreached_case(score=3, owner=people.agent)
        factories.response(9, contact=case.contact, now=later(days=40))
        found = report(people.leader)
        assert (found.answer_rate.count, found.answer_rate.n) == (1, 1)
        assert (found.answer_rate_unreached.count, found.answer_rate_unreached.n) == (1, 1)


class TestVerdict:
    def test_few_pairs_cannot_tell(self, people):
        followed_up(3, 9, people.agent)
        alone(3, 3, people.agent)
        found = report(people.leader)
        assert (found.comparison.finding, found.comparison.reason) == (Finding.CANNOT_TELL, Reason.TOO_FEW)
        assert found.words[0].startswith("Cannot tell yet")

    def test_the_assumption_is_told_wherever_a_difference_is(self, people):
        followed_up(3, 9, people.agent)
        assert report(people.leader).assumption == ""
        alone(3, 3, people.agent)
        assert "not drawn by lot" in report(people.leader).assumption

    def test_it_goes_out_as_json_with_expected_beside_observed(self, people):
        followed_up(3, 9, people.agent)
        alone(3, 3, people.agent)
        told = json.loads(json.dumps(report(people.leader).as_dict()))
        assert (told["observed_share"], told["expected_share"]) == (1, 0)
        assert told["verdict"]["finding"] == "cannot_tell"
        assert told["funnel"]["recovered"] == 1


class TestRows:
    def test_each_row_has_observed_and_expected(self, people):
        followed_up(3, 9, people.agent)
        alone(3, 9, people.agent)
        alone(3, 3, people.agent)
        (row,) = [row for row in report(people.leader).rows if row.n]
        assert (row.key, row.n, row.observed, row.expected) == ("2026-11", 1, 1, pytest.approx(0.5))

    def test_rows_may_be_segments(self, people):
        followed_up(3, 9, people.agent)
        alone(3, 3, people.agent)
        assert [row.name for row in report(people.leader, "by=segment").rows] == ["no segment"]

    def test_a_score_without_an_expected_value_is_in_no_row(self, people):
        followed_up(3, 9, people.agent)
        assert report(people.leader, "by=survey").rows == ()


class TestWhoSeesWhat:
    def test_agents_leads_and_leadership_see_their_own_part(self, people):
        followed_up(3, 9, people.agent)
        followed_up(3, 3, people.other_agent)
        seen = [report(reader).funnel.followed_up for reader in (people.agent, people.lead, people.other_lead)]
        assert seen == [1, 1, 1]
        assert report(people.colleague).funnel.followed_up == 0
        assert report(people.leader).funnel.followed_up == report(None).funnel.followed_up == 2

    def test_who_was_contacted_by_another_team_did_not_recover_alone(self, people):
        """Otto reached the customer about an earlier answer; Anna's case of the same person is no comparison."""
        case = followed_up(3, 3, people.other_agent)
        second = Case.objects.get(response__contact=case.contact, response__score=3, opened_at=later(days=40))
        workflow.assign(case_id=second.pk, owner=people.agent, team=people.north, reason="x", actor=None, now=LATER)
        factories.response(9, contact=case.contact, now=later(days=50))
        assert report(people.agent).comparison.n_alone == 0
