"""One contact asked once: the link, how long it lives, and calling it off."""

from datetime import UTC, datetime, timedelta

import pytest

from feedback import contacts, invitations, tokens
from feedback.models import Invitation, Survey, Wave
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation():
    return invitations.invite(
        survey=factories.survey(), contact=factories.contact("Bea"), due_at=later(days=30), now=NOW
    )


class TestTheLink:
    def test_opens_the_invitation_it_was_made_for(self, invitation):
        assert invitations.find(invitations.link_token(invitation)) == invitation

    def test_is_the_same_in_every_reminder(self, invitation):
        assert invitations.link_token(invitation) == invitations.link_token(Invitation.objects.get())

    def test_stands_nowhere_in_the_database(self, invitation):
        token = invitations.link_token(invitation)
        assert token not in {str(value) for value in Invitation.objects.values_list().get()}

    @pytest.mark.parametrize("change", [str.lower, lambda token: token[:-1], lambda token: token + "A", lambda _: ""])
    def test_opens_nothing_when_cut_short_or_changed(self, invitation, change):
        assert invitations.find(change(invitations.link_token(invitation))) is None

    def test_to_unsubscribe_opens_no_survey(self, invitation):
        assert invitations.find(contacts.unsubscribe_token(invitation.contact)) is None
        assert invitations.find(tokens.derive("unsubscribe", invitation.public_id)) is None

    def test_lives_for_sixty_days_from_when_the_mail_was_due(self, invitation):
        assert not invitations.is_expired(invitation, later(days=30) + timedelta(days=60))
        assert invitations.is_expired(invitation, later(days=30, seconds=1) + timedelta(days=60))

    def test_of_a_mail_planned_for_the_past_lives_from_now(self):
        late = invitations.invite(
            survey=factories.survey(), contact=factories.contact(), due_at=NOW - timedelta(days=365), now=NOW
        )
        assert late.expires_at == NOW + timedelta(days=60)


class TestBeingDue:
    def test_begins_at_its_time(self, invitation):
        assert not Invitation.objects.due(later(days=29)).exists()
        assert Invitation.objects.due(later(days=30)).get() == invitation

    def test_ends_when_it_has_left_and_the_first_time_stands(self, invitation):
        invitations.mark_sent(invitation.pk, now=later(days=30))
        invitations.mark_sent(invitation.pk, now=later(days=31))
        assert Invitation.objects.get().sent_at == later(days=30)
        assert not Invitation.objects.due(later(days=40)).exists()

    def test_ends_when_it_is_called_off(self, invitation):
        assert invitations.cancel(invitation, reason="case reopened", now=later(days=1))
        assert not Invitation.objects.due(later(days=40)).exists()


class TestCallingOff:
    def test_works_once_and_the_first_reason_stands(self, invitation):
        assert invitations.cancel(invitation, reason="case reopened", now=later(days=1))
        assert not invitations.cancel(invitation, reason="something else", now=later(days=2))
        stored = Invitation.objects.get()
        assert (stored.cancelled_at, stored.cancel_reason) == (later(days=1), "case reopened")

    def test_is_too_late_once_the_mail_has_left(self, invitation):
        invitations.mark_sent(invitation.pk, now=later(days=30))
        assert not invitations.cancel(invitation, reason="case reopened", now=later(days=31))
        assert Invitation.objects.get().cancelled_at is None


def reminder_of(*, days, survey_key="relational", sent_at=NOW, in_wave=True, expires_in=30, **contact):
    """When a mail that left at `sent_at` is reminded of."""
    survey = factories.survey(survey_key)
    asked = invitations.invite(survey=survey, contact=factories.contact(**contact), due_at=sent_at, now=sent_at)
    asked.expires_at = sent_at + timedelta(days=expires_in)
    if in_wave:
        asked.wave = Wave.objects.create(
            survey=survey,
            name="W",
            method="whole",
            seed=1,
            starts_on=NOW.date(),
            created_at=NOW,
            remind_after_days=days,
        )
    else:
        Survey.objects.filter(pk=survey.pk).update(remind_after_days=days)
    asked.save()
    invitations.mark_sent(asked.pk, now=sent_at)
    return Invitation.objects.get(pk=asked.pk).remind_at


