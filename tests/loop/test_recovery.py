"""When a customer is asked again after a case was closed, and when not."""

from datetime import timedelta

import pytest

from feedback import contacts
from feedback.models import Invitation, Survey
from loop import recovery, workflow
from loop.models import Outcome, SlaPolicy
from notifications import announce, delivery
from notifications.models import Message
from tests import factories, stories
from tests.factories import later

pytestmark = pytest.mark.django_db

HOURS_2 = timedelta(hours=2)


@pytest.fixture
def reached(people):
    """Reached at one hour; solved at two by `factories.resolve`."""
    return factories.contacted_case(owner=people.agent)


class TestAskingAgain:
    def test_is_planned_thirty_days_after_the_case_was_solved(self, people):
        monday = later(days=4)  # and so is thirty days later a Wednesday
        case = factories.resolve(factories.contacted_case(owner=people.agent, now=monday), now=monday + HOURS_2)
        invitation = case.recovery_invitation
        assert (invitation.survey.key, invitation.contact) == ("recovery", case.contact)
        assert (invitation.due_at, invitation.sent_at) == (monday + HOURS_2 + timedelta(days=30), None)
        assert stories.told(case, "recovery_planned") == [{"due_at": invitation.due_at.isoformat()}]

    def test_asks_somebody_with_two_cases_once_and_gives_both_their_outcome(self, people, reached):
        second = factories.response(2, contact=reached.contact, now=later(hours=1)).case
        factories.resolve(reached, now=later(hours=2))
        factories.resolve(factories.reach(second, now=later(hours=2)), now=later(hours=3))
        asked = Invitation.objects.filter(contact=reached.contact, survey__key="recovery")
        assert asked.count() == 1
        assert stories.told(second, "recovery_planned")[0]["with_case"] == reached.pk
        factories.response(9, contact=reached.contact, survey_key="recovery", now=later(days=33))
        assert set(Outcome.objects.values_list("case", "verdict")) == {
            (reached.pk, "recovered"),
            (second.pk, "recovered"),
        }

    def test_waits_as_long_as_the_policy_says(self, reached):
        SlaPolicy.objects.update(recovery_after_days=7)
        assert factories.resolve(reached, now=later(hours=2)).recovery_invitation.due_at == later(days=7, hours=2)

    def test_happens_to_customers_nobody_reached_as_well(self, people):
        case = factories.unreached_case(owner=people.agent)
        assert case.recovery_invitation.due_at == later(days=32, hours=2)

    def test_does_not_count_in_the_programme(self, reached):
        assert not factories.resolve(reached, now=later(hours=2)).recovery_invitation.survey.in_programme


class TestNotAskingAgain:
    def planned(self, case):
        return factories.resolve(case, now=later(hours=2)).recovery_invitation

    def test_somebody_who_opted_out(self, reached):
        contacts.opt_out(reached.contact, now=later(hours=1))
        assert self.planned(reached) is None
        assert "recovery_planned" not in stories.kinds(reached)

    def test_somebody_without_an_address(self, people):
        nameless = factories.contact(email="", account=factories.account(owner=people.agent))
        case = factories.reach(factories.response(2, contact=nameless).case, now=later(hours=1))
        assert self.planned(case) is None

    def test_somebody_nobody_knows(self):
        case = factories.reach(factories.response(2).case, now=later(hours=1))
        assert self.planned(case) is None

    def test_a_promoter_who_only_wanted_a_call(self, people):
        glad = factories.contact(account=factories.account(owner=people.agent))
        case = factories.reach(factories.response(9, contact=glad, wants_callback=True).case, now=later(hours=1))
        assert self.planned(case) is None

    def test_a_customer_whose_case_was_withdrawn(self, reached):
        case = workflow.withdraw(case_id=reached.pk, reason="A test", actor=None, now=later(hours=2))
        assert case.recovery_invitation is None
        assert not Invitation.objects.exists()

    def test_where_the_recovery_survey_is_switched_off(self, reached):
        Survey.objects.filter(key="recovery").update(is_active=False)
        assert self.planned(reached) is None


class TestCallingItOff:
    def test_happens_when_the_case_is_reopened_before_the_mail_left(self, people, reached):
        factories.resolve(reached, now=later(hours=2))
        case = workflow.reopen(case_id=reached.pk, reason="Again", actor=people.lead, now=later(days=3))
        assert case.recovery_invitation is None
        called_off = Invitation.objects.get()
        assert (called_off.cancelled_at, called_off.cancel_reason) == (later(days=3), "case reopened")
        assert stories.kinds(case)[-2:] == ["recovery_cancelled", "reopened"]

    def test_cannot_take_back_a_mail_that_has_left(self, people, reached):
        invitation = factories.resolve(reached, now=later(hours=2)).recovery_invitation
        factories.sent(invitation, now=later(days=31))
        case = workflow.reopen(case_id=reached.pk, reason="Again", actor=people.lead, now=later(days=32))
        assert case.recovery_invitation is None
        assert Invitation.objects.get().cancelled_at is None
        assert "recovery_cancelled" not in stories.kinds(case)

    def test_of_nothing_is_nothing(self, people, reached):
        recovery.call_off(reached, now=later(days=1))
        assert "recovery_cancelled" not in stories.kinds(reached)

    def test_is_followed_by_a_new_plan_when_the_case_is_solved_again(self, people, reached):
        factories.resolve(reached, now=later(hours=2))
        workflow.reopen(case_id=reached.pk, reason="Again", actor=people.lead, now=later(days=3))
        case = factories.resolve(reached, now=later(days=4))
        assert case.recovery_invitation.due_at == later(days=34)
        assert stories.kinds(case).count("recovery_planned") == 2


def test_a_survey_due_on_a_saturday_leaves_on_monday_morning(people):
    case = factories.resolve(factories.contacted_case(owner=people.agent), now=later(hours=2))
    assert case.recovery_invitation.due_at == later(days=30, hours=2)  # a Saturday
    for now, sent in ((later(days=30, hours=2), 0), (later(days=31), 0), (later(days=32), 1)):
        announce.enqueue_invitations(now=now)
        delivery.deliver_due(now=now)
        assert Message.objects.filter(kind="recovery_invitation", state="sent").count() == sent
