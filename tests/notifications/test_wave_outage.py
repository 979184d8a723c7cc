"""Nothing ran on the morning of a wave: its mails leave on another morning, as calmly, and not all at once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedback import asking_hours, invitations, waves
from feedback.models import Invitation, Wave
from notifications import announce, delivery
from notifications.models import Message
from tests import factories
from tests.factories import NOW
from tests.notifications.mailbox import refuse

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # seven in the morning in Stockholm
WEDNESDAY = MONDAY + timedelta(days=2, hours=3)
AN_HOUR = timedelta(hours=1)
PER_HOUR = 10


@pytest.fixture
def wave(db):
    """Thirty mails, ten an hour: all of them on Monday from seven to ten."""
    account = factories.account("Fjord AB", country="SE")
    for _each in range(30):
        factories.contact(account=account)
    drafted = waves.draft(
        survey=factories.survey(), method="whole", seed=1, starts_on=NOW.date(), per_hour=PER_HOUR, now=NOW
    )
    waves.plan(drafted, now=NOW)
    waves.schedule(waves.approve(Wave.objects.get(pk=drafted.pk), by="ada@loop.example", now=NOW), now=NOW)
    announce.announce_waves(now=NOW)
    return Wave.objects.get(pk=drafted.pk)


def local(field):
    times = Invitation.objects.exclude(**{field: None}).values_list(field, flat=True)
    return [moment.astimezone(ZoneInfo("Europe/Stockholm")) for moment in times]


def in_calm_mornings(times):
    assert {moment.weekday() for moment in times} <= {0, 1}
    assert all(7 <= moment.hour < 10 for moment in times)
    assert max(Counter((moment.date(), moment.hour) for moment in times).values()) <= PER_HOUR
    return True


def test_mails_get_another_morning(wave):
    assert announce.enqueue_invitations(now=WEDNESDAY) == 0
    assert min(local("due_at")) > WEDNESDAY
    assert len(local("due_at")) == 30
    assert in_calm_mornings(local("due_at"))
    for mail in Invitation.objects.all():
        assert mail.expires_at - mail.due_at == timedelta(days=wave.open_days)
    a_week_later = MONDAY + timedelta(days=7)
    assert announce.enqueue_invitations(now=a_week_later + AN_HOUR - timedelta(seconds=1)) == PER_HOUR


def test_mails_of_the_last_hour_leave_all_the_same(wave):
    """So that a sweep once an hour is enough."""
    left = [announce.enqueue_invitations(now=MONDAY + hours * AN_HOUR) for hours in (1, 2, 3)]
    assert sum(left) == 30


def test_mails_find_places_beside_those_that_are_in_time(wave):
    half_past_nine = MONDAY + 2.5 * AN_HOUR
    announce.enqueue_invitations(now=half_past_nine)
    assert in_calm_mornings([moment for moment in local("due_at") if moment > half_past_nine])
    tuesday = [moment for moment in local("due_at") if moment.weekday() == 1]
    assert len(tuesday) == 15


def test_mails_that_no_sender_took_from_the_outbox_come_back(wave):
    for hours in (1, 2, 3):
        announce.enqueue_invitations(now=MONDAY + hours * AN_HOUR)
    assert delivery.deliver_due(now=WEDNESDAY) == 0
    assert not Message.objects.filter(kind="survey_invitation").exists()
    announce.enqueue_invitations(now=WEDNESDAY)
    assert in_calm_mornings(local("due_at"))
    assert min(local("due_at")) > WEDNESDAY


def test_a_mail_that_was_tried_is_tried_on(wave, server):
    """It is not put off for a week because the mail server refused it for an hour."""
    announce.enqueue_invitations(now=MONDAY)
    first = Message.objects.get(kind="survey_invitation")
    server.behave = refuse(421, "4.3.2 try again", whom=first.to)
    delivery.deliver_due(now=MONDAY)
    assert Message.objects.get(kind="survey_invitation").attempts == 1
    server.behave = None
    assert delivery.deliver_due(now=MONDAY + 2 * AN_HOUR) == 1


def test_reminders_get_another_morning_too(wave):
    for mail in Invitation.objects.all():
        invitations.mark_sent(mail.pk, now=mail.due_at)
    late = WEDNESDAY + timedelta(days=7)
    assert announce.enqueue_reminders(now=late) == 0
    assert min(local("remind_at")) > late
    assert len(local("remind_at")) == 30
    assert in_calm_mornings(local("remind_at"))


def test_a_reminder_of_a_link_that_has_run_out_by_then_is_dropped(wave):
    mail = Invitation.objects.first()
    invitations.mark_sent(mail.pk, now=mail.due_at)
    Invitation.objects.filter(pk=mail.pk).update(expires_at=WEDNESDAY + timedelta(days=8))
    announce.enqueue_reminders(now=WEDNESDAY + timedelta(days=7))
    assert Invitation.objects.get(pk=mail.pk).remind_at is None


def test_one_wave_without_a_morning_does_not_hold_back_the_next(wave, monkeypatch, caplog):
    monkeypatch.setattr("feedback.waves.lateness.ramp_of", lambda *args: 1 / 0)
    assert announce.enqueue_invitations(now=WEDNESDAY) == 0
    assert "could not be given new times" in caplog.text


def test_nothing_is_late_where_a_clock_is_only_played(wave):
    with asking_hours.never_closed():
        assert announce.enqueue_invitations(now=WEDNESDAY) == 30


def test_what_was_asked_outside_of_a_wave_leaves_in_the_next_working_hour(db):
    eva = factories.contact("Eva", account=factories.account(country="SE"))
    invitations.invite(survey=factories.survey("transactional"), contact=eva, due_at=MONDAY, now=NOW)
    assert announce.enqueue_invitations(now=WEDNESDAY) == 1