MONDAY = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)  # 07:20 in Stockholm


class TestTheReminder:
    def test_is_due_at_the_same_hour_so_many_days_after_the_mail(self):
        assert reminder_of(days=7, sent_at=MONDAY) == MONDAY + timedelta(days=7)

    def test_of_a_mail_that_left_late_in_the_day_comes_in_the_morning(self):
        in_the_afternoon = MONDAY + timedelta(hours=8)
        assert reminder_of(days=7, sent_at=in_the_afternoon) == MONDAY + timedelta(days=7)

    def test_waits_for_a_morning_of_the_contact(self):
        thursday_in_new_york = reminder_of(days=7, time_zone="America/New_York")
        assert thursday_in_new_york == datetime(2026, 11, 30, 12, 12, tzinfo=UTC)

    def test_waits_for_a_month_that_is_open(self):
        june = datetime(2026, 6, 29, 5, 0, tzinfo=UTC)
        assert reminder_of(days=7, sent_at=june, expires_in=60).month == 8

    def test_is_not_wanted_when_the_wave_says_so(self):
        assert reminder_of(days=0, sent_at=MONDAY) is None

    def test_does_not_come_after_the_link_has_run_out(self):
        assert reminder_of(days=7, sent_at=MONDAY, expires_in=7) is None

    def test_of_a_survey_outside_a_wave_comes_only_when_the_survey_says_so(self):
        assert reminder_of(days=0, in_wave=False, survey_key="transactional", sent_at=MONDAY) is None
        assert reminder_of(days=7, in_wave=False, survey_key="transactional", sent_at=MONDAY) is not None

    def test_of_a_recovery_survey_never_comes(self):
        assert reminder_of(days=7, in_wave=False, survey_key="recovery", sent_at=MONDAY) is None

    def test_is_planned_by_the_first_time_the_mail_left(self, invitation):
        Survey.objects.update(remind_after_days=7)
        invitations.mark_sent(invitation.pk, now=MONDAY)
        invitations.mark_sent(invitation.pk, now=MONDAY + timedelta(days=1))
        assert Invitation.objects.get().remind_at == MONDAY + timedelta(days=7)

    def due(self, **changes):
        Survey.objects.update(remind_after_days=7)
        asked = invitations.invite(survey=factories.survey(), contact=factories.contact(), due_at=MONDAY, now=MONDAY)
        invitations.mark_sent(asked.pk, now=MONDAY)
        Invitation.objects.filter(pk=asked.pk).update(**changes)
        return Invitation.objects.to_remind(MONDAY + timedelta(days=7)).filter(pk=asked.pk).exists()

    def test_is_due_from_its_time_on(self):
        assert self.due()
        assert not Invitation.objects.to_remind(MONDAY + timedelta(days=7, seconds=-1)).exists()

    @pytest.mark.parametrize(
        "changes",
        [
            {"sent_at": None},
            {"remind_at": None},
            {"reminded_at": MONDAY},
            {"bounced_at": MONDAY},
            {"cancelled_at": MONDAY, "cancel_reason": "complaint"},
            {"expires_at": MONDAY + timedelta(days=7)},
        ],
    )
    def test_is_not_due(self, changes):
        assert not self.due(**changes)

    def test_is_not_due_once_a_person_has_answered(self):
        assert self.due()
        asked = Invitation.objects.get()
        response = factories.response(9, contact=asked.contact, invitation=asked, now=MONDAY)
        assert not Invitation.objects.to_remind(MONDAY + timedelta(days=7)).exists()
        response.retracted_at = MONDAY  # a machine it was
        response.save(update_fields=["retracted_at"])
        assert Invitation.objects.to_remind(MONDAY + timedelta(days=7)).exists()

    def test_leaves_once_and_can_be_dropped(self, invitation):
        Survey.objects.update(remind_after_days=7)
        invitations.mark_sent(invitation.pk, now=MONDAY)
        invitations.drop_reminder(invitation)
        assert Invitation.objects.get().remind_at is None
        invitations.mark_reminded(invitation.pk, now=MONDAY)
        invitations.mark_reminded(invitation.pk, now=MONDAY + timedelta(days=1))
        assert Invitation.objects.get().reminded_at == MONDAY
