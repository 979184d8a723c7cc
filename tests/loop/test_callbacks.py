"""Calls that customers and our people agree on: booked, moved, called off, held, missed."""

from datetime import UTC, datetime, timedelta

import pytest

from feedback import responses
from loop import access, callbacks, customer_pages, workflow
from loop.callbacks import CallRefused, TimeTaken
from loop.models import Callback, Case, CustomerPage
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)  # 14:00 in Stockholm, the day of NOW
FRIDAY = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)  # after the first contact would be due


@pytest.fixture
def case(people) -> Case:
    return factories.case(3, owner=people.agent)


def book(case, at=THURSDAY, *, actor=None, now=NOW):
    return callbacks.book(case_id=case.pk, starts_at=at, actor=actor, now=now)


class TestBooking:
    def test_is_kept_for_whoever_has_the_case(self, people, case):
        call = book(case)
        assert (call.owner, call.state, call.sequence) == (people.agent, "booked", 0)
        assert stories.told(case, "callback_booked")[0]["by"] == "customer"

    def test_twice_the_same_is_once(self, case):
        assert book(case) == book(case)
        assert stories.kinds(case).count("callback_booked") == 1

    @pytest.mark.parametrize(
        "at",
        [NOW + timedelta(minutes=18), THURSDAY + timedelta(minutes=10), datetime(2026, 11, 21, 10, 0, tzinfo=UTC)],
        ids=["too soon", "no half hour", "on a Saturday"],
    )
    def test_by_the_customer_is_of_a_free_time_only(self, case, at):
        with pytest.raises(TimeTaken):
            book(case, at)
        assert not Callback.objects.exists()

    def test_by_our_people_is_of_any_half_hour_to_come(self, people, case):
        saturday = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
        assert book(case, saturday, actor=people.agent).starts_at == saturday
        with pytest.raises(CallRefused):
            book(case, NOW - timedelta(minutes=12), actor=people.agent)

    def test_of_a_time_somebody_else_has_is_refused(self, people, case):
        book(case)
        other = factories.case(2, owner=people.agent)
        with pytest.raises(TimeTaken):
            book(other)
        with pytest.raises(TimeTaken):
            book(other, actor=people.agent)  # whom the list does not bind, the constraint does
        assert Callback.objects.count() == 1

    def test_is_not_for_everybody(self, people, case):
        with pytest.raises(access.NotAllowed):
            book(case, actor=people.leader)

    def test_of_a_closed_case_is_refused(self, people):
        with pytest.raises(CallRefused):
            book(factories.resolved_case(owner=people.agent), now=later(hours=3))


class TestDueTimes:
    def test_wait_for_a_customer_who_chose_a_later_time(self, case):
        assert case.contact_due_at < FRIDAY
        book(case, FRIDAY)
        assert stories.as_it_is_now(case).contact_due_at == FRIDAY + timedelta(minutes=30)

    def test_do_not_wait_because_our_people_moved_a_call(self, people, case):
        book(case, FRIDAY, actor=people.agent)
        assert stories.as_it_is_now(case).contact_due_at == case.contact_due_at

    def test_are_what_was_promised_again_when_the_call_is_off(self, case):
        book(case, FRIDAY)
        callbacks.cancel(case_id=case.pk, actor=None, now=later(minutes=5))
        assert stories.as_it_is_now(case).contact_due_at == case.contact_due_at

    def test_are_promised_anew_when_that_time_is_over(self, case):
        book(case, FRIDAY)
        now = case.contact_due_at + timedelta(hours=1)
        callbacks.cancel(case_id=case.pk, actor=None, now=now)
        due = stories.as_it_is_now(case).contact_due_at
        assert due > now
        assert CustomerPage.objects.get().contact_promised_at == due

    def test_are_what_was_promised_again_when_we_call_it_off(self, people, case):
        book(case, FRIDAY)
        callbacks.cancel(case_id=case.pk, actor=people.agent, now=later(minutes=5))
        assert stories.as_it_is_now(case).contact_due_at == case.contact_due_at

    def test_stay_with_the_call_we_call_off_when_the_promise_is_over(self, people, case):
        book(case, FRIDAY)
        ends = FRIDAY + timedelta(minutes=30)
        callbacks.cancel(case_id=case.pk, actor=people.agent, now=case.contact_due_at + timedelta(minutes=5))
        assert stories.as_it_is_now(case).contact_due_at == CustomerPage.objects.get().contact_promised_at == ends

    def test_raise_the_version_by_which_calendars_tell_news(self, case):
        book(case, FRIDAY)
        moved = stories.as_it_is_now(case).version
        callbacks.cancel(case_id=case.pk, actor=None, now=later(minutes=5))
        assert case.version < moved < stories.as_it_is_now(case).version

    @pytest.fixture
    def correct(self, people):
        given = {
            "survey": factories.survey(),
            "contact": factories.contact(account=factories.account(owner=people.agent)),
        }
        given |= {"source": "page", "external_id": "1", "may_correct": True}

        def answer(score, now=NOW):
            return stories.as_it_is_now(responses.record_response(**given, score=score, now=now).response.case)

        return answer

    def test_stay_with_the_agreed_call_when_the_score_is_corrected_downwards(self, correct):
        given = correct(6)
        ends = FRIDAY + timedelta(minutes=30)
        book(given, FRIDAY)
        corrected = correct(1, later(minutes=5))
        assert (corrected.contact_due_at, corrected.due_reason) == (ends, stories.as_it_is_now(given).due_reason)
        assert corrected.remind_at is not None
        assert corrected.resolve_due_at >= ends

    def test_come_forward_to_a_call_that_is_sooner(self, correct):
        given = correct(6)
        Case.objects.update(contact_due_at=FRIDAY + timedelta(days=3), resolve_due_at=FRIDAY + timedelta(days=9))
        book(given, FRIDAY)
        before = stories.as_it_is_now(given)
        corrected = correct(1, later(minutes=5))
        assert corrected.contact_due_at == FRIDAY + timedelta(minutes=30)
        assert corrected.version > before.version

    def test_come_forward_in_spite_of_a_later_call_of_our_people(self, people, correct):
        given = correct(6)
        Case.objects.update(contact_due_at=FRIDAY - timedelta(minutes=1))
        book(given, FRIDAY, actor=people.agent)
        assert correct(1, later(minutes=5)).contact_due_at < FRIDAY - timedelta(minutes=1)


