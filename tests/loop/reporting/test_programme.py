"""Who answers, who does not and why, how often people are asked, what leaves next: each counted once."""

from datetime import date

import pytest

from feedback import contacts, invitations, waves
from feedback.models import Invitation, Wave
from loop.reporting.programme import programme
from tests import factories
from tests.factories import NOW, later
from tests.feedback import doors

pytestmark = pytest.mark.django_db


def asked(*, survey="relational", sent=NOW, segment="", score=None, contact=None, **fields) -> Invitation:
    """One invitation that has left, answered where a score is given."""
    contact = contact or factories.contact(account=factories.account(segment=segment))
    invitation = invitations.invite(survey=factories.survey(survey), contact=contact, due_at=sent, now=sent)
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=sent, **fields)
    if score is not None:
        factories.response(score, contact=contact, survey_key=survey, invitation=invitation, now=sent)
    return invitation


def read(days=1):
    return programme(now=later(days=days))


def told(rates):
    return {rate.name: (rate.sent, rate.answered.count, rate.answered.n) for rate in rates}


class TestResponseRates:
    def test_are_of_the_mails_that_arrived(self):
        asked(score=9)
        asked()
        asked(bounced_at=NOW)
        assert told([read().total]) == {"": (3, 1, 2)}

    def test_leave_out_recovery_surveys_and_what_is_older_than_a_year(self):
        asked(survey="recovery", score=3)
        asked(sent=later(days=-400), score=9)
        assert read().total.sent == 0

    def test_by_segment_and_channel(self):
        asked(segment="Steel", score=9)
        asked(segment="Steel", channel="sms")
        asked(segment="Wood")
        assert told(read().by_segment) == {"Steel": (2, 1, 2), "Wood": (1, 0, 1)}
        assert told(read().by_channel) == {"e-mail": (2, 1, 2), "text message": (1, 0, 1)}

    def test_of_personal_links_are_counted_like_mails(self):
        eva, bo = factories.contact("Eva"), factories.contact("Bo")
        for contact in (eva, bo):
            invitations.hand_over(survey=factories.survey(), contact=contact, made_by="", now=NOW)
        factories.response(9, contact=eva, invitation=eva.invitations.get(), now=NOW)
        assert told(read().by_channel) == {"personal link": (2, 1, 2)}
        assert read().total.sent == 2

    def test_leave_out_what_nobody_counts_the_readers_of_and_tell_its_answers(self):
        asked(score=9)
        made = {kind: doors.standing(kind) for kind in ("open", "kiosk", "widget", "mail")}
        for kind, n in (("open", 3), ("kiosk", 2)):
            for number in range(n):
                factories.response(2, source=made[kind].source, external_id=str(number), now=NOW)
        for kind, score in (("widget", 8), ("mail", 7), ("mail", 6)):
            contact = factories.contact()
            invitation = invitations.stand(made[kind], contact, now=NOW)
            factories.response(score, contact=contact, invitation=invitation, now=NOW)
        invitations.stand(made["widget"], factories.contact(), now=NOW)  # "not now"
        report = read()
        assert told([report.total, *report.by_channel]) == {"": (1, 1, 1), "e-mail": (1, 1, 1)}
        assert {way.name: way.answers for way in report.unasked} == {
            "open link": 3,
            "feedback station": 2,
            "in your own mails": 2,
            "in the product": 1,
        }
        assert [left.words for left in report.silent] == []

    def test_by_wave_with_what_was_asked_outside(self):
        wave = waves.draft(survey=factories.survey(), name="May", method="whole", seed=1, starts_on=NOW.date(), now=NOW)
        asked(wave=wave, score=9)
        asked(wave=wave)
        asked()
        assert told(read().by_wave) == {"May": (2, 1, 2), "outside of waves": (1, 0, 1)}

    def test_an_answer_that_was_a_machines_is_none(self):
        invitation = asked(score=9)
        invitation.response.retracted_at = NOW
        invitation.response.save(update_fields=["retracted_at"])
        found = read()
        assert told([found.total]) == {"": (1, 0, 1)}
        assert [left.reason for left in found.silent] == ["withdrawn"]


