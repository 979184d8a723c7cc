"""Anna is away and Kim stands in: whom her customers can book, and what becomes of the calls they have agreed on."""

from datetime import UTC, date, datetime, timedelta

import pytest

from loop import absences, ahead, callbacks, sweeping, workflow
from loop.models import Absence, Callback, Case
from loop.views import customer_words
from notifications import announce
from notifications.models import Message
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)  # 14:00 in Stockholm, the day of NOW
FRIDAY = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
THE_DAY = FRIDAY.date()


@pytest.fixture
def case(people) -> Case:
    return factories.case(3, owner=people.agent)


def book(case, at=FRIDAY, *, actor=None, now=NOW):
    return callbacks.book(case_id=case.pk, starts_at=at, actor=actor, now=now)


def anna_is_away(people, first=THE_DAY, last=THE_DAY, *, substitute="colleague", now=NOW):
    return absences.plan(
        user=people.agent,
        starts_on=first,
        ends_on=last,
        substitute=getattr(people, substitute) if substitute else None,
        actor=people.agent,
        now=now,
    )


def days_offered(case):
    return {at.date() for at in callbacks.times_for(stories.as_it_is_now(case), now=NOW)}


class TestBooking:
    def test_is_with_whoever_stands_in_that_day(self, people, case):
        anna_is_away(people, NOW.date(), date(2026, 12, 3))
        assert len(days_offered(case)) >= 5
        assert book(case).owner == people.colleague

    def test_is_with_her_on_the_days_she_is_here(self, people, case):
        anna_is_away(people)
        assert FRIDAY.date() in days_offered(case)
        assert book(case, THURSDAY).owner == people.agent

    def test_leaves_out_what_the_stand_in_has_agreed_on(self, people, case):
        anna_is_away(people)
        book(factories.case(2, owner=people.colleague))
        with pytest.raises(callbacks.TimeTaken):
            book(case)
        with pytest.raises(callbacks.TimeTaken):
            book(case, actor=people.agent)

    def test_is_with_nobody_where_nobody_stands_in(self, people, case):
        anna_is_away(people, substitute=None)
        assert THURSDAY.date() in days_offered(case)
        assert FRIDAY.date() not in days_offered(case)
        with pytest.raises(callbacks.CallRefused, match="Anna is away then and nobody stands in"):
            book(case, actor=people.lead)
        assert not Callback.objects.exists()


class TestAnAbsenceAfterTheBooking:
    def test_gives_the_call_to_the_stand_in_at_its_time(self, people, case):
        book(case)
        anna_is_away(people)
        call = Callback.objects.get()
        assert (call.owner, call.state, call.starts_at, call.sequence) == (people.colleague, "booked", FRIDAY, 1)
        assert stories.told(case, "callback_handed_over")[0]["owner_before"] == people.agent.pk

    def test_leaves_the_calls_of_other_days(self, people, case):
        book(case, THURSDAY)
        anna_is_away(people)
        call = Callback.objects.get()
        assert (call.owner, call.sequence) == (people.agent, 0)

    @pytest.mark.parametrize(("substitute", "why"), [("colleague", "away"), (None, "away")])
    def test_calls_it_off_where_nobody_is_free(self, people, case, substitute, why):
        book(factories.case(2, owner=people.colleague))
        call = book(case)
        anna_is_away(people, substitute=substitute)
        assert Callback.objects.get(pk=call.pk).state == "cancelled"
        assert stories.told(case, "callback_cancelled")[0]["why"] == why

    def test_that_is_called_off_gives_it_back(self, people, case):
        book(case)
        anna_is_away(people)
        absences.end(Absence.objects.get(), actor=people.agent, now=later(minutes=5))
        call = Callback.objects.get()
        assert (call.owner, call.sequence) == (people.agent, 2)

    def test_tells_the_stand_in_the_customer_and_her(self, people, case):
        book(case, now=NOW - timedelta(hours=1))
        announce.announce_missed(now=NOW)
        Message.objects.all().delete()
        anna_is_away(people, NOW.date())
        announce.announce_missed(now=NOW)
        told = {message.kind: message.user or message.contact for message in Message.objects.all()}
        assert told["callback_handed_over"] == people.colleague
        assert told["customer_call_agreed"] == case.contact
        assert told["callback_given_up"] == people.agent

    def test_says_to_both_that_one_stands_in_for_the_other(self, people, case, mailoutbox):
        book(case, now=NOW - timedelta(hours=1))
        sweeping.run_all(now=NOW)
        mailoutbox.clear()
        anna_is_away(people, NOW.date())
        sweeping.run_all(now=NOW)
        kims = "\n".join(mail.body for mail in mailoutbox if mail.to == ["kim@loop.example"])
        annas = "\n".join(mail.body for mail in mailoutbox if mail.to == ["anna@loop.example"])
        assert "Anna is away then, and you stand in." in kims
        assert "before the case came to you" not in kims
        assert "You are away then" in annas

    def test_planned_ahead_does_not_tell_her_that_the_call_is_hers(self, people, case):
        book(case)
        anna_is_away(people)
        announce.announce_missed(now=NOW)
        assert not Message.objects.filter(kind="callback_handed_over", user=people.agent).exists()

    def test_names_the_stand_in_on_the_customer_s_page(self, people, case):
        call = book(case)
        anna_is_away(people)
        call.refresh_from_db()
        headline = customer_words.headline(case.customer_page, call, NOW)
        assert headline.startswith("Kim calls you")

    def test_takes_it_out_of_her_calendar(self, people, case):
        book(case)
        assert len(list(ahead.calls_in_calendar(people.agent, NOW))) == 1
        anna_is_away(people, NOW.date())
        people.agent.refresh_from_db()
        people.colleague.refresh_from_db()
        assert list(ahead.calls_in_calendar(people.agent, NOW)) == []
        assert len(list(ahead.calls_in_calendar(people.colleague, NOW))) == 1


def test_a_hand_over_gives_the_call_to_the_stand_in_of_the_new_owner(people, case):
    book(case)
    factories.away(people.colleague, starts_on=FRIDAY.date(), substitute=people.lead)
    workflow.assign(case_id=case.pk, owner=people.colleague, reason="x", actor=None, now=later(minutes=5))
    assert Callback.objects.get().owner == people.lead
