"""The rules of asking: one row, changed as a whole, and never so that no wave could leave."""

import pytest

from feedback import sampling
from feedback.programme import RulesRefused, change_rules

pytestmark = pytest.mark.django_db

RULES = {"after_answer_days": 180, "after_silence_days": 60, "between_mails_days": 7, "closed_months": [12, 7, 7]}


def test_change_for_everybody_who_asks_next():
    change_rules(**RULES)
    assert sampling.rules().closed_months == [7, 12]
    assert sampling.Quiet.of_programme() == sampling.Quiet(180, 60, 7)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("after_answer_days", -1),
        ("after_silence_days", 4000),
        ("between_mails_days", -5),
        ("closed_months", [13]),
        ("closed_months", range(1, 13)),
    ],
)
def test_are_refused_with_the_field(field, value):
    with pytest.raises(RulesRefused) as refused:
        change_rules(**{**RULES, field: value})
    assert refused.value.field == field
    assert sampling.rules().after_answer_days == 365
