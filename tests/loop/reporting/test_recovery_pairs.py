"""Which customers are compared: seen from the same moment, asked the same way, chosen for reasons that are known."""

import pytest
from django.http import QueryDict

from loop import call_order, workflow
from loop.models import Case
from loop.reporting.expected_recovery import Reason
from loop.reporting.filters import parse
from loop.reporting.recovery import recovery_report
from tests import factories
from tests.factories import later

LATER = later(days=200)


def report(people):
    return recovery_report(people.leader, parse(QueryDict(""), now=LATER), LATER)


def again(case: Case, score: int, *, survey: str = "relational", days: float = 40) -> None:
    factories.response(score, contact=case.contact, survey_key=survey, now=later(days=days))


class TestTheMoment:
    def test_who_answered_again_before_the_contact_was_due_is_in_neither_group(self, people):
        again(factories.case(3, owner=people.agent), 9, days=0.2)
        again(factories.resolved_case(score=3, owner=people.agent), 9, days=0.2)
        found = report(people).comparison
        assert (found.n, found.n_alone, found.n_left_out) == (0, 0, 0)

    def test_who_was_contacted_late_is_in_neither_group_and_counted(self, people):
        late = factories.case(3, owner=people.agent)
        workflow.attempt(case_id=late.pk, channel="phone", reached=True, actor=None, now=later(days=9))
        factories.resolve(late, now=later(days=10))
        again(late, 9)
        found = report(people)
        assert (found.comparison.n, found.comparison.n_alone, found.contacted_late) == (0, 0, 1)


class TestTheSetting:
    @pytest.fixture
    def followed_up(self, people) -> Case:
        case = factories.resolved_case(score=3, owner=people.agent)
        again(case, 9)
        return case

    def test_the_same_setting_compares(self, people, followed_up):
        again(factories.case(3, owner=people.agent), 3, days=45)
        found = report(people).comparison
        assert (found.n, found.n_alone, found.expected) == (1, 1, 0)

    @pytest.mark.parametrize(
        ("survey", "days"), [("recovery", 40), ("product", 40), ("relational", 20), ("relational", 130)]
    )
    def test_another_kind_or_another_gap_does_not_and_is_named(self, people, followed_up, survey, days):
        again(factories.case(3, owner=people.agent), 3, survey=survey, days=days)
        found = report(people).comparison
        assert (found.n, found.n_left_out) == (0, 1)
        assert found.left_out[0].setting == "relational|relational|120d|2026-2"
        assert found.reason == Reason.NOBODY_TO_COMPARE_WITH

    def test_another_half_of_the_year_does_not(self, people, followed_up):
        other = factories.case(3, owner=people.agent, now=later(days=60))
        again(other, 3, days=100)
        assert report(people).comparison.n == 0


class TestChoice:
    @pytest.fixture
    def chosen(self, people) -> list[Case]:
        """Twenty-four customers who wait while the next one is called, and as many who are."""
        waiting = [factories.case(3, owner=people.agent, now=later(hours=number)) for number in range(24)]
        for number in range(24):
            called = factories.case(3, owner=people.agent, now=later(hours=24 + number))
            factories.reach(called, now=later(hours=24 + number + 0.1))
            factories.resolve(called, now=later(hours=24 + number + 0.2))
            again(called, 9)
        for case in waiting:
            again(case, 2)
        return waiting

    def test_without_a_reason_there_is_no_verdict_however_large_the_difference(self, people, chosen):
        found = report(people)
        assert (found.comparison.passed_over, found.comparison.unrecorded) == (24, 24)
        assert found.comparison.reason == Reason.BY_CHOICE
        assert found.words[0].startswith("No verdict: 24 of those compared with were passed over")

    def test_with_reasons_that_can_be_held_equal_there_is_one(self, people, chosen):
        for case in chosen:
            call_order.say_why(case_id=case.pk, why="nobody_here", actor=people.agent, now=later(days=3))
        assert report(people).comparison.reason is None

    def test_with_words_that_cannot_there_is_none(self, people, chosen):
        for case in chosen:
            call_order.say_why(case_id=case.pk, why="other", text="A feeling.", actor=people.agent, now=later(days=3))
        assert report(people).comparison.reason == Reason.BY_CHOICE


class TestSilence:
    def test_at_worst_and_at_best(self, people):
        reached = factories.resolved_case(score=3, owner=people.agent)
        again(reached, 9)
        silent = factories.unreached_case(score=3, owner=people.agent)
        factories.sent(silent.recovery_invitation, now=later(days=32))
        found = report(people)
        assert found.silence
        assert (found.silence.low, found.silence.high) == (0, 1)
