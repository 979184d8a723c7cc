"""Something happened with a customer: who is asked about it, when, and who is left in peace."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedback import contacts, invitations, responses, trigger_rules, triggers
from feedback.models import Contact, Invitation, Response, Survey, TouchpointEvent, TriggerRule
from loop import sweeping
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

WEDNESDAY, THURSDAY, FRIDAY = 2, 3, 4  # NOW is a Thursday


def rule(touchpoint="ticket_closed", **facts):
    details = {"survey": factories.survey("transactional"), "delay_minutes": 24 * 60, "weekday": None, "quiet_days": 90}
    return trigger_rules.create(touchpoint=touchpoint, is_active=True, **{**details, **facts})


@pytest.fixture
def closed_ticket():
    return rule()


@pytest.fixture
def eva(db):
    return factories.contact("Eva")


def happened(contact, external_id="T-1", *, at=NOW, now=NOW, touchpoint="ticket_closed"):
    return triggers.record_event(
        touchpoint=touchpoint, contact=contact, external_id=external_id, occurred_at=at, now=now
    )


class TestAnEvent:
    def test_has_its_customer_asked_after_the_delay_of_the_rule(self, closed_ticket, eva):
        received = happened(eva, at=later(hours=-1))
        asked = received.event.invitation
        assert (asked.survey.key, asked.contact, asked.due_at) == ("transactional", eva, later(hours=23))
        assert (received.created, received.reason, received.event.settled_at) == (True, "", NOW)

    def test_of_a_friday_has_its_customer_asked_on_monday_morning(self, closed_ticket, eva):
        friday = later(days=1, hours=1)
        asked = happened(eva, at=friday, now=friday).event.invitation
        assert asked.due_at == datetime(2026, 11, 23, 7, tzinfo=ZoneInfo("Europe/Stockholm"))

    def test_of_some_days_ago_has_them_asked_at_once(self, closed_ticket, eva):
        assert happened(eva, at=later(days=-5)).event.invitation.due_at == NOW

    def test_of_over_thirty_days_ago_asks_nobody(self, closed_ticket, eva):
        assert happened(eva, "T-1", at=later(days=-30)).reason == ""
        received = happened(factories.contact(), "T-2", at=later(days=-30, seconds=-1))
        assert (received.event.invitation, received.reason) == (None, "too_old")

    def test_told_twice_is_one(self, closed_ticket, eva):
        first, again = happened(eva), happened(eva, at=later(hours=-9))
        assert (again.created, again.event) == (False, first.event)
        assert again.event.invitation == first.event.invitation
        assert (TouchpointEvent.objects.count(), Invitation.objects.count()) == (1, 1)

    def test_told_twice_is_one_when_its_rule_is_gone(self, closed_ticket, eva):
        happened(eva)
        TriggerRule.objects.update(is_active=False)
        assert not happened(eva).created

    def test_of_the_same_name_at_another_touchpoint_is_another(self, closed_ticket, eva):
        rule("delivered")
        happened(eva, "1")
        assert happened(factories.contact(), "1", touchpoint="delivered").created

    def test_that_no_rule_is_for_is_refused_and_told_which_there_are(self, closed_ticket, eva):
        rule("delivered")
        with pytest.raises(triggers.EventRefused) as refused:
            happened(eva, touchpoint="onboarded")
        assert refused.value.field == "touchpoint"
        assert "There are: delivered, ticket_closed." in refused.value.message
        assert not TouchpointEvent.objects.exists()

    def test_of_the_future_is_refused(self, closed_ticket, eva):
        with pytest.raises(triggers.EventRefused) as refused:
            happened(eva, at=later(hours=1))
        assert refused.value.field == "occurred_at"

    @pytest.mark.parametrize("change", [{"is_active": False}, {"closes_at": later(hours=3)}])
    def test_asks_nobody_when_its_survey_is_over_by_then(self, closed_ticket, eva, change):
        Survey.objects.filter(key="transactional").update(**change)
        assert happened(eva).reason == "survey_not_in_use"


class TestWhoIsLeftInPeace:
    def test_who_was_mailed_a_short_while_ago(self, closed_ticket, eva):
        other = invitations.invite(survey=factories.survey(), contact=eva, due_at=NOW, now=NOW)
        factories.sent(other, now=later(days=-13))
        assert happened(eva).reason == "mailed_recently"

    def test_who_is_about_to_be_asked_about_something_else(self, closed_ticket, eva):
        happened(eva)
        assert happened(eva, "T-2").reason == "about_to_be_mailed"

    def test_who_answered_within_the_year_of_the_programme(self, closed_ticket, eva):
        factories.response(9, contact=eva, now=later(days=-364))
        assert happened(eva).reason == "answered_recently"
        Response.objects.update(responded_at=later(days=-366))
        assert happened(eva, "T-2").reason == ""

    @pytest.mark.parametrize("asks_sooner", [True, False])
    def test_who_answered_within_a_longer_period_of_the_rule(self, eva, asks_sooner):
        rule(quiet_days=400, asks_sooner=asks_sooner)
        factories.response(9, contact=eva, now=later(days=-399))
        assert happened(eva).reason == "answered_recently"

    def test_who_answered_within_a_shorter_period_of_a_rule_that_may_ask_sooner(self, eva):
        rule(quiet_days=90, asks_sooner=True)
        factories.response(9, contact=eva, now=later(days=-89))
        assert happened(eva).reason == "answered_recently"
        Response.objects.update(responded_at=later(days=-91))
        assert happened(eva, "T-2").reason == ""

    def test_who_was_silent_within_the_period_of_the_programme(self, eva):
        rule(quiet_days=30)
        other = invitations.invite(survey=factories.survey(), contact=eva, due_at=NOW, now=later(days=-95))
        factories.sent(other, now=later(days=-89))
        assert happened(eva).reason == "silent_recently"

    def test_who_was_mailed_a_fortnight_ago_also_by_a_rule_that_may_ask_sooner(self, eva):
        rule(quiet_days=0, asks_sooner=True)
        other = invitations.invite(survey=factories.survey(), contact=eva, due_at=NOW, now=later(days=-20))
        factories.sent(other, now=later(days=-13))
        assert happened(eva).reason == "mailed_recently"

    def test_who_did_not_answer_within_the_quiet_period_of_the_rule(self, eva):
        rule(quiet_days=30, asks_sooner=True)
        other = invitations.invite(survey=factories.survey(), contact=eva, due_at=NOW, now=later(days=-60))
        factories.sent(other, now=later(days=-29))
        assert happened(eva).reason == "silent_recently"
        Invitation.objects.update(sent_at=later(days=-31))
        assert happened(eva, "T-2").reason == ""

    def test_who_opted_out(self, closed_ticket, eva):
        contacts.opt_out(eva, now=NOW)
        assert happened(eva).reason == "opted_out"

    def test_who_has_an_open_case(self, closed_ticket, eva, people):
        factories.response(3, contact=eva, now=later(days=-100))
        assert happened(eva).reason == "open_case"


def thursday_rule(**facts):
    return rule(weekday=THURSDAY, **facts)


def settle(**delta):
    return triggers.settle_weekly(now=later(**delta))


class TestOnceAWeek:
    def test_an_event_waits_for_the_day(self, eva):
        thursday_rule()
        received = happened(eva, at=later(days=-1), now=later(days=-1))
        assert (received.reason, received.event.invitation, received.event.settled_at) == ("waits", None, None)
        assert settle(days=-1) == 0

    def test_all_of_the_week_are_asked_once_each(self, eva):
        thursday_rule()
        per = factories.contact("Per")
        for number, (contact, days) in enumerate([(eva, -6), (eva, -4), (per, -1), (eva, -1)]):
            happened(contact, f"T-{number}", at=later(days=days), now=later(days=days))
        assert settle() == 4
        assert sorted(Invitation.objects.values_list("contact__name", flat=True)) == ["Eva", "Per"]
        assert not TouchpointEvent.objects.filter(invitation=None).exists()
        assert settle(minutes=5) == 0

    def test_the_mail_leaves_in_the_morning_where_the_customer_is(self):
        thursday_rule()
        for zone in ("Europe/Stockholm", "America/New_York"):
            at = later(days=-1)
            happened(factories.contact(time_zone=zone), zone, at=at, now=at)
        triggers.settle_weekly(now=datetime(2026, 11, 19, 0, 5, tzinfo=UTC))
        due = Invitation.objects.order_by("due_at").values_list("due_at", flat=True)
        assert [f"{at:%d %H:%M}" for at in due] == ["19 08:00", "19 14:00"]

    def test_an_event_of_the_day_itself_belongs_to_the_next_week(self, eva):
        thursday_rule()
        happened(eva)
        assert settle(hours=5) == 0
        assert settle(days=6, hours=12) == 0
        assert settle(days=7) == 1

    def test_a_day_on_which_nothing_ran_is_made_up_for(self, eva):
        thursday_rule()
        happened(eva, at=later(days=-1), now=later(days=-1))
        assert settle(days=2) == 1

    def test_an_event_heard_of_late_waits_for_the_next_such_day(self, eva):
        thursday_rule()
        happened(eva, at=later(days=-10), now=later(days=1))
        assert settle(days=3) == 0
        assert settle(days=7) == 1

    def test_an_event_heard_of_after_midnight_is_of_that_day_still(self, eva):
        thursday_rule()
        happened(eva, at=later(hours=-10), now=later(hours=-9))
        assert settle() == 1

    def test_who_must_not_be_asked_is_told_why_for_every_event(self, eva):
        thursday_rule()
        for number in range(2):
            happened(eva, f"T-{number}", at=later(days=-1), now=later(days=-1))
        contacts.opt_out(eva, now=NOW)
        settle()
        assert set(TouchpointEvent.objects.values_list("reason", flat=True)) == {"opted_out"}
        assert not Invitation.objects.exists()

    def test_of_two_rules_on_one_day_a_customer_hears_once(self, eva):
        thursday_rule()
        thursday_rule(touchpoint="delivered")
        for touchpoint in ("delivered", "ticket_closed"):
            happened(eva, at=later(days=-1), now=later(days=-1), touchpoint=touchpoint)
        settle()
        assert Invitation.objects.count() == 1
        assert TouchpointEvent.objects.get(touchpoint="ticket_closed").reason == "about_to_be_mailed"

    def test_a_rule_taken_out_of_use_asks_nobody(self, eva):
        thursday_rule()
        happened(eva, at=later(days=-1), now=later(days=-1))
        TriggerRule.objects.update(is_active=False)
        assert settle(hours=-20) == 1
        assert TouchpointEvent.objects.get().reason == "no_rule"

    def test_a_rule_that_waits_no_longer_asks_at_once(self, eva):
        thursday_rule()
        happened(eva, at=later(days=-1), now=later(days=-1))
        TriggerRule.objects.update(weekday=None)
        settle(hours=-20)
        assert Invitation.objects.get().contact == eva

    def test_is_part_of_every_sweep(self, eva):
        thursday_rule()
        happened(eva, at=later(days=-1), now=later(days=-1))
        assert sweeping.run_all(now=NOW)["settle_weekly_touchpoints"] == 1

    @pytest.mark.parametrize("weekday", range(7))
    def test_every_event_is_settled_within_a_week_and_on_that_day(self, weekday):
        rule(weekday=weekday)
        for hours in range(0, 24 * 7, 7):
            happened(factories.contact(), f"T-{hours}", at=later(hours=hours), now=later(hours=hours))
        for hours in range(24 * 15):
            settle(hours=hours)
        for event in TouchpointEvent.objects.all():
            assert (event.settled_at + timedelta(hours=1)).weekday() == weekday  # Stockholm in November
            assert timedelta(0) < event.settled_at - event.occurred_at <= timedelta(days=8)


class TestTheWords:
    def test_there_are_some_for_every_reason(self, closed_ticket, eva):
        assert str(triggers.words("too_old")) == "it happened too long ago"
        assert str(triggers.words("opted_out")) == "does not want surveys"
        assert triggers.words("something else") == "something else"


class TestAnAnswerToIt:
    def test_is_one_like_any_other(self, closed_ticket, eva):
        asked = happened(eva).event.invitation
        responses.record_response(
            survey=asked.survey, contact=eva, invitation=asked, score=9, source="page", now=later(days=2)
        )
        assert Contact.objects.get().responses.get().survey.key == "transactional"
