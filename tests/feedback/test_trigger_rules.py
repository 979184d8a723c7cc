"""Rules of triggers: one in use for each touchpoint, and none that asks the wrong survey."""

import pytest

from feedback import trigger_rules
from feedback.models import TriggerRule
from feedback.trigger_rules import RuleRefused
from tests import factories

pytestmark = pytest.mark.django_db


def rule(**facts):
    usual = {
        "touchpoint": "ticket_closed", "survey": factories.survey("transactional"), "delay_minutes": 1440,
        "weekday": None, "quiet_days": 90, "is_active": True,
    }  # fmt: skip
    return {**usual, **facts}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"touchpoint": " "}, "touchpoint"),
        ({"delay_minutes": 91 * 1440}, "delay"),
        ({"weekday": 7}, "weekday"),
        ({"quiet_days": -1}, "quiet_days"),
    ],
)
def test_are_refused_with_the_field(facts, field):
    with pytest.raises(RuleRefused) as refused:
        trigger_rules.create(**rule(**facts))
    assert refused.value.field == field
    assert not TriggerRule.objects.exists()


def test_the_recovery_survey_is_for_cases():
    with pytest.raises(RuleRefused) as refused:
        trigger_rules.create(**rule(survey=factories.survey("recovery")))
    assert refused.value.field == "survey"


def test_a_touchpoint_has_one_rule_in_use():
    first = trigger_rules.create(**rule())
    with pytest.raises(RuleRefused):
        trigger_rules.create(**rule())
    second = trigger_rules.create(**rule(is_active=False))
    trigger_rules.change(first, **rule(is_active=False))
    trigger_rules.change(second, **rule())
    assert TriggerRule.objects.get(is_active=True) == second
