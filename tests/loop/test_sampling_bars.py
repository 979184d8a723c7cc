"""While a case is open its customer hears from a person, not from a survey."""

import pytest

from feedback import sampling
from tests import factories
from tests.factories import later

pytestmark = pytest.mark.django_db


def why_not(contact, now):
    return sampling.why_not(contact, factories.survey(), now=now)


def test_an_open_case_keeps_its_customer_from_being_asked_for_as_long_as_it_takes(people):
    case = factories.contacted_case(owner=people.agent)
    assert why_not(case.contact, later(days=3)) == "open_case"
    assert why_not(case.contact, later(days=800)) == "open_case"


def test_a_resolved_case_does_not(people):
    case = factories.resolved_case(owner=people.agent)
    assert why_not(case.contact, later(days=800)) == ""


def test_a_colleague_at_the_same_customer_may_be_asked(people):
    case = factories.case(owner=people.agent)
    colleague = factories.contact(account=case.account)
    assert why_not(colleague, later(days=3)) == ""


def test_it_is_told_before_the_quiet_periods_and_after_what_forbids_mail(people):
    reasons = [bar.reason for bar in sampling._bars]
    assert reasons.index("complaint") < reasons.index("open_case") < reasons.index("about_to_be_mailed")
