"""What may be expected of a wave before it is approved: how many answers, how sure a figure, from when until when."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from feedback import invitations, waves
from feedback.models import Contact, Invitation, Wave
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def people(count, **fields):
    account = factories.account(**fields)
    return [factories.contact(account=account) for _each in range(count)]


def preview(**fields):
    facts = {"survey": factories.survey(), "method": "whole", "seed": 7, "starts_on": NOW.date(), "now": NOW, **fields}
    wave = waves.draft(**facts)
    waves.plan(wave, now=NOW)
    return waves.preview(Wave.objects.get(pk=wave.pk), now=NOW)


def history(*, sent, answered, key="relational", days=400, score=9, bounced=0):
    """So many mails so many days ago, some answered."""
    at = NOW - timedelta(days=days)
    for number in range(sent):
        contact = factories.contact(account=factories.account(), now=at)
        invitation = invitations.invite(survey=factories.survey(key), contact=contact, due_at=at, now=at)
        invitations.mark_sent(invitation.pk, now=at)
        if number < answered:
            factories.response(score, contact=contact, survey_key=key, invitation=invitation, now=at)
        elif number < answered + bounced:
            Invitation.objects.filter(pk=invitation.pk).update(bounced_at=at)


class TestHowMany:
    def test_are_asked_and_why_the_others_are_not(self):
        people(8)
        seen = preview(method="random", share="1/4")
        assert (seen.asked, seen.left_out) == (2, {"not_drawn": 6})

    def test_are_asked_in_each_group(self):
        people(6, segment="Retail")
        people(2, segment="Energy")
        seen = preview(method="random", share="1/2", strata=["segment"])
        assert [(group.name, group.may_be_asked, group.asked) for group in seen.groups] == [
            ("Energy", 2, 1), ("Retail", 6, 3),
        ]  # fmt: skip

    def test_nobody_is_said_as_well(self):
        seen = preview()
        assert (seen.asked, seen.expected_answers, seen.half_width, seen.first_day, seen.last_day) == (
            0, 0, None, None, None,
        )  # fmt: skip


class TestHowManyAnswers:
    def test_are_the_commonest_share_while_nothing_is_known(self):
        people(50)
        seen = preview()
        assert (seen.response_rate, seen.rate_is_assumed, seen.expected_answers) == (0.30, True, 15)

    def test_are_the_share_of_last_year_once_it_is_known(self):
        history(sent=40, answered=20, days=100)
        people(50)
        seen = preview()
        assert (seen.response_rate, seen.rate_is_assumed) == (0.5, False)
        assert seen.expected_answers == round((50 + 20) * 0.5)  # those who were silent may be asked again

    def test_are_learned_from_the_same_kind_of_survey_when_this_one_is_new(self):
        history(sent=40, answered=10, days=100)
        survey = factories.survey("product")
        survey.pk, survey.key, survey.kind = None, "second", "relational"
        survey.save()
        people(4)
        assert preview(survey=survey).response_rate == 0.25

    @pytest.mark.parametrize("how", [{"days": 400}, {"days": 3}, {"key": "product"}])
    def test_are_not_learned_from_long_ago_or_yesterday_or_another_kind(self, how):
        history(**{"sent": 40, "answered": 20, "days": 100, **how})
        people(4)
        assert preview().rate_is_assumed

    def test_are_learned_from_what_was_sent_the_same_way(self):
        history(sent=40, answered=20, days=100)
        people(4)
        Contact.objects.update(phone="+46701234567", mobile_hash="a")
        assert preview(channel="sms").rate_is_assumed
        Invitation.objects.update(channel="sms")
        assert preview(channel="sms").response_rate == 0.5

    def test_are_not_lowered_by_mails_that_came_back(self):
        history(sent=50, answered=20, bounced=10, days=100)
        people(4)
        assert preview().response_rate == 0.5


class TestHowSure:
    def test_is_narrower_with_more_answers(self):
        people(40)
        few = preview()
        people(400)
        assert few.half_width > preview().half_width > 0

    def test_is_half_of_the_interval_of_so_many_answers(self):
        """120 answers, as many of each category: 1.96 * sqrt(2/3 / 120) is 15 points."""
        people(400)
        assert preview().half_width == pytest.approx(14.6, abs=0.5)

    def test_follows_how_answers_were_spread_before(self):
        people(400)
        unknown = preview().half_width
        history(sent=40, answered=40, days=100, score=9)
        assert preview().half_width < unknown / 2


class TestWhen:
    def test_is_the_first_monday_after_a_working_day(self):
        people(3)
        seen = preview()
        assert (seen.first_day, seen.last_day) == (date(2026, 11, 23), date(2026, 11, 23))

    def test_ends_later_at_a_calmer_pace(self):
        people(13)
        assert preview(per_hour=1).last_day == date(2026, 12, 7)

    def test_is_when_the_mails_then_leave(self):
        for zone in ("Europe/Stockholm", "America/New_York", "Asia/Tokyo"):
            for contact in people(5):
                contact.time_zone = zone
                contact.save(update_fields=["time_zone"])
        seen = preview(per_hour=1)
        wave = waves.approve(Wave.objects.get(), by="ada@loop.example", now=NOW)
        waves.schedule(wave, now=NOW)
        local = [timezone.localdate(time) for time in Invitation.objects.values_list("due_at", flat=True)]
        assert (min(local), max(local)) == (seen.first_day, seen.last_day)
