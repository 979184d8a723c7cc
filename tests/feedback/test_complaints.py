"""Somebody who looks after a customer says: not now. The customer is left in peace, in the open and with a reason."""

import pytest

from feedback import complaints, invitations, sampling
from feedback.complaints import ComplaintRefused
from feedback.models import Invitation, OpenComplaint
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva():
    return factories.contact("Eva")


def report(contact, reason="The roof leaks.", now=NOW):
    return complaints.report(contact, reason=reason, by="anna@loop.example", now=now)


def invite(contact, key="relational"):
    return invitations.invite(survey=factories.survey(key), contact=contact, due_at=later(days=2), now=NOW)


class TestAComplaint:
    def test_is_kept_with_who_said_so_when_and_why(self, eva):
        complaint = report(eva)
        assert (complaint.contact, complaint.reason, complaint.reported_by, complaint.reported_at) == (
            eva, "The roof leaks.", "anna@loop.example", NOW,
        )  # fmt: skip

    def test_needs_a_reason(self, eva):
        invite(eva)
        with pytest.raises(ComplaintRefused) as refusal:
            report(eva, reason="  ")
        assert refusal.value.field == "reason"
        assert Invitation.objects.get().cancelled_at is None

    def test_calls_off_what_waits_to_be_asked_and_says_why(self, eva):
        invite(eva)
        report(eva, now=later(hours=1))
        invitation = Invitation.objects.get()
        assert (invitation.cancelled_at, invitation.cancel_reason) == (later(hours=1), "complaint")

    def test_leaves_what_has_left_as_it_is(self, eva):
        sent = invite(eva)
        invitations.mark_sent(sent.pk, now=NOW)
        report(eva, now=later(hours=1))
        assert Invitation.objects.get().cancelled_at is None

    def test_does_not_call_off_the_survey_after_a_case(self, eva):
        invite(eva, "recovery")
        report(eva)
        assert Invitation.objects.get().cancelled_at is None

    def test_concerns_nobody_else(self, eva):
        invite(factories.contact("Bo"))
        report(eva)
        assert Invitation.objects.get().cancelled_at is None

    def test_told_twice_is_one_and_told_by_two_is_two(self, eva):
        assert report(eva) == report(eva, now=later(hours=1))
        complaints.report(eva, reason="The roof leaks.", by="kim@loop.example", now=NOW)
        assert OpenComplaint.objects.count() == 2


class TestItsEnd:
    def test_lets_the_contact_be_asked_again_and_says_who_ended_it(self, eva):
        complaint = report(eva)
        assert complaints.end(complaint, by="lars@loop.example", now=later(days=3))
        assert sampling.why_not(eva, factories.survey(), now=later(days=3)) == ""
        stored = OpenComplaint.objects.get()
        assert (stored.ended_at, stored.ended_by) == (later(days=3), "lars@loop.example")

    def test_stands_the_first_time(self, eva):
        complaint = report(eva)
        complaints.end(complaint, by="lars@loop.example", now=later(days=3))
        assert not complaints.end(complaint, by="ada@loop.example", now=later(days=4))
        assert OpenComplaint.objects.get().ended_by == "lars@loop.example"

    def test_of_one_leaves_the_other_open(self, eva):
        first = report(eva)
        report(eva, reason="And the invoice is wrong.")
        complaints.end(first, by="lars@loop.example", now=NOW)
        assert sampling.why_not(eva, factories.survey(), now=NOW) == "complaint"