class TestThePromise:
    def test_never_moves_back_by_itself(self, case):
        page = customer_pages.page_of(case, now=NOW)
        first = customer_pages.promised_by(page)
        Case.objects.filter(pk=case.pk).update(contact_due_at=later(days=3), resolve_due_at=later(days=30))
        assert customer_pages.promised_by(CustomerPage.objects.get(pk=page.pk)) == first
        Case.objects.filter(pk=case.pk).update(contact_due_at=later(hours=1))
        assert customer_pages.promised_by(CustomerPage.objects.get(pk=page.pk)) == later(hours=1)


class TestMoving:
    def test_is_the_same_call_with_the_next_sequence(self, case):
        first = book(case)
        again = book(case, FRIDAY)
        assert (again.pk, again.public_id, again.sequence) == (first.pk, first.public_id, 1)

    def test_is_reminded_of_anew(self, case):
        book(case)
        callbacks.remind_due(now=THURSDAY - timedelta(minutes=50))
        book(case, FRIDAY, now=THURSDAY - timedelta(minutes=40))
        assert callbacks.remind_due(now=FRIDAY - timedelta(minutes=50)) == 1
        assert stories.kinds(case).count("callback_reminder") == 2


class TestAfterwards:
    def log(self, case, *, reached, at, channel="phone"):
        workflow.attempt(case_id=case.pk, channel=channel, reached=reached, actor=None, now=at)
        return Callback.objects.get()

    def test_reached_at_the_time_is_held(self, case):
        book(case)
        assert self.log(case, reached=True, at=THURSDAY).state == "held"

    def test_not_answered_is_missed_and_new_times_are_free(self, case):
        book(case)
        assert self.log(case, reached=False, at=THURSDAY + timedelta(minutes=2)).state == "missed"
        assert stories.told(case, "callback_missed")[0]["why"] == callbacks.NO_ANSWER
        assert book(case, FRIDAY, now=THURSDAY + timedelta(minutes=9)).state == "booked"

    def test_reached_before_is_not_needed_any_more(self, case):
        book(case)
        assert self.log(case, reached=True, at=later(minutes=30)).state == "cancelled"
        assert stories.told(case, "callback_cancelled")[0]["why"] == callbacks.SPOKEN

    def test_a_try_before_leaves_it_alone(self, case):
        book(case)
        assert self.log(case, reached=False, at=later(minutes=30)).state == "booked"

    def test_a_mail_is_no_call(self, case):
        book(case)
        assert self.log(case, reached=True, at=THURSDAY, channel="email").state == "booked"

    def test_nobody_logged_is_missed_an_hour_after_its_end_once(self, case):
        book(case)
        ends = THURSDAY + timedelta(minutes=30)
        assert callbacks.close_missed(now=ends + timedelta(minutes=59)) == 0
        assert callbacks.close_missed(now=ends + timedelta(minutes=60)) == 1
        assert callbacks.close_missed(now=ends + timedelta(minutes=60)) == 0
        assert stories.told(case, "callback_missed")[0]["why"] == callbacks.NOBODY_CALLED

    def test_of_a_case_that_is_closed_it_is_cancelled(self, case):
        book(case)
        workflow.withdraw(case_id=case.pk, reason="A test.", actor=None, now=later(hours=1))
        assert Callback.objects.get().state == "cancelled"

    def test_after_an_outage_nobody_is_reminded_of_what_is_over(self, case):
        book(case)
        callbacks.remind_due(now=THURSDAY + timedelta(minutes=1))
        assert "callback_reminder" not in stories.kinds(case)


class TestAnotherOwner:
    def give(self, case, user):
        return factories.hand_over(case, user, now=later(minutes=5))

    def test_who_is_free_gets_the_call(self, people, case):
        book(case)
        self.give(case, people.colleague)
        call = Callback.objects.get()
        assert (call.owner, call.state, call.sequence) == (people.colleague, "booked", 1)

    def test_who_has_another_call_then_does_not(self, people, case):
        book(factories.case(3, owner=people.colleague))
        call = book(case)
        self.give(case, people.colleague)
        assert Callback.objects.get(pk=call.pk).state == "cancelled"
        assert stories.told(case, "callback_cancelled")[0]["why"] == callbacks.OTHER_OWNER

    def test_what_was_promised_holds_again_when_their_call_is_lost(self, people, case):
        """Eva chose Friday, beyond what was promised; the new owner is not free then."""
        book(factories.case(3, owner=people.colleague), FRIDAY)
        book(case, FRIDAY)
        assert stories.as_it_is_now(case).contact_due_at > case.contact_due_at
        self.give(case, people.colleague)
        assert stories.told(case, "callback_cancelled")[0]["why"] == callbacks.OTHER_OWNER
        assert stories.as_it_is_now(case).contact_due_at == case.contact_due_at

    def test_who_is_away_that_day_does_not(self, people, case):
        people.colleague.absences.create(starts_on="2026-11-19", ends_on="2026-11-19")
        book(case)
        self.give(case, people.colleague)
        assert Callback.objects.get().state == "cancelled"
