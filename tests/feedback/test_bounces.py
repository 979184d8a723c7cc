"""Mails that came back: when does our mail to an address stop, and when does it go on?"""

from datetime import timedelta

import pytest

from feedback import bounces, contacts, invitations, sampling
from feedback.models import Bounce, Invitation, Suppression
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

ANNA = "anna@customer.example"


@pytest.fixture
def anna():
    return factories.contact("Anna", email=ANNA)


@pytest.fixture
def asked(anna):
    return invitations.invite(survey=factories.survey(), contact=anna, due_at=NOW, now=NOW)


def came_back(key="1", *, invitation=None, now=NOW, address=ANNA, is_permanent=False):
    return bounces.record(
        address=address, invitation=invitation, is_permanent=is_permanent, key=key, status="5.1.1", now=now
    )


class TestAnAddressThatIsDead:
    def test_gets_no_more_mail(self, anna, asked):
        assert came_back(invitation=asked, is_permanent=True)
        assert Suppression.objects.get().reason == "bounced"
        assert not contacts.may_be_mailed(anna)
        assert sampling.why_not(anna, asked.survey, now=later(days=200)) == "bounced"

    def test_is_noted_with_the_invitation_that_came_back(self, anna, asked):
        came_back(invitation=asked, is_permanent=True)
        assert Invitation.objects.get().bounced_at == NOW

    def test_is_found_however_it_is_written(self, anna):
        assert came_back(address="ANNA@Customer.Example ", is_permanent=True)
        assert not contacts.may_be_mailed(anna)

    def test_stays_dead_when_it_is_imported_again(self, anna):
        came_back(is_permanent=True)
        again, _created = contacts.upsert_contact(external_id=anna.external_id, email=ANNA, now=later(days=1))
        assert not contacts.may_be_mailed(again)

    def test_is_left_behind_when_the_contact_gets_another(self, anna):
        came_back(is_permanent=True)
        moved, _created = contacts.upsert_contact(external_id=anna.external_id, email="anna@new.example", now=NOW)
        assert contacts.may_be_mailed(moved)

    def test_is_told_of_once(self, anna):
        assert came_back(is_permanent=True)
        assert not came_back(is_permanent=True)
        assert not came_back("2", is_permanent=True)

    def test_keeps_the_reason_of_somebody_who_had_opted_out(self, anna):
        contacts.opt_out(anna, now=NOW)
        assert not came_back(is_permanent=True)
        assert Suppression.objects.get().reason == "unsubscribed"


class TestAnAddressThatIsOutOfOrder:
    @pytest.mark.parametrize("times", [1, 2])
    def test_is_tried_again(self, anna, asked, times):
        for number in range(times):
            assert not came_back(str(number), invitation=asked)
        assert contacts.may_be_mailed(anna)
        assert Invitation.objects.get().bounced_at is None

    def test_three_times_within_a_fortnight_gets_no_more_mail(self, anna, asked):
        for days in (0, 6):
            assert not came_back(f"day {days}", now=later(days=days))
        assert came_back("day 13", invitation=asked, now=later(days=13))
        assert not contacts.may_be_mailed(anna)
        assert Invitation.objects.get().bounced_at == later(days=13)

    def test_three_times_in_more_than_a_fortnight_is_tried_again(self, anna):
        for days in (0, 7, 14):
            assert not came_back(f"day {days}", now=later(days=days))
        assert contacts.may_be_mailed(anna)

    def test_is_counted_by_report_and_not_by_how_often_it_is_told(self, anna):
        for _time in range(5):
            came_back("one and the same")
        assert Bounce.objects.count() == 1
        assert contacts.may_be_mailed(anna)

    def test_says_nothing_about_others(self, anna):
        for number in range(3):
            came_back(str(number), address=f"other{number}@customer.example")
        assert contacts.may_be_mailed(anna)
        assert not Suppression.objects.exists()

    def test_is_not_judged_by_reports_from_the_future(self, anna):
        came_back("a", now=NOW + timedelta(days=1))
        came_back("b", now=NOW + timedelta(days=1))
        assert not came_back("c", now=NOW)
