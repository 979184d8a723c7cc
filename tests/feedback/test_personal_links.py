"""A link somebody of ours hands over: within the rules of asking, and never mailed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from feedback import complaints, contacts, invitations, sampling, suspects
from feedback.invitations import NotToBeAsked
from feedback.models import Invitation
from feedback.suspects import Sending
from notifications import announce
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva():
    return factories.contact("Eva")


def hand_over(contact, *, now=NOW, survey="relational"):
    return invitations.hand_over(survey=factories.survey(survey), contact=contact, made_by="anna@loop.example", now=now)


def reason(contact, **details):
    with pytest.raises(NotToBeAsked) as bar:
        hand_over(contact, **details)
    assert not Invitation.objects.filter(contact=contact, channel="link").exists()
    return bar.value.reason


class TestWhoMayNotBeAsked:
    def test_is_not_and_the_reason_is_told(self, eva):
        complaints.report(eva, reason="Waits for spare parts.", by="", now=NOW)
        assert reason(eva) == "complaint"
        assert "complaint" in str(sampling.words()["complaint"])

    def test_who_answered_within_the_year(self, eva):
        factories.response(9, contact=eva, now=later(days=-30))
        assert reason(eva) == "answered_recently"

    def test_who_opted_out(self, eva):
        contacts.opt_out(eva, now=NOW)
        assert reason(eva) == "opted_out"

    def test_who_has_an_open_case(self, eva):
        factories.response(2, contact=eva, now=later(days=-400))
        assert reason(eva) == "open_case"

    def test_by_a_recovery_survey(self, eva):
        assert reason(eva, survey="recovery") == "survey_not_in_use"


class TestWhoMayBeAsked:
    def test_has_a_link_that_can_be_shown_again_until_it_is_answered(self, eva):
        made = hand_over(eva)
        assert (made.channel, made.made_by, made.sent_at) == ("link", "anna@loop.example", NOW)
        waiting = invitations.handed_over(eva, now=later(days=59))
        assert waiting == made
        assert invitations.link_token(waiting) == invitations.link_token(made)
        assert invitations.handed_over(eva, now=later(days=61)) is None
        factories.response(9, contact=eva, invitation=made, now=later(days=1))
        assert invitations.handed_over(eva, now=later(days=2)) is None

    def test_without_a_working_address_too(self):
        bo = factories.contact("Bo", email="")
        assert hand_over(bo).contact == bo
        assert sampling.why_not(factories.contact("Cy", email=""), factories.survey(), now=NOW) == "no_address"

    def test_gets_no_mail_and_no_reminder_of_it(self, eva):
        hand_over(eva)
        for days in (0, 8, 30):
            assert announce.enqueue_invitations(now=later(days=days)) == 0
            assert announce.enqueue_reminders(now=later(days=days)) == 0

    def test_counts_as_asked(self, eva):
        hand_over(eva)
        assert sampling.why_not(eva, factories.survey(), now=later(days=1)) == "mailed_recently"
        assert sampling.why_not(eva, factories.survey(), now=later(days=30)) == "silent_recently"
        with pytest.raises(NotToBeAsked):
            hand_over(eva, now=later(days=1))

    def test_may_answer_at_once_with_the_code_before_them(self, eva):
        made = hand_over(eva)
        assert suspects.take(made, Sending(8), now=NOW + timedelta(seconds=4)).created


@pytest.mark.django_db(transaction=True)
def test_of_several_made_at_once_one_is(eva):
    def make(_number):
        try:
            hand_over(eva, now=timezone.now())
        except NotToBeAsked:
            return 0
        finally:
            connections.close_all()
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(make, range(4))) == 1
    assert Invitation.objects.count() == 1
