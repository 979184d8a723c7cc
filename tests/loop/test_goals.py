"""Who may set a goal, what one may say, and that it is remembered."""

from dataclasses import replace
from datetime import date

import pytest

from feedback.editing import ChangedMeanwhile
from loop import changes, goals, setup_versions
from loop.access import NotAllowed
from loop.changes import ChangeRefused
from loop.goals import GoalFacts
from loop.models import Goal
from tests import factories
from tests.factories import NOW

FACTS = GoalFacts(5, date(2027, 6, 30), date(2026, 10, 1), date(2026, 12, 31))

pytestmark = pytest.mark.django_db


def test_leadership_and_administrators_set_goals_and_nobody_else(people):
    for person in (people.leader, people.admin, None):
        goals.save(FACTS, actor=person, now=NOW)
    for person in (people.agent, people.lead):
        with pytest.raises(NotAllowed):
            goals.save(FACTS, actor=person, now=NOW)
    assert Goal.objects.count() == 3


def test_who_was_deactivated_sets_none(people):
    people.leader.is_active = False
    with pytest.raises(NotAllowed):
        goals.save(FACTS, actor=people.leader, now=NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"points": 0}, "points"),
        ({"points": 201}, "points"),
        ({"due_on": date(2026, 12, 31)}, "due_on"),
        ({"due_on": date(2300, 1, 1)}, "due_on"),
        ({"baseline_first": date(2027, 1, 1)}, "baseline_last"),
        ({"segment": "nobody"}, "segment"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_is_stored(change, field):
    with pytest.raises(ChangeRefused) as refused:
        goals.save(replace(FACTS, **change), actor=None, now=NOW)
    assert refused.value.field == field
    assert not Goal.objects.exists()


def test_a_recovery_survey_has_no_goal():
    with pytest.raises(ChangeRefused, match="picked for being unhappy"):
        goals.save(replace(FACTS, survey=factories.survey("recovery")), actor=None, now=NOW)


def test_a_change_is_remembered_with_who_made_it(people):
    goal = goals.save(FACTS, actor=people.leader, now=NOW)
    goals.save(replace(FACTS, points=7), goal=goal, actor=people.admin, now=NOW)
    latest = changes.of(Goal)[0]
    assert latest.by == "Ada"
    assert [(part.before, part.after) for part in latest.differences] == [("5", "7")]


def test_whoever_was_slower_is_told(people):
    goal = goals.save(FACTS, actor=people.leader, now=NOW)
    seen = setup_versions.standing(goal).version
    goals.save(replace(FACTS, points=7), goal=goal, actor=people.admin, now=NOW, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        goals.save(replace(FACTS, points=9), goal=goal, actor=people.leader, now=NOW, seen=seen)
    assert Goal.objects.get().points == 7
