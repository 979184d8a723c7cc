"""How far a goal is, and that chance is ruled out before it is called reached."""

from datetime import date, timedelta

import pytest

from loop import goals
from loop.goals import GoalFacts
from loop.reporting.goals import Finding, goals_of, progress
from tests import factories

NOW = factories.NOW  # 19 November
BEFORE, LATELY = NOW - timedelta(days=45), NOW - timedelta(days=5)

pytestmark = pytest.mark.django_db


def goal(points: int = 20, **facts: object):
    wanted = {
        "due_on": date(2026, 12, 31), "baseline_first": date(2026, 10, 1), "baseline_last": date(2026, 10, 15), **facts,
    }  # fmt: skip
    return goals.save(GoalFacts(points, **wanted), actor=None, now=NOW)


def answers(at, *, promoters: int = 0, detractors: int = 0, people=None, **details: object) -> list:
    scores = [9] * promoters + [7] * 4 + [0] * detractors
    contacts = people or [factories.contact() for _ in scores]
    for score, person in zip(scores, contacts, strict=True):
        factories.response(score, contact=person, responded_at=at, **details)
    return contacts


class TestFindings:
    def test_a_rise_within_chance_is_not_told_as_one(self):
        answers(BEFORE, promoters=10, detractors=10)
        answers(LATELY, promoters=14, detractors=8)
        found = progress(None, goal(5), NOW)
        assert found.change.points > 5
        assert found.finding == Finding.CANNOT_TELL
        assert found.words == "Cannot tell yet: the change so far is within chance."
        assert found.answers_needed > 1000

    def test_a_rise_beyond_chance_may_still_not_be_the_one_wanted(self):
        answers(BEFORE, promoters=5, detractors=25)
        answers(LATELY, promoters=25, detractors=5)
        found = progress(None, goal(100), NOW)
        assert found.finding == Finding.RISEN

    def test_it_is_reached_when_even_the_low_end_lies_above_it(self):
        answers(BEFORE, promoters=2, detractors=40)
        answers(LATELY, promoters=40, detractors=2)
        found = progress(None, goal(20), NOW)
        assert found.change.interval.low > 20
        assert found.finding == Finding.REACHED

    def test_a_fall_beyond_chance_is_told(self):
        answers(BEFORE, promoters=30, detractors=2)
        answers(LATELY, promoters=2, detractors=30)
        found = progress(None, goal(5), NOW)
        assert found.finding == Finding.FALLEN
        assert found.out_of_reach

    @pytest.mark.parametrize("lately", [0, 2])
    def test_of_few_answers_nothing_is_told(self, lately):
        answers(BEFORE, promoters=30)
        if lately:
            answers(LATELY, promoters=lately)
        assert progress(None, goal(), NOW).finding == Finding.TOO_FEW

    def test_before_its_baseline_is_over_nothing_is_compared(self):
        found = progress(None, goal(baseline_last=date(2026, 11, 25)), NOW)
        assert (found.finding, found.change) == (Finding.TOO_FEW, None)


class TestWhatIsCompared:
    def test_the_baseline_and_as_many_days_up_to_today(self):
        found = progress(None, goal(), NOW)
        assert (found.first, found.last) == (date(2026, 11, 5), date(2026, 11, 19))

    def test_no_day_twice(self):
        found = progress(None, goal(baseline_last=date(2026, 11, 10)), NOW)
        assert found.first == date(2026, 11, 11)

    def test_after_its_last_day_it_stands_still(self):
        answers(LATELY, promoters=20)
        over = progress(None, goal(due_on=date(2026, 11, 1)), NOW)
        assert (over.last, over.is_over, over.current.n) == (date(2026, 11, 1), True, 0)

    def test_only_the_survey_and_segment_meant(self):
        factories.account(segment="retail")
        answers(LATELY, promoters=20, survey_key="product")
        assert progress(None, goal(survey=factories.survey("relational")), NOW).current.n == 0
        assert progress(None, goal(segment="retail"), NOW).current.n == 0
        assert progress(None, goal(), NOW).current.n == 24

    def test_people_who_answered_both_times_make_it_surer(self):
        same = answers(BEFORE, promoters=20, detractors=20)
        answers(LATELY, promoters=20, detractors=20, people=same)
        found = progress(None, goal(), NOW)
        assert found.change.shared.pairs == 44
        assert found.change.shared.covariance > 0.5
        assert found.change.interval.high < 10

    def test_answers_on_another_scale_are_no_change(self):
        answers(BEFORE, promoters=20)
        product = factories.survey("product")
        product.scale_min = 1
        product.save()
        answers(LATELY, promoters=20, survey_key="product")
        assert progress(None, goal(), NOW).change is None

    def test_a_reader_sees_it_by_the_answers_they_may_see(self, people):
        hers = factories.account(owner=people.agent)
        factories.response(9, contact=factories.contact(account=hers), responded_at=LATELY)
        factories.response(9, responded_at=LATELY)
        counted = [progress(reader, goal(), NOW).current.n for reader in (people.agent, people.other_lead, None)]
        assert counted == [1, 0, 2]


def test_those_due_next_come_first_and_retired_ones_not_at_all():
    later, soon = goal(due_on=date(2027, 6, 30)), goal(due_on=date(2026, 11, 30))
    over = goal(due_on=date(2026, 11, 1))
    goal(is_active=False)
    assert [row.goal.pk for row in goals_of(None, NOW)] == [soon.pk, later.pk, over.pk]