class TestWhyThereIsNoAnswer:
    def test_each_mail_has_one_reason(self):
        asked(score=9)
        asked(bounced_at=NOW)
        gone = factories.contact()
        asked(contact=gone, bounced_at=NOW)
        contacts.opt_out(gone, now=later(hours=1))
        tired = asked()
        contacts.opt_out(tired.contact, now=later(hours=1))
        asked()
        asked(sent=later(days=-100))
        reasons = {left.reason: left.count for left in read().silent}
        assert reasons == {"came_back": 2, "opted_out": 1, "may_still": 1, "silent": 1}

    def test_what_never_left_says_why(self):
        invitation = invitations.invite(survey=factories.survey(), contact=factories.contact(), due_at=NOW, now=NOW)
        invitations.cancel(invitation, reason="complaint", now=NOW)
        (left,) = read().never_left
        assert (left.reason, left.count) == ("complaint", 1)
        assert left.words != "complaint"


class TestHowOftenPeopleWereAsked:
    def test_counts_whoever_can_be_asked_by_how_often(self):
        factories.contact("Never")
        factories.contact("Unreachable", email="")
        asked(contact=factories.contact("By text alone", email="", phone="+46701234567"))
        asked(contact=factories.contact("By a link handed over", email=""))
        often = factories.contact("Often")
        for month in range(6):
            asked(contact=often, sent=later(days=-30 * month))
        asked()
        assert [(row.times, row.contacts) for row in read().fatigue] == [(0, 1), (1, 3), (2, 0), (3, 0), (4, 1)]

    def test_says_nothing_where_nobody_is(self):
        assert read().fatigue == []


class TestWhatLeavesNext:
    def test_by_day_with_what_is_late_today(self):
        for days in (-3, 2, 2, 40):
            invitations.invite(
                survey=factories.survey(), contact=factories.contact(), due_at=later(days=days), now=later(days=-5)
            )
        rows = [(row.day, row.mails, row.reminders) for row in read(days=0).leaving]
        assert rows == [(date(2026, 11, 19), 1, 0), (date(2026, 11, 23), 2, 0)]  # the 21st is a Saturday

    def test_on_the_day_it_may_leave_where_its_contact_is(self):
        """Due on Friday 19:00 in Stockholm: in New York that is a working hour, in Helsinki the weekend has begun."""
        for zone in ("America/New_York", "Europe/Helsinki"):
            contact = factories.contact(time_zone=zone)
            invitations.invite(survey=factories.survey(), contact=contact, due_at=later(days=1, hours=10), now=NOW)
        rows = [(row.day, row.mails) for row in read(days=0).leaving]
        assert rows == [(date(2026, 11, 20), 1), (date(2026, 11, 23), 1)]

    def test_not_on_christmas_eve(self):
        eve = later(days=35)
        invitations.invite(survey=factories.survey(), contact=factories.contact(), due_at=eve, now=NOW)
        (row,) = programme(now=later(days=30)).leaving
        assert (eve.date(), row.day) == (date(2026, 12, 24), date(2026, 12, 28))

    def test_reminders_and_what_a_pause_holds(self):
        factories.contact()
        wave = waves.draft(survey=factories.survey(), method="whole", seed=1, starts_on=NOW.date(), now=NOW)
        waves.plan(wave, now=NOW)
        wave = waves.approve(Wave.objects.get(), by="ada@loop.example", now=NOW)
        waves.schedule(wave, now=NOW)
        waves.pause(Wave.objects.get())
        asked(remind_at=later(days=3))
        rows = {row.day: (row.mails, row.reminders, row.held) for row in read(days=0).leaving}
        assert rows == {date(2026, 11, 23): (1, 1, 1)}


def test_costs_the_same_however_many_were_asked(django_assert_num_queries):
    for _each in range(5):
        asked(segment="Steel", score=9)
    with django_assert_num_queries(7):
        read()
